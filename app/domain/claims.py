"""What a unit (or whoever scores a leaf) claims: figures and choices, never points but where the rule is judged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OptionClaim:
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatioClaim:
    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True, slots=True)
class PercentClaim:
    """A percentage taken exactly as typed."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class CountClaim:
    count: Decimal


@dataclass(frozen=True, slots=True)
class FaultsClaim:
    """Faults, beside the share they are measured against; `share` None where the rule has no threshold."""

    faults: Decimal
    share: RatioClaim | PercentClaim | None


@dataclass(frozen=True, slots=True)
class TallyClaim:
    tally: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Ballot:
    kind: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class BallotsClaim:
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`previous` None: the unit has no figure of last year."""

    key: str
    previous: Decimal | None
    current: Decimal


@dataclass(frozen=True, slots=True)
class MeasuresClaim:
    measures: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class ValueClaim:
    value: Decimal


@dataclass(frozen=True, slots=True)
class PointsClaim:
    points: Decimal


@dataclass(frozen=True, slots=True)
class NothingAroseClaim:
    pass


@dataclass(frozen=True, slots=True)
class DeclinedClaim:
    """Left unscored ("Không tự chấm"): 0 on purpose, settled, appraised like any leaf."""


@dataclass(frozen=True, slots=True)
class ZeroClaim:
    key: str


Claim = (
    OptionClaim
    | RatioClaim
    | PercentClaim
    | CountClaim
    | FaultsClaim
    | TallyClaim
    | BallotsClaim
    | MeasuresClaim
    | ValueClaim
    | PointsClaim
    | NothingAroseClaim
    | DeclinedClaim
    | ZeroClaim
)
