"""Claims somebody could make, for a demonstration: by the kind of rule, good more often than bad."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from app.domain.points import plain
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    SurveyRule,
)


def plausible(rule: Rule, maximum: Decimal, chance: Random) -> dict[str, Any]:
    """Return a claim somebody could make: good more often than bad."""
    total = chance.randint(20, 400)
    done = total - chance.choice((0, 0, 0, 1, 2, total // 8, total // 4))
    match rule:
        case ChoiceRule():
            best = max(rule.options, key=lambda option: option.points)
            chosen = best if chance.random() < 0.8 else chance.choice(rule.options)
            return {"option": chosen.key} if rule.pick is Pick.ONE else {"options": [chosen.key]}
        case BandsRule(on=BandsOn.COUNT):
            return {"count": str(chance.choice((0, 1, 2, 2, 3, 7)))}
        case BandsRule() | ProportionalRule():
            return {"numerator": str(done), "denominator": str(total)}
        case DeductionRule():
            faults = chance.choice((0, 0, 1, 2))
            return {"numerator": str(total - faults), "denominator": str(total), "faults": str(faults)}
        case PreviousPeriodRule():
            keys = {measure.key: chance for measure in rule.measures}
            return {"measures": {key: {"previous": None, "current": _measure(key, chance)} for key in keys}}
        case JudgedRule():
            return {"points": plain(maximum)}
        case ExternalRule():
            return {"value": str(chance.randint(60, 100))}
        case _:
            return {"count": str(chance.randint(0, 4))}


def of_sheets(rule: SurveyRule | BallotsRule, maximum: Decimal) -> dict[str, Any]:
    """Return a claim of answers counted, or of the maximum by every kind of leader."""
    if isinstance(rule, BallotsRule):
        return {"ballots": [{"kind": kind, "points": plain(maximum)} for kind, _ in rule.weights]}
    return {"tally": {key: str(place) for place, (key, _) in enumerate(rule.weights, start=1)}}


def _measure(key: str, chance: Random) -> str:
    return str(chance.randint(1, 23)) if key.endswith("rank") else plain(Decimal(chance.randint(600, 980)).scaleb(-1))
