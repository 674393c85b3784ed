"""Read a criteria set back from our own workbook, edited or not: what stands in the cells is the set, or is refused.

Written by ``app/reports/set_workbook.py``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl

from app.domain import set_words as w
from app.domain.errors import InputInvalid
from app.domain.rule_examples import Example
from app.domain.rules import Rule
from app.domain.set_content import FindingContent, NodeContent, SetContent, writable
from app.reading.own_cells import Cell, SheetRow, likened
from app.reading.own_package import Package
from app.reading.rule_cells import rule_of

#: rows and columns looked at; a set has hundreds of the one and a dozen of the other
MOST_ROWS, MOST_COLUMNS = 20_000, 60
_SHEETS: Mapping[str, Sequence[str]] = {
    w.TREE_SHEET: w.TREE_COLUMNS,
    w.RULES_SHEET: w.RULE_COLUMNS,
    w.NOTES_SHEET: w.NOTE_COLUMNS,
}
#: a cell that holds something, right of the sixtieth column
_FAR = re.compile(rb'<(?:x:)?c r="(?:[A-Z]{3}|B[I-Z]|[C-Z][A-Z])[0-9]+"[^>]*[^/>]>')
_FACTS = (w.SET_CODE, w.SET_NAME, w.YEAR, w.LEGAL_BASIS, w.REASON, w.SET_NOTES)


def is_own_workbook(data: bytes) -> bool:
    """Whether `data` is a workbook of our template, of any version; never raises for a file of any kind."""
    try:
        with _Book(data) as book:
            return book.version is not None
    except InputInvalid:
        return False


def read_own_workbook(data: bytes) -> SetContent:
    """Return the set a workbook of our template says.

    Raises: InputInvalid naming sheet, row and column: workbook_not_ours, workbook_version_unknown, and a code for each
    way an edit can break it. Sums are not asked here: `check_tree` does.
    """
    with _Book(data) as book:
        if book.version is None:
            raise InputInvalid("workbook_not_ours")
        if book.version != str(w.TEMPLATE_VERSION):
            raise InputInvalid("workbook_version_unknown", version=book.version[:20])
        tree, rules, notes = (list(book.rows(name)) for name in _SHEETS)
    nodes = _nodes(tree)
    facts = _facts(notes)
    return SetContent(
        code=facts[w.SET_CODE].name(w.CONTENT),
        name=facts[w.SET_NAME].name(w.CONTENT),
        year=facts[w.YEAR].whole(w.CONTENT),
        legal_basis=facts[w.LEGAL_BASIS].text(w.CONTENT),
        reason=facts[w.REASON].text(w.CONTENT),
        notes=facts[w.SET_NOTES].text(w.CONTENT),
        nodes=tuple(_with_rules(nodes, _rules(rules, nodes), _findings(notes, nodes))),
    )


# ── the file


class _Book:
    """An open workbook and the version of our template it bears, None where it is not ours."""

    def __init__(self, data: bytes) -> None:
        _look_through(Package(data))
        try:
            self._book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        except Exception as broken:  # the library answers a broken file with whatever its parser met
            raise InputInvalid("own_file_unreadable") from broken
        self.version: str | None = None

    def __enter__(self) -> _Book:
        if set(_SHEETS) <= set(self._book.sheetnames):
            marks = [row.text(w.CONTENT) for row in self.rows(w.NOTES_SHEET) if row.is_word(w.ROW_KIND, w.TEMPLATE)]
            mark = marks[0].strip() if len(marks) == 1 else ""
            self.version = mark.removeprefix(w.TEMPLATE_MARK) if mark.startswith(w.TEMPLATE_MARK) else None
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def rows(self, name: str) -> Iterator[SheetRow]:
        """Yield the rows of a sheet under its heading that are not blank."""
        sheet = self._book[name]
        columns: dict[int, str] = {}
        try:
            for number, cells in enumerate(_lines(sheet), start=1):
                if number == 1:
                    columns = _columns(name, cells)
                    continue
                row = SheetRow(name, number, _values(name, number, columns, cells))
                if not row.blank:
                    yield row
        except InputInvalid:
            raise
        except Exception as broken:
            raise InputInvalid("own_file_unreadable") from broken
        if not columns:
            raise InputInvalid("workbook_column_missing", sheet=name, column=_SHEETS[name][0])


def _look_through(package: Package) -> None:
    """Refuse a part that declares entities, and a sheet with something where nobody looks: past column BH."""
    for name in package.names:
        part = package.read(name)  # of whatever name: any part can be the one a relation points to
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise InputInvalid("own_file_unreadable")
        if name.startswith("xl/worksheets/") and _FAR.search(part):
            raise InputInvalid("workbook_too_wide", limit=MOST_COLUMNS)


def _lines(sheet: Any) -> Iterator[Sequence[Any]]:
    if not hasattr(sheet, "reset_dimensions"):
        raise InputInvalid("workbook_not_ours")  # a sheet that is a chart
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise InputInvalid("workbook_too_many_rows", sheet=sheet.title, limit=MOST_ROWS)
        yield cells


def _columns(name: str, cells: Sequence[Any]) -> dict[int, str]:
    """Return place → column by the heading, in whatever order; none missing, none twice, none unknown."""
    known = {likened(column): column for column in _SHEETS[name]}
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        if cell.value is None:
            continue
        column = known.get(likened(str(cell.value)))
        if column is None or column in found.values():
            raise InputInvalid("workbook_column_unknown", sheet=name, column=str(cell.value)[:60])
        found[place] = column
    for column in _SHEETS[name]:
        if column not in found.values():
            raise InputInvalid("workbook_column_missing", sheet=name, column=column)
    return found


def _values(name: str, number: int, columns: Mapping[int, str], cells: Sequence[Any]) -> dict[str, Cell]:
    values: dict[str, Cell] = dict.fromkeys(columns.values())
    for place, cell in enumerate(cells):
        value = cell.value
        if value is None or (isinstance(value, str) and not value.strip() and place not in columns):
            continue
        if place not in columns:
            raise InputInvalid("workbook_cell_beside", sheet=name, row=number, text=str(value)[:60])
        values[columns[place]] = _value(name, number, columns[place], cell)
    return values


def _value(name: str, number: int, column: str, cell: Any) -> Cell:
    """Return a text or an exact figure. Raises for what a cell should not be: a formula, a date, a percentage."""
    value, where = cell.value, {"sheet": name, "row": number, "column": column}
    if cell.data_type == "f":
        raise InputInvalid("workbook_formula", **where, text=str(value)[:60])
    if isinstance(value, str) and cell.data_type != "e":
        return writable(value.replace("_x000D_", ""))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputInvalid("workbook_cell_type", **where, text=str(value)[:60])
    if "%" in re.sub(r'"[^"]*"', "", str(cell.number_format)):
        raise InputInvalid("workbook_percent_format", **where, text=str(value)[:60])
    return Decimal(f"{value:.15g}")  # a spreadsheet keeps fifteen digits


# ── what the sheets say


def _nodes(tree: Sequence[SheetRow]) -> dict[str, tuple[SheetRow, NodeContent]]:
    """Return code → row and criterion, rules and findings still missing; a parent stands above its children."""
    nodes: dict[str, tuple[SheetRow, NodeContent]] = {}
    for row in tree:
        code, parent = row.name(w.CODE), row.text(w.PARENT).strip() or None
        if code in nodes:
            raise row.refusal("workbook_code_twice", w.CODE, criterion=code, first=nodes[code][0].number)
        if parent is not None and parent not in nodes:
            raise row.refusal("workbook_parent_unknown", w.PARENT, criterion=code, parent=parent)
        nodes[code] = (
            row,
            NodeContent(
                code=code,
                parent=parent,
                title=row.text(w.TITLE) if row.name(w.TITLE) else "",
                maximum=row.figure(w.MAXIMUM),
                scored_by=row.word(w.SCORER, w.SCORERS) if row.text(w.SCORER).strip() else None,
                agency_printed=row.text(w.AGENCY),
                agency_code=row.text(w.AGENCY_CODE).strip(),
                agency_name=row.text(w.AGENCY_NAME),
                original=row.text(w.ORIGINAL),
                requirement=row.text(w.REQUIREMENT),
                evidence=row.text(w.EVIDENCE),
            ),
        )
    return nodes


def _rules(
    rules: Sequence[SheetRow], nodes: Mapping[str, tuple[SheetRow, NodeContent]]
) -> dict[str, tuple[Rule, tuple[Example, ...]]]:
    grouped: dict[str, list[SheetRow]] = {}
    for row in rules:
        code = row.name(w.CODE)
        if code not in nodes:
            raise row.refusal("workbook_code_unknown", w.CODE, criterion=code)
        if nodes[code][1].scored_by is None:
            raise nodes[code][0].refusal("workbook_scorer_missing", w.SCORER, criterion=code, line=row.number)
        grouped.setdefault(code, []).append(row)
    return {code: rule_of(code, rows) for code, rows in grouped.items()}


def _facts(notes: Sequence[SheetRow]) -> dict[str, SheetRow]:
    facts: dict[str, SheetRow] = {}
    kinds = {kind: kind for kind in (w.TEMPLATE, *_FACTS, w.GUIDE, w.FINDING)}
    for row in notes:
        kind = row.word(w.ROW_KIND, kinds)
        if kind not in _FACTS:
            continue
        row.only(w.ROW_KIND, w.CONTENT, among=w.NOTE_COLUMNS)
        if kind in facts:
            raise row.refusal("workbook_fact_twice", w.ROW_KIND, fact=kind)
        facts[kind] = row
    for kind in _FACTS:
        if kind not in facts:
            raise InputInvalid("workbook_fact_missing", sheet=w.NOTES_SHEET, fact=kind)
    return facts


def _findings(
    notes: Sequence[SheetRow], nodes: Mapping[str, tuple[SheetRow, NodeContent]]
) -> dict[str, list[FindingContent]]:
    findings: dict[str, list[FindingContent]] = {}
    for row in notes:
        if not row.is_word(w.ROW_KIND, w.FINDING):
            continue
        code = row.name(w.CODE)
        if code not in nodes:
            raise row.refusal("workbook_code_unknown", w.CODE, criterion=code)
        finding = FindingContent(
            code=row.name(w.FINDING),
            severity=row.word(w.SEVERITY, w.SEVERITIES),
            message=row.text(w.CONTENT),
            settled=row.word(w.SETTLED, {True: w.YES, False: w.NO}),
            choice=row.text(w.CHOICE),
        )
        findings.setdefault(code, []).append(finding)
    return findings


def _with_rules(
    nodes: Mapping[str, tuple[SheetRow, NodeContent]],
    rules: Mapping[str, tuple[Rule, tuple[Example, ...]]],
    findings: Mapping[str, Sequence[FindingContent]],
) -> Iterator[NodeContent]:
    for code, (row, node) in nodes.items():
        if node.scored_by is not None and code not in rules:
            raise row.refusal("workbook_rule_missing", w.CODE, criterion=code)
        rule, examples = rules.get(code, (None, ()))
        yield replace(node, rule=rule, examples=examples, findings=tuple(findings.get(code, ())))
