"""The paper at the left: a stretch of its rows laid out as tables, with what is being looked at marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.reading.document import Cell, Document, Paragraph, Row, Table
from app.reading.rechecks import folded

#: a cell (None: empty), how many columns and rows it covers
Laid = tuple[Cell | None, int, int]

#: rows shown at once; a longer paper is leafed through
STRETCH, BEFORE = 150, 15
#: columns of a table that are laid out; more stand in no decree
COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a cell's text; `marked`: the finding quotes it."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell of the page's table; an empty one has no text."""

    parts: tuple[Part, ...]
    span: int
    down: int
    bold: bool
    numeric: bool
    indent: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a paragraph. `looked`: it belongs to the criterion shown; `hit`: the finding shown speaks of it."""

    number: int
    cells: tuple[Placed, ...]
    looked: bool
    hit: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one table, or one paragraph (`table` is false). `name`: the sheet of a workbook.

    `widths`: of a table's columns, in hundredths: most for the one that says most.
    """

    table: bool
    name: str
    lines: tuple[Line, ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """`first`, `last`: numbers of the stretch among `count` rows, from 1. `earlier`, `later`: row to leaf to."""

    pieces: tuple[Piece, ...]
    first: int
    last: int
    count: int
    earlier: int | None
    later: int | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: rows of the criterion, rows of the finding, and the words it quotes."""

    rows: frozenset[int] = frozenset()
    hits: frozenset[int] = frozenset()
    quoted: str = ""


def source_of(document: Document, looked: Looked, start: int | None) -> Source:
    """Return the stretch that holds what is looked at, or the one that begins at row number `start`."""
    numbers = [row.number for row in document.rows()]
    begin = _begin(numbers, looked.hits or looked.rows, start)
    end = min(begin + STRETCH, len(numbers))
    shown = frozenset(numbers[begin:end])
    return Source(
        pieces=tuple(_pieces(document, shown, looked)),
        first=begin + 1 if numbers else 0,
        last=end,
        count=len(numbers),
        earlier=numbers[max(0, begin - STRETCH)] if begin else None,
        later=numbers[end] if end < len(numbers) else None,
    )


def _begin(numbers: Sequence[int], wanted: frozenset[int], start: int | None) -> int:
    places = {number: place for place, number in enumerate(numbers)}
    if start is not None:
        return places.get(start, 0)
    if len(numbers) <= STRETCH:
        return 0
    seen = [places[number] for number in wanted if number in places]
    return max(0, min(seen) - BEFORE) if seen else 0


def _pieces(document: Document, shown: frozenset[int], looked: Looked) -> Iterator[Piece]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if block.number in shown:
                cell = Cell(block.text, 0, bold=block.bold)
                yield Piece(table=False, name="", lines=(_line(block.number, [(cell, 1, 1)], looked),))
            continue
        rows = [row for row in block.rows if row.number in shown]
        if rows:
            lines = _laid_out(rows, _width(block))
            placed = tuple(_line(*line, looked) for line in lines)
            yield Piece(table=True, name=block.name, lines=placed, widths=_widths(rows, _width(block)))


def _line(number: int, cells: Sequence[Laid], looked: Looked) -> Line:
    hit = number in looked.hits
    quoted = folded(looked.quoted) if hit else ""
    found = any(_quotes(line, quoted) for cell, _, _ in cells if cell for line in cell.text.split("\n"))
    placed = tuple(_placed(cell, span, down, _parts(cell, quoted, hit and not found)) for cell, span, down in cells)
    return Line(number, placed, looked=number in looked.rows, hit=hit)


def _parts(cell: Cell | None, quoted: str, whole: bool) -> tuple[Part, ...]:  # noqa: FBT001 - of one call
    """Return the lines of a cell that the finding quotes marked; where it quotes none of the row, all of them."""
    if cell is None or not cell.text:
        return ()
    lines = cell.text.split("\n")
    ended = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
    return tuple(Part(line, marked=bool(line.strip()) and (whole or _quotes(line, quoted))) for line in ended)


def _quotes(line: str, quoted: str) -> bool:
    text = folded(line)
    return len(quoted) > 3 and len(text) > 3 and (text in quoted or quoted.rstrip("…") in text)


def _width(table: Table) -> int:
    widths = (cell.column + cell.span for row in table.rows for cell in row.cells)
    return min(max(widths, default=1), COLUMNS)


def _widths(rows: Sequence[Row], width: int) -> tuple[int, ...]:
    """Share the width by what stands in the columns, none below a few letters; cells over several say nothing."""
    letters = [0] * width
    for row in rows:
        for cell in row.cells:
            if cell.span == 1 and cell.column < width:
                letters[cell.column] += len(cell.text)
    shares = [max(6, min(60, 100 * count // max(1, sum(letters)))) for count in letters]
    return tuple(max(1, 100 * share // sum(shares)) for share in shares)


def _laid_out(rows: Sequence[Row], width: int) -> Iterator[tuple[int, list[Laid]]]:
    """Yield each row with every column filled: by its cell, by one from above, or by an empty one."""
    covered: dict[int, int] = {}
    for place, row in enumerate(rows):
        cells: list[Laid] = []
        column = 0
        by_column = {cell.column: cell for cell in row.cells}
        while column < width:
            if covered.get(column, 0) > place:
                column += 1
                continue
            cell = by_column.get(column)
            down = 1 if cell is None else max(1, min(cell.down, len(rows) - place))
            span = 1 if cell is None else max(1, min(cell.span, width - column))
            cells.append((cell, span, down))
            covered |= dict.fromkeys(range(column, column + span), place + down)
            column += span
        yield row.number, cells


def _placed(cell: Cell | None, span: int, down: int, parts: tuple[Part, ...]) -> Placed:
    if cell is None:
        return Placed((), span, down, bold=False, numeric=False, indent=0)
    return Placed(parts, span, down, bold=cell.bold, numeric=cell.numeric, indent=min(cell.indent, 5))
