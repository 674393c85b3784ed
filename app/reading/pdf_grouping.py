"""Which printed lines of a table without ruling lines are one row, and which begin another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.reading.pdf_words import PageLine, goes_on

_CODE = 0
#: more than this times the step from line to line begins a new row
_GAP = 1.35
#: a code or points less than this times the step from a line stand beside the middle of a taller cell
_BESIDE = 0.75
_LEAST_CODES = 3
_LISTED = re.compile(r"[-–+*•]")


@dataclass(slots=True)
class Strip:
    """One printed line, dealt out to the columns."""

    page: int
    top: float
    parts: dict[int, PageLine]

    @property
    def texts(self) -> Mapping[int, str]:
        return {column: part.text for column, part in self.parts.items()}


@dataclass(frozen=True, slots=True)
class Columns:
    """`title`: the column of titles and options. `rights`: right side of each. `step`: from line to line in a cell."""

    title: int
    figures: frozenset[int]
    rights: tuple[float, ...]
    step: float

    def joins(self, above: PageLine, below: PageLine, column: int) -> bool:
        return goes_on(above, below, self.rights[column])


class RowsUnclear(Exception):
    """Texts stand in the middle of taller cells, and nothing shows where a row begins. `page` counts from 0."""

    def __init__(self, page: int) -> None:
        super().__init__(page)
        self.page = page


def grouped(strips: Sequence[Strip], columns: Columns, head: int) -> list[list[Strip]]:
    """Return the strips of each row; the first `head` are the heading, whatever stands in them.

    Raises: RowsUnclear.
    """
    while head < len(strips) and _is_of_heading(strips[head - 1], strips[head], columns):
        head += 1
    grouping = _Grouping(columns, strips[:head])
    blocks = _blocks(strips[head:], columns.step)
    spaced = _are_spaced(blocks)
    for block in blocks:
        if spaced and _is_one_row(block, columns):
            grouping.add_row(block)
            continue
        for above, strip in pairwise(block):
            if _is_unclear(above, strip, columns):
                raise RowsUnclear(strip.page)
        for strip in block:
            grouping.add(strip)
    return grouping.rows


def _is_of_heading(above: Strip, strip: Strip, columns: Columns) -> bool:
    if _CODE in strip.parts or strip.page != above.page or strip.top - above.top > columns.step * _GAP:
        return False
    return columns.title not in strip.parts or _is_low(strip.parts[columns.title])


def _is_unclear(above: Strip, strip: Strip, columns: Columns) -> bool:
    """Return whether a code or points stand beside the middle of a cell, or a code beside the middle of a sentence."""
    placed = {_CODE, *columns.figures}
    if strip.top - above.top < columns.step * _BESIDE and placed & ({*above.parts} ^ {*strip.parts}):
        return True
    if _CODE not in strip.parts or _CODE in above.parts:
        return False
    if columns.title in above.parts.keys() & strip.parts.keys() and _LISTED.match(strip.parts[columns.title].text):
        return True
    both = (above.parts.keys() & strip.parts.keys()) - placed
    return any(_is_low(strip.parts[at]) and columns.joins(above.parts[at], strip.parts[at], at) for at in both)


def _blocks(strips: Sequence[Strip], step: float) -> list[list[Strip]]:
    """Return the strips with those together that no gap and no end of a page parts."""
    blocks: list[list[Strip]] = []
    for strip in strips:
        if not blocks or blocks[-1][-1].page != strip.page or strip.top - blocks[-1][-1].top > step * _GAP:
            blocks.append([])
        blocks[-1].append(strip)
    return blocks


def _are_spaced(blocks: Sequence[Sequence[Strip]]) -> bool:
    """Return whether white stands between all rows: no two codes without a gap."""
    codes = [sum(_CODE in strip.parts for strip in block) for block in blocks]
    return sum(codes) >= _LEAST_CODES and max(codes) == 1


def _is_one_row(block: Sequence[Strip], columns: Columns) -> bool:
    """Return whether no column of figures has two: several options may stand close together."""
    return all(sum(column in strip.parts for strip in block) < 2 for column in columns.figures)


class _Grouping:
    """`owners`: column → the row in which its last cell began. `last`: the strip added last, whole."""

    def __init__(self, columns: Columns, heading: Sequence[Strip]) -> None:
        self.columns = columns
        self.rows: list[list[Strip]] = [list(heading)]
        self.last = heading[-1]
        self.owners = dict.fromkeys(self.last.parts, self.rows[0])

    def add(self, strip: Strip) -> None:
        whole = Strip(strip.page, strip.top, dict(strip.parts))
        begins = self._begins(strip)
        self._hang(strip)
        if begins:
            self.rows.append([])
        if strip.parts:
            self._put(strip)
        self.last = whole

    def add_row(self, block: Sequence[Strip]) -> None:
        """Add a block that is one row, or the rest of one from the page before."""
        first = block[0]
        coded = any(_CODE in strip.parts for strip in block)
        if coded or first.page == self.last.page or self._begins(first):
            self.rows.append([])
        for strip in block:
            self._put(strip)

    def _put(self, strip: Strip) -> None:
        self.rows[-1].append(strip)
        self.owners |= dict.fromkeys(strip.parts, self.rows[-1])
        self.last = strip

    def _begins(self, strip: Strip) -> bool:
        if _CODE in strip.parts:
            return True
        title = self.columns.title
        if title not in strip.parts:
            return self._has_figure_already(strip)
        if strip.page == self.last.page and strip.top - self.last.top > self.columns.step * _GAP:
            return True
        if self._goes_on(strip, title):
            # points beside the last line of an option are those of its first
            return self._has_figure_already(strip) or (self._has_figure(strip) and not _is_low(strip.parts[title]))
        return self._begins_with_title(strip)

    def _begins_with_title(self, strip: Strip) -> bool:
        """A title or option begins: in a cell of several lines, or in a row of its own."""
        if len(self.rows) == 1 or strip.page != self.last.page or not _filled(self.rows[-1], _CODE):
            return True
        return any(not self._hangs(strip, column) for column in strip.parts if column != self.columns.title)

    def _has_figure(self, strip: Strip) -> bool:
        return any(column in self.columns.figures for column in strip.parts)

    def _has_figure_already(self, strip: Strip) -> bool:
        return any(column in self.columns.figures and _filled(self.rows[-1], column) for column in strip.parts)

    def _goes_on(self, strip: Strip, column: int) -> bool:
        above = next((each.parts[column] for each in reversed(self.rows[-1]) if column in each.parts), None)
        return above is not None and self.columns.joins(above, strip.parts[column], column)

    def _hangs(self, strip: Strip, column: int) -> bool:
        """Return whether what stands in `column` is the rest of the cell that began above."""
        above, part = self.last.parts.get(column), strip.parts[column]
        if above is None or column in self.columns.figures:
            return False
        return _is_low(part) or self.columns.joins(above, part, column)

    def _hang(self, strip: Strip) -> None:
        """Give the rest of a cell that reaches down beside other rows to the row in which it began."""
        if _CODE in strip.parts:
            return
        for column in [column for column in strip.parts if column != self.columns.title]:
            owner = self.owners.get(column)
            if owner is not None and owner is not self.rows[-1] and self._hangs(strip, column):
                owner.append(Strip(strip.page, strip.top, {column: strip.parts.pop(column)}))


def _filled(row: Sequence[Strip], column: int) -> bool:
    return any(column in strip.parts for strip in row)


def _is_low(part: PageLine) -> bool:
    return part.text[:1].islower()
