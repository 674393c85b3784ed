"""Several indexes in one campaign (tỉnh 2025, Phụ lục 2, mục 1) and their combination; figures by hand.

A unit has 38 of 40 in Chỉ số 01, 29 of 30 in 02, 28 of 30 in 03: 95 of 100.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.domain.classification import Band
from app.domain.criteria import Node, Tree
from app.domain.errors import InputInvalid
from app.domain.indexes import (
    IndexPart,
    index_problems,
    indexes_from_json,
    indexes_to_json,
    parts_of,
    point_values,
    weighted_index,
)
from app.domain.points import round_half_up
from app.domain.ranking import ResultLine, results_table
from app.domain.rules import JudgedRule
from app.domain.scoring import Adjustments, LeafResult
from app.domain.terms import ScoredBy, Ties

D = Decimal
BANDS = [Band("Tốt", D(80)), Band("Khá", D(0))]


def spec(code: str, *branches: str, weight: str | None = None) -> dict[str, Any]:
    return {"code": code, "name": f"Chỉ số {code}", "branches": list(branches), "weight": weight}


def tree() -> Tree:
    rule = JudgedRule(step=D(1))
    nodes = [
        Node("1", None, "Một", D(40), None, None, 1),
        Node("1.1", "1", "Lá", D(40), rule, ScoredBy.UNIT, 2),
        Node("2", None, "Hai", D(30), None, None, 3),
        Node("2.1", "2", "Lá", D(30), rule, ScoredBy.UNIT, 4),
        Node("3", None, "Ba", D(30), None, None, 5),
        Node("3.1", "3", "Lá", D(30), rule, ScoredBy.UNIT, 6),
    ]
    return Tree(tuple(nodes))


def leaves(exempt: str = "") -> list[LeafResult]:
    points = {"1.1": (40, 38), "2.1": (30, 29), "3.1": (30, 28)}
    return [LeafResult(code, D(most), D(own), applicable=code != exempt) for code, (most, own) in points.items()]


def test_each_index_is_counted_by_itself_and_an_exemption_leaves_its_maximum() -> None:
    indexes = indexes_from_json([spec("CS1", "1"), spec("CS23", "2", "3")])
    assert parts_of(indexes, tree(), leaves()) == (
        IndexPart("CS1", D(38), D(40)),
        IndexPart("CS23", D(57), D(60)),
    )
    assert [part.exact for part in parts_of(indexes, tree(), leaves())] == [Fraction(95), Fraction(95)]
    assert parts_of(indexes, tree(), leaves(exempt="3.1"))[1] == IndexPart("CS23", D(29), D(30))
    assert parts_of(indexes, tree(), leaves(exempt="1.1"))[0].exact is None


def test_the_weighted_mean_is_rounded_once_at_the_end() -> None:
    """50 × 95 + 30 × 96,666… + 20 × 93,333… = 9516,666… of 100: 95,17; rounding the parts first would give 95,1660."""
    parts = parts_of(
        indexes_from_json([spec("A", "1", weight="50"), spec("B", "2", weight="30"), spec("C", "3", weight="20")]),
        tree(),
        leaves(),
    )
    exact = weighted_index(parts, D(100), Adjustments(), capped=False)
    assert exact == Fraction(9516, 100) + Fraction(2, 300)
    assert round_half_up(exact, 4) == D("95.1667")


def test_bonus_and_penalty_belong_to_the_combined_index_alone() -> None:
    """+2 − 1 of 100 attainable is one percent; an index that does not apply takes its weight along."""
    parts = [IndexPart("A", D(38), D(40), D(1)), IndexPart("B", D(0), D(0), D(9))]
    assert weighted_index(parts, D(40), Adjustments(D(2), D(1)), capped=False) == 95 + Fraction(100, 40)
    assert weighted_index(parts, D(40), Adjustments(D(9)), capped=True) == 100
    assert weighted_index(parts, D(40), Adjustments(penalty=D(99)), capped=True) == 0
    with pytest.raises(InputInvalid, match="nothing_attainable"):
        weighted_index(parts[1:], D(40), Adjustments(), capped=False)


def test_the_table_ranks_on_the_combined_index() -> None:
    """A whole: 95 of 100 for both; weighted 3 : 1 the one strong in the heavy index leads, 97,50 against 92,50."""

    def line(unit: str, first: str, second: str, weights: tuple[int | None, int | None]) -> ResultLine:
        parts = (
            IndexPart("A", D(first), D(50), None if weights[0] is None else D(weights[0])),
            IndexPart("B", D(second), D(50), None if weights[1] is None else D(weights[1])),
        )
        return ResultLine(unit, "xã", D(first) + D(second), D(100), parts=parts)

    def table(weights: tuple[int | None, int | None]) -> list[tuple[Decimal | None, int | None]]:
        lines = [line("x", "45", "50", weights), line("y", "50", "45", weights)]
        return [
            (row.index, row.position) for row in results_table(lines, decimals=2, ties=Ties.COMPETITION, bands=BANDS)
        ]

    assert table((None, None)) == [(D("95.00"), 1), (D("95.00"), 1)]
    assert table((3, 1)) == [(D("92.50"), 2), (D("97.50"), 1)]


@pytest.mark.parametrize(("ties", "last"), [(Ties.COMPETITION, 4), (Ties.DENSE, 3)])
def test_a_unit_that_is_not_ranked_has_a_class_and_takes_no_place(ties: Ties, last: int) -> None:
    lines = [
        ResultLine("a", "xã", D(99), D(100), ranked=False),
        ResultLine("b", "xã", D(95), D(100)),
        ResultLine("c", "xã", D(90), D(100)),
        ResultLine("d", "xã", D(90), D(100)),
        ResultLine("e", "xã", D(70), D(100)),
    ]
    rows = results_table(lines, decimals=2, ties=ties, bands=BANDS)
    assert [(row.index, row.grade, row.position) for row in rows] == [
        (D(99), "Tốt", None),
        (D(95), "Tốt", 1),
        (D(90), "Tốt", 2),
        (D(90), "Tốt", 2),
        (D(70), "Khá", last),
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([spec("A", "1"), spec("A", "2")], "index_code_twice"),
        ([spec("A")], "index_branches_missing"),
        ([spec("A", "1", weight="0")], "index_weight_not_positive"),
        ([spec("A", "1", weight="-1")], "index_weight_not_positive"),
        ([spec("A", "1", weight="1"), spec("B", "2")], "index_weights_mixed"),
        ([spec("A", "1") | {"formula": "x"}], "policies_unknown_field"),
    ],
)
def test_indexes_that_mean_nothing_are_refused(given: list[dict[str, Any]], code: str) -> None:
    with pytest.raises(InputInvalid, match=code):
        indexes_from_json(given)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ([spec("A", "1"), spec("B", "2")], []),
        ([spec("A", "9")], ["index_branch_unknown"]),
        ([spec("A", "1"), spec("B", "1.1")], ["index_leaf_twice"]),
        ([spec("A", "1", weight="1"), spec("B", "2", weight="1")], ["index_leaf_outside"]),
    ],
)
def test_what_does_not_fit_the_set_is_named(given: list[dict[str, Any]], codes: list[str]) -> None:
    assert [problem.code for problem in index_problems(indexes_from_json(given), tree())] == codes


def test_indexes_written_are_the_indexes_read() -> None:
    given = [spec("A", "1", weight="0.5"), spec("B", "2", "3", weight="1.5")]
    assert indexes_to_json(indexes_from_json(given)) == given


def test_a_point_is_worth_its_share_of_the_index_it_belongs_to() -> None:
    """Of 40 points of weight 1 and 60 of weight 3 a point is worth 100/4/40 and 300/4/60 percent."""
    parts = [IndexPart("A", D(1), D(40), D(1)), IndexPart("B", D(1), D(60), D(3))]
    assert point_values(parts, D(100)) == {"": Fraction(1), "A": Fraction(5, 8), "B": Fraction(5, 4)}
