"""A unit comes into an open campaign, or its sheet ends before the campaign does; both with reason and document."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, CampaignOverride, GroupStage
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.identity import Unit
from app.db.queries.assignments import appraiser_scopes
from app.db.queries.people import people_of_units
from app.db.queries.trees import tree_of_frozen_set
from app.db.results import Publication
from app.db.session import Work, unit_of_work
from app.db.setup import SheetClosing
from app.domain.campaign_change import ChangeKind, ClosingGround, checked_words
from app.domain.delegation import vietnam_day
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.opening import agencies_by_leaf
from app.domain.policy import Actor
from app.domain.terms import CONCLUDED, ScoredBy
from app.services.appraiser_changes import group_of
from app.services.campaign_changes import UNIT_PEOPLE, Why, keep, open_campaign_of, tell


def add_unit(
    campaign_id: int, group_stage_id: int, unit_id: int | None, why: Why, *, actor: Actor, clock: Clock
) -> int:
    """Give a unit its sheet in a group of an open campaign; return the sheet's id. The unit joins the peer group.

    Raises: Forbidden, NotFound, Conflict campaign_not_open, group_concluded; InputInvalid group_not_of_campaign,
    unit_missing_here, unit_ended, unit_in_campaign, leaf_without_appraiser, appraiser_is_own_unit.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = open_campaign_of(work, campaign_id, actor)
        checked_words(why.reason, why.document)
        group = group_of(campaign, group_stage_id)
        work.session.refresh(group, with_for_update=True)  # a conclusion waits for the new sheet, or is seen here
        if group.stage in CONCLUDED:
            raise Conflict("group_concluded", group=group.group.name)
        unit = None if unit_id is None else work.session.get(Unit, unit_id, with_for_update=True)
        if unit is None:
            raise InputInvalid("unit_missing_here", field="unit")
        if unit.merged_into_id is not None or (unit.valid_to is not None and unit.valid_to <= vietnam_day(work.now)):
            raise InputInvalid("unit_ended", unit=unit.name, field="unit")
        there = select(Assessment.id).where(Assessment.campaign_id == campaign_id, Assessment.unit_id == unit.id)
        if work.session.scalars(there).first() is not None:
            raise InputInvalid("unit_in_campaign", unit=unit.name, field="unit")
        _refuse_unappraised(work.session, campaign, group, unit)
        sheet = Assessment(campaign_id=campaign_id, group_stage=group, unit=unit)
        work.session.add(sheet)
        if unit not in group.group.units:
            group.group.units.append(unit)
        new = {"unit": unit.name, "group": group.group.name}
        keep(work, campaign_id, ChangeKind.UNIT_ADDED, {}, new, why)
        tell(work, campaign, ChangeKind.UNIT_ADDED, people_of_units(work.session, [unit.id], UNIT_PEOPLE))
        return sheet.id


def _refuse_unappraised(session: Session, campaign: Campaign, group: GroupStage, unit: Unit) -> None:
    """Ask of the one unit what the opening asked of every other."""
    tree = tree_of_frozen_set(session, group.set_id)
    overridden = set(
        session.scalars(
            select(Criterion.code)
            .join(CampaignOverride, CampaignOverride.criterion_id == Criterion.id)
            .where(CampaignOverride.campaign_id == campaign.id)
        )
    )
    agencies = agencies_by_leaf(tree, unit.id, appraiser_scopes(session, campaign.id, group.group_id))
    for leaf in tree.leaves:
        if leaf.scored_by is not ScoredBy.UNIT or leaf.code in overridden:
            continue
        place = {"group": group.group.name, "criterion": leaf.code}
        if agencies[leaf.code] is None:
            raise InputInvalid("leaf_without_appraiser", **place)
        if agencies[leaf.code] == unit.id:
            raise InputInvalid("appraiser_is_own_unit", unit=unit.name, **place)


def close_sheet(campaign_id: int, assessment_id: int, why: Why, *, actor: Actor, clock: Clock) -> None:
    """End a unit's part in an open campaign: its sheet is kept, appraised and ranked no more.

    Raises: Forbidden, NotFound, Conflict campaign_not_open, sheet_ended, sheet_concluded.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = open_campaign_of(work, campaign_id, actor)
        sheet = held_sheet(work, assessment_id)
        if sheet.campaign_id != campaign.id:
            raise NotFound("assessment_unknown")
        end_sheet(work, sheet, ClosingGround.LEFT, None, why)


def held_sheet(work: Work, assessment_id: int) -> Assessment:
    """Return a sheet, its row held: what is being written on it counts, what comes later is refused."""
    statement = select(Assessment).where(Assessment.id == assessment_id)
    found = work.session.scalars(statement.with_for_update(key_share=True, of=Assessment)).one_or_none()
    if found is None:
        raise NotFound("assessment_unknown")
    return found


def may_end(session: Session, sheet: Assessment) -> bool:
    """Whether a sheet may still end early: nothing of its group is concluded or was ever published."""
    published = exists().where(Publication.group_stage_id == sheet.group_stage_id)
    return sheet.group_stage.stage not in CONCLUDED and not session.scalar(select(published))


def end_sheet(work: Work, sheet: Assessment, ground: ClosingGround, into: Unit | None, why: Why) -> None:
    """End one sheet within a running work. Raises Conflict("sheet_ended", "sheet_concluded")."""
    reason, document = checked_words(why.reason, why.document)
    known = select(SheetClosing.id).where(SheetClosing.assessment_id == sheet.id)
    if work.session.scalars(known).first() is not None:
        raise Conflict("sheet_ended", unit=sheet.unit.name)
    if not may_end(work.session, sheet):
        raise Conflict("sheet_concluded", unit=sheet.unit.name)
    row = SheetClosing(assessment_id=sheet.id, ground=ground, into_id=into.id if into else None)
    row.reason, row.document, row.at, row.by_id = reason, document, work.now, work.acting.user_id
    work.session.add(row)
    said = {"unit": sheet.unit.name, "ground": ground.value, "into": into.name if into else ""}
    stream = f"assessment:{sheet.id}"
    work.audit(stream, "sheet_ended", "assessment", sheet.id, new=said | {"document": document}, note=reason)
    keep(work, sheet.campaign_id, ChangeKind.UNIT_CLOSED, {}, said, why)
    tell(work, sheet.campaign, ChangeKind.UNIT_CLOSED, people_of_units(work.session, [sheet.unit_id], UNIT_PEOPLE))
