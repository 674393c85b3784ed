"""The account a new house begins with."""

from __future__ import annotations

from sqlalchemy import select

from app.db.clock import Clock
from app.db.identity import Membership, PortalUser
from app.db.session import unit_of_work
from app.domain.terms import Role
from app.services.seed_identity import FirstAccount, first_password, new_account

ADMINISTRATOR = "quan_tri"


def ensure_administrator(*, clock: Clock) -> FirstAccount | None:
    """Return the administrator's new account, or None when any account is there already."""
    with unit_of_work(actor=None, clock=clock) as work:
        if work.session.scalars(select(PortalUser.id).limit(1)).first() is not None:
            return None
        password = first_password()
        user = new_account(ADMINISTRATOR, ADMINISTRATOR, password)
        user.appointments.append(Membership(role=Role.ADMINISTRATOR))
        work.session.add(user)
        work.audit("house", "account_added", "account", ADMINISTRATOR)
        return FirstAccount(ADMINISTRATOR, Role.ADMINISTRATOR.value, "", password)
