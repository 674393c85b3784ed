"""Mails: written with what they tell of, sent after its commit, tried again, given up, never sent twice.

A mail is marked SENDING and committed before the server is spoken to. What dies after that and before the mark of
what came of it leaves the row SENDING: it may have been sent, nobody knows, and it is not sent again by itself; an
administrator sees it and may order it. So the portal errs on the side of a mail too few.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.notices import Notice
from app.db.outbox import Mail, MailPreference
from app.db.session import Work, current, reading, unit_of_work
from app.domain import policy
from app.domain.errors import NotFound
from app.domain.notices import SENDING_LEASE, MailChoice, MailState, NoticeKind, mailed_at_once, next_attempt
from app.domain.policy import Actor, Permission, Subject

#: addresses of this end reach nobody (RFC 2606): accounts of a seed have one until the person gives another
NOWHERE = ".invalid"
ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a mail carries it."""

    kind: NoticeKind
    facts: Mapping[str, Any]
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready for the server; `token` is the same at every attempt."""

    to: str
    token: str
    subject: str
    body: str


#: several notices are a digest
Compose = Callable[[Sequence[Told]], tuple[str, str]]


class NotSent(Exception):
    """The server did not take the mail; `for_good`: nor will it. Any other exception leaves it unknown."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Post(Protocol):
    """Hand a letter to the mail server. Raises NotSent; whatever else it raises: nobody knows whether it went out."""

    def __call__(self, letter: Letter) -> None: ...


def reachable() -> ColumnElement[bool]:
    """Write whether an account has an address a mail may go to."""
    return and_(
        PortalUser.active.is_(True),
        PortalUser.email.is_not(None),
        PortalUser.email != "",
        PortalUser.email.not_like(f"%{NOWHERE}"),
    )


def mail_notices(work: Work, kind: NoticeKind, notices: Mapping[int, int]) -> None:
    """Queue what is mailed at once of the notices just written (account → notice), in their transaction."""
    if not current().mails or not notices:
        return
    statement = (
        select(PortalUser.id, MailPreference.choice)
        .outerjoin(MailPreference, MailPreference.user_id == PortalUser.id)
        .where(PortalUser.id.in_(notices), reachable())
        .order_by(PortalUser.id)
    )
    for number, choice in work.session.execute(statement):
        if mailed_at_once(kind, choice or MailChoice.ACTION):
            work.session.add(new_mail(number, [notices[number]], f"notice:{notices[number]}", work.now))


def new_mail(user_id: int, notice_ids: list[int], once: str, now: dt.datetime) -> Mail:
    return Mail(
        user_id=user_id,
        notice_ids=notice_ids,
        once=once,
        token=secrets.token_hex(16),
        queued_at=now,
        next_at=now,
    )


def _due(now: dt.datetime) -> ColumnElement[bool]:
    return and_(Mail.state == MailState.QUEUED, Mail.next_at <= now)


def mails_due(*, clock: Clock) -> int:
    """Return how many mails wait to be tried now."""
    with reading() as session:
        statement = select(func.count()).select_from(Mail).where(_due(clock.read(session)))
        return session.scalars(statement).one()


def send_due(
    *,
    clock: Clock,
    post: Post,
    compose: Compose,
    after_each: Callable[[], None] = lambda: None,
) -> int:
    """Try every mail that is due, one after the other; return how many were sent.

    `after_each` may raise to stop between two of them.
    """
    sent, tried = 0, set[int]()
    while (claimed := _claim(tried, clock=clock)) is not None:
        tried.add(claimed)
        sent += _try(claimed, clock=clock, post=post, compose=compose)
        after_each()
    return sent


def _claim(tried: Collection[int], *, clock: Clock) -> int | None:
    """Mark the next due mail as being sent; the condition of the UPDATE lets one of several runners have it."""
    with unit_of_work(actor=None, clock=clock) as work:
        now = work.now
        waiting = select(Mail.id).where(_due(now), Mail.id.not_in(tried)).order_by(Mail.next_at, Mail.id).limit(20)
        for number in work.session.scalars(waiting).all():
            mine = (
                update(Mail)
                .where(Mail.id == number, _due(now))
                .values(state=MailState.SENDING, attempts=Mail.attempts + 1, lease_until=now + SENDING_LEASE)
                .returning(Mail.id)
            )
            if work.session.scalars(mine).first() is not None:
                return number
    return None


def _try(mail_id: int, *, clock: Clock, post: Post, compose: Compose) -> bool:
    """Send one mail that is marked; keep what came of it. What nobody knows stays marked as being sent."""
    letter = _letter(mail_id, compose)
    if letter is None:
        _ended(mail_id, MailState.GIVEN_UP, "no_address", clock=clock)
        return False
    try:
        post(letter)
    except NotSent as refused:
        _failed(mail_id, str(refused), for_good=refused.for_good, clock=clock)
        return False
    except Exception as unknown:
        _unknown(mail_id, str(unknown), clock=clock)
        return False
    _ended(mail_id, MailState.SENT, "", clock=clock)
    return True


def _letter(mail_id: int, compose: Compose) -> Letter | None:
    """Put a mail into words; None where its account has no address by now, or what it told of is gone."""
    with reading() as session:
        row = session.get_one(Mail, mail_id)
        statement = select(PortalUser.email).where(PortalUser.id == row.user_id, reachable())
        address = session.scalars(statement).one_or_none()
        notices = session.scalars(select(Notice).where(Notice.id.in_(row.notice_ids)).order_by(Notice.id))
        told = [Told(each.kind, each.facts, each.path) for each in notices]
        token = row.token
    if address is None or not told:
        return None
    subject, body = compose(told)
    return Letter(to=address, token=token, subject=subject, body=body)


def _ended(mail_id: int, state: MailState, error: str, *, clock: Clock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        row = work.session.get_one(Mail, mail_id)
        row.state, row.error, row.lease_until, row.ended_at = state, error, None, work.now


def _failed(mail_id: int, reason: str, *, for_good: bool, clock: Clock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        row = work.session.get_one(Mail, mail_id)
        again = None if for_good else next_attempt(row.attempts, work.now)
        row.error, row.lease_until = _kept(reason), None
        if again is None:
            row.state, row.ended_at = MailState.GIVEN_UP, work.now
        else:
            row.state, row.next_at = MailState.QUEUED, again


def _unknown(mail_id: int, reason: str, *, clock: Clock) -> None:
    """Let the lease of a mail end now: it is shown to the administrator, and not sent again by itself."""
    with unit_of_work(actor=None, clock=clock) as work:
        row = work.session.get_one(Mail, mail_id)
        row.error, row.lease_until = _kept(reason), work.now


def _kept(reason: str) -> str:
    return "".join(each if each.isprintable() else " " for each in reason)[:200]


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail that did not go its way: given up, or (`unknown`) perhaps sent."""

    id: int
    to: str
    queued_at: dt.datetime
    attempts: int
    error: str
    unknown: bool


def _in_doubt(now: dt.datetime) -> ColumnElement[bool]:
    return and_(Mail.state == MailState.SENDING, Mail.lease_until <= now)


def troubled_mails(*, actor: Actor, clock: Clock) -> list[MailLine]:
    """Return the mails an administrator has to look at, newest first. Raises Forbidden."""
    policy.require(actor, Permission.MAIL_MANAGE, Subject())
    with reading() as session:
        doubt = _in_doubt(clock.read(session))
        statement = (
            select(Mail)
            .where(or_(Mail.state == MailState.GIVEN_UP, doubt))
            .options(joinedload(Mail.user))
            .order_by(Mail.id.desc())
            .limit(ROWS_SHOWN)
        )
        return [
            MailLine(
                id=row.id,
                to=row.user.username,
                queued_at=row.queued_at,
                attempts=row.attempts,
                error=row.error,
                unknown=row.state is MailState.SENDING,
            )
            for row in session.scalars(statement)
        ]


def troubled_count(*, actor: Actor, clock: Clock) -> int:
    """Return how many mails an administrator has to look at; 0 for everybody else."""
    if not policy.allows(actor, Permission.MAIL_MANAGE, Subject()):
        return 0
    with reading() as session:
        troubled = or_(Mail.state == MailState.GIVEN_UP, _in_doubt(clock.read(session)))
        return session.scalars(select(func.count()).select_from(Mail).where(troubled)).one()


def send_again(mail_id: int, *, actor: Actor, clock: Clock) -> None:
    """Queue a mail again that was given up, or of which nobody knows. Raises Forbidden, NotFound("mail_unknown")."""
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.MAIL_MANAGE, Subject())
        row = work.session.get(Mail, mail_id, with_for_update=True)
        doubt = row is not None and row.lease_until is not None and row.lease_until <= work.now
        if row is None or not (row.state is MailState.GIVEN_UP or (row.state is MailState.SENDING and doubt)):
            raise NotFound("mail_unknown")
        old = {"state": row.state.value, "error": row.error}
        row.state, row.attempts, row.next_at = MailState.QUEUED, 0, work.now
        row.lease_until = row.ended_at = None
        work.audit("house", "mail_sent_again", "mail", row.id, old=old, new={"state": row.state.value})
