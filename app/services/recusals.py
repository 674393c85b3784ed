"""A person stays out of judging a unit: declared by the person or recorded by the secretariat, kept when withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.office import Recusal
from app.db.queries.office import appraisers_by_agency, names_of, people_named
from app.db.queries.people import people_of_council
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, Role
from app.services.context import SheetContext, find_assessment, sheet_context

REASON_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class RecusalLine:
    """One recusal in words; `mine`: the reader recorded it and may withdraw it."""

    recusal_id: int
    campaign: str
    unit: str
    person: str
    reason: str
    recorded_by: str
    recorded_at: dt.datetime
    withdrawn_at: dt.datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Recusals:
    """What the reader sees of recusals, and for whom and which sheets they may record one."""

    lines: tuple[RecusalLine, ...]
    sheets: tuple[tuple[int, str], ...]
    people: tuple[tuple[int, str], ...]


def recusals(*, actor: Actor) -> Recusals:
    """Return the recusals of the actor's agencies and councils, newest first, with what a new one may name."""
    with reading() as session:
        stages = _stages(session)
        seen = {(stage.campaign_id, stage.group_id) for stage in stages}
        rows = [row for row in _rows(session) if _sees(session, row, stages, actor)]
        names = names_of(session, {number for row in rows for number in (row.user_id, row.recorded_by_id)})
        return Recusals(
            lines=tuple(
                RecusalLine(
                    recusal_id=row.id,
                    campaign=row.campaign.name,
                    unit=row.unit.name,
                    person=names[row.user_id],
                    reason=row.reason,
                    recorded_by=names[row.recorded_by_id],
                    recorded_at=row.recorded_at,
                    withdrawn_at=row.withdrawn_at,
                    mine=row.recorded_by_id == actor.user_id,
                )
                for row in rows
            ),
            sheets=tuple(_sheets(session, stages, actor)) if seen else (),
            people=tuple(_people(session, stages, actor)),
        )


def _rows(session: Session) -> Sequence[Recusal]:
    statement = (
        select(Recusal)
        .join(Recusal.campaign)
        .where(Campaign.status == CampaignStatus.OPEN)
        .options(joinedload(Recusal.campaign), joinedload(Recusal.unit))
        .order_by(Recusal.id.desc())
    )
    return session.scalars(statement).all()


def _stages(session: Session) -> Sequence[GroupStage]:
    statement = select(GroupStage).join(GroupStage.campaign).where(Campaign.status == CampaignStatus.OPEN)
    return session.scalars(statement.options(joinedload(GroupStage.campaign)).order_by(GroupStage.id)).all()


def _councils(actor: Actor) -> frozenset[int | None]:
    return frozenset(held.council_id for held in actor.appointments if held.role is Role.SECRETARIAT)


def _sees(session: Session, row: Recusal, stages: Sequence[GroupStage], actor: Actor) -> bool:
    """Whether the reader meets a recusal: it is about them or theirs, a colleague's, or before their council."""
    if actor.user_id in {row.user_id, row.recorded_by_id}:
        return True
    councils = {stage.council_id for stage in stages if stage.campaign_id == row.campaign_id}
    if not councils.isdisjoint(_councils(actor)) and _council_of(session, row) in _councils(actor):
        return True
    agencies = {held.unit_id for held in actor.appointments if held.role is Role.APPRAISER and held.unit_id}
    colleagues = appraisers_by_agency(session, agencies)
    return row.unit_id not in actor.unit_ids and any(row.user_id in users for users in colleagues.values())


def _council_of(session: Session, row: Recusal) -> int | None:
    statement = (
        select(GroupStage.council_id)
        .join(Assessment, Assessment.group_stage_id == GroupStage.id)
        .where(Assessment.campaign_id == row.campaign_id, Assessment.unit_id == row.unit_id)
    )
    return session.scalars(statement).first()


def _sheets(session: Session, stages: Sequence[GroupStage], actor: Actor) -> list[tuple[int, str]]:
    """Return the sheets a recusal may be recorded on: of the actor's councils, and those the agencies appraise."""
    agencies = {held.unit_id for held in actor.appointments if held.role is Role.APPRAISER}
    of_agency = set(
        session.scalars(
            select(AppraiserAssignment.campaign_id).where(AppraiserAssignment.agency_id.in_(agencies)).distinct()
        )
    )
    named = [stage.id for stage in stages if stage.council_id in _councils(actor) or stage.campaign_id in of_agency]
    statement = (
        select(Assessment.id, Unit.name, Campaign.name.label("campaign"))
        .join(Assessment.unit)
        .join(Assessment.campaign)
        .where(Assessment.group_stage_id.in_(named))
        .order_by(Campaign.id.desc(), Unit.code)
    )
    return [(row.id, f"{row.name} – {row.campaign}") for row in session.execute(statement)]


def _people(session: Session, stages: Sequence[GroupStage], actor: Actor) -> list[tuple[int, str]]:
    """Return whom the secretariat may record a recusal of; nobody for an appraiser, who declares the own one."""
    mine = [stage for stage in stages if stage.council_id in _councils(actor)]
    if not mine:
        return []
    campaigns = {stage.campaign_id for stage in mine}
    agencies = session.scalars(
        select(AppraiserAssignment.agency_id).where(AppraiserAssignment.campaign_id.in_(campaigns)).distinct()
    ).all()
    found = {user for users in appraisers_by_agency(session, agencies).values() for user in users}
    for council in {stage.council_id for stage in mine}:
        found |= set(people_of_council(session, council, [Role.SECRETARIAT]))
    return list(people_named(session, found))


def record_recusal(assessment_id: int, user_id: int | None, reason: str, *, actor: Actor, clock: Clock) -> None:
    """Record that a person (None: the actor) stays out of judging a unit, from now on.

    Raises: NotFound, Forbidden("not_oneself", "not_your_agency", "other_council"), Conflict("recusal_exists"),
    InputInvalid("recusal_reason_missing", "recusal_reason_too_long", "recusal_person_unfit").
    """
    person = actor.user_id if user_id is None else user_id
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, assessment_id, lock=True)
        sheet = sheet_context(work.session, assessment, work.now)
        _require(sheet, actor, person)
        _check(work.session, sheet, person, reason)
        row = Recusal(
            campaign_id=assessment.campaign_id,
            unit_id=assessment.unit_id,
            user_id=person,
            reason=reason.strip(),
            recorded_by_id=work.acting.user_id,
            recorded_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        new = {"user_id": person, "unit_id": assessment.unit_id, "reason": row.reason}
        work.audit(f"campaign:{assessment.campaign_id}", "recusal_recorded", "recusal", row.id, old=None, new=new)


def _require(sheet: SheetContext, actor: Actor, person: int) -> None:
    """Raise NotFound where the sheet is nothing the actor appraises or keeps for its council."""
    subject = sheet.subject()
    asked = Subject(
        unit_id=subject.unit_id, council_id=subject.council_id, agency_ids=subject.agency_ids, person_id=person
    )
    refusal = policy.why_not(actor, Permission.RECUSAL_RECORD, asked)
    if refusal in {"not_your_agency", "other_council", "role_missing"}:
        raise NotFound("assessment_unknown")
    policy.require(actor, Permission.RECUSAL_RECORD, asked)


def _check(session: Session, sheet: SheetContext, person: int, reason: str) -> None:
    if not reason.strip():
        raise InputInvalid("recusal_reason_missing", field="reason")
    if len(reason) > REASON_LIMIT:
        raise InputInvalid("recusal_reason_too_long", field="reason", most=REASON_LIMIT)
    appraisers = appraisers_by_agency(session, sheet.subject().agency_ids)
    fit = {user for users in appraisers.values() for user in users}
    fit |= set(people_of_council(session, sheet.assessment.group_stage.council_id, [Role.SECRETARIAT]))
    if person not in fit:
        raise InputInvalid("recusal_person_unfit", field="person")
    if person in sheet.recused:
        raise Conflict("recusal_exists")


def withdraw_recusal(recusal_id: int, *, actor: Actor, clock: Clock) -> None:
    """Withdraw a recusal; the row stays. Raises: NotFound, Forbidden("recusal_of_another"), Conflict."""
    with unit_of_work(actor=actor, clock=clock) as work:
        row = work.session.get(Recusal, recusal_id, with_for_update=True)
        if row is None or not _sees(work.session, row, _stages(work.session), actor):
            raise NotFound("recusal_unknown")
        if row.recorded_by_id != actor.user_id:
            raise Forbidden("recusal_of_another")
        if row.withdrawn_at is not None:
            raise Conflict("recusal_withdrawn", at=row.withdrawn_at)
        row.withdrawn_at, row.withdrawn_by_id = work.now, work.acting.user_id
        old = {"user_id": row.user_id, "unit_id": row.unit_id, "reason": row.reason}
        work.audit(f"campaign:{row.campaign_id}", "recusal_withdrawn", "recusal", row.id, old=old, new=None)
