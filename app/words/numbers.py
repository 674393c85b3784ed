"""Figures and instants as people read them: 0,5 · 95,00% · 17:00 25/11/2024. Exact decimals, never floats."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask_babel import get_locale

from app.domain.deadlines import VIETNAM
from app.domain.points import plain
from app.reports.figures import printed

#: the English reader's point and comma are the Vietnamese reader's comma and point
_SWAPPED = str.maketrans(",.", ".,")


def _vietnamese() -> bool:
    return str(get_locale() or "vi").startswith("vi")


def figure(value: Decimal | None, decimals: int | None = None) -> str:
    """Return "0,5", "1.248", or with `decimals` "95,00", in the reader's language; nothing scored is a dash."""
    text = printed(value, decimals)
    return text if _vietnamese() else text.translate(_SWAPPED)


def spelled(text: object) -> str:
    """Return a stored figure as the reader types it: "0,5"; never grouped, so that it can be read back."""
    written = plain(text) if isinstance(text, Decimal) else str(text)
    return written.replace(".", ",") if _vietnamese() else written


def percent(value: Decimal | None, decimals: int = 2) -> str:
    return "–" if value is None else f"{figure(value, decimals)}%"


def instant(value: dt.datetime | None) -> str:
    """Return "17:00 25/11/2024", Vietnam time."""
    return "–" if value is None else value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def instant_to_the_second(value: dt.datetime | None) -> str:
    return "–" if value is None else value.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y")


def time_of_day(value: dt.datetime) -> str:
    return value.astimezone(VIETNAM).strftime("%H:%M:%S")


def day(value: dt.date | None) -> str:
    return "–" if value is None else value.strftime("%d/%m/%Y")


def shown(value: Any) -> str:
    """Return any detail of a refusal as people read it."""
    match value:
        case Decimal():
            return figure(value)
        case dt.datetime():
            return instant(value)
        case dt.date():
            return day(value)
        case _:
            return str(value)
