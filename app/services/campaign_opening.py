"""Open a campaign: everything is checked, the sets freeze, each unit gets its sheet, in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, CampaignOverride, GroupStage, Phase
from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion
from app.db.queries.assignments import appraiser_scopes
from app.db.queries.trees import findings_of_set, nodes_of_set
from app.db.queries.versions import kept_mapping
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.campaign import Opening, OpeningGroup, Policies, opening_problems
from app.domain.classification import Band
from app.domain.criteria import Tree
from app.domain.deadlines import Span
from app.domain.errors import Conflict, DomainError, InputInvalid, NotFound
from app.domain.indexes import index_problems
from app.domain.opening import AppraiserScope, opening_remarks
from app.domain.points import plain
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, PhaseKind, SetStatus
from app.services.set_examples import example_problems


def scoring_span(phases: Sequence[Phase]) -> Span | None:
    """Return the scoring phase of a campaign, or None while it has none."""
    found = next((phase for phase in phases if phase.kind is PhaseKind.SCORING), None)
    return Span(found.opens_at, found.closes_at) if found else None


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """What an organiser reads before opening: what stands against it, and what is odd though it may be meant.

    `locked_at`: the scoring phase is over already, so that no unit could write without a window.
    """

    campaign: str
    opened_at: dt.datetime | None
    locked_at: dt.datetime | None
    units: int
    problems: tuple[DomainError, ...]
    remarks: tuple[DomainError, ...]


def opening_report(campaign_id: int, *, clock: Clock) -> OpeningReport:
    """Return everything that keeps the campaign from opening. Raises NotFound."""
    with reading() as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        span, now = scoring_span(campaign.phases), clock.read(session)
        return OpeningReport(
            campaign=campaign.name,
            opened_at=campaign.opened_at,
            locked_at=span.closes_at if span is not None and now >= span.closes_at else None,
            units=sum(len(stage.group.units) for stage in campaign.groups),
            problems=() if campaign.opened_at else tuple(_problems(session, campaign)),
            remarks=() if campaign.opened_at else tuple(_remarks(session, campaign)),
        )


def open_campaign(campaign_id: int, *, actor: Actor, clock: Clock) -> None:
    """Open a campaign. Raises Forbidden, NotFound, Conflict("campaign_open") or the first opening problem."""
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.CAMPAIGN_OPEN, Subject())
        campaign = work.session.get(Campaign, campaign_id, with_for_update=True)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        open_in(work, campaign)


def open_in(work: Work, campaign: Campaign) -> None:
    """Open `campaign` within a running work."""
    session = work.session
    if campaign.status is not CampaignStatus.DRAFT:
        raise Conflict("campaign_open", campaign=campaign.code)
    for stage in campaign.groups:
        if stage.criteria_set is not None:
            session.refresh(stage.criteria_set, with_for_update=True)  # nobody edits what is being frozen
        _copy_printed_agencies(session, campaign, stage)
    session.flush()
    problems = _problems(session, campaign)
    if problems:
        raise problems[0]
    _freeze_sets(work, campaign)
    for stage in campaign.groups:
        for unit in stage.group.units:
            session.add(Assessment(campaign_id=campaign.id, group_stage=stage, unit=unit))
    campaign.status = CampaignStatus.OPEN
    campaign.opened_at = work.now
    units = sum(len(stage.group.units) for stage in campaign.groups)
    work.audit(f"campaign:{campaign.id}", "campaign_opened", "campaign", campaign.code, new={"units": units})


def _freeze_sets(work: Work, campaign: Campaign) -> None:
    for criteria_set in {stage.set_id: stage.criteria_set for stage in campaign.groups}.values():
        if criteria_set.status is SetStatus.DRAFT:
            criteria_set.content_sha256 = content_hash(criteria_set)
            criteria_set.frozen_at = work.now
            criteria_set.status = SetStatus.FROZEN


def content_of(criteria_set: CriteriaSet) -> list[dict[str, Any]]:
    """Return everything a set decides by: codes, sentences, maxima, rules, in the order of the paper."""
    return [
        {
            "code": node.code,
            "parent": node.parent.code if node.parent else None,
            "title": node.title,
            "original": node.original,
            "maximum": plain(node.maximum),
            "requirement": node.requirement,
            "evidence": node.evidence,
            "scored_by": node.scored_by.value if node.scored_by else None,
            "rule": node.rule,
        }
        for node in criteria_set.criteria
    ]


def content_hash(criteria_set: CriteriaSet) -> str:
    """Return the SHA-256 over everything a set decides by."""
    content = json.dumps(content_of(criteria_set), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _printed_agencies(session: Session, campaign: Campaign, stage: GroupStage) -> list[Criterion]:
    """Return the criteria whose printed agency becomes a row at the opening: the group has none there."""
    given = set(
        session.scalars(
            select(AppraiserAssignment.criterion_id).where(
                AppraiserAssignment.campaign_id == campaign.id,
                AppraiserAssignment.group_id == stage.group_id,
            ),
        ),
    )
    printed = select(Criterion).where(Criterion.set_id == stage.set_id, Criterion.agency_id.is_not(None))
    return [row for row in session.scalars(printed.order_by(Criterion.position)) if row.id not in given]


def _copy_printed_agencies(session: Session, campaign: Campaign, stage: GroupStage) -> None:
    """The agency printed on a criterion is the decree's default, copied where the group has none."""
    for criterion in _printed_agencies(session, campaign, stage):
        session.add(
            AppraiserAssignment(
                campaign_id=campaign.id,
                criterion_id=criterion.id,
                group_id=stage.group_id,
                agency_id=criterion.agency_id,
            ),
        )


def _problems(session: Session, campaign: Campaign) -> list[DomainError]:
    """Return what keeps the campaign from opening; then what of the sets: examples contradicted, doubtful mappings."""
    try:
        problems = opening_problems(_opening(session, campaign))
        sets = {stage.set_id: stage.criteria_set for stage in campaign.groups if stage.criteria_set is not None}
        for set_id, criteria_set in sets.items():
            problems += index_problems(
                Policies.from_json(campaign.policies).indexes, Tree(tuple(nodes_of_set(session, set_id)))
            )
            problems += example_problems(session, set_id)
            if criteria_set.status is SetStatus.DRAFT:
                problems += _mapping_problems(session, set_id)
    except DomainError as unreadable:
        return [unreadable]
    return problems


def _mapping_problems(session: Session, set_id: int) -> list[DomainError]:
    """A mapping freezes with its set: what is doubtful then could never be adopted or compared with certainty."""
    doubtful = [code for _old, code, row in kept_mapping(session, set_id) if not row.confirmed]
    if not doubtful:
        return []
    return [InputInvalid("mapping_doubtful", criteria=", ".join(doubtful), count=len(doubtful))]


def _remarks(session: Session, campaign: Campaign) -> list[DomainError]:
    """Return what is odd; nothing where the campaign cannot be read, which is a problem of its own."""
    try:
        return opening_remarks(_opening(session, campaign))
    except DomainError:
        return []


def _opening(session: Session, campaign: Campaign) -> Opening:
    Policies.from_json(campaign.policies)
    return Opening(
        groups=[_opening_group(session, campaign, stage) for stage in campaign.groups],
        phases={phase.kind: Span(phase.opens_at, phase.closes_at) for phase in campaign.phases},
        bands=[Band(band.name, band.lower) for band in campaign.bands],
    )


def _opening_group(session: Session, campaign: Campaign, stage: GroupStage) -> OpeningGroup:
    overridden: Any = session.scalars(
        select(Criterion.code)
        .join(CampaignOverride, CampaignOverride.criterion_id == Criterion.id)
        .where(CampaignOverride.campaign_id == campaign.id, Criterion.set_id == stage.set_id),
    )
    printed = [
        AppraiserScope(row.code, None, row.agency_id)
        for row in _printed_agencies(session, campaign, stage)
        if row.agency_id is not None
    ]
    return OpeningGroup(
        name=stage.group.name,
        nodes=nodes_of_set(session, stage.set_id),
        units={unit.id: unit.name for unit in stage.group.units},
        appraisers=[*appraiser_scopes(session, campaign.id, stage.group_id), *printed],
        overridden=frozenset(overridden),
        findings=findings_of_set(session, stage.set_id),
    )
