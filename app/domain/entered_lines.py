"""Lines that people enter many at once, typed on one grid or read from a file: a unit's code and its cells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.errors import InputInvalid

#: keys of cells that are no answer and no leaf
RETURNED_KEY, VALUE_KEY, SOURCE_KEY, ON_KEY, DOCUMENT_KEY = "returned", "value", "source", "on", "document"

#: lines of one entry: no group has more units
MOST_LINES = 2000

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was given: `number` is that of the file or of the grid; `cells` hold what was given, by key."""

    number: int
    unit_code: str
    cells: Mapping[str, str]

    def cell(self, key: str) -> str:
        return self.cells.get(key, "").strip()

    @property
    def blank(self) -> bool:
        return not any(text.strip() for text in self.cells.values())


def read_day(text: str, *, field: str) -> dt.date | None:
    """Return a day written 20/11/2024, or None where nothing stands. Raises InputInvalid("day_unreadable")."""
    stripped = text.strip()
    if not stripped:
        return None
    found = _DAY.fullmatch(stripped)
    if found is None:
        raise InputInvalid("entered_day_unreadable", text=stripped[:20], field=field)
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError as unreadable:
        raise InputInvalid("entered_day_unreadable", text=stripped[:20], field=field) from unreadable
