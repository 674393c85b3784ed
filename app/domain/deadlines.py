"""Instants and windows: stored in UTC, decided to the second, lived in Asia/Ho_Chi_Minh.

An opening instant is open, a closing instant is closed: at 17:00:00 scoring is over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.errors import InputInvalid
from app.domain.terms import CLAIM_GROUNDS, WindowGround

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

#: what a unit writes: claim, explanation and evidence, or replies and supplements to an appraisal
What = Literal["claim", "reply"]

#: grounds that let a unit change a leaf it has already sent
AMENDMENT_GROUNDS = frozenset({WindowGround.EXTENSION, WindowGround.DATA_UPDATE})

_OFFSET = re.compile(r"([+-]\d{1,4})d (\d{2}):(\d{2})")


def closing_instant(day: dt.date, at: dt.time = dt.time(17, 0)) -> dt.datetime:
    """Return the instant, in UTC, of `at` on `day`, Vietnam time."""
    return dt.datetime.combine(day, at, tzinfo=VIETNAM).astimezone(dt.UTC)


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the instant at which `day` is over ("hết ngày"): midnight that follows it, Vietnam time."""
    return closing_instant(day + dt.timedelta(days=1), dt.time(0, 0))


def is_open(now: dt.datetime, opens_at: dt.datetime | None, closes_at: dt.datetime) -> bool:
    """Return whether `now` lies in a stretch; the opening instant is in it, the closing instant is not."""
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


class DayCount(StrEnum):
    """How a term is counted; working days skip Saturdays, Sundays and holidays."""

    CALENDAR = "calendar"
    WORKING = "working"


def add_days(
    start: dt.date,
    days: int,
    counting: DayCount = DayCount.CALENDAR,
    *,
    holidays: Collection[dt.date] = (),
) -> dt.date:
    """Return the day `days` after `start`, which itself is not counted. Raises InputInvalid("days_negative")."""
    if days < 0:
        raise InputInvalid("days_negative", days=days)
    day, left = start, days
    while left > 0:
        day += dt.timedelta(days=1)
        if counting is DayCount.CALENDAR or (day.weekday() < 5 and day not in holidays):
            left -= 1
    return day


def due_instant(
    start: dt.datetime,
    days: int,
    counting: DayCount,
    at: dt.time,
    *,
    holidays: Collection[dt.date] = (),
) -> dt.datetime:
    """Return the UTC instant at which a term of `days` from `start` is over: the day is Vietnam's, so is `at`."""
    return closing_instant(add_days(start.astimezone(VIETNAM).date(), days, counting, holidays=holidays), at)


@dataclass(frozen=True, slots=True)
class Span:
    """A dated stretch, such as the scoring phase."""

    opens_at: dt.datetime | None
    closes_at: dt.datetime

    def contains(self, now: dt.datetime) -> bool:
        return is_open(now, self.opens_at, self.closes_at)

    def is_upcoming(self, now: dt.datetime) -> bool:
        return self.opens_at is not None and now < self.opens_at


@dataclass(frozen=True, slots=True)
class Window:
    """An answer window of one unit; `leaf` null covers every leaf.

    `due_at`: when it ends, by its term or by being closed early. `withdrawn`: a request the agency took back by a later
    verdict, so that nothing rests on it any more.
    """

    ground: WindowGround
    leaf: str | None
    opens_at: dt.datetime
    due_at: dt.datetime
    withdrawn: bool = False

    def covers(self, leaf: str | None) -> bool:
        """Return whether the window speaks of `leaf`; asked of no leaf in particular, any window does."""
        return self.leaf is None or leaf is None or self.leaf == leaf

    def contains(self, now: dt.datetime) -> bool:
        return is_open(now, self.opens_at, self.due_at)


def in_effect(windows: Iterable[Window], *, ever_submitted: bool) -> tuple[Window, ...]:
    """Return the windows that open anything: a data update brings up to date what was sent, and is no second lock."""
    return tuple(each for each in windows if ever_submitted or each.ground is not WindowGround.DATA_UPDATE)


def answer_windows(windows: Sequence[Window], leaf: str | None) -> list[Window]:
    """Return the windows in which an answer on `leaf` is written: a request has its own, others the explanation's.

    What names the leaf itself extends a request; what is open for the whole sheet does not.
    """
    replies = [window for window in windows if window.ground not in CLAIM_GROUNDS and not window.withdrawn]
    named = [window for window in replies if leaf is not None and window.leaf == leaf]
    if any(window.ground is WindowGround.EVIDENCE_REQUEST for window in named):
        return named
    return [window for window in replies if window.covers(leaf)]


def answers_over(now: dt.datetime, windows: Sequence[Window], leaf: str | None) -> bool:
    """Return whether the time to answer has come and gone; never while no window was opened."""
    found = answer_windows(windows, leaf)
    return bool(found) and all(now >= window.due_at for window in found)


def may_write(
    now: dt.datetime,
    phase: Span | None,
    windows: Sequence[Window],
    *,
    leaf: str | None,
    what: What,
) -> bool:
    """Return whether a unit may write `what` on `leaf` at `now`; `leaf` None asks whether anything may be written.

    The scoring phase opens claims. Of the windows, extension, correction and data update open claims; a request of
    evidence and an explanation open replies only.
    """
    return any(span.contains(now) for span in _spans(phase, windows, leaf=leaf, what=what))


def may_amend(now: dt.datetime, windows: Sequence[Window], *, leaf: str | None) -> bool:
    """Return whether a leaf already *sent* may be changed at `now`: an extension or a data update covers it."""
    return any(w.ground in AMENDMENT_GROUNDS and w.covers(leaf) and w.contains(now) for w in windows)


def why_closed(
    now: dt.datetime,
    phase: Span | None,
    windows: Sequence[Window],
    *,
    leaf: str | None,
    what: What,
) -> str | None:
    """Return why nothing may be written, or None when it may.

    Codes: window_for_other_leaf, window_for_replies_only, window_for_claims_only (something is open, not this),
    not_yet_open (an opening is still to come), deadline_passed.
    """
    spans = _spans(phase, windows, leaf=leaf, what=what)
    if any(span.contains(now) for span in spans):
        return None
    if any(span.contains(now) for span in _spans(phase, windows, leaf=None, what=what)):
        return "window_for_other_leaf"
    other: What = "reply" if what == "claim" else "claim"
    if any(span.contains(now) for span in _spans(phase, windows, leaf=leaf, what=other)):
        return "window_for_replies_only" if what == "claim" else "window_for_claims_only"
    if any(span.opens_at is not None and now < span.opens_at for span in spans):
        return "not_yet_open"
    return "deadline_passed"


def closing_time(
    now: dt.datetime,
    phase: Span | None,
    windows: Sequence[Window],
    *,
    leaf: str | None = None,
    what: What = "claim",
) -> dt.datetime | None:
    """Return the next instant at which `may_write` turns false, or None when it is false already.

    Stretches that follow without a gap count as one: an extension granted in time moves the end.
    """
    spans = _spans(phase, windows, leaf=leaf, what=what)
    ends_at: dt.datetime | None = None
    instant = now
    while following := [span.closes_at for span in spans if span.contains(instant)]:
        ends_at = instant = max(following)
    return ends_at


def _spans(phase: Span | None, windows: Sequence[Window], *, leaf: str | None, what: What) -> list[Span]:
    """Return the stretches that open `what` on `leaf`, past and future ones included."""
    if what == "reply":
        return [Span(window.opens_at, window.due_at) for window in answer_windows(windows, leaf)]
    claims = [window for window in windows if window.ground in CLAIM_GROUNDS and window.covers(leaf)]
    spans = [Span(window.opens_at, window.due_at) for window in claims]
    return spans if phase is None else [phase, *spans]
