"""A rule tried out: the points of a claim by `award`, and the one reason that decided them, as a code with details.

Points are never computed here a second time: the reason is read off the rule beside what `award` gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from app.domain.award import award, band_of, percent_claimed
from app.domain.claims import (
    Claim,
    Comparison,
    CountClaim,
    DeclinedClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    TallyClaim,
    ValueClaim,
    ZeroClaim,
)
from app.domain.errors import ClaimInvalid
from app.domain.rules import (
    BallotsRule,
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
    SurveyBasis,
    SurveyRule,
)

Details = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Explained:
    """`points` None: the rule refuses the claim, `code` is the refusal's. `capped`: the maximum held points down."""

    points: Decimal | None
    code: str
    details: Details = field(default_factory=dict)
    capped: bool = False

    @property
    def refused(self) -> bool:
        return self.points is None


def explain(rule: Rule, claim: Claim, maximum: Decimal) -> Explained:
    """Return what `claim` earns and why.

    Codes and details: declined, nothing_arose; zero_ground (text); option, lowest_option, highest_option (text);
    in_band (band, figure, on); below_floor, at_open_floor (percent, floor); share (percent), share_capped (percent,
    cap); per_case, per_case_capped (count, each, cap); below_threshold (percent, threshold), cut_off (faults, cut_off),
    no_faults (start), start_minus_faults, kept_at_floor (start, faults, each, floor); mean, mean_scaled (mean, top);
    leaders_mean; better, equal, worse (measure), first_year; of_scale (value, scale); judged. Refusals: as `award`'s.
    """
    try:
        points = award(rule, claim, maximum)
    except ClaimInvalid as refused:
        return Explained(None, refused.code, refused.details)
    code, details = _reason(rule, claim, points, maximum)
    return Explained(points, code, details, capped=_capped(code, details, points, maximum))


def _reason(rule: Rule, claim: Claim, points: Decimal, maximum: Decimal) -> tuple[str, Details]:
    match claim:
        case DeclinedClaim():
            return "declined", {}
        case NothingAroseClaim():
            return "nothing_arose", {}
        case ZeroClaim(key=key):
            text = next((ground.text for ground in rule.zero_when if ground.key == key), key)
            return "zero_ground", {"text": text}
        case _:
            return _measured(rule, claim, points, maximum)


def _measured(rule: Rule, claim: Claim, points: Decimal, maximum: Decimal) -> tuple[str, Details]:  # noqa: C901
    match rule, claim:
        case ChoiceRule(), OptionClaim():
            return _option(rule, claim)
        case BandsRule(), _:
            return "in_band", {"band": band_of(rule, claim), "figure": _figure(claim), "on": rule.on}
        case ProportionalRule(), _:
            return _share(rule, percent_claimed(claim))
        case PerCaseRule(), CountClaim(count=count):
            over = rule.cap is not None and rule.each * count > rule.cap
            code = "per_case_capped" if over else "per_case"
            return code, {"count": count, "each": rule.each, "cap": rule.cap, "sum": Fraction(rule.each * count)}
        case DeductionRule(), FaultsClaim():
            return _deduction(rule, claim, maximum)
        case SurveyRule(), TallyClaim():
            return _survey(rule, claim)
        case BallotsRule(), _:
            return "leaders_mean", {}
        case PreviousPeriodRule(), MeasuresClaim():
            return _compared(rule, claim, points)
        case ExternalRule(), ValueClaim(value=value):
            return "of_scale", {"value": value, "scale": rule.scale}
        case JudgedRule(), _:
            return "judged", {}
        case _:  # `award` refused every other pair
            raise ClaimInvalid("claim_shape", expected="")


def _option(rule: ChoiceRule, claim: OptionClaim) -> tuple[str, Details]:
    chosen = [option for option in rule.options if option.key in claim.keys]
    pick = max if rule.pick is Pick.BEST else min
    decided = pick(chosen, key=lambda option: option.points)
    if len(chosen) == 1:
        return "option", {"text": decided.text}
    return ("highest_option" if rule.pick is Pick.BEST else "lowest_option"), {"text": decided.text}


def _figure(claim: Claim) -> Fraction:
    return Fraction(claim.count) if isinstance(claim, CountClaim) else percent_claimed(claim)


def _share(rule: ProportionalRule, percent: Fraction) -> tuple[str, Details]:
    if rule.floor is not None and percent < rule.floor:
        return "below_floor", {"percent": percent, "floor": rule.floor}
    if rule.floor is not None and percent == rule.floor and not rule.floor_closed:
        return "at_open_floor", {"percent": percent, "floor": rule.floor}
    if rule.cap is not None and percent > rule.cap:
        return "share_capped", {"percent": percent, "cap": rule.cap}
    return "share", {"percent": percent}


def _deduction(rule: DeductionRule, claim: FaultsClaim, maximum: Decimal) -> tuple[str, Details]:
    percent = None if claim.share is None else percent_claimed(claim.share)
    if rule.threshold is not None and percent is not None and percent < rule.threshold:
        return "below_threshold", {"percent": percent, "threshold": rule.threshold}
    if rule.cut_off is not None and claim.faults >= rule.cut_off:
        return "cut_off", {"faults": claim.faults, "cut_off": rule.cut_off}
    start = maximum if rule.start is None else rule.start
    if not claim.faults:
        return "no_faults", {"start": start}
    details = {"start": start, "faults": claim.faults, "each": rule.each, "floor": rule.floor}
    code = "kept_at_floor" if start - rule.each * claim.faults < rule.floor else "start_minus_faults"
    return code, details


def _survey(rule: SurveyRule, claim: TallyClaim) -> tuple[str, Details]:
    weights = dict(rule.weights)
    answers = sum((Fraction(count) for _, count in claim.tally), Fraction(0))
    mean = sum((Fraction(count) * Fraction(weights[key]) for key, count in claim.tally), Fraction(0)) / answers
    code = "mean_scaled" if rule.basis is SurveyBasis.SCALED else "mean"
    return code, {"mean": mean, "top": max(weights.values())}


def _compared(rule: PreviousPeriodRule, claim: MeasuresClaim, points: Decimal) -> tuple[str, Details]:
    """The measure named is the one whose comparison gave the points."""
    if any(each.previous is None for each in claim.measures):
        return "first_year", {}
    given = {each.key: each for each in claim.measures}
    outcomes = [(measure, _outcome(measure, given[measure.key])) for measure in rule.measures]
    worth = {"better": rule.higher, "equal": rule.equal, "worse": rule.lower}
    decided = min(outcomes, key=lambda pair: (worth[pair[1]] != points, worth[pair[1]]))
    return decided[1], {"measure": decided[0].key}


def _outcome(measure: Measure, compared: Comparison) -> str:
    assert compared.previous is not None
    if compared.current == compared.previous:
        return "equal"
    risen = compared.current > compared.previous
    return "better" if risen is (measure.better is Better.HIGHER) else "worse"


def _capped(code: str, details: Details, points: Decimal, maximum: Decimal) -> bool:
    """Return whether more was earned than the maximum lets through; figures above it only, not those that meet it."""
    if points != maximum:
        return False
    match code, details:
        case "share", {"percent": Fraction() as percent}:
            return percent > 100
        case "per_case", {"sum": Fraction() as earned}:
            return earned > maximum
        case "mean", {"mean": Fraction() as mean}:
            return mean > maximum
        case "of_scale", {"value": Decimal() as value, "scale": Decimal() as scale}:
            return value > scale
        case _:
            return False
