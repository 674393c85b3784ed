"""A scoring rule in words, for those who check it against the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.domain.rule_codec import rule_from_json
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyRule,
)
from app.web.numbers import figure


def rule_in_words(stored: Mapping[str, Any] | None) -> list[str]:
    """Return the sentences of a stored rule; none for a branch."""
    if stored is None:
        return []
    rule = rule_from_json(stored)
    words = _kind(rule)
    if rule.nothing_arose is not None:
        words.append(gettext("Where nothing arose: %(points)s points", points=figure(rule.nothing_arose)))
    words += [gettext("0 points: %(ground)s", ground=ground.text) for ground in rule.zero_when]
    return [str(each) for each in words]


def _kind(rule: Rule) -> list[str]:  # noqa: C901 - one arm for each kind
    match rule:
        case ChoiceRule():
            return [*_options(rule)]
        case BandsRule():
            return [_band(band, percent=rule.on is BandsOn.PERCENT) for band in rule.bands]
        case ProportionalRule():
            floor = "–" if rule.floor is None else f"{figure(rule.floor)}%"
            return [gettext("Percentage × maximum ÷ 100; 0 below %(floor)s", floor=floor)]
        case PerCaseRule():
            return [gettext("%(each)s points a case, at most %(cap)s", each=figure(rule.each), cap=figure(rule.cap))]
        case DeductionRule():
            return _deduction(rule)
        case SurveyRule():
            answers = ", ".join(f"{key} = {figure(value)}" for key, value in rule.weights)
            return [gettext("Mean of the answers (%(answers)s), scaled to the maximum", answers=answers)]
        case BallotsRule():
            return [gettext("Mean of the leaders' points, by kind of leader")]
        case PreviousPeriodRule():
            given = {name: figure(getattr(rule, name)) for name in ("higher", "equal", "lower")}
            return [gettext("Against last year: better %(higher)s, equal %(equal)s, worse %(lower)s", **given)]
        case ExternalRule():
            return [gettext("Figure of another system ÷ %(scale)s × maximum", scale=figure(rule.scale))]
        case JudgedRule():
            return [gettext("Given by judgement, in steps of %(step)s", step=figure(rule.step))]


def _options(rule: ChoiceRule) -> list[str]:
    lines = [f"{option.text}: {figure(option.points)}" for option in rule.options]
    if rule.pick is Pick.WORST:
        lines.append(gettext("Of several the lowest counts"))
    if rule.pick is Pick.BEST:
        lines.append(gettext("Of several the highest counts"))
    return lines


def _band(band: Step, *, percent: bool) -> str:
    unit = "%" if percent else ""
    low = "" if band.lower is None else f"{figure(band.lower)}{unit} {'≤' if band.lower_closed else '<'} "
    high = "" if band.upper is None else f" {'≤' if band.upper_closed else '<'} {figure(band.upper)}{unit}"
    return f"{low}x{high}: {figure(band.points)}"


def _deduction(rule: DeductionRule) -> list[str]:
    words = []
    if rule.threshold is not None:
        words.append(gettext("0 below %(threshold)s%%", threshold=figure(rule.threshold)))
    words.append(gettext("less %(each)s points for each fault", each=figure(rule.each)))
    if rule.cut_off is not None:
        words.append(gettext("0 from %(count)s faults on", count=rule.cut_off))
    return words
