"""The signed report beside the sheet; a small tree of two parts, figures by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.criteria import Node, Tree
from app.domain.errors import InputInvalid
from app.domain.fairness import Contestant, on_common_leaves
from app.domain.legal_bases import successors
from app.domain.report_comparison import CauseKind, Comparison, SheetFigure, check_totals, compare, fields_of_paper
from app.domain.rules import JudgedRule
from app.domain.scoring import LeafPresence
from app.domain.terms import ScoredBy, Ties


def node(code: str, parent: str | None, maximum: str, *, leaf: bool = False) -> Node:
    rule = JudgedRule() if leaf else None
    return Node(code, parent, code, Decimal(maximum), rule, ScoredBy.UNIT if leaf else None, 0)


#: parts A and B; A has fields I (three leaves) and II (one), B has the leaf IX directly below it
TREE = Tree(
    (
        node("A", None, "10"),
        node("I", "A", "7"),
        node("1.1", "I", "3", leaf=True),
        node("1.2", "I", "2", leaf=True),
        node("1.3", "I", "2", leaf=True),
        node("II", "A", "3"),
        node("2.1", "II", "3", leaf=True),
        node("B", None, "1"),
        node("IX", "B", "1", leaf=True),
    )
)


def sheet(**points: str | None) -> list[SheetFigure]:
    given = {"1.1": "3", "1.2": None, "1.3": "1.5", "2.1": "3", "IX": "0"} | {
        code.replace("_", "."): value for code, value in points.items()
    }
    return [
        SheetFigure(
            leaf.code,
            leaf.maximum,
            None if given[leaf.code] is None else Decimal(str(given[leaf.code])),
            LeafPresence.SCORED,
            declined=leaf.code == "IX",
        )
        for leaf in TREE.leaves
    ]


def beside(total: str, **totals: str) -> Comparison:
    said = {code.replace("_", "."): Decimal(points) for code, points in totals.items()}
    return compare(TREE, sheet(), total=Decimal(total), totals=said)


def test_a_field_of_the_paper_is_a_part_or_stands_directly_below_one() -> None:
    assert [each.code for each in fields_of_paper(TREE)] == ["A", "I", "II", "B", "IX"]
    flat = Tree((node("1", None, "1"), node("1.1", "1", "1", leaf=True)))
    assert [each.code for each in fields_of_paper(flat)] == ["1"]


def test_a_difference_is_explained_down_to_the_half_point() -> None:
    """The sheet has 7,5; the report says 10: 2,5 in field I. 1.2 is not scored (2); 1.3 has 1,5 of 2 (0,5)."""
    compared = beside("10", I="7", II="3", IX="0")
    assert (compared.sheet, compared.difference) == (Decimal("7.5"), Decimal("-2.5"))
    (line,) = compared.differing
    assert (line.node.code, line.sheet, line.report, line.difference) == (
        "I",
        Decimal("4.5"),
        Decimal(7),
        Decimal("-2.5"),
    )
    assert [(cause.kind, cause.codes, cause.points) for cause in line.causes] == [
        (CauseKind.UNSCORED, ("1.2",), Decimal(2)),
        (CauseKind.BELOW, ("1.3",), Decimal("0.5")),
    ]
    assert line.unexplained == 0


def test_a_leaf_typed_from_the_paper_is_named_with_both_figures() -> None:
    """5.5.3.4 of the mock: the report gives 1, the sheet 0,5; here 1.3 of the report is 2, of the sheet 1,5."""
    (line,) = beside("8", I="5", **{"1_3": "2"}).differing
    (cause,) = line.causes
    assert (cause.kind, cause.codes, cause.sheet, cause.report, cause.points) == (
        CauseKind.TYPED,
        ("1.3",),
        Decimal("1.5"),
        Decimal(2),
        Decimal("0.5"),
    )
    assert line.unexplained == 0


def test_what_no_leaf_explains_is_said() -> None:
    """Field II is full on the sheet (3 of 3); the report says 2: one point less, and no leaf was left below."""
    (line,) = beside("6.5", II="2").differing
    assert (line.difference, line.causes, line.unexplained) == (Decimal(1), (), Decimal(-1))


def test_a_declined_leaf_and_a_paper_that_does_not_add_up() -> None:
    (line,) = beside("8.5", B="1").differing
    assert [(cause.kind, cause.codes, cause.points) for cause in line.causes] == [
        (CauseKind.DECLINED, ("IX",), Decimal(1))
    ]
    compared = beside("9", I="4.5", II="3", IX="1")
    assert (compared.adds_up, compared.wrong_sum) == (Decimal("8.5"), True)
    assert beside("9", I="4.5").adds_up is None


def test_a_figure_above_its_maximum_or_of_no_criterion_is_refused_at_its_field() -> None:
    with pytest.raises(InputInvalid, match="report_above_maximum") as above:
        check_totals(TREE, {"II": Decimal("3.5")})
    assert above.value.details["field"] == "points.II"
    with pytest.raises(InputInvalid, match="report_criterion_unknown"):
        check_totals(TREE, {"III": Decimal(1)})


def test_units_are_compared_on_the_leaves_all_of_them_have() -> None:
    """Of 10 points, 1.2 (4) does not apply to the second unit: 5 of 6 is 83,33%, 6 of 6 is 100%."""
    maxima = {"1.1": Decimal(6), "1.2": Decimal(4)}
    first = Contestant(1, {"1.1": Decimal(5), "1.2": Decimal(4)}, Decimal("90"), 1)
    second = Contestant(2, {"1.1": Decimal(6)}, Decimal("85"), 2)
    common = on_common_leaves([first, second], maxima, decimals=2, ties=Ties.COMPETITION)
    assert (common.codes, common.attainable) == (("1.1",), Decimal(6))
    assert {key: (line.index, line.position) for key, line in common.lines.items()} == {
        1: (Decimal("83.33"), 2),
        2: (Decimal("100.00"), 1),
    }
    nothing = on_common_leaves([first, Contestant(3, {}, Decimal(1), 3)], maxima, decimals=2, ties=Ties.COMPETITION)
    assert (nothing.codes, dict(nothing.lines)) == ((), {})


def test_the_last_successor_is_in_force_and_a_circle_ends() -> None:
    assert successors(1, {1: 2, 2: 3, 3: None}) == (2, 3)
    assert successors(3, {3: None}) == ()
    assert successors(1, {1: 2, 2: 1}) == (2,)
