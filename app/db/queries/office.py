"""How appraising agencies divide their work: who stays out of a unit, who was given which branch, whose names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db.campaigns import GroupStage
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser, peer_group_unit
from app.db.office import AppraiserShare, Recusal
from app.domain.shares import Share
from app.domain.terms import Role


def recused_of(session: Session, campaign_id: int, unit_id: int) -> frozenset[int]:
    """Return the accounts that stay out of judging a unit now; one statement."""
    return recusals_in(session, campaign_id, unit_id).get(unit_id, frozenset())


def recusals_in(session: Session, campaign_id: int, unit_id: int | None = None) -> Mapping[int, frozenset[int]]:
    """Return unit → who stays out of judging it now; one statement."""
    statement = select(Recusal.unit_id, Recusal.user_id).where(
        Recusal.campaign_id == campaign_id, Recusal.withdrawn_at.is_(None)
    )
    if unit_id is not None:
        statement = statement.where(Recusal.unit_id == unit_id)
    found: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(statement):
        found[row.unit_id].add(row.user_id)
    return {unit: frozenset(users) for unit, users in found.items()}


def shares_in(session: Session, group: GroupStage) -> Mapping[int, tuple[Share, ...]]:
    """Return agency → the shares that speak of a group or of one of its units; one statement.

    A branch of another group's set speaks of that group alone.
    """
    members = select(peer_group_unit.c.unit_id).where(peer_group_unit.c.peer_group_id == group.group_id)
    statement = (
        select(AppraiserShare, Criterion.code)
        .outerjoin(AppraiserShare.criterion)
        .where(AppraiserShare.campaign_id == group.campaign_id)
        .where(or_(AppraiserShare.criterion_id.is_(None), Criterion.set_id == group.set_id))
        .where(or_(AppraiserShare.group_id.is_(None), AppraiserShare.group_id == group.group_id))
        .where(or_(AppraiserShare.unit_id.is_(None), AppraiserShare.unit_id.in_(members)))
        .order_by(AppraiserShare.id)
    )
    found: dict[int, list[Share]] = defaultdict(list)
    for row, code in session.execute(statement):
        found[row.agency_id].append(Share(row.user_id, code, row.unit_id, row.group_id))
    return {agency: tuple(shares) for agency, shares in found.items()}


def names_of(session: Session, user_ids: Collection[int]) -> Mapping[int, str]:
    """Return account → name; one statement."""
    statement = select(PortalUser.id, PortalUser.first_name).where(PortalUser.id.in_(user_ids))
    return {row.id: row.first_name for row in session.execute(statement)}


def appraisers_by_agency(session: Session, agency_ids: Collection[int]) -> Mapping[int, tuple[int, ...]]:
    """Return agency → its active appraisers; one statement."""
    statement = (
        select(Membership.unit_id, Membership.user_id)
        .join(Membership.user)
        .where(Membership.role == Role.APPRAISER, Membership.unit_id.in_(agency_ids), PortalUser.active.is_(True))
        .order_by(Membership.user_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.unit_id].append(row.user_id)
    return {agency: tuple(users) for agency, users in found.items()}


def units_of_people(session: Session, user_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Return account → its own units, whatever it holds there; one statement."""
    statement = select(Membership.user_id, Membership.unit_id).where(Membership.user_id.in_(user_ids))
    found: dict[int, set[int]] = defaultdict(set)
    for user, unit in session.execute(statement):
        if unit is not None:
            found[user].add(unit)
    return {user: frozenset(units) for user, units in found.items()}


def people_named(session: Session, user_ids: Collection[int]) -> Sequence[tuple[int, str]]:
    """Return (account, name) in the order of names; one statement."""
    return sorted(names_of(session, user_ids).items(), key=lambda pair: (pair[1], pair[0]))
