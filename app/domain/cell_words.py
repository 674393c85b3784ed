"""Keys and figures as they stand in a cell of our own workbook and in an appendix: exact, and read back the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from app.domain.errors import InputInvalid
from app.domain.points import plain


def keyed(item: str, key: str, words: Mapping[str, str] | None = None) -> str:
    """Return the item with its key, by the word people know it by where there is one."""
    known = words or {}
    if key not in known and key in known.values():
        raise InputInvalid("key_not_writable", key=key[:40])
    return item + known.get(key, written_key(key))


def written_key(key: str) -> str:
    """Return a key that stands in a cell as it is. Raises InputInvalid("key_not_writable")."""
    plain_text = key == " ".join(unicodedata.normalize("NFC", key).split()) and key.isprintable()
    if not key or not plain_text or any(sign in key for sign in ";:→"):
        raise InputInvalid("key_not_writable", key=key[:40])
    return key


def figure_words(value: Decimal) -> str:
    """Return "0,5": as people write it, exact, never grouped."""
    return plain(value).replace(".", ",")
