"""Single changes to a document, each a slip a typist could make: exact, chosen by a fixed seed, one at a time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from app.reading.document import Block, Cell, Document, Row, Table
from tests.reading.comparing import Expected, folded

POINTS = re.compile(r"\d\s*điểm|=\s*\d|:\s*\d|điểm tối đa|số điểm", re.IGNORECASE)
OPTION = re.compile(r"\s*(?:[-+–•]|[a-d]\))\s*\S")
#: a bound's word and what a slip makes of it
WORDS = (
    ("trở lên", "trở xuống"),
    ("trở xuống", "trở lên"),
    ("đến dưới", "đến"),
    ("Từ ", "Trên "),
    ("từ ", "trên "),
    ("Trên ", "Từ "),
    ("trên ", "từ "),
    ("Dưới ", "Đến "),
    ("dưới ", "đến "),
)


@dataclass(frozen=True, slots=True)
class Damage:
    """`kind`: the name of its maker below. `what`: the change in words, naming the row by its number."""

    kind: str
    what: str
    document: Document


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a table by the index of its block and its own index there."""

    block: int
    row: int


Maker = Callable[[Document, Expected, random.Random], Damage | None]


def table_rows(document: Document) -> Iterator[tuple[Place, Row]]:
    for block_index, block in enumerate(document.blocks):
        if isinstance(block, Table):
            for row_index, row in enumerate(block.rows):
                yield Place(block_index, row_index), row


def with_rows(document: Document, block: int, rows: tuple[Row, ...]) -> Document:
    blocks: list[Block] = list(document.blocks)
    table = blocks[block]
    assert isinstance(table, Table)
    blocks[block] = replace(table, rows=rows)
    return replace(document, blocks=tuple(blocks))


def rows_at(document: Document, block: int) -> tuple[Row, ...]:
    table = document.blocks[block]
    assert isinstance(table, Table)
    return table.rows


def with_row(document: Document, place: Place, row: Row) -> Document:
    rows = list(rows_at(document, place.block))
    rows[place.row] = row
    return with_rows(document, place.block, tuple(rows))


def with_cell(row: Row, old: Cell, new: Cell) -> Row:
    cells = sorted((new if cell is old else cell for cell in row.cells), key=lambda cell: cell.column)
    return replace(row, cells=tuple(cells))


def first_lines(row: Row) -> set[str]:
    return {folded(cell.text.split("\n")[0]) for cell in row.cells}


def criterion_rows(document: Document, expected: Expected) -> list[tuple[Place, Row, Expected]]:
    """Return the rows where a criterion stands: its title opens a cell of theirs, or ends the cell's first line."""
    found = []
    for wanted in expected["criteria"]:
        title = folded(wanted["title"])
        for place, row in table_rows(document):
            if any(line.endswith(title) or line.startswith(title) for line in first_lines(row)):
                found.append((place, row, wanted))
                break
    return found


def loose_rows(document: Document, expected: Expected) -> list[tuple[Place, Row]]:
    """Return the rows from the first criterion on, of tables without a cell that reaches down: they can be moved."""
    starts = [place for place, _, _ in criterion_rows(document, expected)]
    if not starts:
        return []
    first = min((place.block, place.row) for place in starts)
    blocks = {place.block for place in starts}
    whole = {b for b in blocks if all(cell.down == 1 for row in rows_at(document, b) for cell in row.cells)}
    return [
        (place, row)
        for place, row in table_rows(document)
        if place.block in whole and (place.block, place.row) >= first and row.cells
    ]


def criteria_table_rows(document: Document, expected: Expected) -> list[tuple[Place, Row]]:
    """Return the rows of the tables that hold a criterion: another appendix and other sheets are not damaged."""
    blocks = {place.block for place, _, _ in criterion_rows(document, expected)}
    return [(place, row) for place, row in table_rows(document) if place.block in blocks]


def _figure(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def digit_of_a_maximum(document: Document, expected: Expected, chance: random.Random) -> Damage | None:
    cells = [
        (place, row, cell)
        for place, row, wanted in criterion_rows(document, expected)
        if wanted["maximum"] is not None
        for cell in row.cells
        if _figure(cell.text) == Decimal(wanted["maximum"])
    ]
    if not cells:
        return None
    place, row, cell = chance.choice(cells)
    at = chance.choice([index for index, letter in enumerate(cell.text) if letter.isdigit()])
    digit = chance.choice([digit for digit in "123456789" if digit != cell.text[at]])
    text = cell.text[:at] + digit + cell.text[at + 1 :]
    damaged = with_row(document, place, with_cell(row, cell, replace(cell, text=text)))
    return Damage("digit_of_a_maximum", f"row {row.number}: {cell.text!r} became {text!r}", damaged)


def option_lines(document: Document, expected: Expected) -> list[tuple[Place, Row, Cell, int]]:
    """Return every line of a cell that reads like an option with its points, the cell's other lines staying."""
    titles = {folded(wanted["title"]) for wanted in expected["criteria"]}
    return [
        (place, row, cell, index)
        for place, row in criteria_table_rows(document, expected)
        for cell in row.cells
        for index, line in enumerate(cell.text.split("\n"))
        if folded(line) not in titles and OPTION.match(line) and POINTS.search(line)
    ]


def option_deleted(document: Document, expected: Expected, chance: random.Random) -> Damage | None:
    lines = option_lines(document, expected)
    if not lines:
        return None
    place, row, cell, index = chance.choice(lines)
    kept = cell.text.split("\n")
    gone = kept.pop(index)
    if kept:
        damaged = with_row(document, place, with_cell(row, cell, replace(cell, text="\n".join(kept))))
    else:
        left = tuple(other for other in row.cells if other is not cell)
        damaged = with_row(document, place, replace(row, cells=left))
    return Damage("option_deleted", f"row {row.number}: without {gone!r}", damaged)


def _bound(old: str) -> str:
    """Return the pattern of a bound's word where it stands before its figure (or, of two words, as it is)."""
    if not old.endswith(" "):
        return re.escape(old)
    return rf"(?<!\w)(?<!đến ){re.escape(old)}(?=\W*\d)"


def word_of_a_bound(document: Document, expected: Expected, chance: random.Random) -> Damage | None:
    titles = {folded(wanted["title"]) for wanted in expected["criteria"]}
    lines = [
        (place, row, cell, index, old, new)
        for place, row in criteria_table_rows(document, expected)
        for cell in row.cells
        for index, line in enumerate(cell.text.split("\n"))
        if "%" in line and folded(line) not in titles
        for old, new in WORDS
        if re.search(_bound(old), line)
    ]
    if not lines:
        return None
    place, row, cell, index, old, new = chance.choice(lines)
    kept = cell.text.split("\n")
    kept[index] = re.sub(_bound(old), new, kept[index], count=1)
    damaged = with_row(document, place, with_cell(row, cell, replace(cell, text="\n".join(kept))))
    return Damage("word_of_a_bound", f"row {row.number}: {old!r} became {new!r}: {kept[index]!r}", damaged)


def row_cut(document: Document, expected: Expected, chance: random.Random) -> Damage | None:
    rows = loose_rows(document, expected)
    if not rows:
        return None
    place, row = chance.choice(rows)
    kept = rows_at(document, place.block)
    damaged = with_rows(document, place.block, kept[: place.row] + kept[place.row + 1 :])
    return Damage("row_cut", f"row {row.number}: {_shown(row)} is gone", damaged)


def rows_swapped(document: Document, expected: Expected, chance: random.Random) -> Damage | None:
    rows = loose_rows(document, expected)
    pairs = [
        (one, other)
        for one, other in pairwise(rows)
        if one[0].block == other[0].block and _texts(one[1]) != _texts(other[1])
    ]
    if not pairs:
        return None
    (place, row), (below, other) = chance.choice(pairs)
    kept = list(rows_at(document, place.block))
    kept[place.row] = replace(other, number=row.number)
    kept[below.row] = replace(row, number=other.number)
    damaged = with_rows(document, place.block, tuple(kept))
    return Damage("rows_swapped", f"rows {row.number}, {other.number}: {_shown(row)} <> {_shown(other)}", damaged)


def cell_shifted(document: Document, expected: Expected, chance: random.Random) -> Damage | None:
    moves = [
        (place, row, cell, step)
        for place, row in loose_rows(document, expected)
        for cell in row.cells
        for step in (-1, 1)
        if 0 <= cell.column + step < _width(rows_at(document, place.block))
        and all(row.at(cell.column + step + at) in (None, cell) for at in range(cell.span))
        and cell.column + step + cell.span <= _width(rows_at(document, place.block))
    ]
    if not moves:
        return None
    place, row, cell, step = chance.choice(moves)
    moved = replace(cell, column=cell.column + step)
    damaged = with_row(document, place, with_cell(row, cell, moved))
    return Damage("cell_shifted", f"row {row.number}: {cell.text[:60]!r} to column {moved.column}", damaged)


def _width(rows: tuple[Row, ...]) -> int:
    return max(cell.column + cell.span for row in rows for cell in row.cells)


def _texts(row: Row) -> tuple[tuple[int, str], ...]:
    return tuple((cell.column, cell.text) for cell in row.cells)


def _shown(row: Row) -> str:
    return repr(" | ".join(cell.text.replace("\n", " ")[:40] for cell in row.cells))


MAKERS: tuple[Maker, ...] = (
    digit_of_a_maximum,
    option_deleted,
    word_of_a_bound,
    row_cut,
    rows_swapped,
    cell_shifted,
)


def damages(papers: dict[str, tuple[Document, Expected]], count: int, seed: int) -> list[tuple[str, Damage]]:
    """Return `count` different changes with the name of their paper, kinds and papers taken in turn."""
    chance = random.Random(seed)
    made: dict[tuple[str, str, str], Damage] = {}
    names = sorted(papers)
    for turn in range(count * 40):
        name = names[turn % len(names)]
        maker = MAKERS[(turn // len(names)) % len(MAKERS)]
        damage = maker(*papers[name], chance)
        if damage is not None:
            made.setdefault((name, damage.kind, damage.what), damage)
        if len(made) == count:
            break
    return [(name, damage) for (name, _, _), damage in made.items()]
