"""Everything a draft still lacks, each with the place where it is mended; opening reads it too.

Problems keep the campaign from opening. What is missing (people, dates nobody looked at, figures of last year) does
not, but whoever opens has to say that it was seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import AppraiserAssignment, Baseline, Campaign, CampaignOverride, GroupStage, OfficerAssignment
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.holidays import holidays_of
from app.db.identity import Membership, PortalUser, Unit
from app.db.queries.trees import nodes_of_set
from app.db.session import reading, unit_of_work
from app.db.setup import CampaignSetup
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.criteria import Tree, most_specific
from app.domain.deadlines import DayCount
from app.domain.delegation import vietnam_day
from app.domain.errors import Conflict, DomainError, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.rules import PreviousPeriodRule
from app.domain.terms import AdjustmentKind, CampaignStatus, PhaseKind, Role, ScoredBy
from app.services.adjustment_sums import items_of
from app.services.campaign_opening import OpeningReport, open_in, opening_report, scoring_span
from app.services.setup_people import groups_with_units, people_in
from app.services.setup_steps import setup_of
from app.services.setup_terms import terms_not_taken_over

#: how many names a line of the list repeats
NAMED = 6


class Mend(StrEnum):
    """Where something is put right."""

    DATES = "dates"
    GROUPS = "groups"
    PEOPLE = "people"
    RANKING = "ranking"
    SETS = "sets"
    OFFICERS = "officers"
    APPRAISERS = "appraisers"
    MEMBERSHIPS = "memberships"
    ACCOUNTS = "accounts"
    BASELINES = "baselines"
    ITEMS = "items"
    TERMS = "terms"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist."""

    said: DomainError
    mend: Mend


@dataclass(frozen=True, slots=True)
class Checklist:
    """Problems keep from opening; missing things have to be seen."""

    report: OpeningReport
    problems: tuple[Item, ...]
    missing: tuple[Item, ...]


_MEND: Mapping[str, Mend] = {
    "no_scoring_phase": Mend.DATES,
    "phase_opens_after_it_closes": Mend.DATES,
    "phases_out_of_order": Mend.DATES,
    "bands_missing": Mend.RANKING,
    "bands_without_zero": Mend.RANKING,
    "band_bound_twice": Mend.RANKING,
    "campaign_without_group": Mend.GROUPS,
    "group_without_units": Mend.GROUPS,
    "group_without_council": Mend.GROUPS,
    "group_without_set": Mend.GROUPS,
    "unit_in_two_groups": Mend.GROUPS,
    "leaf_without_appraiser": Mend.APPRAISERS,
    "appraiser_is_own_unit": Mend.APPRAISERS,
}


def checklist(campaign_id: int, *, actor: Actor, clock: Clock) -> Checklist:
    """Return the checklist. Raises Forbidden, NotFound. Statements grow with the sets, not with units or people."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    report = opening_report(campaign_id, clock=clock)
    with reading() as session:
        missing = tuple(missing_of(session, campaign_id, vietnam_day(clock.read(session))))
    return _list(report, missing)


def _list(report: OpeningReport, missing: Sequence[Item]) -> Checklist:
    problems = tuple(Item(each, _MEND.get(each.code, Mend.SETS)) for each in report.problems)
    return Checklist(report, problems, () if report.opened_at else tuple(missing))


def open_checked(campaign_id: int, *, missing_seen: bool, locked_seen: bool, actor: Actor, clock: Clock) -> None:
    """Open a campaign whose checklist was read.

    Raises: Forbidden, NotFound, Conflict("campaign_open"), InputInvalid lock_not_seen, missing_not_seen, and the first
    problem.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.CAMPAIGN_OPEN, Subject())
        campaign = work.session.get(Campaign, campaign_id, with_for_update=True)
        if campaign is None:
            raise NotFound("campaign_unknown", code=campaign_id)
        if campaign.status is not CampaignStatus.DRAFT:
            raise Conflict("campaign_open", campaign=campaign.code)
        span = scoring_span(campaign.phases)
        if span is not None and work.now >= span.closes_at and not locked_seen:
            raise InputInvalid("lock_not_seen")
        missing = list(missing_of(work.session, campaign_id, vietnam_day(work.now)))
        if missing and not missing_seen:
            raise InputInvalid("missing_not_seen", count=len(missing), field="missing_seen")
        open_in(work, campaign)


def missing_of(session: Session, campaign_id: int, today: dt.date) -> Iterator[Item]:
    """Yield what is missing beside the problems; one line for a kind, however many units it is missing in."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    yield from _of_setup(session, campaign)
    groups = groups_with_units(session, campaign_id)
    units = {unit.id: unit for group in groups for unit in group.group.units}
    held = people_in(session, units, {group.council_id for group in groups})
    trees = _trees(session, groups)
    overridden = _overridden(session, campaign_id)
    yield from _ended(units.values(), today)
    yield from _of_units(units, held, Policies.from_json(campaign.policies))
    yield from _of_councils(groups, held, trees, overridden)
    yield from _of_agencies(session, campaign_id, groups)
    yield from _of_leaves(session, campaign_id, groups, held, trees, overridden)
    yield from _of_baselines(session, campaign_id, groups, trees, overridden)
    yield from _of_accounts(held)


def _item(code: str, mend: Mend, names: Iterable[str], **details: object) -> Iterator[Item]:
    """Yield one line that names the first few and counts the rest, or none where there is nothing to name."""
    found = list(dict.fromkeys(names))
    if found:
        more = f" … (+{len(found) - NAMED})" if len(found) > NAMED else ""
        said = InputInvalid(code, names=", ".join(found[:NAMED]) + more, count=len(found), **details)
        yield Item(said, mend)


def _of_setup(session: Session, campaign: Campaign) -> Iterator[Item]:
    setup = setup_of(session, campaign.id)
    if setup is not None and not setup.dates_checked:
        yield Item(InputInvalid("dates_not_checked", year=campaign.year), Mend.DATES)
    if setup is not None:
        yield from _item("profile_unresolved", Mend.GROUPS, setup.unresolved)
    yield from _of_days_off(session, campaign)
    if all(phase.kind is not PhaseKind.REPORT_DUE for phase in campaign.phases):
        yield Item(InputInvalid("report_due_missing"), Mend.DATES)
    yield from _of_decision(session, campaign, setup)


def _of_days_off(session: Session, campaign: Campaign) -> Iterator[Item]:
    """Name the years of which no day off is recorded, where terms are counted in working days."""
    if Policies.from_json(campaign.policies).day_count is DayCount.WORKING:
        known = {day.year for day in holidays_of(session)}
        years = (str(year) for year in (campaign.year, campaign.year + 1) if year not in known)
        yield from _item("days_off_missing", Mend.HOLIDAYS, years)


def _of_decision(session: Session, campaign: Campaign, setup: CampaignSetup | None) -> Iterator[Item]:
    """Name what the campaign's decision says beside its tree: items cannot be added once the campaign is open."""
    policies = Policies.from_json(campaign.policies)
    capped = (
        (AdjustmentKind.BONUS, policies.bonus_cap, "bonus_items_missing"),
        (AdjustmentKind.PENALTY, policies.penalty_cap, "penalty_items_missing"),
    )
    if any(cap for _, cap, _ in capped):
        kinds = {item.kind for item in items_of(session, campaign.id)}
        for kind, cap, code in capped:
            if cap and kind not in kinds:
                yield Item(InputInvalid(code, cap=cap), Mend.ITEMS)
    if setup is not None and setup.copied_from_id is not None:
        left = terms_not_taken_over(session, campaign, setup.copied_from_id)
        yield from _item("terms_not_taken_over", Mend.TERMS, left)


def _trees(session: Session, groups: Sequence[GroupStage]) -> dict[int, Tree]:
    """Return set id → tree; a set that is no tree yet is a problem of the opening, and is left out here."""
    found: dict[int, Tree] = {}
    for set_id in {group.set_id for group in groups}:
        try:
            found[set_id] = Tree(tuple(nodes_of_set(session, set_id)))
        except DomainError:
            continue
    return found


def _overridden(session: Session, campaign_id: int) -> frozenset[str]:
    statement = (
        select(Criterion.code)
        .join(CampaignOverride, CampaignOverride.criterion_id == Criterion.id)
        .where(CampaignOverride.campaign_id == campaign_id)
    )
    return frozenset(session.scalars(statement))


def _ended(units: Iterable[Unit], today: dt.date) -> Iterator[Item]:
    gone = (row.name for row in units if row.valid_to is not None and row.valid_to <= today)
    yield from _item("units_ended", Mend.GROUPS, gone)


def _of_units(units: Mapping[int, Unit], held: Sequence[Membership], policies: Policies) -> Iterator[Item]:
    roles: dict[int, set[Role]] = {}
    for row in held:
        if row.unit_id is not None:
            roles.setdefault(row.unit_id, set()).add(row.role)
    wanted = {Role.OFFICER: "units_without_officer", Role.COORDINATOR: "units_without_coordinator"}
    if policies.internal_approval:
        wanted[Role.UNIT_HEAD] = "units_without_head"
    for role, code in wanted.items():
        lacking = (unit.name for number, unit in units.items() if role not in roles.get(number, ()))
        yield from _item(code, Mend.MEMBERSHIPS, lacking)


def _of_councils(
    groups: Sequence[GroupStage], held: Sequence[Membership], trees: Mapping[int, Tree], overridden: frozenset[str]
) -> Iterator[Item]:
    present = {(row.council_id, row.role) for row in held}
    councils = {group.council_id: group.council.name for group in groups}
    wanted = {
        Role.SECRETARIAT: "council_without_secretariat",
        Role.COUNCIL_CHAIR: "council_without_chair",
        Role.APPROVING_AUTHORITY: "council_without_authority",
    }
    for role, code in wanted.items():
        lacking = (name for number, name in councils.items() if (number, role) not in present)
        yield from _item(code, Mend.MEMBERSHIPS, lacking)
    by_leaders = {
        group.council_id
        for group in groups
        if any(
            leaf.scored_by is ScoredBy.LEADERS and leaf.code not in overridden
            for leaf in (trees[group.set_id].leaves if group.set_id in trees else ())
        )
    }
    lacking = (councils[number] for number in sorted(by_leaders) if (number, Role.LEADER) not in present)
    yield from _item("council_without_leaders", Mend.MEMBERSHIPS, lacking)


def _of_agencies(session: Session, campaign_id: int, groups: Sequence[GroupStage]) -> Iterator[Item]:
    sets = {group.set_id for group in groups}
    given = select(AppraiserAssignment.agency_id).where(AppraiserAssignment.campaign_id == campaign_id)
    printed = select(Criterion.agency_id).where(Criterion.set_id.in_(sets), Criterion.agency_id.is_not(None))
    staffed = (
        select(Membership.unit_id)
        .join(Membership.user)
        .where(Membership.role == Role.APPRAISER, Membership.unit_id.is_not(None), PortalUser.active.is_(True))
    )
    statement = select(Unit.name).where(Unit.id.in_(given) | Unit.id.in_(printed), Unit.id.not_in(staffed))
    yield from _item("agencies_without_people", Mend.MEMBERSHIPS, session.scalars(statement.order_by(Unit.code)))


def _of_leaves(
    session: Session,
    campaign_id: int,
    groups: Sequence[GroupStage],
    held: Sequence[Membership],
    trees: Mapping[int, Tree],
    overridden: frozenset[str],
) -> Iterator[Item]:
    """Name units with leaves no officer answers for; who collates writes every leaf of the unit."""
    collates = {row.unit_id for row in held if row.role is Role.OFFICER and row.covers_all_leaves}
    branches: dict[int, dict[str, int]] = {}
    statement = (
        select(OfficerAssignment.unit_id, Criterion.code)
        .join(OfficerAssignment.criterion)
        .where(OfficerAssignment.campaign_id == campaign_id)
    )
    for unit_id, code in session.execute(statement):
        branches.setdefault(unit_id, {})[code] = 1
    yield from _item(
        "leaves_without_officer",
        Mend.OFFICERS,
        (
            f"{unit.name} ({', '.join(lacking[:NAMED])}{' …' if len(lacking) > NAMED else ''})"
            for group in groups
            if group.set_id in trees
            for unit in group.group.units
            if unit.id not in collates
            and (lacking := _unowned(trees[group.set_id], branches.get(unit.id, {}), overridden))
        ),
    )


def _unowned(tree: Tree, branches: Mapping[str, int], overridden: frozenset[str]) -> list[str]:
    return [
        leaf.code
        for leaf in tree.leaves
        if leaf.scored_by is ScoredBy.UNIT
        and leaf.code not in overridden
        and most_specific(tree, leaf.code, branches) is None
    ]


def _of_baselines(
    session: Session,
    campaign_id: int,
    groups: Sequence[GroupStage],
    trees: Mapping[int, Tree],
    overridden: frozenset[str],
) -> Iterator[Item]:
    statement = select(Baseline.unit_id, Baseline.measure).where(Baseline.campaign_id == campaign_id)
    there = {(row.unit_id, row.measure) for row in session.execute(statement)}
    lacking = (
        unit.name
        for group in groups
        if group.set_id in trees and (measures := _measures(trees[group.set_id], overridden))
        for unit in group.group.units
        if any((unit.id, measure) not in there for measure in measures)
    )
    yield from _item("baselines_missing", Mend.BASELINES, lacking)


def _measures(tree: Tree, overridden: frozenset[str]) -> frozenset[str]:
    """Return what is compared with last year."""
    return frozenset(
        measure.key
        for leaf in tree.leaves
        if isinstance(leaf.rule, PreviousPeriodRule) and leaf.code not in overridden
        for measure in leaf.rule.measures
    )


def _of_accounts(held: Sequence[Membership]) -> Iterator[Item]:
    """Name accounts nobody has signed in to: their first password still waits."""
    waiting = (row.user.username for row in held if row.user.password_change_required)
    yield from _item("first_passwords_unused", Mend.ACCOUNTS, waiting)
