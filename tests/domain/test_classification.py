"""Classes: a lower bound belongs to the class above it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.classification import Band, check_bands, classify
from app.domain.errors import InputInvalid
from tests.domain.golden_rows import golden


def bands(text: str) -> list[Band]:
    return [Band(name, Decimal(lower)) for lower, name in (band.split(":") for band in text.split(",") if band)]


@pytest.mark.parametrize("row", golden("classes.csv"), ids=lambda row: f"{row['index']} {row['expected_class']}")
def test_an_index_falls_into_the_class_of_the_decision(row: dict[str, str]) -> None:
    assert classify(Decimal(row["index"]), bands(row["bands"])) == row["expected_class"]


def test_the_order_in_which_bands_are_given_does_not_matter() -> None:
    assert classify(Decimal(70), bands("0:Thấp,80:Tốt,70:Khá")) == "Khá"


def test_an_exact_index_just_below_a_bound_stays_below_it() -> None:
    assert classify(Fraction(239_999, 3_000), bands("80:Tốt,0:Thấp")) == "Thấp"


@pytest.mark.parametrize(
    ("given", "code"),
    [("", "bands_missing"), ("80:Tốt,80:Khá,0:Thấp", "band_bound_twice"), ("80:Tốt,60:Khá", "bands_without_zero")],
)
def test_bands_that_leave_an_index_without_a_class_are_refused(given: str, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        check_bands(bands(given))
    assert refused.value.code == code
