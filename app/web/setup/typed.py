"""What the forms of the set-up send, read: row numbers, stretches of time, classes; refusals name the field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from flask import request

from app.domain.deadlines import Span
from app.domain.errors import InputInvalid
from app.domain.points import parse_screen_number, to_units
from app.domain.terms import PhaseKind, Ties
from app.services.campaign_changes import Ranking, Why
from app.web.form_values import as_number, number, numbers
from app.web.records.fields import read_instant

__all__ = ["as_number", "number", "numbers", "ranking", "spans", "why", "year"]

#: rows a form of classes has, and empty ones after those that are filled
BAND_ROWS = 6


def why() -> Why:
    return Why(request.form.get("reason", ""), request.form.get("document", ""))


def year(name: str = "year") -> int:
    """Return the year typed. Raises InputInvalid("year_of_campaign")."""
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InputInvalid("year_of_campaign", field=name, year=text[:10])
    return int(text)


def spans() -> dict[PhaseKind, Span]:
    """Return every phase typed; one without a closing is not there. Raises InputInvalid, at its field."""
    found = {}
    for kind in PhaseKind:
        opens, closes = (request.form.get(f"{kind.value}.{end}", "").strip() for end in ("opens", "closes"))
        if opens and not closes:
            raise InputInvalid("phase_without_closing", phase=kind.value, field=f"{kind.value}.closes")
        if closes:
            opens_at = _instant(opens, f"{kind.value}.opens") if opens else None
            found[kind] = Span(opens_at, _instant(closes, f"{kind.value}.closes"))
    return found


def _instant(text: str, field: str) -> dt.datetime:
    try:
        return read_instant(text)
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **refused.details, field=field) from refused


def ranking() -> Ranking:
    """Return decimals, ties and classes typed, highest first. Raises InputInvalid, at its field."""
    decimals, ties = request.form.get("decimals", "").strip(), request.form.get("ties", "")
    if len(decimals) != 1 or not decimals.isascii() or not decimals.isdigit():
        raise InputInvalid("decimals_impossible", field="decimals")
    if ties not in set(Ties):
        raise InputInvalid("ties_missing", field="ties")
    bands: list[tuple[str, Decimal]] = []
    for row in range(BAND_ROWS + 20):
        name, lower = (request.form.get(f"{part}.{row}", "").strip() for part in ("name", "lower"))
        if name or lower:
            bands.append((_band_name(name, row, bands), _bound(lower, row)))
    return Ranking(int(decimals), Ties(ties), tuple(sorted(bands, key=lambda each: -each[1])))


def _band_name(name: str, row: int, bands: list[tuple[str, Decimal]]) -> str:
    if not name or len(name) > 120:
        raise InputInvalid("band_without_name", field=f"name.{row}")
    if any(name == other for other, _ in bands):
        raise InputInvalid("band_name_twice", name=name, field=f"name.{row}")
    return name


def _bound(text: str, row: int) -> Decimal:
    try:
        found = parse_screen_number(text)
        to_units(found)
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": f"lower.{row}"}) from refused
    return found
