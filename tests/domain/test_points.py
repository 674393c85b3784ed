"""Points and figures: rounding half up, units of a ten-thousandth, and the two readers of typed figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InputInvalid
from app.domain.points import (
    from_units,
    parse_number,
    parse_screen_number,
    plain,
    round_half_up,
    sum_points,
    to_points,
    to_units,
)

NO_BREAK = "\u00a0"


def code_of(reader: object, text: str, **more: str) -> str:
    with pytest.raises(InputInvalid) as refused:
        reader(text, **more)  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.39995", "1.4000"),
        ("1.39994", "1.3999"),
        ("1.399949999999", "1.3999"),
        ("0.00005", "0.0001"),
        ("0.00004999", "0.0000"),
        ("0.00015", "0.0002"),
        ("0.00025", "0.0003"),
        ("2", "2.0000"),
        ("0", "0.0000"),
        ("99.99995", "100.0000"),
        ("-1.39995", "-1.4000"),
        ("-1.39994", "-1.3999"),
        ("-0.00005", "-0.0001"),
        ("123456789012.00005", "123456789012.0001"),
    ],
)
def test_points_are_rounded_half_up_to_four_decimals(value: str, expected: str) -> None:
    """STYLE 4: 1,39995 is 1,4000; halves go away from zero, never to the even neighbour."""
    assert str(to_points(Decimal(value))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 3), "0.3333"),
        (Fraction(2, 3), "0.6667"),
        (Fraction(1, 20_000), "0.0001"),
        (Fraction(1, 20_001), "0.0000"),
        (Fraction(-1, 20_000), "-0.0001"),
        (Fraction(5 * 10**40 - 1, 10**45), "0.0000"),
        (Fraction(5 * 10**40, 10**45), "0.0001"),
    ],
)
def test_a_fraction_is_rounded_from_its_exact_value(value: Fraction, expected: str) -> None:
    assert str(to_points(value)) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("2.675", 2, "2.68"),
        ("0.125", 2, "0.13"),
        ("0.124999", 2, "0.12"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.4999", 0, "0"),
        ("81.33", 4, "81.3300"),
    ],
)
def test_a_figure_is_rounded_to_the_decimals_asked_for(value: str, decimals: int, expected: str) -> None:
    """STYLE 4: round(2.675, 2) of a float is 2.67, of Decimal("0.125") 0.12; ours are 2,68 and 0,13."""
    assert str(round_half_up(Decimal(value), decimals)) == expected


def test_the_printed_index_of_a_real_table_comes_out() -> None:
    """DOMAIN §2: 68,32 points of 84 are 81,33 %."""
    assert str(round_half_up(Fraction(Decimal("68.32")) * 100 / 84, 2)) == "81.33"


def test_tenths_add_up_exactly() -> None:
    assert sum_points([Decimal("0.1"), Decimal("0.2")]) == Decimal("0.3")
    assert sum_points([Decimal("0.0001")] * 10_000) == 1
    assert sum_points([]) == 0


@pytest.mark.parametrize(
    ("points", "units"),
    [
        ("0", 0),
        ("0.0001", 1),
        ("0.5", 5_000),
        ("1.4000", 14_000),
        ("100", 1_000_000),
        ("1E+2", 1_000_000),
        ("-1", -10_000),
    ],
)
def test_points_are_stored_as_whole_ten_thousandths(points: str, units: int) -> None:
    assert to_units(Decimal(points)) == units
    assert from_units(units) == Decimal(points)


def test_points_finer_than_a_unit_are_refused_not_rounded() -> None:
    assert to_units(Decimal("1.23450")) == 12_345
    for text in ("1.23456", "0.00001", "-0.00005"):
        with pytest.raises(InputInvalid) as refused:
            to_units(Decimal(text))
        assert refused.value.code == "too_many_decimals"
        assert refused.value.details == {"text": Decimal(text)}


def test_units_come_back_with_four_decimals() -> None:
    assert str(from_units(5_000)) == "0.5000"
    assert str(from_units(1_000_000)) == "100.0000"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.5", "0.5"),
        ("0.5000", "0.5"),
        ("0.0001", "0.0001"),
        ("100", "100"),
        ("100.00", "100"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("0.0000", "0"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("-1.50", "-1.5"),
        ("10", "10"),
    ],
)
def test_a_figure_is_written_without_exponent_and_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        ("12", "12"),
        (" 12,25 ", "12.25"),
        ("-1", "-1"),
        ("-0,5", "-0.5"),
        ("1.234", "1.234"),
        ("1,234", "1.234"),
        ("007", "7"),
        ("0.0000", "0"),
        ("999999999999", "999999999999"),
        ("0.123456789012", "0.123456789012"),
        ("999999999999,999999999999", "999999999999.999999999999"),
    ],
)
def test_a_file_writes_a_point_or_a_comma(text: str, value: str) -> None:
    assert parse_number(text, what="points") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_number"),
        ("   ", "missing_number"),
        ("1.234.567", "grouped_number"),
        ("1.234,5", "grouped_number"),
        ("1,234.5", "grouped_number"),
        ("1 234", "grouped_number"),
        (f"1{NO_BREAK}234", "grouped_number"),
        ("-1.234,5", "grouped_number"),
        ("1000000000000", "number_too_large"),
        ("-1000000000000", "number_too_large"),
        ("1000000000000,5", "number_too_large"),
        ("1e3", "not_a_number"),
        ("1E-3", "not_a_number"),
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        (".5", "not_a_number"),
        ("5.", "not_a_number"),
        ("+5", "not_a_number"),
        ("--5", "not_a_number"),
        ("- 5", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        ("50%", "not_a_number"),
        ("1/2", "not_a_number"),
        ("một", "not_a_number"),
        ("1 2", "not_a_number"),
        ("\u0663", "not_a_number"),
        ("\uff15", "not_a_number"),
        ("\u22125", "not_a_number"),
        ("5\x00", "not_a_number"),
    ],
)
def test_a_file_s_figure_that_leaves_a_doubt_is_refused(text: str, code: str) -> None:
    assert code_of(parse_number, text, what="points") == code


def test_a_figure_finer_than_twelve_decimals_is_refused() -> None:
    with pytest.raises(InputInvalid):
        parse_number("0.1234567890123", what="points")


def test_a_refusal_names_the_figure_and_shortens_a_long_text() -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_number("x" * 500, what="maximum")
    assert refused.value.details == {"what": "maximum", "text": "x" * 40}
    with pytest.raises(InputInvalid) as missing:
        parse_number("", what="maximum")
    assert missing.value.details == {"what": "maximum"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,5", "0.5"),
        ("0.5", "0.5"),
        ("12", "12"),
        (" 12 ", "12"),
        (f"12,25{NO_BREAK}", "12.25"),
        ("1,234", "1.234"),
        ("0.123", "0.123"),
        ("1.2345", "1.2345"),
        ("1.23", "1.23"),
        ("1234.567", "1234.567"),
        ("1234", "1234"),
        ("0", "0"),
        ("0,0000", "0"),
    ],
)
def test_a_person_writes_a_comma_or_a_point_where_no_doubt_is_possible(text: str, value: str) -> None:
    assert parse_screen_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_number"),
        (NO_BREAK, "missing_number"),
        ("1.234", "ambiguous_grouping"),
        ("12.345", "ambiguous_grouping"),
        ("999.000", "ambiguous_grouping"),
        (" 1.000 ", "ambiguous_grouping"),
        ("1.234,5", "grouped_number"),
        ("1.234.567", "grouped_number"),
        ("1 234", "grouped_number"),
        (f"1{NO_BREAK}234,5", "grouped_number"),
        ("-1", "negative_figure"),
        ("-0", "negative_figure"),
        (" -0,5", "negative_figure"),
        ("\u22121", "negative_figure"),
        ("\u20131", "negative_figure"),
        ("-1.234", "negative_figure"),
        ("-", "negative_figure"),
        ("1000000000000", "number_too_large"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1e3", "not_a_number"),
        ("abc", "not_a_number"),
        ("+1", "not_a_number"),
    ],
)
def test_a_typed_figure_that_leaves_a_doubt_is_refused(text: str, code: str) -> None:
    assert code_of(parse_screen_number, text) == code


def test_a_doubtful_figure_is_shown_back_as_it_was_typed() -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_screen_number(" 1.234 ")
    assert refused.value.details["text"] == "1.234"


UNITS = st.integers(min_value=-(10**16) + 1, max_value=10**16 - 1)


@given(units=UNITS)
def test_units_written_and_read_again_are_the_same(units: int) -> None:
    points = from_units(units)
    assert to_units(points) == units
    assert parse_number(plain(points), what="points") == points
    assert parse_number(plain(points).replace(".", ","), what="points") == points


@given(value=st.fractions(min_value=-1_000, max_value=1_000), decimals=st.integers(0, 6))
def test_rounding_moves_a_figure_by_half_a_step_at_most(value: Fraction, decimals: int) -> None:
    rounded = Fraction(round_half_up(value, decimals))
    step = Fraction(1, 10**decimals)
    assert abs(rounded - value) <= step / 2
    assert (rounded / step).denominator == 1
    if abs(rounded - value) == step / 2:
        assert abs(rounded) > abs(value)


@given(text=st.text(alphabet="0123456789.,- \u00a0+eE", max_size=10))
def test_what_a_person_s_reader_takes_the_file_s_reader_takes_alike(text: str) -> None:
    """A screen is stricter than a file, never different."""
    try:
        typed = parse_screen_number(text)
    except InputInvalid:
        return
    assert typed == parse_number(text, what="figure")
    assert typed >= 0
