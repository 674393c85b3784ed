"""Accounts: change a password, give a new one."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash

from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.session import unit_of_work
from app.domain.errors import Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject, require
from app.services.seed_identity import FirstAccount, first_password, new_account

#: what is typed at the sign-in: small letters without accents, digits, and signs between them
USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{1,62})[a-z0-9]")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
#: words of the field and of every list of first guesses
FORBIDDEN_WORDS = ("password", "matkhau", "123456", "qwerty", "cchc", "caicach", "admin")


def check_wanted_password(wanted: str, username: str) -> None:
    """Refuse a short or guessable password. Codes: password_too_short, password_too_long, password_guessable."""
    if len(wanted) < SHORTEST_PASSWORD:
        raise InputInvalid("password_too_short", least=SHORTEST_PASSWORD)
    if len(wanted) > LONGEST_PASSWORD:
        raise InputInvalid("password_too_long", most=LONGEST_PASSWORD)
    lowered = wanted.lower()
    if username.lower() in lowered or any(word in lowered for word in FORBIDDEN_WORDS) or len(set(lowered)) < 5:
        raise InputInvalid("password_guessable")


def change_password(*, present: str, wanted: str, repeated: str, actor: Actor, clock: Clock) -> None:
    """Replace the actor's own password. Raises Forbidden("password_wrong"), InputInvalid."""
    wanted, repeated = unicodedata.normalize("NFC", wanted), unicodedata.normalize("NFC", repeated)
    if wanted != repeated:
        raise InputInvalid("password_differs")
    check_wanted_password(wanted, actor.username)
    hashed = generate_password_hash(wanted)  # before the transaction: hashing holds no lock
    with unit_of_work(actor=actor, clock=clock) as work:
        user = work.session.get(PortalUser, actor.user_id)
        if user is None:
            raise NotFound("account_unknown")
        if not check_password_hash(user.password or "", present):
            raise Forbidden("password_wrong")
        if check_password_hash(user.password or "", wanted):
            raise InputInvalid("password_same")
        user.password = hashed
        user.password_change_required = False
        work.audit("house", "password_changed", "account", user.username)


def add_account(*, username: str, display: str, actor: Actor, clock: Clock) -> FirstAccount:
    """Add a personal account with a random password, returned once, to be changed at the first sign-in.

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
        work.session.add(account)
        work.audit("house", "account_added", "account", username)
    return FirstAccount(username, "", "", password)


def reset_password(user_id: int, *, actor: Actor, clock: Clock) -> FirstAccount:
    """Give an account a new random password, returned once; its open sessions die with the old one.

    Raises: Forbidden; NotFound("account_unknown"); InputInvalid("own_password_reset").
    """
    require(actor, Permission.ACCOUNT_CONFIGURE, Subject())
    if user_id == actor.user_id:
        raise InputInvalid("own_password_reset")
    password = first_password()
    hashed = generate_password_hash(password)
    with unit_of_work(actor=actor, clock=clock) as work:
        user = work.session.get(PortalUser, user_id)
        if user is None:
            raise NotFound("account_unknown")
        user.password = hashed
        user.password_change_required = True
        work.audit("house", "password_reset", "account", user.username)
        return FirstAccount(user.username, "", "", password)
