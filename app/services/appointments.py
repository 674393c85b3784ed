"""Read an account's own appointments."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.db.identity import Membership
from app.db.session import reading
from app.domain.policy import Actor
from app.domain.terms import Role


@dataclass(frozen=True, slots=True)
class Held:
    """A role and the name of the unit or council it is held in; empty for the house itself."""

    role: Role
    place: str


def appointments_of(*, actor: Actor) -> list[Held]:
    with reading() as session:
        rows = session.scalars(select(Membership).where(Membership.user_id == actor.user_id).order_by(Membership.id))
        return [Held(row.role, str(row.unit or row.council or "")) for row in rows]
