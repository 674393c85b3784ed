"""Units of one group beside each other, and the criteria on which the whole group loses most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.db.clock import Clock
from app.db.queries.trees import tree_of_frozen_set
from app.db.session import reading
from app.domain.criteria import Node, Tree
from app.domain.errors import InputInvalid, NotFound
from app.domain.points import sum_points
from app.domain.policy import Actor
from app.domain.scoring import LeafPresence
from app.services.papers import RankingFacts
from app.services.publication import readable_group, results_shown
from app.services.results import SCORED, UnitResult

#: columns that still fit beside each other
MOST = 4


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One node, and what each unit has of it; `presence` says of a leaf without points why there are none."""

    node: Node
    leaf: bool
    depth: int
    points: tuple[Decimal | None, ...]
    presence: tuple[LeafPresence | None, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.points)) > 1


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`units` stand in the order they were asked for; `all_units` is what can be chosen."""

    group_stage_id: int
    facts: RankingFacts
    all_units: tuple[UnitResult, ...]
    units: tuple[UnitResult, ...]
    rows: tuple[ComparedRow, ...]


@dataclass(frozen=True, slots=True)
class GroupLoss:
    """What all units of a group together lost on one leaf; `units` of them lost something."""

    node: Node
    lost: Decimal
    units: int
    share: int


def compared(group_stage_id: int, numbers: Sequence[int], *, actor: Actor, clock: Clock) -> SideBySide:
    """Return up to four units beside each other.

    Raises: NotFound where the group or a unit is not the actor's to read; InputInvalid("too_many_compared").
    """
    asked = tuple(dict.fromkeys(numbers))
    if len(asked) > MOST:
        raise InputInvalid("too_many_compared", field="unit", most=MOST)
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        shown = results_shown(session, group, clock.read(session))
        known = {each.assessment_id: each for each in shown.results}
        if any(number not in known for number in asked):
            raise NotFound("assessment_unknown")
        tree = tree_of_frozen_set(session, group.set_id)
        units = tuple(known[number] for number in asked)
        rows = tuple(_row(tree, node, units) for node in tree.nodes) if units else ()
        return SideBySide(group.id, shown.facts, shown.results, units, rows)


def _row(tree: Tree, node: Node, units: Sequence[UnitResult]) -> ComparedRow:
    leaf = node.rule is not None
    return ComparedRow(
        node=node,
        leaf=leaf,
        depth=tree.depth(node.code),
        points=tuple(each.leaves.get(node.code) if leaf else _below(each, node.code) for each in units),
        presence=tuple(each.presence.get(node.code) if leaf else _of_branch(each, node.code) for each in units),
    )


def _below(each: UnitResult, code: str) -> Decimal | None:
    """Return the points below a branch; none where it does not apply, or nothing is decided."""
    sums = each.branches.get(code)
    return sums.obtained if sums is not None and sums.applicable else None


def _of_branch(each: UnitResult, code: str) -> LeafPresence | None:
    """Return that a branch does not apply where no leaf below it does; else its points speak."""
    sums = each.branches.get(code)
    return LeafPresence.NOT_APPLICABLE if sums is not None and not sums.applicable else None


def group_losses(group_stage_id: int, *, actor: Actor, clock: Clock, most: int = 10) -> tuple[GroupLoss, ...]:
    """Return the leaves on which the scored units lost most, the largest loss first. Raises NotFound."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        shown = results_shown(session, group, clock.read(session))
        return losses_of(tree_of_frozen_set(session, group.set_id), shown.results)[:most]


def losses_of(tree: Tree, results: Sequence[UnitResult]) -> tuple[GroupLoss, ...]:
    """Return every leaf on which points were lost; `share` is the loss in whole percent of the largest."""
    scored = [each for each in results if each.standing in SCORED]
    summed = []
    for leaf in tree.leaves:
        lost = [
            leaf.maximum - points
            for each in scored
            if (points := each.leaves.get(leaf.code)) is not None and points < leaf.maximum
        ]
        if lost:
            summed.append((leaf, sum_points(lost), len(lost)))
    summed.sort(key=lambda row: -row[1])
    largest = summed[0][1] if summed else Decimal(1)
    return tuple(GroupLoss(leaf, lost, count, int(lost * 100 / largest)) for leaf, lost, count in summed)
