"""Small documents for the tests of the tree: tables from rows of texts, a page of plain text with tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.reading.document import Block, Cell, Document, Paragraph, Row, Table
from app.reading.draft import Appendix

Given = str | Cell | None


def cell(text: str, *, span: int = 1, down: int = 1, bold: bool = False, numeric: bool = False) -> Cell:
    """Return a cell whose column is filled in by the row it is put into."""
    return Cell(text, 0, span, down, 0, bold, numeric)


def row(number: int, texts: Sequence[Given]) -> Row:
    """Return a row; empty texts and None stand for empty cells, a wide cell takes the places behind it."""
    cells: list[Cell] = []
    column = 0
    for given in texts:
        made = given if isinstance(given, Cell) else Cell(given or "", 0)
        if made.text:
            cells.append(Cell(made.text, column, made.span, made.down, made.indent, made.bold, made.numeric))
        column += made.span
    return Row(number, tuple(cells))


def document(*parts: str | Sequence[Sequence[Given]], name: str = "") -> Document:
    """Return a document of paragraphs (a text) and tables (rows of texts), numbered through."""
    blocks: list[Block] = []
    number = 0
    for part in parts:
        if isinstance(part, str):
            number += 1
            blocks.append(Paragraph(number, part))
            continue
        rows = tuple(row(number + place, texts) for place, texts in enumerate(part, start=1))
        number += len(rows)
        blocks.append(Table(rows, name))
    return Document("text", tuple(blocks))


def document_of_lines(lines: Iterable[str]) -> Document:
    """Return a page of plain text: lines with tabs are rows, the others paragraphs; markup becomes line breaks."""
    blocks: list[Block] = []
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if "\t" in line:
            rows.append(row(number, [_plain(text) for text in line.rstrip("\n").split("\t")]))
        elif line.strip():
            if rows:
                blocks.append(Table(tuple(rows)))
                rows = []
            blocks.append(Paragraph(number, _plain(line)))
    if rows:
        blocks.append(Table(tuple(rows)))
    return Document("text", tuple(blocks))


def _plain(text: str) -> str:
    broken = re.sub(r"</p>\s*<p>|</?p>|</?ul[^>]*>", "\n", text)
    return re.sub(r"<[^<>]+>", "", broken).strip().strip("\n")


def words_lost(source: Document, appendix: Appendix, *, structure: Iterable[int] = ()) -> set[str]:
    """Return the words of `source` that stand in no field and no finding of `appendix`.

    `structure`: rows whose words are read as headings or sums. A word also counts as kept where a finding quotes its
    row as unused: the review shows the row.
    """
    kept = " ".join(_texts_of(appendix)).lower()
    shown = {row for finding in appendix.findings if "text" in finding.details for row in finding.rows}
    lost: set[str] = set()
    for line in source.rows():
        if line.number in structure or line.number in shown:
            continue
        texts = [line.text] if isinstance(line, Paragraph) else [made.text for made in line.cells]
        lost |= {word for text in texts for word in re.findall(r"[^\W_]+", text.lower()) if not _stands(word, kept)}
    return lost


def _stands(word: str, kept: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", kept) is not None


def _texts_of(appendix: Appendix) -> Iterable[str]:
    yield appendix.title
    for criterion in appendix.criteria:
        yield from (criterion.code.replace(".", " "), criterion.title, criterion.original, criterion.agency_printed)
        yield from criterion.evidence
        if criterion.maximum is not None:
            yield from (str(criterion.maximum), str(criterion.maximum).replace(".", ","), "điểm tối đa")
    for finding in appendix.findings:
        yield from finding.details.values()
    for assignment in appendix.assignments:
        yield from (assignment.branch, *assignment.officers)
