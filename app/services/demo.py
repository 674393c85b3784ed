"""Play a whole campaign on sample communes by real service calls, on a clock of its own; never in production."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import (
    AppraiserAssignment,
    Baseline,
    Campaign,
    CampaignOverride,
    GradeBand,
    GroupStage,
    Phase,
)
from app.db.clock import Clock, FixedClock
from app.db.identity import Membership, PeerGroup, Unit
from app.db.queries.people import actor_of
from app.db.session import reading, unit_of_work
from app.domain.campaign import Policies, RoundTwo
from app.domain.criteria import Tree
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor
from app.domain.terms import PhaseKind, Role, UnitTier
from app.services.campaign_opening import open_in
from app.services.seed_export import DEMO_PREFIX
from app.services.seed_identity import first_password, new_account
from app.services.seed_sets import copy_set

OPENS = dt.datetime(2024, 11, 13, 1, 0, tzinfo=dt.UTC)
LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
UNIT_ROLES = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD)


#: a play attaches no files: what would wait for them does not
WITHOUT_FILES = {"support_policy": {"evidence": "note", "explanation": "note"}, "report": "none"}


@dataclass(slots=True)
class Play:
    """A campaign being played: who acts, by role or unit; `clock` is moved by the play."""

    campaign_id: int
    code: str
    group_stage_id: int
    council_id: int
    tree: Tree
    sheets: dict[str, int]
    clock: FixedClock
    unit_people: dict[tuple[str, Role], Actor]
    council_people: dict[Role, Actor]
    appraisers: dict[int, Actor]
    leaders: list[int]
    chance: Callable[[str], random.Random]
    #: the ground for 0 its agencies name; where the campaign has none, they agree
    ground: str = ""
    second_by_council: bool = False


def prepare_demo(source_code: str, units: int, number: int, *, clock: Clock) -> tuple[str, int]:
    """Make and open a fresh campaign over `units` sample communes; return its code and id.

    Raises: NotFound("campaign_unknown"), InputInvalid("units_out_of_range").
    """
    if not 1 <= units <= 200:
        raise InputInvalid("units_out_of_range", units=units)
    with unit_of_work(actor=None, clock=clock) as work:
        session = work.session
        source = session.scalars(select(Campaign).where(Campaign.code == source_code)).one_or_none()
        if source is None:
            raise NotFound("campaign_unknown", code=source_code)
        code = f"{DEMO_PREFIX}{(session.scalar(select(func.count(Campaign.id))) or 0) + 1}"
        communes = _communes(session, units)
        group = PeerGroup(code=code, name=_of_communes(source).group.name, units=communes)
        session.add(group)
        campaign = _campaign(session, source, code, group)
        _rows(session, source, campaign, communes, random.Random(f"{number}:baselines"))  # noqa: S311 - sample figures
        session.flush()
        open_in(work, campaign)
        return code, campaign.id


def _of_communes(source: Campaign) -> GroupStage:
    """Return the campaign's group of communes, its first where it has none: sample communes play the others' part."""
    groups = sorted(source.groups, key=lambda each: each.id)
    return next((each for each in groups if any(unit.tier is UnitTier.COMMUNE for unit in each.group.units)), groups[0])


def by_number(code: str) -> tuple[int, str]:
    """Return what puts XM100 behind XM99, not behind XM10: a hundredth commune changes no smaller play."""
    return len(code), code


def _communes(session: Session, wanted: int) -> list[Unit]:
    """Return the first `wanted` sample communes; those that are missing are added with three accounts each."""
    statement = select(Unit).where(Unit.sample, Unit.tier == UnitTier.COMMUNE)
    found = sorted(session.scalars(statement), key=lambda unit: by_number(unit.code))[:wanted]
    for number in range(len(found) + 1, wanted + 1):
        unit = Unit(
            code=f"XM{number:02d}",
            name=re.sub(r"\d+", f"{number:02d}", found[0].name, count=1) if found else f"XM{number:02d}",
            tier=UnitTier.COMMUNE,
            valid_from=dt.date(2020, 1, 1),
            sample=True,
        )
        session.add(unit)
        found.append(unit)
        for role in UNIT_ROLES:
            # active, since only an active account acts; its password is told to nobody
            user = new_account(f"{role.value}_xm{number:02d}", unit.name, first_password())
            user.active = True
            user.appointments.append(Membership(role=role, unit=unit, covers_all_leaves=role is Role.OFFICER))
            session.add(user)
    session.flush()
    return found


def _campaign(session: Session, source: Campaign, code: str, group: PeerGroup) -> Campaign:
    of_source = _of_communes(source)
    campaign = Campaign(
        code=code,
        name=source.name,
        year=source.year,
        rehearsal=True,
        anchor_date=OPENS.date(),
        decimals=source.decimals,
        ties=source.ties,
        policies=source.policies | WITHOUT_FILES,
        legal_basis=source.legal_basis,
    )
    campaign.phases = [Phase(kind=PhaseKind.SCORING, opens_at=OPENS, closes_at=LOCK, sample=True)]
    campaign.bands = [GradeBand(name=band.name, lower=band.lower, sample=band.sample) for band in source.bands]
    criteria_set = copy_set(session, of_source.criteria_set, f"{of_source.criteria_set.code}-{code}")
    campaign.groups = [GroupStage(group=group, council=of_source.council, criteria_set=criteria_set)]
    session.add(campaign)
    session.flush()
    return campaign


def _rows(
    session: Session,
    source: Campaign,
    campaign: Campaign,
    communes: list[Unit],
    chance: random.Random,
) -> None:
    """Copy appraisers and overrides; give last year's figures where a rule compares with them."""
    nodes = {node.code: node for node in campaign.groups[0].criteria_set.criteria}
    appraisers = select(AppraiserAssignment).where(
        AppraiserAssignment.campaign_id == source.id,
        AppraiserAssignment.group_id == _of_communes(source).group_id,
    )
    for row in session.scalars(appraisers.order_by(AppraiserAssignment.id)):
        node = nodes[row.criterion.code]
        session.add(
            AppraiserAssignment(campaign=campaign, criterion=node, group=campaign.groups[0].group, agency=row.agency),
        )
    overrides = select(CampaignOverride).where(CampaignOverride.campaign_id == source.id)
    for given in session.scalars(overrides.order_by(CampaignOverride.id)):
        if given.criterion.set_id != _of_communes(source).set_id:
            continue
        node = nodes[given.criterion.code]
        session.add(CampaignOverride(campaign=campaign, criterion=node, points=given.points, reason=given.reason))
    measures = session.scalars(
        select(Baseline.measure).where(Baseline.campaign_id == source.id).distinct().order_by(Baseline.measure),
    ).all()
    for unit in communes:
        for measure in measures:
            ranked = measure.endswith("rank")
            figure = Decimal(chance.randint(1, len(communes)) if ranked else chance.randint(600, 950)).scaleb(
                0 if ranked else -1
            )
            session.add(
                Baseline(campaign_id=campaign.id, unit=unit, measure=measure, value=figure, source="demo", sample=True),
            )
    session.flush()


def stage_of_demo(campaign_id: int, tree: Tree, number: int) -> Play:
    """Return the people and sheets of a campaign about to be played. Raises NotFound("demo_people_missing")."""
    with reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        group = campaign.groups[0]
        sheets = session.scalars(select(Assessment).where(Assessment.campaign_id == campaign_id)).all()
        members = session.scalars(select(Membership).order_by(Membership.id)).all()
        actors: dict[int, Actor] = {}

        def actor(member: Membership) -> Actor:
            if member.user_id not in actors:
                actors[member.user_id] = actor_of(session, member.user_id)
            return actors[member.user_id]

        of_council = [member for member in members if member.council_id == group.council_id]
        return Play(
            campaign_id=campaign_id,
            code=campaign.code,
            group_stage_id=group.id,
            council_id=group.council_id,
            tree=tree,
            sheets={sheet.unit.code: sheet.id for sheet in sorted(sheets, key=lambda each: by_number(each.unit.code))},
            clock=FixedClock(OPENS + dt.timedelta(days=1)),
            unit_people={
                (member.unit.code, member.role): actor(member)
                for member in members
                if member.unit is not None
                and member.role in UNIT_ROLES
                and (member.covers_all_leaves or member.role is not Role.OFFICER)
            },
            council_people={member.role: actor(member) for member in reversed(of_council)},
            appraisers={
                member.unit_id: actor(member)
                for member in members
                if member.role is Role.APPRAISER and member.unit_id is not None
            },
            leaders=[member.id for member in of_council if member.role is Role.LEADER],
            second_by_council=Policies.from_json(campaign.policies).round_two is RoundTwo.COUNCIL,
            chance=lambda name: random.Random(f"{number}:{name}"),  # noqa: S311 - sample answers
        )
