"""Column types of the house: exact points, UTC instants, JSON text, closed vocabularies."""

# ruff: noqa: ARG002 (SQLAlchemy gives every type the dialect, wanted or not)

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Index, Text, text
from sqlalchemy.types import TypeDecorator

from app.domain.points import from_units, to_units


class Points(TypeDecorator[Decimal]):
    """Points with four decimals, stored as an integer count of ten-thousandths: sums in SQL are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_units(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_units(int(value))


class UtcInstant(TypeDecorator[dt.datetime]):
    """An instant, stored in UTC; a value without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class JsonText(TypeDecorator[Any]):
    """JSON kept as its own text (key order and decimals-as-strings survive on every database)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(value)


def once_where(name: str, condition: str, *columns: str) -> Index:
    """Return the rule that `columns` stand once among the rows of `condition`: a plain one lets nulls stand twice."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


def one_of(vocabulary: type[StrEnum], name: str) -> Enum:
    """Return a string column type guarded by the CHECK constraint `name`."""
    return Enum(
        vocabulary,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
