"""What stands in a file, whatever its format: paragraphs and tables in the order of the paper.

Every paragraph and every table row has a `number` of its own, rising over the whole document: what was understood
points back to it, and the review shows it beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `text`: its lines joined by newlines, markup gone, numbers of automatic lists written out.

    `column`, `span`: first grid column from 0 and how many it covers. `down`: how many rows it covers; the rows below
    do not hold it again. `indent`: steps of the first line to the right. `numeric`: stored as a number, not as text.
    """

    text: str
    column: int
    span: int = 1
    down: int = 1
    indent: int = 0
    bold: bool = False
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; cells that are empty are left out."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell | None:
        """Return the cell that covers `column`, or None where nothing stands."""
        return next((cell for cell in self.cells if cell.column <= column < cell.column + cell.span), None)


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: the sheet of a workbook, else empty."""

    rows: tuple[Row, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int
    text: str
    bold: bool = False


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something the format did that the words do not show: a hidden row, markup, a page heading taken away.

    `code`: hidden_row, hidden_column, hidden_sheet, hidden_text, markup, page_furniture, number_as_text, nested_table,
    deleted_text, formula_without_value. `number`: the row or paragraph it stands at; for what is not shown, the one
    before it, 0 at the start. `text`: what stood there, at most 200 letters.
    """

    code: str
    number: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """`format`: docx, xlsx, html, text or pdf."""

    format: str
    blocks: tuple[Block, ...]
    oddities: tuple[Oddity, ...] = field(default=())

    def rows(self) -> Iterator[Row | Paragraph]:
        """Yield every paragraph and row, in the order of the paper."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block
            else:
                yield from block.rows
