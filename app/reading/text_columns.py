"""Tables of plain text whose columns only blanks part, two or more of them, as copying out of a page gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.reading.codes import read_code
from app.reading.figures import parse_points

_SEGMENT = re.compile(r"\S+(?:[ \u00a0]\S+)*")
LEAST_COLUMNS = 3
LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Spaced:
    """A table within lines of text: its rows are `lines[start:end]`, each as the texts of its columns, "" where empty.

    A line without a word has no cells.
    """

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    end: int
    text: str


def spaced_table(lines: Sequence[str]) -> Spaced | None:
    """Return the table that stands in `lines`, from the first line of three cells to the last of two, or None."""
    parts = [_segments(line) for line in lines]
    wide = [place for place, found in enumerate(parts) if len(found) >= LEAST_COLUMNS]
    if len(wide) < LEAST_ROWS:
        return None
    start = wide[0]
    end = _end(parts, start)
    body = parts[start:end]
    bands = _bands(body)
    rows = tuple(_by_bands(found, bands) if bands else _in_order(found, len(body[0])) for found in body)
    return Spaced(start, end, rows)


def _segments(line: str) -> list[_Segment]:
    return [_Segment(hit.start(), hit.end(), hit[0]) for hit in _SEGMENT.finditer(line.expandtabs())]


def _end(parts: Sequence[Sequence[_Segment]], start: int) -> int:
    """Return the place behind the table: behind its last row of a code or figure and the indented lines below it."""
    end = max(place for place, found in enumerate(parts) if _is_row(found)) + 1
    left = parts[start][0].end
    while end < len(parts) and parts[end] and parts[end][0].start > left:
        end += 1
    return end


def _is_row(found: Sequence[_Segment]) -> bool:
    """Return whether a line is surely a row; names of those who sign stand side by side too."""
    figured = any(parse_points(each.text) is not None or read_code(each.text) for each in found)
    return len(found) >= LEAST_COLUMNS or (len(found) > 1 and figured)


def _bands(body: Sequence[Sequence[_Segment]]) -> list[int]:
    """Return where each column begins, or [] where the cells do not stand under one another."""
    width = len(body[0])
    full = [found for found in body if len(found) == width]
    starts = [min(found[column].start for found in full) for column in range(width)]
    ends = [max(found[column].end for found in full) for column in range(width)]
    clear = all(ended < begun for ended, begun in zip(ends, starts[1:], strict=False))
    return starts if clear else []


def _by_bands(found: Sequence[_Segment], bands: Sequence[int]) -> tuple[str, ...]:
    edges = list(pairwise([*bands, 10_000]))
    edges[0] = (0, edges[0][1])
    texts = [""] * len(bands)
    for segment in found:
        shares = [min(segment.end, end) - max(segment.start, start) for start, end in edges]
        column = shares.index(max(shares))
        texts[column] = f"{texts[column]}  {segment.text}".strip()
    return tuple(texts)


def _in_order(found: Sequence[_Segment], width: int) -> tuple[str, ...]:
    """Deal cells out from the left; a row that begins without a code has left the first column empty."""
    texts = [segment.text for segment in found]
    if texts and len(texts) < width and read_code(texts[0]) is None:
        texts.insert(0, "")
    kept, rest = texts[: width - 1], texts[width - 1 :]
    return (*kept, *([""] * (width - 1 - len(kept))), "  ".join(rest))
