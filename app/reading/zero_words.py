"""Words of options that deny: "Không …", "còn lại", "không phát sinh", and the grounds for 0 they name."""

# ruff: noqa: E501 (a pattern stands on one line)

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.domain.rules import ZeroGround

_NO = re.compile(r"^(?:trong năm\s+|nếu\s+|đơn vị\s+)?(?:không|chưa)\b", re.IGNORECASE)
_REST = re.compile(
    r"^(?:các\s+)?(?:trường hợp|mức|nội dung|kết quả)?\s*(?:còn lại|khác)\b|^không (?:đạt|đáp ứng|đảm bảo)(?: (?:các )?(?:yêu cầu|mức|tỷ lệ|quy định|điều kiện)[^;.]{0,20})?$|^chưa đạt$|^không đạt$",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\bkhông\s+(?!(?:để|làm|được|cho)\b)(?:có\s+)?(?:[^\W\d]+\s+){0,6}?phát sinh\b|\b(?:không|chưa) phát sinh\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.]|\s(?:thì|hoặc|được)\s", re.IGNORECASE)
#: that none of these is there is what was asked for, not that there was nothing to do
_FAULT = re.compile(
    r"sai sót|sai phạm|vi phạm|quá hạn|trễ hạn|\bchậm\b|\blỗi\b|vượt cấp|tồn đọng|\bnợ\b|kỷ luật|khiếu kiện|tiêu cực|tham nhũng|lãng phí"
    r"|mất an|điểm nóng|đông người|\bthiếu\b|tai nạn|tội phạm|\bbị\s+(?:xử lý|kỷ luật|phê bình|nhắc nhở|trả lại)|\bsai\b",
    re.IGNORECASE,
)
#: a denial that says no more than "not this": it fits any criterion
_GENERAL = frozenset(
    [
        "không",
        "chưa",
        "có",
        "được",
        "thực",
        "hiện",
        "triển",
        "khai",
        "tổ",
        "chức",
        "ban",
        "hành",
        "đúng",
        "đủ",
        "đầy",
        "kịp",
        "thời",
        "đạt",
        "yêu",
        "cầu",
        "quy",
        "định",
        "hoặc",
        "và",
        "theo",
        "tốt",
        "xây",
        "dựng",
        "hoàn",
        "thành",
        "đảm",
        "bảo",
        "bảo",
        "đảm",
        "đáp",
        "ứng",
        "nội",
        "dung",
        "nào",
        "trường",
        "hợp",
        "còn",
        "lại",
        "khác",
        "thì",
        "bố",
        "trí",
        "lập",
        "trong",
        "năm",
        "báo",
        "cáo",
        "đăng",
        "tải",
    ]
)


def starts_with_no(text: str) -> bool:
    return bool(_NO.match(text.strip()))


def is_rest(text: str) -> bool:
    """Tell whether an option is everything that no other option says."""
    return bool(_REST.match(text.strip(" .;,")))


def says_nothing_arose(text: str) -> bool:
    found = _NOTHING.search(text)
    return found is not None and not names_fault(_CLAUSE_END.split(text[found.start() :])[0])


def names_fault(text: str) -> bool:
    """Tell whether `text` speaks of what nobody wants: none of it is a merit."""
    return bool(_FAULT.search(text))


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def is_about(text: str, title: str, others: Sequence[str]) -> bool:
    """Tell whether a zero option speaks of its own criterion: of something its title or another option speaks of."""
    own = [word for word in words_of(text) if word not in _GENERAL]
    known = set(words_of(title)) | {word for other in others for word in words_of(other)}
    return not own or any(word in known for word in own)


_KEYS = (
    (re.compile(r"không (?:ban hành|xây dựng|có)[^.;]*kế hoạch", re.IGNORECASE), "no_plan"),
    (re.compile(r"(?:không|chưa) hoàn thành", re.IGNORECASE), "unfinished_task"),
)


def ground_key(text: str, taken: Sequence[ZeroGround]) -> str:
    """Return the key of a ground for 0: the field's own where it has one, else its words without accents."""
    key = next((name for pattern, name in _KEYS if pattern.search(text)), "") or _slug(text)
    keys = {ground.key for ground in taken}
    return key if key not in keys else next(f"{key}_{n}" for n in range(2, 99) if f"{key}_{n}" not in keys)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    return "_".join(words)[:40].strip("_") or "zero"
