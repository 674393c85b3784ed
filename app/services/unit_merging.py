"""A unit is merged into another from a day on: what becomes of its sheets in campaigns that run is decided with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.session import Work, reading, unit_of_work
from app.db.setup import SheetClosing
from app.domain import policy
from app.domain.campaign_change import ClosingGround, checked_words
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus
from app.services.campaign_changes import Why
from app.services.campaign_units import end_sheet, held_sheet, may_end


@dataclass(frozen=True, slots=True)
class MergeUnit:
    """Merge a unit into another from a day on. `ending`: which of its open sheets end; the others go on."""

    unit_id: int
    into_id: int | None
    from_day: dt.date
    ending: frozenset[int]


@dataclass(frozen=True, slots=True)
class RunningSheet:
    """A sheet of the unit in a campaign that is open; `may_end`: nothing of its group is concluded yet."""

    assessment_id: int
    campaign: str
    group: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class Merging:
    """What the page of a merger begins with. `merged_into`: where the unit went already."""

    unit: str
    valid_from: dt.date
    valid_to: dt.date | None
    merged_into: str
    sheets: tuple[RunningSheet, ...]
    others: tuple[tuple[int, str], ...]


def merging_of(unit_id: int, *, actor: Actor) -> Merging:
    """Return a unit with its running sheets, and the units it may go into. Raises Forbidden, NotFound."""
    policy.require(actor, Permission.UNIT_CONFIGURE, Subject())
    with reading() as session:
        unit = _unit(session, unit_id)
        others = select(Unit.id, Unit.name).where(
            Unit.id != unit_id, Unit.merged_into_id.is_(None), Unit.valid_to.is_(None)
        )
        return Merging(
            unit=unit.name,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            merged_into=unit.merged_into.name if unit.merged_into else "",
            sheets=tuple(
                RunningSheet(row.id, row.campaign.name, row.group_stage.group.name, may_end(session, row))
                for row in _sheets(session, unit_id)
            ),
            others=tuple((row.id, row.name) for row in session.execute(others.order_by(Unit.code))),
        )


def _unit(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("unit_unknown")
    return unit


def _sheets(session: Session, unit_id: int) -> Sequence[Assessment]:
    ended = exists().where(SheetClosing.assessment_id == Assessment.id)
    statement = (
        select(Assessment)
        .join(Assessment.campaign)
        .where(Assessment.unit_id == unit_id, Campaign.status == CampaignStatus.OPEN, ~ended)
        .options(joinedload(Assessment.campaign), joinedload(Assessment.group_stage))
        .order_by(Assessment.id)
    )
    return session.scalars(statement).all()


def merge_unit(command: MergeUnit, why: Why, *, actor: Actor, clock: Clock) -> int:
    """Merge a unit into another; return how many of its sheets ended.

    Raises: Forbidden, NotFound, InputInvalid change_without_reason, document_missing, merger_target_missing,
    merged_into_itself (by a detour too), unit_merged_already, merged_into_ended, dates_reversed; Conflict sheet_ended,
    sheet_concluded.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.UNIT_CONFIGURE, Subject())
        reason, document = checked_words(why.reason, why.document)
        unit, into = _held(work, command)
        _refuse(unit, into, command.from_day)
        sheets = {row.id for row in _sheets(work.session, unit.id)}
        if not command.ending <= sheets:
            raise NotFound("assessment_unknown")
        if command.ending:
            policy.require(actor, Permission.CAMPAIGN_CHANGE, Subject())
        for number in sorted(command.ending):
            end_sheet(work, held_sheet(work, number), ClosingGround.MERGED, into, Why(reason, document))
        old = {"valid_to": unit.valid_to and unit.valid_to.isoformat(), "merged_into_id": unit.merged_into_id}
        unit.valid_to, unit.merged_into_id = command.from_day, into.id
        new = {"valid_to": command.from_day.isoformat(), "merged_into_id": into.id, "document": document}
        work.audit("house", "unit_merged", "unit", unit.id, old=old, new=new, note=reason)
        return len(command.ending)


def _held(work: Work, command: MergeUnit) -> tuple[Unit, Unit]:
    """Return both units, their rows held in one order: two mergers of one another never both go through."""
    numbers = [command.unit_id, command.into_id or 0]
    statement = select(Unit).where(or_(*(Unit.id == number for number in numbers))).order_by(Unit.id)
    found = {row.id: row for row in work.session.scalars(statement.with_for_update(of=Unit))}
    if command.unit_id not in found:
        raise NotFound("unit_unknown")
    if command.into_id not in found:
        raise InputInvalid("merger_target_missing", field="into")
    return found[command.unit_id], found[command.into_id]


def _refuse(unit: Unit, into: Unit, from_day: dt.date) -> None:
    after: Unit | None = into
    while after is not None:
        if after.id == unit.id:
            raise InputInvalid("merged_into_itself", field="into")
        after = after.merged_into
    if unit.merged_into is not None:
        raise InputInvalid("unit_merged_already", unit=unit.name, into=unit.merged_into.name)
    if into.merged_into is not None or into.valid_to is not None:
        raise InputInvalid("merged_into_ended", unit=into.name, field="into")
    if from_day <= unit.valid_from:
        raise InputInvalid("dates_reversed", first=unit.valid_from, last=from_day, field="from_day")
