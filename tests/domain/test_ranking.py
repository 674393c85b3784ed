"""Positions within a group and the table every ranking is printed from."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.classification import Band
from app.domain.errors import InputInvalid
from app.domain.ranking import Contender, RankOn, ResultLine, positions, results_table
from app.domain.terms import Ties
from tests.domain.golden_rows import golden

BANDS = [Band("Tốt", Decimal(80)), Band("Khá", Decimal(70)), Band("Trung bình", Decimal(60)), Band("Thấp", Decimal(0))]

INDEXES = st.lists(
    st.one_of(st.none(), st.integers(0, 6).map(Decimal)),
    max_size=12,
)


def golden_cases() -> dict[str, list[dict[str, str]]]:
    cases = defaultdict(list)
    for row in golden("positions.csv"):
        cases[row["case"]].append(row)
    return cases


@pytest.mark.parametrize("case", golden_cases().values(), ids=golden_cases().keys())
def test_units_take_the_positions_worked_out_by_hand(case: list[dict[str, str]]) -> None:
    contenders = [
        Contender(
            row["unit"],
            Decimal(row["index"]) if row["index"] else None,
            tuple(Decimal(figure) for figure in row["tie_breaker"].split()),
        )
        for row in case
    ]
    expected = {row["unit"]: int(row["expected_position"]) if row["expected_position"] else None for row in case}
    assert positions(contenders, Ties(case[0]["ties"])) == expected


def contenders(indexes: list[Decimal | None]) -> list[Contender[int]]:
    return [Contender(number, index) for number, index in enumerate(indexes)]


@given(indexes=INDEXES, ties=st.sampled_from(Ties), order=st.randoms(use_true_random=False))
def test_the_order_units_are_given_in_changes_no_position(
    indexes: list[Decimal | None],
    ties: Ties,
    order: random.Random,
) -> None:
    given_order = contenders(indexes)
    shuffled = list(given_order)
    order.shuffle(shuffled)
    assert positions(shuffled, ties) == positions(given_order, ties)


@given(indexes=INDEXES)
def test_in_competition_a_position_is_one_more_than_the_units_ahead(indexes: list[Decimal | None]) -> None:
    found = positions(contenders(indexes), Ties.COMPETITION)
    for number, index in enumerate(indexes):
        ahead = sum(other is not None and index is not None and other > index for other in indexes)
        assert found[number] == (None if index is None else ahead + 1)


@given(indexes=INDEXES)
def test_dense_positions_leave_no_gap(indexes: list[Decimal | None]) -> None:
    found = {position for position in positions(contenders(indexes), Ties.DENSE).values() if position is not None}
    assert found == set(range(1, len({index for index in indexes if index is not None}) + 1))


def line(
    unit: str,
    obtained: str | None,
    attainable: str = "100",
    *,
    group: str = "xã",
    bonus: str = "0",
) -> ResultLine:
    points = None if obtained is None else Decimal(obtained)
    return ResultLine(unit, group, points, Decimal(attainable), Decimal(bonus))


def table(*lines: ResultLine, ties: Ties = Ties.COMPETITION, **given: object) -> list[tuple[object, ...]]:
    rows = results_table(list(lines), decimals=2, ties=ties, bands=BANDS, **given)  # type: ignore[arg-type]
    return [(row.line.unit, row.index, row.grade, row.position) for row in rows]


def test_a_table_prints_index_class_and_position_of_each_unit() -> None:
    """68,32 of 84 is printed 81,33; 79,995 rounds to 80,00 and is Tốt."""
    assert table(line("a", "68.32", "84"), line("b", "79.995"), line("c", "59.9949")) == [
        ("a", Decimal("81.33"), "Tốt", 1),
        ("b", Decimal("80.00"), "Tốt", 2),
        ("c", Decimal("59.99"), "Thấp", 3),
    ]


def test_a_unit_that_is_not_scored_stays_without_class_and_position() -> None:
    assert table(line("a", None), line("b", "0")) == [("a", None, None, None), ("b", Decimal("0.00"), "Thấp", 1)]


def test_groups_are_ranked_apart() -> None:
    rows = table(line("a", "90", group="xã"), line("b", "95", group="phòng"), line("c", "80", group="xã"))
    assert [row[3] for row in rows] == [1, 1, 2]


def test_units_equal_on_the_printed_index_share_a_position() -> None:
    assert [row[3] for row in table(line("a", "80.001"), line("b", "80.004"), line("c", "79"))] == [1, 1, 3]
    dense = table(line("a", "80.001"), line("b", "80.004"), line("c", "79"), ties=Ties.DENSE)
    assert [row[3] for row in dense] == [1, 1, 2]


def test_a_campaign_may_rank_and_class_on_the_exact_figure() -> None:
    rows = table(line("a", "80.001"), line("b", "80.004"), line("c", "79.995"), rank_on=RankOn.EXACT)
    assert rows == [
        ("a", Decimal("80.00"), "Tốt", 2),
        ("b", Decimal("80.00"), "Tốt", 1),
        ("c", Decimal("80.00"), "Khá", 3),
    ]


def test_tie_breakers_are_compared_in_order() -> None:
    lines = [
        ResultLine(unit, "xã", Decimal(90), Decimal(100), tie_breakers=tuple(map(Decimal, breakers)))
        for unit, breakers in (("a", (45, 3)), ("b", (45, 5)), ("c", (44, 20)))
    ]
    assert [row[3] for row in table(*lines)] == [2, 1, 3]


def test_a_capped_index_shares_the_first_place() -> None:
    capped = table(line("a", "99", bonus="2"), line("b", "100"), capped=True)
    assert capped == [("a", Decimal("100.00"), "Tốt", 1), ("b", Decimal("100.00"), "Tốt", 1)]


def test_nothing_attainable_is_refused_naming_the_unit() -> None:
    with pytest.raises(InputInvalid) as refused:
        table(line("a", "1"), line("b", "0", "0"))
    assert refused.value.code == "nothing_attainable"
    assert refused.value.details == {"unit": "b"}


def test_a_table_without_bands_is_refused() -> None:
    with pytest.raises(InputInvalid) as refused:
        results_table([line("a", "1")], decimals=2, ties=Ties.DENSE, bands=[])
    assert refused.value.code == "bands_missing"


def test_an_exact_index_and_a_rounded_one_may_stand_in_one_ranking() -> None:
    found = positions([Contender("a", Fraction(200, 3)), Contender("b", Decimal("66.67"))], Ties.COMPETITION)
    assert found == {"a": 2, "b": 1}
