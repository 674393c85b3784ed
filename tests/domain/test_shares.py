"""The most specific share decides: unit before group before everybody, then the nearest branch."""

from __future__ import annotations

from decimal import Decimal

from app.domain.criteria import Node, Tree
from app.domain.rules import JudgedRule
from app.domain.shares import Share, holders_by_leaf
from app.domain.terms import ScoredBy

FIRST, SECOND, THIRD = 1, 2, 3
UNIT, OTHER, GROUP = 10, 11, 20


def node(code: str, parent: str | None, place: int) -> Node:
    leaf = parent is not None
    rule = JudgedRule(step=Decimal("0.5")) if leaf else None
    return Node(code, parent, code, Decimal(1 if leaf else 2), rule, ScoredBy.UNIT if leaf else None, place)


TREE = Tree((node("1", None, 1), node("1.1", "1", 2), node("1.2", "1", 3), node("2", None, 4), node("2.1", "2", 5)))


def held(*shares: Share, unit: int = UNIT, without: tuple[int, ...] = ()) -> dict[str, set[int]]:
    found = holders_by_leaf(TREE, unit, shares, without=without)
    return {code: set(users) for code, users in found.items()}


def test_without_a_share_a_leaf_is_nobodys() -> None:
    assert held() == {"1.1": set(), "1.2": set(), "2.1": set()}


def test_the_nearest_branch_decides() -> None:
    shares = (Share(FIRST), Share(SECOND, "1"), Share(THIRD, "1.2"))
    assert held(*shares) == {"1.1": {SECOND}, "1.2": {THIRD}, "2.1": {FIRST}}


def test_a_unit_goes_before_its_group_and_a_group_before_everybody() -> None:
    """Even a whole unit goes before a branch of its group, as a substitute's row does."""
    shares = (Share(FIRST, "1.1"), Share(SECOND, "1", group_id=GROUP), Share(THIRD, unit_id=UNIT))
    assert held(*shares) == {"1.1": {THIRD}, "1.2": {THIRD}, "2.1": {THIRD}}
    assert held(*shares, unit=OTHER) == {"1.1": {SECOND}, "1.2": {SECOND}, "2.1": set()}


def test_two_may_share_one_branch() -> None:
    assert held(Share(FIRST, "1"), Share(SECOND, "1"))["1.1"] == {FIRST, SECOND}


def test_who_stays_out_of_the_unit_leaves_it_to_the_next_share() -> None:
    shares = (Share(FIRST), Share(SECOND, "1"))
    assert held(*shares, without=(SECOND,)) == {"1.1": {FIRST}, "1.2": {FIRST}, "2.1": {FIRST}}
    assert held(*shares, without=(FIRST, SECOND)) == {"1.1": set(), "1.2": set(), "2.1": set()}
