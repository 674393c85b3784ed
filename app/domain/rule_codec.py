"""Rules to JSON and back, exactly: decimals as strings, fields in one order, nothing unknown, nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict, assert_never

from app.domain.errors import RuleInvalid
from app.domain.json_fields import Fields, load_json
from app.domain.points import plain
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
    Measure,
    Option,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyBasis,
    SurveyRule,
    ZeroGround,
)

VERSION = 1
#: kinds that measure a share, so that a bare percentage may be offered
_SHARES = frozenset({"bands", "proportional", "deduction"})


class _Common(TypedDict):
    nothing_arose: Decimal | None
    zero_when: tuple[ZeroGround, ...]
    percent_offered: bool


def rule_from_json(given: object) -> Rule:
    """Return the rule that `given` (JSON text or a parsed object) says. Raises RuleInvalid; never scored 0."""
    fields = Fields(load_json(given, RuleInvalid), RuleInvalid, prefix="rule")
    kind = fields.text("kind")
    _check_version(fields.raw("version"))
    common: _Common = {
        "nothing_arose": fields.number_or_none("nothing_arose"),
        "zero_when": _grounds(fields) if "zero_when" in fields.names() else (),
        "percent_offered": kind in _SHARES and "percent_offered" in fields.names() and fields.flag("percent_offered"),
    }
    rule = _of_kind(kind, fields, common)
    fields.done()
    return rule


def _check_version(version: object) -> None:
    if isinstance(version, float):
        raise RuleInvalid("float_refused", field="version")
    if version != VERSION or isinstance(version, bool):
        raise RuleInvalid("unknown_version", version=str(version)[:40])


def _of_kind(kind: str, fields: Fields, common: _Common) -> Rule:  # noqa: C901 - one arm for each kind
    match kind:
        case "choice":
            options = tuple(_option(item) for item in fields.items("options"))
            return ChoiceRule(options=options, pick=fields.one_of("pick", Pick), **common)
        case "bands":
            bands = tuple(_step(item) for item in fields.items("bands"))
            return BandsRule(on=fields.one_of("on", BandsOn), bands=bands, **common)
        case "proportional":
            floor, closed = fields.number_or_none("floor"), fields.flag("floor_closed")
            return ProportionalRule(floor=floor, floor_closed=closed, cap=fields.number_or_none("cap"), **common)
        case "per_case":
            return PerCaseRule(each=fields.number("each"), cap=fields.number_or_none("cap"), **common)
        case "deduction":
            return _deduction(fields, common)
        case "survey":
            return SurveyRule(weights=_weights(fields), basis=fields.one_of("basis", SurveyBasis), **common)
        case "ballots":
            return BallotsRule(weights=_weights(fields), **common)
        case "previous_period":
            return _previous_period(fields, common)
        case "external":
            return ExternalRule(scale=fields.number("scale"), **common)
        case "judged":
            return JudgedRule(step=fields.number_or_none("step"), **common)
        case _:
            raise RuleInvalid("unknown_kind", kind=kind)


def _grounds(fields: Fields) -> tuple[ZeroGround, ...]:
    grounds = []
    for item in fields.items("zero_when"):
        inner = Fields(item, RuleInvalid, prefix="rule")
        grounds.append(ZeroGround(inner.text("key"), inner.text("text")))
        inner.done()
    return tuple(grounds)


def _option(item: object) -> Option:
    fields = Fields(item, RuleInvalid, prefix="rule")
    option = Option(fields.text("key"), fields.text("text"), fields.number("points"))
    fields.done()
    return option


def _step(item: object) -> Step:
    fields = Fields(item, RuleInvalid, prefix="rule")
    step = Step(
        lower=fields.number_or_none("from"),
        lower_closed=fields.flag("from_closed"),
        upper=fields.number_or_none("to"),
        upper_closed=fields.flag("to_closed"),
        points=fields.number("points"),
    )
    fields.done()
    return step


def _weights(fields: Fields) -> tuple[tuple[str, Decimal], ...]:
    return tuple((key, fields.as_number(value, "weights")) for key, value in fields.pairs("weights"))


def _deduction(fields: Fields, common: _Common) -> DeductionRule:
    return DeductionRule(
        threshold=fields.number_or_none("threshold"),
        start=fields.number_or_none("start"),
        each=fields.number("each"),
        floor=fields.number("floor"),
        cut_off=fields.whole_or_none("cut_off"),
        **common,
    )


def _previous_period(fields: Fields, common: _Common) -> PreviousPeriodRule:
    measures = []
    for item in fields.items("measures"):
        inner = Fields(item, RuleInvalid, prefix="rule")
        measures.append(Measure(inner.text("key"), inner.one_of("better", Better)))
        inner.done()
    return PreviousPeriodRule(
        measures=tuple(measures),
        combine=fields.one_of("combine", Combine),
        higher=fields.number("higher"),
        equal=fields.number("equal"),
        lower=fields.number("lower"),
        first_year=fields.number_or_none("first_year"),
        **common,
    )


def kind_of(rule: Rule) -> str:
    """Return the name of the rule's kind, as JSON, templates and translations use it."""
    return str(rule_to_json(rule)["kind"])


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """Return `rule` as a JSON object, fields in their one order: kind, version, nothing_arose, …, zero_when.

    `percent_offered` and `zero_when` are written only where they say something.
    """
    kind, own = _own_fields(rule)
    encoded: dict[str, Any] = {"kind": kind, "version": VERSION, "nothing_arose": _number(rule.nothing_arose), **own}
    if rule.percent_offered:
        encoded["percent_offered"] = True
    if rule.zero_when:
        encoded["zero_when"] = [{"key": ground.key, "text": ground.text} for ground in rule.zero_when]
    return encoded


def rule_dumps(rule: Rule) -> str:
    return json.dumps(rule_to_json(rule), ensure_ascii=False, separators=(",", ":"))


def _own_fields(rule: Rule) -> tuple[str, Mapping[str, Any]]:  # noqa: C901 - one arm for each kind
    match rule:
        case ChoiceRule():
            options = [{"key": o.key, "text": o.text, "points": plain(o.points)} for o in rule.options]
            return "choice", {"options": options, "pick": rule.pick.value}
        case BandsRule():
            return "bands", {"on": rule.on.value, "bands": [_step_json(band) for band in rule.bands]}
        case ProportionalRule():
            own = {"floor": _number(rule.floor), "floor_closed": rule.floor_closed, "cap": _number(rule.cap)}
            return "proportional", own
        case PerCaseRule():
            return "per_case", {"each": plain(rule.each), "cap": _number(rule.cap)}
        case DeductionRule():
            return "deduction", _deduction_json(rule)
        case SurveyRule():
            weights = {key: plain(weight) for key, weight in rule.weights}
            return "survey", {"weights": weights, "basis": rule.basis.value}
        case BallotsRule():
            return "ballots", {"weights": {key: plain(weight) for key, weight in rule.weights}}
        case PreviousPeriodRule():
            return "previous_period", _previous_period_json(rule)
        case ExternalRule():
            return "external", {"scale": plain(rule.scale)}
        case JudgedRule():
            return "judged", {"step": _number(rule.step)}
        case _:
            assert_never(rule)


def _step_json(band: Step) -> dict[str, Any]:
    return {
        "from": _number(band.lower),
        "from_closed": band.lower_closed,
        "to": _number(band.upper),
        "to_closed": band.upper_closed,
        "points": plain(band.points),
    }


def _deduction_json(rule: DeductionRule) -> dict[str, Any]:
    return {
        "threshold": _number(rule.threshold),
        "start": _number(rule.start),
        "each": plain(rule.each),
        "floor": plain(rule.floor),
        "cut_off": rule.cut_off,
    }


def _previous_period_json(rule: PreviousPeriodRule) -> dict[str, Any]:
    return {
        "measures": [{"key": measure.key, "better": measure.better.value} for measure in rule.measures],
        "combine": rule.combine.value,
        "higher": plain(rule.higher),
        "equal": plain(rule.equal),
        "lower": plain(rule.lower),
        "first_year": _number(rule.first_year),
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
