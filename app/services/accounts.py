"""Accounts: change a password, give a new one, end the sessions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from sqlalchemy import select
from werkzeug.security import check_password_hash

from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.queries.people import names_of_house
from app.db.session import reading, unit_of_work
from app.domain.errors import Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject, require
from app.services.first_accounts import first_password_expired, give_first_password
from app.services.passwords import PROFILES, PasswordProfile, as_typed, check_password
from app.services.seed_identity import FIRST_PASSWORD_TERM, FirstAccount, first_password, hash_of, new_account

#: what is typed at the sign-in: small letters without accents, digits, and signs between them
USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{1,62})[a-z0-9]")


def change_password(
    *,
    present: str,
    wanted: str,
    repeated: str,
    actor: Actor,
    clock: Clock,
    profile: PasswordProfile = PROFILES["default"],
    owners: Iterable[str] = (),
) -> None:
    """Replace the actor's own password; `owners` are names of the house that no table holds.

    Raises: Forbidden("password_wrong", "first_password_expired"), InputInvalid.
    """
    present, wanted, repeated = as_typed(present), as_typed(wanted), as_typed(repeated)
    if wanted != repeated:
        raise InputInvalid("password_differs")
    with reading() as session:
        names = names_of_house(session, actor.user_id)
    check_password(wanted, profile, [*names, *owners])
    hashed = hash_of(wanted)  # before the transaction: hashing holds no lock
    with unit_of_work(actor=actor, clock=clock) as work:
        user = work.session.get(PortalUser, actor.user_id)
        if user is None:
            raise NotFound("account_unknown")
        if not check_password_hash(user.password or "", present):
            raise Forbidden("password_wrong")
        if first_password_expired(user, work.now):
            raise Forbidden("first_password_expired")
        if check_password_hash(user.password or "", wanted):
            raise InputInvalid("password_same")
        user.password = hashed
        user.password_change_required = False
        user.first_password_until = None
        work.audit("house", "password_changed", "account", user.username)


def end_sessions(*, actor: Actor, clock: Clock) -> None:
    """End every open session of the actor's account: a copy of an old cookie opens nothing any more."""
    with unit_of_work(actor=actor, clock=clock) as work:
        user = work.session.get(PortalUser, actor.user_id)
        if user is None:
            raise NotFound("account_unknown")
        user.session_generation = PortalUser.session_generation + 1
        work.audit("house", "signed_out", "account", user.username)


def add_account(
    *, username: str, display: str, actor: Actor, clock: Clock, term: dt.timedelta = FIRST_PASSWORD_TERM
) -> FirstAccount:
    """Add a personal account with a random password, returned once, to be changed at the first sign-in, within `term`.

    Raises: Forbidden; InputInvalid("username_unreadable", "account_exists").
    """
    require(actor, Permission.ACCOUNT_CONFIGURE, Subject())
    if not USERNAME.fullmatch(username):
        raise InputInvalid("username_unreadable", username=username)
    password = first_password()
    account = new_account(username, display, password)  # hashes before the transaction
    with unit_of_work(actor=actor, clock=clock) as work:
        if work.session.scalars(select(PortalUser.id).where(PortalUser.username == username)).first() is not None:
            raise InputInvalid("account_exists", username=username)
        account.first_password_until = work.now + term
        work.session.add(account)
        work.audit("house", "account_added", "account", username)
    return FirstAccount(username, "", "", password)


def reset_password(
    user_id: int, *, actor: Actor, clock: Clock, term: dt.timedelta = FIRST_PASSWORD_TERM
) -> FirstAccount:
    """Give an account a new random password, returned once; its open sessions die with the old one.

    Raises: Forbidden; NotFound("account_unknown"); InputInvalid("own_password_reset").
    """
    require(actor, Permission.ACCOUNT_CONFIGURE, Subject())
    if user_id == actor.user_id:
        raise InputInvalid("own_password_reset")
    password = first_password()
    hashed = hash_of(password)
    with unit_of_work(actor=actor, clock=clock) as work:
        user = work.session.get(PortalUser, user_id)
        if user is None:
            raise NotFound("account_unknown")
        give_first_password(user, hashed, until=work.now + term)
        work.audit("house", "password_reset", "account", user.username)
        return FirstAccount(user.username, "", "", password)
