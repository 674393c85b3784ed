"""The criteria tree: a small one after part II of Định Hóa 2024 (2.4.1, 2.4.2, 7.1 and their parents)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.criteria import Node, Tree, check_tree, most_specific, tree_problems
from app.domain.errors import NotFound, TreeInvalid
from app.domain.rules import JudgedRule
from app.domain.terms import ScoredBy


def branch(code: str, parent: str | None, maximum: str) -> Node:
    return Node(code, parent, f"tiêu chí {code}", Decimal(maximum), None, None, 0)


def leaf(code: str, parent: str | None, maximum: str) -> Node:
    return Node(code, parent, f"tiêu chí {code}", Decimal(maximum), JudgedRule(), ScoredBy.UNIT, 0)


NODES = (
    branch("ND.II", None, "3.5"),
    branch("2.4", "ND.II", "1.5"),
    leaf("2.4.1", "2.4", "0.5"),
    leaf("2.4.2", "2.4", "1"),
    leaf("7.1", "ND.II", "2"),
)
TREE = Tree(NODES)


def codes(nodes: tuple[Node, ...]) -> list[str]:
    return [node.code for node in nodes]


def with_node(code: str, **changes: object) -> tuple[Node, ...]:
    return tuple(replace(node, **changes) if node.code == code else node for node in NODES)  # type: ignore[arg-type]


def problems(nodes: tuple[Node, ...]) -> list[str]:
    return [problem.code for problem in tree_problems(nodes)]


def test_a_tree_keeps_the_order_of_the_paper() -> None:
    assert codes(TREE.roots) == ["ND.II"]
    assert codes(TREE.leaves) == ["2.4.1", "2.4.2", "7.1"]
    assert codes(TREE.children("ND.II")) == ["2.4", "7.1"]


def test_a_path_runs_from_the_root_to_the_node_both_included() -> None:
    assert codes(TREE.path("2.4.2")) == ["ND.II", "2.4", "2.4.2"]
    assert codes(TREE.path("ND.II")) == ["ND.II"]


def test_under_a_branch_stand_its_leaves_and_under_a_leaf_itself() -> None:
    assert codes(TREE.under("2.4")) == ["2.4.1", "2.4.2"]
    assert codes(TREE.under("7.1")) == ["7.1"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(NotFound) as refused:
        TREE.node("2.2")
    assert refused.value.code == "criterion_unknown"


def test_a_branch_is_not_handed_out_as_a_leaf() -> None:
    with pytest.raises(NotFound) as refused:
        TREE.leaf("2.4")
    assert refused.value.code == "leaf_unknown"


def test_the_most_specific_branch_wins() -> None:
    given = {"ND.II": "van_phong", "2.4": "tu_phap", "2.4.1": "noi_vu"}
    assert most_specific(TREE, "2.4.1", given) == "noi_vu"
    assert most_specific(TREE, "2.4.2", given) == "tu_phap"
    assert most_specific(TREE, "7.1", given) == "van_phong"
    assert most_specific(TREE, "7.1", {"2.4": "tu_phap"}) is None


def test_a_sound_tree_has_no_problems() -> None:
    check_tree(NODES)
    assert tree_problems(NODES) == []


@pytest.mark.parametrize(("maximum", "children"), [("1.1", "1.6"), ("0.9", "1.4")])
def test_a_parent_whose_maximum_differs_from_its_children_is_named_with_both_figures(
    maximum: str,
    children: str,
) -> None:
    (problem,) = tree_problems(with_node("2.4.2", maximum=Decimal(maximum)))
    assert problem.code == "maximum_differs_from_children"
    assert problem.details == {"criterion": "2.4", "maximum": Decimal("1.5"), "children": Decimal(children)}


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        pytest.param((*NODES, leaf("7.1", "ND.II", "0")), "code_twice", id="two rows of one code"),
        pytest.param(with_node("7.1", parent="ND.X"), "parent_unknown", id="a parent nobody knows"),
        pytest.param((NODES[0], NODES[2], NODES[1], *NODES[3:]), "parent_after_child", id="a parent below its child"),
        pytest.param(with_node("7.1", parent="7.1"), "cycle", id="a row under itself"),
        pytest.param(with_node("7.1", rule=None, scored_by=None), "leaf_without_rule", id="a leaf nobody can score"),
        pytest.param(with_node("2.4", rule=JudgedRule()), "branch_with_rule", id="a branch that is scored"),
        pytest.param(with_node("7.1", scored_by=None), "leaf_without_scorer", id="a leaf nobody scores"),
        pytest.param(with_node("7.1", maximum=Decimal(-2)), "maximum_negative", id="a maximum below nothing"),
        pytest.param(NODES[:2], "no_leaf", id="branches alone"),
        pytest.param((), "no_leaf", id="nothing at all"),
    ],
)
def test_a_broken_tree_is_refused_by_name(nodes: tuple[Node, ...], code: str) -> None:
    assert code in problems(nodes)
    with pytest.raises(TreeInvalid):
        check_tree(nodes)


def test_two_rows_that_are_each_others_parents_are_refused() -> None:
    looped = (branch("2", "2.4", "1"), branch("2.4", "2", "1"), leaf("2.4.1", "2.4", "1"))
    assert problems(looped) == ["parent_after_child"]


def test_every_problem_is_told_at_once() -> None:
    broken = with_node("7.1", parent="ND.X", scored_by=None)
    assert problems(broken) == ["parent_unknown", "leaf_without_scorer"]
