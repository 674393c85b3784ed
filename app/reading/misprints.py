"""Slips of printing and of recognition: a closed list, each with what was meant; and words that were doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple


class Misprint(NamedTuple):
    text: str
    meant: str


# what stands → what was meant; matched as whole words, capitals as given ignored
_SLIPS: tuple[tuple[str, str], ...] = (
    (r"hực hiện", "thực hiện"),
    (r"ghi số(?= tiếp| theo dõi)", "ghi sổ"),
    (r"số tiếp công dân", "sổ tiếp công dân"),
    (r"thực hiện đề(?= cán bộ)", "thực hiện để"),
    (r"nội dung đề(?= cán bộ)", "nội dung để"),
    (r"triển khai đề(?= )", "triển khai để"),
    (r"tiêu chí đề(?= thuận lợi)", "tiêu chí để"),
    (r"bru (?:chính|điện)", "bưu chính, bưu điện"),
    (r"hướng ứng", "hưởng ứng"),
    (r"thông kê", "thống kê"),
    (r"toàn đàm", "tọa đàm"),
    (r"liên kế", "liền kề"),
    (r"trong phạm vi ba gần nhất", "trong phạm vi ba năm gần nhất"),
    (r"cbccvn", "CBCCVC"),
    (r"thực hiện trách, nhiệm vụ", "thực hiện chức trách, nhiệm vụ"),
    (r"người đứng đơn vị", "người đứng đầu đơn vị"),
    (r"đề nghị dõ", "đề nghị nêu rõ"),
    (r"băng, địa ghi hình", "băng, đĩa ghi hình"),
    (r"cải cách hành chình", "cải cách hành chính"),
    (r"thủ tục hành chình", "thủ tục hành chính"),
    (r"ủy ban nhân dan", "ủy ban nhân dân"),
    (r"tài liệu kiểm chúng", "tài liệu kiểm chứng"),
    (r"điểm tôi đa", "điểm tối đa"),
    (r"đúng quy đinh", "đúng quy định"),
    (r"báo cao", "báo cáo"),
    (r"kế hoach", "kế hoạch"),
    (r"quyết đinh", "quyết định"),
    (r"nhiêm vụ", "nhiệm vụ"),
)
#: most texts hold none of them: one look tells
_ANY = re.compile(r"(?<!\w)(?:" + "|".join(slip for slip, _ in _SLIPS) + r")(?!\w)", re.IGNORECASE)
_DOUBLED = re.compile(
    r"(?<![\w-])(của|và|các|được|theo|trong|với|để|tại|cho|thì|bị|do|không|có|về) \1(?!\w)", re.IGNORECASE
)


@cache
def _pattern(slip: str) -> re.Pattern[str]:
    """Compile a slip when a text first holds one: the reader starts anew for every file."""
    return re.compile(rf"(?<!\w){slip}(?!\w)", re.IGNORECASE)


def misprints_in(text: str) -> Iterator[Misprint]:
    """Yield each slip in `text` once, as it stands and as it was meant."""
    for slip, meant in _SLIPS if _ANY.search(text) else ():
        if match := _pattern(slip).search(text):
            yield Misprint(match[0], meant)
    if match := _DOUBLED.search(text):
        yield Misprint(match[0], match[1])
