"""Points per case and points taken off per fault → `per_case` and `deduction` rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.domain.rules import BandsOn, DeductionRule, PerCaseRule, ZeroGround
from app.reading.bounds import Interval, interval_in
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase, figure, keep
from app.reading.point_words import Gives
from app.reading.rule_conditions import asks_more, ground_split
from app.reading.zero_words import ground_key, is_rest, says_nothing_arose, starts_with_no

_CASES = frozenset({Gives.EACH, Gives.CAP})
_ONE_MORE = re.compile(r"tăng thêm|thêm|tiếp theo|vượt|\d\s*%", re.IGNORECASE)
_TWICE = re.compile(
    r"\b(?:mỗi|cứ)\s+(?:(?!năm\b|quý\b|tháng\b|dưới\b|trên\b|quá\b|từ\b|hơn\b|cấp\b|loại\b)[^\W\d]+\s+){0,4}(?:0*[2-9]|[1-9]\d+)\b|\d\s*%",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"(?:tối đa|không (?:vượt )?quá|nhiều nhất)\s+(?:là\s+)?(?P<n>\d+)\s+(?P<noun>[^\W\d]+)(?<!điểm)", re.IGNORECASE
)


def read_cases(case: LeafCase, clauses: Sequence[Clause]) -> PerCaseRule | None:
    """Return "mỗi … được 0,5 điểm, tối đa 2 điểm" as a rule, or None where more is said than this."""
    clauses = [_one_case(clause, clauses) for clause in clauses]
    each = [clause for clause in clauses if clause.gives is Gives.EACH]
    caps = [clause for clause in clauses if clause.gives is Gives.CAP]
    others = [clause for clause in clauses if clause.gives not in _CASES]
    if len(each) != 1 or len(caps) > 1 or each[0].points == 0:
        return None
    if _ONE_MORE.search(each[0].text) or _TWICE.search(each[0].text):
        return None
    if not all(_beside(case, other) for other in others):
        return None
    counted = _most_cases(case, each[0])
    if counted is not None and (counted == 0 or caps):
        return None
    capping = (caps or each)[0]
    cap = caps[0].points if caps else counted
    if cap is not None and cap > case.maximum:
        details = {"text": capping.text or each[0].text, "points": figure(cap), "maximum": figure(case.maximum)}
        case.find(FindingCode.OPTION_ABOVE_MAXIMUM, row=capping.row, remedies=(keep(),), **details)
    if cap is not None and cap < case.maximum:
        case.find(FindingCode.NO_FULL_OPTION, row=capping.row, remedies=(keep(),), maximum=figure(case.maximum))
    return PerCaseRule(each=each[0].points, cap=cap)


def _beside(case: LeafCase, other: Clause) -> bool:
    """Tell whether a clause beside the cases only says what nothing earns."""
    if says_nothing_arose(other.full) and other.gives is Gives.FIXED and other.points:
        case.nothing_arose = other.points
        return True
    return not other.points and other.gives is Gives.FIXED and (starts_with_no(other.text) or is_rest(other.text))


def _most_cases(case: LeafCase, each: Clause) -> Decimal | None:
    """Return the points of as many cases as count at most ("tối đa 03 mô hình"); 0: of something else, or twice."""
    texts = (each.text, *(line.text for line in case.sorted.silent))
    most = [found for text in texts for found in _MANY.finditer(text)]
    if not most:
        return None
    same = len(most) == 1 and most[0]["noun"].lower() in each.text[: most[0].start()].lower()
    return each.points * int(most[0]["n"]) if same else Decimal(0)


def _one_case(clause: Clause, clauses: Sequence[Clause]) -> Clause:
    """Read "01 tin, bài được 0,1 điểm" before a cap as points per case."""
    capped = any(other.gives is Gives.CAP and other.points > clause.points for other in clauses)
    interval = interval_in(clause.text)
    alone = interval is not None and interval.lone and interval.on is BandsOn.COUNT and interval.lower == 1
    return replace(clause, gives=Gives.EACH) if capped and alone and clause.gives is Gives.FIXED else clause


def read_deduction(case: LeafCase, clauses: Sequence[Clause]) -> DeductionRule | None:
    """Return threshold, points per fault, floor and cut-off as a rule, or None where more is said than this."""
    minus = [clause for clause in clauses if clause.gives in {Gives.MINUS, Gives.DASH}]
    caps = [clause for clause in clauses if clause.gives in {Gives.MINUS_CAP, Gives.CAP}]
    others = [clause for clause in clauses if clause.gives is Gives.FIXED]
    if len(minus) != 1 or len(caps) > 1 or len(minus) + len(caps) + len(others) != len(clauses) or minus[0].points == 0:
        return None
    if _TWICE.search(minus[0].text):
        return None
    reader = _Threshold(case)
    if not all(reader.takes(other) for other in others):
        return None
    once = minus[0].gives is Gives.MINUS and not _per_fault(minus[0])
    if once and reader.cut_off != 2:
        return None
    floor = Decimal(0) if not caps else max(case.maximum - caps[0].points, Decimal(0))
    reader.say_missing()
    if reader.threshold is not None:
        case.find(FindingCode.FEW_CASES, row=minus[0].row, remedies=(keep(),), text=minus[0].text)
    return DeductionRule(
        threshold=reader.threshold, start=None, each=minus[0].points, floor=floor, cut_off=reader.cut_off
    )


def _per_fault(clause: Clause) -> bool:
    """Tell whether points are taken off once per fault: "mỗi …", "/văn bản", "01 …"; not once for all of them."""
    return bool(re.search(r"\b(?:mỗi|từng|cứ|0?1|một)\b", clause.text, re.IGNORECASE)) or clause.per_each


class _Threshold:
    """What the clauses beside the deduction say: full points, a threshold of the share, a cut-off of the faults."""

    def __init__(self, case: LeafCase) -> None:
        self._case = case
        self.threshold: Decimal | None = None
        self.cut_off: int | None = None
        self._faultless = False
        self._above = self._below = False

    def takes(self, clause: Clause) -> bool:
        """Take a clause in; False where it says something a deduction cannot."""
        interval = interval_in(clause.text)
        if interval is None:
            return self._words(clause)
        clause = ground_split(self._case, clause)
        interval = interval_in(clause.text) or interval
        if asks_more(clause.text, interval):
            return False
        if interval.on is BandsOn.PERCENT:
            return self._share(clause, interval)
        return self._faults(clause, interval)

    def _words(self, clause: Clause) -> bool:
        if says_nothing_arose(clause.full):
            self._case.nothing_arose = clause.points
            return True
        if clause.points == self._case.maximum:
            first, self._faultless = not self._faultless, True
            return first
        if clause.points or not starts_with_no(clause.text):
            return False
        self._case.zero_when.append(ZeroGround(ground_key(clause.text, self._case.zero_when), clause.text))
        self._case.find(FindingCode.ZERO_GROUND, row=clause.row, text=clause.text)
        return True

    def _share(self, clause: Clause, interval: Interval) -> bool:
        if clause.points == self._case.maximum and interval.lone and interval.lower == 100:
            return True
        if interval.doubt:
            return False
        if clause.points == self._case.maximum and interval.upper is None:
            self._above = True
            return self._at(interval.lower, closed=interval.lower_closed)
        if clause.points == 0 and interval.lower is None:
            self._below = True
            return self._at(interval.upper, closed=not interval.upper_closed)
        return False

    def say_missing(self) -> None:
        """Say which side of the threshold the paper has no word for."""
        if self.threshold is not None and not self._above:
            self._case.find(FindingCode.NO_FULL_OPTION, remedies=(keep(),), maximum=figure(self._case.maximum))
        if self.threshold is not None and not self._below:
            self._case.find(FindingCode.NO_ZERO_OPTION, remedies=(keep(),))

    def _at(self, figure_: Decimal | None, *, closed: bool) -> bool:
        """One threshold; the rule's own takes the figure itself, so an open one cannot be said by it."""
        same = self.threshold in {None, figure_}
        self.threshold = figure_
        return same and closed

    def _faults(self, clause: Clause, interval: Interval) -> bool:
        if clause.points or interval.upper is not None or interval.lower is None:
            return False
        if interval.lone:
            return False
        self.cut_off = int(interval.lower) + (0 if interval.lower_closed else 1)
        return True
