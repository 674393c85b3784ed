"""A claim in one line of words, for the examples of a workbook: "18/20", "mức 1", "2 lỗi; 18/20".

The way back stands in ``app/reading/claim_cells.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from app.domain import set_words as w
from app.domain.cell_words import figure_words, keyed, written_key
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


def claim_words(claim: Claim) -> str:  # noqa: C901, PLR0912 - one arm for each kind
    """Return the claim in words. Raises InputInvalid("key_not_writable")."""
    match claim:
        case DeclinedClaim():
            return w.CLAIM_DECLINED
        case NothingAroseClaim():
            return w.CLAIM_NOTHING_AROSE
        case ZeroClaim(key=key):
            return w.CLAIM_ZERO + written_key(key)
        case OptionClaim(keys=keys):
            return _joined(w.CLAIM_OPTION + written_key(key) for key in keys) or w.CLAIM_NO_OPTION
        case RatioClaim() | PercentClaim():
            return _share(claim)
        case CountClaim(count=count):
            return figure_words(count) + w.CLAIM_CASES
        case FaultsClaim(faults=faults, share=share):
            told = figure_words(faults) + w.CLAIM_FAULTS
            return told if share is None else f"{told}; {_share(share)}"
        case TallyClaim(tally=tally):
            told = _joined(f"{keyed(w.CLAIM_ANSWER, key)}: {figure_words(count)}" for key, count in tally)
            return told or w.CLAIM_NO_ANSWER
        case BallotsClaim(ballots=ballots):
            return _joined(_ballot(ballot) for ballot in ballots) or w.CLAIM_NO_BALLOT
        case MeasuresClaim(measures=measures):
            return _joined(_comparison(measure) for measure in measures) or w.CLAIM_NO_MEASURE
        case ValueClaim(value=value):
            return w.CLAIM_VALUE + figure_words(value)
        case PointsClaim(points=points):
            return w.CLAIM_POINTS + figure_words(points)
        case _:
            assert_never(claim)


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _share(share: RatioClaim | PercentClaim) -> str:
    if isinstance(share, PercentClaim):
        return f"{figure_words(share.percent)}%"
    return f"{figure_words(share.numerator)}/{figure_words(share.denominator)}"


def _ballot(ballot: Ballot) -> str:
    return f"{keyed(w.CLAIM_BALLOT, ballot.kind, w.LEADERS)}: {figure_words(ballot.points)}"


def _comparison(measure: Comparison) -> str:
    before = w.CLAIM_NO_FIGURE if measure.previous is None else figure_words(measure.previous)
    return f"{keyed(w.CLAIM_MEASURE, measure.key, w.MEASURES)}: {before} → {figure_words(measure.current)}"
