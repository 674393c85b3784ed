"""What a page prints for itself: its number, a heading or a foot that comes back on every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise

from app.reading.pdf_words import PageLine

_NUMBER = re.compile(r"(?:Trang|Page|Tr\.?)?\s*[-–—|]?\s*\d{1,4}\s*(?:[-–—|]|/\s*\d{1,4})?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
#: share of a page's height at either end where furniture stands, and how many lines there may be furniture
_EDGE, _DEEP = 0.12, 3
#: what comes back stands off from a table without ruling lines by more than this times its wide steps
_OFF = 1.2


def furniture(lines: Sequence[PageLine], heights: Sequence[float]) -> set[int]:
    """Return the places in `lines` of page numbers, and of edge lines that come back on at least half of the pages.

    `lines`: what stands outside of tables, in order. `heights`: of each page.
    """
    edges = [index for index, line in enumerate(lines) if _at_edge(line, heights[line.page])]
    edges = [index for index in edges if _rank(lines, index) < _DEEP]
    seen = Counter(key for key in {(lines[index].page, _key(lines[index])) for index in edges})
    pages = Counter(key for _, key in seen)
    often = {key for key, count in pages.items() if count >= 2 and count * 2 >= len(heights)}
    return {index for index in edges if _NUMBER.fullmatch(lines[index].text) or _key(lines[index]) in often}


def outside(lines: Sequence[PageLine], gone: Set[int], heights: Sequence[float], start: int) -> set[int]:
    """Return those of `gone` that are no rows of a table without ruling lines whose heading is line `start`.

    The last option of two pages may be the same; what comes back also stands above the heading, or off the rows.
    """
    above = {_key(line) for line in lines[:start]}
    steps = sorted(b.top - a.top for a, b in pairwise(lines[start:]) if a.page == b.page)
    wide = steps[len(steps) * 9 // 10] if steps else 0.0
    return {
        index
        for index in gone
        if index < start
        or _NUMBER.fullmatch(lines[index].text)
        or _key(lines[index]) in above
        or (index > start and _white(lines, gone, index, heights[lines[index].page]) > wide * _OFF)
    }


def _white(lines: Sequence[PageLine], gone: Set[int], index: int, height: float) -> float:
    """Return how far the next line towards the middle of the page is that is not one of `gone`."""
    step = 1 if lines[index].top < height / 2 else -1
    while index in gone and 0 <= index + step < len(lines) and lines[index + step].page == lines[index].page:
        index += step
    return abs(lines[index].top - lines[index - step].top)


def _key(line: PageLine) -> str:
    return _DIGITS.sub("0", line.text)


def _at_edge(line: PageLine, height: float) -> bool:
    return line.bottom < height * _EDGE or line.top > height * (1 - _EDGE)


def _rank(lines: Sequence[PageLine], index: int) -> int:
    """Return how many lines stand between this one and the nearer end of its page."""
    page = lines[index].page
    before = after = 0
    while before < _DEEP and index - before - 1 >= 0 and lines[index - before - 1].page == page:
        before += 1
    while after < _DEEP and index + after + 1 < len(lines) and lines[index + after + 1].page == page:
        after += 1
    return min(before, after)
