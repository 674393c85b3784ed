"""What a form sent, read: numbers of rows, and days at their field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import request

from app.domain.errors import InputInvalid
from app.web.records.fields import read_day


def as_number(text: str) -> int | None:
    """Return a row's number, or None for what can be none: no figure, or one no row has."""
    given = text.strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def number(name: str) -> int | None:
    """Return a row's number as a form or an address names it, or None."""
    return as_number(request.values.get(name, ""))


def numbers(texts: Iterable[str]) -> list[int]:
    return [found for text in texts if (found := as_number(text)) is not None]


def day(name: str) -> dt.date:
    """Return the day typed. Raises InputInvalid date_missing, date_unreadable, at its field."""
    try:
        return read_day(request.form.get(name, "").strip())
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, **{**unreadable.details, "field": name}) from unreadable


def day_if_given(name: str) -> dt.date | None:
    return day(name) if request.form.get(name, "").strip() else None
