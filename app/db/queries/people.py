"""Accounts as actors."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.identity import Council, Membership, PortalUser, Unit
from app.domain.errors import NotFound
from app.domain.policy import Actor, Appointment


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
