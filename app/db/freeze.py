"""What may no longer change: frozen sets by anyone, an open campaign's configuration but by a service.

The triggers of the migrations hold the same line for sets against bulk and raw SQL; these events give the refusal its
code. What a row was and what it would become are both asked, so that nothing is moved out of a frozen set or into one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from app.db.adjustment_items import AdjustmentItem
from app.db.assessments import Exemption
from app.db.campaigns import AppraiserAssignment, Baseline, Campaign, CampaignOverride, GradeBand, GroupStage, Phase
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding, RuleExample
from app.db.criterion_bases import CriterionBasis
from app.db.versions import CriterionMapping
from app.domain.errors import Conflict
from app.domain.terms import CampaignStatus, SetStatus

_OF_SET = (CriteriaSet, Criterion, CriterionFinding, RuleExample, CriterionBasis, CriterionMapping)
_OF_CAMPAIGN = (AdjustmentItem, Phase, GradeBand, GroupStage, AppraiserAssignment, CampaignOverride, Baseline)


@event.listens_for(Session, "before_flush")
def _guard(session: Session, _flush_context: Any, _instances: Any) -> None:
    touched = list(_touched(session))
    with session.no_autoflush:
        _refuse_frozen(session, [row for row in touched if isinstance(row, _OF_SET)])
        if not session.info.get("service"):
            _refuse_open(session, [row for row in touched if isinstance(row, (Campaign, *_OF_CAMPAIGN))])
            if any(isinstance(row, Exemption) for row in touched):
                raise Conflict("exemption_by_service")


def _touched(session: Session) -> Iterator[Any]:
    yield from session.new
    yield from (row for row in session.dirty if session.is_modified(row, include_collections=False))
    yield from session.deleted


def _refuse_frozen(session: Session, rows: list[Any]) -> None:
    ids = {number for row in rows for number in _sets_of(session, row)}
    if not ids:
        return
    frozen = select(CriteriaSet.code).where(CriteriaSet.id.in_(ids), CriteriaSet.status == SetStatus.FROZEN)
    code = session.scalars(frozen.order_by(CriteriaSet.id).limit(1)).first()
    if code is not None:
        raise Conflict("set_frozen", set=code)


def _refuse_open(session: Session, rows: list[Any]) -> None:
    ids = {number for row in rows for number in _campaigns_of(row)}
    if not ids:
        return
    opened = select(Campaign.code).where(Campaign.id.in_(ids), Campaign.status != CampaignStatus.DRAFT)
    code = session.scalars(opened.order_by(Campaign.id).limit(1)).first()
    if code is not None:
        raise Conflict("campaign_open", campaign=code)


def _sets_of(session: Session, row: Any) -> set[int]:
    match row:
        case CriteriaSet():
            return set() if row.id is None else {row.id}
        case Criterion():
            return _before_and_after(row, "set_id", "criteria_set")
        case CriterionMapping():
            return _before_and_after(row, "set_id", "")
        case _:
            criteria = _before_and_after(row, "criterion_id", "criterion")
            return set(session.scalars(select(Criterion.set_id).where(Criterion.id.in_(criteria))))


def _campaigns_of(row: Any) -> set[int]:
    if isinstance(row, Campaign):
        return set() if row.id is None else {row.id}
    return _before_and_after(row, "campaign_id", "campaign")


def _before_and_after(row: Any, column: str, relation: str) -> set[int]:
    """Return the ids `column` holds or held, whether it was set itself or through its `relation`."""
    attributes = inspect(row).attrs
    ids = {*attributes[column].history.sum()} | {getattr(row, column)}
    if relation in attributes:
        ids |= {related.id for related in attributes[relation].history.sum() if related is not None}
    return {number for number in ids if number is not None}
