"""Claims at every bound of a rule: just below, at and just above it, nothing, everything, nothing to measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
    CountClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    PointsClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
    ZeroClaim,
)
from app.domain.rule_trial import Explained, explain
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    Better,
    ChoiceRule,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    Measure,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    SurveyRule,
)

ZERO, ONE, TEN, HUNDRED = Decimal(0), Decimal(1), Decimal(10), Decimal(100)
#: a table nobody reads to its end proves nothing
MOST_CASES = 24
NOTHING_TO_MEASURE = RatioClaim(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    claim: Claim
    outcome: Explained


def boundary_claims(rule: Rule, maximum: Decimal) -> tuple[BoundaryCase, ...]:
    """Return the claims at the rule's bounds with what each earns, or why it is refused; each claim once."""
    claims = dict.fromkeys([*_claims(rule, maximum), *_without_figures(rule)])
    return tuple(BoundaryCase(claim, explain(rule, claim, maximum)) for claim in list(claims)[:MOST_CASES])


def _without_figures(rule: Rule) -> Iterator[Claim]:
    if rule.nothing_arose is not None:
        yield NothingAroseClaim()
    for ground in rule.zero_when:
        yield ZeroClaim(ground.key)


def _claims(rule: Rule, maximum: Decimal) -> Iterator[Claim]:  # noqa: C901 - one arm for each kind
    match rule:
        case ChoiceRule():
            yield from _options(rule)
        case BandsRule(on=BandsOn.PERCENT):
            yield from _shares(_bounds(rule))
        case BandsRule():
            yield from (CountClaim(count) for count in sorted(_around(_bounds(rule), ONE)))
        case ProportionalRule():
            yield from _shares([bound for bound in (rule.floor, rule.cap) if bound is not None])
        case PerCaseRule():
            yield from (CountClaim(count) for count in _cases(rule, maximum))
        case DeductionRule():
            yield from _faults(rule, maximum)
        case SurveyRule():
            yield from _tallies(rule)
        case BallotsRule():
            yield from _ballots(rule, maximum)
        case PreviousPeriodRule():
            yield from _comparisons(rule)
        case ExternalRule(scale=scale):
            yield from (ValueClaim(value) for value in (ZERO, scale / 2, scale, scale + 1))
        case JudgedRule(step=step):
            given = (ZERO, step or maximum / 2, step / 2 if step is not None else ZERO, maximum, maximum + 1)
            yield from (PointsClaim(points) for points in given)
        case _:
            assert_never(rule)


def _options(rule: ChoiceRule) -> Iterator[Claim]:
    yield from (OptionClaim((option.key,)) for option in rule.options)
    if rule.pick is not Pick.ONE and len(rule.options) > 1:
        yield OptionClaim(tuple(option.key for option in rule.options))


def _bounds(rule: BandsRule) -> list[Decimal]:
    ends = {end for band in rule.bands for end in (band.lower, band.upper) if end is not None}
    return sorted(ends)


def _around(bounds: Iterable[Decimal], step: Decimal) -> set[Decimal]:
    """Return 0, and each bound with its neighbours; whole figures where `step` is whole."""
    near = {bound + each for bound in bounds for each in (-step, ZERO, step)}
    return {ZERO} | {figure for figure in near if figure >= 0 and figure == figure.to_integral_value()}


def _shares(bounds: Iterable[Decimal]) -> Iterator[RatioClaim]:
    """Yield ratios: none of all, a tenth of a percent (less, for finer bounds) around each bound, all, none of none."""
    bounds = [bound for bound in bounds if bound >= 0]
    whole = _whole_for(bounds)
    counted = {ZERO, whole} | {bound * whole / HUNDRED + near for bound in bounds for near in (-ONE, ZERO, ONE)}
    yield from (RatioClaim(count, whole) for count in sorted(counted) if count >= 0)
    yield NOTHING_TO_MEASURE


def _whole_for(bounds: Iterable[Decimal]) -> Decimal:
    """Return a total of which every bound is a whole number of cases: 1000, or more for finer bounds."""
    exponents = [int(bound.normalize().as_tuple().exponent) for bound in bounds]
    return HUNDRED * TEN ** max(1, *(-exponent for exponent in exponents), 1)


def _cases(rule: PerCaseRule, maximum: Decimal) -> list[Decimal]:
    """Return no case, one, and those around the one that reaches the cap or the maximum."""
    most = maximum if rule.cap is None else min(rule.cap, maximum)
    enough = Decimal(-(-Fraction(most) // Fraction(rule.each)))
    return sorted({ZERO, ONE} | {count for count in (enough - 1, enough, enough + 1) if count >= 0})


def _faults(rule: DeductionRule, maximum: Decimal) -> Iterator[FaultsClaim]:
    start = maximum if rule.start is None else rule.start
    used_up = Decimal(-(-Fraction(max(start - rule.floor, ZERO)) // Fraction(rule.each)))
    ends = {used_up} if rule.cut_off is None else {min(used_up, Decimal(rule.cut_off)), Decimal(rule.cut_off)}
    ordered = sorted({ZERO, ONE} | {count for end in ends for count in (end - 1, end) if count >= 0})
    if rule.threshold is None:
        yield from (FaultsClaim(count, None) for count in ordered)
        return
    shares = list(_shares([rule.threshold]))
    yield from (FaultsClaim(ZERO, share) for share in shares)
    whole = shares[0].denominator
    at = RatioClaim(rule.threshold * whole / HUNDRED, whole)
    yield from (FaultsClaim(count, at) for count in ordered if count <= whole)


def _tallies(rule: SurveyRule) -> Iterator[TallyClaim]:
    by_weight = [key for key, _ in sorted(rule.weights, key=lambda pair: pair[1])]
    yield TallyClaim(((by_weight[0], ONE),))
    yield TallyClaim(tuple((key, ONE) for key, _ in rule.weights))
    yield TallyClaim(((by_weight[-1], ONE),))
    yield TallyClaim(tuple((key, ZERO) for key, _ in rule.weights))


def _ballots(rule: BallotsRule, maximum: Decimal) -> Iterator[BallotsClaim]:
    yield from (BallotsClaim(tuple(Ballot(key, given) for key, _ in rule.weights)) for given in (ZERO, maximum))
    first = rule.weights[0][0]
    mixed = tuple(Ballot(key, maximum if key == first else ZERO) for key, _ in rule.weights)
    yield from (BallotsClaim(mixed), BallotsClaim(mixed[:1]), BallotsClaim(()))


def _comparisons(rule: PreviousPeriodRule) -> Iterator[MeasuresClaim]:
    """Yield all measures better, equal, worse; the first alone better; and a year without a figure before it."""
    for change in (1, 0, -1):
        yield MeasuresClaim(tuple(_moved(measure, change) for measure in rule.measures))
    if len(rule.measures) > 1:
        yield MeasuresClaim(tuple(_moved(measure, -1 if place else 1) for place, measure in enumerate(rule.measures)))
    yield MeasuresClaim(tuple(Comparison(measure.key, None, TEN) for measure in rule.measures))


def _moved(measure: Measure, change: int) -> Comparison:
    better = change if measure.better is Better.HIGHER else -change
    return Comparison(measure.key, TEN, TEN + better)
