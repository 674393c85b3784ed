"""A workbook's visible sheets as tables.

Rows are streamed from the XML, so that a sheet of 100.000 rows is refused after the first 5.000: openpyxl loads every
cell first, gives figures as floats, and does not tell a formula that was never calculated from an empty cell. What
openpyxl knows of number formats and dates is used.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.domain.errors import InputInvalid
from app.reading.document import Cell, Document
from app.reading.letters import clean
from app.reading.package import Element, Package, local, parser_options
from app.reading.paper import ROWS_READ, Paper, RowDraft
from app.reading.xlsx_figures import calls_out, shown
from app.reading.xlsx_parts import Area, Look, Wording, area, looks, place, truth, whole, wording

_FIGURE = re.compile(r"[+-]?\d+(?:[.,]\d+)?%?")
_TRUTH = {"1": "TRUE", "0": "FALSE"}


def read(package: Package) -> Document:
    """Raises: InputInvalid with the codes of `package`, too_many_rows, file_links_out for a formula that calls out."""
    return _Workbook(package).document()


@dataclass(frozen=True, slots=True)
class _Value:
    """A cell as it is stored: row from 1, column from 0."""

    row: int
    column: int
    text: str
    look: Look
    bold: bool = False
    numeric: bool = False
    odd: str = ""


@dataclass(slots=True)
class _Sheet:
    values: dict[int, list[_Value]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)

    def column_hidden(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)


class _Workbook:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = package.main()
        self._root = package.xml(self._main)
        strings, styles = package.related(self._main, "sharedStrings"), package.related(self._main, "styles")
        self._strings = [] if strings is None else self._shared(strings)
        self._looks = looks(None if styles is None else package.xml(styles))
        self._since_1904 = any(truth(each.get("date1904")) for each in self._root.iter("{*}workbookPr"))
        self._paper = Paper("xlsx")
        self._rows = 0

    def document(self) -> Document:
        relations = self._package.relations(self._main)
        for element in self._root.iter("{*}sheet"):
            identity = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            relation = relations.get(identity)
            if relation is None or relation.kind != "worksheet":
                continue
            name = clean(element.get("name") or "")
            sheet = self._sheet(relation.target)
            if element.get("state") in {"hidden", "veryHidden"}:
                self._paper.odd("hidden_sheet", f"{name}: {_words(v for row in sheet.values.values() for v in row)}")
            else:
                self._paper.table(_drafts(sheet), name)
        return self._paper.document()

    def _shared(self, part: str) -> list[Wording]:
        return [wording(each) for each in self._package.xml(part) if local(each) == "si"]

    def _sheet(self, part: str) -> _Sheet:
        sheet = _Sheet()
        raw = io.BytesIO(self._package.read(part))
        row, column = 0, -1
        try:
            for event, element in etree.iterparse(raw, events=("start", "end"), **parser_options()):
                name = local(element)
                if event == "start" and name == "row":
                    row, column = whole(element.get("r")) or row + 1, -1
                    if truth(element.get("hidden")):
                        sheet.hidden_rows.add(row)
                elif event == "end" and name == "c":
                    column = self._cell(element, row, column, sheet)
                elif event == "end":
                    _note(name, element, sheet)
        except etree.XMLSyntaxError as broken:
            raise InputInvalid("file_broken", name=self._package.name) from broken
        return sheet

    def _cell(self, element: Element, row: int, before: int, sheet: _Sheet) -> int:
        """Keep a cell that holds something and return its column."""
        at = place(element.get("r") or "") or (row, before + 1)
        value = self._value(element, at)
        element.clear()
        if value is not None:
            if value.row not in sheet.values:
                self._rows += 1
                if self._rows > ROWS_READ:
                    raise InputInvalid("too_many_rows", limit=ROWS_READ)
            sheet.values.setdefault(value.row, []).append(value)
        return at[1]

    def _value(self, element: Element, at: tuple[int, int]) -> _Value | None:
        parts = {local(child): child for child in element}
        formula = parts["f"].text or "" if "f" in parts else None
        if formula is not None and calls_out(formula):
            raise InputInvalid("file_links_out", name=self._package.name, target=formula[:100])
        number = whole(element.get("s"))
        look = self._looks[number] if number < len(self._looks) else self._looks[0]
        kind = element.get("t") or "n"
        raw = (parts["v"].text or "") if "v" in parts else ""
        said = self._said(kind, raw, parts.get("is"), look)
        if not said.text:
            lost = formula is not None and not raw and kind != "str"
            return _Value(*at, f"={formula}", look, odd="formula_without_value") if lost else None
        numeric = kind == "n"
        odd = "number_as_text" if not numeric and kind != "e" and _FIGURE.fullmatch(said.text) else ""
        return _Value(*at, said.text, look, look.bold if said.bold is None else said.bold, numeric, odd)

    def _said(self, kind: str, raw: str, inline: Element | None, look: Look) -> Wording:
        if kind == "s":
            index = whole(raw)
            return self._strings[index] if raw.isdigit() and index < len(self._strings) else Wording("")
        if kind == "inlineStr":
            return Wording("") if inline is None else wording(inline)
        if kind == "n":
            return Wording(clean(shown(raw, look.form, since_1904=self._since_1904)) if raw else "")
        if kind == "b":
            return Wording(_TRUTH.get(raw, raw))
        if kind == "d":
            return Wording("/".join(reversed(raw[:10].split("-"))))
        return Wording(clean(raw))


def _note(name: str, element: Element, sheet: _Sheet) -> None:
    if name == "col" and truth(element.get("hidden")):
        sheet.hidden_columns.append((whole(element.get("min")) - 1, whole(element.get("max")) - 1))
    elif name == "mergeCell" and (found := area(element.get("ref") or "")) is not None:
        sheet.merged.append(found)
    elif name == "row":
        element.clear()


def _drafts(sheet: _Sheet) -> list[RowDraft]:
    """Return the visible rows; a merged area's text stands in its first row and column that can be seen."""
    covered = _Covered(sheet)
    drafts: dict[int, RowDraft] = {}
    for row in sorted(sheet.values):
        draft = drafts.setdefault(row, RowDraft(row))
        unseen: list[_Value] = []
        for value in sheet.values[row]:
            shape = covered.shape(value)
            if shape is None:
                unseen.append(value)
                continue
            at, cell = shape
            target = drafts.setdefault(at, RowDraft(at))
            target.cells.append(cell)
            if value.odd:
                target.oddities.append((value.odd, value.text))
        if unseen:
            code = "hidden_row" if row in sheet.hidden_rows else "hidden_column"
            hidden = [each for each in unseen if covered.hidden(each)]
            draft.oddities += [(code, _words(hidden))] if hidden else []
            draft.oddities += [("hidden_text", each.text) for each in unseen if not covered.hidden(each)]
    return [drafts[row] for row in sorted(drafts)]


class _Covered:
    """Which cells of a sheet can be seen, and how far each reaches."""

    def __init__(self, sheet: _Sheet) -> None:
        self._sheet = sheet
        self._anchors = {(each.top, each.left): each for each in sheet.merged}
        self._over: dict[int, list[Area]] = {}
        rows = sorted(sheet.values)
        for each in sheet.merged:
            for row in rows[bisect_left(rows, each.top) : bisect_right(rows, each.bottom)]:
                self._over.setdefault(row, []).append(each)

    def hidden(self, value: _Value) -> bool:
        return value.row in self._sheet.hidden_rows or self._sheet.column_hidden(value.column)

    def shape(self, value: _Value) -> tuple[int, Cell] | None:
        """Return the row in which a value shows and its cell, None for one that is hidden or lies under a merge."""
        merge = self._anchors.get((value.row, value.column))
        if merge is None:
            inside = any(over.left <= value.column <= over.right for over in self._over.get(value.row, ()))
            if inside or self.hidden(value):
                return None
            merge = Area(value.row, value.column, value.row, value.column)
        row = next((each for each in range(merge.top, merge.bottom + 1) if each not in self._sheet.hidden_rows), None)
        columns = range(merge.left, merge.right + 1)
        column = next((each for each in columns if not self._sheet.column_hidden(each)), None)
        if row is None or column is None:
            return None
        down, span = merge.bottom - row + 1, merge.right - column + 1
        return row, Cell(value.text, column, span, down, value.look.indent, value.bold, value.numeric)


def _words(values: Iterator[_Value] | list[_Value]) -> str:
    return " | ".join(value.text for value in values)
