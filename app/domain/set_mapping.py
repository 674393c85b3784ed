"""Which criterion of a new set is which of an old one: found by code and by the likeness of titles, corrected by hand.

Nothing is guessed in silence: what is not alike stays unmatched, what is alike but could be wrong is doubtful until a
person confirms it. Two rows are never matched to one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.domain.set_diff import Described

#: the one Vietnamese letter that is not made of a letter and its marks
_STROKED_D = chr(0x111)
#: titles under one code that share half their words are the same criterion, reworded
REWORDED = Fraction(1, 2)
#: under two codes they have to share four fifths: appendices begin many titles with the same words
RENUMBERED = Fraction(4, 5)


class Confidence(StrEnum):
    """How a pair was found. COPIED: the new row was made from the old one. BY_HAND: a person said so."""

    COPIED = "copied"
    SAME_CODE = "same_code"
    LIKENESS = "likeness"
    BY_HAND = "by_hand"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the new set and its origin; `old` None: none was found, and `how` is NONE."""

    old: str | None
    new: str
    how: Confidence
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A pair that could be one. Sorted, the surest comes first."""

    tier: int
    unlikeness: Fraction
    parents: Fraction
    unfolded: Fraction
    distance: int
    old: Described
    new: Described

    @property
    def order(self) -> tuple[int, Fraction, Fraction, Fraction, int, int]:
        return (self.tier, self.parents, self.unlikeness, self.unfolded, self.distance, self.new.position)


SAME, TITLE, REWORDED_TIER, ALIKE = range(4)


def automatic_mapping(old: Sequence[Described], new: Sequence[Described]) -> tuple[Match, ...]:
    """Return a match for every row of the new set, in its order.

    A pair of one code and one title comes first, then one title under another code (a renumbered branch), then one
    code with a reworded title, then titles that are almost one. Accents are folded only to choose between equals.
    """
    candidates = sorted(_candidates(old, new), key=lambda each: each.order)
    taken: dict[str, _Candidate] = {}
    gone: set[str] = set()
    for candidate in candidates:
        if candidate.new.code not in taken and candidate.old.code not in gone:
            taken[candidate.new.code] = candidate
            gone.add(candidate.old.code)
    twins = _Twins(_codes_by_title(old), _codes_by_title(new))
    return tuple(_match(row, taken.get(row.code), twins) for row in new)


@dataclass(frozen=True, slots=True)
class _Twins:
    """The codes each title stands under, in the old set and in the new one."""

    before: Mapping[str, frozenset[str]]
    after: Mapping[str, frozenset[str]]

    def confuse(self, title: str, tier: int) -> bool:
        """Whether the title stands several times and it cannot be told which of them is which."""
        before, after = self.before.get(title, frozenset()), self.after.get(title, frozenset())
        several = max(len(before), len(after)) > 1
        return several and (tier != SAME or not before <= after)


def _codes_by_title(rows: Sequence[Described]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(normalised(row.title), set()).add(row.code)
    return {title: frozenset(codes) for title, codes in found.items()}


def _match(row: Described, found: _Candidate | None, twins: _Twins) -> Match:
    if found is None:
        return Match(None, row.code, Confidence.NONE)
    how = Confidence.SAME_CODE if found.old.code == row.code else Confidence.LIKENESS
    return Match(found.old.code, row.code, how, _doubtful(found, twins))


def _doubtful(found: _Candidate, twins: _Twins) -> bool:
    """Whether a person should look: another title under the code, a title that stands several times, a branch split."""
    if (found.old.rule is None) != (found.new.rule is None):
        return True
    if found.tier in {SAME, TITLE}:
        return twins.confuse(normalised(found.new.title), found.tier)
    return found.tier == ALIKE or found.unlikeness > 1 - RENUMBERED


def _candidates(old: Sequence[Described], new: Sequence[Described]) -> Iterator[_Candidate]:
    words = {text: _bag(text) for row in (*old, *new) for text in (row.title,)}
    parents = [{row.code: row.title for row in rows} for rows in (old, new)]
    for was in old:
        for now in new:
            like = _shared(words[was.title], words[now.title])
            tier = _tier(was, now, like)
            if tier is None:
                continue
            above = parents[0].get(was.parent or "", ""), parents[1].get(now.parent or "", "")
            yield _Candidate(
                tier=tier,
                unlikeness=1 - like,
                parents=1 - likeness(*above),
                unfolded=1 - likeness(_folded(was.title), _folded(now.title)),
                distance=abs(was.position - now.position),
                old=was,
                new=now,
            )


def _tier(was: Described, now: Described, like: Fraction) -> int | None:
    same_title = normalised(was.title) == normalised(now.title)
    if was.code == now.code:
        if same_title:
            return SAME
        return REWORDED_TIER if like >= REWORDED else None
    if same_title:
        return TITLE
    return ALIKE if like >= RENUMBERED else None


def likeness(one: str, other: str) -> Fraction:
    """Return the share of words two titles have in common, 0 to 1; two empty ones are one."""
    return _shared(_bag(one), _bag(other))


def _shared(one: Counter[str], other: Counter[str]) -> Fraction:
    total = one.total() + other.total()
    return Fraction(2 * (one & other).total(), total) if total else Fraction(1)


def _bag(text: str) -> Counter[str]:
    return Counter(normalised(text).split())


def normalised(text: str) -> str:
    """Return a title as it is compared: small letters, one form of every accent, no punctuation, single blanks."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(re.findall(r"\w+", composed))


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold()).replace(_STROKED_D, "d")
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def composed(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping through two versions: what `second` makes of what `first` makes of a code."""
    return {old: second[middle] for old, middle in first.items() if middle in second}
