"""Any value of a row as people read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext

from app.db.identity import Membership, PortalUser
from app.web.labels import ROLES, VOCABULARIES
from app.words import numbers

#: what stands where there is nothing
NOTHING = "–"


def record_value(value: Any) -> str:  # noqa: C901 - one arm for each type of column
    match value:
        case None | "":
            return NOTHING
        case bool():
            return str(gettext("yes")) if value else str(gettext("no"))
        case StrEnum():
            return str(VOCABULARIES.get(type(value), {}).get(value, value.value))
        case Decimal():
            return numbers.figure(value)
        case dt.datetime():
            return numbers.instant(value if value.tzinfo else value.replace(tzinfo=dt.UTC))
        case dt.date():
            return numbers.day(value)
        case list():
            return ", ".join(record_value(each) for each in value) or NOTHING
        case Mapping():
            return "; ".join(f"{key}: {record_value(inner)}" for key, inner in value.items())
        case PortalUser():
            return f"{value.username} – {value.first_name}"
        case Membership():
            place = value.unit or value.council
            return f"{ROLES[value.role]} ({place})" if place else str(ROLES[value.role])
        case _:
            return str(value)


def shortened(values: list[Any], most: int = 3) -> str:
    """Return a list for one cell: the first few, and how many there are in all."""
    if len(values) <= most:
        return record_value(values)
    return str(gettext("%(first)s … (%(count)s in all)", first=record_value(values[:most]), count=len(values)))
