"""What a person should look at before a rule is kept; none of it keeps it from being kept. `check_rule` refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import assert_never

from app.domain.rule_checks import HUNDRED, rule_remarks
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    PerCaseRule,
    PreviousPeriodRule,
    ProportionalRule,
    Remark,
    Rule,
    Step,
    SurveyBasis,
    SurveyRule,
)


def all_remarks(rule: Rule, maximum: Decimal) -> list[Remark]:
    """Return gaps and missing ends (`rule_remarks`), then what can never count or says one thing twice.

    Codes: options_alike (text), band_unreachable (band), bands_unordered, floor_above_start (floor, start),
    cut_off_without_effect (cut_off), full_out_of_reach (most, maximum), above_maximum (most, maximum),
    step_misses_maximum (step, maximum), comparison_unordered.
    """
    return [*rule_remarks(rule, maximum), *_further(rule, maximum)]


def _further(rule: Rule, maximum: Decimal) -> Iterator[Remark]:  # noqa: C901, PLR0912 - one arm for each kind
    match rule:
        case ChoiceRule():
            yield from _alike(rule)
        case BandsRule():
            yield from _bands(rule)
        case ProportionalRule(cap=cap):
            if cap is not None and cap < HUNDRED:
                yield Remark("full_out_of_reach", {"most": maximum * cap / HUNDRED, "maximum": maximum})
        case PerCaseRule(cap=cap):
            if cap is not None:
                yield from _against(cap, maximum)
        case DeductionRule():
            yield from _deduction(rule, maximum)
        case SurveyRule(basis=SurveyBasis.MEAN):
            yield from _against(max(weight for _, weight in rule.weights), maximum)
        case PreviousPeriodRule():
            if not rule.higher >= rule.equal >= rule.lower:
                yield Remark("comparison_unordered")
        case JudgedRule(step=step):
            if step is not None and maximum % step != 0:
                yield Remark("step_misses_maximum", {"step": step, "maximum": maximum})
        case SurveyRule() | BallotsRule() | ExternalRule():
            return
        case _:
            assert_never(rule)


def _against(most: Decimal, maximum: Decimal) -> Iterator[Remark]:
    if most < maximum:
        yield Remark("full_out_of_reach", {"most": most, "maximum": maximum})
    if most > maximum:
        yield Remark("above_maximum", {"most": most, "maximum": maximum})


def _alike(rule: ChoiceRule) -> Iterator[Remark]:
    counted = Counter(" ".join(option.text.split()).casefold() for option in rule.options)
    for option in rule.options:
        if counted.pop(" ".join(option.text.split()).casefold(), 1) > 1:
            yield Remark("options_alike", {"text": option.text})


def _bands(rule: BandsRule) -> Iterator[Remark]:
    for band in rule.bands:
        if _unreachable(band, rule.on):
            yield Remark("band_unreachable", {"band": band})
    ordered = sorted(rule.bands, key=lambda band: (band.lower is not None, band.lower or Decimal(0)))
    steps = [other.points - one.points for one, other in pairwise(ordered)]
    if any(step > 0 for step in steps) and any(step < 0 for step in steps):
        yield Remark("bands_unordered")


def _unreachable(band: Step, on: BandsOn) -> bool:
    """Return whether nothing that can be claimed falls into the band: below 0, above 100 percent, no whole number."""
    if band.upper is not None and (band.upper < 0 or (band.upper == 0 and not band.upper_closed)):
        return True
    if band.lower is None:
        return False
    if on is BandsOn.PERCENT:
        return band.lower > HUNDRED
    first = band.lower.to_integral_value(rounding="ROUND_CEILING")
    if first == band.lower and not band.lower_closed:
        first += 1
    return band.upper is not None and (first > band.upper or (first == band.upper and not band.upper_closed))


def _deduction(rule: DeductionRule, maximum: Decimal) -> Iterator[Remark]:
    start = maximum if rule.start is None else rule.start
    if rule.floor > start:
        yield Remark("floor_above_start", {"floor": rule.floor, "start": start})
    if start < maximum:
        yield Remark("full_out_of_reach", {"most": start, "maximum": maximum})
    if rule.cut_off is not None and start - rule.each * (rule.cut_off - 1) <= 0 and rule.floor == 0:
        yield Remark("cut_off_without_effect", {"cut_off": rule.cut_off})
