"""What openpyxl knows of number formats and dates."""

from __future__ import annotations

import datetime as dt

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel


def built_in(number: int) -> str | None:
    known: str | None = BUILTIN_FORMATS.get(number)
    return known


def is_date(code: str) -> bool:
    return bool(is_date_format(code))


def instant_of(value: float, *, since_1904: bool) -> dt.datetime | dt.time | None:
    """Return the instant a stored figure stands for, None where it is none."""
    try:
        found = from_excel(value, CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError):
        return None
    return found if isinstance(found, dt.datetime | dt.time) else None
