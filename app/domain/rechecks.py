"""On-site rechecks (phúc tra): asked for, ordered or refused, recorded with minutes. QĐ 1820/QĐ-UBND, Điều 10.3c."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.domain.errors import InputInvalid, TransitionRefused
from app.domain.terms import RecheckStatus

MINUTES_LIMIT = 64
TEXT_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a recheck found: number and day of its minutes, who took part as roles, the finding."""

    number: str
    on: dt.date
    took_part: str
    finding: str


def check_reason(reason: str) -> None:
    """Raise InputInvalid("recheck_reason_missing", "recheck_text_too_long")."""
    if not reason.strip():
        raise InputInvalid("recheck_reason_missing", field="reason")
    check_length(reason, "reason")


def check_length(text: str, field: str) -> None:
    if len(text) > TEXT_LIMIT:
        raise InputInvalid("recheck_text_too_long", field=field, limit=TEXT_LIMIT)


def check_day(planned_on: dt.date, today: dt.date) -> None:
    """A recheck is ordered for a day to come. Raises InputInvalid("recheck_day_past")."""
    if planned_on < today:
        raise InputInvalid("recheck_day_past", field="planned_on", day=planned_on, today=today)


def decide(status: RecheckStatus) -> None:
    """Raise TransitionRefused("recheck_decided") unless somebody still waits for the decision."""
    if status is not RecheckStatus.ASKED:
        raise TransitionRefused("recheck_decided")


def check_minutes(status: RecheckStatus, minutes: Minutes, today: dt.date) -> None:
    """Refuse minutes of a recheck nobody ordered, without number or finding, or of a day to come.

    Raises: TransitionRefused("recheck_not_ordered"); InputInvalid with minutes_number_missing, recheck_finding_missing,
    minutes_day_future, recheck_text_too_long.
    """
    if status is not RecheckStatus.ORDERED:
        raise TransitionRefused("recheck_not_ordered")
    if not minutes.number.strip() or len(minutes.number.strip()) > MINUTES_LIMIT:
        raise InputInvalid("minutes_number_missing", field="number", limit=MINUTES_LIMIT)
    if minutes.on > today:
        raise InputInvalid("minutes_day_future", field="on", day=minutes.on, today=today)
    if not minutes.finding.strip():
        raise InputInvalid("recheck_finding_missing", field="finding")
    check_length(minutes.finding, "finding")
    check_length(minutes.took_part, "took_part")
