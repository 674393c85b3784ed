"""Formulas in sentences: "(Tỷ lệ % … x 5 điểm)/100", "(b/a) × điểm tối đa", "(c x 1) + (d x 2) + …/B"."""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

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
_SUM_TERM = re.compile(r"\(?\s*[\w%]{1,4}\s*[x×*]\s*\d\s*(?:điểm)?\s*\)?", re.IGNORECASE)
_SURVEY = re.compile(
    r"(?:\(?\s*[\w%]{1,4}\s*[x×*]\s*(\d)\s*(?:điểm)?\s*\)?\s*\+\s*){2,}\(?\s*[\w%]{1,4}\s*[x×*]\s*(\d)", re.IGNORECASE
)
_INTRODUCED = re.compile(
    r"(?:công thức(?:\s+(?:tính|sau))?|như sau|được tính(?:\s+bằng)?|tính bằng|điểm(?:\s+\w+){0,4})\s*[:=]|=|:|công thức|như sau",
    re.IGNORECASE,
)
_HUNDRED = re.compile(r"/\s*100\s*%?|:\s*100\s*%?|chia\s+(?:cho\s+)?100", re.IGNORECASE)
_RATIO = re.compile(r"[\[(]?\s*(?:[a-z]\d?\s*[/:÷]\s*[a-z]\d?|[^/]{3,200}/\s*(?:tổng|số)[^/]{2,})", re.IGNORECASE)
_PERCENTAGE = re.compile(r"t[ỷỉ] lệ|phần trăm|%", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"chỉ số (?:hài lòng|sipas|par ?index|pci|papi|đánh giá|phục vụ|cải cách)|sipas|mức độ hài lòng|điểm (?:số )?(?:[^/;.]{0,20})?(?:do|của|trên) cổng|kết quả (?:đo lường|công bố|khảo sát)",
    re.IGNORECASE,
)
_MINUS = re.compile(r"(?:\d\s*%?|[\w)])\s*[-–−]\s*(?:[\w(])")
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
    body = text[match.start() :]
    weights = tuple(re.findall(r"[x×*]\s*(\d)", match.group(0)))
    return Formula(
        body.strip(),
        match.start(),
        len(text),
        FormulaKind.SURVEY,
        weights=weights,
        scaled=_is_scaled(text, match, weights),
    )


def _is_scaled(text: str, match: re.Match[str], weights: tuple[str, ...]) -> bool:
    """Tell whether the whole sum is over (answers × top answer) and multiplied by the maximum."""
    top = max(weights)
    after = text[match.end() :]
    return bool(
        re.match(rf"[\s)\]]*[/:]\s*\(?\s*\w{{1,3}}\s*[x×*]\s*{top}\s*\)?\s*[x×*]\s*(?:số\s+)?(?:điểm|\d)", after)
    )


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
        if opened > begin and re.search(r"\S", text[begin:opened]):
            start = opened
    return start, _end(text, match.end())


def _read(body: str) -> tuple[FormulaKind, Decimal | None]:
    """Tell what a formula multiplies. Anything but one share times one maximum is UNCLEAR."""
    factors = [(m["number"], m["percent"], m["full"]) for m in _MULTIPLY.finditer(body)]
    factors += [(m["number"], None, m["full"]) for m in _FULL_FIRST.finditer(body)]
    numbers = [number for number, percent, _ in factors if number and not percent]
    hundreds = [number for number in numbers if exact(number) == 100]
    points = [number for number in numbers if exact(number) != 100]
    percents = [exact(number) for number, percent, _ in factors if number and percent]
    full = any(words and not number for number, _, words in factors)
    if len(points) + int(full) != 1 or any(figure != 100 for figure in percents):
        return FormulaKind.UNCLEAR, None
    if _MINUS.search(re.sub(r"[xX×*]\s*\d+(?:[.,]\d+)?", "", _words_out(body))) or "+" in body:
        return FormulaKind.UNCLEAR, None
    factor = exact(points[0]) if points else None
    return _share(body, factor, hundreds=len(hundreds) + len(percents))


def _words_out(body: str) -> str:
    """Leave a hyphen between words alone: only one between figures or letters is a subtraction."""
    return re.sub(r"(?<=[^\W\d_]{2})\s*[-–]\s*(?=[^\W\d_]{2})", " ", body)


def _share(body: str, factor: Decimal | None, *, hundreds: int) -> tuple[FormulaKind, Decimal | None]:
    divided = len(_HUNDRED.findall(body))
    if _PUBLISHED.search(body):
        return (FormulaKind.VALUE, factor) if divided == 1 or "%" in body else (FormulaKind.UNCLEAR, None)
    without = _HUNDRED.sub("", body)
    ratio = bool(_RATIO.search(without))
    percent = bool(_PERCENTAGE.search(re.sub(r"100\s*%", "", without)))
    if ratio and not percent:
        return (
            (FormulaKind.SHARE, factor)
            if hundreds == divided or (hundreds and "%" in body)
            else (FormulaKind.UNCLEAR, None)
        )
    if percent:
        return (FormulaKind.SHARE, factor) if divided <= 1 and hundreds <= 1 else (FormulaKind.UNCLEAR, None)
    return FormulaKind.UNCLEAR, None
