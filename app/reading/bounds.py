"""Bounds in words → an interval: "từ 70% đến dưới 90%", "90% trở lên hồ sơ", "tối đa 05 nhiệm vụ".

Which side a bound closes on comes from its words: từ, trở lên, đạt, ít nhất, không quá, đến close it; trên, dưới, hơn,
quá leave it open. A bound the words leave open keeps `doubt`, the words themselves.
"""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from app.domain.rules import BandsOn, Step
from app.reading.point_words import NUMBER, exact


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of a percentage or a count. `lone`: only a figure stands there ("đạt 80%"). `start`, `end`: where the
    words stand in the text. `noun`: the first word after a count."""

    on: BandsOn
    lower: Decimal | None
    lower_closed: bool
    upper: Decimal | None
    upper_closed: bool
    start: int
    end: int
    lone: bool = False
    doubt: str = ""
    noun: str = ""

    def step(self, points: Decimal) -> Step:
        return Step(self.lower, self.lower_closed, self.upper, self.upper_closed, points)


_LONE = rf"(?P<a>{NUMBER})\s*(?:%|phần trăm)"
_COUNT1, _COUNT2 = (
    r"(?<![\d./,-])(?P<a>\d{1,3}(?:\.\d{3})+|\d{1,5})",
    r"(?P<b>\d{1,3}(?:\.\d{3})+|\d{1,5})",
)
_NOT_COUNT = r"(?![\d.,/]*\s*(?:%|điểm|đ\b|phần trăm))(?![\d]*[/.,-]\d)"
_TO = r"(?:\s*[-–]\s*|\s+(?:đến|tới)\s+)"

#: a long way from the figure to "trở lên", no other figure between that "trở lên" could belong to
_LONG = r"(?:[^%;.=:\d]|(?:mức độ|mức|năm|cấp|quý|tháng)\s+\d{1,4}){0,160}?"

#: (pattern, lower closed, upper closed, doubt); a group missing is unbounded; None: no such side
_SHAPES: tuple[tuple[str, bool | None, bool | None, bool], ...] = (
    ("{a}\\s*(?:≤|<=)\\s*[^\\d≤<>=]{{0,30}}(?:≤|<=)\\s*{b}", True, True, False),
    ("{a}\\s*(?:≤|<=)\\s*[^\\d≤<>=]{{0,30}}<\\s*{b}", True, False, False),
    ("{a}\\s*<\\s*[^\\d≤<>=]{{0,30}}(?:≤|<=)\\s*{b}", False, True, False),
    ("{a}\\s*<\\s*[^\\d≤<>=]{{0,30}}<\\s*{b}", False, False, False),
    (
        "(?:(?:dưới|nhỏ hơn|thấp hơn|ít hơn)\\s+hoặc\\s+bằng|bằng\\s+hoặc\\s+(?:dưới|nhỏ hơn|thấp hơn|ít hơn))\\s+{a}",
        None,
        True,
        False,
    ),
    (
        "(?:(?:trên|lớn hơn|cao hơn|nhiều hơn)\\s+hoặc\\s+bằng|bằng\\s+hoặc\\s+(?:trên|lớn hơn|cao hơn|nhiều hơn))\\s+{a}",
        True,
        None,
        False,
    ),
    (
        "(?:từ\\s+)?{a}{m}\\s*trở\\s+lên,?\\s+(?:và|nhưng)\\s+(?:không\\s+(?:vượt\\s+)?quá|tối đa)\\s*{b}",
        True,
        True,
        False,
    ),
    ("(?:từ\\s+)?{a}{m}\\s*trở\\s+lên,?\\s+(?:và|nhưng)\\s+(?:dưới|chưa đến|chưa đạt)\\s*{b}", True, False, False),
    ("từ\\s+{a}{m},?\\s+(?:và|nhưng)\\s+không\\s+(?:vượt\\s+)?quá\\s*{b}", True, True, False),
    ("(?:trên|hơn|lớn hơn)\\s+{a}{m},?\\s+(?:và|nhưng)\\s+không\\s+(?:vượt\\s+)?quá\\s*{b}", False, True, False),
    (
        "(?:từ\\s+trên|trên|hơn|lớn hơn)\\s+{n}{a}{m}(?:{to}|,?\\s+(?:và|nhưng)\\s+)(?:đến\\s+)?dưới\\s*{b}",
        False,
        False,
        False,
    ),
    ("(?:từ\\s+trên|trên|hơn|lớn hơn)\\s+{n}{a}{m}{to}{b}", False, True, False),
    (
        "(?:từ\\s+)?{a}{m}(?:{to}|,?\\s+(?:và|nhưng)\\s+)(?:đến\\s+)?(?:dưới|nhỏ hơn|chưa đến|<)\\s*{b}",
        True,
        False,
        False,
    ),
    ("(?:từ\\s+){a}{m}{to}{b}", True, True, False),
    ("{a}{m}{to}{b}", True, True, False),
    ("(?:trên|hơn|quá)\\s+{a}{long}\\s*trở\\s+lên", True, None, True),
    ("dưới\\s+{a}\\s+trở\\s+xuống", None, True, True),
    ("(?:từ\\s+|đạt\\s+|có\\s+)?(?:từ\\s+)?{a}{long}\\s*trở\\s+lên", True, None, False),
    ("(?:từ\\s+)?{a}{long}\\s*trở\\s+xuống", None, True, False),
    ("(?:≥|>=)\\s*{a}", True, None, False),
    ("(?:≤|<=)\\s*{a}", None, True, False),
    (">\\s*{a}", False, None, False),
    ("<\\s*{a}", None, False, False),
    (
        "(?:tối thiểu|ít nhất|không dưới|không thấp hơn|không ít hơn|thấp nhất)\\s*(?:là\\s+|đạt\\s+|từ\\s+)?{a}",
        True,
        None,
        False,
    ),
    (
        "(?:tối đa|nhiều nhất|không quá|không vượt quá|không vượt|không nhiều hơn|không hơn|không lớn hơn|cao nhất)\\s*(?:là\\s+)?{a}",
        None,
        True,
        False,
    ),
    (
        "(?:dưới|thấp hơn|ít hơn|nhỏ hơn|chưa đạt|không đạt|chưa đến|chưa tới|kém hơn)\\s+(?:mức\\s+)?{a}",
        None,
        False,
        False,
    ),
    ("(?:trên|hơn|quá|vượt quá|vượt|cao hơn|lớn hơn|nhiều hơn)\\s+(?:mức\\s+)?{a}", False, None, False),
    ("từ\\s+{a}", True, None, False),
    ("(?<![\\w])(?:đến|tới)\\s+{a}", None, True, True),
)


#: what a shape holds → words of which one must stand in a text it can match; the first that fits decides
_CUES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("(?:đến|tới)\\s+{a}", ("đến", "tới")),
    ("trở\\s+", ("trở",)),
    ("hoặc\\s+bằng", ("bằng",)),
    ("≤|<=", ("≤", "<=")),
    ("≥|>=", ("≥", ">=")),
    ("quá\\s*{b}", ("quá",)),
    ("{to}", ("-", "–", "đến", "tới", "và", "nhưng")),
    ("<", ("<",)),
    (">", (">",)),
    ("ít nhất", ("tối thiểu", "ít nhất", "không", "thấp nhất")),
    ("tối đa|", ("tối đa", "nhất", "không")),
    ("(?:dưới|thấp hơn", ("dưới", "hơn", "chưa", "không")),
    ("(?:trên|hơn|quá|vượt", ("trên", "hơn", "quá", "vượt")),
    ("từ\\s+{a}", ("từ",)),
)


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """Compile a shape when a text first needs it: the reader starts anew for every file."""
    return re.compile(source, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shape:
    """One way a bound is put. `cues`: without one of these words in a text, the pattern need not be tried."""

    source: str
    lower: bool | None
    upper: bool | None
    doubt: bool
    cues: tuple[str, ...]

    def found_in(self, text: str, plain: str) -> Iterator[re.Match[str]]:
        if not any(cue in plain for cue in self.cues):
            return iter(())
        return _pattern(self.source).finditer(text)


def _compiled(first: str, second: str, gap: str, after: str) -> tuple[_Shape, ...]:
    places = {"a": first + after, "b": second + after, "to": _TO, "n": "", "m": gap, "long": _LONG}
    return tuple(
        _Shape(
            shape.format(**places),
            lower,
            upper,
            doubt,
            next(words for held, words in _CUES if held in shape.replace("(?:<|", "(?:")),
        )
        for shape, lower, upper, doubt in _SHAPES
    )


_PERCENT_SHAPES = _compiled(
    rf"(?P<a>{NUMBER})\s*(?:%|phần trăm)?", rf"(?P<b>{NUMBER})\s*(?:%|phần trăm)?", "(?:[^%;.=:\\d]{0,40}?)", ""
)
_COUNT_SHAPES = _compiled(_COUNT1, _COUNT2, r"(?:\s+[^\d%;.=:]{1,25}?)?", _NOT_COUNT)
_LONE_PERCENT = re.compile(rf"(?<![\d.,]){_LONE}", re.IGNORECASE)
_LONE_COUNT = re.compile(_COUNT1 + _NOT_COUNT + r"(?=\s+[^\W\d])")
_ANY_PERCENT = re.compile(rf"{NUMBER}\s*(?:%|phần trăm)", re.IGNORECASE)

_DIGIT = re.compile(r"\d")
_FRACTION = re.compile(
    r"(?:\b[a-z]\s*/\s*[a-z]\b|tỷ lệ[^\d%≥≤<>]{0,40}?)\s*(?P<sign>≥|>=|≤|<=|>|<)\s*(?P<figure>[01][.,]\d+)(?!\s*%)",
    re.IGNORECASE,
)

#: what a number before or after these words counts is no case: dates, clauses, levels, documents
_BEFORE_OTHER = re.compile(
    r"(?:ngày|tháng|năm|quý|điều|khoản|mục|điểm|số|cấp|mức độ|mức|loại|hạng|thứ|giờ|phụ lục|biểu|mẫu|nhóm|bước|giai đoạn|/)\s*$",
    re.IGNORECASE,
)
_AFTER_OTHER = re.compile(r"\s*(?:ngày|tháng|năm|giờ|phút|quý|tuần|bộ phận|đồng|triệu|tỷ)\b", re.IGNORECASE)


@lru_cache(maxsize=2048)  # each kind of rule asks every clause
def interval_in(text: str) -> Interval | None:
    """Return the one interval `text` speaks of, or None where it speaks of none or of more than one."""
    if not _DIGIT.search(text):
        return None
    fraction = _FRACTION.search(text)
    if fraction and not _ANY_PERCENT.search(text):
        return _of_fraction(fraction)
    if _ANY_PERCENT.search(text):
        return _percent(text)
    return _count(text)


def _of_fraction(match: re.Match[str]) -> Interval:
    """Return "b/a ≥ 0,7" as a stretch of a percentage."""
    bound = exact(match["figure"]) * 100
    above, closed = match["sign"][0] in "≥>", match["sign"] in {"≥", ">=", "≤", "<="}
    lower, upper = (bound, None) if above else (None, bound)
    return Interval(
        on=BandsOn.PERCENT,
        lower=lower,
        lower_closed=closed and above,
        upper=upper,
        upper_closed=closed and not above,
        start=match.start(),
        end=match.end(),
    )


def _percent(text: str) -> Interval | None:
    plain = text.lower()
    for shape in _PERCENT_SHAPES:
        for match in shape.found_in(text, plain):
            if "%" not in match.group(0) and "phần trăm" not in match.group(0).lower():
                continue
            rest = text[: match.start()] + " " + text[match.end() :]
            if _ANY_PERCENT.search(rest):
                continue
            return _interval(match, BandsOn.PERCENT, shape.lower, shape.upper, doubt=shape.doubt)
    lone = list(_LONE_PERCENT.finditer(text))
    if len(lone) != 1:
        return None
    return _alone(lone[0], BandsOn.PERCENT)


def _count(text: str) -> Interval | None:
    found: list[Interval] = []
    plain = text.lower()
    for shape in _COUNT_SHAPES:
        for match in shape.found_in(text, plain):
            if _counts(text, match) and not any(
                match.start() < other.end and other.start < match.end() for other in found
            ):
                found.append(_interval(match, BandsOn.COUNT, shape.lower, shape.upper, doubt=shape.doubt))
    for match in _LONE_COUNT.finditer(text):
        if _counts(text, match) and not any(match.start() < other.end and other.start < match.end() for other in found):
            found.append(_alone(match, BandsOn.COUNT))
    if len(found) != 1:
        return None
    return replace(found[0], noun=_noun(text, found[0]))


def _counts(text: str, match: re.Match[str]) -> bool:
    end = max(match.end("a"), match.end("b") if "b" in match.groupdict() and match["b"] else 0)
    start = match.start("a")
    return not _BEFORE_OTHER.search(text[:start]) and not _AFTER_OTHER.match(text[end:])


def _noun(text: str, interval: Interval) -> str:
    digits = [m.end() for m in re.finditer(r"\d+", text[interval.start : interval.end])]
    after = text[interval.start + digits[-1] :] if digits else ""
    words = re.findall(r"[^\W\d]+", after)
    return words[0].lower() if words else ""


def _interval(match: re.Match[str], on: BandsOn, lower: bool | None, upper: bool | None, *, doubt: bool) -> Interval:  # noqa: FBT001
    first = _figure(match["a"], on)
    second = _figure(match["b"], on) if "b" in match.groupdict() and match["b"] else None
    low = None if lower is None else first
    high = None if upper is None else (first if second is None else second)
    return Interval(
        on=on,
        lower=low,
        lower_closed=bool(lower) and low is not None,
        upper=high,
        upper_closed=bool(upper) and high is not None,
        start=match.start(),
        end=match.end(),
        doubt=match.group(0).strip() if doubt else "",
    )


def _figure(printed: str, on: BandsOn) -> Decimal:
    """Return a figure as printed; in a count a point parts thousands ("1.000 hồ sơ")."""
    return Decimal(printed.replace(".", "")) if on is BandsOn.COUNT else exact(printed)


def _alone(match: re.Match[str], on: BandsOn) -> Interval:
    figure = _figure(match["a"], on)
    return Interval(
        on, figure, lower_closed=True, upper=figure, upper_closed=True, start=match.start(), end=match.end(), lone=True
    )
