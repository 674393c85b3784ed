"""Search without accents: "cai cach" finds "cải cách". A stored, normalised copy, the same on every database."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from app.db.base import Model
from app.db.campaigns import Campaign
from app.db.criteria import CriteriaSet, Criterion
from app.db.evidence import Document
from app.db.holidays import Holiday
from app.db.identity import Council, LegalBasis, PeerGroup, Unit


def unaccented(text: str) -> str:
    """Return `text` in lower case without diacritics, đ as d, white space single."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


SEARCHED: dict[type[Model], Callable[[Any], str]] = {
    Unit: lambda row: f"{row.code} {row.name}",
    PeerGroup: lambda row: f"{row.code} {row.name}",
    Council: lambda row: f"{row.code} {row.name}",
    LegalBasis: lambda row: f"{row.number} {row.title} {row.issuer}"[:400],
    Holiday: lambda row: row.name,
    CriteriaSet: lambda row: f"{row.code} {row.name}"[:400],
    Campaign: lambda row: f"{row.code} {row.name}"[:400],
    Criterion: lambda row: f"{row.code} {row.title}",
    Document: lambda row: f"{row.document_number} {row.subject} {row.original_name}",
}


def _fill(_mapper: Any, _connection: Any, row: Any) -> None:
    row.search_name = unaccented(SEARCHED[type(row)](row))


for _table in SEARCHED:
    event.listen(_table, "before_insert", _fill)
    event.listen(_table, "before_update", _fill)
