"""Take over who appraises and who scores from another campaign, carried by the mapping of the criteria.

What cannot be carried is named: a criterion that is gone, a person who left, a unit that takes part no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage, OfficerAssignment
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.identity import Membership, PeerGroup, PortalUser, Unit
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import InputInvalid
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import Role
from app.services.setup_crossing import Target, target_of
from app.services.setup_steps import held_draft


@dataclass(frozen=True, slots=True)
class NotCarried:
    """One assignment left behind. `why`: criterion_gone, unit_left, group_left, person_left, sets_unrelated."""

    criterion: str
    place: str
    person: str
    why: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What a copy brought: rows added, rows that stood there already, and what was left behind."""

    added: int
    there: int
    left: tuple[NotCarried, ...]


def copy_appraisers(campaign_id: int, source_id: int | None, *, actor: Actor, clock: Clock) -> Carried:
    """Take over the appraiser agencies of another campaign. Raises: see `held_draft`; source_missing."""
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = held_draft(work, campaign_id, actor)
        source = _source(work.session, campaign, source_id)
        rows = work.session.scalars(
            select(AppraiserAssignment)
            .where(AppraiserAssignment.campaign_id == source.id)
            .options(
                joinedload(AppraiserAssignment.criterion),
                joinedload(AppraiserAssignment.agency),
                joinedload(AppraiserAssignment.unit),
                joinedload(AppraiserAssignment.group),
            )
            .order_by(AppraiserAssignment.id)
        ).all()
        target = target_of(work.session, campaign, source)
        there = {(row.criterion_id, row.group_id, row.unit_id) for row in _appraisers(work.session, campaign)}
        added, known, left = 0, 0, []
        for row in rows:
            to = _appraiser_goes(row, target)
            if isinstance(to, str):
                left.append(NotCarried(row.criterion.code, str(row.group or row.unit), row.agency.name, to))
            elif (to, row.group_id, row.unit_id) in there:
                known += 1
            else:
                there.add((to, row.group_id, row.unit_id))
                work.session.add(
                    AppraiserAssignment(
                        campaign_id=campaign.id,
                        criterion_id=to,
                        group_id=row.group_id,
                        unit_id=row.unit_id,
                        agency_id=row.agency_id,
                    )
                )
                added += 1
        return _done(work, campaign, source, "appraisers_copied", Carried(added, known, tuple(left)))


def _appraiser_goes(row: AppraiserAssignment, target: Target) -> int | str:
    if row.group_id is not None:
        group = target.groups.get(row.group_id)
        return "group_left" if group is None else target.criterion(row.criterion, group)
    group = target.units.get(row.unit_id or 0)
    return "unit_left" if group is None else target.criterion(row.criterion, group)


def _appraisers(session: Session, campaign: Campaign) -> Sequence[AppraiserAssignment]:
    return session.scalars(select(AppraiserAssignment).where(AppraiserAssignment.campaign_id == campaign.id)).all()


def copy_officers(campaign_id: int, source_id: int | None, *, actor: Actor, clock: Clock) -> Carried:
    """Take over the officers of another campaign who still are officers of their units. Raises as `copy_appraisers`."""
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = held_draft(work, campaign_id, actor)
        source = _source(work.session, campaign, source_id)
        rows = work.session.scalars(
            select(OfficerAssignment)
            .where(OfficerAssignment.campaign_id == source.id)
            .options(
                joinedload(OfficerAssignment.criterion),
                joinedload(OfficerAssignment.user),
                joinedload(OfficerAssignment.unit),
            )
            .order_by(OfficerAssignment.id)
        ).all()
        target, officers = target_of(work.session, campaign, source), _officers(work.session)
        of_campaign = select(OfficerAssignment).where(OfficerAssignment.campaign_id == campaign.id)
        there = {(row.criterion_id, row.unit_id, row.user_id) for row in work.session.scalars(of_campaign)}
        added, known, left = 0, 0, []
        for row in rows:
            to = _officer_goes(row, target, officers)
            if isinstance(to, str):
                left.append(NotCarried(row.criterion.code, row.unit.name, row.user.first_name, to))
            elif (to, row.unit_id, row.user_id) in there:
                known += 1
            else:
                there.add((to, row.unit_id, row.user_id))
                work.session.add(
                    OfficerAssignment(
                        campaign_id=campaign.id, criterion_id=to, unit_id=row.unit_id, user_id=row.user_id
                    )
                )
                added += 1
        return _done(work, campaign, source, "officers_copied", Carried(added, known, tuple(left)))


def _officer_goes(row: OfficerAssignment, target: Target, officers: frozenset[tuple[int, int]]) -> int | str:
    group = target.units.get(row.unit_id)
    if group is None:
        return "unit_left"
    if (row.user_id, row.unit_id) not in officers:
        return "person_left"
    return target.criterion(row.criterion, group)


def _officers(session: Session) -> frozenset[tuple[int, int]]:
    statement = (
        select(Membership.user_id, Membership.unit_id)
        .join(Membership.user)
        .where(Membership.role == Role.OFFICER, PortalUser.active.is_(True), Membership.unit_id.is_not(None))
    )
    return frozenset((row[0], row[1] or 0) for row in session.execute(statement))


def _source(session: Session, campaign: Campaign, source_id: int | None) -> Campaign:
    found = None if source_id is None or source_id == campaign.id else session.get(Campaign, source_id)
    if found is None:
        raise InputInvalid("source_missing", field="source")
    return found


def _done(work: Work, campaign: Campaign, source: Campaign, action: str, carried: Carried) -> Carried:
    new = {"source": source.name, "count": carried.added, "left": len(carried.left)}
    work.audit(f"campaign:{campaign.id}", action, "campaign", campaign.code, new=new)
    return carried


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """One unit of the draft: who holds which post, and how many branches officers were given."""

    unit_id: int
    unit: str
    heads: tuple[str, ...]
    coordinators: tuple[str, ...]
    officers: tuple[str, ...]
    branches: int


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Step 4: units with their people, councils with theirs, the rows there are, campaigns to copy from."""

    units: tuple[PeopleLine, ...]
    councils: tuple[tuple[str, Mapping[Role, tuple[str, ...]]], ...]
    appraiser_rows: int
    printed: int
    sources: tuple[tuple[int, str], ...]


COUNCIL_ROLES = (Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY, Role.LEADER)


def people_view(campaign_id: int, *, actor: Actor) -> PeopleView:
    """Return who is there for a draft. Raises Forbidden. A constant number of statements."""
    policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
    with reading() as session:
        groups = groups_with_units(session, campaign_id)
        units = {unit.id: unit for group in groups for unit in group.group.units}
        held = people_in(session, units, {group.council_id for group in groups})
        of_campaign = OfficerAssignment.campaign_id == campaign_id
        branches: dict[int, int] = {}
        for unit_id in session.scalars(select(OfficerAssignment.unit_id).where(of_campaign)):
            branches[unit_id] = branches.get(unit_id, 0) + 1
        rows = select(AppraiserAssignment.id).where(AppraiserAssignment.campaign_id == campaign_id)
        sets = {group.set_id for group in groups}
        printed = select(Criterion.id).where(Criterion.set_id.in_(sets), Criterion.agency_id.is_not(None))
        others = select(Campaign.id, Campaign.name, Campaign.year).where(Campaign.id != campaign_id)
        return PeopleView(
            units=tuple(_line(unit, held, branches.get(unit.id, 0)) for unit in units.values()),
            councils=tuple(
                (name, {role: _names(held, role, council=number) for role in COUNCIL_ROLES})
                for number, name in {group.council_id: group.council.name for group in groups}.items()
            ),
            appraiser_rows=len(session.scalars(rows).all()),
            printed=len(session.scalars(printed).all()),
            sources=tuple(
                (row.id, f"{row.name} ({row.year})") for row in session.execute(others.order_by(Campaign.id.desc()))
            ),
        )


def groups_with_units(session: Session, campaign_id: int) -> Sequence[GroupStage]:
    """Return the groups of a campaign with units, council and set, in two statements."""
    statement = (
        select(GroupStage)
        .where(GroupStage.campaign_id == campaign_id)
        .options(
            joinedload(GroupStage.group).selectinload(PeerGroup.units),
            joinedload(GroupStage.council),
            joinedload(GroupStage.criteria_set),
        )
        .order_by(GroupStage.id)
    )
    return session.scalars(statement).all()


def people_in(session: Session, units: Mapping[int, Unit], councils: set[int]) -> Sequence[Membership]:
    """Return every appointment of active accounts in the units and councils, with its account; two statements."""
    statement = (
        select(Membership)
        .join(Membership.user)
        .where(Membership.unit_id.in_(units) | Membership.council_id.in_(councils), PortalUser.active.is_(True))
        .options(selectinload(Membership.user))
        .order_by(Membership.id)
    )
    return session.scalars(statement).all()


def _line(unit: Unit, held: Sequence[Membership], branches: int) -> PeopleLine:
    return PeopleLine(
        unit_id=unit.id,
        unit=unit.name,
        heads=_names(held, Role.UNIT_HEAD, unit=unit.id),
        coordinators=_names(held, Role.COORDINATOR, unit=unit.id),
        officers=_names(held, Role.OFFICER, unit=unit.id),
        branches=branches,
    )


def _names(
    held: Sequence[Membership], role: Role, *, unit: int | None = None, council: int | None = None
) -> tuple[str, ...]:
    return tuple(
        row.user.first_name
        for row in held
        if row.role is role and (row.unit_id == unit if unit is not None else row.council_id == council)
    )
