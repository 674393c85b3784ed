"""When somebody is reminded of a deadline: 7, 3, 1 days before and on its day, from the morning on, Vietnam time."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from app.domain.deadlines import VIETNAM, closing_instant

STEPS = frozenset({7, 3, 1, 0})
REMIND_FROM = dt.time(7, 0)
DIGEST_AT = dt.time(7, 30)
#: the last instant of a deadline is closed: one that ends at midnight is the day before's
_INSTANT = dt.timedelta(microseconds=1)


class Due(StrEnum):
    """What is due, as the sentence of a reminder names it."""

    SCORING = "scoring"  # leaves that are not scored
    SENDING = "sending"  # a sheet that is not sent
    REPORT = "report_due"
    EVIDENCE_REQUEST = "evidence_request"
    EXPLANATION = "explanation"
    FIRST_APPRAISAL = "first_appraisal"
    SECOND_APPRAISAL = "second_appraisal"
    RELEASE = "release"  # the first results, by the secretariat
    CONCLUSION = "conclusion"
    AMENDMENT = "amendment"  # what was changed on a sent sheet and not sent again
    LEADER_SHEET = "leader_sheet"
    UPWARD_REPORT = "upward_report"  # of a council, to the one above


def day_of(instant: dt.datetime) -> dt.date:
    return instant.astimezone(VIETNAM).date()


def days_left(due: dt.datetime, day: dt.date) -> int:
    """Return the days from `day` to the last day of a deadline; below 0 once it is over."""
    return (day_of(due - _INSTANT) - day).days


def is_reminded(due: dt.datetime, day: dt.date) -> bool:
    """Return whether `day` is one on which somebody is reminded of `due`."""
    return days_left(due, day) in STEPS


def is_near(due: dt.datetime, day: dt.date, now: dt.datetime) -> bool:
    """Return whether somebody is reminded of `due` on `day`; at the instant `due` itself it is over."""
    return is_reminded(due, day) and now < due


def digest_instant(day: dt.date) -> dt.datetime:
    """Return the instant up to which the digest of `day` tells, in UTC."""
    return closing_instant(day, DIGEST_AT)


def reminders_begin(day: dt.date) -> dt.datetime:
    return closing_instant(day, REMIND_FROM)
