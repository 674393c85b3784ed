"""From raw answers to a table: what every leaf ends with, the index, class and position of every unit of a group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.db.assessments import Assessment
from app.domain.classification import Band
from app.domain.conclusion import conclusion
from app.domain.criteria import Tree
from app.domain.points import plain
from app.domain.ranking import ResultLine, ResultRow, results_table
from app.domain.scoring import LeafResult, Totals, branch_totals, totals
from app.domain.terms import Stage
from app.services.group_context import GroupContext

CONCLUDED = frozenset({Stage.CONCLUDED, Stage.APPROVED, Stage.PUBLISHED})


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit's row: `leaves` hold what each leaf ends with; no index while the unit is not concluded."""

    assessment_id: int
    unit_code: str
    unit: str
    standing: str
    leaves: Mapping[str, Decimal | None]
    branches: Mapping[str, Totals]
    row: ResultRow


def leaf_results(context: GroupContext, assessment: Assessment) -> list[LeafResult]:
    """Return what every leaf of a unit ends with were it concluded as it stands."""
    end = conclusion(context.case(assessment.id, leaf) for leaf in context.tree.leaves)
    return [
        LeafResult(
            code=leaf.code,
            maximum=leaf.maximum,
            points=end.points.get(leaf.code),
            applicable=leaf.code not in context.exempt.get(assessment.id, ()),
        )
        for leaf in context.tree.leaves
    ]


def standing_of(context: GroupContext, assessment: Assessment) -> str:
    """Return how a unit enters the table: ranked, or why it does not."""
    if assessment.id not in context.pins:
        return "not_submitted"
    if assessment.stage is not None:
        return "under_appraisal"
    return "ranked" if context.group.stage in CONCLUDED else "under_appraisal"


def unit_results(context: GroupContext) -> list[UnitResult]:
    """Return the group's table, best first, units without a position behind them by code."""
    campaign = context.group.campaign
    ranked = {}
    for row in context.assessments.values():
        standing = standing_of(context, row)
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
            branches=branch_totals(context.tree, leaves),
            row=row,
        )
        for (assessment, standing, leaves, _), row in zip(ranked.values(), rows, strict=True)
    ]
    return sorted(found, key=lambda each: (each.row.position is None, each.row.position or 0, each.unit_code))


def _line(context: GroupContext, assessment: Assessment, standing: str, leaves: list[LeafResult]) -> ResultLine:
    summed = totals(leaves)
    bonus, penalty = context.adjustments.get(assessment.id, (Decimal(0), Decimal(0)))
    whole = sum((root.maximum for root in context.tree.roots), Decimal(0))
    branches = branch_totals(context.tree, leaves) if leaves else {}
    return ResultLine(
        unit=assessment.unit.name,
        group=context.group.group.name,
        obtained=summed.obtained if standing == "ranked" else None,
        attainable=summed.attainable if leaves else whole,
        bonus=bonus,
        penalty=penalty,
        tie_breakers=tuple(branches[code].obtained for code in context.policies.tie_breakers if code in branches),
    )


def snapshot_of(context: GroupContext, results: list[UnitResult], *, at: dt.datetime) -> dict[str, Any]:
    """Return everything a publication rests on, as JSON: set, rules, raw answers, points of every leaf, the table."""
    campaign = context.group.campaign
    return {
        "campaign": campaign.code,
        "group": context.group.group.code,
        "at": at.isoformat(),
        "set": {"code": context.group.criteria_set.code, "sha256": context.group.criteria_set.content_sha256},
        "settings": {
            "decimals": campaign.decimals,
            "ties": campaign.ties.value,
            "bands": [[plain(band.lower), band.name] for band in campaign.bands],
            "policies": context.policies.to_json(),
        },
        "units": [_unit_snapshot(context, each) for each in results],
    }


def _unit_snapshot(context: GroupContext, each: UnitResult) -> dict[str, Any]:
    line = each.row.line
    pins = context.pins.get(each.assessment_id, {})
    return {
        "unit": each.unit_code,
        "name": each.unit,
        "standing": each.standing,
        "obtained": _text(line.obtained),
        "attainable": plain(line.attainable),
        "bonus": plain(line.bonus),
        "penalty": plain(line.penalty),
        "index": _text(each.row.index),
        "class": each.row.grade,
        "position": each.row.position,
        "leaves": {code: _text(points) for code, points in sorted(each.leaves.items())},
        "claims": {code: dict(leaf.claim) for code, leaf in sorted(pins.items())},
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def fields_of(tree: Tree) -> tuple[str, ...]:
    """Return the branches a summary is made of: the nodes directly below the parts."""
    return tuple(node.code for node in tree.nodes if tree.depth(node.code) == 1)
