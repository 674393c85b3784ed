"""The decision a publication or an annulment rests on: its number and its day, refused at their fields."""

from __future__ import annotations

import datetime as dt

from app.domain.delegation import vietnam_day
from app.domain.errors import InputInvalid
from app.domain.evidence_checks import parse_document_number

#: days between a decision and the act that rests on it: further away is a year mistyped
FARTHEST = dt.timedelta(days=366)


def check_number(number: str) -> None:
    """Refuse a number that is none, at its field. Raises InputInvalid as `parse_document_number` does."""
    try:
        parse_document_number(number)
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, **{**unreadable.details, "field": "number"}) from unreadable


def check_decision_day(decided_on: dt.date, now: dt.datetime) -> None:
    """Refuse 2052 for 2025: an edition cannot be changed. Raises InputInvalid("decision_day_far")."""
    if abs(decided_on - vietnam_day(now)) > FARTHEST:
        raise InputInvalid("decision_day_far", field="decided_on", day=decided_on)
