"""Keys of other systems: made once and shown once, kept as a hash, revoked at any moment."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.session import reading, unit_of_work
from app.db.tokens import ApiToken
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject, require

LONGEST_DAYS = 366
NAME_LIMIT = 120
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TokenLine:
    id: int
    name: str
    begins: str
    may_write: bool
    made_at: dt.datetime
    made_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    open: bool


@dataclass(frozen=True, slots=True)
class TokensView:
    user_id: int
    username: str
    tokens: tuple[TokenLine, ...]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose key was presented, and whether it may write."""

    user_id: int
    may_write: bool


@dataclass(frozen=True, slots=True)
class MakeToken:
    user_id: int
    name: str
    days: int
    may_write: bool


def tokens_of(user_id: int, *, actor: Actor, clock: Clock) -> TokensView:
    """Return the keys of an account, newest first. Raises Forbidden, NotFound("account_unknown")."""
    require(actor, Permission.ACCOUNT_CONFIGURE, Subject())
    with reading() as session:
        user = session.get(PortalUser, user_id)
        if user is None:
            raise NotFound("account_unknown")
        now = clock.read(session)
        rows = session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc()))
        return TokensView(user_id, user.username, tuple(_line(row, now) for row in rows))


def _line(row: ApiToken, now: dt.datetime) -> TokenLine:
    return TokenLine(
        id=row.id,
        name=row.name,
        begins=row.begins,
        may_write=row.may_write,
        made_at=row.made_at,
        made_by=row.made_by.username,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        open=row.revoked_at is None and now < row.expires_at,
    )


def make_token(command: MakeToken, *, actor: Actor, clock: Clock) -> str:
    """Make a key for an account; return it, this once.

    Raises: Forbidden, NotFound("account_unknown"), InputInvalid token_name_missing, token_days_impossible.
    """
    require(actor, Permission.ACCOUNT_CONFIGURE, Subject())
    name = command.name.strip()
    if not name or len(name) > NAME_LIMIT:
        raise InputInvalid("token_name_missing", field="name", limit=NAME_LIMIT)
    if not 1 <= command.days <= LONGEST_DAYS:
        raise InputInvalid("token_days_impossible", field="days", most=LONGEST_DAYS)
    key = secrets.token_urlsafe(32)
    with unit_of_work(actor=actor, clock=clock) as work:
        user = work.session.get(PortalUser, command.user_id)
        if user is None or not user.active:
            raise NotFound("account_unknown")
        row = ApiToken(
            user=user,
            name=name,
            sha256=_digest(key),
            begins=key[:_SHOWN],
            may_write=command.may_write,
            made_at=work.now,
            made_by_id=work.acting.user_id,
            expires_at=work.now + dt.timedelta(days=command.days),
        )
        work.session.add(row)
        work.session.flush()
        new = {"name": name, "account": user.username, "may_write": row.may_write, "begins": row.begins}
        work.audit("house", "token_made", "api_token", row.id, new=new)
    return key


def revoke_token(token_id: int, *, actor: Actor, clock: Clock) -> int:
    """End a key at once; return whose it was. Raises Forbidden, NotFound("token_unknown")."""
    with unit_of_work(actor=actor, clock=clock) as work:
        require(actor, Permission.ACCOUNT_CONFIGURE, Subject())
        row = work.session.get(ApiToken, token_id, with_for_update=True)
        if row is None:
            raise NotFound("token_unknown")
        if row.revoked_at is None:
            row.revoked_at = work.now
            work.audit("house", "token_revoked", "api_token", row.id, old={"name": row.name, "begins": row.begins})
        return row.user_id


def bearer_of(key: str, *, clock: Clock) -> Bearer | None:
    """Return who acts by a key; None for one that is unknown, over, revoked, or of a closed account."""
    with reading() as session:
        statement = select(ApiToken).join(ApiToken.user).where(ApiToken.sha256 == _digest(key))
        row = session.scalars(statement.where(PortalUser.active.is_(True))).one_or_none()
        if row is None or not _line(row, clock.read(session)).open:
            return None
        return Bearer(row.user_id, row.may_write)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
