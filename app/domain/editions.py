"""Editions of a published table: what a later one keeps of an earlier one, and what it changes.

Source: QĐ 1820/QĐ-UBND, Điều 7: a result found at fault is annulled and the unit classed again. Whether the others move
is not said there: the approving authority answers it with the annulment, and the answer is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.ranking import Figure

K = TypeVar("K", bound=Hashable)


class PositionsAfter(StrEnum):
    """What an annulment does to the positions of the others: they keep the printed ones, or all are ranked anew."""

    KEPT = "kept"
    RECOMPUTED = "recomputed"


@dataclass(frozen=True, slots=True)
class Placed(Generic[K]):
    """One unit of the new table: the figure its position is decided on, and the position all ranked anew would give."""

    key: K
    figure: Figure
    tie_breakers: tuple[Figure, ...]
    position: int

    @property
    def standing(self) -> tuple[Figure, tuple[Figure, ...]]:
        return self.figure, self.tie_breakers


def kept_positions(placed: Sequence[Placed[K]], kept: Mapping[K, int]) -> Mapping[K, int]:
    """Return every position where the units of `kept` keep theirs.

    A unit that comes (back) in takes the place all ranked anew would give it, but never one before a unit that has as
    much as it, or more: the place of such a unit is shared then. A place left by a unit that fell stays empty.
    """
    found: dict[K, int] = {}
    for each in placed:
        ahead = [kept[other.key] for other in placed if other.key in kept and other.standing >= each.standing]
        found[each.key] = kept.get(each.key, max([each.position, *ahead]))
    return found


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is odd in a table whose positions were kept: places nobody has, places of units that are not equal."""

    empty: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()


def position_remarks(places: Sequence[tuple[int, Figure]]) -> Remarks:
    """Name the empty and the shared places of (position, figure); places behind equals (1-2-2-4) are neither."""
    counts = Counter(place for place, _figure in places)
    taken = {place + step for place, count in counts.items() for step in range(count)}
    figures: dict[int, set[Figure]] = {}
    for place, figure in places:
        figures.setdefault(place, set()).add(figure)
    return Remarks(
        empty=tuple(place for place in range(1, max(counts, default=0)) if place not in taken),
        shared=tuple(sorted(place for place, known in figures.items() if len(known) > 1)),
    )


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One unit's line of an edition, as far as two editions are compared."""

    unit: str
    name: str
    standing: str
    index: Decimal | None
    grade: str | None
    position: int | None


class Moved(StrEnum):
    """How a line of an edition differs from the one before."""

    ENTERED = "entered"
    LEFT = "left"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class EditionChange:
    """A line that differs from the edition before; the side that is not there is None."""

    how: Moved
    was: EditionRow | None
    now: EditionRow | None


def edition_changes(before: Sequence[EditionRow], after: Sequence[EditionRow]) -> tuple[EditionChange, ...]:
    """Return the units that entered or left the table, or changed index, class or position, in the order of `after`."""
    then = {row.unit: row for row in before}
    found = []
    for row in after:
        was = then.get(row.unit)
        if was == row or (was is not None and was.index is None and row.index is None):
            continue
        found.append(EditionChange(_how(was, row), was, row))
    return tuple(found)


def _how(was: EditionRow | None, now: EditionRow) -> Moved:
    if now.index is None:
        return Moved.LEFT
    return Moved.ENTERED if was is None or was.index is None else Moved.CHANGED
