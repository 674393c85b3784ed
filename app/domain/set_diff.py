"""What tells two versions of a criteria set apart, under a mapping of the old codes to the new ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum

from app.domain.rules import Rule
from app.domain.terms import ScoredBy


@dataclass(frozen=True, slots=True)
class Described:
    """One row of a set with everything it says; `position` is the order of the paper, `agency` as it is called."""

    code: str
    parent: str | None
    title: str
    maximum: Decimal
    position: int
    original: str = ""
    requirement: str = ""
    evidence: str = ""
    agency: str = ""
    scored_by: ScoredBy | None = None
    rule: Rule | None = None


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    MAXIMUM = "maximum"
    WORDS = "words"
    RULE = "rule"


class Move(StrEnum):
    """What of its place changed: the code it is printed under, the branch above it, the order among its siblings."""

    CODE = "code"
    PARENT = "parent"
    POSITION = "position"


class Piece(StrEnum):
    EQUAL = "equal"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of words that stands in both texts, in the old one alone, or in the new one alone."""

    piece: Piece
    text: str


#: the sentences of a row, in the order a screen shows them
SENTENCES = ("title", "original", "requirement", "evidence", "agency")


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed of one row. `words`: the sentences that changed, field by field, with what was taken and given."""

    old: Described | None
    new: Described | None
    kinds: frozenset[ChangeKind]
    moves: frozenset[Move] = frozenset()
    words: Mapping[str, tuple[Segment, ...]] = field(default_factory=dict)

    @property
    def place(self) -> Described:
        """The row to name: the new one, or the old one where it is gone."""
        row = self.new or self.old
        assert row is not None
        return row


def differences(
    old: Sequence[Described], new: Sequence[Described], mapping: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Return every row that differs, in the order of the new paper, each removed row where it stood in the old one.

    `mapping`: old code → new code, no two to one. A pair with a code one of the sets does not have counts for nothing.
    """
    before, after = {row.code: row for row in old}, {row.code: row for row in new}
    pairs = {here: there for here, there in mapping.items() if here in before and there in after}
    origins = {there: here for here, there in pairs.items()}
    out_of_order = _out_of_order(old, new, pairs)
    found: list[tuple[tuple[int, int], Difference]] = []
    for row in new:
        difference = _changed(before.get(origins.get(row.code, "")), row, pairs, out_of_order=row.code in out_of_order)
        if difference.kinds:
            found.append(((row.position, 1), difference))
    for place, gone in _removed(old, after, pairs):
        found.append(((place, 2), Difference(gone, None, frozenset({ChangeKind.REMOVED}))))
    return tuple(difference for _place, difference in sorted(found, key=lambda each: each[0]))


def counted(found: Iterable[Difference]) -> dict[ChangeKind, int]:
    """Return how many rows differ in each way, ways in their one order; a row may differ in several."""
    rows = tuple(found)
    return {kind: sum(kind in row.kinds for row in rows) for kind in ChangeKind}


def difference_of(old: Described, new: Described) -> Difference:
    """Return what changed between two rows, each taken alone: their places in the tree are not compared."""
    return Difference(old, new, frozenset(_content_kinds(old, new)), words=_words(old, new))


def marked(old: str, new: str) -> tuple[Segment, ...]:
    """Return the two texts as one, word by word: what stayed, what was taken out, what was put in."""
    before, after = _words_of(old), _words_of(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    segments: list[Segment] = []
    for tag, low, high, start, end in matcher.get_opcodes():
        if tag == "equal":
            segments.append(Segment(Piece.EQUAL, " ".join(after[start:end])))
            continue
        if high > low:
            segments.append(Segment(Piece.REMOVED, " ".join(before[low:high])))
        if end > start:
            segments.append(Segment(Piece.ADDED, " ".join(after[start:end])))
    return tuple(segments)


def _words_of(text: str) -> list[str]:
    """Return a text word by word: how it is broken into lines is no matter of words."""
    return text.split()


def _changed(old: Described | None, new: Described, pairs: Mapping[str, str], *, out_of_order: bool) -> Difference:
    if old is None:
        return Difference(None, new, frozenset({ChangeKind.ADDED}))
    moves = set()
    if old.code != new.code:
        moves.add(Move.CODE)
    if (None if old.parent is None else pairs.get(old.parent)) != new.parent:
        moves.add(Move.PARENT)
    if out_of_order:
        moves.add(Move.POSITION)
    kinds = _content_kinds(old, new)
    if moves:
        kinds.add(ChangeKind.MOVED)
    return Difference(old, new, frozenset(kinds), frozenset(moves), _words(old, new))


def _content_kinds(old: Described, new: Described) -> set[ChangeKind]:
    kinds = set()
    if old.maximum != new.maximum:
        kinds.add(ChangeKind.MAXIMUM)
    if (old.rule, old.scored_by) != (new.rule, new.scored_by):
        kinds.add(ChangeKind.RULE)
    if _words(old, new):
        kinds.add(ChangeKind.WORDS)
    return kinds


def _words(old: Described, new: Described) -> dict[str, tuple[Segment, ...]]:
    texts = {name: (getattr(old, name), getattr(new, name)) for name in SENTENCES}
    return {name: marked(was, now) for name, (was, now) in texts.items() if _words_of(was) != _words_of(now)}


def _removed(
    old: Sequence[Described], after: Mapping[str, Described], pairs: Mapping[str, str]
) -> list[tuple[int, Described]]:
    """Return each removed row with the new position of the nearest kept row before it."""
    found, place = [], 0
    for row in sorted(old, key=lambda each: each.position):
        if row.code in pairs:
            place = after[pairs[row.code]].position
        else:
            found.append((place, row))
    return found


def _out_of_order(old: Sequence[Described], new: Sequence[Described], pairs: Mapping[str, str]) -> frozenset[str]:
    """Return the new codes that changed their place among the siblings they had and have.

    Rows put in or taken out shift everybody behind them: that moves nobody. The fewest rows that explain the new
    order count as moved.
    """
    before = {row.code: row for row in old}
    origins = {there: before[here] for here, there in pairs.items()}
    families: dict[str | None, list[Described]] = {}
    for row in sorted(new, key=lambda each: each.position):
        origin = origins.get(row.code)
        if origin is not None and (None if origin.parent is None else pairs.get(origin.parent)) == row.parent:
            families.setdefault(row.parent, []).append(row)
    moved: set[str] = set()
    for family in families.values():
        kept = _longest_rise([origins[row.code].position for row in family])
        moved |= {row.code for place, row in enumerate(family) if place not in kept}
    return frozenset(moved)


def _longest_rise(figures: Sequence[int]) -> frozenset[int]:
    """Return the places of a longest rising run of `figures`."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, figure in enumerate(figures):
        rank = bisect_left(ends, figure)
        before.append(last[rank - 1] if rank else -1)
        ends[rank:] = [figure, *ends[rank + 1 :]]
        last[rank:] = [place, *last[rank + 1 :]]
    kept: set[int] = set()
    place = last[-1] if last else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return frozenset(kept)
