"""The criteria of an appendix as a review holds them: by their place in the paper, since a code may stand twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.rule_examples import Example
from app.reading.draft import Appendix, ReadCriterion


@dataclass(frozen=True, slots=True)
class ReviewNode:
    """One criterion as it stands. `place`: its position in the paper, from 1, for ever. `changed`: fields by hand.

    `examples`: claims a person typed with what the rule must make of them.

    `criterion.parent` and `criterion.level` are the paper's; `parent` and `depth` (from 0) are how it stands now.
    """

    place: int
    criterion: ReadCriterion
    parent: int | None
    depth: int = 0
    changed: frozenset[str] = frozenset()
    left_out: bool = False
    examples: tuple[Example, ...] = ()


def nodes_as_read(appendix: Appendix) -> Mapping[int, ReviewNode]:
    """Return the criteria by place; a parent is the last row of its code above, as on paper."""
    latest: dict[str, int] = {}
    nodes: dict[int, ReviewNode] = {}
    for place, criterion in enumerate(appendix.criteria, start=1):
        parent = None if criterion.parent is None else latest.get(criterion.parent)
        nodes[place] = ReviewNode(place, criterion, parent)
        latest[criterion.code] = place
    return nodes


def in_tree_order(nodes: Sequence[ReviewNode]) -> tuple[ReviewNode, ...]:
    """Return `nodes` with every branch before what is below it, brothers in the order of the paper, depths filled in.

    A row whose branch is not among them stands at the top.
    """
    known = {node.place for node in nodes}
    below: dict[int | None, list[ReviewNode]] = {}
    for node in sorted(nodes, key=lambda node: node.place):
        below.setdefault(node.parent if node.parent in known else None, []).append(node)
    ordered: list[ReviewNode] = []
    waiting = [(node, 0) for node in reversed(below.get(None, []))]
    while waiting:
        node, depth = waiting.pop()
        ordered.append(replace(node, depth=depth, parent=node.parent if node.parent in known else None))
        waiting += [(child, depth + 1) for child in reversed(below.get(node.place, []))]
    return tuple(ordered)
