"""What an account was told: its own notices and nobody else's, read or not; what of them it has mailed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.notices import Notice
from app.db.outbox import MailPreference
from app.db.session import current, reading, unit_of_work
from app.domain.errors import InputInvalid, NotFound
from app.domain.notices import MailChoice, NoticeKind, is_local
from app.domain.policy import Actor
from app.services.outbox import reachable

PAGE = 50


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as its reader meets it."""

    id: int
    kind: NoticeKind
    facts: Mapping[str, Any]
    at: dt.datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """The newest notices before `before`; `older`: the number the next page begins before, None where none follows."""

    lines: tuple[NoticeLine, ...]
    unread: int
    older: int | None


@dataclass(frozen=True, slots=True)
class MailView:
    """`address` None: the account has none a mail could go to. `on`: whether the portal sends mail at all."""

    choice: MailChoice
    address: str | None
    on: bool


def inbox(*, actor: Actor, before: int | None = None) -> Inbox:
    """Return a page of the actor's notices, newest first."""
    with reading() as session:
        mine = select(Notice).where(Notice.user_id == actor.user_id)
        if before is not None:
            mine = mine.where(Notice.id < before)
        rows = session.scalars(mine.order_by(Notice.id.desc()).limit(PAGE + 1)).all()
        shown = rows[:PAGE]
        unread = select(func.count()).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
        return Inbox(
            lines=tuple(NoticeLine(row.id, row.kind, row.facts, row.at, row.read_at is None) for row in shown),
            unread=session.scalars(unread).one(),
            older=shown[-1].id if len(rows) > PAGE else None,
        )


def unread_count(*, actor: Actor) -> int:
    """Return how many notices the actor has not read; one statement."""
    with reading() as session:
        statement = select(func.count()).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
        return session.scalars(statement).one()


def told_since(since: dt.datetime, *, actor: Actor, most: int = 12) -> list[NoticeLine]:
    """Return the actor's notices since an instant, newest first."""
    with reading() as session:
        mine = select(Notice).where(Notice.user_id == actor.user_id, Notice.at >= since)
        rows = session.scalars(mine.order_by(Notice.id.desc()).limit(most))
        return [NoticeLine(row.id, row.kind, row.facts, row.at, row.read_at is None) for row in rows]


def open_notice(notice_id: int, *, actor: Actor, clock: Clock) -> str:
    """Mark a notice as read; return where it leads. Raises NotFound("notice_unknown") for anybody else's."""
    with unit_of_work(actor=actor, clock=clock) as work:
        mine = select(Notice).where(Notice.id == notice_id, Notice.user_id == actor.user_id)
        row = work.session.scalars(mine).one_or_none()
        if row is None:
            raise NotFound("notice_unknown")
        row.read_at = row.read_at or work.now
        return row.path if is_local(row.path) else "/"


def mark_read(notice_id: int | None, *, actor: Actor, clock: Clock) -> None:
    """Mark one of the actor's notices as read, or (None) all. Raises NotFound("notice_unknown")."""
    with unit_of_work(actor=actor, clock=clock) as work:
        mine = update(Notice).where(Notice.user_id == actor.user_id)
        if notice_id is not None:
            known = select(Notice.id).where(Notice.id == notice_id, Notice.user_id == actor.user_id)
            if work.session.scalars(known).first() is None:
                raise NotFound("notice_unknown")
            mine = mine.where(Notice.id == notice_id)
        work.session.execute(mine.where(Notice.read_at.is_(None)).values(read_at=work.now))


def mail_choice(*, actor: Actor) -> MailView:
    """Return what the actor has mailed, and to which address."""
    with reading() as session:
        chosen = select(MailPreference.choice).where(MailPreference.user_id == actor.user_id)
        choice = session.scalars(chosen).one_or_none()
        address = select(PortalUser.email).where(PortalUser.id == actor.user_id, reachable())
        return MailView(choice or MailChoice.ACTION, session.scalars(address).one_or_none(), current().mails)


def choose_mail(choice: str, *, actor: Actor, clock: Clock) -> None:
    """Keep what the actor wants mailed from now on. Raises InputInvalid("mail_choice_unknown")."""
    if choice not in set(MailChoice):
        raise InputInvalid("mail_choice_unknown", field="choice")
    with unit_of_work(actor=actor, clock=clock) as work:
        work.session.execute(
            select(PortalUser.id).where(PortalUser.id == actor.user_id).with_for_update(key_share=True)
        )
        row = work.session.get(MailPreference, actor.user_id)
        old = MailChoice.ACTION if row is None else row.choice
        if row is None:
            row = MailPreference(user_id=actor.user_id, choice=MailChoice(choice), digested_until=work.now)
            work.session.add(row)
        elif row.choice is not MailChoice.DIGEST:
            row.digested_until = work.now  # what came before has been mailed, or was not wanted
        row.choice = MailChoice(choice)
        if old is not row.choice:
            new = {"mail": row.choice.value}
            work.audit("house", "mail_chosen", "account", actor.username, old={"mail": old.value}, new=new)
