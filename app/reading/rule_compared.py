"""Better, equal or worse than last year → a `previous_period` rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.domain.rules import Better, Combine, Measure, PreviousPeriodRule
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase, keep, take_rule

_YEAR = r"(?:so với\s+)?(?:năm|kỳ)\s+(?:trước|liền trước|ngoái|liền kề)"
_HIGHER = re.compile(
    rf"(?:cao hơn|tăng(?!\s+thêm)|tốt hơn|tiến bộ|cải thiện)[^.;]{{0,30}}?(?:{_YEAR}|$)", re.IGNORECASE
)
_EQUAL = re.compile(r"\b(?:bằng|giữ nguyên|không (?:thay đổi|tăng|đổi)|duy trì)\b", re.IGNORECASE)
_LOWER = re.compile(r"thấp hơn|giảm|tụt|kém hơn|xuống", re.IGNORECASE)
_BETTER_RANK = re.compile(r"xếp hạng|thứ hạng|vị trí|hạng", re.IGNORECASE)
_ABOUT_YEAR = re.compile(_YEAR, re.IGNORECASE)
_AMOUNT = re.compile(r"\d+\s*(?:%|bậc|hạng|điểm)", re.IGNORECASE)
_SIDE = r"(?:bằng|giữ nguyên|duy trì|cao hơn|thấp hơn|tăng|giảm|không (?:tăng|giảm|thay đổi|đổi)|tụt)"
_EITHER = re.compile(rf"\b{_SIDE}(?:\s+(?:hạng|bậc|điểm))?\s+hoặc\s+(?={_SIDE}\b)", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:hoặc|đồng thời|nhưng|nếu|do|trừ|ngoại trừ|và (?:đạt|có|không|nằm|thuộc|được|hoàn thành))\b", re.IGNORECASE
)
_SUBJECTS = (
    (re.compile(r"chỉ số (?:cchc|cải cách hành chính)|par ?index", re.IGNORECASE), "cchc"),
    (re.compile(r"hài lòng|sipas", re.IGNORECASE), "satisfaction"),
    (re.compile(r"chuyển đổi số|\bdti\b", re.IGNORECASE), "digital"),
    (re.compile(r"năng lực cạnh tranh|\bpci\b|\bddci\b", re.IGNORECASE), "competitiveness"),
    (re.compile(r"quản trị (?:và )?hành chính công|\bpapi\b", re.IGNORECASE), "papi"),
)


def read_compared(case: LeafCase, clauses: Sequence[Clause]) -> PreviousPeriodRule | None:
    """Return the comparison three clauses draw, or None where they draw none exactly."""
    if len(clauses) not in {2, 3} or not any(_ABOUT_YEAR.search(clause.full) for clause in clauses):
        return None
    if any(_AMOUNT.search(clause.full) or _more(clause.full) for clause in clauses):
        return None
    sides = {"higher": _only(clauses, _HIGHER), "equal": _only(clauses, _EQUAL), "lower": _only(clauses, _LOWER)}
    if sides["equal"] is None or sides["higher"] is None or sides["lower"] is None:
        return None
    given = {name: clause.points for name, clause in sides.items() if clause is not None}
    measures = _measures(f"{case.leaf.title} {clauses[0].full}")
    rule = _rule(measures, Combine.WORST, given)
    if len(measures) > 1:
        together = _rule(measures, Combine.ALL, given)
        remedies = (take_rule("worst_measure", rule), take_rule("all_measures", together))
        case.find(FindingCode.TWO_MEASURES, row=clauses[0].row, remedies=remedies, text=clauses[0].full)
    else:
        case.find(FindingCode.NOTHING_TO_MEASURE, row=clauses[0].row, remedies=(keep(),))
    return rule


def _more(text: str) -> bool:
    """Tell whether a clause asks for more than to be better, equal or worse ("bằng hoặc giảm" asks no more)."""
    return bool(_MORE.search(_EITHER.sub(" ", text)))


def _rule(measures: tuple[Measure, ...], combine: Combine, given: dict[str, Decimal]) -> PreviousPeriodRule:
    return PreviousPeriodRule(
        measures=measures, combine=combine, higher=given["higher"], equal=given["equal"], lower=given["lower"]
    )


def _only(clauses: Sequence[Clause], pattern: re.Pattern[str]) -> Clause | None:
    """Return the one clause of which `pattern` says most; an equal-or-lower clause would be two sides at once."""
    found = [clause for clause in clauses if pattern.search(clause.full)]
    return found[0] if len(found) == 1 else None


def _measures(text: str) -> tuple[Measure, ...]:
    """Name what is compared; a rank is better when it is smaller."""
    rank = bool(_BETTER_RANK.search(text))
    better, suffix = (Better.LOWER, "rank") if rank else (Better.HIGHER, "index")
    subjects = [name for pattern, name in _SUBJECTS if pattern.search(text)]
    return tuple(Measure(f"{name}_{suffix}", better) for name in subjects or ["result"])
