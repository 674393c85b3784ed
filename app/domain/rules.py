"""The ten ways a criterion is scored: frozen values, no code in them. `award` gives the points, `check_rule` doubts.

The maximum lives on the criterion alone. Percentages are figures of a hundred ("85"); None is unbounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Pick(StrEnum):
    """Which of the chosen options counts: the only one, the lowest, the highest."""

    ONE = "one"
    WORST = "worst"
    BEST = "best"


class BandsOn(StrEnum):
    PERCENT = "percent"
    COUNT = "count"


class SurveyBasis(StrEnum):
    """`scaled`: mean ÷ top answer × maximum. `mean`: the mean itself, capped at the maximum."""

    SCALED = "scaled"
    MEAN = "mean"


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class Combine(StrEnum):
    """`all`: measures that disagree are refused. `worst`: the least favourable comparison counts."""

    ALL = "all"
    WORST = "worst"


@dataclass(frozen=True, slots=True)
class ZeroGround:
    """A named ground that gives 0 whatever the figures say."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBase:
    """`nothing_arose`: points when there was nothing to do; None where the rule does not offer it.

    `percent_offered`: the sheet takes a bare percentage, since nobody counts what is measured (Định Hóa 2024, 7.2).
    """

    nothing_arose: Decimal | None = None
    zero_when: tuple[ZeroGround, ...] = ()
    percent_offered: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    text: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRule(RuleBase):
    options: tuple[Option, ...]
    pick: Pick = Pick.ONE


@dataclass(frozen=True, slots=True)
class Step:
    """One band of a BandsRule; `lower` and `upper` None are unbounded."""

    lower: Decimal | None
    lower_closed: bool
    upper: Decimal | None
    upper_closed: bool
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BandsRule(RuleBase):
    on: BandsOn
    bands: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionalRule(RuleBase):
    """min(percent, cap) × maximum ÷ 100, and 0 below the floor (at it too, where the floor is open)."""

    floor: Decimal | None = None
    floor_closed: bool = True
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PerCaseRule(RuleBase):
    each: Decimal
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionRule(RuleBase):
    """0 if percent < threshold or faults ≥ cut-off, else max(floor, start − each × faults); `start` None = maximum."""

    threshold: Decimal | None
    start: Decimal | None
    each: Decimal
    floor: Decimal
    cut_off: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRule(RuleBase):
    weights: tuple[tuple[str, Decimal], ...]
    basis: SurveyBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotsRule(RuleBase):
    """Mean per kind of leader, then the weighted mean of the kinds present."""

    weights: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    key: str
    better: Better


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousPeriodRule(RuleBase):
    measures: tuple[Measure, ...]
    combine: Combine
    higher: Decimal
    equal: Decimal
    lower: Decimal
    first_year: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalRule(RuleBase):
    """value ÷ scale × maximum."""

    scale: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRule(RuleBase):
    """Points given by judgement, in multiples of `step`; None is any."""

    step: Decimal | None = None


Rule = (
    ChoiceRule
    | BandsRule
    | ProportionalRule
    | PerCaseRule
    | DeductionRule
    | SurveyRule
    | BallotsRule
    | PreviousPeriodRule
    | ExternalRule
    | JudgedRule
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a rule a person should look at; unlike a refusal it blocks nothing."""

    code: str
    details: dict[str, object] = field(default_factory=dict)
