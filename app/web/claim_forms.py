"""From the fields of a leaf's form to a claim, and back: figures as people type them, refused by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import InputInvalid
from app.domain.points import parse_screen_number, plain
from app.domain.rule_codec import kind_of
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    Pick,
    PreviousPeriodRule,
    Rule,
    SurveyRule,
)
from app.words.numbers import spelled

#: a radio button of a leaf that is no option of the decree carries its claim behind this mark
SPECIAL = "~"

Form = MultiDict[str, str]
Claim = dict[str, Any]


def control_of(rule: Rule) -> str:
    """Return which control a rule is filled with: its kind, bands told apart by what they measure."""
    match rule:
        case ChoiceRule(pick=pick):
            return "choice" if pick is Pick.ONE else "choices"
        case BandsRule(on=on):
            return "count" if on is BandsOn.COUNT else "ratio"
        case _:
            return {"proportional": "ratio", "per_case": "count"}.get(kind_of(rule), kind_of(rule))


def claim_of_form(rule: Rule, form: Form) -> Claim | None:
    """Return the claim the form makes, as JSON; None while nothing was filled in.

    Raises: InputInvalid naming the field (`field`): missing_number, negative_figure, ambiguous_grouping, not_a_number …
    """
    if form.get("declined"):
        return {"declined": True}
    control = control_of(rule)
    chosen = form.getlist("option") if control == "choice" else [form.get("mode", "")]
    special = next((key for key in chosen if key.startswith(SPECIAL)), None)
    if special is not None:
        return _special(special.removeprefix(SPECIAL))
    match control:
        case "choice":
            return {"option": chosen[0]} if chosen else None
        case "choices":
            return {"options": form.getlist("option")} if form.getlist("option") else None
        case "ratio":
            return _ratio(form)
        case "deduction":
            return _deduction(rule, form)
        case "survey" | "ballots" | "previous_period":
            return _keyed(rule, form)
        case _:
            return _single({"count": "count", "external": "value", "judged": "points"}[control], form)


def _special(key: str) -> Claim:
    if key in {"nothing_arose", "declined"}:
        return {key: True}
    return {"zero": key.removeprefix("zero:")}


def _ratio(form: Form) -> Claim | None:
    if _blank(form, "numerator") and _blank(form, "denominator"):
        return _single("percent", form)
    return {"numerator": _figure(form, "numerator"), "denominator": _figure(form, "denominator")}


def _deduction(rule: Rule, form: Form) -> Claim | None:
    threshold = rule.threshold if isinstance(rule, DeductionRule) else None
    share = _ratio(form) or {}
    if not share and _blank(form, "faults"):
        return None
    if not share and threshold is not None:
        raise InputInvalid("missing_number", what="numerator", field="numerator")
    return {"faults": _figure(form, "faults"), **share}


def _keyed(rule: Rule, form: Form) -> Claim | None:
    match rule:
        case SurveyRule(weights=weights):
            keys, shape = [key for key, _ in weights], "tally"
        case PreviousPeriodRule(measures=measures):
            keys, shape = [measure.key for measure in measures], "measures"
        case BallotsRule(weights=weights):
            given = [(kind, number) for kind, _ in weights for number in range(_sheets_of(form, kind))]
            return {"ballots": [{"kind": kind, "points": _figure(form, f"{kind}.{number}")} for kind, number in given]}
        case _:
            return None
    if all(_blank(form, f"{shape}.{key}") for key in keys):
        return None
    figures = {key: _figure(form, f"{shape}.{key}") for key in keys}
    if shape == "tally":
        return {"tally": figures}
    return {"measures": {key: {"previous": None, "current": figure} for key, figure in figures.items()}}


def _sheets_of(form: Form, kind: str) -> int:
    """Return how many sheets of one kind of leader the form holds; no council has more than a hundred leaders."""
    return min(form.get(f"{kind}.n", 0, type=int) or 0, 100)


def _single(name: str, form: Form) -> Claim | None:
    return None if _blank(form, name) else {name: _figure(form, name)}


def _blank(form: Form, name: str) -> bool:
    return not form.get(name, "").strip()


def _figure(form: Form, name: str) -> str:
    try:
        return plain(parse_screen_number(form.get(name, "")))
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": name}) from refused


def values_of_form(form: Form) -> dict[str, list[str]]:
    """Return what was typed, to show it again word for word beside a refusal."""
    return {name: values for name, values in form.lists() if name not in {"csrf_token", "version"}}


def values_of_claim(claim: Mapping[str, Any] | None) -> dict[str, list[str]]:  # noqa: C901 - one arm for each shape
    """Return the fields a stored claim fills, figures as the reader would type them."""
    if claim is None:
        return {}
    values: dict[str, list[str]] = {}
    for name, value in claim.items():
        match name:
            case "nothing_arose" | "declined":
                values["mode"] = values["option"] = [SPECIAL + name]
            case "zero":
                values["mode"] = values["option"] = [f"{SPECIAL}zero:{value}"]
            case "option":
                values["option"] = [value]
            case "options":
                values["option"] = list(value)
            case "tally":
                values |= {f"tally.{key}": [spelled(figure)] for key, figure in value.items()}
            case "measures":
                values |= {f"measures.{key}": [spelled(pair["current"])] for key, pair in value.items()}
            case "ballots":
                continue
            case _:
                values[name] = [spelled(value)]
    return values
