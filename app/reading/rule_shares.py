"""Formulas → `proportional`, `external` and `survey` rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.rules import ExternalRule, ProportionalRule, Rule, SurveyBasis, SurveyRule, ZeroGround
from app.reading.bounds import Interval, interval_in
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.formulas import Formula, FormulaKind
from app.reading.leaf_case import LeafCase, figure, keep, take_rule
from app.reading.rule_bands import offered
from app.reading.rule_conditions import asks_more, ground_split
from app.reading.zero_words import ground_key, is_rest, says_nothing_arose, starts_with_no

HUNDRED = Decimal(100)
_MAY_EXCEED = re.compile(r"kế hoạch phát triển|chỉ tiêu|giải ngân|dự toán|thu ngân sách|số thu", re.IGNORECASE)


def read_formula(case: LeafCase, clauses: Sequence[Clause]) -> Rule | None:
    """Return the rule of the one formula among `clauses`, or None where it cannot be told exactly."""
    with_formula = [clause for clause in clauses if clause.formula is not None]
    if len(with_formula) != 1 or with_formula[0].formula is None:
        return None
    clause, formula = with_formula[0], with_formula[0].formula
    others = [other for other in clauses if other is not clause]
    match formula.kind:
        case FormulaKind.SURVEY:
            fits = formula.factor is None or formula.factor == case.maximum
            return survey_rule(case, formula, clause.row) if fits and not others else None
        case FormulaKind.UNCLEAR:
            return None
        case FormulaKind.VALUE:
            fits = formula.factor is None or formula.factor == case.maximum
            return ExternalRule(scale=HUNDRED) if fits and not others and interval_in(clause.text) is None else None
        case FormulaKind.SHARE:
            if formula.factor is not None and formula.factor != case.maximum:
                text = f"{formula.text} ({figure(case.maximum)})"
                case.find(FindingCode.FORMULA_UNCLEAR, row=clause.row, remedies=(keep(),), text=text)
                return None
            return None if _upside_down(case, formula) else _proportional(case, clause, others)


def _upside_down(case: LeafCase, formula: Formula) -> bool:
    """Tell whether b/a divides the whole by its part, as the paper itself explains its letters."""
    letters = re.search(r"(?<!\w)([a-zđ]\d?)\s*[/:÷]\s*([a-zđ]\d?)(?!\w)", formula.text, re.IGNORECASE)
    if letters is None:
        return False
    above, below = (
        bool(re.search(rf"(?<!\w){each.lower()}\s*(?:là|:|=)\s*tổng", case.words)) for each in letters.groups()
    )
    return above and not below


def survey_rule(case: LeafCase, formula: Formula, row: int | None) -> SurveyRule:
    """Return the mean of the answers, scaled to the maximum; which reading was taken is an error to be settled.

    Nothing is in doubt where the formula itself divides by the top answer and multiplies by the maximum.
    """
    given = tuple((weight, Decimal(weight)) for weight in formula.weights)
    scaled = SurveyRule(weights=given, basis=SurveyBasis.SCALED)
    if not formula.scaled and max(weight for _, weight in given) != case.maximum:
        capped = SurveyRule(weights=given, basis=SurveyBasis.MEAN)
        remedies = (take_rule("scaled", scaled), take_rule("mean", capped))
        case.find(FindingCode.FORMULA_UNCLEAR, row=row, remedies=remedies, text=formula.text)
    return scaled


@dataclass(slots=True)
class _Floor:
    lower: Decimal | None = None
    closed: bool = True


def _proportional(case: LeafCase, clause: Clause, others: Sequence[Clause]) -> ProportionalRule | None:
    own = interval_in(clause.text)
    if not _starts_a_share(clause.text, own):
        return None
    if own is not None and own.doubt:
        case.find(
            FindingCode.BOUND_OPEN, row=clause.row, remedies=(keep(),), text=own.doubt, taken=f"≥ {figure(own.lower)}"
        )
    floor = _Floor() if own is None else _Floor(own.lower, own.lower_closed)
    if not all(_agrees(case, other, floor, has_interval=own is not None) for other in others):
        return None
    if own is not None and floor.lower and not any(_earns_nothing(other) for other in others):
        case.find(FindingCode.NO_ZERO_OPTION, row=clause.row, remedies=(keep(),))
    if floor.lower == 0:
        floor = _Floor()
    if _MAY_EXCEED.search(case.leaf.title):
        case.find(FindingCode.ABOVE_HUNDRED, row=clause.row, remedies=(keep(),))
    return ProportionalRule(floor=floor.lower, floor_closed=floor.closed, cap=HUNDRED, percent_offered=offered(case))


def _starts_a_share(text: str, own: Interval | None) -> bool:
    """Tell whether the words before a formula say at most from where it holds."""
    if own is None:
        return not re.search(r"\d\s*%", text)
    return not (asks_more(text, own) or own.lone or (own.upper is not None and own.upper < HUNDRED))


def _agrees(case: LeafCase, other: Clause, floor: _Floor, *, has_interval: bool) -> bool:
    """Tell whether another clause says what the formula gives anyway, nothing below a floor, or a ground for 0."""
    if says_nothing_arose(other.full):
        case.nothing_arose = other.points
        return True
    interval = interval_in(other.text)
    if interval is None:
        return _denies(case, other)
    other = ground_split(case, other)
    interval = interval_in(other.text) or interval
    if asks_more(other.text, interval):
        return False
    if other.points == case.maximum and _is_all(interval):
        return True
    if other.points or interval.upper is None or interval.lower not in {None, Decimal(0)}:
        return False
    return _below(case, other, interval, floor, has_interval=has_interval)


def _earns_nothing(other: Clause) -> bool:
    return other.points == 0 and (interval_in(other.text) is not None or is_rest(other.text))


def _is_all(interval: Interval) -> bool:
    return interval.lower == HUNDRED and interval.lower_closed


def _denies(case: LeafCase, other: Clause) -> bool:
    if other.points:
        return False
    if is_rest(other.text):
        return True
    if not starts_with_no(other.text):
        return False
    case.zero_when.append(ZeroGround(ground_key(other.text, case.zero_when), other.text))
    case.find(FindingCode.ZERO_GROUND, row=other.row, text=other.text)
    return True


def _below(case: LeafCase, other: Clause, interval: Interval, floor: _Floor, *, has_interval: bool) -> bool:
    """Hold the stretch that earns 0 against the floor of the formula."""
    upper = interval.upper
    if floor.lower is None and not has_interval:
        floor.lower, floor.closed = upper, not interval.upper_closed
        return True
    if floor.lower is None or upper is None or upper > floor.lower:
        case.find(FindingCode.BANDS_OVERLAP, row=other.row, remedies=(keep(),), text=other.text)
        return False
    if upper < floor.lower:
        case.find(FindingCode.BANDS_GAP, row=other.row, remedies=(keep(),), low=figure(upper), high=figure(floor.lower))
    elif interval.upper_closed is floor.closed:
        taken = f"≥ {figure(floor.lower)}" if floor.closed else f"> {figure(floor.lower)}"
        case.find(FindingCode.BOUND_OPEN, row=other.row, remedies=(keep(),), text=other.text, taken=taken)
    return True
