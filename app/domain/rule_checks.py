"""What is wrong with a rule (refused) and what is doubtful about it (remarked, never refused)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import assert_never

from app.domain.errors import RuleInvalid
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
    SurveyRule,
)

HUNDRED = Decimal(100)


def check_rule(rule: Rule, maximum: Decimal) -> None:
    """Raise RuleInvalid for the first thing that would make an award wrong or impossible under `maximum`."""
    for given in _points_of(rule):
        if given < 0:
            raise RuleInvalid("points_negative", points=given)
        if given > maximum:
            raise RuleInvalid("option_above_maximum", points=given, maximum=maximum)
    if rule.nothing_arose is not None and not 0 <= rule.nothing_arose <= maximum:
        raise RuleInvalid("nothing_arose_above_maximum", points=rule.nothing_arose, maximum=maximum)
    keys = [ground.key for ground in rule.zero_when]
    if len(set(keys)) != len(keys):
        raise RuleInvalid("zero_key_twice")
    _check_kind(rule)


def _points_of(rule: Rule) -> Iterable[Decimal]:
    """Return the points written in the rule that the maximum bounds."""
    match rule:
        case ChoiceRule(options=options):
            return [option.points for option in options]
        case BandsRule(bands=bands):
            return [band.points for band in bands]
        case PreviousPeriodRule():
            given = [rule.higher, rule.equal, rule.lower, rule.first_year]
            return [points for points in given if points is not None]
        case DeductionRule(start=start, floor=floor):
            return [floor] if start is None else [start, floor]
        case _:
            return []


def _check_kind(rule: Rule) -> None:  # noqa: C901, PLR0912 - one arm for each kind
    match rule:
        case ChoiceRule():
            _check_keys([option.key for option in rule.options], empty="no_option", twice="option_key_twice")
        case BandsRule():
            _check_bands(rule)
        case ProportionalRule():
            _check_percent(rule.floor, "floor")
            _check_cap(rule.cap)
        case PerCaseRule():
            _check_positive(rule.each, "each")
            _check_cap(rule.cap)
        case DeductionRule():
            _check_percent(rule.threshold, "threshold")
            _check_positive(rule.each, "each")
            if rule.cut_off is not None and rule.cut_off < 1:
                raise RuleInvalid("cut_off_not_positive")
        case SurveyRule() | BallotsRule():
            _check_keys([key for key, _ in rule.weights], empty="no_option", twice="option_key_twice")
            for _, weight in rule.weights:
                _check_positive(weight, "weights")
        case PreviousPeriodRule():
            _check_keys([measure.key for measure in rule.measures], empty="no_measure", twice="measure_twice")
        case ExternalRule():
            _check_positive(rule.scale, "scale")
        case JudgedRule():
            if rule.step is not None:
                _check_positive(rule.step, "step")
        case _:
            assert_never(rule)


def _check_keys(keys: list[str], *, empty: str, twice: str) -> None:
    if not keys:
        raise RuleInvalid(empty)
    if len(set(keys)) != len(keys):
        raise RuleInvalid(twice)


def _check_positive(figure: Decimal, field: str) -> None:
    if figure <= 0:
        raise RuleInvalid("figure_not_positive", field=field)


def _check_cap(cap: Decimal | None) -> None:
    if cap is not None and cap <= 0:
        raise RuleInvalid("cap_not_positive")


def _check_percent(figure: Decimal | None, field: str) -> None:
    if figure is not None and not 0 <= figure <= HUNDRED:
        raise RuleInvalid("percent_out_of_range", field=field)


def _check_bands(rule: BandsRule) -> None:
    if not rule.bands:
        raise RuleInvalid("no_band_given")
    for band in rule.bands:
        if band.lower is not None and band.upper is not None:
            empty = band.lower > band.upper or (
                band.lower == band.upper and not (band.lower_closed and band.upper_closed)
            )
            if empty:
                raise RuleInvalid("band_empty")
    for one, other in pairwise(_ascending(rule.bands)):
        if one.upper is None or other.lower is None or one.upper > other.lower:
            raise RuleInvalid("bands_overlap")
        if one.upper == other.lower and one.upper_closed and other.lower_closed:
            raise RuleInvalid("bands_overlap", at=one.upper)


def _ascending(bands: Iterable[Step]) -> list[Step]:
    """Order by the lower end; of two that begin alike, the one that takes the end itself comes first."""
    return sorted(bands, key=lambda band: (band.lower is not None, band.lower or Decimal(0), not band.lower_closed))


def rule_remarks(rule: Rule, maximum: Decimal) -> list[Remark]:
    """Return what a person should look at: bands with a gap, no way to 0, no way to the maximum."""
    remarks = []
    if isinstance(rule, BandsRule):
        remarks += [Remark("bands_gap", {"from": one.upper, "to": other.lower}) for one, other in _gaps(rule)]
    if isinstance(rule, ChoiceRule | BandsRule):
        points = set(_points_of(rule))
        if Decimal(0) not in points:
            remarks.append(Remark("no_zero_option"))
        if maximum not in points:
            remarks.append(Remark("no_full_option", {"maximum": maximum}))
    return remarks


def _gaps(rule: BandsRule) -> list[tuple[Step, Step]]:
    gaps = []
    for one, other in pairwise(_ascending(rule.bands)):
        assert one.upper is not None
        assert other.lower is not None
        adjoining = one.upper == other.lower and (one.upper_closed or other.lower_closed)
        whole = rule.on is BandsOn.COUNT and one.upper_closed and other.lower_closed and other.lower - one.upper == 1
        if not adjoining and not whole:
            gaps.append((one, other))
    return gaps
