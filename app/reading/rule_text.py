"""Sentences → a rule, or a judged leaf and a finding that says so: never a guess in silence.

Each leaf is read by the first kind that explains every clause that gives points. What a kind cannot explain wholly it
leaves; a leaf nobody explains is scored by judgement, with a warning on it.
"""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from app.domain.errors import RuleInvalid
from app.domain.rule_checks import check_rule
from app.domain.rules import (
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    JudgedRule,
    PerCaseRule,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
)
from app.domain.terms import ScoredBy
from app.reading.clauses import Clause, sort_lines
from app.reading.draft import LeafText, Line, RuleReading
from app.reading.findings import Finding, FindingCode
from app.reading.formulas import FormulaKind, formula_in
from app.reading.leaf_case import LeafCase, keep
from app.reading.point_words import Gives, values_in
from app.reading.rule_bands import read_bands
from app.reading.rule_choice import check_points, read_choice
from app.reading.rule_compared import read_compared
from app.reading.rule_faults import read_cases, read_deduction
from app.reading.rule_notes import nothing_arose_points, read_notes
from app.reading.rule_shares import read_formula, survey_rule
from app.reading.zero_words import names_fault, says_nothing_arose, words_of

_LEADERS = re.compile(
    r"phiếu[^.;]{0,40}lãnh đạo|lãnh đạo (?:ubnd|ủy ban|sở|huyện|tỉnh)[^.;]{0,30}(?:chấm|đánh giá)", re.IGNORECASE
)
_SURVEY = re.compile(r"\bxhh\b|điều tra xã hội học|khảo sát xã hội học", re.IGNORECASE)
_EXTERNAL = re.compile(
    r"(?:theo|lấy|căn cứ|sử dụng)\s+(?:kết quả|điểm|chỉ số)[^.;]{0,60}(?:công bố|cổng dịch vụ công|bộ nội vụ|sipas|papi|pci)",
    re.IGNORECASE,
)
_COUNCIL = re.compile(
    r"hội đồng(?: thẩm định| đánh giá)? (?:tự )?(?:chấm|xem xét,? quyết định|cho điểm)", re.IGNORECASE
)
_HAS_NONE = re.compile(r"\bkhông\s+(?:có|được giao|thuộc|phải)\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:nhưng|báo cáo|kế hoạch|văn bản|tài liệu|minh chứng|lý do|do|phải do)\b", re.IGNORECASE)
_UNLESS = re.compile(r"^(?:nếu|trường hợp|đơn vị)\b", re.IGNORECASE)
_PENALTY = re.compile(
    r"^(?:(?:phần|nội dung|mục|lĩnh vực)\s+)?(?:[A-ZIVX\d]{1,4}[.:)]?\s+)?(?:các\s+)?(?:nội dung\s+|tiêu chí\s+)?(?:điểm (?:trừ|phạt)|trừ điểm)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"khắc phục[^.;]{0,80}(?:chỉ ra|kết luận)|kiến nghị sau", re.IGNORECASE)

_Reader = Callable[[LeafCase, Sequence[Clause]], Rule | None]


def read_rules(leaves: Sequence[LeafText]) -> list[RuleReading]:
    """Read the leaves of one branch, in order: a formula printed once in an evidence cell serves its sisters."""
    shared = _shared_survey(leaves)
    return [_read(leaf, shared) for leaf in leaves]


def read_rule(leaf: LeafText) -> RuleReading:
    return read_rules([leaf])[0]


def _shared_survey(leaves: Sequence[LeafText]) -> tuple[str, Line] | None:
    """Return the survey formula that stands in an evidence cell of one of `leaves`, or above them, with its leaf."""
    for leaf in leaves:
        for line in (*leaf.evidence, *leaf.above):
            formula = formula_in(line.text)
            if formula is not None and formula.kind is FormulaKind.SURVEY and formula.factor is None:
                return leaf.code, line
    return None


def _read(leaf: LeafText, shared: tuple[str, Line] | None) -> RuleReading:
    maximum = leaf.maximum if leaf.maximum is not None else _highest(leaf)
    case = LeafCase(leaf, maximum, sort_lines(leaf.lines, maximum))
    scored_by = _scorer(case)
    spoken = bool(case.clauses or case.sorted.lost)
    penalty = next((title for title in leaf.under if _PENALTY.search(title)), None)
    rule = _ruled(case) if spoken and penalty is None else None
    if penalty is not None:
        case.find(FindingCode.PENALTY_PART, remedies=(keep(),), text=penalty)
    if not spoken:
        rule = _by_survey(case, shared, scored_by) or _from_title(case)
        if rule is None:
            case.find(FindingCode.RULE_MISSING)
    read_notes(case)
    rule = _completed(case, rule)
    for line in case.sorted.joined:
        case.find(FindingCode.OPTION_SPLIT, row=line.row, text=line.text)
    if scored_by is not ScoredBy.UNIT:
        case.find(FindingCode.SCORED_BY_OTHERS, text=leaf.mark or leaf.title, by=scored_by.value)
    return RuleReading(rule, scored_by, _requirement(case), tuple(case.findings), _rows(case))


def _highest(leaf: LeafText) -> Decimal:
    given = [value.points for line in leaf.lines for value in values_in(line.text, None)]
    return max(given, default=Decimal(0))


def _scorer(case: LeafCase) -> ScoredBy:
    around = " ".join(line.text for line in (*case.leaf.evidence, *case.leaf.above))
    marked = _SURVEY.search(f"{case.leaf.mark} {case.words}")
    if marked or (not case.clauses and _SURVEY.search(around)):
        return ScoredBy.LEADERS if _LEADERS.search(around) or _LEADERS.search(case.words) else ScoredBy.SURVEY
    if not case.clauses and _LEADERS.search(around):
        return ScoredBy.LEADERS
    if _EXTERNAL.search(case.words):
        return ScoredBy.EXTERNAL
    return ScoredBy.COUNCIL if _COUNCIL.search(case.words) else ScoredBy.UNIT


def _ruled(case: LeafCase) -> Rule | None:
    """Return the rule that explains every clause, or None with the finding that none does."""
    if case.sorted.lost:
        text = "; ".join(line.text for line in case.sorted.lost)
        case.find(FindingCode.RULE_NOT_UNDERSTOOD, row=case.sorted.lost[0].row, text=text)
        return None
    clauses = _meant(_without_unless(case))
    kinds = {clause.gives for clause in clauses}
    for reader in _readers(clauses, kinds):
        taken = len(case.findings), len(case.zero_when)
        rule = reader(case, clauses)
        if rule is not None:
            return rule
        blocked = any(finding.code in _FATAL for finding in case.findings[taken[0] :])
        if not blocked:
            del case.findings[taken[0] :]
        del case.zero_when[taken[1] :]
        if blocked:
            break
    text = "; ".join(clause.full or str(clause.points) for clause in clauses)
    case.find(FindingCode.RULE_NOT_UNDERSTOOD, row=clauses[0].row, text=text)
    return None


#: findings that say why nothing may be read from these sentences; no other kind is tried then
_FATAL = frozenset({FindingCode.BANDS_OVERLAP, FindingCode.FORMULA_UNCLEAR})


def _without_unless(case: LeafCase) -> list[Clause]:
    """Take "Nếu không phát sinh … thì được điểm tối đa" out of the options: it is no grade but a case of its own."""
    cases = [clause for clause in case.clauses if _UNLESS.match(clause.text)]
    asides = [c for c in cases if (says_nothing_arose(c.full) or _has_none(c.full)) and not c.signed and c.points]
    if len(asides) != 1 or asides[0].gives is not Gives.FIXED or len(case.clauses) < 2:
        return case.clauses
    if len(cases) > 1 and not says_nothing_arose(asides[0].full):
        return case.clauses
    case.nothing_arose = asides[0].points
    return [clause for clause in case.clauses if clause is not asides[0]]


def _has_none(text: str) -> bool:
    """Tell whether a unit has nothing to do ("không được giao nhiệm vụ"), not nothing to show or nothing amiss."""
    return bool(_HAS_NONE.search(text)) and not names_fault(text) and not _STILL.search(text)


def _meant(clauses: Sequence[Clause]) -> list[Clause]:
    """Tell a dash that means "equals" from one that takes off: where no other sign is used, it equals.

    A cap without anything it would cap, and without a condition, repeats the maximum and says nothing.
    """
    signs = [clause for clause in clauses if clause.gives is Gives.FIXED and clause.signed]
    runs = any(clause.gives in {Gives.EACH, Gives.MINUS, Gives.DASH, Gives.PLUS} for clause in clauses)
    kept = [c for c in clauses if runs or len(clauses) == 2 or c.gives is not Gives.CAP or c.text]
    made = []
    for clause in kept:
        if clause.gives is Gives.DASH and not signs:
            made.append(replace(clause, gives=Gives.FIXED, signed=True))
        else:
            made.append(clause)
    return made


def _readers(clauses: Sequence[Clause], kinds: set[Gives]) -> list[_Reader]:
    if any(clause.formula is not None for clause in clauses):
        return [read_formula] if kinds == {Gives.FIXED} else []
    if kinds & {Gives.MINUS, Gives.DASH}:
        return [read_deduction]
    if kinds & {Gives.EACH, Gives.CAP}:
        return [read_cases]
    if kinds != {Gives.FIXED}:
        return []
    return [read_compared, read_bands, read_choice]


def _by_survey(case: LeafCase, shared: tuple[str, Line] | None, scored_by: ScoredBy) -> Rule | None:
    if shared is None or scored_by not in {ScoredBy.LEADERS, ScoredBy.SURVEY}:
        return None
    at, line = shared
    formula = formula_in(line.text)
    if formula is None:
        return None
    if at != case.leaf.code:
        case.find(FindingCode.FORMULA_ELSEWHERE, row=line.row, remedies=(keep(),), at=at)
    return survey_rule(case, formula, line.row)


def _from_title(case: LeafCase) -> Rule | None:
    """Read options that stand inside the title, in brackets or after a colon."""
    if len(values_in(case.leaf.title, case.maximum)) < 2 and formula_in(case.leaf.title) is None:
        return None
    case.sorted = sort_lines((Line(case.leaf.title, -1),), case.maximum)
    return _ruled(case) if case.clauses else None


def _completed(case: LeafCase, rule: Rule | None) -> Rule:
    """Put what the notes and the denials said onto the rule, and check it as the portal will."""
    if rule is None:
        return JudgedRule()
    points = _points(case, rule)
    if points and not check_points(case, points):
        return JudgedRule()
    rule = replace(rule, nothing_arose=nothing_arose_points(case), zero_when=tuple(case.zero_when))
    _check_measured(case, rule)
    try:
        check_rule(rule, case.maximum)
    except RuleInvalid as refusal:
        case.find(FindingCode.RULE_NOT_UNDERSTOOD, text=refusal.code)
        return JudgedRule()
    return rule


def _points(case: LeafCase, rule: Rule) -> list[tuple[Decimal, str, int]]:
    row = case.clauses[0].row if case.clauses else 0
    match rule:
        case ChoiceRule(options=options):
            return [(option.points, option.text, row) for option in options]
        case BandsRule(bands=bands):
            return [(band.points, "", row) for band in bands]
        case PreviousPeriodRule():
            return [(rule.higher, "", row), (rule.equal, "", row), (rule.lower, "", row)]
        case _:
            return []


def _check_measured(case: LeafCase, rule: Rule) -> None:
    """Say where the paper has no word for nothing to measure: 0/0 is refused, not guessed."""
    share = isinstance(rule, ProportionalRule) or (isinstance(rule, BandsRule) and rule.on is BandsOn.PERCENT)
    share = share or (isinstance(rule, DeductionRule) and rule.threshold is not None)
    asked = share or bool(_MEASURED.search(case.leaf.title))
    if asked and rule.nothing_arose is None and not isinstance(rule, PreviousPeriodRule | PerCaseRule):
        case.find(FindingCode.NOTHING_TO_MEASURE, remedies=(keep(),))


def copied_options(leaves: Sequence[tuple[str, str, Rule, int]]) -> list[Finding]:
    """Return where the options of one leaf are those of an earlier one word for word: a slip of copying, or meant.

    `leaves`: code, title, rule, row of every leaf, in order. Options shorter than six words say nothing of their own.
    """
    seen: dict[str, tuple[str, str]] = {}
    found: list[Finding] = []
    for code, title, rule, row in leaves:
        if not isinstance(rule, ChoiceRule):
            continue
        best = max(rule.options, key=lambda option: option.points).text
        words = words_of(best)
        if len(words) < 6:
            continue
        folded = " ".join(words)
        earlier = seen.get(folded)
        if earlier is not None and words_of(earlier[1]) != words_of(title):
            found.append(Finding(FindingCode.OPTIONS_COPIED, code, {"other": earlier[0]}, (keep(),), (row,)))
        seen.setdefault(folded, (code, title))
    return found


def _requirement(case: LeafCase) -> str:
    """Return what gives no points, in the order of the paper; empty headings are left out."""
    used = {id(line) for line in case.sorted.silent if line.text.strip(" *:").lower() in {"yêu cầu", ""}}
    kept = [line for line in (*case.sorted.silent, *case.sorted.notes, *case.sorted.lost) if id(line) not in used]
    return "\n".join(line.text for line in sorted(kept, key=lambda line: line.row))


def _rows(case: LeafCase) -> tuple[int, ...]:
    return tuple(dict.fromkeys(clause.row for clause in case.clauses if clause.row >= 0))
