"""A table without ruling lines: its columns are the white strips that run down the page below its heading."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from app.reading.document import Cell
from app.reading.paper import RowDraft
from app.reading.pdf_words import PageLine, Word, unwrapped

_FIRST_HEADING = re.compile(r"(?:S?TT|No\.?)", re.IGNORECASE)
_WIDEST = 2_000
#: a strip is white when at most this share of the lines runs through it; headings of parts do
_CROSSING = 0.04
_LEAST_WIDTH, _LEAST_COLUMNS, _LEAST_LINES = 4, 3, 3
#: more than this times the usual step from line to line begins a new row
_GAP = 1.35


def heading_at(lines: Sequence[PageLine]) -> int | None:
    """Return which line heads a table: it begins with the word for running numbers and has two more headings."""
    for index, line in enumerate(lines):
        if _FIRST_HEADING.fullmatch(line.words[0].text.strip()) and len(line.words) >= _LEAST_COLUMNS:
            return index
    return None


def rows_by_columns(lines: Sequence[PageLine]) -> list[RowDraft]:
    """Return the rows of the lines from a heading on; [] when no three columns can be made out."""
    bounds = _bounds(lines)
    if len(bounds) < _LEAST_COLUMNS or len(lines) < _LEAST_LINES:
        return []
    step = _usual_step(lines)
    drafts: list[RowDraft] = []
    rows: list[list[PageLine]] = []
    for line in lines:
        if not rows or _begins_row(line, rows[-1][-1], bounds, step):
            rows.append([])
        rows[-1].append(line)
    for at, row in enumerate(rows):
        drafts.append(RowDraft(at, _cells(row, bounds)))
    return drafts


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


def _usual_step(lines: Sequence[PageLine]) -> float:
    steps = sorted(b.top - a.top for a, b in pairwise(lines) if a.page == b.page)
    return steps[len(steps) // 4] if steps else 0.0


def _begins_row(line: PageLine, last: PageLine, bounds: Sequence[tuple[float, float]], step: float) -> bool:
    if line.page != last.page or _column(line.words[0], bounds) == 0:
        return True
    return line.top - last.top > step * _GAP


def _cells(row: Sequence[PageLine], bounds: Sequence[tuple[float, float]]) -> list[Cell]:
    inside: dict[int, list[PageLine]] = {}
    for line in row:
        parts: dict[int, list[Word]] = {}
        for word in line.words:
            parts.setdefault(_column(word, bounds), []).append(word)
        for column, words in parts.items():
            inside.setdefault(column, []).append(PageLine(line.page, tuple(words)))
    return [
        Cell("\n".join(unwrapped(lines, bounds[column][1])), column, bold=lines[0].bold)
        for column, lines in sorted(inside.items())
    ]
