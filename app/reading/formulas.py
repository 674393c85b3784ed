"""Formulas in sentences: "(Tỷ lệ % … x 5 điểm)/100", "(b/a) × điểm tối đa", "(c x 1) + (d x 2) + …/B"."""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.reading.formula_terms import Quotient, Sort, Term, taken_apart
from app.reading.point_words import NUMBER, exact


class FormulaKind(StrEnum):
    SHARE = "share"  # a percentage or fraction of the maximum
    SURVEY = "survey"  # weighted answers over all answers
    VALUE = "value"  # an index that somebody else publishes, per cent of the maximum
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Formula:
    """`factor`: what the share is multiplied by; None: the maximum in words. `weights`: of a survey, in order;
    `scaled`: its sum is brought to the maximum by the formula itself."""

    text: str
    start: int
    end: int
    kind: FormulaKind
    factor: Decimal | None = None
    weights: tuple[str, ...] = ()
    scaled: bool = False


_MULTIPLY = re.compile(
    rf"(?:(?<=[\s)\]%\w])[x×*✕]|\bnhân(?: với)?)\s*[\[(]?\s*(?:(?P<number>{NUMBER})(?P<percent>\s*%)?|(?P<full>(?:số\s+)?(?:thang\s+)?điểm\s+(?:tối\s+đa|chuẩn|số\s+tối\s+đa|của\s+tiêu\s+chí|quy\s+định)|tối đa|điểm))",
    re.IGNORECASE,
)
_FULL_FIRST = re.compile(
    r"(?P<full>(?:số\s+)?(?:thang\s+)?điểm\s+(?:tối\s+đa|chuẩn)|(?P<number>\d+(?:[.,]\d+)?)(?:\s*điểm)?)\s*(?<=[\s)\]\w])[x×*✕]\s*[\[(]?\s*(?=(?:tỷ lệ|tỉ lệ|số|tổng|[a-z]\s*[/:]|\())",
    re.IGNORECASE,
)
_SURVEY = re.compile(
    r"(?:\(?\s*[\w%]{1,4}\s*[x×*]\s*(\d)\s*(?:điểm)?\s*\)?\s*\+\s*){2,}\(?\s*[\w%]{1,4}\s*[x×*]\s*(\d)", re.IGNORECASE
)
_INTRODUCED = re.compile(
    r"(?:công thức(?:\s+(?:tính|sau))?|như sau|được tính(?:\s+bằng)?|tính bằng|điểm(?:\s+\w+){0,4})\s*[:=]|=|:|công thức|như sau|tính\s+(?:điểm\s+)?theo|\bthì\b",
    re.IGNORECASE,
)
_PART_OF_FULL = re.compile(
    r"(?:\d/\d|\d+(?:[.,]\d+)?\s*%)\s*[x×*]?\s*(?:tổng\s+)?(?:số\s+)?điểm(?:\s+(?:tối\s+đa|chuẩn))?", re.IGNORECASE
)
_BY_SHARE = re.compile(
    r"(?:tính|chấm)\s+(?:điểm\s+)?(?:theo|tương ứng với)\s+(?:tỷ lệ|tỉ lệ)(?:\s+(?:%|phần trăm|tương ứng|đạt được|hoàn thành|thực hiện))*",
    re.IGNORECASE,
)


#: most sentences multiply nothing: one look tells
_MAYBE = re.compile(
    r"[×*✕]|[\s)\]%\w]x\s*[\[(]?\s*[\dđst(]|[\d)]\s*x\b|nhân|t[ỷỉ] lệ|điểm x\b|chuẩn x\b|đa x\b", re.IGNORECASE
)


@lru_cache(maxsize=2048)  # a note of a branch is asked at each of its leaves
def formula_in(text: str) -> Formula | None:
    """Return the first formula of `text`, or None. One that multiplies but cannot be read is UNCLEAR, never dropped."""
    if not _MAYBE.search(text):
        return None
    survey = _SURVEY.search(text) if "+" in text else None
    if survey:
        return _survey(text, survey)
    spoken = _PART_OF_FULL.sub(lambda part: " " * len(part.group(0)), text)
    match = _MULTIPLY.search(spoken) or _FULL_FIRST.search(spoken)
    if match is None:
        by_share = _BY_SHARE.search(text)
        if by_share is None:
            return None
        return Formula(text[by_share.start() :], by_share.start(), by_share.end(), FormulaKind.UNCLEAR)
    start, end = _stretch(text, match)
    body = text[start:end]
    kind, factor = _read(body)
    return Formula(body.strip(), start, end, kind, factor)


def _survey(text: str, match: re.Match[str]) -> Formula:
    """Return the formula of weighted answers; what stands around the sum must be read too, or nothing is."""
    end = _end(text, match.end())
    weights = tuple(re.findall(r"[x×*]\s*(\d)", match.group(0)))
    body = text[match.start() : end].strip()
    around = taken_apart(f"{_SUM} {text[match.end() : end].lstrip(' )]')}")
    before = text[: match.start()]
    if around is None or not _OPENS.search(before):
        return Formula(body, match.start(), end, FormulaKind.UNCLEAR, weights=weights)
    return _scaled(around, weights, Formula(body, match.start(), end, FormulaKind.SURVEY, weights=weights))


_SUM = "tổng điểm các phiếu"
_OPENS = re.compile(r"(?:^|[=:]|công thức|như sau)[\s(\[]*$", re.IGNORECASE)


def _scaled(around: Quotient, weights: tuple[str, ...], formula: Formula) -> Formula:
    """Tell what the mean of the answers is multiplied by: nothing, or what brings the top answer to `factor`."""
    above, below = _measured(around.above), _measured(around.below)
    times = [term for term in around.above if term.sort is not Sort.AMOUNT]
    over = [term for term in around.below if term.sort is not Sort.AMOUNT]
    if len(above) != 1 or len(below) != 1 or len(times) > 1 or len(over) > 1:
        return replace(formula, kind=FormulaKind.UNCLEAR)
    if not times and not over:
        return formula
    top = exact(max(weights))
    divided = over[0].number if over else None
    if not times or times[0].sort is not Sort.FULL or (over and divided != top):
        return replace(formula, kind=FormulaKind.UNCLEAR)
    if over:
        return replace(formula, scaled=True, factor=times[0].number)
    if times[0].number is None:
        return replace(formula, kind=FormulaKind.UNCLEAR)
    return replace(formula, scaled=True, factor=times[0].number * top)


def _end(text: str, at: int) -> int:
    stop = re.search(
        r"[;]|\.\s+(?=[A-ZĐÀ-Ỹ+\-–*])|\.\s*$|\n|,\s+(?=(?:dưới|trên|từ|nếu|còn)\b)|\s-\s(?=[A-ZĐ])", text[at:]
    )
    return at + stop.start() if stop else len(text)


def _stretch(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where the formula begins, after what introduces it, and where its sentence ends."""
    begin = max((m.end() for m in re.finditer(r"[;]|\.\s+(?=[A-ZĐÀ-Ỹ])", text[: match.start()])), default=0)
    heads = list(_INTRODUCED.finditer(text, begin, match.start()))
    heads = [
        head
        for head in heads
        if not re.fullmatch(r":", head.group(0)) or not re.match(r"\s*[a-z]\b", text[head.end() :][:3])
    ]
    start = heads[-1].end() if heads else begin
    if not heads:
        opened = text.rfind("(", begin, match.start())
        inner = text[opened : match.start()]
        if (
            opened > begin
            and re.search(r"\S", text[begin:opened])
            and re.search(r"[/÷]|t[ỷỉ] lệ", inner, re.IGNORECASE)
        ):
            start = opened
    return start, _end(text, match.end())


def _read(body: str) -> tuple[FormulaKind, Decimal | None]:
    """Tell what a formula multiplies. Anything but one share times one maximum is UNCLEAR."""
    quotient = taken_apart(body)
    full = [] if quotient is None else [term for term in quotient.above if term.sort is Sort.FULL]
    if quotient is None or len(full) != 1 or any(term.sort is Sort.FULL for term in quotient.below):
        return FormulaKind.UNCLEAR, None
    kind = _kind(quotient)
    return kind, None if kind is FormulaKind.UNCLEAR else full[0].number


def _kind(quotient: Quotient) -> FormulaKind:
    above, below = _measured(quotient.above), _measured(quotient.below)
    divided = sum(term.sort in {Sort.HUNDRED, Sort.WHOLE} for term in quotient.below)
    hundreds = sum(term.sort is Sort.HUNDRED for term in quotient.above)
    wholes = sum(term.sort is Sort.WHOLE for term in quotient.above)
    sorts = [term.sort for term in above], [term.sort for term in below]
    if sorts == ([Sort.VALUE], []):
        known = not hundreds and (divided == 1 or (divided == 0 and ("%" in above[0].text or wholes == 1)))
        return FormulaKind.VALUE if known else FormulaKind.UNCLEAR
    if sorts == ([Sort.SHARE], []):
        return FormulaKind.SHARE if divided <= 1 and hundreds <= divided else FormulaKind.UNCLEAR
    if sorts == ([Sort.AMOUNT], [Sort.AMOUNT]):
        return FormulaKind.SHARE if divided in {hundreds, hundreds + wholes} else FormulaKind.UNCLEAR
    whole_of = bool(below) and below[0].text.lower().startswith("tổng")
    shared = sorts == ([Sort.SHARE], [Sort.AMOUNT]) and whole_of and divided == hundreds
    return FormulaKind.SHARE if shared else FormulaKind.UNCLEAR


def _measured(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if term.sort in {Sort.SHARE, Sort.VALUE, Sort.AMOUNT}]
