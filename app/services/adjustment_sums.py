"""Accepted bonuses and penalties as results, snapshot and recount take them: by unit, item by item, capped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.db.adjustment_items import AdjustmentItem
from app.db.assessments import Adjustment
from app.domain.adjustments import AdjustmentSums, Granted, adjustment_sums, awarded, steps_text
from app.domain.campaign import Policies
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.points import plain
from app.domain.scoring import Adjustments
from app.domain.terms import ItemStatus

if TYPE_CHECKING:
    from app.services.group_context import GroupContext

NO_ADJUSTMENTS = AdjustmentSums(Decimal(0), Decimal(0), Adjustments())


def adjustments_in_force() -> Select[Any]:
    """Return the statement of every bonus and penalty that was not withdrawn or decided anew, with its item."""
    return select(Adjustment).where(Adjustment.in_force).options(joinedload(Adjustment.item)).order_by(Adjustment.id)


def granted_by_assessment(rows: Iterable[Adjustment]) -> Mapping[int, tuple[Adjustment, ...]]:
    """Return the accepted rows by sheet."""
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for row in rows:
        if row.status is ItemStatus.ACCEPTED:
            found[row.assessment_id].append(row)
    return {number: tuple(kept) for number, kept in found.items()}


def sums_of(rows: Iterable[Adjustment], policies: Policies) -> AdjustmentSums:
    """Return what one unit's accepted rows come to, under the campaign's caps."""
    granted = [Granted(row.kind, row.points, None if row.item is None else row.item.read()) for row in rows]
    return adjustment_sums(granted, bonus_cap=policies.bonus_cap, penalty_cap=policies.penalty_cap)


def items_of(session: Session, campaign_id: int) -> Sequence[AdjustmentItem]:
    """Return the items of a campaign, in the order of their codes."""
    statement = select(AdjustmentItem).where(AdjustmentItem.campaign_id == campaign_id)
    return session.scalars(statement.order_by(AdjustmentItem.kind, AdjustmentItem.code)).all()


def items_kept(context: GroupContext) -> dict[str, Any]:
    """Return the items granted in the group as a publication keeps them, by code: the rule behind every point."""
    rows = {row.item.code: row.item for granted in context.granted.values() for row in granted if row.item is not None}
    return {
        code: {
            "kind": item.kind.value,
            "text": item.text,
            "measure": item.measure.value,
            "points": plain(item.points),
            "steps": steps_text(item.read().steps),
            "cap": None if item.cap is None else plain(item.cap),
            "once": item.once,
        }
        for code, item in sorted(rows.items())
    }


def adjustments_kept(context: GroupContext, assessment_id: int) -> list[dict[str, Any]]:
    """Return one unit's bonuses and penalties as granted: the raw answers behind the two sums."""
    return [
        {
            "kind": row.kind.value,
            "item": None if row.item is None else row.item.code,
            "claim": row.claim,
            "points": plain(row.points),
            "reason": row.reason,
            "document": row.document,
        }
        for row in context.granted.get(assessment_id, ())
    ]


def adjustment_faults(context: GroupContext, assessment_id: int) -> Iterator[str]:
    """Name the accepted bonuses and penalties whose points are not what their item gives for their figures."""
    for row in context.granted.get(assessment_id, ()):
        if row.item is None:
            continue
        try:
            due = plain(awarded(row.item.read(), claim_from_json(row.claim or {})))
        except DomainError as refused:
            due = refused.code
        if plain(row.points) != due:
            yield f"{row.item.code} {row.kind.value}: stored {plain(row.points)}, the item gives {due}"
