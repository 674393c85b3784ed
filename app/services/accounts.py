"""Accounts: change a password, give a new one."""

from __future__ import annotations

import unicodedata

from werkzeug.security import check_password_hash, generate_password_hash

from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.session import unit_of_work
from app.domain.errors import Forbidden, InputInvalid, NotFound
from app.domain.policy import Actor

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
