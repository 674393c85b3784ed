"""On-site rechecks of one leaf of one unit: asked for, ordered, recorded with minutes, read by those they concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.db.agency_acts import Recheck
from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.queries.people import people_of_council, people_of_units
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.criteria import Node
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Permission
from app.domain.rechecks import Minutes, check_day, check_length, check_minutes, check_reason, decide
from app.domain.terms import RecheckStatus, Role
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.group_context import find_group, group_context
from app.services.notices import announce
from app.services.requests import UNIT_PEOPLE
from app.services.self_scoring import refuse_password


@dataclass(frozen=True, slots=True)
class RecheckLine:
    """A recheck as one reader may know it: before the release the unit reads that it is ordered, not what was found."""

    recheck_id: int
    assessment_id: int
    unit: str
    code: str
    title: str
    status: RecheckStatus
    reason: str
    asked_by: str
    planned_on: dt.date | None
    answer: str
    minutes_number: str
    minutes_on: dt.date | None
    took_part: str
    finding: str


def rechecks_of_sheet(assessment_id: int, *, actor: Actor, clock: Clock, code: str | None = None) -> list[RecheckLine]:
    """Return the rechecks of one sheet, or of one leaf, the newest first. Raises NotFound."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        return recheck_lines(session, context, actor, code)


def rechecks_of_group(group_stage_id: int, *, actor: Actor, clock: Clock) -> list[RecheckLine]:
    """Return the rechecks of a whole group, unit by unit. Raises NotFound for another council's."""
    with reading() as session:
        group = find_group(session, group_stage_id)
        subject = policy.Subject(council_id=group.council_id, stage=group.stage)
        if policy.why_not(actor, Permission.GROUP_READ, subject) is not None:
            raise NotFound("group_unknown")
        concerned = select(Recheck.assessment_id).join(Recheck.assessment).where(Assessment.group_stage_id == group.id)
        context, found = group_context(session, group, clock.read(session)), []
        codes = {number: code for code, number in context.ids.items()}
        for row in session.scalars(_newest_first().where(Recheck.assessment_id.in_(concerned))):
            sheet, code = context.assessments[row.assessment_id], codes[row.criterion_id]
            agency = context.agencies(sheet)[code]
            place = policy.Subject(
                unit_id=sheet.unit_id,
                council_id=group.council_id,
                stage=context.stage_of(sheet),
                agency_ids=frozenset() if agency is None else frozenset({agency}),
            )
            if policy.allows(actor, Permission.RECHECK_READ, place):
                found.append(_line(row, sheet.unit.name, context.tree.leaf(code), place, actor))
        return sorted(found, key=lambda line: line.assessment_id)


def recheck_lines(session: Session, context: SheetContext, actor: Actor, code: str | None) -> list[RecheckLine]:
    """Return the rechecks of a sheet already loaded, or of one leaf of it, as far as the actor reads them."""
    statement = _newest_first().where(Recheck.assessment_id == context.assessment.id)
    if code is not None:
        statement = statement.where(Recheck.criterion_id == context.ids.get(code))
    codes = {number: each for each, number in context.ids.items()}
    unit = context.assessment.unit.name
    lines = (
        (row, context.tree.leaf(codes[row.criterion_id]), context.subject(codes[row.criterion_id]))
        for row in session.scalars(statement)
    )
    return [
        _line(row, unit, leaf, subject, actor)
        for row, leaf, subject in lines
        if policy.allows(actor, Permission.RECHECK_READ, subject)
    ]


def _newest_first() -> Select[Recheck]:
    return select(Recheck).options(joinedload(Recheck.asked_by)).order_by(Recheck.id.desc())


def _line(row: Recheck, unit: str, leaf: Node, subject: policy.Subject, actor: Actor) -> RecheckLine:
    reads_finding = policy.allows(actor, Permission.VERDICT_READ, subject)
    return RecheckLine(
        recheck_id=row.id,
        assessment_id=row.assessment_id,
        unit=unit,
        code=leaf.code,
        title=leaf.title,
        status=row.status if reads_finding or row.status is not RecheckStatus.RECORDED else RecheckStatus.ORDERED,
        reason=row.reason if reads_finding else "",
        asked_by="" if row.asked_by is None else row.asked_by.first_name,
        planned_on=row.planned_on,
        answer=row.answer,
        minutes_number=row.minutes_number if reads_finding else "",
        minutes_on=row.minutes_on if reads_finding else None,
        took_part=row.took_part if reads_finding else "",
        finding=row.finding if reads_finding else "",
    )


def ask_recheck(assessment_id: int, code: str, reason: str, *, actor: Actor, clock: Clock) -> int:
    """Ask, for the unit, that a leaf is looked at on the spot.

    Raises: NotFound, Forbidden (role, stage, time), InputInvalid("recheck_leaf_missing", "recheck_reason_missing" …).
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _sheet(work, assessment_id)
        if code not in {leaf.code for leaf in context.own_leaves}:
            raise InputInvalid("recheck_leaf_missing", field="code")
        policy.require(actor, Permission.RECHECK_ASK, context.subject(code))
        _check_words(reason)
        row = _row(work, context, code, RecheckStatus.ASKED, reason)
        row.asked_by_id, row.asked_at = work.acting.user_id, work.now
        work.session.add(row)
        _audit(work, row, code, "recheck_asked", old=None, note=row.reason)
        return row.id


def order_recheck(
    assessment_id: int, code: str, reason: str, planned_on: dt.date, *, actor: Actor, clock: Clock
) -> int:
    """Order a recheck nobody asked for; the unit is told of the day.

    Raises: NotFound, Forbidden, InputInvalid("recheck_reason_missing", "recheck_day_past" …).
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _sheet(work, assessment_id)
        context.tree.leaf(code)
        _require_order(context, code, actor)
        _check_words(reason)
        check_day(planned_on, _today(work))
        row = _row(work, context, code, RecheckStatus.ORDERED, reason)
        _decided(work, row, planned_on)
        work.session.add(row)
        _audit(work, row, code, "recheck_ordered", old=None, note=row.reason)
        _tell(work, context, code, planned_on)
        return row.id


def answer_recheck(
    recheck_id: int, planned_on: dt.date | None, answer: str, *, actor: Actor, clock: Clock
) -> tuple[int, str]:
    """Order what the unit asked for on a day, or refuse it (no day) with the reason. Return the sheet and the leaf.

    Raises: NotFound, Forbidden, TransitionRefused("recheck_decided"),
    InputInvalid("recheck_refusal_without_reason", "recheck_day_past" …).
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row, context, code = _found(work, recheck_id)
        decide(row.status)
        check_length(answer, "answer")
        refuse_password(answer)
        if planned_on is None and not answer.strip():
            raise InputInvalid("recheck_refusal_without_reason", field="answer")
        if planned_on is not None:
            check_day(planned_on, _today(work))
        row.status = RecheckStatus.REFUSED if planned_on is None else RecheckStatus.ORDERED
        row.answer = answer.strip()
        _decided(work, row, planned_on)
        action = "recheck_refused" if planned_on is None else "recheck_ordered"
        _audit(work, row, code, action, old={"status": RecheckStatus.ASKED.value}, note=row.answer)
        if planned_on is not None:
            _tell(work, context, code, planned_on)
        return context.assessment.id, code


def record_recheck(recheck_id: int, minutes: Minutes, *, actor: Actor, clock: Clock) -> tuple[int, str]:
    """Keep the minutes of an ordered recheck, once. Return the sheet and the leaf.

    Raises: NotFound, Forbidden, TransitionRefused("recheck_not_ordered"), InputInvalid with the codes of the minutes.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row, context, code = _found(work, recheck_id)
        check_minutes(row.status, minutes, _today(work))
        refuse_password(minutes.finding)
        row.status = RecheckStatus.RECORDED
        row.minutes_number, row.minutes_on = minutes.number.strip(), minutes.on
        row.took_part, row.finding = minutes.took_part.strip(), minutes.finding.strip()
        row.recorded_by_id, row.recorded_at = work.acting.user_id, work.now
        _audit(work, row, code, "recheck_recorded", old={"status": RecheckStatus.ORDERED.value}, note=row.finding)
        return context.assessment.id, code


def _sheet(work: Work, assessment_id: int) -> SheetContext:
    context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
    see(context, work.acting)
    return context


def _found(work: Work, recheck_id: int) -> tuple[Recheck, SheetContext, str]:
    """Return a recheck with its sheet locked. Raises NotFound("recheck_unknown") for who does not appraise the leaf."""
    number = work.session.scalars(select(Recheck.assessment_id).where(Recheck.id == recheck_id)).one_or_none()
    if number is None:
        raise NotFound("recheck_unknown")
    context = sheet_context(work.session, find_assessment(work.session, number, lock=True), work.now)
    row = work.session.get_one(Recheck, recheck_id)
    code = row.criterion.code
    if policy.why_not(work.acting, Permission.RECHECK_READ, context.subject(code)) is not None:
        raise NotFound("recheck_unknown")
    policy.require(work.acting, Permission.RECHECK_ORDER, context.subject(code))
    return row, context, code


def _require_order(context: SheetContext, code: str, actor: Actor) -> None:
    """Raise NotFound for a leaf that is not the actor's to read, Forbidden for one that is not theirs to order."""
    if policy.why_not(actor, Permission.VERDICT_READ, context.subject(code)) is not None:
        raise NotFound("assessment_unknown")
    if not context.is_own(context.tree.leaf(code)):
        raise InputInvalid("leaf_not_scored_by_unit", criterion=code)
    policy.require(actor, Permission.RECHECK_ORDER, context.subject(code))


def _check_words(reason: str) -> None:
    check_reason(reason)
    refuse_password(reason)


def _today(work: Work) -> dt.date:
    return work.now.astimezone(VIETNAM).date()


def _row(work: Work, context: SheetContext, code: str, status: RecheckStatus, reason: str) -> Recheck:
    return Recheck(
        assessment_id=context.assessment.id,
        criterion=work.session.get_one(Criterion, context.ids[code]),
        status=status,
        reason=reason.strip(),
    )


def _decided(work: Work, row: Recheck, planned_on: dt.date | None) -> None:
    row.planned_on, row.decided_by_id, row.decided_at = planned_on, work.acting.user_id, work.now


def _audit(work: Work, row: Recheck, code: str, action: str, *, old: Mapping[str, str] | None, note: str) -> None:
    work.session.flush()
    new: dict[str, str] = {"leaf": code, "status": row.status.value}
    for name, day in (("planned_on", row.planned_on), ("minutes_on", row.minutes_on)):
        if day is not None:
            new[name] = day.isoformat()
    if row.minutes_number:
        new["minutes_number"] = row.minutes_number
    work.audit(f"assessment:{row.assessment_id}", action, "recheck", row.id, old=old, new=new, note=note)


def _tell(work: Work, context: SheetContext, code: str, planned_on: dt.date) -> None:
    """Tell the unit, and who prepares it: the leaf's agency and the secretariat."""
    assessment = context.assessment
    council = people_of_council(work.session, assessment.group_stage.council_id, [Role.SECRETARIAT])
    agency = (
        people_of_units(work.session, [context.agencies[code]], [Role.APPRAISER]) if code in context.agencies else []
    )
    facts = {"unit": assessment.unit.name, "criterion": code, "on": planned_on.isoformat()}
    kind = NoticeKind.RECHECK_ORDERED
    unit = people_of_units(work.session, [assessment.unit_id], UNIT_PEOPLE)
    announce(work, kind, unit, path=f"/sheets/{assessment.id}/windows", facts=facts)
    others = [number for number in (*council, *agency) if number not in unit]
    announce(work, kind, others, path=f"/appraisal/{assessment.id}/{code}", facts=facts)
