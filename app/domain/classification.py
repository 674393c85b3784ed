"""Classes: a lower bound belongs to the class above it. Source: QĐ 1820/QĐ-UBND, Điều 6 khoản 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.errors import InputInvalid


@dataclass(frozen=True, slots=True)
class Band:
    """One class and its lower bound, in percent of the index."""

    name: str
    lower: Decimal


def check_bands(bands: Sequence[Band]) -> None:
    """Refuse bands that leave an index without a class. Codes: bands_missing, band_bound_twice, bands_without_zero."""
    if not bands:
        raise InputInvalid("bands_missing")
    bounds = [band.lower for band in bands]
    if len(set(bounds)) != len(bounds):
        raise InputInvalid("band_bound_twice")
    if min(bounds) != 0:
        raise InputInvalid("bands_without_zero")


def classify(index: Decimal | Fraction, bands: Sequence[Band]) -> str:
    """Return the name of the highest class whose lower bound `index` reaches."""
    check_bands(bands)
    return max((band for band in bands if index >= band.lower), key=lambda band: band.lower).name
