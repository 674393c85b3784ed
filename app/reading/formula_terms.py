"""Take a formula apart: what is multiplied and divided by what, so that nothing in it goes unread.

Only a product and quotient of known terms is taken: a share or two amounts, the maximum, and hundreds that cancel.
"""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.reading.point_words import NUMBER, exact


class Sort(StrEnum):
    FULL = "full"  # the maximum, in words or as a figure
    HUNDRED = "hundred"  # 100
    WHOLE = "whole"  # 100 %: multiplies by one
    SHARE = "share"  # a percentage
    VALUE = "value"  # an index that somebody publishes
    AMOUNT = "amount"  # a count, or a letter for one


@dataclass(frozen=True, slots=True)
class Term:
    sort: Sort
    text: str
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Quotient:
    above: tuple[Term, ...]
    below: tuple[Term, ...]

    def over(self, other: Quotient) -> Quotient:
        return Quotient(self.above + other.below, self.below + other.above)

    def times(self, other: Quotient) -> Quotient:
        return Quotient(self.above + other.above, self.below + other.below)


_EXPLAINED = re.compile(
    r"[\s,;.(]*\b(?:trong đó|ở đây)\b|[,;.(]\s*(?:với|cụ thể)\s|[\s,;.(]+[a-zđ](?:\s*,\s*[a-zđ])*\s+là\b", re.IGNORECASE
)
#: hyphens that join two words of one name; any other stands for a subtraction
_JOINED = re.compile(
    r"(?P<one>kinh tế|văn hóa|quốc phòng|an ninh|phát thanh|khoa học|giáo dục|lao động|tài chính|văn phòng)\s*[-–]\s*(?=[^\W\d_]{2})",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?<=[^\W\d_])\s+\([^()\d/+*×]*\)(?=\s*(?:$|[/:÷×*x)\]]|nhân|chia))", re.IGNORECASE)
_TOKEN = re.compile(
    r"\s*(?:(?P<times>[×*✕]|(?<![^\W\d_])x(?![^\W\d_])|\bnhân(?:\s+với)?\b)|(?P<over>[/:÷]|\bchia(?:\s+cho)?\b)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>[+=\-–−√²³^<>≤≥]))",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"(?:số\s+)?(?:thang\s+)?điểm(?:\s+(?:số\s+)?(?:tối\s+đa|chuẩn|của\s+tiêu\s+chí|quy\s+định))?(?:\s+(?:của|cho)?\s*(?:tiêu\s+chí|nội\s+dung|mục)(?:\s+(?:này|đó|thành\s+phần))*)?|tối\s+đa",
    re.IGNORECASE,
)
_FIGURE = re.compile(rf"(?P<number>{NUMBER})\s*(?P<unit>điểm|đ|%|phần\s+trăm)?", re.IGNORECASE)
_LETTER = re.compile(r"[a-zđ]\d?", re.IGNORECASE)
_ALTERS = re.compile(
    r"hệ\s+số|trọng\s+số|làm\s+tròn|\bcăn\b|bình\s+phương|tối\s+đa|tối\s+thiểu|không\s+(?:vượt\s+)?quá|\bnếu\b|\bnhưng\b|\btrừ\b|\bcộng\b|\bthì\b",
    re.IGNORECASE,
)
_NAMING_FIGURE = re.compile(r"\b(?:mức độ|mức|năm|cấp|quý|loại|điều|số|giai đoạn)\s+\d+\b", re.IGNORECASE)
_PERCENTAGE = re.compile(r"t[ỷỉ] lệ|phần trăm|%", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"chỉ số (?:hài lòng|sipas|par ?index|pci|papi|đánh giá|phục vụ|cải cách)|sipas|mức độ hài lòng|điểm (?:số )?(?:[^/;.]{0,20})?(?:do|của|trên) cổng|kết quả (?:đo lường|công bố|khảo sát)",
    re.IGNORECASE,
)


class _Unread(Exception):
    """Something stands in the formula that no term or sign explains."""


def taken_apart(body: str) -> Quotient | None:
    """Return the terms above and below the line, or None where a part of `body` stays unread."""
    explained = _EXPLAINED.search(body)
    plain = body[: explained.start()] if explained else body
    plain = _ASIDE.sub(_unless_it_alters, _JOINED.sub(lambda m: f"{m['one']} ", plain)).strip(" .;,")
    try:
        tokens = _tokens(plain)
        quotient, at = _product(tokens, 0)
    except _Unread:
        return None
    return quotient if at == len(tokens) else None


def _unless_it_alters(aside: re.Match[str]) -> str:
    """Leave a name in brackets out ("(SIPAS)"), and one that says how to count in, where nothing reads it."""
    if _ALTERS.search(aside.group(0)):
        return aside.group(0)
    return " % " if "%" in aside.group(0) else " "


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    for match in _TOKEN.finditer(text):
        _add(found, text[at : match.start()])
        found.append((match.lastgroup or "", match.group(0).strip()))
        at = match.end()
    _add(found, text[at:])
    return found


def _add(found: list[tuple[str, str]], words: str) -> None:
    if words.strip(" .,;"):
        found.append(("words", words.strip(" .,;")))


def _product(tokens: list[tuple[str, str]], at: int) -> tuple[Quotient, int]:
    """Read factors from the left: a/b × c is (a/b) × c, as papers mean it."""
    made, at = _factor(tokens, at)
    while at < len(tokens) and tokens[at][0] in {"times", "over"}:
        sign = tokens[at][0]
        factor, at = _factor(tokens, at + 1)
        made = made.times(factor) if sign == "times" else made.over(factor)
    return made, at


def _factor(tokens: list[tuple[str, str]], at: int) -> tuple[Quotient, int]:
    kind, text = tokens[at] if at < len(tokens) else ("", "")
    if kind == "words":
        return Quotient((_term(text),), ()), at + 1
    if kind != "open":
        raise _Unread
    made, at = _product(tokens, at + 1)
    if at >= len(tokens) or tokens[at][0] != "close":
        raise _Unread
    return made, at + 1


def _term(text: str) -> Term:
    figure = _FIGURE.fullmatch(text)
    if figure:
        return _figure(text, figure)
    if _FULL.fullmatch(text):
        return Term(Sort.FULL, text)
    if _LETTER.fullmatch(text):
        return Term(Sort.AMOUNT, text)
    if _ALTERS.search(text) or re.search(r"\d", _NAMING_FIGURE.sub("", text)):
        raise _Unread
    if _PUBLISHED.search(text):
        return Term(Sort.VALUE, text)
    return Term(Sort.SHARE if _PERCENTAGE.search(text) else Sort.AMOUNT, text)


def _figure(text: str, match: re.Match[str]) -> Term:
    number, unit = exact(match["number"]), (match["unit"] or "").lower()
    if unit and not unit.startswith("đ"):
        if number != 100:
            raise _Unread
        return Term(Sort.WHOLE, text)
    return Term(Sort.HUNDRED, text) if number == 100 and not unit else Term(Sort.FULL, text, number)
