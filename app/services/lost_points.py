"""A unit's result with every point it lost: the verdict, its reason, the rule's sentence and the agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import Verdict
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.session import reading
from app.domain.criteria import Node
from app.domain.errors import NotFound
from app.domain.policy import Actor
from app.services.group_context import GroupContext, group_context
from app.services.publication import readable_group
from app.services.results import UnitResult, unit_results


@dataclass(frozen=True, slots=True)
class LostPoint:
    """A leaf below its maximum: what was claimed, what it ended with, and who said why."""

    node: Node
    original: str
    claimed: Decimal | None
    points: Decimal
    lost: Decimal
    reason: str
    agency: str


@dataclass(frozen=True, slots=True)
class UnitLosses:
    campaign: str
    group: str
    decimals: int
    result: UnitResult
    fields: tuple[tuple[Node, Decimal], ...]
    losses: tuple[LostPoint, ...]


def lost_points(group_stage_id: int, assessment_id: int, *, actor: Actor, clock: Clock) -> UnitLosses:
    """Return one unit's result. Raises NotFound where group or unit is not the actor's to read."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        context = group_context(session, group, clock.read(session))
        result = next((each for each in unit_results(context) if each.assessment_id == assessment_id), None)
        if result is None:
            raise NotFound("assessment_unknown")
        fields = [node for node in context.tree.nodes if context.tree.depth(node.code) == 1]
        return UnitLosses(
            campaign=group.campaign.name,
            group=group.group.name,
            decimals=group.campaign.decimals,
            result=result,
            fields=tuple(
                (node, result.branches[node.code].obtained) for node in fields if node.code in result.branches
            ),
            losses=tuple(_losses(session, context, result)),
        )


def _losses(session: Session, context: GroupContext, result: UnitResult) -> list[LostPoint]:
    sentences = _sentences(session, context)
    last = _last_verdicts(session, context, result.assessment_id)
    pins = context.pins.get(result.assessment_id, {})
    found = []
    for leaf in context.tree.leaves:
        points = result.leaves.get(leaf.code)
        if points is None or points >= leaf.maximum:
            continue
        verdict = last.get(leaf.code)
        found.append(
            LostPoint(
                node=leaf,
                original=sentences[leaf.code],
                claimed=pins[leaf.code].points if leaf.code in pins else None,
                points=points,
                lost=leaf.maximum - points,
                reason="" if verdict is None else verdict.reason,
                agency="" if verdict is None else verdict.agency.name,
            ),
        )
    return found


def _sentences(session: Session, context: GroupContext) -> Mapping[str, str]:
    statement = select(Criterion.code, Criterion.original).where(Criterion.set_id == context.group.set_id)
    return {row.code: row.original for row in session.execute(statement)}


def _last_verdicts(session: Session, context: GroupContext, assessment_id: int) -> Mapping[str, Verdict]:
    codes = {number: code for code, number in context.ids.items()}
    statement = select(Verdict).where(Verdict.assessment_id == assessment_id).order_by(Verdict.id)
    return {codes[row.criterion_id]: row for row in session.scalars(statement)}
