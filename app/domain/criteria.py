"""The criteria tree and what must hold in it: codes unique, a parent's maximum is the sum of its children's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from app.domain.errors import NotFound, TreeInvalid
from app.domain.points import sum_points
from app.domain.rules import Rule
from app.domain.terms import ScoredBy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """One row of the appendix. A node with a rule is a leaf and is scored; the others are sums."""

    code: str
    parent: str | None
    title: str
    maximum: Decimal
    rule: Rule | None
    scored_by: ScoredBy | None
    position: int


@dataclass(frozen=True)
class Tree:
    """A criteria set in the order of the paper, built from nodes `check_tree` finds nothing wrong with."""

    nodes: tuple[Node, ...]

    @cached_property
    def _by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[Node, ...]]:
        children: dict[str | None, list[Node]] = {}
        for node in self.nodes:
            children.setdefault(node.parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in children.items()}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.rule is not None)

    @property
    def roots(self) -> tuple[Node, ...]:
        return self._children.get(None, ())

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def node(self, code: str) -> Node:
        """Return the node `code`. Raises NotFound("criterion_unknown")."""
        if code not in self._by_code:
            raise NotFound("criterion_unknown", criterion=code)
        return self._by_code[code]

    def leaf(self, code: str) -> Node:
        """Return the leaf `code`. Raises NotFound("leaf_unknown") for a branch too: a branch is never scored."""
        node = self.node(code)
        if node.rule is None:
            raise NotFound("leaf_unknown", criterion=code)
        return node

    def children(self, code: str | None) -> tuple[Node, ...]:
        return self._children.get(code, ())

    def path(self, code: str) -> tuple[Node, ...]:
        """Return the nodes from the root to `code`, both included."""
        path = [self.node(code)]
        while (parent := path[0].parent) is not None:
            path.insert(0, self.node(parent))
        return tuple(path)

    def under(self, code: str) -> tuple[Node, ...]:
        """Return the leaves at or below `code`, in the order of the paper."""
        return tuple(leaf for leaf in self.leaves if any(node.code == code for node in self.path(leaf.code)))

    def depth(self, code: str) -> int:
        return len(self.path(code)) - 1


def most_specific(tree: Tree, code: str, branches: Mapping[str, T]) -> T | None:
    """Return what stands at the nearest of `code` and its ancestors, or None: the most specific branch wins."""
    for node in reversed(tree.path(code)):
        if node.code in branches:
            return branches[node.code]
    return None


def check_tree(nodes: Sequence[Node]) -> None:
    """Raise the first thing that is wrong with `nodes`."""
    for problem in tree_problems(nodes):
        raise problem


def tree_problems(nodes: Sequence[Node]) -> list[TreeInvalid]:
    """Return everything that is wrong with `nodes`, in the order of the paper; sums only once the shape is sound."""
    if not any(node.rule is not None for node in nodes):
        return [TreeInvalid("no_leaf")]
    problems = list(_shape_problems(nodes))
    return problems or list(_sum_problems(nodes))


def _shape_problems(nodes: Sequence[Node]) -> Iterable[TreeInvalid]:
    seen: set[str] = set()
    codes = {node.code for node in nodes}
    parents = {node.parent for node in nodes}
    for node in nodes:
        yield from _place_problems(node, seen, codes)
        yield from _leaf_problems(node, is_parent=node.code in parents)
        seen.add(node.code)


def _place_problems(node: Node, seen: Collection[str], codes: Collection[str]) -> Iterable[TreeInvalid]:
    """A parent stands before its children, as on paper, so no node can be its own ancestor."""
    if not _addressable(node.code):
        yield TreeInvalid("code_unreadable", criterion=node.code)
    if node.code in seen:
        yield TreeInvalid("code_twice", criterion=node.code)
    if node.parent is None:
        return
    if node.parent not in codes:
        yield TreeInvalid("parent_unknown", criterion=node.code, parent=node.parent)
    elif node.parent not in seen:
        cycle = node.parent == node.code
        yield TreeInvalid("cycle" if cycle else "parent_after_child", criterion=node.code, parent=node.parent)


def _addressable(code: str) -> bool:
    """A leaf is asked for by its code within an address: not empty, no slash, no blank at its ends, not dots alone."""
    return bool(code.strip(".")) and code == code.strip() and not any(sign in code for sign in "/\\")


def _leaf_problems(node: Node, *, is_parent: bool) -> Iterable[TreeInvalid]:
    if is_parent and node.rule is not None:
        yield TreeInvalid("branch_with_rule", criterion=node.code)
    if not is_parent and node.rule is None:
        yield TreeInvalid("leaf_without_rule", criterion=node.code)
    if node.rule is not None and node.scored_by is None:
        yield TreeInvalid("leaf_without_scorer", criterion=node.code)
    if node.maximum < 0:
        yield TreeInvalid("maximum_negative", criterion=node.code)


def _sum_problems(nodes: Sequence[Node]) -> Iterable[TreeInvalid]:
    tree = Tree(tuple(nodes))
    for node in nodes:
        children = tree.children(node.code)
        total = sum_points(child.maximum for child in children)
        if children and total != node.maximum:
            yield TreeInvalid(
                "maximum_differs_from_children",
                criterion=node.code,
                maximum=node.maximum,
                children=total,
            )
