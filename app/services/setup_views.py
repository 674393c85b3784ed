"""A draft campaign as its five steps show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.identity import PeerGroup
from app.db.session import reading
from app.domain import policy
from app.domain.deadlines import Span
from app.domain.delegation import vietnam_day
from app.domain.errors import NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.profile import Profile, profile_from_json
from app.domain.terms import CampaignStatus, PhaseKind
from app.services.campaign_changes import Ranking, ranking_of
from app.services.setup_steps import setup_of


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of the draft. `units`: (name, is a sample, is gone)."""

    group_id: int
    name: str
    council_id: int
    set_id: int
    units: tuple[tuple[str, bool, bool], ...]


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase of the draft, and when the profile would have it this year."""

    kind: PhaseKind
    span: Span | None
    sample: bool
    proposed: Span | None


@dataclass(frozen=True, slots=True)
class SetupView:
    """A draft as its five steps show it."""

    campaign_id: int
    name: str
    code: str
    year: int
    open: bool
    legal_basis_id: int | None
    made_from: str
    copied_from_id: int | None
    dates_checked: bool
    unresolved: tuple[str, ...]
    groups: tuple[GroupView, ...]
    phases: tuple[PhaseView, ...]
    ranking: Ranking
    policies: Mapping[str, object]


def setup_view(campaign_id: int, *, actor: Actor, clock: Clock) -> SetupView:
    """Return a draft with what its steps hold. Raises Forbidden, NotFound. A constant number of statements."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    with reading() as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        today = vietnam_day(clock.read(session))
        setup = setup_of(session, campaign_id)
        profile = profile_from_json(setup.profile) if setup is not None and setup.profile else None
        return SetupView(
            campaign_id=campaign.id,
            name=campaign.name,
            code=campaign.code,
            year=campaign.year,
            open=campaign.status is not CampaignStatus.DRAFT,
            legal_basis_id=campaign.legal_basis_id,
            made_from="" if profile is None else profile.name,
            copied_from_id=None if setup is None else setup.copied_from_id,
            dates_checked=setup is None or setup.dates_checked,
            unresolved=() if setup is None else tuple(setup.unresolved),
            groups=_groups(session, campaign_id, today),
            phases=_phases(campaign, profile, today),
            ranking=ranking_of(campaign),
            policies=campaign.policies,
        )


def _groups(session: Session, campaign_id: int, today: dt.date) -> tuple[GroupView, ...]:
    statement = (
        select(GroupStage)
        .where(GroupStage.campaign_id == campaign_id)
        .options(joinedload(GroupStage.group).selectinload(PeerGroup.units))
        .order_by(GroupStage.id)
    )
    return tuple(
        GroupView(
            group_id=row.group_id,
            name=row.group.name,
            council_id=row.council_id,
            set_id=row.set_id,
            units=tuple(
                (unit.name, unit.sample, unit.valid_to is not None and unit.valid_to <= today)
                for unit in row.group.units
            ),
        )
        for row in session.scalars(statement)
    )


def _phases(campaign: Campaign, profile: Profile | None, today: dt.date) -> tuple[PhaseView, ...]:
    rows = {row.kind: row for row in campaign.phases}
    proposed = {} if profile is None else profile.spans(campaign.year, today)
    return tuple(
        PhaseView(
            kind,
            Span(rows[kind].opens_at, rows[kind].closes_at) if kind in rows else None,
            kind in rows and rows[kind].sample,
            proposed.get(kind),
        )
        for kind in PhaseKind
    )
