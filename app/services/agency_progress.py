"""How far each agency is with a group, who is late, who cannot go on; and the one click that chases them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import GroupStage
from app.db.clock import Clock
from app.db.office import AgencyChase
from app.db.queries.office import appraisers_by_agency, units_of_people
from app.db.session import Work, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, DomainError, InputInvalid, NotFound
from app.domain.leaf_acts import OPEN_IN_SECOND
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Permission
from app.domain.terms import LeafStanding, PhaseKind, Stage
from app.services.desk import APPRAISING
from app.services.group_context import GroupContext, find_group, group_context
from app.services.notices import announce
from app.services.office import Office, office_of
from app.services.requests import waits_in_first
from app.services.verdict_lines import agency_names
from app.services.verdict_marks import by_council

#: how long an agency is left alone after it was chased
PAUSE = dt.timedelta(hours=1)
#: the phase whose end a verdict of a stage is late by
_PHASES = {
    Stage.FIRST_APPRAISAL: PhaseKind.FIRST_APPRAISAL,
    Stage.EXPLANATION: PhaseKind.FIRST_APPRAISAL,
    Stage.SECOND_APPRAISAL: PhaseKind.SECOND_APPRAISAL,
}


@dataclass(frozen=True, slots=True)
class AgencyProgress:
    """One agency's part of a group. `overdue`: undecided leaves whose phase is over.

    `unmanned`: units it has nobody left for: every person of it stays out of them or is of them, or it has nobody.
    """

    agency_id: int
    agency: str
    leaves: int
    judged: int
    overdue: int
    unmanned: tuple[str, ...]
    chased_at: dt.datetime | None

    @property
    def undecided(self) -> int:
        return self.leaves - self.judged


def progress_of(session: Session, context: GroupContext, office: Office) -> tuple[AgencyProgress, ...]:
    """Return every agency with a leaf to judge at this stage, the late ones first; four statements."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    units: dict[int, dict[int, str]] = defaultdict(dict)
    for row, agency, judged in _to_judge(context):
        counts[agency]["leaves"] += 1
        counts[agency]["judged" if judged else "undecided"] += 1
        if not judged:
            counts[agency]["overdue"] += _over(context, context.stage_of(row))
            units[agency][row.unit_id] = row.unit.name
    people, names = appraisers_by_agency(session, counts), agency_names(session, counts)
    chased = _chased(session, context.group.id)
    homes = units_of_people(session, {user for users in people.values() for user in users})
    found = [
        AgencyProgress(
            agency_id=agency,
            agency=names[agency],
            leaves=count["leaves"],
            judged=count["judged"],
            overdue=count["overdue"],
            unmanned=tuple(
                name
                for unit, name in units[agency].items()
                if all(office.stays_out(user, unit) or unit in homes.get(user, ()) for user in people.get(agency, ()))
            ),
            chased_at=chased.get(agency),
        )
        for agency, count in counts.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.overdue, -each.undecided, each.agency)))


def _to_judge(context: GroupContext) -> Iterator[tuple[Assessment, int, bool]]:
    """Yield (sheet, agency, whether judged) of every leaf agencies decide on at the stage its unit stands at."""
    for row in context.assessments.values():
        stage = context.stage_of(row)
        if row.id not in context.pins or stage not in APPRAISING or context.being_corrected(row):
            continue
        if stage is Stage.SECOND_APPRAISAL and by_council(context, 2):
            continue
        agencies = context.agencies(row)
        for leaf in context.own_leaves(row.id):
            judged, agency = _judged(context, row, leaf.code, stage), agencies[leaf.code]
            if judged is not None and agency is not None:
                yield row, agency, judged


def _judged(context: GroupContext, row: Assessment, code: str, stage: Stage) -> bool | None:
    """Return whether the leaf was judged; None where nothing is to be judged at this stage."""
    standing = context.state(row, code).standing
    if stage is Stage.FIRST_APPRAISAL:
        return not waits_in_first(context, row, code)
    if stage is Stage.EXPLANATION:
        named = (row.id, code) in context.named_undecided
        return standing is not LeafStanding.UNDECIDED if named else None
    if standing in OPEN_IN_SECOND:
        return False
    said = context.verdicts.get((row.id, code), ())
    return True if said and said[-1].round == 2 else None


def _over(context: GroupContext, stage: Stage) -> bool:
    closes = next((each.closes_at for each in context.group.campaign.phases if each.kind is _PHASES[stage]), None)
    return closes is not None and context.now >= closes


def _chased(session: Session, group_stage_id: int) -> Mapping[int, dt.datetime]:
    """Return agency → when it was last chased about the group; one statement."""
    newest = select(func.max(AgencyChase.id)).where(AgencyChase.group_stage_id == group_stage_id)
    statement = select(AgencyChase.agency_id, AgencyChase.at).where(
        AgencyChase.id.in_(newest.group_by(AgencyChase.agency_id))
    )
    return {row.agency_id: row.at for row in session.execute(statement)}


def chase(group_stage_id: int, agency_id: int | None, *, actor: Actor, clock: Clock) -> tuple[str, ...]:
    """Tell the people of one agency, or (None) of every agency that owes verdicts, what they owe; return whom.

    At most once an hour for each agency and group; asked of all, those told just now are passed over.
    Raises: NotFound, Forbidden, Conflict("chased_recently"), InputInvalid("nothing_to_chase", "agency_unmanned").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        work.session.execute(select(GroupStage.id).where(GroupStage.id == group_stage_id).with_for_update())
        context = group_context(work.session, find_group(work.session, group_stage_id), work.now)
        if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
            raise NotFound("group_unknown")
        policy.require(actor, Permission.AGENCY_CHASE, context.subject)
        every = progress_of(work.session, context, office_of(work.session, context))
        owing = [each for each in every if each.undecided and agency_id in {None, each.agency_id}]
        if not owing:
            raise InputInvalid("nothing_to_chase")
        people = appraisers_by_agency(work.session, [each.agency_id for each in owing])
        told = [each for each in owing if _refusal(each, people.get(each.agency_id, ()), work.now) is None]
        if not told:
            refusal = _refusal(owing[0], people.get(owing[0].agency_id, ()), work.now)
            assert refusal is not None
            raise refusal
        for each in told:
            _tell(work, context, each, people[each.agency_id])
        return tuple(each.agency for each in told)


def _refusal(each: AgencyProgress, people: tuple[int, ...], now: dt.datetime) -> DomainError | None:
    if not people:
        return InputInvalid("agency_unmanned", agency=each.agency)
    if each.chased_at is not None and now < each.chased_at + PAUSE:
        return Conflict("chased_recently", agency=each.agency, until=each.chased_at + PAUSE)
    return None


def _tell(work: Work, context: GroupContext, each: AgencyProgress, people: tuple[int, ...]) -> None:
    group = context.group
    work.session.add(
        AgencyChase(
            group_stage_id=group.id,
            agency_id=each.agency_id,
            count=each.undecided,
            by_id=work.acting.user_id,
            at=work.now,
        )
    )
    facts: dict[str, str | int] = {"agency": each.agency, "group": group.group.name, "count": each.undecided}
    announce(work, NoticeKind.VERDICTS_CHASED, people, path="/appraisal/?show=waiting", facts=facts)
    new = {"agency_id": each.agency_id, "undecided": each.undecided, "overdue": each.overdue}
    work.audit(f"campaign:{group.campaign_id}", "verdicts_chased", "group_stage", group.id, old=None, new=new)
