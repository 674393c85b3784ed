"""Accounts as actors."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.db.identity import Council, Membership, PortalUser, Unit
from app.domain.errors import NotFound
from app.domain.policy import Actor, Appointment
from app.domain.terms import Role


def actor_of(session: Session, user_id: int, *, address: str = "") -> Actor:
    """Return an account with its appointments as a value, in two statements. Raises NotFound("account_unknown")."""
    username = session.scalars(
        select(PortalUser.username).where(PortalUser.id == user_id, PortalUser.active.is_(True)),
    ).one_or_none()
    if username is None:
        raise NotFound("account_unknown")
    held = session.scalars(select(Membership).where(Membership.user_id == user_id).order_by(Membership.id))
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
            )
            for row in held
        ),
        address=address,
    )


def names_of_house(session: Session, user_id: int) -> list[str]:
    """Return what makes poor passwords: names of the account, of every unit and council; three statements."""
    account = session.execute(select(PortalUser.username, PortalUser.first_name).where(PortalUser.id == user_id)).one()
    units = session.scalars(select(Unit.search_name).order_by(Unit.id))
    return [*account, *units, *session.scalars(select(Council.search_name).order_by(Council.id))]


def people_of_units(session: Session, unit_ids: Collection[int], roles: Collection[Role]) -> list[int]:
    """Return the active accounts that hold one of `roles` in one of the units; one statement."""
    return _holders(session, Membership.unit_id.in_(unit_ids), roles)


def people_of_council(session: Session, council_id: int, roles: Collection[Role]) -> list[int]:
    """Return the active accounts that hold one of `roles` in a council; one statement."""
    return _holders(session, Membership.council_id == council_id, roles)


def _holders(session: Session, place: ColumnElement[bool], roles: Collection[Role]) -> list[int]:
    statement = (
        select(Membership.user_id)
        .join(Membership.user)
        .where(place, Membership.role.in_(roles), PortalUser.active.is_(True))
        .distinct()
        .order_by(Membership.user_id)
    )
    return list(session.scalars(statement))
