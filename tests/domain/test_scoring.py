"""Totals and the index: sums of leaves, one rounding, and four presences that are never mixed up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.criteria import Node, Tree
from app.domain.errors import InputInvalid
from app.domain.rules import JudgedRule
from app.domain.scoring import (
    Adjustments,
    LeafPresence,
    LeafResult,
    branch_totals,
    exact_index,
    index_percent,
    override_points,
    totals,
)
from app.domain.terms import ScoredBy
from tests.domain.golden_rows import golden

POINTS = st.integers(min_value=0, max_value=1_000_000).map(lambda units: Decimal(units).scaleb(-4))


def result(code: str, maximum: str, points: str | None, *, applicable: bool = True) -> LeafResult:
    return LeafResult(code, Decimal(maximum), None if points is None else Decimal(points), applicable)


@pytest.mark.parametrize("row", golden("index.csv"), ids=lambda row: f"{row['unit']} {row['decimals']}")
def test_the_index_is_what_the_decision_says(row: dict[str, str]) -> None:
    adjustments = Adjustments(Decimal(row["bonus"]), Decimal(row["penalty"]))
    obtained, attainable, decimals = Decimal(row["obtained"]), Decimal(row["attainable"]), int(row["decimals"])
    if row["expected_index"].startswith("refused:"):
        with pytest.raises(InputInvalid) as refused:
            index_percent(obtained, attainable, adjustments, decimals=decimals)
        assert refused.value.code == row["expected_index"].removeprefix("refused:")
    else:
        index = index_percent(obtained, attainable, adjustments, decimals=decimals)
        assert str(index) == row["expected_index"]


def test_an_index_above_a_hundred_is_cut_where_the_campaign_caps_it() -> None:
    bonus = Adjustments(bonus=Decimal(2))
    assert index_percent(Decimal("98.5"), Decimal(100), bonus, decimals=2, capped=True) == Decimal(100)
    assert index_percent(Decimal("98.5"), Decimal(100), bonus, decimals=2) == Decimal("100.50")


def test_the_exact_index_is_not_rounded() -> None:
    assert exact_index(Decimal(2), Decimal(3), Adjustments()) == Fraction(200, 3)


def test_the_presences_of_a_leaf_are_told_apart() -> None:
    assert result("2.4.1", "0.5", "0").presence is LeafPresence.SCORED
    assert result("2.4.1", "0.5", None).presence is LeafPresence.NOT_SCORED
    assert result("2.4.1", "0.5", "0.5", applicable=False).presence is LeafPresence.NOT_APPLICABLE
    arose = LeafResult("2.3.4", Decimal(1), Decimal(1), nothing_arose=True)
    assert arose.presence is LeafPresence.NOTHING_AROSE


def test_a_leaf_that_does_not_apply_leaves_the_attainable_but_not_the_maximum() -> None:
    summed = totals([result("7.1", "2", "1.5"), result("7.2", "2", "2", applicable=False), result("7.3", "2", None)])
    assert summed.obtained == Decimal("1.5")
    assert summed.attainable == Decimal(4)
    assert summed.maximum == Decimal(6)
    assert summed.not_scored == 1


def test_what_does_not_apply_at_all_is_told_from_what_has_nothing() -> None:
    assert not totals([result("1.1", "4", "4", applicable=False)]).applicable
    assert totals([result("1.1", "4", "0"), result("1.2", "4", None, applicable=False)]).applicable
    assert totals([result("1.1", "4", None)]).applicable
    assert totals([]).applicable


def test_an_unscored_leaf_is_not_a_zero() -> None:
    assert totals([result("7.1", "2", None)]).not_scored == 1
    assert totals([result("7.1", "2", "0")]).not_scored == 0


def test_an_override_without_points_gives_the_maximum() -> None:
    assert override_points(None, Decimal(3)) == Decimal(3)
    assert override_points(Decimal("1.5"), Decimal(3)) == Decimal("1.5")
    assert override_points(Decimal(0), Decimal(3)) == Decimal(0)


@pytest.mark.parametrize(("given_points", "code"), [("3.0001", "override_above_maximum"), ("-1", "points_negative")])
def test_an_override_outside_the_maximum_is_refused(given_points: str, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        override_points(Decimal(given_points), Decimal(3))
    assert refused.value.code == code


def tree_of(branches: list[int]) -> Tree:
    """Return a root whose branches have so many leaves of one point each; a branch of none is a leaf itself."""
    nodes = [Node("R", None, "", Decimal(sum(max(count, 1) for count in branches)), None, None, 0)]
    for number, count in enumerate(branches):
        code = f"B{number}"
        if count == 0:
            nodes.append(Node(code, "R", "", Decimal(1), JudgedRule(), ScoredBy.UNIT, 0))
            continue
        nodes.append(Node(code, "R", "", Decimal(count), None, None, 0))
        nodes += [Node(f"{code}.{leaf}", code, "", Decimal(1), JudgedRule(), ScoredBy.UNIT, 0) for leaf in range(count)]
    return Tree(tuple(nodes))


@given(branches=st.lists(st.integers(0, 4), min_size=1, max_size=5), drawn=st.data())
def test_rolling_up_is_recounting(branches: list[int], drawn: st.DataObject) -> None:
    tree = tree_of(branches)
    presence = st.tuples(st.one_of(st.none(), st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)])), st.booleans())
    leaves = []
    for node in tree.leaves:
        points, applicable = drawn.draw(presence)
        leaves.append(LeafResult(node.code, node.maximum, points, applicable))
    rolled = branch_totals(tree, leaves)
    by_code = {leaf.code: leaf for leaf in leaves}
    for node in tree.nodes:
        assert rolled[node.code] == totals(by_code[leaf.code] for leaf in tree.under(node.code))
        children = tree.children(node.code)
        if children:
            assert rolled[node.code].obtained == sum(rolled[child.code].obtained for child in children)
            assert rolled[node.code].attainable == sum(rolled[child.code].attainable for child in children)


@given(obtained=POINTS, attainable=POINTS.filter(bool), bonus=POINTS, penalty=POINTS, decimals=st.integers(0, 4))
def test_an_index_is_never_below_nothing(
    obtained: Decimal,
    attainable: Decimal,
    bonus: Decimal,
    penalty: Decimal,
    decimals: int,
) -> None:
    assert index_percent(obtained, attainable, Adjustments(bonus, penalty), decimals=decimals) >= 0
