"""The one reading of the clock: inside the writing transaction, right after the row is locked."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid


class Clock(Protocol):
    def read(self, session: Session) -> dt.datetime:
        """Return the instant now, in UTC."""
        ...


def system_instant(session: Session) -> dt.datetime:
    """Return the database's own clock where it has one that moves inside a transaction, else the machine's."""
    if session.get_bind().dialect.name == "postgresql":
        instant: dt.datetime = session.scalars(text("SELECT clock_timestamp()")).one()
        return instant.astimezone(dt.UTC)
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class SystemClock:
    def read(self, session: Session) -> dt.datetime:
        return system_instant(session)


@dataclass(frozen=True, slots=True)
class OffsetClock:
    """The system clock moved by `offset`; it goes on running."""

    offset: dt.timedelta

    def read(self, session: Session) -> dt.datetime:
        return system_instant(session) + self.offset


@dataclass(slots=True)
class FixedClock:
    """Stands still at `instant` until it is moved; for tests and demonstrations."""

    instant: dt.datetime

    def read(self, session: Session) -> dt.datetime:  # noqa: ARG002 (it asks nobody)
        return self.instant.astimezone(dt.UTC)


_OFFSET = re.compile(r"([+-])(\d{1,6})([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def clock_from(text_given: str | None) -> Clock:
    """Return the clock APP_CLOCK asks for: an ISO instant with a zone stands still, "+3d" or "-90m" runs.

    Raises: InputInvalid("clock_unreadable"), also for an instant outside the years a calendar holds.
    """
    if not text_given:
        return SystemClock()
    try:
        clock, first = _asked_for(text_given)
        first.astimezone(dt.UTC).astimezone(VIETNAM)
    except (ValueError, OverflowError) as unreadable:
        raise InputInvalid("clock_unreadable", text=text_given) from unreadable
    return clock


def _asked_for(text_given: str) -> tuple[Clock, dt.datetime]:
    """Return the clock and what it says first. Raises ValueError, OverflowError."""
    offset = _OFFSET.fullmatch(text_given)
    if offset is not None:
        sign = -1 if offset[1] == "-" else 1
        moved = sign * dt.timedelta(**{_UNITS[offset[3]]: int(offset[2])})
        return OffsetClock(moved), dt.datetime.now(dt.UTC) + moved
    instant = dt.datetime.fromisoformat(text_given)
    if instant.tzinfo is None:
        raise ValueError("no zone")
    return FixedClock(instant), instant
