"""How Vietnamese papers begin, break off and end their sentences: what is needed to join what a page has cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# the ranges of Unicode mix capitals and small letters, so both are listed
UPPER = "".join(
    sign for sign in map(chr, [*range(0x41, 0x5B), *range(0xC0, 0x1EFA)]) if sign.isupper() and sign.isalpha()
)
LOWER = UPPER.lower()

_SPACES = re.compile(r"\s+")
_ITEM = re.compile(r"^\s*(?:[-–—+*•▪●○◦✓]|[a-zđ]\s?[.)]|\(?\d{1,2}[.)]|\([a-zđ]\))(?:\s|$)|^\s*[-–+*•]\s?\S")
_INNER_ITEM = re.compile(rf"(?<=[.;:])\s+(?=[-–+•]\s(?:[{UPPER}]|\d+(?:[.,]\d+)?\s?%))")
_ENDED = re.compile(r"(?:[.;:!?…”\"»)]|điểm|\d)\s*$", re.IGNORECASE)
_NOTE = re.compile(r"^\W*(?:lưu ý|ghi chú|chú ý|chú thích|riêng|năm \d{4},|\*)", re.IGNORECASE)
_REQUIREMENT = re.compile(r"^\W*yêu cầu\W*$", re.IGNORECASE)
_LONE_POINTS = re.compile(r"^[=:(]?\s*\d+(?:[.,]\d+)?\s*(?:điểm|đ)\b", re.IGNORECASE)

# words a sentence cannot end with
_HANGING = re.compile(
    r"(?:^|\s)(?:và|của|theo|trong|tại|với|các|những|cho|để|do|từ|bằng|hoặc|về|là|trên|dưới|đến|khi|nếu|bởi|như|được|"
    r"bị|thì|mà|nhưng|gồm|mỗi|giữa|đối|chưa|ngoài|qua)$"
)
_ENDINGS = (
    "tiếp theo|kèm theo|tồn tại|hiện tại|nêu trên|cấp trên|ở trên|như trên|cấp dưới|ở dưới|nước ngoài|bên ngoài|"
    "bên trong|đạt được|làm được|hiện được|quyết được|năm qua|vừa qua|thông qua|tuyệt đối|cân đối|chống đối|lý do|"
    "tự do|công bằng|văn bằng|văn bản đến|công văn đến|hay chưa|trang bị|thiết bị|chuẩn bị"
)
_ENDING = re.compile(rf"(?:^|\s)(?:{_ENDINGS})$")
_DOCUMENT_WORDS = (
    "kế hoạch|quyết định|văn bản|báo cáo|biên bản|thông báo|công văn|tờ trình|nghị quyết|danh sách|danh mục|hồ sơ|"
    "quy chế|hợp đồng|kết luận|giấy mời|giấy|ảnh|hình ảnh|bảng|biểu|sổ|tài liệu|phiếu|chương trình|hướng dẫn|chỉ thị|"
    "kết quả|thống kê|bản|các văn bản|đường dẫn|link|số liệu|tệp|file|quy định|đề án|bc|kh|qđ|lập|phụ lục"
)
_DOCUMENT = re.compile(rf"^\W*(?:các |những |bản )?(?:{_DOCUMENT_WORDS})\b", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return `text` on one line, its spaces single."""
    return _SPACES.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return `text` without accents, capitals and doubled spaces, to compare words by."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return tidy("".join(sign for sign in parts if not unicodedata.combining(sign))).lower()


def is_item(text: str) -> bool:
    """Return whether `text` opens as one of a list does: a dash, a plus, a bullet, "a)"."""
    return bool(_ITEM.match(text))


def is_note(text: str) -> bool:
    return bool(_NOTE.match(text))


def is_requirement_word(text: str) -> bool:
    """Return whether nothing but "Yêu cầu:" stands here."""
    return bool(_REQUIREMENT.match(text))


def names_document(text: str) -> bool:
    """Return whether `text` opens with the name of a kind of document, as evidence does."""
    return bool(_DOCUMENT.match(text))


def is_ended(text: str) -> bool:
    return bool(_ENDED.search(text))


def is_hanging(text: str) -> bool:
    """Return whether `text` ends in a word or a comma that no sentence ends with."""
    plain = tidy(text).lower()
    if plain.endswith((",", "=", "-", "–", "(")):
        return True
    return bool(_HANGING.search(plain)) and not _ENDING.search(plain)


def starts_lower(text: str) -> bool:
    return bool(text) and text[0].islower() and not is_item(text)


def continues(before: str, after: str) -> bool:
    """Return whether `after` carries on the sentence that `before` leaves open."""
    if not before or not after or is_item(after) or is_note(after) or is_requirement_word(after):
        return False
    if is_hanging(before):
        return True
    if _LONE_POINTS.match(after) and before.rstrip().endswith((":", "=")):
        return True
    return not is_ended(before) and (starts_lower(after) or after.startswith("("))


def continues_evidence(before: str, after: str) -> bool:
    """Return whether `after` carries on the list of documents `before`: a list may break after a semicolon too."""
    if not before or not after or is_item(after) or is_note(after):
        return False
    if is_hanging(before) or starts_lower(after):
        return True
    return not is_ended(before) and not names_document(after)


def lines_of(text: str) -> list[str]:
    """Return the lines of a cell: list items that share a line parted, lines that only wrap joined."""
    lines: list[str] = []
    for raw in text.split("\n"):
        for part in _INNER_ITEM.split(raw):
            line = tidy(part)
            if lines and continues(lines[-1], line):
                lines[-1] = f"{lines[-1]} {line}"
            elif line:
                lines.append(line)
    return lines


def joined(texts: Iterable[str], between: str = " ") -> str:
    return between.join(text for text in texts if text)
