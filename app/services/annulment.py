"""Annul published results of one unit, or of all: the approving authority, by decision.

Source: QĐ 1820/QĐ-UBND, Điều 7: "hủy bỏ kết quả và xếp loại lại". The edition in force says so; the unit is appraised
again alone and enters with the next edition, which supersedes this one. Both are kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.db.clock import Clock
from app.db.queries.people import people_of_council, people_of_units
from app.db.result_acts import Annulment
from app.db.results import Publication
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.editions import PositionsAfter
from app.domain.errors import InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Permission
from app.domain.terms import GroupAction, Role, Stage
from app.domain.workflow import Guard
from app.services.decisions import check_decision_day, check_number
from app.services.edition_acts import UNIT_PEOPLE
from app.services.edition_order import editions_of
from app.services.group_acts import Act
from app.services.group_context import GroupContext, find_group, group_context
from app.services.notices import announce
from app.services.reopening import (
    ReopeningView,
    named_units,
    readable_context,
    send_back,
    subject_of,
    view_of_units,
)


@dataclass(frozen=True, slots=True)
class Annul:
    """Whose results, by which decision and why, which leaves are judged again.

    `positions`: what becomes of the others' positions; None: the question was not answered.
    """

    group_stage_id: int
    units: tuple[int, ...]
    leaves: tuple[str, ...]
    number: str
    decided_on: dt.date
    reason: str
    positions: PositionsAfter | None


def annullable(group_stage_id: int, *, actor: Actor, clock: Clock) -> ReopeningView:
    """Return the units whose published result can be annulled. Raises NotFound for a council not the actor's."""
    with reading() as session:
        context = readable_context(session, group_stage_id, actor, clock)
        return view_of_units(context, actor, Permission.GROUP_ANNUL, {Stage.PUBLISHED})


def annul(command: Annul, *, actor: Actor, clock: Clock) -> None:
    """Annul the named units' results of the edition in force; what is asked of the others' positions is kept with it.

    Raises: NotFound, Forbidden, InputInvalid units_named, positions_unanswered, text_too_long,
    document_number_unreadable; TransitionRefused reason_given, leaves_named, not_from_here.
    """
    check_number(command.number)
    if len(command.number.strip()) > 64:
        raise InputInvalid("text_too_long", field="number", most=64)
    if command.positions is None:
        raise InputInvalid("positions_unanswered", field="positions")
    with unit_of_work(actor=actor, clock=clock) as work:
        group = find_group(work.session, command.group_stage_id, lock=True)
        context = group_context(work.session, group, work.now)
        if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
            raise NotFound("group_unknown")
        check_decision_day(command.decided_on, work.now)
        rows = named_units(context, command.units)
        for row in rows:
            policy.require(actor, Permission.GROUP_ANNUL, subject_of(context, row))
        met = {Guard.DECISION_GIVEN} | ({Guard.REASON_GIVEN} if command.reason.strip() else set())
        act = Act(GroupAction.ANNUL, command.number.strip(), command.reason)
        send_back(work, context, rows, command.leaves, act, met)
        edition = editions_of(work.session, group.id)[-1]
        for row in rows:
            work.session.add(_annulment(work, edition, row.id, command))
        said = {
            "edition": edition.edition,
            "number": command.number.strip(),
            "decided_on": command.decided_on.isoformat(),
            "units": [row.unit.code for row in rows],
            "positions": command.positions.value,
            "leaves": list(command.leaves),
        }
        stream = f"campaign:{group.campaign_id}"
        work.audit(stream, "results_annulled", "publication", edition.id, new=said, note=command.reason.strip())
        _tell(work, context, command.units)


def _annulment(work: Work, edition: Publication, assessment_id: int, command: Annul) -> Annulment:
    assert command.positions is not None
    return Annulment(
        publication_id=edition.id,
        assessment_id=assessment_id,
        decision_number=command.number.strip(),
        decided_on=command.decided_on,
        reason=command.reason.strip(),
        positions=command.positions,
        leaves=list(command.leaves),
        by_id=work.acting.user_id,
        at=work.now,
    )


def _tell(work: Work, context: GroupContext, numbers: tuple[int, ...]) -> None:
    group = context.group
    council = people_of_council(work.session, group.council_id, {Role.SECRETARIAT, Role.COUNCIL_CHAIR})
    for number in numbers:
        row = context.assessments[number]
        people = [*people_of_units(work.session, [row.unit_id], UNIT_PEOPLE), *council]
        path = f"/results/{group.id}/units/{row.id}"
        announce(work, NoticeKind.RESULT_ANNULLED, people, path=path, facts={"unit": row.unit.name})
