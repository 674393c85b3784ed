"""A criteria set as a workbook people edit: its tree, its rules in words, its notes; the words decide.

Read back by ``app/reading/own_workbook.py``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from app.domain import set_words as w
from app.domain.cell_words import figure_words
from app.domain.errors import DomainError, InputInvalid
from app.domain.rule_rows import Cell, example_row, rule_kind_words, rule_rows
from app.domain.set_content import NodeContent, SetContent
from app.reports.papers import UNDATED

#: letters one cell holds, by the file format
CELL_ROOM = 32_767
#: digits a spreadsheet keeps of a number; longer figures are written as words
DIGITS = 15
FONT = "Times New Roman"
#: a sheet of paper turned to the side, A4
_A4 = 9
#: rows below the last in which the lists of words are still offered
_ROOM_TO_GROW = 200

_WIDTHS: Mapping[str, float] = {
    w.CODE: 9,
    w.PARENT: 8,
    w.TITLE: 38,
    w.MAXIMUM: 9,
    w.SCORER: 13,
    w.AGENCY: 17,
    w.AGENCY_CODE: 9,
    w.AGENCY_NAME: 17,
    w.ORIGINAL: 50,
    w.REQUIREMENT: 28,
    w.EVIDENCE: 34,
    w.KIND: 22,
    w.ITEM: 26,
    w.VALUE: 24,
    w.POINTS: 14,
    w.WORDS: 64,
    w.ROW_KIND: 18,
    w.FINDING: 24,
    w.SEVERITY: 12,
    w.CONTENT: 70,
    w.SETTLED: 10,
    w.CHOICE: 50,
}
#: columns of codes: text even where digits stand in them
_TEXTS = frozenset({w.CODE, w.PARENT, w.AGENCY_CODE, w.ITEM, w.FINDING})

_FIGURES = frozenset({w.MAXIMUM, w.POINTS})
#: a row grows with its longest cell, up to what the format allows (points)
LINE_HEIGHT, HIGHEST = 15, 405

Row = tuple[Cell, ...]


def set_workbook(content: SetContent) -> bytes:
    """Return the workbook; the same set gives the same bytes.

    Raises: InputInvalid, naming the criterion: text_too_long_for_workbook, key_not_writable, rule_without_rows.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": content.name, "created": UNDATED})
    tree = _Sheet(book, w.TREE_SHEET, w.TREE_COLUMNS)
    depths = _depths(content)
    for node in content.nodes:
        tree.write(_tree_row(node), about=node.code, bold=node.rule is None, indent=depths[node.code])
    tree.offer(w.SCORER, w.SCORERS.values())
    rules = _Sheet(book, w.RULES_SHEET, w.RULE_COLUMNS)
    for node in content.nodes:
        for place, row in enumerate(_rule_rows_of(node)):
            rules.write(row, about=node.code, ruled=place == 0)
    rules.offer(w.KIND, w.KINDS.values())
    notes = _Sheet(book, w.NOTES_SHEET, w.NOTE_COLUMNS)
    for about, row in _note_rows(content):
        notes.write(row, about=about)
    notes.offer(w.SEVERITY, w.SEVERITIES.values())
    notes.offer(w.SETTLED, (w.YES, w.NO))
    book.close()
    return buffer.getvalue()


def _depths(content: SetContent) -> dict[str, int]:
    depths: dict[str, int] = {}
    for node in content.nodes:
        depths[node.code] = 0 if node.parent is None else depths.get(node.parent, 0) + 1
    return depths


def _tree_row(node: NodeContent) -> Row:
    return (
        node.code,
        node.parent,
        node.title,
        node.maximum,
        None if node.scored_by is None else w.SCORERS[node.scored_by],
        node.agency_printed,
        node.agency_code,
        node.agency_name,
        node.original,
        node.requirement,
        node.evidence,
    )


def _rule_rows_of(node: NodeContent) -> Iterator[Row]:
    if node.rule is None:
        return
    try:
        kind, rows = rule_kind_words(node.rule), rule_rows(node.rule)
        examples = [example_row(example) for example in node.examples]
    except DomainError as refusal:
        raise InputInvalid(refusal.code, **{**refusal.details, "criterion": node.code}) from refusal
    for row in (*rows, *examples):
        yield (node.code, kind, row.item, row.value, row.points, row.words)


def _note_rows(content: SetContent) -> Iterator[tuple[str, Row]]:
    facts: Sequence[tuple[str, Cell]] = (
        (w.TEMPLATE, f"{w.TEMPLATE_MARK}{w.TEMPLATE_VERSION}"),
        (w.SET_CODE, content.code),
        (w.SET_NAME, content.name),
        (w.YEAR, Decimal(content.year)),
        (w.LEGAL_BASIS, content.legal_basis),
        (w.REASON, content.reason),
        (w.SET_NOTES, content.notes),
        *((w.GUIDE, line) for line in w.GUIDE_LINES),
    )
    for name, value in facts:
        yield "", (name, None, None, None, value, None, None)
    for node in content.nodes:
        for each in node.findings:
            severity, settled = w.SEVERITIES[each.severity], w.YES if each.settled else w.NO
            yield node.code, (w.FINDING, node.code, each.code, severity, each.message, settled, each.choice)


def _lines(cell: Cell, width: float) -> int:
    """Return how many lines a cell takes: a width is counted in digits, and a word may leave a part of it empty."""
    if not isinstance(cell, str):
        return 1
    room = max(1, int(width * 1.25))
    return sum(1 + len(line) // room for line in cell.split("\n"))


class _Sheet:
    """One sheet: a heading that stays, rows of words and figures, set up for A4 across."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:
        self.book, self.columns, self.next = book, columns, 1
        self._formats: dict[tuple[object, ...], Any] = {}
        self.sheet = book.add_worksheet(name)
        head = book.add_format({**_LOOK, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#DCE6F1"})
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, _WIDTHS[column], self._format(column))
            self.sheet.write_string(0, place, column, head)
        self.sheet.set_row(0, 2 * LINE_HEIGHT)
        self.sheet.freeze_panes(1, 1)
        self.sheet.repeat_rows(0)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer("&C&P")

    def _format(self, column: str, *, bold: bool = False, indent: int = 0, ruled: bool = False) -> Any:
        wanted = (column in _TEXTS, column in _FIGURES, bold, indent, ruled)
        if wanted not in self._formats:
            own: dict[str, object] = {"bold": bold, "indent": indent, "num_format": "@" if column in _TEXTS else ""}
            own["align"] = "center" if column in _FIGURES else "left"
            self._formats[wanted] = self.book.add_format({**_LOOK, **own, "top": 2 if ruled else 1})
        return self._formats[wanted]

    def write(self, row: Row, *, about: str, bold: bool = False, indent: int = 0, ruled: bool = False) -> None:
        for place, (column, cell) in enumerate(zip(self.columns, row, strict=True)):
            looks = self._format(column, bold=bold, indent=indent if column == w.TITLE else 0, ruled=ruled)
            if isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= DIGITS:
                self.sheet.write_number(self.next, place, cell, looks)
            elif cell:
                words = figure_words(cell) if isinstance(cell, Decimal) else cell
                if len(words.encode("utf-16-le")) // 2 > CELL_ROOM:
                    raise InputInvalid("text_too_long_for_workbook", criterion=about, column=column, limit=CELL_ROOM)
                self.sheet.write_string(self.next, place, words, looks)
            else:
                self.sheet.write_blank(self.next, place, None, looks)
        lines = max(_lines(cell, _WIDTHS[column] - indent) for column, cell in zip(self.columns, row, strict=True))
        self.sheet.set_row(self.next, min(HIGHEST, LINE_HEIGHT * lines))
        self.next += 1

    def offer(self, column: str, words: Iterable[str]) -> None:
        """Offer a closed list of words in every cell of a column; another word may be typed and is refused by us."""
        place = self.columns.index(column)
        listed = {"validate": "list", "source": list(words), "error_type": "warning"}
        self.sheet.data_validation(1, place, self.next + _ROOM_TO_GROW, place, listed)


_LOOK: Mapping[str, object] = {
    "font_name": FONT,
    "font_size": 11,
    "border": 1,
    "border_color": "#B0B7C3",
    "text_wrap": True,
    "valign": "top",
}
