"""An open campaign as its pages of changes show it: how it stands, what was changed, whom a change would concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import Verdict
from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser, Unit
from app.db.queries.people import people_of_units
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import reading
from app.db.setup import CampaignChange
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.campaign_change import ChangeKind
from app.domain.deadlines import Span
from app.domain.errors import NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, PhaseKind, Role, State
from app.services.appraiser_changes import ChangeAppraiser, branch_of, group_of
from app.services.campaign_changes import UNIT_PEOPLE, Ranking, ranking_of, running_sheets


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a change concerns: shown before it is made. `verdicts`: given on the branch, they stay."""

    units: int
    not_sent: int
    people: int
    verdicts: int = 0


def touched_by(campaign_id: int, command: ChangeAppraiser | None = None, *, actor: Actor) -> Touched:
    """Return whom a change of the campaign concerns, or that of one branch. Raises Forbidden, NotFound."""
    policy.require(actor, Permission.CAMPAIGN_CHANGE, Subject())
    with reading() as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        sheets = running_sheets(session, campaign_id)
        units = [unit_id for _, unit_id, _ in sheets]
        if command is not None and command.unit_id is not None:
            units = [unit_id for unit_id in units if unit_id == command.unit_id]
        of_campaign = (Assessment.campaign_id == campaign_id, Assessment.state == State.SUBMITTED)
        sent = set(session.scalars(select(Assessment.unit_id).where(*of_campaign)))
        people = people_of_units(session, units, UNIT_PEOPLE)
        return Touched(
            units=len(units),
            not_sent=sum(unit_id not in sent for unit_id in units),
            people=len(people),
            verdicts=0 if command is None else _verdicts(session, campaign, command, units),
        )


def _verdicts(session: Session, campaign: Campaign, command: ChangeAppraiser, units: Sequence[int]) -> int:
    group = group_of(campaign, command.group_stage_id)
    tree = tree_of_frozen_set(session, group.set_id)
    branch = branch_of(session, group, command.branch).code
    leaves = [leaf.code for leaf in tree.leaves if branch in {node.code for node in tree.path(leaf.code)}]
    statement = (
        select(func.count(Verdict.id))
        .join(Verdict.assessment)
        .join(Criterion, Criterion.id == Verdict.criterion_id)
        .where(Assessment.group_stage_id == group.id, Assessment.unit_id.in_(units), Criterion.code.in_(leaves))
    )
    return session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the list."""

    kind: ChangeKind
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    reason: str
    document: str
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """What the pages of changes begin with. `groups`: (id, name, units as (id, name))."""

    name: str
    open: bool
    phases: Mapping[PhaseKind, Span]
    ranking: Ranking
    policies: Policies
    groups: tuple[tuple[int, str, tuple[tuple[int, str], ...]], ...]
    agencies: tuple[tuple[int, str], ...]
    codes: frozenset[str]
    changes: tuple[ChangeLine, ...]


def open_campaign_view(campaign_id: int, *, actor: Actor) -> OpenCampaign:
    """Return a campaign as it stands, and every change of it, newest first. Raises Forbidden, NotFound."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    with reading() as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        return OpenCampaign(
            name=campaign.name,
            open=campaign.status is CampaignStatus.OPEN,
            phases={row.kind: Span(row.opens_at, row.closes_at) for row in campaign.phases},
            ranking=ranking_of(campaign),
            policies=Policies.from_json(campaign.policies),
            groups=_groups(session, campaign),
            agencies=_agencies(session),
            codes=_codes(session, campaign),
            changes=tuple(_changes(session, campaign_id)),
        )


def _codes(session: Session, campaign: Campaign) -> frozenset[str]:
    sets = [group.set_id for group in campaign.groups]
    return frozenset(session.scalars(select(Criterion.code).where(Criterion.set_id.in_(sets))))


def _groups(session: Session, campaign: Campaign) -> tuple[tuple[int, str, tuple[tuple[int, str], ...]], ...]:
    units: dict[int, list[tuple[int, str]]] = {}
    statement = (
        select(Assessment.group_stage_id, Unit.id, Unit.name)
        .join(Assessment.unit)
        .where(Assessment.campaign_id == campaign.id)
        .order_by(Unit.code)
    )
    for group_id, unit_id, name in session.execute(statement):
        units.setdefault(group_id, []).append((unit_id, name))
    return tuple((group.id, group.group.name, tuple(units.get(group.id, ()))) for group in campaign.groups)


def _agencies(session: Session) -> tuple[tuple[int, str], ...]:
    appraisers = (
        select(Membership.unit_id)
        .join(PortalUser)
        .where(Membership.role == Role.APPRAISER, PortalUser.active.is_(True))
    )
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(appraisers)).order_by(Unit.name))
    return tuple((row.id, row.name) for row in rows)


def _changes(session: Session, campaign_id: int) -> Iterable[ChangeLine]:
    statement = (
        select(CampaignChange)
        .where(CampaignChange.campaign_id == campaign_id)
        .options(joinedload(CampaignChange.by))
        .order_by(CampaignChange.id.desc())
    )
    for row in session.scalars(statement):
        yield ChangeLine(row.kind, row.old, row.new, row.reason, row.document, row.at, row.by.first_name)


def sheets_of(campaign_id: int, *, actor: Actor) -> list[tuple[int, str]]:
    """Return (sheet id, unit) of every sheet that has not ended, by the unit's code. Raises Forbidden."""
    policy.require(actor, Permission.CAMPAIGN_CHANGE, Subject())
    with reading() as session:
        return [(number, unit) for number, _, unit in running_sheets(session, campaign_id)]
