"""Read JSON strictly: numbers are strings or integers, floats are refused, unknown and missing fields are named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.errors import DomainError, InputInvalid
from app.domain.points import parse_number

V = TypeVar("V", bound=StrEnum)


class Fields:
    """The fields of one JSON object; each is read once by type, `done()` refuses what is left over."""

    def __init__(self, given: object, refusal: type[DomainError], *, prefix: str) -> None:
        if not isinstance(given, Mapping):
            raise refusal(f"{prefix}_not_an_object")
        self._given: dict[str, Any] = dict(given)
        self._left = set(self._given)
        self._refusal = refusal
        self._prefix = prefix

    def names(self) -> set[str]:
        return set(self._given)

    def raw(self, name: str) -> Any:
        if name not in self._given:
            raise self._refusal(f"{self._prefix}_missing_field", field=name)
        self._left.discard(name)
        return self._given[name]

    def text(self, name: str) -> str:
        value = self.raw(name)
        if not isinstance(value, str):
            raise self._wrong(name, "text")
        return value

    def flag(self, name: str) -> bool:
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def number(self, name: str) -> Decimal:
        return self.as_number(self.raw(name), name)

    def number_or_none(self, name: str) -> Decimal | None:
        value = self.raw(name)
        return None if value is None else self.as_number(value, name)

    def whole_or_none(self, name: str) -> int | None:
        value = self.number_or_none(name)
        if value is not None and value != value.to_integral_value():
            raise self._wrong(name, "whole number")
        return None if value is None else int(value)

    def one_of(self, name: str, vocabulary: type[V]) -> V:
        value = self.text(name)
        if value not in {member.value for member in vocabulary}:
            raise self._wrong(name, ", ".join(member.value for member in vocabulary))
        return vocabulary(value)

    def items(self, name: str) -> Sequence[Any]:
        value = self.raw(name)
        if not isinstance(value, list):
            raise self._wrong(name, "list")
        return value

    def pairs(self, name: str) -> Sequence[tuple[str, Any]]:
        value = self.raw(name)
        if not isinstance(value, Mapping):
            raise self._wrong(name, "object")
        return tuple(value.items())

    def as_number(self, value: object, name: str) -> Decimal:
        """Return a JSON string or integer as an exact figure; a float (already inexact) is refused."""
        if isinstance(value, float):
            raise self._refusal("float_refused", field=name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._refusal("not_a_number", field=name)
        try:
            return parse_number(str(value), what=name)
        except InputInvalid as invalid:
            code = "not_a_number" if invalid.code == "missing_number" else invalid.code
            raise self._refusal(code, field=name, text=str(value)[:40]) from invalid

    def done(self) -> None:
        if self._left:
            raise self._refusal(f"{self._prefix}_unknown_field", field=", ".join(sorted(self._left)))

    def _wrong(self, name: str, expected: str) -> DomainError:
        return self._refusal("wrong_type", field=name, expected=expected)


def load_json(given: object, refusal: type[DomainError]) -> object:
    """Return JSON text as a value; a value that is no text is passed on. Raises `refusal`("not_json")."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except (ValueError, RecursionError) as broken:
        raise refusal("not_json") from broken
