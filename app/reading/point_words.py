"""Find the points a sentence gives: "= 1 điểm", "(0,5đ)", "đạt 75% số điểm", "không chấm điểm", "trừ 0,25 điểm"."""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.points import to_points

#: nobody's points have more digits; an endless run of them costs nothing
NUMBER = r"\d{1,9}(?:[.,]\d{1,6})?"


class Gives(StrEnum):
    """What the points are: earned once, per case, taken off per fault, a cap of the sum, a floor of what is taken."""

    FIXED = "fixed"
    EACH = "each"
    MINUS = "minus"
    DASH = "dash"  # "Có hồ sơ quá hạn - 0,5 điểm": equals or less, its neighbours tell
    PLUS = "plus"
    CAP = "cap"
    MINUS_CAP = "minus_cap"
    RANGE = "range"
    UNTOLD = "untold"  # "trừ", "cộng" or "thưởng" stand before the points in a way no other kind explains


@dataclass(frozen=True, slots=True)
class Value:
    """Points at `start`…`end` of a text. `signed`: "=" or ":" or brackets stand before them."""

    start: int
    end: int
    gives: Gives
    points: Decimal
    signed: bool


def exact(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


_MAYBE = re.compile(r"\d|điểm", re.IGNORECASE)
_POINTS = re.compile(
    rf"""
    (?P<range>(?<![\d.,%]){NUMBER}\s*(?:-|–|đến)\s*{NUMBER}\s*điểm\b(?!\s*(?:%|phần)))
    |(?P<share>{NUMBER})\s*%\s*[x×*]?\s*(?:tổng\s+)?(?:số\s+)?điểm\b(?:\s+(?:tối\ đa|chuẩn|số|của\ tiêu\ chí))?
    |(?P<odd>(?:[½⅓¼¾⅔]|[1-9]/[1-9])\s*điểm\b(?!\s+(?:tối\ đa|chuẩn)))
    |(?P<half>(?:(?P<above>[1-9])/(?P<below>[1-9])|½|một\ nửa)\s*[x×*]?\s*(?:tổng\s+)?(?:số\s+)?điểm\b(?:\s+(?:tối\ đa|chuẩn))?)
    |(?<![\d.,/%])(?P<number>{NUMBER})\s*(?:điểm\b|đ\b)(?!\s*(?:%|phần\ trăm|du\ lịch|sáng|nóng|cầu|trường|bưu|tiếp\ nhận|dân\ cư|giao\ dịch|truy\ cập|phục\ vụ|đen|nghẽn|bán|kết\ nối|thi\b))
    |(?P<full>(?:\b(?:đạt|được|chấm|cho|tính|là|hưởng)|[=:(])\s*(?:số\s+|đủ\s+)?(?:điểm\s+tối\s+đa|tối\s+đa\s+(?:số\s+)?điểm|trọn\s+điểm))
    |(?P<none>không\s+(?:được\s+)?(?:tính|chấm|cho|có|đạt|ghi)\s+điểm\b|không\s+được\s+điểm\b)
    |điểm(?:\s+(?:đánh\s+giá|số|đạt\s+được))?\s+(?:là|bằng)\s*:?\s*(?P<said>{NUMBER})(?![\d.,]*\s*%)
    |(?P<bare>[=:]\s*(?P<figure>{NUMBER})(?=[\s.;,)]*(?:$|;)))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MINUS = re.compile(
    r"(?:\btrừ\s*(?:đi|điểm|thêm|bớt|ngay|là|:)?|\bgiảm\s*(?:đi|điểm|thêm|bớt|trừ)?|[:=(]\s*[-–−])\s*$", re.IGNORECASE
)
_MINUS_CAP = re.compile(
    r"\b(?:trừ|điểm trừ|giảm)\b[^.;]{0,30}?(?:tối đa|không (?:vượt )?quá|nhiều nhất)\s*(?:là|đến|:)?\s*$|\b(?:tối đa|nhiều nhất)\s+(?:bị\s+)?trừ\s*$",
    re.IGNORECASE,
)
_CAP = re.compile(
    r"\b(?:tối đa|không (?:vượt )?quá|cao nhất|nhiều nhất)\s*(?:là|được|không quá|:|=)?\s*$", re.IGNORECASE
)
_EACH_BEFORE = re.compile(
    r"(?:^|[,;:.])[\s\-–+*•]*(?:nếu |có |khi )?(?:cứ mỗi|cứ|mỗi|từng)\b(?!\s+(?:tháng|quý|năm|tuần|kỳ|ngày))(?![^.;]*[.;])",
    re.IGNORECASE,
)
_EACH_AFTER = re.compile(
    r"\s*(?:/\s*(?:0?1\s+|một\s+|mỗi\s+)?(?=[^\W\d])|(?:cho|với)\s+(?:mỗi|từng|01|1)\b|mỗi\b)", re.IGNORECASE
)
_TAKEN_OR_ADDED = re.compile(
    r"(?:\btrừ\b(?!\s+(?:các\s+|những\s+)?(?:trường hợp|khi|lý do|nguyên nhân|hồ sơ|nhiệm vụ|vụ|đơn|yếu tố))|\b(?:bị|không) trừ\b"
    r"|\b(?:được|điểm)\s+(?:cộng|thưởng)\b)(?![^.;]*[.;])",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]*\)")
_PLUS = re.compile(r"\b(?:cộng|thưởng|thêm)\s*(?:thêm|điểm|vào|là|:)?\s*$", re.IGNORECASE)
_OF_ALL = re.compile(r"\b(?:điểm tối đa\s+(?:của|cho|đối với)|tổng (?:số )?điểm)\b[^.;:=]{0,40}$", re.IGNORECASE)
#: "02 điểm sinh hoạt cộng đồng: 2 điểm": places, not points, since a noun follows and then what they give
_RUNS_ON = re.compile(
    rf"\s+(?!(?:nếu|khi|cho|với|đối|và|hoặc|trở|mỗi|từng|thì|ở|của|không|chưa|còn|là|từ|trên|dưới|đạt|tối|trong|nhưng|trường|có|vào|tại|theo|sau|trước)\b)[a-zà-ỹđ]+\b[^.;,()\d]*[:=]\s*{NUMBER}\s*(?:điểm|đ\b|$)",
)
_AT_LEAST = re.compile(r"(?:\b(?:từ|dưới|trên|đến|tới|hơn|quá|cận)|[<>≤≥])\s*$", re.IGNORECASE)
_OR_MORE = re.compile(r"\s*trở\s+(?:lên|xuống)\b", re.IGNORECASE)
_FALLS = re.compile(r"\bgiảm\s*(?:là|:)\s*$", re.IGNORECASE)
_DASH = re.compile(r"(?<=[^\W\d])[)”\"]?\s+[-–−]\s*$|[-–−]$")
_SIGN = re.compile(r"[=:(]\s*(?:\w+\s+){0,3}$")


#: without one of these before them, points are simply given
_CHANGES = re.compile(r"trừ|giảm|tối đa|quá|nhất|cộng|thưởng|thêm|mỗi|cứ|từng|tổng|[-–−]\s*$", re.IGNORECASE)


@lru_cache(maxsize=2048)  # a line is asked whether it ends, whether it is a note, and what it gives
def values_in(text: str, maximum: Decimal | None) -> tuple[Value, ...]:
    """Return the points `text` gives, in order. A share of the points needs `maximum`; without it, it is left out."""
    found: list[Value] = []
    if not _MAYBE.search(text):
        return ()
    for match in _POINTS.finditer(text):
        if maximum is not None and _is_asked(match, text, maximum):
            continue
        points = _points(match, maximum)
        if points is not None:
            before = text[found[-1].end if found else 0 : match.start()]
            gives = _gives(match, before, text[match.end() :], found)
            signed = match.group(0)[0] in "=:(" or bool(_SIGN.search(before[-60:]))
            found.append(Value(match.start(), match.end(), gives, points, signed))
    return tuple(found)


def _is_asked(match: re.Match[str], text: str, maximum: Decimal) -> bool:
    """Tell whether points are what is asked, not what is given: "đạt từ 90 điểm trở lên" where 2 points are to earn."""
    if match["range"]:
        return max(exact(each) for each in re.findall(NUMBER, match["range"])) > maximum
    if not match["number"] or exact(match["number"]) <= maximum:
        return False
    return bool(_AT_LEAST.search(text[: match.start()]) or _OR_MORE.match(text[match.end() :]))


def _points(match: re.Match[str], maximum: Decimal | None) -> Decimal | None:
    if match["range"] or match["odd"]:
        return Decimal(0)
    if match["none"]:
        return Decimal(0)
    if match["number"]:
        return exact(match["number"])
    if match["said"] or match["bare"]:
        return exact(match["said"] or match["figure"])
    if maximum is None:
        return None
    if match["full"]:
        return maximum
    if match["half"]:
        return maximum / 2 if match["above"] is None else _part(maximum, match["above"], match["below"])
    return exact(match["share"]) * maximum / 100


def _part(maximum: Decimal, above: str, below: str) -> Decimal | None:
    """Return a fraction of the points where four decimals hold it exactly: a third of one point is nobody's figure."""
    part = maximum * int(above) / int(below)
    return part if part == to_points(part) else None


def _gives(match: re.Match[str], before: str, after: str, found: list[Value]) -> Gives:
    plain = match["number"] or match["said"] or match["bare"]
    if plain and not _CHANGES.search(before) and not _EACH_AFTER.match(after) and not _RUNS_ON.match(after):
        return Gives.FIXED
    for pattern, gives in ((_MINUS_CAP, Gives.MINUS_CAP), (_MINUS, Gives.MINUS)):
        if not match["range"] and pattern.search(before):
            return gives
    if match["odd"] or (match["number"] and (_OF_ALL.search(before) or _RUNS_ON.match(after))):
        return Gives.UNTOLD
    return Gives.RANGE if match["range"] else _earned(match, before, after, found)


def _earned(match: re.Match[str], before: str, after: str, found: list[Value]) -> Gives:
    running = any(value.gives in {Gives.EACH, Gives.MINUS, Gives.PLUS} for value in found)
    each = bool(_EACH_BEFORE.search(_BRACKETS.sub(" ", before)))
    if each and _FALLS.search(before):
        return Gives.MINUS
    if _CAP.search(before) and not match["full"]:
        return Gives.CAP
    if match["full"] and running:
        return Gives.CAP
    if each or _EACH_AFTER.match(after):
        return Gives.EACH
    if _PLUS.search(before):
        return Gives.PLUS
    if match["number"] and _DASH.search(before):
        return Gives.DASH
    return Gives.UNTOLD if match["number"] and _TAKEN_OR_ADDED.search(before) else Gives.FIXED
