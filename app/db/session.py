"""One transaction per use case: own session, the actor and the clock as values, audit inside, one commit.

How a transaction begins on each database stands in `engines`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from app.db.audit_trail import AuditEntry, append
from app.db.clock import Clock
from app.db.engines import for_reading, for_writing, open_engine, prepare
from app.domain.policy import Actor

_in_work: ContextVar[bool] = ContextVar("in_work", default=False)


class Database:
    """An engine prepared for units of work and readings, and the factories of their sessions.

    `bell` is rung with the number of a job once the transaction that asked for it is committed; `mails`: whether what
    is told here is mailed too.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.bell: Callable[[int], None] = lambda _job: None
        self.mails = False
        self.engine = open_engine(url)
        prepare(self.engine)
        self.writer = sessionmaker(for_writing(self.engine), expire_on_commit=False)
        self.reader = sessionmaker(for_reading(self.engine), autoflush=False)

    def dispose(self) -> None:
        self.engine.dispose()


class _Current:
    database: Database | None = None


def use(database: Database) -> None:
    """Make `database` the one units of work run on."""
    _Current.database = database


def current() -> Database:
    if _Current.database is None:
        raise RuntimeError("no database in use")
    return _Current.database


class Work:
    """What a use case holds while it runs: a session, who acts, the instant, read once; what follows its commit."""

    def __init__(self, session: Session, actor: Actor | None, clock: Clock) -> None:
        self.session = session
        self.actor = actor
        self.afterwards: list[Callable[[], None]] = []
        self._clock = clock

    @cached_property
    def now(self) -> dt.datetime:
        """The instant of this work; ask for it after the row is locked, since the first asking reads the clock."""
        return self._clock.read(self.session)

    @property
    def acting(self) -> Actor:
        """The actor of a use case that needs one."""
        if self.actor is None:
            raise RuntimeError("this use case needs an actor")
        return self.actor

    def audit(
        self,
        stream: str,
        action: str,
        object_type: str,
        object_id: object,
        *,
        old: Mapping[str, Any] | None = None,
        new: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> None:
        """Append to `stream` in this very transaction: no change without its trace, no trace without its change."""
        self.session.flush()
        append(
            self.session.connection(),
            AuditEntry(
                stream=stream,
                at=self.now,
                actor_id=self.actor.user_id if self.actor else None,
                actor_name=self.actor.name_in_audit[:120] if self.actor else "system",
                address=self.actor.address if self.actor else "",
                action=action,
                object_type=object_type,
                object_id=str(object_id),
                old=old,
                new=new,
                note=note,
            ),
        )


@contextmanager
def unit_of_work(*, actor: Actor | None, clock: Clock) -> Iterator[Work]:
    """Run one use case in one transaction: committed once at the end, or not at all. Refuses to nest.

    What it left in `work.afterwards` is done after the commit, with the transaction closed; after a rollback never.
    """
    if _in_work.get():
        raise RuntimeError("a unit of work runs already")
    token = _in_work.set(True)
    session = current().writer()
    session.info["service"] = True
    work = Work(session, actor, clock)
    try:
        yield work
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _in_work.reset(token)
    for step in work.afterwards:
        step()


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session for reading: one consistent snapshot, in which the database refuses every write."""
    session = current().reader()
    try:
        yield session
    finally:
        session.rollback()
        session.close()
