"""Profiles a campaign may start from: those shipped with the seeds, and every campaign there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.session import reading
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.classification import Band
from app.domain.deadlines import Span
from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Actor, Permission, Subject
from app.domain.profile import Profile, ProfileBand, ProfileGroup, ProfileItem, phases_of, profile_from_json
from app.services.seed_files import SEEDS_FOLDER, read_json

PROFILE = "profile.json"
_SEED, _CAMPAIGN = "seed:", "campaign:"


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """One profile offered; `campaign_id` where it is that of a campaign."""

    key: str
    name: str
    campaign_id: int | None


def read_profile(folder: Path) -> Profile:
    """Return the profile of a seed folder. Raises InputInvalid, naming the file and the field."""
    given = read_json(folder, PROFILE)
    try:
        return profile_from_json(given)
    except DomainError as refusal:
        raise InputInvalid(refusal.code, file=f"{folder.name}/{PROFILE}", **refusal.details) from refusal


def shipped_profiles(folder: Path = SEEDS_FOLDER) -> Sequence[Profile]:
    """Return the profiles shipped with the seeds, by folder. Raises InputInvalid for one that cannot be read."""
    return [read_profile(path.parent) for path in sorted(folder.glob(f"*/{PROFILE}"))]


def profile_of(session: Session, campaign: Campaign) -> Profile:
    """Return the settings of a campaign without its year: what another one like it starts from."""
    phases = {phase.kind: (Span(phase.opens_at, phase.closes_at), phase.sample) for phase in campaign.phases}
    return Profile(
        code=campaign.code,
        name=campaign.name,
        legal_basis=campaign.legal_basis.number if campaign.legal_basis else "",
        decimals=campaign.decimals,
        ties=campaign.ties,
        bands=tuple(ProfileBand(Band(row.name, row.lower), row.sample) for row in campaign.bands),
        policies=Policies.from_json(campaign.policies),
        phases=phases_of(phases, campaign.year),
        groups=tuple(ProfileGroup(row.group.code, row.council.code, row.criteria_set.code) for row in campaign.groups),
        items=tuple(ProfileItem(row.read(), row.text) for row in _items(session, campaign)),
    )


def _items(session: Session, campaign: Campaign) -> Sequence[AdjustmentItem]:
    """Return a campaign's items as they were added: that is the decision's order."""
    of_campaign = select(AdjustmentItem).where(AdjustmentItem.campaign_id == campaign.id)
    return session.scalars(of_campaign.order_by(AdjustmentItem.id)).all()


def profile_choices(*, actor: Actor) -> list[ProfileChoice]:
    """Return every profile to start from: those shipped, then the campaigns, newest first."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    shipped = [ProfileChoice(f"{_SEED}{each.code}", each.name, None) for each in shipped_profiles()]
    with reading() as session:
        rows = session.execute(select(Campaign.id, Campaign.name, Campaign.year).order_by(Campaign.id.desc()))
        return shipped + [ProfileChoice(f"{_CAMPAIGN}{row.id}", f"{row.name} ({row.year})", row.id) for row in rows]


def found_profile(session: Session, key: str) -> tuple[Profile, Campaign | None]:
    """Return the profile of a key, and the campaign it is that of. Raises InputInvalid("profile_unknown")."""
    if key.startswith(_CAMPAIGN):
        number = key.removeprefix(_CAMPAIGN)
        whole = number.isascii() and number.isdigit() and len(number) < 10
        campaign = session.get(Campaign, int(number)) if whole else None
        if campaign is not None:
            return profile_of(session, campaign), campaign
    shipped = {f"{_SEED}{each.code}": each for each in shipped_profiles()}
    if key not in shipped:
        raise InputInvalid("profile_unknown", field="profile")
    return shipped[key], None
