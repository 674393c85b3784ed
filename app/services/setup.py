"""Start a campaign from a profile: that of a kind of campaign, or of one that exists, whose sets it takes over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GradeBand, GroupStage, Phase
from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.identity import Council, LegalBasis, PeerGroup
from app.db.search import unaccented
from app.db.session import Work, unit_of_work
from app.db.setup import CampaignSetup
from app.domain import policy
from app.domain.delegation import vietnam_day
from app.domain.errors import InputInvalid
from app.domain.policy import Actor, Permission, Subject
from app.domain.profile import Profile
from app.services.profiles import found_profile
from app.services.seed_sets import set_by_code
from app.services.set_versions import copied_in
from app.services.setup_terms import add_items, take_over_terms

NAME_LIMIT, CODE_LIMIT = 300, 60
YEARS = range(2000, 2101)


class SetChoice(StrEnum):
    """By which set the groups of a copied campaign are scored: the same, its newest version, a copy for the year."""

    SAME = "same"
    NEWEST = "newest"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class StartCampaign:
    """A new draft: its name, year and legal basis, and the profile it starts from. `code` empty: made of the name."""

    name: str
    year: int
    profile: str
    legal_basis_id: int | None = None
    code: str = ""
    sets: SetChoice = SetChoice.SAME


def start_campaign(command: StartCampaign, *, actor: Actor, clock: Clock) -> int:
    """Make a draft campaign from a profile; return its id. Its dates are the profile's, to be looked at.

    Items of bonus and penalty come along; of a campaign that exists also the terms of single leaves.

    Raises: Forbidden, InputInvalid campaign_name_missing, year_of_campaign, profile_unknown, basis_not_here,
    code_exists, and what a profile that cannot be read says.
    """
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    name = checked_head(command.name, command.year)
    with unit_of_work(actor=actor, clock=clock) as work:
        profile, source = found_profile(work.session, command.profile)
        basis = basis_chosen(work.session, command.legal_basis_id) or _basis_named(work.session, profile.legal_basis)
        campaign = Campaign(
            code=_code(work.session, command.code.strip(), name, command.year),
            name=name,
            year=command.year,
            decimals=profile.decimals,
            ties=profile.ties,
            policies=profile.policies.to_json(),
            legal_basis=basis,
        )
        work.session.add(campaign)
        for kind, span in profile.spans(command.year, vietnam_day(work.now)).items():
            sample = next(each.sample for each in profile.phases if each.kind is kind)
            campaign.phases.append(Phase(kind=kind, opens_at=span.opens_at, closes_at=span.closes_at, sample=sample))
        for each in profile.bands:
            campaign.bands.append(GradeBand(name=each.band.name, lower=each.band.lower, sample=each.sample))
        work.session.flush()
        unresolved = _join(work, campaign, profile, source, command.sets)
        add_items(work.session, campaign, profile.items)
        if source is not None:
            take_over_terms(work, campaign, source)
        setup = CampaignSetup(campaign_id=campaign.id, profile=profile.to_json(), unresolved=unresolved)
        setup.copied_from_id = None if source is None else source.id
        work.session.add(setup)
        new = {"name": name, "year": command.year, "made_from": profile.code}
        work.audit(f"campaign:{campaign.id}", "campaign_started", "campaign", campaign.code, new=new)
        return campaign.id


def checked_head(name: str, year: int) -> str:
    if not name.strip() or len(name.strip()) > NAME_LIMIT:
        raise InputInvalid("campaign_name_missing", field="name", limit=NAME_LIMIT)
    if year not in YEARS:
        raise InputInvalid("year_of_campaign", field="year", year=year)
    return name.strip()


def basis_chosen(session: Session, legal_basis_id: int | None) -> LegalBasis | None:
    if legal_basis_id is None:
        return None
    found = session.get(LegalBasis, legal_basis_id)
    if found is None:
        raise InputInvalid("basis_not_here", field="legal_basis")
    return found


def _basis_named(session: Session, number: str) -> LegalBasis | None:
    newest = select(LegalBasis).where(LegalBasis.number == number).order_by(LegalBasis.issued_on.desc()).limit(1)
    return session.scalars(newest).first() if number else None


def _code(session: Session, wanted: str, name: str, year: int) -> str:
    """Return the code asked for, or one made of the name. Raises InputInvalid("code_exists")."""
    if len(wanted) > CODE_LIMIT:
        raise InputInvalid("text_too_long", field="code", most=CODE_LIMIT)
    known = set(session.scalars(select(Campaign.code)))
    if wanted:
        if wanted in known:
            raise InputInvalid("code_exists", field="code", code=wanted)
        return wanted
    words = re.sub(r"[^a-z0-9]+", "_", unaccented(name)).strip("_")[:48].strip("_") or "ky"
    made = words if str(year) in words else f"{words}_{year}"
    return next(
        code
        for number in range(1, len(known) + 2)
        if (code := made if number == 1 else f"{made}_{number}") not in known
    )


def _join(work: Work, campaign: Campaign, profile: Profile, source: Campaign | None, choice: SetChoice) -> list[str]:
    """Add the groups the profile names; return the codes nobody knows here."""
    session, unresolved = work.session, []
    groups = {row.code: row for row in session.scalars(select(PeerGroup))}
    councils = {row.code: row for row in session.scalars(select(Council))}
    sets = {} if source is None else _chosen_sets(work, campaign, source, choice)
    for each in profile.groups:
        criteria_set = sets.get(each.group) or set_by_code(session, each.set_code)
        missing = [
            code
            for code, found in (
                (each.group, groups.get(each.group)),
                (each.council, councils.get(each.council)),
                (each.set_code, criteria_set),
            )
            if found is None
        ]
        unresolved += missing
        if not missing:
            row = GroupStage(group=groups[each.group], council=councils[each.council], criteria_set=criteria_set)
            campaign.groups.append(row)
            session.flush()  # one by one: groups keep the order of the profile
    return list(dict.fromkeys(unresolved))


def _chosen_sets(work: Work, campaign: Campaign, source: Campaign, choice: SetChoice) -> dict[str, CriteriaSet]:
    """Return peer group code → set, as chosen for a copied campaign; a set of several groups is copied once."""
    made: dict[int, CriteriaSet] = {}
    for row in source.groups:
        old = row.criteria_set
        if old.id in made:
            continue
        if choice is SetChoice.SAME:
            made[old.id] = old
        elif choice is SetChoice.NEWEST:
            made[old.id] = set_by_code(work.session, old.code) or old
        else:
            made[old.id] = _copied(work, old, campaign)
    return {row.group.code: made[row.set_id] for row in source.groups}


def _copied(work: Work, old: CriteriaSet, campaign: Campaign) -> CriteriaSet:
    code = f"{old.code}_{campaign.year}"[:CODE_LIMIT]
    known = set(work.session.scalars(select(CriteriaSet.code)))
    free = next(
        text
        for number in range(1, len(known) + 2)
        if (text := code if number == 1 else f"{code}_{number}") not in known
    )
    copy = copied_in(work, old, free, 1)
    copy.year, copy.legal_basis = campaign.year, None
    return copy
