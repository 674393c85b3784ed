"""Form fields the frameworks lack: figures with a comma, instants in Vietnam time, closed vocabularies in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, TextInput

from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid
from app.domain.points import parse_screen_number
from app.web.errors import sentence
from app.web.numbers import spelled


class PointsField(StringField):
    """A figure read as people write it ("0,5"); "abc", "-1" and "1.234" are refused with the remedy."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else spelled(f"{Decimal(self.data):f}".rstrip("0").rstrip(".") or "0")

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        if not text:
            self.data = None
            return
        try:
            self.data = parse_screen_number(text)
        except InputInvalid as refused:
            self.data = None
            raise ValueError(sentence(refused)) from refused


class InstantField(StringField):
    """An instant typed in Vietnam time: "17:00 25/11/2024"; kept in UTC."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.data.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            self.data = None
            return
        for form in ("%H:%M %d/%m/%Y", "%Y-%m-%dT%H:%M"):
            try:
                self.data = dt.datetime.strptime(text, form).replace(tzinfo=VIETNAM).astimezone(dt.UTC)
            except ValueError:
                continue
            return
        self.data = None
        raise ValueError(gettext("Write time and date as 17:00 25/11/2024."))


class DayField(DateField):
    """A date, by the browser's own picker, or typed as 25/11/2024."""

    widget = DateInput()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{**named, "format": ["%Y-%m-%d", "%d/%m/%Y"]})


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
        self._vocabulary = vocabulary
        empty = [("", "–")] if optional else []
        choices = [*empty, *((member.value, words.get(member, member.value)) for member in vocabulary)]
        super().__init__(label, validators, choices=choices, coerce=self._read, **named)

    def _read(self, value: Any) -> Any:
        return self._vocabulary(value) if value else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        if self.data is None and ("", "–") not in self.choices:
            raise StopValidation(gettext("Choose one."))


def add_error(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]
