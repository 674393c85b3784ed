"""What a campaign says of single leaves: points the council gives to all, and terms of their own.

Before the opening the organiser sets them freely; afterwards with a reason and a document. Every change is kept.
Source: Định Hóa 2024, Phụ lục II, VIII (first year: the council gives the maximum at 8.1, 8.2); mục II (not yet due).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment, ScoreEntry
from app.db.campaigns import Campaign, CampaignOverride, GroupStage
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.entering import LeafDecision, LeafTerm
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.points import parse_screen_number, plain, to_units
from app.domain.policy import Actor, Permission, Subject
from app.domain.scoring import override_points
from app.domain.terms import CONCLUDED, CampaignStatus, LeafSetting, ScoredBy
from app.services.group_context import find_group, group_context
from app.services.self_totals import recount_totals


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a setting is changed, and the paper that orders it; both are asked for once the campaign is open."""

    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One leaf of a set of the campaign. `override`: points the council gives; `reason` why."""

    criterion_id: int
    code: str
    title: str
    maximum: Decimal
    own: bool
    override: Decimal | None
    reason: str
    cut_off: dt.date | None
    not_yet_due: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One change: what was set before and after, by whom, on which paper."""

    code: str
    setting: LeafSetting
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    reason: str
    document: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The leaves of a campaign with what is set of each, and every change so far, newest first."""

    campaign_id: int
    campaign: str
    is_open: bool
    may_change: bool
    lines: tuple[SettingLine, ...]
    decisions: tuple[DecisionLine, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom an override would touch: the units of the groups scored by the set; `scored` have points there already."""

    code: str
    title: str
    units: tuple[str, ...]
    scored: Mapping[str, Decimal]


def settings_view(campaign_id: int, *, actor: Actor) -> SettingsView:
    """Return what the campaign says of its leaves. Raises Forbidden, NotFound."""
    with reading() as session:
        policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
        campaign = _campaign(session, campaign_id)
        is_open = campaign.status is not CampaignStatus.DRAFT
        return SettingsView(
            campaign_id=campaign.id,
            campaign=campaign.name,
            is_open=is_open,
            may_change=not is_open or policy.allows(actor, Permission.CAMPAIGN_OPEN, Subject()),
            lines=tuple(_lines(session, campaign)),
            decisions=tuple(_decisions(session, campaign.id)),
        )


def _lines(session: Session, campaign: Campaign) -> list[SettingLine]:
    sets = {group.set_id for group in campaign.groups}
    leaves = (
        select(Criterion)
        .where(Criterion.set_id.in_(sets), Criterion.rule.is_not(None))
        .order_by(Criterion.set_id, Criterion.position)
    )
    overrides = {
        row.criterion_id: row for row in session.scalars(select(CampaignOverride).filter_by(campaign_id=campaign.id))
    }
    terms = {row.criterion_id: row for row in session.scalars(select(LeafTerm).filter_by(campaign_id=campaign.id))}
    found = []
    for leaf in session.scalars(leaves):
        override, term = overrides.get(leaf.id), terms.get(leaf.id)
        found.append(
            SettingLine(
                criterion_id=leaf.id,
                code=leaf.code,
                title=leaf.title,
                maximum=leaf.maximum,
                own=leaf.scored_by is ScoredBy.UNIT,
                override=None if override is None else override_points(override.points, leaf.maximum),
                reason="" if override is None else override.reason,
                cut_off=None if term is None else term.cut_off,
                not_yet_due=term is not None and term.not_yet_due,
            ),
        )
    return found


def _decisions(session: Session, campaign_id: int) -> list[DecisionLine]:
    statement = (
        select(LeafDecision)
        .where(LeafDecision.campaign_id == campaign_id)
        .options(joinedload(LeafDecision.criterion), joinedload(LeafDecision.by))
        .order_by(LeafDecision.id.desc())
    )
    return [
        DecisionLine(
            code=row.criterion.code,
            setting=row.setting,
            old=row.old,
            new=row.new,
            reason=row.reason,
            document=row.document,
            by=row.by.first_name,
            at=row.at,
        )
        for row in session.scalars(statement)
    ]


def touched_by(campaign_id: int, criterion_id: int, *, actor: Actor) -> Touched:
    """Return whom an override of the leaf would touch; nothing is written. Raises Forbidden, NotFound."""
    with reading() as session:
        policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
        campaign = _campaign(session, campaign_id)
        leaf = _leaf(session, campaign, criterion_id)
        groups = [group for group in campaign.groups if group.set_id == leaf.set_id]
        units = sorted({(unit.code, unit.name) for group in groups for unit in group.group.units})
        scored = (
            select(Assessment)
            .join(ScoreEntry, ScoreEntry.assessment_id == Assessment.id)
            .where(ScoreEntry.criterion_id == leaf.id, ScoreEntry.self_points.is_not(None))
            .where(Assessment.campaign_id == campaign.id)
            .add_columns(ScoreEntry.self_points)
        )
        points = {row.unit.name: given for row, given in session.execute(scored) if given is not None}
        return Touched(leaf.code, leaf.title, tuple(name for _, name in units), points)


def set_override(
    campaign_id: int, criterion_id: int, points: str, grounds: Grounds, *, actor: Actor, clock: Clock
) -> None:
    """Let the council give `points` (empty: the maximum) to every unit on a leaf.

    Raises: Forbidden, NotFound, Conflict override_exists, leaf_setting_after_conclusion; InputInvalid
    entered_reason_missing, document_missing, override_above_maximum, and as a figure is misread.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign, leaf = _held(work, campaign_id, criterion_id, grounds)
        if not grounds.reason.strip():
            raise InputInvalid("entered_reason_missing", field="reason")
        if _override(work.session, campaign_id, criterion_id) is not None:
            raise Conflict("override_exists", criterion=leaf.code)
        given = _points(points, leaf.maximum)
        row = CampaignOverride(
            campaign_id=campaign.id, criterion_id=leaf.id, points=given, reason=grounds.reason.strip()
        )
        work.session.add(row)
        _recount(work, campaign, leaf)
        new = {"points": plain(override_points(given, leaf.maximum))}
        _decide(work, campaign, leaf, (LeafSetting.OVERRIDE, None, new), grounds)


def withdraw_override(campaign_id: int, criterion_id: int, grounds: Grounds, *, actor: Actor, clock: Clock) -> None:
    """Take an override back; that it stood is kept. Once a unit has sent its sheet without the leaf it stays.

    Raises: Forbidden, NotFound, Conflict override_relied_upon, leaf_setting_after_conclusion; InputInvalid.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign, leaf = _held(work, campaign_id, criterion_id, grounds)
        row = _override(work.session, campaign_id, criterion_id)
        if row is None:
            raise NotFound("override_unknown")
        _refuse_relied_upon(work, campaign, leaf)
        old = {"points": plain(override_points(row.points, leaf.maximum)), "reason": row.reason}
        work.session.delete(row)
        _recount(work, campaign, leaf)
        _decide(work, campaign, leaf, (LeafSetting.OVERRIDE, old, None), grounds)


def set_term(
    campaign_id: int,
    criterion_id: int,
    cut_off: dt.date | None,
    grounds: Grounds,
    *,
    not_yet_due: bool,
    actor: Actor,
    clock: Clock,
) -> None:
    """Say until when the figures of a leaf count and whether it is not yet due; neither takes the term back.

    Raises: Forbidden, NotFound, Conflict("leaf_setting_after_conclusion"), InputInvalid term_of_others.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign, leaf = _held(work, campaign_id, criterion_id, grounds)
        if not_yet_due and leaf.scored_by is not ScoredBy.UNIT:
            raise InputInvalid("term_of_others", criterion=leaf.code, field="not_yet_due")
        key = (LeafTerm.campaign_id == campaign_id, LeafTerm.criterion_id == criterion_id)
        row = work.session.scalars(select(LeafTerm).where(*key)).one_or_none()
        old = None if row is None else _term(row.cut_off, not_yet_due=row.not_yet_due)
        new = _term(cut_off, not_yet_due=not_yet_due)
        if old == new:
            return
        if row is None:
            row = LeafTerm(campaign_id=campaign_id, criterion_id=criterion_id)
            work.session.add(row)
        row.cut_off, row.not_yet_due = cut_off, not_yet_due
        if new is None:
            work.session.delete(row)
        _decide(work, campaign, leaf, (LeafSetting.TERM, old, new), grounds)


def _term(cut_off: dt.date | None, *, not_yet_due: bool) -> dict[str, Any] | None:
    if cut_off is None and not not_yet_due:
        return None
    return {"cut_off": None if cut_off is None else cut_off.isoformat(), "not_yet_due": not_yet_due}


def _points(text: str, maximum: Decimal) -> Decimal | None:
    if not text.strip():
        return None
    try:
        given = parse_screen_number(text)
        to_units(given)
        override_points(given, maximum)
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": "points"}) from refused
    return given


def _campaign(session: Session, campaign_id: int) -> Campaign:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    return campaign


def _leaf(session: Session, campaign: Campaign, criterion_id: int) -> Criterion:
    leaf = session.get(Criterion, criterion_id)
    if leaf is None or leaf.rule is None or leaf.set_id not in {group.set_id for group in campaign.groups}:
        raise NotFound("leaf_unknown", criterion=criterion_id)
    return leaf


def _override(session: Session, campaign_id: int, criterion_id: int) -> CampaignOverride | None:
    key = (CampaignOverride.campaign_id == campaign_id, CampaignOverride.criterion_id == criterion_id)
    return session.scalars(select(CampaignOverride).where(*key)).one_or_none()


def _held(work: Work, campaign_id: int, criterion_id: int, grounds: Grounds) -> tuple[Campaign, Criterion]:
    """Return campaign and leaf, held: the campaign against its opening, the groups against their conclusion."""
    policy.require(work.acting, Permission.CAMPAIGN_CONFIGURE, Subject())
    campaign = work.session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    leaf = _leaf(work.session, campaign, criterion_id)
    if campaign.status is CampaignStatus.DRAFT:
        return campaign, leaf
    policy.require(work.acting, Permission.CAMPAIGN_OPEN, Subject())
    for group in _groups(campaign, leaf):
        held = find_group(work.session, group.id, lock=True)
        work.session.refresh(held)
        if held.stage in CONCLUDED:
            raise Conflict("leaf_setting_after_conclusion", group=held.group.name)
    if not grounds.reason.strip():
        raise InputInvalid("entered_reason_missing", field="reason")
    if not grounds.document.strip() or len(grounds.document) > 200:
        raise InputInvalid("document_missing", limit=200, field="document")
    return campaign, leaf


def _groups(campaign: Campaign, leaf: Criterion) -> Sequence[GroupStage]:
    return [group for group in campaign.groups if group.set_id == leaf.set_id]


def _refuse_relied_upon(work: Work, campaign: Campaign, leaf: Criterion) -> None:
    for group in _groups(campaign, leaf) if campaign.status is not CampaignStatus.DRAFT else ():
        context = group_context(work.session, group, work.now)
        for number, pins in context.pins.items():
            if leaf.scored_by is ScoredBy.UNIT and leaf.code not in pins:
                unit = context.assessments[number].unit.name
                raise Conflict("override_relied_upon", unit=unit, criterion=leaf.code)


def _recount(work: Work, campaign: Campaign, leaf: Criterion) -> None:
    """Count the totals of the units that said something of the leaf anew: it is their own no more, or again."""
    said = select(ScoreEntry.assessment_id).join(Assessment, Assessment.id == ScoreEntry.assessment_id)
    of_leaf = said.where(Assessment.campaign_id == campaign.id, ScoreEntry.criterion_id == leaf.id)
    recount_totals(work.session, work.session.scalars(of_leaf).all())


def _decide(
    work: Work,
    campaign: Campaign,
    leaf: Criterion,
    change: tuple[LeafSetting, dict[str, Any] | None, dict[str, Any] | None],
    grounds: Grounds,
) -> None:
    setting, old, new = change
    work.session.add(
        LeafDecision(
            campaign_id=campaign.id,
            criterion_id=leaf.id,
            setting=setting,
            old=old,
            new=new,
            reason=grounds.reason.strip(),
            document=grounds.document.strip(),
            by_id=work.acting.user_id,
            at=work.now,
        ),
    )
    said = None if new is None else {**new, "document": grounds.document.strip()}
    stream, action = f"campaign:{campaign.id}", f"leaf_{setting.value}_set"
    work.audit(stream, action, "leaf", leaf.code, old=old, new=said, note=grounds.reason.strip())
