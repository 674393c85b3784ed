"""A unit's result with every point it lost; verdict, reason and claim only for those who may read verdicts of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.session import reading
from app.domain.criteria import Node, Tree
from app.domain.errors import NotFound
from app.domain.policy import Actor
from app.domain.scoring import LeafPresence, Totals
from app.domain.terms import Decision
from app.services.appraisal import minutes_of
from app.services.appraised import may_read_verdicts
from app.services.group_context import GroupContext, group_context
from app.services.publication import readable_group, results_shown
from app.services.results import UnitResult
from app.services.verdict_marks import Minutes


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a leaf ended below its maximum: what was claimed, and what the agency said of it, in which round."""

    claimed: Decimal | None
    decision: Decision | None
    round: int | None
    reason: str
    agency: str
    minutes: Minutes | None = None


@dataclass(frozen=True, slots=True)
class LostPoint:
    """A leaf below its maximum; `ground` is None where the reader may not read the unit's verdicts."""

    node: Node
    original: str
    points: Decimal
    lost: Decimal
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class UnitLosses:
    """`unscored` names the leaves that have no points of their own, and why: three states and 0 are never mixed up."""

    campaign: str
    group: str
    decimals: int
    result: UnitResult
    fields: tuple[tuple[Node, Totals], ...]
    losses: tuple[LostPoint, ...]
    unscored: tuple[tuple[Node, LeafPresence], ...]
    shows_grounds: bool
    tree: Tree


def lost_points(group_stage_id: int, assessment_id: int, *, actor: Actor, clock: Clock) -> UnitLosses:
    """Return one unit's result. Raises NotFound where group or unit is not the actor's to read."""
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        now = clock.read(session)
        shown = results_shown(session, group, now)
        result = next((each for each in shown.results if each.assessment_id == assessment_id), None)
        if result is None:
            raise NotFound("assessment_unknown")
        context = group_context(session, group, now, only=assessment_id)
        readable = may_read_verdicts(context, context.assessments[assessment_id], actor)
        fields = [node for node in context.tree.nodes if context.tree.depth(node.code) == 1]
        return UnitLosses(
            campaign=shown.facts.campaign,
            group=shown.facts.group,
            decimals=shown.facts.decimals,
            result=result,
            fields=tuple((node, result.branches[node.code]) for node in fields if node.code in result.branches),
            losses=tuple(_losses(session, context, result, readable)),
            unscored=tuple(
                (leaf, presence)
                for leaf in context.tree.leaves
                if (presence := result.presence.get(leaf.code, LeafPresence.SCORED)) is not LeafPresence.SCORED
            ),
            shows_grounds=bool(readable),
            tree=context.tree,
        )


def _losses(session: Session, context: GroupContext, result: UnitResult, readable: frozenset[str]) -> list[LostPoint]:
    sentences = _sentences(session, context)
    return [
        LostPoint(
            node=leaf,
            original=sentences[leaf.code],
            points=points,
            lost=leaf.maximum - points,
            ground=_ground(context, result.assessment_id, leaf.code) if leaf.code in readable else None,
        )
        for leaf in context.tree.leaves
        if (points := result.leaves.get(leaf.code)) is not None and points < leaf.maximum
    ]


def _ground(context: GroupContext, assessment_id: int, code: str) -> Ground:
    pin = context.pins.get(assessment_id, {}).get(code)
    said = context.verdicts.get((assessment_id, code), ())
    last = said[-1] if said else None
    return Ground(
        claimed=None if pin is None else pin.points,
        decision=None if last is None else last.decision,
        round=None if last is None else last.round,
        reason="" if last is None else last.reason,
        agency="" if last is None else last.agency.name,
        minutes=None if last is None else minutes_of(last),
    )


def _sentences(session: Session, context: GroupContext) -> Mapping[str, str]:
    statement = select(Criterion.code, Criterion.original).where(Criterion.set_id == context.group.set_id)
    return {row.code: row.original for row in session.execute(statement)}
