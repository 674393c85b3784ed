"""A scoring rule in words, for those who check it against the paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, assert_never

from flask_babel import gettext

from app.domain.rule_codec import rule_from_json
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
from app.web.labels import leader_words
from app.web.leaf_words import measure_words
from app.words.numbers import figure


def rule_in_words(stored: Mapping[str, Any] | None) -> list[str]:
    """Return the sentences of a stored rule; none for a branch."""
    if stored is None:
        return []
    rule = rule_from_json(stored)
    words = list(_kind(rule))
    if rule.nothing_arose is not None:
        words.append(gettext("Where nothing arose: %(points)s points", points=figure(rule.nothing_arose)))
    words += [gettext("0 points: %(ground)s", ground=ground.text) for ground in rule.zero_when]
    return [str(each) for each in words]


def _kind(rule: Rule) -> Iterator[str]:  # noqa: C901, PLR0912 - one arm for each kind
    match rule:
        case ChoiceRule():
            yield from _options(rule)
        case BandsRule():
            for band in rule.bands:
                where = band_words(band, "%" if rule.on is BandsOn.PERCENT else "")
                yield gettext("%(where)s: %(points)s points", where=where, points=figure(band.points))
        case ProportionalRule():
            yield from _proportional(rule)
        case PerCaseRule():
            yield from _per_case(rule)
        case DeductionRule():
            yield from _deduction(rule)
        case SurveyRule():
            yield from _survey(rule)
        case BallotsRule():
            weights = ", ".join(f"{leader_words(key)} × {figure(weight)}" for key, weight in rule.weights)
            yield gettext("Mean of the leaders' points in each kind, then weighted: %(weights)s", weights=weights)
        case PreviousPeriodRule():
            yield from _previous(rule)
        case ExternalRule():
            yield gettext("Figure of another system ÷ %(scale)s × maximum", scale=figure(rule.scale))
        case JudgedRule():
            if rule.step is None:
                yield gettext("Given by judgement, from 0 to the maximum")
            else:
                yield gettext("Given by judgement, in steps of %(step)s", step=figure(rule.step))
        case _:
            assert_never(rule)


def _options(rule: ChoiceRule) -> Iterator[str]:
    for option in rule.options:
        yield gettext("%(where)s: %(points)s points", where=option.text, points=figure(option.points))
    if rule.pick is Pick.WORST:
        yield gettext("Of several the lowest counts")
    if rule.pick is Pick.BEST:
        yield gettext("Of several the highest counts")


def band_words(band: Step, unit: str) -> str:
    """Return the span of a band as a sentence says it: "From 85%", "Below 85%", "From 70% to below 85%"."""
    low = "" if band.lower is None else f"{figure(band.lower)}{unit}"
    high = "" if band.upper is None else f"{figure(band.upper)}{unit}"
    if low and low == high:
        return str(gettext("Exactly %(value)s", value=low))
    ends = []
    if low:
        words = gettext("from %(value)s", value=low) if band.lower_closed else gettext("above %(value)s", value=low)
        ends.append(str(words))
    if high:
        words = gettext("to %(value)s", value=high) if band.upper_closed else gettext("below %(value)s", value=high)
        ends.append(str(words))
    return " ".join(ends).capitalize() or str(gettext("Any figure"))


def _proportional(rule: ProportionalRule) -> Iterator[str]:
    yield gettext("Percentage × maximum ÷ 100")
    if rule.floor is not None:
        floor = f"{figure(rule.floor)}%"
        below = gettext("0 below %(value)s", value=floor), gettext("0 up to and at %(value)s", value=floor)
        yield below[0] if rule.floor_closed else below[1]
    if rule.cap is not None:
        yield gettext("Above %(value)s no more is earned", value=f"{figure(rule.cap)}%")


def _per_case(rule: PerCaseRule) -> Iterator[str]:
    each = figure(rule.each)
    if rule.cap is None:
        yield gettext("%(each)s points a case, up to the maximum", each=each)
    else:
        yield gettext("%(each)s points a case, at most %(cap)s", each=each, cap=figure(rule.cap))


def _deduction(rule: DeductionRule) -> Iterator[str]:
    if rule.threshold is not None:
        yield gettext("0 below %(value)s", value=f"{figure(rule.threshold)}%")
    if rule.start is None:
        yield gettext("From the maximum, less %(each)s points for each fault", each=figure(rule.each))
    else:
        each, start = figure(rule.each), figure(rule.start)
        yield gettext("From %(start)s points, less %(each)s points for each fault", start=start, each=each)
    if rule.floor:
        yield gettext("Never below %(floor)s points by faults", floor=figure(rule.floor))
    if rule.cut_off is not None:
        yield gettext("0 from %(count)s faults on", count=rule.cut_off)


def _survey(rule: SurveyRule) -> Iterator[str]:
    answers = ", ".join(f"{key} = {figure(value)}" for key, value in rule.weights)
    if rule.basis is SurveyBasis.SCALED:
        yield gettext("Mean of the answers (%(answers)s), scaled to the maximum", answers=answers)
    else:
        yield gettext("Mean of the answers (%(answers)s), at most the maximum", answers=answers)


def _previous(rule: PreviousPeriodRule) -> Iterator[str]:
    for measure in rule.measures:
        better = gettext("higher is better") if measure.better is Better.HIGHER else gettext("lower is better")
        yield f"{measure_words(measure.key)}: {better}"
    given = {name: figure(getattr(rule, name)) for name in ("higher", "equal", "lower")}
    yield gettext("Against last year: better %(higher)s, equal %(equal)s, worse %(lower)s", **given)
    if len(rule.measures) > 1 and rule.combine is Combine.WORST:
        yield gettext("Of several measures the least favourable counts")
    if len(rule.measures) > 1 and rule.combine is Combine.ALL:
        yield gettext("Measures that disagree are put to the council")
    first: Decimal | None = rule.first_year
    if first is not None:
        yield gettext("In the first year: %(points)s points", points=figure(first))
