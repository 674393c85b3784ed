"""The words of an example → a claim. The way out stands in ``app/domain/claim_words.py``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from app.domain import set_words as w
from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
    CountClaim,
    DeclinedClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    PercentClaim,
    PointsClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
    ZeroClaim,
)
from app.domain.errors import InputInvalid
from app.reading.own_cells import SheetRow, likened

_SHARE = re.compile(r"(?P<percent>-?[0-9.,]+) ?%|(?P<part>-?[0-9.,]+) ?/ ?(?P<total>-?[0-9.,]+)")


#: claims without a figure or a key
_BARE: Mapping[str, Claim] = {
    w.CLAIM_DECLINED: DeclinedClaim(),
    w.CLAIM_NOTHING_AROSE: NothingAroseClaim(),
    w.CLAIM_NO_OPTION: OptionClaim(()),
    w.CLAIM_NO_ANSWER: TallyClaim(()),
    w.CLAIM_NO_BALLOT: BallotsClaim(()),
    w.CLAIM_NO_MEASURE: MeasuresClaim(()),
}


class _Words:
    """One cell's claim, cut at its semicolons."""

    def __init__(self, row: SheetRow, column: str) -> None:
        self.row, self.column = row, column
        self.text = row.name(column)
        self.parts = [" ".join(part.split()) for part in self.text.split(";")]

    def refusal(self) -> InputInvalid:
        return self.row.refusal(
            "workbook_claim_unreadable", self.column, text=self.text[:60], examples=w.CLAIM_EXAMPLES
        )

    def figure(self, text: str) -> Decimal:
        return self.row.read_figure(self.column, text.strip())

    def behind(self, start: str) -> list[str]:
        """Return what stands behind `start` in every part; nothing unless every part begins so."""
        if all(likened(part[: len(start)]) == likened(start) and len(part) > len(start) for part in self.parts):
            return [part[len(start) :] for part in self.parts]
        return []

    def told(self, start: str, words: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
        """Return key and figure of parts like "trả lời 1: 3"."""
        keys = {likened(word): key for key, word in (words or {}).items()}
        pairs = [part.partition(":") for part in self.behind(start)]
        if any(not colon or not key for key, colon, _ in pairs):
            raise self.refusal()
        return [(keys.get(likened(key), key), figure.strip()) for key, _, figure in pairs]

    def share(self, text: str) -> RatioClaim | PercentClaim:
        found = _SHARE.fullmatch(text)
        if found is None:
            raise self.refusal()
        if found["percent"]:
            return PercentClaim(self.figure(found["percent"]))
        return RatioClaim(self.figure(found["part"]), self.figure(found["total"]))


def claim_of(row: SheetRow, column: str) -> Claim:
    """Return the claim a cell tells. Raises InputInvalid("workbook_claim_unreadable")."""
    words = _Words(row, column)
    first, alone = words.parts[0], len(words.parts) == 1
    if alone and (said := _BARE.get(likened(first))) is not None:
        return said
    if keys := words.behind(w.CLAIM_OPTION):
        return OptionClaim(tuple(keys))
    if answers := words.told(w.CLAIM_ANSWER):
        return TallyClaim(tuple((key, words.figure(count)) for key, count in answers))
    if ballots := words.told(w.CLAIM_BALLOT, w.LEADERS):
        return BallotsClaim(tuple(Ballot(kind, words.figure(points)) for kind, points in ballots))
    if measures := words.told(w.CLAIM_MEASURE, w.MEASURES):
        return MeasuresClaim(tuple(_comparison(words, key, told) for key, told in measures))
    if first.endswith(w.CLAIM_FAULTS) and len(words.parts) <= 2:
        share = None if alone else words.share(words.parts[1])
        return FaultsClaim(words.figure(first.removesuffix(w.CLAIM_FAULTS)), share)
    if alone:
        return _alone(words, first)
    raise words.refusal()


def _alone(words: _Words, text: str) -> Claim:
    if keys := words.behind(w.CLAIM_ZERO):
        return ZeroClaim(keys[0])
    if values := words.behind(w.CLAIM_VALUE):
        return ValueClaim(words.figure(values[0]))
    if points := words.behind(w.CLAIM_POINTS):
        return PointsClaim(words.figure(points[0]))
    if text.endswith(w.CLAIM_CASES):
        return CountClaim(words.figure(text.removesuffix(w.CLAIM_CASES)))
    return words.share(text)


def _comparison(words: _Words, key: str, told: str) -> Comparison:
    before, arrow, now = told.partition("→")
    if not arrow:
        raise words.refusal()
    previous = None if likened(before) == w.CLAIM_NO_FIGURE else words.figure(before)
    return Comparison(key, previous, words.figure(now))
