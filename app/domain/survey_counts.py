"""Counts of a survey: how many people gave each answer, of the sheets that came back; and the arithmetic, written out.

Source: Định Hóa 2024, Phụ lục II, 1.1: (c×1) + (d×2) + (e×3) + (g×4) + (h×5)/B, c … h being the people who chose the
answers 1 … 5 and B those who answered. As printed only the last term is over B; the set records the reading: `scaled`
is the mean over the top answer, times the maximum; `mean` is the mean itself, at most the maximum.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.award import award
from app.domain.claims import BallotsClaim, TallyClaim
from app.domain.entered_lines import RETURNED_KEY, Line
from app.domain.errors import InputInvalid
from app.domain.rules import BallotsRule, SurveyBasis, SurveyRule

_WHOLE = re.compile(r"\d{1,9}")
_NEGATIVE = re.compile(r"[-−–]\s*\d.*")


@dataclass(frozen=True, slots=True)
class Counted:
    """What one survey counted about one unit on one leaf; `returned` is the sheets that came back, unanswered too."""

    counts: Mapping[str, int]
    returned: int

    @property
    def answered(self) -> int:
        return sum(self.counts.values())


def read_counts(rule: SurveyRule, line: Line) -> Counted | None:
    """Return the counts a line gives, a cell left empty being 0; None where the whole line is empty.

    Raises: InputInvalid naming the column: count_negative, count_not_whole, sheets_missing, counts_exceed_sheets,
    nobody_answered.
    """
    if line.blank:
        return None
    counts = {answer: whole(line.cell(answer) or "0", column=answer) for answer, _ in rule.weights}
    if not line.cell(RETURNED_KEY):
        raise InputInvalid("sheets_missing", field=RETURNED_KEY)
    counted = Counted(counts, whole(line.cell(RETURNED_KEY), column=RETURNED_KEY))
    if counted.answered > counted.returned:
        raise InputInvalid("counts_exceed_sheets", count=counted.answered, sheets=counted.returned, field=RETURNED_KEY)
    if counted.answered == 0:
        raise InputInvalid("nobody_answered", field=RETURNED_KEY)
    return counted


def whole(text: str, *, column: str) -> int:
    """Return a number of people or sheets. Raises InputInvalid count_negative, count_not_whole."""
    if _NEGATIVE.fullmatch(text.strip()):
        raise InputInvalid("count_negative", text=text.strip()[:20], column=column, field=column)
    if not _WHOLE.fullmatch(text.strip()):
        raise InputInvalid("count_not_whole", text=text.strip()[:20], column=column, field=column)
    return int(text)


def added(tallies: Iterable[Mapping[str, int]]) -> TallyClaim:
    """Return the answers of several target groups counted together: every person who answered weighs the same."""
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update(tally)
    return TallyClaim(tuple((answer, Decimal(count)) for answer, count in sorted(total.items())))


@dataclass(frozen=True, slots=True)
class SurveySum:
    """(c×1 + d×2 + …)/B with its figures: `terms` are people × value of their answer, lowest value first.

    `top` None: the mean itself counts (`mean`), capped at the maximum; else mean ÷ top × maximum (`scaled`).
    """

    terms: tuple[tuple[int, Decimal], ...]
    answered: int
    weighted: Decimal
    mean: Fraction
    top: Decimal | None
    maximum: Decimal
    points: Decimal


def survey_sum(rule: SurveyRule, tally: TallyClaim, maximum: Decimal) -> SurveySum:
    """Return the arithmetic of a survey's points. Raises ClaimInvalid as `award` does."""
    points = award(rule, tally, maximum)
    given, weights = dict(tally.tally), sorted(rule.weights, key=lambda pair: pair[1])
    terms = tuple((int(given.get(answer, 0)), value) for answer, value in weights)
    answered = sum(count for count, _ in terms)
    weighted = sum((count * value for count, value in terms), Decimal(0))
    top = weights[-1][1] if rule.basis is SurveyBasis.SCALED else None
    return SurveySum(terms, answered, weighted, Fraction(weighted) / answered, top, maximum, points)


@dataclass(frozen=True, slots=True)
class KindMean:
    """One kind of leader: how many sheets, their mean, and its weight."""

    kind: str
    sheets: int
    mean: Fraction
    weight: Decimal


@dataclass(frozen=True, slots=True)
class BallotsSum:
    """Σ(weight × mean of the kind) ÷ Σ(weights of the kinds that gave a sheet)."""

    kinds: tuple[KindMean, ...]
    points: Decimal


def ballots_sum(rule: BallotsRule, claim: BallotsClaim, maximum: Decimal) -> BallotsSum:
    """Return the arithmetic of points given by leaders. Raises ClaimInvalid as `award` does."""
    points = award(rule, claim, maximum)
    kinds = []
    for kind, weight in rule.weights:
        given = [Fraction(ballot.points) for ballot in claim.ballots if ballot.kind == kind]
        if given:
            kinds.append(KindMean(kind, len(given), sum(given, Fraction(0)) / len(given), weight))
    return BallotsSum(tuple(kinds), points)


LeafSum = SurveySum | BallotsSum
