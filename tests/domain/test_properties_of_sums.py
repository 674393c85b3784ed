"""Totals and positions recounted another way: trees of any depth, groups with tie-breakers, units in any order."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.classification import Band
from app.domain.criteria import Node, Tree
from app.domain.points import to_units
from app.domain.ranking import RankOn, ResultLine, results_table
from app.domain.rules import JudgedRule
from app.domain.scoring import LeafResult, Totals, branch_totals, totals
from app.domain.terms import ScoredBy, Ties
from tests.domain import strategies as ours

BANDS = [Band("A", Decimal(80)), Band("B", Decimal(50)), Band("C", Decimal(0))]
OBTAINED = [Decimal(text) for text in ("0", "49.995", "50", "79.994", "79.996", "80")]

few = settings(max_examples=60, deadline=None)


@st.composite
def deep_trees(draw: st.DrawFn) -> tuple[Tree, list[LeafResult]]:
    """Return a tree of any depth and what its leaves count for; every node but the first hangs below an earlier one."""
    size = draw(st.integers(1, 14))
    parents = [None, *(draw(st.integers(0, place - 1)) for place in range(1, size))]
    nodes, leaves = [], []
    for place, parent in enumerate(parents):
        maximum = draw(ours.MAXIMA)
        above = None if parent is None else str(parent)
        if place in parents:
            nodes.append(Node(str(place), above, "", maximum, None, None, place))
            continue
        nodes.append(Node(str(place), above, "", maximum, JudgedRule(), ScoredBy.UNIT, place))
        points = draw(st.none() | ours.MAXIMA)
        leaves.append(LeafResult(str(place), maximum, points, draw(st.booleans())))
    return Tree(tuple(nodes)), leaves


def recounted(leaves: list[LeafResult]) -> tuple[int, int, int, int]:
    """Count in whole ten-thousandths, leaf by leaf."""
    obtained = attainable = maximum = not_scored = 0
    for leaf in leaves:
        maximum += to_units(leaf.maximum)
        if leaf.applicable:
            attainable += to_units(leaf.maximum)
            obtained += 0 if leaf.points is None else to_units(leaf.points)
            not_scored += leaf.points is None
    return obtained, attainable, maximum, not_scored


def in_units(summed: Totals) -> tuple[int, int, int, int]:
    return to_units(summed.obtained), to_units(summed.attainable), to_units(summed.maximum), summed.not_scored


@few
@given(drawn=deep_trees(), order=st.randoms(use_true_random=False))
def test_the_total_of_every_branch_is_the_recount_of_its_leaves(
    drawn: tuple[Tree, list[LeafResult]],
    order: random.Random,
) -> None:
    """DOMAIN §2: parents are sums of leaves; a parent is never counted again."""
    tree, leaves = drawn
    shuffled = list(leaves)
    order.shuffle(shuffled)
    rolled = branch_totals(tree, shuffled)
    assert set(rolled) == {node.code for node in tree.nodes}
    parent_of = {node.code: node.parent for node in tree.nodes}
    for node in tree.nodes:
        under = []
        for leaf in leaves:
            above: str | None = leaf.code
            while above not in {node.code, None}:
                above = parent_of[str(above)]
            if above == node.code:
                under.append(leaf)
        assert in_units(rolled[node.code]) == recounted(under)
    assert rolled["0"] == totals(leaves)


LINES = st.lists(
    st.builds(
        ResultLine,
        unit=st.just(""),
        group=st.sampled_from(["xã", "phòng"]),
        obtained=st.none()
        | st.sampled_from([Decimal(text) for text in ("0", "49.995", "50", "79.994", "79.996", "80")]),
        attainable=st.sampled_from([Decimal(100), Decimal(80)]),
        bonus=st.sampled_from([Decimal(0), Decimal(1)]),
        penalty=st.sampled_from([Decimal(0), Decimal("0.5")]),
        tie_breakers=st.tuples(st.integers(0, 1).map(Decimal), st.integers(0, 1).map(Decimal)),
    ),
    max_size=10,
).map(lambda lines: [replace(line, unit=str(place)) for place, line in enumerate(lines)])


@few
@given(
    lines=LINES,
    ties=st.sampled_from(Ties),
    rank_on=st.sampled_from(RankOn),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_units_changes_no_line_of_a_table(
    lines: list[ResultLine],
    ties: Ties,
    rank_on: RankOn,
    order: random.Random,
) -> None:
    shuffled = list(lines)
    order.shuffle(shuffled)
    one, other = (
        {row.line.unit: row for row in results_table(given, decimals=2, ties=ties, bands=BANDS, rank_on=rank_on)}
        for given in (lines, shuffled)
    )
    assert one == other


@few
@given(lines=LINES, ties=st.sampled_from(Ties))
def test_a_position_counts_the_units_or_the_standings_ahead_in_the_group(lines: list[ResultLine], ties: Ties) -> None:
    """DOMAIN §2: 1-2-2-4 counts units, 1-2-2-3 counts different standings; tie-breakers in order."""
    rows = results_table(lines, decimals=2, ties=ties, bands=BANDS)
    for row in rows:
        if row.index is None:
            assert (row.position, row.grade) == (None, None)
            continue
        ahead = [
            (other.index, other.line.tie_breakers)
            for other in rows
            if other.index is not None
            and other.line.group == row.line.group
            and (other.index, other.line.tie_breakers) > (row.index, row.line.tie_breakers)
        ]
        assert row.position == 1 + (len(set(ahead)) if ties is Ties.DENSE else len(ahead))
