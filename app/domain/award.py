"""`award(rule, claim, maximum)`: the one place where a claim becomes points.

Ratios are compared and multiplied as exact fractions; a printed percentage never decides (84,999… is below 85).
Source: DOMAIN rules of QĐ 1820/QĐ-UBND Điều 6.1a (never above the maximum) and the annex of Định Hóa 2024.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from app.domain.claims import (
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
from app.domain.errors import ClaimInvalid
from app.domain.points import to_points
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    Better,
    ChoiceRule,
    Combine,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyBasis,
    SurveyRule,
)

NOTHING = Fraction(0)


def award(
    rule: Rule,
    claim: Claim,
    maximum: Decimal,
    *,
    campaign_zero_keys: frozenset[str] = frozenset(),
) -> Decimal:
    """Return the points `claim` earns by `rule`: 0…`maximum`, four decimals, half up.

    `campaign_zero_keys` are the campaign's own grounds for 0, open to verdicts only.
    Raises: ClaimInvalid with a code naming what cannot be measured.
    """
    match claim:
        case DeclinedClaim():
            return to_points(NOTHING)
        case NothingAroseClaim():
            if rule.nothing_arose is None:
                raise ClaimInvalid("nothing_arose_not_offered")
            earned = Fraction(rule.nothing_arose)
        case ZeroClaim(key=key):
            if key not in campaign_zero_keys and key not in {ground.key for ground in rule.zero_when}:
                raise ClaimInvalid("zero_key_unknown", key=key)
            return to_points(NOTHING)
        case _:
            earned = _earned(rule, claim, maximum)
    return to_points(min(max(earned, NOTHING), Fraction(maximum)))


def _earned(rule: Rule, claim: Claim, maximum: Decimal) -> Fraction:  # noqa: C901 - one arm for each kind
    match rule:
        case ChoiceRule():
            return _choice(rule, claim)
        case BandsRule():
            return Fraction(band_of(rule, claim).points)
        case ProportionalRule():
            return _proportional(rule, percent_claimed(claim), maximum)
        case PerCaseRule():
            earned = Fraction(rule.each) * _count(claim)
            return earned if rule.cap is None else min(earned, Fraction(rule.cap))
        case DeductionRule():
            return _deduction(rule, claim, maximum)
        case SurveyRule():
            return _survey(rule, claim, maximum)
        case BallotsRule():
            return _ballots(rule, claim)
        case PreviousPeriodRule():
            return _compared(rule, claim)
        case ExternalRule():
            if not isinstance(claim, ValueClaim):
                raise ClaimInvalid("claim_shape", expected="value")
            return _not_negative(claim.value) / Fraction(rule.scale) * Fraction(maximum)
        case JudgedRule():
            return _judged(rule, claim, maximum)
        case _:
            assert_never(rule)


def _choice(rule: ChoiceRule, claim: Claim) -> Fraction:
    if not isinstance(claim, OptionClaim):
        raise ClaimInvalid("claim_shape", expected="option")
    points = {option.key: option.points for option in rule.options}
    if not claim.keys:
        raise ClaimInvalid("option_missing")
    if rule.pick is Pick.ONE and len(claim.keys) > 1:
        raise ClaimInvalid("too_many_options")
    for key in claim.keys:
        if key not in points:
            raise ClaimInvalid("unknown_option", option=key)
    chosen = [points[key] for key in claim.keys]
    return Fraction(max(chosen) if rule.pick is Pick.BEST else min(chosen))


def band_of(rule: BandsRule, claim: Claim) -> Step:
    """Return the band a claim falls into. Raises ClaimInvalid("no_band"), or as the figure does not measure."""
    figure = percent_claimed(claim) if rule.on is BandsOn.PERCENT else _count(claim)
    for band in rule.bands:
        if _within(figure, band):
            return band
    raise ClaimInvalid("no_band")


def _within(figure: Fraction, band: Step) -> bool:
    above = band.lower is None or figure > band.lower or (band.lower_closed and figure == band.lower)
    below = band.upper is None or figure < band.upper or (band.upper_closed and figure == band.upper)
    return above and below


def _proportional(rule: ProportionalRule, percent: Fraction, maximum: Decimal) -> Fraction:
    if rule.floor is not None and (percent < rule.floor or (percent == rule.floor and not rule.floor_closed)):
        return NOTHING
    counted = percent if rule.cap is None else min(percent, Fraction(rule.cap))
    return counted * Fraction(maximum) / 100


def _deduction(rule: DeductionRule, claim: Claim, maximum: Decimal) -> Fraction:
    if not isinstance(claim, FaultsClaim):
        raise ClaimInvalid("claim_shape", expected="faults")
    faults = _whole(claim.faults, "faults")
    if claim.share is None and rule.threshold is not None:
        raise ClaimInvalid("claim_missing_field", field="numerator")
    percent = None if claim.share is None else percent_claimed(claim.share)
    if isinstance(claim.share, RatioClaim) and faults > claim.share.denominator:
        raise ClaimInvalid("faults_exceed_total")
    below = rule.threshold is not None and percent is not None and percent < rule.threshold
    if below or (rule.cut_off is not None and faults >= rule.cut_off):
        return NOTHING
    start = Fraction(maximum if rule.start is None else rule.start)
    return max(Fraction(rule.floor), start - Fraction(rule.each) * faults)


def _survey(rule: SurveyRule, claim: Claim, maximum: Decimal) -> Fraction:
    if not isinstance(claim, TallyClaim):
        raise ClaimInvalid("claim_shape", expected="tally")
    weights = dict(rule.weights)
    answers, weighted = NOTHING, NOTHING
    for answer, given in claim.tally:
        if answer not in weights:
            raise ClaimInvalid("unknown_option", option=answer)
        count = _whole(given, "tally")
        answers += count
        weighted += count * Fraction(weights[answer])
    if answers == 0:
        raise ClaimInvalid("nothing_to_measure")
    mean = weighted / answers
    if rule.basis is SurveyBasis.MEAN:
        return mean
    return mean / Fraction(max(weights.values())) * Fraction(maximum)


def _ballots(rule: BallotsRule, claim: Claim) -> Fraction:
    if not isinstance(claim, BallotsClaim):
        raise ClaimInvalid("claim_shape", expected="ballots")
    weights = dict(rule.weights)
    by_kind: dict[str, list[Fraction]] = defaultdict(list)
    for ballot in claim.ballots:
        if ballot.kind not in weights:
            raise ClaimInvalid("unknown_option", option=ballot.kind)
        by_kind[ballot.kind].append(_not_negative(ballot.points))
    if not by_kind:
        raise ClaimInvalid("nothing_to_measure")
    total_weight = sum((Fraction(weights[kind]) for kind in by_kind), NOTHING)
    means = {kind: sum(given, NOTHING) / len(given) for kind, given in by_kind.items()}
    return sum((means[kind] * Fraction(weights[kind]) for kind in by_kind), NOTHING) / total_weight


def _compared(rule: PreviousPeriodRule, claim: Claim) -> Fraction:  # noqa: C901 - one arm for each kind
    if not isinstance(claim, MeasuresClaim):
        raise ClaimInvalid("claim_shape", expected="measures")
    given = {measure.key: measure for measure in claim.measures}
    for key in given:
        if key not in {measure.key for measure in rule.measures}:
            raise ClaimInvalid("measure_unknown", measure=key)
    for measure in rule.measures:
        if measure.key not in given:
            raise ClaimInvalid("measure_missing", measure=measure.key)
    if any(measure.previous is None for measure in claim.measures):
        if rule.first_year is None:
            raise ClaimInvalid("first_year_without_rule")
        return Fraction(rule.first_year)
    outcomes = [_outcome(rule, given[measure.key], measure.better) for measure in rule.measures]
    if rule.combine is Combine.ALL and len(set(outcomes)) > 1:
        raise ClaimInvalid("measures_differ")
    return Fraction(min(outcomes))


def _outcome(rule: PreviousPeriodRule, compared: Comparison, better: Better) -> Decimal:
    assert compared.previous is not None
    _not_negative(compared.current)
    difference = compared.current - compared.previous
    if difference == 0:
        return rule.equal
    risen = difference > 0
    return rule.higher if risen is (better is Better.HIGHER) else rule.lower


def _judged(rule: JudgedRule, claim: Claim, maximum: Decimal) -> Fraction:
    if not isinstance(claim, PointsClaim):
        raise ClaimInvalid("claim_shape", expected="points")
    points = _not_negative(claim.points)
    if points > maximum:
        raise ClaimInvalid("points_above_maximum", maximum=maximum)
    if rule.step is not None and points % Fraction(rule.step) != 0:
        raise ClaimInvalid("points_off_step", step=rule.step)
    return points


def percent_claimed(claim: Claim) -> Fraction:
    """Return the percentage of a ratio or percent claim, exactly.

    Raises: ClaimInvalid nothing_to_measure (0/0), denominator_zero (3/0), negative_figure, claim_shape.
    """
    match claim:
        case PercentClaim(percent=percent):
            return _not_negative(percent)
        case RatioClaim(numerator=numerator, denominator=denominator):
            above, below = _not_negative(numerator), _not_negative(denominator)
            if below == 0:
                raise ClaimInvalid("nothing_to_measure" if above == 0 else "denominator_zero", field="denominator")
            return above * 100 / below
        case _:
            raise ClaimInvalid("claim_shape", expected="numerator")


def percent_of(claim: Claim) -> Fraction | None:
    """Return the percentage a claim speaks of, for display, or None where it speaks of none."""
    share = claim.share if isinstance(claim, FaultsClaim) else claim
    try:
        return percent_claimed(share) if share is not None else None
    except ClaimInvalid:
        return None


def _count(claim: Claim) -> Fraction:
    if not isinstance(claim, CountClaim):
        raise ClaimInvalid("claim_shape", expected="count")
    return _whole(claim.count, "count")


def _not_negative(figure: Decimal) -> Fraction:
    if figure < 0:
        raise ClaimInvalid("negative_figure", figure=figure)
    return Fraction(figure)


def _whole(figure: Decimal, field: str) -> Fraction:
    if figure != figure.to_integral_value():
        raise ClaimInvalid("not_whole", field=field)
    return _not_negative(figure)
