"""Instants and windows: stored in UTC, decided to the second, lived in Asia/Ho_Chi_Minh.

An opening instant is open, a closing instant is closed: at 17:00:00 scoring is over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.errors import InputInvalid
from app.domain.terms import CLAIM_GROUNDS, WindowGround

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_OFFSET = re.compile(r"([+-]\d{1,4})d (\d{2}):(\d{2})")


def closing_instant(day: dt.date, at: dt.time = dt.time(17, 0)) -> dt.datetime:
    """Return the instant, in UTC, of `at` on `day`, Vietnam time."""
    return dt.datetime.combine(day, at, tzinfo=VIETNAM).astimezone(dt.UTC)


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the instant at which `day` is over ("hết ngày"): midnight that follows it, Vietnam time."""
    return closing_instant(day + dt.timedelta(days=1), dt.time(0, 0))


def is_open(now: dt.datetime, opens_at: dt.datetime | None, closes_at: dt.datetime) -> bool:
    return (opens_at is None or opens_at <= now) and now < closes_at


def resolve_offset(anchor: dt.date, text: str) -> dt.datetime:
    """Return the UTC instant of "+14d 17:00": so many days from `anchor`, that time of day in Vietnam."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise InputInvalid("offset_unreadable", text=text)
    days, hour, minute = (int(part) for part in found.groups())
    if hour > 23 or minute > 59:
        raise InputInvalid("offset_unreadable", text=text)
    return closing_instant(anchor + dt.timedelta(days=days), dt.time(hour, minute))


def add_days(start: dt.date, days: int, *, working: bool, holidays: Collection[dt.date] = ()) -> dt.date:
    """Return the day `days` after `start`; working days skip Saturdays, Sundays and `holidays`."""
    day, left = start, days
    while left > 0:
        day += dt.timedelta(days=1)
        if not working or (day.weekday() < 5 and day not in holidays):
            left -= 1
    return day


@dataclass(frozen=True, slots=True)
class Span:
    """A dated stretch, such as the scoring phase."""

    opens_at: dt.datetime | None
    closes_at: dt.datetime

    def contains(self, now: dt.datetime) -> bool:
        return is_open(now, self.opens_at, self.closes_at)


@dataclass(frozen=True, slots=True)
class Window:
    """An answer window of one unit; `leaf` null covers every leaf."""

    ground: WindowGround
    leaf: str | None
    opens_at: dt.datetime
    due_at: dt.datetime

    def covers(self, leaf: str | None) -> bool:
        """Return whether the window speaks of `leaf`; asked of no leaf in particular, any window does."""
        return self.leaf is None or leaf is None or self.leaf == leaf

    def contains(self, now: dt.datetime) -> bool:
        return is_open(now, self.opens_at, self.due_at)


def may_claim(now: dt.datetime, scoring: Span | None, windows: Sequence[Window], *, leaf: str | None = None) -> bool:
    """Return whether claim, explanation and evidence of `leaf` may be written at `now`."""
    if scoring is not None and scoring.contains(now):
        return True
    return any(w.ground in CLAIM_GROUNDS and w.covers(leaf) and w.contains(now) for w in windows)


def may_amend(now: dt.datetime, windows: Sequence[Window], *, leaf: str | None = None) -> bool:
    """Return whether a *submitted* leaf may be amended at `now`: an extension or a data update covers it."""
    grounds = {WindowGround.EXTENSION, WindowGround.DATA_UPDATE}
    return any(w.ground in grounds and w.covers(leaf) and w.contains(now) for w in windows)


def may_reply(now: dt.datetime, windows: Sequence[Window], *, leaf: str | None = None) -> bool:
    """Return whether a reply or a supplement may be written at `now`."""
    return any(w.ground not in CLAIM_GROUNDS and w.covers(leaf) and w.contains(now) for w in windows)


def closing_time(now: dt.datetime, scoring: Span | None, windows: Sequence[Window]) -> dt.datetime | None:
    """Return the last instant at which something now open closes, or None when nothing is open."""
    closings = [w.due_at for w in windows if w.contains(now)]
    if scoring is not None and scoring.contains(now):
        closings.append(scoring.closes_at)
    return max(closings, default=None)
