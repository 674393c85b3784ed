"""Points and figures: exact decimals, rounded once, half up, in one place.

Two readers, on purpose: files and JSON write a point ("0.5"; a comma is accepted), people write a comma ("0,5"; a point
is accepted where no doubt is possible).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.domain.errors import InputInvalid

#: what one leaf carries, four decimals; the index is rounded once, at the end
UNITS_PER_POINT = 10_000

_PLAIN = re.compile(r"-?\d{1,12}(?:[.,]\d{1,12})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,\u00a0 ]\d{3})+(?:[.,]\d+)?")
#: a figure with one point and three digits behind it: a thousand to some, a thousandth to others
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_MINUS_SIGNS = ("-", "\u2212", "\u2013")


def round_half_up(value: Decimal | Fraction, decimals: int) -> Decimal:
    """Return `value` with `decimals` places, halves away from zero; a fraction is rounded from its exact value."""
    scale = 10**decimals
    scaled = abs(Fraction(value)) * scale
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-units if value < 0 else units).scaleb(-decimals)


def to_points(value: Decimal | Fraction) -> Decimal:
    """Return `value` as points: four decimals, half up (1.39995 -> 1.4000)."""
    return round_half_up(value, 4)


def sum_points(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def to_units(points: Decimal) -> int:
    """Return points as whole ten-thousandths. Raises InputInvalid("too_many_decimals") rather than round."""
    units = points * UNITS_PER_POINT
    if units != units.to_integral_value(rounding=ROUND_HALF_UP):
        raise InputInvalid("too_many_decimals", text=points)
    return int(units)


def from_units(units: int) -> Decimal:
    return Decimal(units).scaleb(-4)


def plain(value: Decimal) -> str:
    """Return a figure as files and JSON write it: "0.5", no exponent, no trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def parse_number(text: str, *, what: str) -> Decimal:
    """Read a figure of a file or of JSON: "0.5" or "0,5", no grouping, no exponent; at most 12 digits each side.

    Raises: InputInvalid with code missing_number, grouped_number, number_too_large, not_a_number; details name `what`.
    """
    stripped = text.strip()
    if not stripped:
        raise InputInvalid("missing_number", what=what)
    if re.fullmatch(r"-?\d{13,}(?:[.,]\d+)?", stripped):
        raise InputInvalid("number_too_large", what=what, text=stripped[:40])
    if not _PLAIN.fullmatch(stripped) or not stripped.isascii():
        code = "grouped_number" if _GROUPED.fullmatch(stripped) else "not_a_number"
        raise InputInvalid(code, what=what, text=stripped[:40])
    return Decimal(stripped.replace(",", "."))


def parse_screen_number(text: str) -> Decimal:
    """Read a figure a person typed: "0,5", "0.5" and "12"; never negative.

    Raises: InputInvalid with code missing_number, negative_figure, ambiguous_grouping ("1.234"), grouped_number
    ("1.234,5"), number_too_large, not_a_number; details carry the text as typed.
    """
    stripped = text.replace("\u00a0", " ").strip()
    if stripped.startswith(_MINUS_SIGNS):
        raise InputInvalid("negative_figure", text=stripped[:40])
    if _AMBIGUOUS.fullmatch(stripped):
        raise InputInvalid("ambiguous_grouping", text=stripped)
    return parse_number(stripped, what="figure")
