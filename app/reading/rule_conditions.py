"""What a clause asks beside its figure: a second condition, an exception, each of many bodies, the other direction.

A rule that measures one figure cannot say any of it, so a clause that asks more is an option in words, or judged.
"""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.domain.rules import BandsOn, ZeroGround
from app.reading.bounds import Interval, interval_in
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase
from app.reading.zero_words import ground_key

_EXTRA = re.compile(
    r"\b(?:đồng thời|kèm theo|với điều kiện|trong đó có|hoặc)\b|\bvà\s+(?:có|không|ban hành|thực hiện|tổ chức|đảm bảo|bố trí"
    r"|hoàn thành|triển khai|gửi|báo cáo|xây dựng|công khai|đạt|đã|được|ít nhất|tối thiểu|từ|trên|dưới)\b"
    r"|\bnhưng\s+(?:có|không|chưa|chậm|thiếu|vẫn|còn|để|ban hành|báo cáo|tăng|giảm|cao hơn|thấp hơn)\b|\bngoại trừ\b"
    r"|(?:(?<=[\w,;)%]\s)|(?<=\())nếu\b|\bliên tục\b|,\s*(?:bảo đảm|đảm bảo|có|không có|gửi|báo cáo|ban hành)\b"
    r"|\btrừ\s+(?:các\s+|những\s+)?(?:trường hợp|khi|lý do|nguyên nhân|hồ sơ|nhiệm vụ|vụ|đơn|yếu tố)",
    re.IGNORECASE,
)
_IN_TIME = re.compile(r"\b(?:đúng|trước|sớm)(?:\s+hạn)?\s*(?:,|và|hoặc)\s*(?:đúng|trước|sớm)\s+hạn\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:trước|sau|trong)\s+(?:ngày|quý|tháng|kỳ|\d)|\bđến\s+(?:ngày\s+)?\d{1,2}/\d|\bquý\s+(?:[IVX]+|\d)",
    re.IGNORECASE,
)
_BODIES = r"(?:xã|phường|đơn vị|cơ quan|phòng|ban|thôn|bản|tổ|huyện|thị trấn|sở|ngành|chi bộ|trường|địa phương|công chức|cán bộ)"
_EACH_BODY = re.compile(
    rf"\b(?:tất cả|mỗi|từng)\s+(?:các\s+)?{_BODIES}\b|\bđều\b|\b(?:có|còn|để)\s+{_BODIES}\b|\b{_BODIES}\s+nào\b",
    re.IGNORECASE,
)
_EACH_TIME = re.compile(r"\b(?:mỗi|từng|có|hằng|hàng)\s+(?:tháng|quý|tuần)\b", re.IGNORECASE)
_LACKING = re.compile(r"\bthiếu\s*$", re.IGNORECASE)
_MEAN = re.compile(r"bình quân|trung bình", re.IGNORECASE)
_BAD = re.compile(
    r"quá hạn|trễ hạn|\bchậm\b|\btrễ\b|(?:không|chưa)\s+(?:đúng|hài lòng|hoàn thành|giải quyết|đạt|thực hiện|xử lý)|sai sót|vi phạm|tồn đọng|trả lại|bị hủy",
    re.IGNORECASE,
)
_GOOD = re.compile(r"đúng hạn|trước hạn|đúng\b|hài lòng|hoàn thành|giải quyết|xử lý|thực hiện", re.IGNORECASE)
_UP = re.compile(r"\b(?:tăng|vượt(?! quá)|cao hơn)\b", re.IGNORECASE)
_UNCHANGED = re.compile(r"(?:không|chưa)\s+(?:tăng|giảm|vượt|cao hơn|thấp hơn)\b", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:giảm|hụt|thấp hơn)\b", re.IGNORECASE)


def outside(text: str, interval: Interval) -> str:
    return f"{text[: interval.start]} | {text[interval.end :]}"


def asks_more(text: str, interval: Interval) -> bool:
    """Tell whether `text` asks for more than that one figure lies in `interval`."""
    beside = outside(text, interval)
    if _EXTRA.search(_IN_TIME.sub(" ", beside)):
        return True
    other = interval_in(beside)
    if other is not None and not other.lone:
        return True
    before = text[: interval.start]
    if _EACH_TIME.search(before) and not _MEAN.search(before):
        return True
    return interval.on is BandsOn.PERCENT and bool(_EACH_BODY.search(before))


def ways_differ(pieces: Sequence[tuple[str, Interval]]) -> bool:
    """Tell whether some clauses measure what was done well and others what was not, or a rise and others a fall."""
    around = [outside(text, interval) for text, interval in pieces]
    bad = [bool(_BAD.search(words)) for words in around]
    good = [bool(_GOOD.search(_BAD.sub(" ", words))) for words in around]
    mixed = any(bad) and any(fine and not poor for fine, poor in zip(good, bad, strict=True))
    lacking = [bool(_LACKING.search(text[: interval.start])) for text, interval in pieces]
    if any(lacking) and not all(lacking):
        return True
    return mixed or (any(map(_UP.search, around)) and any(map(_DOWN.search, around)))


def measures_a_change(text: str, interval: Interval) -> bool:
    words = outside(text, interval)
    return bool(_UP.search(words) or _DOWN.search(words))


def figures_differ(pieces: Sequence[tuple[str, Interval]]) -> bool:
    """Tell whether not all figures are of one thing: "vượt 10%" beside "đạt 100%", or of one day beside another's."""
    changed = [measures_a_change(*piece) for piece in pieces]
    dated = [(each.lower, each.upper) for text, each in pieces if _WHEN.search(outside(text, each))]
    return (any(changed) and not all(changed)) or len(set(dated)) < len(dated)


def denies_change(text: str) -> bool:
    return bool(_UNCHANGED.match(text.strip()))


def ground_split(case: LeafCase, clause: Clause) -> Clause:
    """Take "A hoặc" off "A hoặc từ 06 …": A becomes a ground for 0 of its own."""
    parts = re.split(r"\s+hoặc\s+(?!bằng\b)", clause.text)
    other = [part for part in parts if interval_in(part) is None]
    if clause.points or len(parts) != 2 or len(other) != 1 or len(other[0].split()) < 2:
        return clause
    ground = other[0].strip(" .;,")
    case.zero_when.append(ZeroGround(ground_key(ground, case.zero_when), ground))
    case.find(FindingCode.ZERO_GROUND, row=clause.row, text=ground)
    return replace(clause, text=next(part for part in parts if part not in other))
