"""A rule as the fields of a form, and back: every figure as it was typed, every fault at its own field.

A form keeps what was typed for every kind: a kind chosen by mistake costs nothing, chosen back it is all there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from app.domain.errors import InputInvalid
from app.domain.points import plain
from app.domain.rule_codec import kind_of
from app.domain.rules import (
    BallotsRule,
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

Row = Mapping[str, str]

KINDS = (
    "choice",
    "bands",
    "proportional",
    "per_case",
    "deduction",
    "previous_period",
    "external",
    "survey",
    "ballots",
    "judged",
)
#: lists of a form → their columns, the one that may not repeat first
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "options": ("key", "text", "points"),
    "bands": ("lower", "lower_closed", "upper", "upper_closed", "points"),
    "answers": ("key", "weight"),
    "leaders": ("key", "weight"),
    "measures": ("key", "better"),
    "zero_when": ("key", "text"),
}
#: the list a kind is made of; the others have fields only
LIST_OF: Mapping[str, str] = {
    "choice": "options",
    "bands": "bands",
    "survey": "answers",
    "ballots": "leaders",
    "previous_period": "measures",
}
#: kinds that measure a share, so that a bare percentage may be offered
SHARES = frozenset({"bands", "proportional", "deduction"})
YES, NO = "yes", "no"
#: no list of a paper is longer; a request cannot make one that is
MOST_ROWS = 60

_ROW = re.compile(rf"({'|'.join(COLUMNS)})\.(\d{{1,3}})\.([a-z_]+)")


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What stands in the fields. `fields`: by name, "per_case.each"; `rows`: the lines of each list, in their order."""

    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def lines(self, name: str) -> tuple[Row, ...]:
        return self.rows.get(name, ())

    @property
    def values(self) -> dict[str, str]:
        """Everything in one flat mapping, as a form of the web sends it: "options.0.text"."""
        flat = {"kind": self.kind, **self.fields}
        for name, rows in self.rows.items():
            for place, row in enumerate(rows):
                flat |= {f"{name}.{place}.{column}": text for column, text in row.items()}
        return flat


def form_of_values(values: Mapping[str, str]) -> RuleForm:
    """Return the form of flat values; lines keep the order of their numbers, gaps close.

    Raises: InputInvalid("rule_kind_missing"): of no kind, or of one there is not; which one is never guessed.
    """
    fields: dict[str, str] = {}
    found: dict[str, dict[int, dict[str, str]]] = {}
    for name, text in values.items():
        part = _ROW.fullmatch(name)
        if part is None:
            fields[name] = text
        elif part[3] in COLUMNS[part[1]]:
            found.setdefault(part[1], {}).setdefault(int(part[2]), {})[part[3]] = text
    kind = fields.pop("kind", "")
    if kind not in KINDS:
        raise InputInvalid("rule_kind_missing")
    rows = {name: tuple(lines[place] for place in sorted(lines))[:MOST_ROWS] for name, lines in found.items()}
    return RuleForm(kind, fields, rows)


def form_of_rule(rule: Rule) -> RuleForm:
    """Return the fields that say `rule`, figures with a comma as people write them."""
    fields = {"nothing_arose": typed(rule.nothing_arose), "percent_offered": YES if rule.percent_offered else ""}
    rows: dict[str, tuple[Row, ...]] = {
        "zero_when": tuple({"key": ground.key, "text": ground.text} for ground in rule.zero_when),
    }
    own, lines = _own(rule)
    kind = kind_of(rule)
    if kind in LIST_OF:
        rows[LIST_OF[kind]] = tuple(lines)
    return RuleForm(kind, {**fields, **{f"{kind}.{name}": text for name, text in own.items()}}, rows)


def typed(value: Decimal | int | None) -> str:
    """Return a figure as a person types it: "0,5"; nothing where there is none."""
    return "" if value is None else plain(Decimal(value)).replace(".", ",")


def _own(rule: Rule) -> tuple[dict[str, str], Iterable[Row]]:  # noqa: C901 - one arm for each kind
    match rule:
        case ChoiceRule():
            options = [{"key": o.key, "text": o.text, "points": typed(o.points)} for o in rule.options]
            return {"pick": rule.pick.value}, options
        case BandsRule():
            return {"on": rule.on.value}, [_band(band) for band in rule.bands]
        case ProportionalRule():
            closed = YES if rule.floor_closed else NO
            return {"floor": typed(rule.floor), "floor_closed": closed, "cap": typed(rule.cap)}, ()
        case PerCaseRule():
            return {"each": typed(rule.each), "cap": typed(rule.cap)}, ()
        case DeductionRule():
            figures = ("threshold", "start", "each", "floor", "cut_off")
            return {name: typed(getattr(rule, name)) for name in figures}, ()
        case SurveyRule():
            return {"basis": rule.basis.value}, _weights(rule.weights)
        case BallotsRule():
            return {}, _weights(rule.weights)
        case PreviousPeriodRule():
            points = {name: typed(getattr(rule, name)) for name in ("higher", "equal", "lower", "first_year")}
            measures = [{"key": measure.key, "better": measure.better.value} for measure in rule.measures]
            return {"combine": rule.combine.value, **points}, measures
        case ExternalRule():
            return {"scale": typed(rule.scale)}, ()
        case JudgedRule():
            return {"step": typed(rule.step)}, ()
        case _:
            assert_never(rule)


def _band(band: Step) -> Row:
    return {
        "lower": typed(band.lower),
        "lower_closed": YES if band.lower_closed else NO,
        "upper": typed(band.upper),
        "upper_closed": YES if band.upper_closed else NO,
        "points": typed(band.points),
    }


def _weights(weights: Iterable[tuple[str, Decimal]]) -> list[Row]:
    return [{"key": key, "weight": typed(weight)} for key, weight in weights]
