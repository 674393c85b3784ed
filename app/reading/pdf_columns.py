"""A table without ruling lines: its columns are the white strips that run down the page below its heading."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby, pairwise, takewhile
from statistics import median

from app.reading.document import Cell
from app.reading.paper import RowDraft
from app.reading.pdf_grouping import Columns, Strip, grouped
from app.reading.pdf_words import PageLine, Word, goes_on, unwrapped

_FIRST_HEADING = re.compile(r"(?:S?TT|No\.?)", re.IGNORECASE)
_FIGURE = re.compile(r"[-–+]?\d[\d.,/]*(?:\s*(?:điểm|đ))?", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:,|\bvà)$")
_WIDEST = 2_000
#: a strip is white when at most this share of the lines runs through it; headings of parts do
_CROSSING = 0.04
_LEAST_WIDTH, _LEAST_COLUMNS, _LEAST_LINES = 4, 3, 3
#: between two words that are this many times a line's height apart a heading has two columns
_TWO_COLUMNS = 1.5
#: a line less than this times its height above another stands in a cell beside it
_BESIDE = 0.75
#: a column is one of figures when at least this share of its cells are
_FIGURES = 0.6
#: the column of titles is the first that is at least this share as wide as the widest
_WIDE = 0.5


def heading_at(lines: Sequence[PageLine]) -> int | None:
    """Return which line heads a table: it begins with the word for running numbers and has two more headings.

    Where that word stands beside the middle of a taller heading, the line on which the heading begins.
    """
    start = next((index for index, line in enumerate(lines) if is_heading(line)), None)
    while start and _of_heading(lines[start - 1], lines[start]):
        start -= 1
    return start


def is_heading(line: PageLine) -> bool:
    return bool(_FIRST_HEADING.fullmatch(line.words[0].text.strip())) and len(line.words) >= _LEAST_COLUMNS


def _of_heading(above: PageLine, line: PageLine) -> bool:
    height = line.bottom - line.top
    if above.page != line.page or line.top - above.top > height * _TWO_COLUMNS:
        return False
    apart = any(b.left - a.right > height * _TWO_COLUMNS for a, b in pairwise(above.words))
    return apart or line.top - above.top < height * _BESIDE


def rows_by_columns(lines: Sequence[PageLine]) -> list[RowDraft]:
    """Return the rows of the lines from a heading on; [] when no three columns can be made out.

    The heading that comes back on a later page is left out and told as page_furniture.
    Raises: RowsUnclear.
    """
    bounds = _bounds(lines)
    if len(bounds) < _LEAST_COLUMNS or len(lines) < _LEAST_LINES:
        return []
    strips = [_strip(line, bounds) for line in lines]
    again = _heading_again(strips)
    kept = [strip for place, strip in enumerate(strips) if place not in again]
    columns = _columns(kept, bounds)
    drafts = []
    for at, row in enumerate(grouped(kept, columns, _head(lines))):
        drafts.append(RowDraft(at, _cells(row, columns, bounds)))
    drafts[0].oddities += [("page_furniture", text) for text in dict.fromkeys(lines[at].text for at in sorted(again))]
    return drafts


def _head(lines: Sequence[PageLine]) -> int:
    """Return how many lines the heading has down to the one that begins with the word for running numbers."""
    return next(index for index, line in enumerate(lines) if is_heading(line)) + 1


def _heading_again(strips: Sequence[Strip]) -> set[int]:
    """Return the places at the top of later pages where the first lines of the table are printed again."""
    again: set[int] = set()
    for place, (above, strip) in enumerate(pairwise(strips), 1):
        if above.page == strip.page:
            continue
        same = takewhile(lambda pair: pair[0].texts == pair[1].texts, zip(strips, strips[place:], strict=False))
        again |= {place + deep for deep, _ in enumerate(same)}
    return again


def _bounds(lines: Sequence[PageLine]) -> list[tuple[float, float]]:
    """Return left and right of every column."""
    crossed = [0] * _WIDEST
    for word in (word for line in lines for word in line.words):
        for point in range(max(0, math.floor(word.left)), min(_WIDEST, math.ceil(word.right))):
            crossed[point] += 1
    allowed = int(len(lines) * _CROSSING)
    columns: list[tuple[float, float]] = []
    for inked, run in groupby(range(_WIDEST), key=lambda point: crossed[point] > allowed):
        if not inked:
            continue
        points = list(run)
        left, right = points[0], points[-1] + 1
        if columns and left - columns[-1][1] < _LEAST_WIDTH:
            columns[-1] = (columns[-1][0], right)
        else:
            columns.append((left, right))
    return columns


def _column(word: Word, bounds: Sequence[tuple[float, float]]) -> int:
    return min(
        range(len(bounds)), key=lambda index: max(bounds[index][0] - word.centre, word.centre - bounds[index][1], 0)
    )


def _strip(line: PageLine, bounds: Sequence[tuple[float, float]]) -> Strip:
    """Deal the words of a line out to the columns; the heading of a part that runs through several stays whole."""
    parts: dict[int, list[Word]] = {}
    column, right = 0, -math.inf
    for word in line.words:
        if word.left - right >= _LEAST_WIDTH:
            column = _column(word, bounds)
        parts.setdefault(column, []).append(word)
        right = word.right
    return Strip(line.page, line.top, {column: PageLine(line.page, tuple(words)) for column, words in parts.items()})


def _columns(strips: Sequence[Strip], bounds: Sequence[tuple[float, float]]) -> Columns:
    inside = [[strip.parts[column] for strip in strips if column in strip.parts] for column in range(len(bounds))]
    figures = frozenset(column for column in range(1, len(bounds)) if _is_of_figures(inside[column]))
    worded = [column for column in range(1, len(bounds)) if column not in figures] or [1]
    widest = max(bounds[column][1] - bounds[column][0] for column in worded)
    title = next(column for column in worded if bounds[column][1] - bounds[column][0] >= widest * _WIDE)
    rights = []
    for column, (_, right) in enumerate(bounds):
        last = column + 1 == len(bounds)
        rights.append(right if last or _wraps(inside[column], right) else bounds[column + 1][0])
    return Columns(title, figures, tuple(rights), _step(inside))


def _step(inside: Sequence[Sequence[PageLine]]) -> float:
    """Return the step from line to line inside a cell: the least in any column, marks set high left out."""
    height = median(part.bottom - part.top for parts in inside for part in parts)
    steps = [b.top - a.top for parts in inside for a, b in pairwise(parts) if a.page == b.page]
    return min((step for step in steps if step >= height), default=height)


def _is_of_figures(parts: Sequence[PageLine]) -> bool:
    return sum(bool(_FIGURE.fullmatch(part.text)) for part in parts) >= len(parts) * _FIGURES


def _wraps(parts: Sequence[PageLine], right: float) -> bool:
    """Return whether some line of a column is plainly the rest of the one above, so that its right side is known."""
    return any(
        (line.text[:1].islower() or _UNFINISHED.search(before.text)) and goes_on(before, line, right)
        for before, line in pairwise(parts)
    )


def _cells(row: Sequence[Strip], columns: Columns, bounds: Sequence[tuple[float, float]]) -> list[Cell]:
    inside: dict[int, list[PageLine]] = {}
    for strip in row:
        for column, part in strip.parts.items():
            inside.setdefault(column, []).append(part)
    cells = []
    for column, lines in sorted(inside.items()):
        last = max(_column(line.words[-1], bounds) for line in lines)
        text = "\n".join(unwrapped(lines, columns.rights[column]))
        cells.append(Cell(text, column, max(1, last - column + 1), bold=lines[0].bold))
    return cells
