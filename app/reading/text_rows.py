"""Plain text: rows are lines with tabs (a copied table), with bars (Markdown), with semicolons (CSV), or with blanks
between their columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from app.reading.document import Cell, Document
from app.reading.guards import decoded
from app.reading.markup import unmarked
from app.reading.paper import COLUMNS_READ, Paper, RowDraft
from app.reading.text_columns import spaced_table

#: a cell of several lines as a spreadsheet copies it; its quotes stand at both ends of the cell
_QUOTED = re.compile(r'(?:(?<=\t)|(?<=\n)|\A)"((?:[^"\t]|"")*)"(?=\t|\n|\Z)')
_WITHIN = "\u2028"
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_BARRED = re.compile(r"^\s*\|", re.MULTILINE)
_LEAST_ROWS, _LEAST_COLUMNS = 3, 3


def read(data: bytes, name: str) -> Document:
    """Return paragraphs and tables of a text. Raises InputInvalid: encoding_unknown, too_many_rows.

    Lines with tabs that follow one another are one table; blank lines between them do not end it, a paragraph does.
    """
    text = decoded(data, name=name).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    reader = _TextReader()
    if "\t" in text:
        reader.lines(_QUOTED.sub(_one_line, text).split("\n"))
    elif rows := _separated(text, name):
        reader.rows(rows)
    elif not _BARRED.search(text) and (table := spaced_table(text.split("\n"))):
        lines = text.split("\n")
        reader.lines(lines[: table.start])
        reader.rows(table.rows)
        reader.lines(lines[table.end :])
    else:
        reader.lines(text.split("\n"))
    return reader.paper.document()


def _one_line(hit: re.Match[str]) -> str:
    inner = hit[1]
    if "\n" not in inner and '""' not in inner:
        return hit[0]
    return inner.replace('""', '"').replace("\n", _WITHIN)


class _TextReader:
    def __init__(self) -> None:
        self.paper = Paper("text")
        self._drafts: list[RowDraft] = []
        self._bare = False

    def lines(self, lines: Sequence[str]) -> None:
        """Put down lines; one with tabs or between bars is a row, above and below a ruled-off heading one with bars."""
        for line, after in zip(lines, [*lines[1:], ""], strict=False):
            if not line.strip():
                self._bare = False
                continue
            self._bare = self._bare or bool("|" in line and "|" in after and _RULE.fullmatch(after))
            parts = self._parts(line)
            if parts is None:
                self._end_table()
                self._paragraph(line)
            else:
                self._row(parts)
        self._end_table()

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        for row in rows:
            self._row(row)
        self._end_table()

    def _parts(self, line: str) -> list[str] | None:
        """Return the cells of a row, [] for a line that only rules one off, None for a paragraph."""
        if "\t" in line.strip() or ("\t" in line and self._drafts):
            return line.split("\t")
        bare = line.strip()
        if self._bare and not bare.startswith("|") and "|" in bare and not _RULE.fullmatch(bare):
            return _BAR.split(bare)
        if not bare.startswith("|") or len(_BAR.findall(bare)) < 2:
            return [] if self._drafts and _RULE.fullmatch(line) and "|" in line else None
        return [] if _RULE.fullmatch(bare) else _BAR.split(bare.removesuffix("|"))[1:]

    def _row(self, parts: Sequence[str]) -> None:
        draft = RowDraft(len(self._drafts))
        marked = False
        for column, part in enumerate(parts[:COLUMNS_READ]):
            text, bold, odd = unmarked(part)
            marked = marked or odd
            if text:
                draft.cells.append(Cell(text, column, bold=bold))
        if marked:
            draft.oddities.append(("markup", " | ".join(part.strip() for part in parts if part.strip())))
        self._drafts.append(draft)
        self.paper.expect(len(self._drafts))

    def _end_table(self) -> None:
        if self._drafts:
            self.paper.table(self._drafts)
            self._drafts = []

    def _paragraph(self, line: str) -> None:
        text, bold, odd = unmarked(line)
        self.paper.paragraph(text, bold=bold)
        if odd:
            self.paper.odd("markup", line.strip())


def _separated(text: str, name: str) -> list[list[str]]:
    """Return the rows of a text that is one table with separators all through, else []."""
    if not text.strip() or text.lstrip().startswith("|"):
        return []
    signs = ";," if name.lower().endswith(".csv") else ";"
    for sign in signs:
        rows = [row for row in _csv(text, sign) if any(part.strip() for part in row)]
        if _even(rows):
            return rows
    return []


def _csv(text: str, sign: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text.split("\n") if '"' not in text else text.splitlines(keepends=True), delimiter=sign)
    except csv.Error:
        return


def _even(rows: Sequence[Sequence[str]]) -> bool:
    """Whether nearly all rows have the same number of cells: prose has semicolons too, but not so."""
    if len(rows) < _LEAST_ROWS:
        return False
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    return width >= _LEAST_COLUMNS and count * 5 >= len(rows) * 4
