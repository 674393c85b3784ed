"""Read the cells of a seed's rows; what cannot be read is refused naming file, line, column and value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.domain.errors import DomainError, InputInvalid, RuleInvalid
from app.domain.points import parse_number, to_units
from app.domain.rule_codec import rule_from_json
from app.domain.rules import Rule
from app.services.seed_files import SeedRow

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V", bound=StrEnum)

#: how much of a cell a refusal repeats
_SHOWN = 40


def word_of(value: str, vocabulary: type[V], **place: object) -> V:
    """Return a word of a closed vocabulary. Raises InputInvalid("seed_word_unknown")."""
    if value not in {member.value for member in vocabulary}:
        known = ", ".join(member.value for member in vocabulary)
        raise InputInvalid("seed_word_unknown", **place, value=value[:_SHOWN], known=known)
    return vocabulary(value)


def code_of(value: str, among: Mapping[str, T], **place: object) -> T:
    """Return what stands under a code elsewhere. Raises InputInvalid("seed_reference_unknown")."""
    if value not in among:
        raise InputInvalid("seed_reference_unknown", **place, value=value[:_SHOWN])
    return among[value]


def word(row: SeedRow, column: str, vocabulary: type[V]) -> V:
    return word_of(row[column], vocabulary, **row.place(), column=column)


def short(row: SeedRow, column: str, most: int) -> str:
    """Return a text that fits its column. Raises InputInvalid("text_too_long")."""
    if len(row[column]) > most:
        raise InputInvalid("text_too_long", **row.place(), field=column, most=most)
    return row[column]


def word_or_none(row: SeedRow, column: str, vocabulary: type[V]) -> V | None:
    return word(row, column, vocabulary) if row[column] else None


def known(row: SeedRow, column: str, among: Mapping[str, T]) -> T:
    return code_of(row[column], among, **row.place(), column=column)


def known_or_none(row: SeedRow, column: str, among: Mapping[str, T]) -> T | None:
    return known(row, column, among) if row[column] else None


def branch(row: SeedRow, column: str, criteria: Mapping[str, T]) -> T:
    """Return the criterion a row names. Raises InputInvalid("branch_unknown")."""
    if row[column] not in criteria:
        raise InputInvalid("branch_unknown", **row.place(), column=column, branch=row[column][:_SHOWN])
    return criteria[row[column]]


def all_known(row: SeedRow, column: str, among: Mapping[str, T]) -> list[T]:
    """Return what stands under the codes of a cell, which blanks part."""
    codes = row[column].split()
    if len(set(codes)) != len(codes):
        raise InputInvalid("seed_code_twice", **row.place(), column=column)
    return [code_of(code, among, **row.place(), column=column) for code in codes]


def scope(row: SeedRow, groups: Mapping[str, T], units: Mapping[str, U]) -> tuple[T | None, U | None]:
    """Return the group or the unit an appraiser is for: ``group:CODE`` or ``unit:CODE``."""
    kind, _, code = row["scope"].partition(":")
    place = {**row.place(), "column": "scope"}
    if kind == "group":
        return code_of(code, groups, **place), None
    if kind == "unit":
        return None, code_of(code, units, **place)
    raise InputInvalid("seed_word_unknown", **place, value=row["scope"][:_SHOWN], known="group:CODE, unit:CODE")


def filled(row: SeedRow, column: str) -> str:
    """Return a cell that must hold something. Raises InputInvalid("seed_cell_empty")."""
    if not row[column].strip():
        raise InputInvalid("seed_cell_empty", **row.place(), column=column)
    return row[column]


def day(row: SeedRow, column: str) -> dt.date:
    """Return a date written 2024-11-25. Raises InputInvalid("seed_date_unreadable")."""
    try:
        return dt.date.fromisoformat(row[column])
    except ValueError as unreadable:
        place = {**row.place(), "column": column}
        raise InputInvalid("seed_date_unreadable", **place, value=row[column][:_SHOWN]) from unreadable


def day_or_none(row: SeedRow, column: str) -> dt.date | None:
    return day(row, column) if row[column] else None


def term(row: SeedRow) -> tuple[dt.date | None, bool]:
    """Return the last day of a leaf's figures and whether it is not yet due; a row has to say one of them."""
    cut_off, not_yet_due = day_or_none(row, "cut_off"), is_yes(row, "not_yet_due")
    if cut_off is None and not not_yet_due:
        raise InputInvalid("seed_cell_empty", **row.place(), column="cut_off")
    return cut_off, not_yet_due


def figure(row: SeedRow, column: str) -> Decimal:
    """Return an exact figure of at most four decimals. Raises InputInvalid with the codes of `parse_number`."""
    try:
        value = parse_number(row[column], what=column)
        to_units(value)
    except DomainError as refusal:
        raise InputInvalid(refusal.code, **row.place(), **refusal.details) from refusal
    return value


def figure_or_none(row: SeedRow, column: str) -> Decimal | None:
    return figure(row, column) if row[column] else None


def is_yes(row: SeedRow, column: str) -> bool:
    """Read a yes/no cell; anything else is refused, naming the column."""
    text = row[column]
    if text not in {"yes", "no", ""}:
        raise InputInvalid("seed_cell_not_yes_or_no", **row.place(), column=column, text=text[:_SHOWN])
    return text == "yes"


def rule_of(row: SeedRow) -> Rule | None:
    """Return the rule of a criterion, None of a branch. Raises RuleInvalid, naming line and criterion."""
    try:
        return rule_from_json(row["rule"]) if row["rule"] else None
    except RuleInvalid as refusal:
        place = {**row.place(), "criterion": row["code"]}
        raise RuleInvalid(refusal.code, **place, **refusal.details) from refusal
