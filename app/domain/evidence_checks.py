"""What can be told from a document's own words: its number, and whether a number was inserted ("11a", "11b")."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.domain.errors import InputInvalid

#: "Số: 58/BC-UBND", "11a/BC-UBND", "01-NQ/TU": digits, an inserted letter, a separator, the symbol
_NUMBER = re.compile(
    r"(?:s[oố]\s*:?\s*)?(?P<number>\d{1,6})\s*(?P<letter>[a-zđ])?\s*[/-]\s*(?P<symbol>[a-zđ][\w./-]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """Number and symbol of a document: 58 and "BC-UBND". `inserted` when a letter was put behind the number."""

    number: int
    inserted: bool
    symbol: str


def parse_document_number(text: str) -> DocumentNumber:
    """Read "12/BC-UBND". Raises InputInvalid("document_number_unreadable") naming the text."""
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    found = _NUMBER.match(normal)
    if found is None:
        raise InputInvalid("document_number_unreadable", text=text.strip()[:64])
    return DocumentNumber(
        number=int(found["number"]),
        inserted=found["letter"] is not None,
        symbol=found["symbol"].rstrip("./-").upper(),
    )


def has_inserted_number(text: str) -> bool:
    """Return whether `text` reads as a document number with an inserted letter; an unreadable one does not."""
    try:
        return parse_document_number(text).inserted
    except InputInvalid:
        return False
