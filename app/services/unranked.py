"""Units that are scored and classed, not ranked: said before the opening, or later with reason and document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.queries.result_marks import excluded_units
from app.db.result_acts import RankingExclusion
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CONCLUDED


@dataclass(frozen=True, slots=True)
class Exclude:
    """One unit, or (no `unit_id`) a whole group: not ranked, or (`excluded` false) ranked again."""

    campaign_id: int
    group_id: int
    unit_id: int | None
    excluded: bool
    reason: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    """One act, as it was kept."""

    name: str
    excluded: bool
    reason: str
    document: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class RankedUnit:
    unit_id: int
    name: str
    ranked: bool


@dataclass(frozen=True, slots=True)
class RankedGroup:
    """A group of the campaign; `settled`: it is concluded, its table stands."""

    group_id: int
    name: str
    ranked: bool
    settled: bool
    units: tuple[RankedUnit, ...]


@dataclass(frozen=True, slots=True)
class ExclusionsView:
    campaign_id: int
    campaign: str
    opened: bool
    groups: tuple[RankedGroup, ...]
    acts: tuple[ExclusionLine, ...]


def exclusions(campaign_id: int, *, actor: Actor) -> ExclusionsView:
    """Return who is not ranked in a campaign, and every act that said so. Raises Forbidden, NotFound."""
    policy.require(actor, Permission.RANKING_EXCLUDE, Subject())
    with reading() as session:
        campaign = _campaign(session, campaign_id)
        acts = select(RankingExclusion).where(RankingExclusion.campaign_id == campaign_id)
        return ExclusionsView(
            campaign_id=campaign_id,
            campaign=campaign.name,
            opened=campaign.opened_at is not None,
            groups=tuple(_group(session, stage) for stage in campaign.groups),
            acts=tuple(_line(row) for row in session.scalars(acts.order_by(RankingExclusion.id.desc()))),
        )


def _group(session: Session, stage: GroupStage) -> RankedGroup:
    whole, units = excluded_units(session, stage.campaign_id, stage.group_id)
    return RankedGroup(
        group_id=stage.group_id,
        name=stage.group.name,
        ranked=not whole,
        settled=stage.stage in CONCLUDED,
        units=tuple(RankedUnit(unit.id, unit.name, not units.get(unit.id, whole)) for unit in _units(session, stage)),
    )


def _line(row: RankingExclusion) -> ExclusionLine:
    named = row.unit or row.group
    return ExclusionLine(
        "" if named is None else named.name, row.excluded, row.reason, row.document, row.by.first_name, row.at
    )


def _campaign(session: Session, campaign_id: int, *, lock: bool = False) -> Campaign:
    found = session.get(Campaign, campaign_id, with_for_update={"of": Campaign} if lock else None)
    if found is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    return found


def _units(session: Session, stage: GroupStage) -> Sequence[Unit]:
    """Return the units of a group: those that got a sheet, or, before the opening, those that would."""
    if stage.campaign.opened_at is None:
        return list(stage.group.units)
    statement = select(Unit).join(Assessment, Assessment.unit_id == Unit.id)
    return session.scalars(statement.where(Assessment.group_stage_id == stage.id).order_by(Unit.code)).all()


def exclude(command: Exclude, *, actor: Actor, clock: Clock) -> None:
    """Say that a unit or a group is not ranked, or is again.

    Raises: Forbidden, NotFound campaign_unknown, group_unknown, unit_unknown; InputInvalid reason_missing,
    document_missing (of an open campaign); Conflict("ranking_settled") once the group is concluded.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.RANKING_EXCLUDE, Subject())
        campaign = _campaign(work.session, command.campaign_id, lock=True)
        stage = next((row for row in campaign.groups if row.group_id == command.group_id), None)
        if stage is None:
            raise NotFound("group_unknown")
        work.session.refresh(stage, with_for_update={"of": GroupStage})
        if stage.stage in CONCLUDED:
            raise Conflict("ranking_settled", group=stage.group.name)
        unit = next((row for row in _units(work.session, stage) if row.id == command.unit_id), None)
        if command.unit_id is not None and unit is None:
            raise NotFound("unit_unknown")
        if not command.reason.strip():
            raise InputInvalid("reason_missing", field="reason")
        _require_document(command, campaign)
        row = RankingExclusion(
            campaign_id=campaign.id,
            group_id=stage.group_id if unit is None else None,
            unit_id=None if unit is None else unit.id,
            excluded=command.excluded,
            reason=command.reason.strip(),
            document=command.document.strip(),
            by_id=work.acting.user_id,
            at=work.now,
        )
        work.session.add(row)
        name = stage.group.name if unit is None else unit.name
        new = {"name": name, "excluded": command.excluded, "document": row.document}
        work.audit(f"campaign:{campaign.id}", "ranking_changed", "campaign", campaign.code, new=new, note=row.reason)


def _require_document(command: Exclude, campaign: Campaign) -> None:
    length = len(command.document.strip())
    if length > 200 or (campaign.opened_at is not None and not length):
        raise InputInvalid("document_missing", field="document", limit=200)
