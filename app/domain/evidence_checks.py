"""What can be told from a document's own words: its number, and whether a number was inserted ("11a", "11b").

Detection is ours, the consequence is a policy of the campaign. Sources: QĐ 1820/QĐ-UBND (Quảng Trị), Điều 4.2c;
Định Hóa 2024, hướng dẫn, mục 2.b ("số văn bản a, b").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.domain.errors import InputInvalid

#: blanks around a separator, and the dashes word processors put in its place
_SEPARATOR = re.compile(r"\s*([/\-\u2010-\u2015])\s*")
#: "Số: 58/BC-UBND", "11a/BC-UBND", "01-NQ/TU", "30/2020/NĐ-CP", with the date of issue behind it or not
_NUMBER = re.compile(
    r"(?:(?:văn bản )?s[ốo] ?[:.]? ?)?(?P<number>\d{1,6}) ?(?P<letter>[^\W\d_])?[/-]"
    r"(?P<symbol>(?:\d{4}/)?[^\W\d_][\w./-]*)(?:[ ,;(].*)?",
    re.IGNORECASE,
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """Number and symbol of a document: 58 and "BC-UBND". `inserted` when a letter was put behind the number.

    The symbol keeps its letters as written ("TTr-SNV"; capitals where it was typed in small letters alone) and the year
    where one is printed ("2020/NĐ-CP").
    """

    number: int
    inserted: bool
    symbol: str


def parse_document_number(text: str) -> DocumentNumber:
    """Read "12/BC-UBND". Raises InputInvalid("document_number_unreadable") naming the text."""
    normal = " ".join(unicodedata.normalize("NFC", text[:_LONGEST]).split())
    found = _NUMBER.fullmatch(_SEPARATOR.sub(_plain_separator, normal))
    if found is None:
        raise InputInvalid("document_number_unreadable", text=normal[:64])
    symbol = found["symbol"].rstrip("./-")
    return DocumentNumber(
        number=int(found["number"]),
        inserted=found["letter"] is not None,
        symbol=symbol.upper() if symbol == symbol.lower() else symbol,
    )


def _plain_separator(found: re.Match[str]) -> str:
    return "/" if found[1] == "/" else "-"
