"""Form fields the frameworks lack: figures with a comma, days and instants as written here, vocabularies in words."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from wtforms import Field, SelectField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid
from app.domain.points import parse_screen_number, plain, to_units
from app.words.numbers import day, instant, spelled
from app.words.refusals import sentence

#: no campaign reaches outside these: a year of five digits is a slip of the hand
_FIRST_YEAR, _LAST_YEAR = 1945, 2199


def read_day(text: str) -> dt.date:
    """Read "25/11/2024", or "2024-11-25". Raises InputInvalid: date_missing, date_unreadable."""
    if not text:
        raise InputInvalid("date_missing")
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            found = dt.datetime.strptime(text, form).replace(tzinfo=VIETNAM).date()
        except ValueError:
            continue
        if _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return found
    raise InputInvalid("date_unreadable", text=text[:40])


def read_instant(text: str) -> dt.datetime:
    """Read "17:00 25/11/2024" of Vietnam time as an instant. Raises InputInvalid("instant_unreadable")."""
    for form in ("%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M"):
        try:
            found = dt.datetime.strptime(" ".join(text.split()), form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
        if _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return found.astimezone(dt.UTC)
    raise InputInvalid("instant_unreadable", text=text[:40])


class TypedField(StringField, ABC):
    """A field that keeps what was typed, and says at itself what is wrong with it."""

    widget = TextInput()
    hint = ""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        named.setdefault("render_kw", {"inputmode": "decimal", "placeholder": self.hint, "autocomplete": "off"})
        super().__init__(*arguments, **named)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data, text = None, str(valuelist[0]).strip()
        if not text:
            return
        try:
            self.data = self.read(text)
        except InputInvalid as refused:
            raise ValueError(sentence(refused)) from refused

    @abstractmethod
    def read(self, text: str) -> Any:
        """Return what `text` says. Raises InputInvalid."""

    @abstractmethod
    def written(self, value: Any) -> str:
        """Return `value` as it would be typed."""


class PointsField(TypedField):
    """A figure read as people write it ("0,5"); "abc", "-1" and "1.234" are refused with the remedy."""

    hint = "0,5"

    def read(self, text: str) -> Decimal:
        value = parse_screen_number(text)
        to_units(value)  # more than four decimals are refused, never rounded away
        return value

    def written(self, value: Decimal) -> str:
        return spelled(plain(value))


class InstantField(TypedField):
    """An instant typed in Vietnam time: "17:00 25/11/2024"; kept in UTC."""

    hint = "17:00 25/11/2024"

    def read(self, text: str) -> dt.datetime:
        return read_instant(text)

    def written(self, value: dt.datetime) -> str:
        return instant(value)


class DayField(TypedField):
    """A day typed as 25/11/2024."""

    hint = "25/11/2024"

    def read(self, text: str) -> dt.date:
        return read_day(text)

    def written(self, value: dt.date) -> str:
        return day(value)


class WordsField(SelectField):
    """One value of a closed vocabulary, shown in words; an empty choice where the column may be null."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        vocabulary: type[StrEnum],
        words: Mapping[Any, object],
        optional: bool = False,
        **named: Any,
    ) -> None:
        self._vocabulary, self._optional = vocabulary, optional
        #: nothing is chosen beforehand, unless a new row has it by itself
        empty = [] if named.get("default") and not optional else [("", "–")]
        choices = [*empty, *((member.value, words.get(member, member.value)) for member in vocabulary)]
        super().__init__(label, validators, choices=choices, coerce=self._read, **named)
        self.flags.required = not optional

    def _read(self, value: Any) -> Any:
        return self._vocabulary(value) if value else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        if self.data is None and not self._optional:
            raise StopValidation(gettext("Choose one."))


def add_error(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]
