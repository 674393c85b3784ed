"""Figures as Vietnamese papers print them: 1.248 · 0,5 · 95,00. Exact decimals, never floats."""

from __future__ import annotations

from decimal import Decimal

from app.domain.points import plain

MINUS = "\u2212"
NOTHING = "–"


def printed(value: Decimal | None, decimals: int | None = None) -> str:
    """Return "0,5", "1.248", or with `decimals` "95,00"; a figure that is not there is a dash."""
    if value is None:
        return NOTHING
    text = plain(value) if decimals is None else f"{value:.{decimals}f}"
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return sign + grouped + (f",{fraction}" if fraction else "")
