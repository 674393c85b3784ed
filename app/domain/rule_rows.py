"""A rule as rows people edit in a workbook: every field of every kind, in words and figures, in one order.

The way back stands in ``app/reading/rule_cells.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from app.domain import set_words as w
from app.domain.cell_words import figure_words, keyed, written_key
from app.domain.claim_words import claim_words
from app.domain.errors import InputInvalid
from app.domain.rule_codec import kind_of
from app.domain.rule_examples import Example
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
    Rule,
    Step,
    SurveyRule,
)

Cell = str | Decimal | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row under a criterion. None: the cell stays empty, and has to be empty when it is read."""

    item: str
    value: Cell = None
    points: Cell = None
    words: str | None = None


def rule_kind_words(rule: Rule) -> str:
    """Return the Vietnamese name of the rule's kind; bands are told apart by what they measure."""
    kind = kind_of(rule)
    return w.KINDS[f"bands_{rule.on.value}" if isinstance(rule, BandsRule) else kind]


def rule_rows(rule: Rule) -> tuple[RuleRow, ...]:
    """Return the rows of a rule. Raises InputInvalid: rule_without_rows, key_not_writable (name it otherwise)."""
    rows = tuple(_own_rows(rule)) + tuple(_common_rows(rule))
    if not rows:
        raise InputInvalid("rule_without_rows")
    return rows


def _own_rows(rule: Rule) -> Iterator[RuleRow]:  # noqa: C901, PLR0912 - one arm for each kind
    match rule:
        case ChoiceRule():
            for option in rule.options:
                yield RuleRow(keyed(w.OPTION, option.key), points=option.points, words=option.text)
            yield RuleRow(w.PICK, w.PICKS[rule.pick])
        case BandsRule():
            for band in rule.bands:
                yield RuleRow(w.BAND, span_words(band, rule.on), band.points)
        case ProportionalRule():
            yield RuleRow(w.FLOOR, _or_none(rule.floor))
            yield RuleRow(w.AT_FLOOR, w.FLOOR_SIDES[rule.floor_closed])
            yield RuleRow(w.CAP, _or_none(rule.cap))
        case PerCaseRule():
            yield RuleRow(w.EACH_CASE, points=rule.each)
            yield RuleRow(w.MOST, points=_or_none(rule.cap))
        case DeductionRule():
            yield from _deduction_rows(rule)
        case SurveyRule():
            for key, weight in rule.weights:
                yield RuleRow(keyed(w.ANSWER, key), weight)
            yield RuleRow(w.BASIS, w.BASES[rule.basis])
        case BallotsRule():
            for key, weight in rule.weights:
                yield RuleRow(keyed(w.LEADER, key, w.LEADERS), weight)
        case PreviousPeriodRule():
            yield from _previous_rows(rule)
        case ExternalRule():
            yield RuleRow(w.SCALE, rule.scale)
        case JudgedRule():
            yield RuleRow(w.STEP, points=_or_none(rule.step))
        case _:
            assert_never(rule)


def _deduction_rows(rule: DeductionRule) -> Iterator[RuleRow]:
    yield RuleRow(w.THRESHOLD, _or_none(rule.threshold))
    yield RuleRow(w.START, points=w.WHOLE_MAXIMUM if rule.start is None else rule.start)
    yield RuleRow(w.EACH_FAULT, points=rule.each)
    yield RuleRow(w.LEAST, points=rule.floor)
    yield RuleRow(w.CUT_OFF, w.NONE if rule.cut_off is None else Decimal(rule.cut_off))


def _previous_rows(rule: PreviousPeriodRule) -> Iterator[RuleRow]:
    for measure in rule.measures:
        yield RuleRow(keyed(w.MEASURE, measure.key, w.MEASURES), w.BETTERS[measure.better])
    yield RuleRow(w.COMBINE, w.COMBINES[rule.combine])
    yield RuleRow(w.HIGHER, points=rule.higher)
    yield RuleRow(w.EQUAL, points=rule.equal)
    yield RuleRow(w.LOWER, points=rule.lower)
    yield RuleRow(w.FIRST_YEAR, points=_or_none(rule.first_year))


def example_row(example: Example) -> RuleRow:
    """Return the row of an example: the claim in words, what it earns or the code it is refused with, a note."""
    points: Cell = example.expected if example.refusal is None else w.REFUSED + written_key(example.refusal)
    return RuleRow(w.EXAMPLES[example.origin], claim_words(example.claim), points, example.note)


def _common_rows(rule: Rule) -> Iterator[RuleRow]:
    if rule.nothing_arose is not None:
        yield RuleRow(w.NOTHING_AROSE, points=rule.nothing_arose)
    if rule.percent_offered:
        yield RuleRow(w.PERCENT_OFFERED, w.YES)
    for ground in rule.zero_when:
        yield RuleRow(w.GROUND, written_key(ground.key), words=ground.text)


def _or_none(figure: Decimal | None) -> Cell:
    return w.NONE if figure is None else figure


def span_words(band: Step, on: BandsOn) -> str:
    """Return the span of a band: "từ 70% đến dưới 90%", "từ 2 trở lên", "dưới 85%", "mọi giá trị".

    An end without a figure that is called closed, which no award can tell apart, is written as endless.
    """
    unit = "%" if on is BandsOn.PERCENT else ""
    low = w.BOTTOMLESS if band.lower is None and band.lower_closed else _bound(band.lower, unit)
    high = w.ENDLESS if band.upper is None and band.upper_closed else _bound(band.upper, unit)
    if not low and not high:
        return w.ANY
    above = f"{w.FROM if band.lower_closed else w.ABOVE} {low}" if low else ""
    if not high:
        return f"{above} {w.ON}" if band.lower_closed else above
    if not low:
        return f"{w.UP_TO if band.upper_closed else w.BELOW} {high}"
    return f"{above} {w.UP_TO} {high}" if band.upper_closed else f"{above} {w.UP_TO} {w.BELOW} {high}"


def _bound(figure: Decimal | None, unit: str) -> str:
    return "" if figure is None else f"{figure_words(figure)}{unit}"
