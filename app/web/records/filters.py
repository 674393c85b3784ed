"""Filters by the type of a column: each reads what was typed, or says what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar

from flask_appbuilder.models.filters import BaseFilter, BaseFilterConverter
from flask_babel import gettext, lazy_gettext
from sqlalchemy import false

from app.domain import policy
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid
from app.domain.points import parse_screen_number
from app.web.access import current_actor
from app.web.labels import VOCABULARIES
from app.web.records.fields import read_day, read_instant
from app.web.records.values import record_value

#: ids and whole numbers fit the databases' own integers
LARGEST = 2**31 - 1


class TypedFilter(BaseFilter):
    """One control of the filter row. `suffix` tells the two ends of a span apart in the address."""

    arg_name = None  # not offered to the REST layer
    suffix: ClassVar[str] = ""
    kind: ClassVar[str] = "text"

    def read(self, text: str) -> Any:
        """Return the value `text` stands for. Raises InputInvalid."""
        return text

    def choices(self) -> Sequence[tuple[str, str]]:
        return ()

    @property
    def column(self) -> Any:
        return getattr(self.model, self.column_name)


class HasText(TypedFilter):
    name = lazy_gettext("contains")

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(self.column.icontains(value, autoescape=True))


class IsWord(TypedFilter):
    """One value of a closed vocabulary."""

    kind = "choice"
    name = lazy_gettext("is")

    @property
    def vocabulary(self) -> type[StrEnum]:
        found: type[StrEnum] = self.datamodel.list_columns[self.column_name].type.enum_class
        return found

    def choices(self) -> Sequence[tuple[str, str]]:
        words = VOCABULARIES.get(self.vocabulary, {})
        return [(member.value, str(words.get(member, member.value))) for member in self.vocabulary]

    def read(self, text: str) -> StrEnum:
        try:
            return self.vocabulary(text)
        except ValueError as unknown:
            raise InputInvalid("filter_unreadable", text=text) from unknown

    def apply(self, query: Any, value: StrEnum) -> Any:
        return query.filter(self.column == value)


class IsRow(TypedFilter):
    """One row of a related table."""

    kind = "choice"
    name = lazy_gettext("is")

    def choices(self) -> Sequence[tuple[str, str]]:
        other = self.datamodel.get_related_model(self.column_name)
        order = getattr(other, "code", other.id)
        rows = self.datamodel.session.query(other).order_by(order, other.id).all()
        return [(str(row.id), record_value(row)) for row in rows]

    def read(self, text: str) -> int:
        return whole_number(text)

    def apply(self, query: Any, value: int) -> Any:
        (local,) = self.column.property.local_columns
        return query.filter(local == value)


class IsSo(TypedFilter):
    kind = "choice"
    name = lazy_gettext("is")

    def choices(self) -> Sequence[tuple[str, str]]:
        return [("1", str(gettext("yes"))), ("0", str(gettext("no")))]

    def read(self, text: str) -> bool:
        if text not in {"0", "1"}:
            raise InputInvalid("filter_unreadable", text=text)
        return text == "1"

    def apply(self, query: Any, value: bool) -> Any:  # noqa: FBT001 - FAB's signature
        return query.filter(self.column.is_(value))


class IsNumber(TypedFilter):
    kind = "number"
    name = lazy_gettext("is")

    def read(self, text: str) -> int:
        return whole_number(text)

    def apply(self, query: Any, value: int) -> Any:
        return query.filter(self.column == value)


class _From(TypedFilter):
    suffix = ".from"
    name = lazy_gettext("from")

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(self.column >= value)


class _To(TypedFilter):
    suffix = ".to"
    name = lazy_gettext("to")

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(self.column <= value)


class _Figure(TypedFilter):
    kind = "figure"

    def read(self, text: str) -> Any:
        return parse_screen_number(text)


class _Day(TypedFilter):
    kind = "day"

    def read(self, text: str) -> dt.date:
        return read_day(text)


class _Instant(TypedFilter):
    """An instant typed in Vietnam time, or a day alone."""

    kind = "instant"
    end_of_day: ClassVar[bool] = False

    def read(self, text: str) -> dt.datetime:
        try:
            return read_instant(text)
        except InputInvalid:
            day = read_day(text) + dt.timedelta(days=1 if self.end_of_day else 0)
            return dt.datetime.combine(day, dt.time(), VIETNAM).astimezone(dt.UTC)


class FigureFrom(_Figure, _From): ...


class FigureTo(_Figure, _To): ...


class DayFrom(_Day, _From): ...


class DayTo(_Day, _To): ...


class InstantFrom(_Instant, _From): ...


class InstantTo(_Instant, _To):
    end_of_day = True


class TypedFilters(BaseFilterConverter):
    """Which filters a column is given; FAB's own know neither points nor instants, and ask for ISO dates."""

    conversion_table: ClassVar[tuple[tuple[str, list[type[TypedFilter]]], ...]] = (
        ("is_relation_many_to_one", [IsRow]),
        ("is_enum", [IsWord]),
        ("is_points", [FigureFrom, FigureTo]),
        ("is_datetime", [InstantFrom, InstantTo]),
        ("is_date", [DayFrom, DayTo]),
        ("is_boolean", [IsSo]),
        ("is_integer", [IsNumber]),
        ("is_text", [HasText]),
        ("is_string", [HasText]),
        ("is_relation", []),
    )


class WithinScope(BaseFilter):
    """The rows a permission reaches, as the policy says; nothing where it says nothing of these rows."""

    name = "scope"
    arg_name = None

    def apply(self, query: Any, permission: policy.Permission) -> Any:
        return within_scope(query, self.model, permission)


def within_scope(query: Any, model: Any, permission: policy.Permission) -> Any:
    """Return the rows of `model` the signed-in account reaches by `permission`; none where the policy says nothing."""
    reach = policy.scope(current_actor(), permission)
    if reach.everything:
        return query
    places = {"unit": (("id",), reach.unit_ids), "council": (("id",), reach.council_ids)}
    columns, ids = places.get(model.__tablename__, (("unit_id",), reach.unit_ids))
    for name in columns:
        if hasattr(model, name):
            return query.filter(getattr(model, name).in_(ids))
    return query.filter(false())


def whole_number(text: str) -> int:
    """Return a whole number the database can hold. Raises InputInvalid("filter_unreadable")."""
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST):
        raise InputInvalid("filter_unreadable", text=text[:40])
    return int(text)
