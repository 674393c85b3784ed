"""From raw answers to a table: what every leaf ends with, the index, class and position of every unit of a group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.db.assessments import Assessment
from app.domain.classification import Band
from app.domain.conclusion import conclusion
from app.domain.criteria import Tree
from app.domain.indexes import IndexPart, parts_of
from app.domain.ranking import ResultLine, ResultRow, results_table
from app.domain.scoring import LeafPresence, LeafResult, Totals, branch_totals, totals
from app.domain.terms import CONCLUDED
from app.services.adjustment_sums import NO_ADJUSTMENTS
from app.services.group_context import GroupContext

#: a unit whose table row is settled; every other one is named with the reason why not
RANKED, NOT_RANKED, ANNULLED = "ranked", "not_ranked", "annulled"
#: standings of units that have an index and a class; only the first has a position too
SCORED = frozenset({RANKED, NOT_RANKED})
NOTHING_AROSE = {"nothing_arose": True}


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit's row: `leaves` hold what each leaf ends with; no index while the unit is not concluded.

    `indexes`: what each index of a campaign with several counts, by code.
    """

    assessment_id: int
    unit_code: str
    unit: str
    standing: str
    leaves: Mapping[str, Decimal | None]
    presence: Mapping[str, LeafPresence]
    branches: Mapping[str, Totals]
    row: ResultRow
    indexes: Mapping[str, IndexPart] = field(default_factory=dict)

    @property
    def whole(self) -> Decimal:
        """The maximum before exemptions: what is attainable, and the leaves that do not apply to the unit."""
        spared = (code for code, presence in self.presence.items() if presence is LeafPresence.NOT_APPLICABLE)
        return self.row.line.attainable + sum((self.branches[code].maximum for code in spared), Decimal(0))


def leaf_results(context: GroupContext, assessment: Assessment) -> list[LeafResult]:
    """Return what every leaf of a unit ends with were it concluded as it stands."""
    end = conclusion(context.case(assessment.id, leaf) for leaf in context.tree.leaves)
    return [
        LeafResult(
            code=leaf.code,
            maximum=leaf.maximum,
            points=end.points.get(leaf.code),
            applicable=leaf.code not in context.exempt.get(assessment.id, ()),
            nothing_arose=counted_claim(context, assessment.id, leaf.code) == NOTHING_AROSE,
        )
        for leaf in context.tree.leaves
    ]


def counted_claim(context: GroupContext, assessment_id: int, code: str) -> Mapping[str, Any] | None:
    """Return the claim a leaf's points rest on: entered by others, else corrected by the agency, else the unit's."""
    entered, said = context.claims.get((assessment_id, code)), context.verdicts.get((assessment_id, code), ())
    if entered is not None:
        return entered.claim
    if said and said[-1].claim is not None:
        return said[-1].claim
    pin = context.pins.get(assessment_id, {}).get(code)
    return None if pin is None or code in context.overrides else pin.claim


def standing_of(context: GroupContext, assessment: Assessment, *, enters: bool = False) -> str:
    """Return how a unit enters the table: ranked, or why it does not. `enters`: with the edition being made."""
    if assessment.id in context.closed:
        return context.closed[assessment.id].value
    if assessment.id not in context.pins:
        return "not_submitted"
    if assessment.stage is not None and not enters:
        return ANNULLED if assessment.id in context.annulled else "under_appraisal"
    if context.group.stage not in CONCLUDED:
        return "under_appraisal"
    return NOT_RANKED if assessment.id in context.not_ranked else RANKED


def unit_results(context: GroupContext, *, entering: Collection[int] = ()) -> list[UnitResult]:
    """Return the group's table, best first, units without a position behind them by code.

    `entering`: the units that run alone and are taken in by the edition this table is made for.
    """
    campaign = context.group.campaign
    ranked = {}
    for row in context.assessments.values():
        standing = standing_of(context, row, enters=row.id in entering)
        leaves = leaf_results(context, row) if row.id in context.pins else []
        ranked[row.id] = (row, standing, leaves, _line(context, row, standing, leaves))
    rows = results_table(
        [line for _, _, _, line in ranked.values()],
        decimals=campaign.decimals,
        ties=campaign.ties,
        bands=[Band(band.name, band.lower) for band in campaign.bands],
        rank_on=context.policies.rank_on,
        capped=context.policies.cap_index,
    )
    found = [
        UnitResult(
            assessment_id=assessment.id,
            unit_code=assessment.unit.code,
            unit=assessment.unit.name,
            standing=standing,
            leaves={leaf.code: leaf.points for leaf in leaves},
            presence={leaf.code: leaf.presence for leaf in leaves},
            branches=branch_totals(context.tree, leaves),
            row=row,
            indexes={part.code: part for part in row.line.parts} if standing in SCORED else {},
        )
        for (assessment, standing, leaves, _), row in zip(ranked.values(), rows, strict=True)
    ]
    return in_order(found)


def in_order(results: Collection[UnitResult]) -> list[UnitResult]:
    """Return rows by position; those without one behind, by code."""
    return sorted(results, key=lambda each: (each.row.position is None, each.row.position or 0, each.unit_code))


def _line(context: GroupContext, assessment: Assessment, standing: str, leaves: list[LeafResult]) -> ResultLine:
    summed = totals(leaves)
    sums = context.adjustments(assessment.id) if standing in SCORED else NO_ADJUSTMENTS
    whole = sum((root.maximum for root in context.tree.roots), Decimal(0))
    branches = branch_totals(context.tree, leaves) if leaves else {}
    return ResultLine(
        unit=assessment.unit.name,
        group=context.group.group.name,
        obtained=summed.obtained if standing in SCORED else None,
        attainable=summed.attainable if leaves else whole,
        bonus=sums.bonus,
        penalty=sums.penalty,
        tie_breakers=tuple(branches[code].obtained for code in context.policies.tie_breakers if code in branches),
        ranked=standing == RANKED,
        parts=parts_of(context.policies.indexes, context.tree, leaves),
    )


def fields_of(tree: Tree) -> tuple[str, ...]:
    """Return the branches a summary is made of: the nodes directly below the parts, where most of them are branches.

    Where most are criteria already (Quảng Trị 2024: seven or eight fields, criteria right below), the roots are.
    """
    below = [node for node in tree.nodes if tree.depth(node.code) == 1]
    branches = sum(node.rule is None for node in below)
    return tuple(node.code for node in (below if 2 * branches >= len(below) else tree.roots))
