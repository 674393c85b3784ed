"""A page of HTML, saved or pasted: its tables, and what stands outside of them as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from app.domain.errors import InputInvalid
from app.reading.document import Cell, Document
from app.reading.guards import decoded, text_head
from app.reading.html_flow import SKIPPED, Flow, all_text, bold_of, hidden
from app.reading.package import Element, local
from app.reading.paper import COLUMNS_READ, Paper, RowDraft, nested_lines

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_CLIPBOARD = re.compile(r"\AVersion:.*?(?=<)", re.IGNORECASE | re.DOTALL)
_PARTS = frozenset({"thead", "tbody", "tfoot"})
#: a cell that reaches to the end of its table
_TO_THE_END = 65_534


def read(data: bytes, name: str) -> Document:
    """Raises: InputInvalid with code encoding_unknown, file_broken, too_many_rows, table_too_wide."""
    declared = _CHARSET.search(text_head(data))
    text = decoded(data, declared=declared[1].decode("ascii") if declared else None, name=name)
    page = _DECLARATION.sub("", _CLIPBOARD.sub("", text)).encode()
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as broken:
        raise InputInvalid("file_broken", name=name) from broken
    reader = _HtmlReader(name)
    reader.body(root, Flow(), bold=False)
    return reader.paper.document()


@dataclass(slots=True)
class _Grid:
    """One table being laid out. `busy`: column → rows it is still covered for. `unseen`: hidden columns."""

    busy: dict[int, int] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)

    def free(self, column: int) -> int:
        while self.busy.get(column, 0) > 0:
            column += 1
        return column

    def next_row(self) -> None:
        self.busy = {column: left - 1 for column, left in self.busy.items() if left > 1}


class _HtmlReader:
    def __init__(self, name: str) -> None:
        self._name = name
        self.paper = Paper("html")

    def body(self, element: Element, flow: Flow, *, bold: bool) -> None:
        """Walk what stands outside of tables; every line becomes a paragraph."""
        self._walk(element, flow, bold=bold, cell=False)
        flow.end_line()
        self._flush(flow)

    def _flush(self, flow: Flow) -> None:
        for text, bold in flow.lines:
            self.paper.paragraph(text, bold=bold)
        for code, text in flow.oddities:
            self.paper.odd(code, text)
        flow.lines.clear()
        flow.oddities.clear()

    def _walk(self, element: Element, flow: Flow, *, bold: bool, cell: bool) -> None:
        name = local(element)
        inner = bold_of(element, inherited=bold)
        flow.begin(element, name)
        flow.say(element.text, bold=inner)
        for child in element:
            self._child(child, flow, bold=inner, cell=cell)
            flow.say(child.tail, bold=inner)
        flow.finish(name)

    def _child(self, child: Element, flow: Flow, *, bold: bool, cell: bool) -> None:
        name = local(child)
        if not name or name in SKIPPED:
            return
        if name == "del" or hidden(child):
            if text := all_text(child):
                flow.oddities.append(("deleted_text" if name == "del" else "hidden_text", text))
        elif name != "table":
            self._walk(child, flow, bold=bold, cell=cell)
        elif cell:
            flow.end_line()
            self._nested(child, flow)
        else:
            flow.end_line()
            self._flush(flow)
            self._table(child, bold=bold)

    def _nested(self, table: Element, flow: Flow) -> None:
        drafts = self._drafts(table, bold=False)
        flow.lines += [(line, False) for line in nested_lines((each.text for each in draft.cells) for draft in drafts)]
        flow.oddities += [each for draft in drafts for each in draft.oddities]
        flow.oddities.append(("nested_table", all_text(table)))

    def _table(self, table: Element, *, bold: bool) -> None:
        frames = _frames(table)
        if frames is not None:
            for frame in frames:
                self.body(frame, Flow(), bold=bold)
            return
        for caption in table.iterchildren("caption"):
            self.body(caption, Flow(), bold=bold)
        self.paper.table(self._drafts(table, bold=bold))

    def _drafts(self, table: Element, *, bold: bool) -> list[RowDraft]:
        grid = _Grid(unseen=_hidden_columns(table))
        drafts = []
        for at, row in enumerate(_rows(table)):
            drafts.append(self._row(row, at, grid, bold=bold_of(row, inherited=bold)))
            self.paper.expect(at + 1)
        return drafts

    def _row(self, row: Element, at: int, grid: _Grid, *, bold: bool) -> RowDraft:
        draft = RowDraft(at)
        if hidden(row):
            if text := all_text(row):
                draft.oddities.append(("hidden_row", text))
            return draft
        column, begun = 0, dict[int, int]()
        for element in row.iterchildren("td", "th"):
            column = grid.free(column)
            span, down = _size(element, "colspan"), _size(element, "rowspan") or _TO_THE_END
            if column + span > COLUMNS_READ:
                raise InputInvalid("table_too_wide", name=self._name, limit=COLUMNS_READ)
            if down > 1:
                begun.update(dict.fromkeys(range(column, column + span), down))
            self._cell(element, Cell("", column, max(1, span), down), draft, grid, bold=bold)
            column += max(1, span)
        grid.busy.update(begun)
        grid.next_row()
        return draft

    def _cell(self, element: Element, shape: Cell, draft: RowDraft, grid: _Grid, *, bold: bool) -> None:
        covered = set(range(shape.column, shape.column + shape.span))
        if hidden(element) or covered <= grid.unseen:
            if text := all_text(element):
                draft.oddities.append(("hidden_column", text))
            return
        flow = Flow()
        self._walk(element, flow, bold=bold, cell=True)
        flow.end_line()
        draft.oddities += flow.oddities
        if flow.lines:
            draft.cells.append(Cell(flow.text, shape.column, shape.span, shape.down, flow.indent, flow.bold))


def _rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a table, not those of tables within."""
    for child in table:
        name = local(child)
        if name == "tr":
            yield child
        elif name in _PARTS:
            yield from child.iterchildren("tr")


def _frames(table: Element) -> list[Element] | None:
    """Return the cells of a table that only frames a page: one cell a row, a table in one of them."""
    cells = [list(row.iterchildren("td", "th")) for row in _rows(table)]
    if any(len(row) != 1 for row in cells) or all(next(row[0].iter("table"), None) is None for row in cells):
        return None
    return [row[0] for row in cells]


def _hidden_columns(table: Element) -> set[int]:
    column, found = 0, set[int]()
    for each in table.iter("col"):
        width = max(1, _size(each, "span"))
        if hidden(each):
            found |= set(range(column, column + width))
        column += width
        if column > COLUMNS_READ:
            break
    return found


def _size(element: Element, name: str) -> int:
    """Return a span as written; 1 where none or nonsense is written, at most what a table may have."""
    text = (element.get(name) or "1").strip()
    return min(int(text), _TO_THE_END) if text.isascii() and text.isdigit() and len(text) < 10 else 1
