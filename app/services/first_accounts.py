"""First passwords: the account a new house begins with, when they end, and new ones for those that ended unused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from app.db.clock import Clock
from app.db.identity import Membership, PortalUser
from app.db.session import reading, unit_of_work
from app.domain.errors import NotFound
from app.domain.terms import Role
from app.services.seed_identity import (
    FIRST_PASSWORD_TERM,
    FirstAccount,
    first_password,
    hash_of,
    new_account,
)

ADMINISTRATOR = "quan_tri"


def ensure_administrator(*, clock: Clock, term: dt.timedelta = FIRST_PASSWORD_TERM) -> FirstAccount | None:
    """Return the administrator's new account, or None when any account is there already."""
    with unit_of_work(actor=None, clock=clock) as work:
        if work.session.scalars(select(PortalUser.id).limit(1)).first() is not None:
            return None
        password = first_password()
        user = new_account(ADMINISTRATOR, ADMINISTRATOR, password, until=work.now + term)
        user.appointments.append(Membership(role=Role.ADMINISTRATOR))
        work.session.add(user)
        work.audit("house", "account_added", "account", ADMINISTRATOR)
        return FirstAccount(ADMINISTRATOR, Role.ADMINISTRATOR.value, "", password)


def give_first_password(user: PortalUser, hashed: str, *, until: dt.datetime) -> None:
    """Put a first password in the place of whatever opened `user` before; its sessions end with the old one."""
    user.password = hashed
    user.password_change_required = True
    user.first_password_until = until


def first_password_expired(user: PortalUser, now: dt.datetime) -> bool:
    """Return whether `user` still has a first password and its time is over; the last instant itself is over."""
    return user.password_change_required and (user.first_password_until is None or now >= user.first_password_until)


def count_expired(*, clock: Clock) -> int:
    """Return how many accounts in use wait for a new first password."""
    with reading() as session:
        return len(session.scalars(_expired(clock.read(session))).all())


def renew_first_passwords(
    usernames: Sequence[str], *, clock: Clock, term: dt.timedelta = FIRST_PASSWORD_TERM
) -> list[FirstAccount]:
    """Give new first passwords to the accounts named, or to all whose first one ended before it was used.

    For whoever runs the server: no account acts. Raises: NotFound("account_unknown") before anything is changed.
    """
    with reading() as session:
        asked = _named(usernames) if usernames else _expired(clock.read(session))
        found = session.scalars(asked).all()
        missing = set(usernames) - {user.username for user in found}
        if missing:
            raise NotFound("account_unknown", username=", ".join(sorted(missing)))
        wanted = {user.id: user.password for user in found}
    given = {user_id: first_password() for user_id in wanted}
    hashed = {user_id: hash_of(password) for user_id, password in given.items()}  # before the transaction
    renewed: list[FirstAccount] = []
    with unit_of_work(actor=None, clock=clock) as work:
        users = select(PortalUser).where(PortalUser.id.in_(wanted)).order_by(PortalUser.id).with_for_update()
        for user in work.session.scalars(users):
            if user.password != wanted[user.id]:
                continue  # the person, or an administrator, was faster
            give_first_password(user, hashed[user.id], until=work.now + term)
            work.audit("house", "password_reset", "account", user.username)
            renewed.append(_printed(user, given[user.id]))
    return renewed


def _named(usernames: Sequence[str]) -> Select[PortalUser]:
    return select(PortalUser).where(PortalUser.username.in_(usernames), PortalUser.active.is_(True))


def _expired(now: dt.datetime) -> Select[PortalUser]:
    """Say `first_password_expired` in SQL, for the accounts in use."""
    over = or_(PortalUser.first_password_until.is_(None), PortalUser.first_password_until <= now)
    return select(PortalUser).where(PortalUser.active.is_(True), PortalUser.password_change_required, over)


def _printed(user: PortalUser, password: str) -> FirstAccount:
    held = user.appointments[0] if user.appointments else None
    unit = held.unit.code if held and held.unit else ""
    return FirstAccount(user.username, held.role.value if held else "", unit, password)
