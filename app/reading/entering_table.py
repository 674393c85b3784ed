"""Read a table people filled: our own template as a workbook, or the same columns as CSV. Never runs what it reads."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import openpyxl

from app.domain.entered_lines import MOST_LINES, Line
from app.domain.entered_words import UNIT_CODE
from app.domain.errors import InputInvalid
from app.domain.points import plain
from app.reading.guards import FILE_LIMIT, decoded
from app.reading.own_package import Package

#: rows above the heading that are looked through, and columns that are looked at
_HEAD_ROWS, _COLUMNS = 20, 60

_Rows = Iterator[tuple[int, Sequence[str]]]


def read_lines(data: bytes, name: str, headings: Mapping[str, str]) -> list[Line]:
    """Return the lines below the heading row that fill a cell; `headings`: heading → key, other columns are left alone.

    Raises: InputInvalid file_empty, document_too_large, own_file_unreadable, table_without_heading (naming the column),
    table_heading_twice, table_without_columns, too_many_lines.
    """
    if not data.strip():
        raise InputInvalid("file_empty", name=name)
    if len(data) > FILE_LIMIT:
        raise InputInvalid("document_too_large", name=name, limit=FILE_LIMIT // 1024**2)
    rows = _workbook(data) if data.startswith(b"PK\x03\x04") else _csv(decoded(data, name=name))
    places = _places(rows, headings)
    lines: list[Line] = []
    for number, cells in rows:
        if len(lines) >= MOST_LINES:
            raise InputInvalid("too_many_lines", limit=MOST_LINES)
        cells_given = {key: _cell(cells, place) for key, place in places.items() if key}
        given = {key: text for key, text in cells_given.items() if text}
        unit = _cell(cells, places[""])
        if given:
            lines.append(Line(number, unit, given))
    return lines


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _places(rows: _Rows, headings: Mapping[str, str]) -> dict[str, int]:
    """Find the heading row; return key → place, the unit's code under the empty key."""
    known = {_likened(heading): key for heading, key in headings.items()} | {_likened(UNIT_CODE): ""}
    for seen, (_number, cells) in enumerate(rows):
        if _likened(UNIT_CODE) in map(_likened, cells):
            return _columns(cells, known, headings)
        if seen >= _HEAD_ROWS:
            break
    raise InputInvalid("table_without_heading", column=UNIT_CODE)


def _columns(cells: Sequence[str], known: Mapping[str, str], headings: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = known.get(_likened(cell))
        if key is None:
            continue
        if key in places:
            raise InputInvalid("table_heading_twice", column=cell.strip()[:40])
        places[key] = place
    if len(places) < 2:
        raise InputInvalid("table_without_columns", columns=", ".join(headings)[:120])
    return places


def _likened(text: str) -> str:
    return " ".join(text.split()).casefold()


def _csv(text: str) -> _Rows:
    head = text[:2000]
    sign = max(";\t,", key=head.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), start=1):
            yield number, row[:_COLUMNS]
    except csv.Error as broken:
        raise InputInvalid("own_file_unreadable") from broken


def _workbook(data: bytes) -> _Rows:
    package = Package(data)
    for part in package.names:
        if b"<!DOCTYPE" in (text := package.read(part)) or b"<!ENTITY" in text:
            raise InputInvalid("own_file_unreadable")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=_COLUMNS, values_only=True), start=1):
            yield number, [_text(value) for value in cells]
    except Exception as broken:  # the library answers a broken file with whatever its parser met
        raise InputInvalid("own_file_unreadable") from broken


def _text(value: Any) -> str:
    """Return a cell as a person would have typed it: a comma before the fraction, a day by its figures."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int():
            return str(value)
        case float():
            return _figure(value)
        case dt.datetime() | dt.date():
            return value.strftime("%d/%m/%Y")
        case _:
            return str(value)


def _figure(value: float) -> str:
    return plain(Decimal(repr(value))).replace(".", ",")
