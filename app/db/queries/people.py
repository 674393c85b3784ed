"""Accounts as actors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.db.clock import Clock, SystemClock
from app.db.identity import Council, Membership, PortalUser, Unit
from app.db.setup import Delegation
from app.domain.delegation import vietnam_day
from app.domain.errors import NotFound
from app.domain.policy import Actor, Appointment
from app.domain.policy_facts import Principal
from app.domain.terms import Role


def actor_of(session: Session, user_id: int, *, address: str = "", clock: Clock | None = None) -> Actor:
    """Return an account with its appointments as a value, those it holds as a deputy today among them.

    Two statements, and one where the clock is the database's. Raises NotFound("account_unknown").
    """
    username = session.scalars(
        select(PortalUser.username).where(PortalUser.id == user_id, PortalUser.active.is_(True)),
    ).one_or_none()
    if username is None:
        raise NotFound("account_unknown")
    day = vietnam_day((clock or SystemClock()).read(session))
    held = (
        select(Membership, Delegation.from_user_id, PortalUser.username)
        .outerjoin(Delegation, and_(_of_membership(), _running(day), Delegation.to_user_id == user_id))
        .outerjoin(PortalUser, PortalUser.id == Delegation.from_user_id)
        .where(or_(Membership.user_id == user_id, Delegation.id.is_not(None)))
        .order_by(Membership.id)
    )
    return Actor(
        user_id=user_id,
        username=username,
        appointments=tuple(
            Appointment(
                role=row.role,
                unit_id=row.unit_id,
                council_id=row.council_id,
                covers_all_leaves=row.covers_all_leaves,
                leader_kind=row.leader_kind,
                acting_for=None if principal is None else Principal(principal, name),
            )
            for row, principal, name in session.execute(held)
        ),
        address=address,
    )


def _of_membership() -> ColumnElement[bool]:
    """Write that a hand-over speaks of an appointment: what the person does not hold any more hands nothing over."""
    return and_(
        Delegation.from_user_id == Membership.user_id,
        Delegation.role == Membership.role,
        Delegation.unit_id.is_not_distinct_from(Membership.unit_id),
        Delegation.council_id.is_not_distinct_from(Membership.council_id),
    )


def _running(day: dt.date) -> ColumnElement[bool]:
    return and_(Delegation.from_day <= day, Delegation.to_day >= day, Delegation.withdrawn_at.is_(None))


def names_of_house(session: Session, user_id: int) -> list[str]:
    """Return what makes poor passwords: names of the account, of every unit and council; three statements."""
    account = session.execute(select(PortalUser.username, PortalUser.first_name).where(PortalUser.id == user_id)).one()
    units = session.scalars(select(Unit.search_name).order_by(Unit.id))
    return [*account, *units, *session.scalars(select(Council.search_name).order_by(Council.id))]


def people_of_units(
    session: Session, unit_ids: Collection[int], roles: Collection[Role], *, clock: Clock | None = None
) -> list[int]:
    """Return the active accounts that hold one of `roles` in one of the units, and who deputises for them today."""
    return _holders(session, Membership.unit_id.in_(unit_ids), roles, clock)


def people_of_council(
    session: Session, council_id: int, roles: Collection[Role], *, clock: Clock | None = None
) -> list[int]:
    """Return the active accounts that hold one of `roles` in a council, and who deputises for them today."""
    return _holders(session, Membership.council_id == council_id, roles, clock)


def appointed_and_deputies(session: Session, day: dt.date) -> list[tuple[Membership, int]]:
    """Return every appointment with each active account that acts by it on a day: its holder, and who deputises."""
    held = select(Membership, Membership.user_id).join(Membership.user).where(PortalUser.active.is_(True))
    deputies = (
        select(Membership, Delegation.to_user_id)
        .join(Delegation, _of_membership())
        .join(PortalUser, PortalUser.id == Delegation.to_user_id)
        .where(PortalUser.active.is_(True), _running(day))
    )
    rows = [*session.execute(held.order_by(Membership.id)), *session.execute(deputies.order_by(Membership.id))]
    return [(row[0], row[1]) for row in rows]


def _holders(session: Session, place: ColumnElement[bool], roles: Collection[Role], clock: Clock | None) -> list[int]:
    """One statement, and one where the clock is the database's."""
    day = vietnam_day((clock or SystemClock()).read(session))
    deputies = (
        select(Delegation.to_user_id)
        .join(Membership, _of_membership())
        .where(place, Membership.role.in_(roles), _running(day))
    )
    holders = select(Membership.user_id).where(place, Membership.role.in_(roles))
    statement = (
        select(PortalUser.id)
        .where(or_(PortalUser.id.in_(holders), PortalUser.id.in_(deputies)), PortalUser.active.is_(True))
        .order_by(PortalUser.id)
    )
    return list(session.scalars(statement))
