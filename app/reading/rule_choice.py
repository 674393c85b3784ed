"""Options that are told apart by words → a `choice` rule, and what is odd about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.domain.rules import ChoiceRule, Option, Pick, Rule
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase, figure, keep, take_rule
from app.reading.zero_words import is_about, is_rest, starts_with_no, words_of

_EXISTS = re.compile(r"^(?:trong năm\s+|nếu\s+)?có\b", re.IGNORECASE)
_ALL_GOOD = re.compile(r"^(?:100\s*%|tất cả|toàn bộ|(?:trong năm[^,;]{0,20}\s+)?không (?:có|để|xảy ra))", re.IGNORECASE)
_GRADE = re.compile(
    r"^(?:được\s+)?(?:đánh giá|xếp loại|đạt loại|xếp hạng|đạt mức)?\s*[“\"'‘]?(?:không\s+)?hoàn thành\b", re.IGNORECASE
)
_PEOPLE = re.compile(r"cán bộ|công chức|viên chức|lãnh đạo|người đứng đầu", re.IGNORECASE)
_PARTS = re.compile(r"\btrong đó\b|\b(?:bao gồm|cụ thể|gồm)\s*:", re.IGNORECASE)
_ACT = re.compile(r"\bvà\s+(?:tổ chức|thực hiện|triển khai|công khai|gửi|báo cáo|niêm yết)\b", re.IGNORECASE)


def read_choice(case: LeafCase, clauses: Sequence[Clause]) -> Rule | None:
    """Return a choice among `clauses`, or None where their points add up instead of excluding one another."""
    if len(clauses) < 2 or _adds_up(case, clauses):
        return None
    options = tuple(Option(str(n), clause.full, clause.points) for n, clause in enumerate(clauses, 1))
    rule = ChoiceRule(options=options, pick=_pick(case, clauses))
    _check_texts(case, clauses)
    _check_zero(case, clauses)
    _check_pairs(case, clauses)
    return rule


def _adds_up(case: LeafCase, clauses: Sequence[Clause]) -> bool:
    """Tell whether the points are parts of the maximum: none gives all of it, together they do.

    A first line that gives all of it and says "trong đó" only names what the others are parts of.
    """
    positive = [clause.points for clause in clauses if clause.points > 0]
    if positive and positive[0] == case.maximum and _PARTS.search(case.words):
        positive = positive[1:]
    return _parts(positive, case.maximum) or _parts(_best_of_each(clauses), case.maximum)


def _parts(points: Sequence[Decimal], maximum: Decimal) -> bool:
    return len(points) > 1 and max(points) < maximum and sum(points, Decimal(0)) == maximum


def _best_of_each(clauses: Sequence[Clause]) -> list[Decimal]:
    """Return the highest points under each heading ("Kế hoạch:", "Báo cáo:")."""
    headings = dict.fromkeys(clause.branch for clause in clauses if clause.branch)
    return [max(clause.points for clause in clauses if clause.branch == heading) for heading in headings]


def _pick(case: LeafCase, clauses: Sequence[Clause]) -> Pick:
    top = max(clause.points for clause in clauses)
    exists = [clause for clause in clauses if _EXISTS.match(clause.full)]
    best = [clause for clause in clauses if clause.points == top]
    if len(clauses) > 2 and all(_GRADE.match(clause.full) for clause in clauses) and _PEOPLE.search(case.leaf.title):
        return _grades(case, clauses)
    if len(exists) < 2 or len({clause.points for clause in exists}) < 2:
        return Pick.ONE
    text = "; ".join(clause.full for clause in exists)
    if all(_ALL_GOOD.match(clause.full) for clause in best):
        case.find(FindingCode.OPTIONS_OVERLAP, row=exists[0].row, remedies=(keep(),), text=text, taken="worst")
        return Pick.WORST
    if (
        any(clause.points == 0 and starts_with_no(clause.full) for clause in clauses)
        and min(c.points for c in exists) > 0
    ):
        case.find(FindingCode.OPTIONS_OVERLAP, row=exists[0].row, remedies=(keep(),), text=text, taken="best")
        return Pick.BEST
    return Pick.ONE


def _grades(case: LeafCase, clauses: Sequence[Clause]) -> Pick:
    options = tuple(Option(str(n), clause.full, clause.points) for n, clause in enumerate(clauses, 1))
    remedies = (
        take_rule("worst_grade", ChoiceRule(options=options, pick=Pick.WORST)),
        take_rule("one_grade", ChoiceRule(options=options, pick=Pick.ONE)),
    )
    text = "; ".join(clause.full for clause in clauses)
    case.find(FindingCode.SEVERAL_GRADES, row=clauses[0].row, remedies=remedies, text=text)
    return Pick.WORST


def _check_texts(case: LeafCase, clauses: Sequence[Clause]) -> None:
    seen: set[str] = set()
    for clause in clauses:
        folded = " ".join(words_of(clause.full))
        if folded in seen:
            case.find(FindingCode.OPTIONS_TWICE, row=clause.row, remedies=(keep(),), text=clause.full)
        seen.add(folded)
        if not clause.full:
            case.find(FindingCode.RULE_NOT_UNDERSTOOD, row=clause.row, text=figure(clause.points))


def _check_zero(case: LeafCase, clauses: Sequence[Clause]) -> None:
    for clause in clauses:
        others = [other.full for other in clauses if other is not clause]
        denies = clause.points == 0 and starts_with_no(clause.full) and not is_rest(clause.full)
        if denies and not is_about(clause.full, case.leaf.title, others):
            case.find(FindingCode.ZERO_ELSEWHERE, row=clause.row, remedies=(keep(),), text=clause.full)
        if clause.points == 0 and not clause.signed:
            case.find(FindingCode.ZERO_WITHOUT_SIGN, row=clause.row, text=clause.full)


def _check_pairs(case: LeafCase, clauses: Sequence[Clause]) -> None:
    good = max(clauses, key=lambda clause: clause.points)
    bad = min(clauses, key=lambda clause: clause.points)
    if len(clauses) == 2:
        _case_between(case, good, bad)
        _contradiction(case, good, bad)
    for clause in clauses:
        if clause is not bad and clause is not good and _alternative_shared(bad.full, clause.full):
            text = f"{clause.full} / {bad.full}"
            case.find(FindingCode.OPTIONS_OVERLAP, row=bad.row, remedies=(keep(),), text=text, taken="one")


def _case_between(case: LeafCase, good: Clause, bad: Clause) -> None:
    """ "Ban hành … và tổ chức thực hiện tốt" against "Không ban hành": issued but badly done has no option."""
    joined = _ACT.search(good.full)
    denied = re.match(r"^(?:không|chưa)\s+(?P<verb>[^\W\d]+(?:\s+[^\W\d]+)?)\s*$", bad.full.strip(" .;"), re.IGNORECASE)
    if joined and denied and good.full.lower().startswith(denied["verb"].lower()):
        case.find(FindingCode.CASE_MISSING, row=bad.row, remedies=(keep(),), text=good.full[joined.start() :])


def _contradiction(case: LeafCase, good: Clause, bad: Clause) -> None:
    """ "hoặc không có nội dung cần xử lý" earns, "hoặc không phát hiện nội dung cần xử lý" does not: one case twice."""
    one, other = _denied_alternatives(good.full), _denied_alternatives(bad.full)
    for left in one:
        for right in other:
            if len(set(words_of(left)) & set(words_of(right))) >= 4:
                case.find(FindingCode.OPTIONS_CONTRADICT, row=bad.row, remedies=(keep(),), text=f"{left} / {right}")


def _denied_alternatives(text: str) -> list[str]:
    return [part for part in re.split(r"\s+hoặc\s+", text)[1:] if starts_with_no(part)]


def _alternative_shared(worst: str, middle: str) -> bool:
    """Tell whether one "hoặc" of the worst option is already said by a middle one ("niêm yết không đầy đủ")."""
    said = set(words_of(middle))
    if not {"không", "chưa"} & said:
        return False
    for part in re.split(r"\s+hoặc\s+", worst)[1:]:
        words = set(words_of(part))
        if starts_with_no(part) and len(words) > 5 and len(words & said) >= 0.8 * len(words):
            return True
    return False


def check_points(case: LeafCase, points: Sequence[tuple[Decimal, str, int]]) -> bool:
    """Name points that the maximum cannot hold and ends that are missing; False where a rule cannot stand."""
    sound = True
    for given, text, row in points:
        if given > case.maximum:
            sound = False
            details = {"text": text, "points": figure(given), "maximum": figure(case.maximum)}
            case.find(FindingCode.OPTION_ABOVE_MAXIMUM, row=row, remedies=(keep(),), **details)
    given_points = {given for given, _, _ in points}
    if Decimal(0) not in given_points:
        case.find(FindingCode.NO_ZERO_OPTION, remedies=(keep(),))
    if case.maximum not in given_points:
        case.find(FindingCode.NO_FULL_OPTION, remedies=(keep(),), maximum=figure(case.maximum))
    return sound
