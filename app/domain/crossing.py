"""The way of a running group from one version of its set to another: where each leaf, branch and figure goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.domain.criteria import Node, Tree, most_specific
from app.domain.set_diff import ChangeKind, Difference, Move
from app.domain.terms import ScoredBy


@dataclass(frozen=True)
class Crossing:
    """Two trees, old code → new code (no two to one), and what differs between them."""

    old: Tree
    new: Tree
    mapping: Mapping[str, str]
    found: tuple[Difference, ...]

    def target(self, code: str) -> str | None:
        """Return the leaf an old leaf has become; None where it is gone, or a branch now."""
        there = self.mapping.get(code)
        return there if there is not None and self.new.node(there).rule is not None else None

    def same_figures(self, code: str) -> bool:
        """Whether what was claimed on an old leaf counts as it stands: same code, maximum, rule and scorer."""
        return self.target(code) == code and self.counts_alike(code)

    def counts_alike(self, code: str) -> bool:
        """Whether an old leaf has become one of the same maximum, rule and scorer, whatever its code."""
        there = self.target(code)
        return there is not None and _figures(self.old.leaf(code)) == _figures(self.new.leaf(there))

    @cached_property
    def touched(self) -> Mapping[str, frozenset[ChangeKind]]:
        """New leaf → what changed that whoever scores it should look at; its place among others is no such thing."""
        found = {}
        for each in self.found:
            if each.new is None or each.new.rule is None:
                continue
            kinds = each.kinds if Move.CODE in each.moves else each.kinds - {ChangeKind.MOVED}
            if kinds:
                found[each.new.code] = kinds
        return found

    def own(self, tree: Tree, others: Collection[str]) -> frozenset[str]:
        """Return the leaves of a tree that a unit scores itself; `others`: given by the council, or not applicable."""
        return frozenset(
            leaf.code for leaf in tree.leaves if leaf.scored_by is ScoredBy.UNIT and leaf.code not in others
        )

    def unaffected(self, own_old: Collection[str], own_new: Collection[str]) -> bool:
        """Whether a sheet that was sent still says the same: no own leaf came, went or counts otherwise."""
        return set(own_old) == set(own_new) and all(self.same_figures(code) for code in own_old)

    def places(self, branch: str, present: Collection[str]) -> tuple[str, ...]:
        """Return where an assignment of an old branch goes: to the same branch, or, where it is gone, to its leaves.

        `present`: the branches of the other assignments, which keep the leaves below them.
        """
        there = self.mapping.get(branch)
        if there is not None:
            return (there,)
        given = {code: code for code in present}
        below = [leaf.code for leaf in self.old.under(branch) if most_specific(self.old, leaf.code, given) == branch]
        return tuple(target for code in below if (target := self.target(code)) is not None)


def _figures(leaf: Node) -> tuple[object, ...]:
    return leaf.maximum, leaf.rule, leaf.scored_by
