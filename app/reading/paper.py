"""Where the readers of all formats put down what they find: numbers rise, empty rows go, limits hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.domain.errors import InputInvalid
from app.reading.document import Block, Cell, Document, Oddity, Paragraph, Row, Table

#: paragraphs and rows that are read; an appendix of 400 criteria has some 2.500
ROWS_READ = 5_000
#: a table wider than this is no table of criteria; also keeps a colspan of millions from costing anything
COLUMNS_READ = 1_000
SAMPLE = 200


@dataclass(slots=True)
class RowDraft:
    """A row on its way in. `at`: its place in the source, rising; `Cell.down` counts in the same places.

    `oddities`: (code, text) of what was odd at this row. Rows without cells are dropped, their oddities kept.
    """

    at: int
    cells: list[Cell] = field(default_factory=list)
    oddities: list[tuple[str, str]] = field(default_factory=list)


class Paper:
    """Collects the blocks of one document. Raises InputInvalid("too_many_rows") as soon as the limit is passed."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._blocks: list[Block] = []
        self._oddities: list[Oddity] = []
        self._number = 0

    def paragraph(self, text: str, *, bold: bool = False) -> None:
        """Add a paragraph; `text` is clean, an empty one is left out."""
        if text:
            self._blocks.append(Paragraph(self._next(), text, bold))

    def odd(self, code: str, text: str = "") -> None:
        """Note an oddity at the last paragraph or row put down; 0 stands for the start of the paper."""
        self._oddities.append(Oddity(code, self._number, text[:SAMPLE]))

    def table(self, drafts: Sequence[RowDraft], name: str = "") -> None:
        """Add a table; its rows are numbered, merged cells counted in the rows that stay."""
        places = [draft.at for draft in drafts if draft.cells]
        rows = []
        for draft in drafts:
            if draft.cells:
                cells = (self._within(cell, draft.at, places) for cell in draft.cells)
                rows.append(Row(self._next(), tuple(sorted(cells, key=lambda cell: cell.column))))
            for code, text in draft.oddities:
                self.odd(code, text)
        if rows:
            self._blocks.append(Table(tuple(rows), name))

    def expect(self, more: int) -> None:
        """Refuse as early as possible: `more` rows are on their way."""
        if self._number + more > ROWS_READ:
            raise InputInvalid("too_many_rows", limit=ROWS_READ)

    def document(self) -> Document:
        return Document(self._kind, tuple(self._blocks), tuple(self._oddities))

    def _next(self) -> int:
        self.expect(1)
        self._number += 1
        return self._number

    @staticmethod
    def _within(cell: Cell, at: int, places: Sequence[int]) -> Cell:
        if cell.down == 1:
            return cell
        covered = bisect_left(places, at + cell.down) - bisect_left(places, at)
        return replace(cell, down=max(1, covered))


def nested_lines(rows: Iterable[Iterable[str]]) -> list[str]:
    """Return the rows of a table inside a cell as lines of that cell, its cells joined by tabs."""
    joined = ("\t".join(text.replace("\n", " ") for text in row).rstrip("\t") for row in rows)
    return [line for line in joined if line.strip()]
