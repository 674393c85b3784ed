"""What may no longer change: frozen sets by anyone, an open campaign's configuration but by a service.

The triggers of the migrations hold the same line against bulk and raw SQL; these events give the refusal its code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.db.campaigns import AppraiserAssignment, Campaign, CampaignOverride, GradeBand, GroupStage, Phase
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.domain.errors import Conflict
from app.domain.terms import CampaignStatus, SetStatus

_OF_CAMPAIGN = (Phase, GradeBand, GroupStage, AppraiserAssignment, CampaignOverride)


def _was(row: Any, attribute: str) -> Any:
    """Return the value `attribute` has in the database, before this flush."""
    history = inspect(row).attrs[attribute].history
    return history.deleted[0] if history.deleted else getattr(row, attribute)


def _touched(session: Session) -> Iterable[Any]:
    changed = (row for row in session.dirty if session.is_modified(row))
    return [*session.new, *changed, *session.deleted]


def _refuse_frozen(session: Session, row: Any) -> None:
    criteria_set = _set_of(session, row)
    if criteria_set is None or criteria_set in session.new:
        return
    if _was(criteria_set, "status") is SetStatus.FROZEN:
        raise Conflict("set_frozen", set=criteria_set.code)


def _set_of(session: Session, row: Any) -> CriteriaSet | None:
    with session.no_autoflush:
        match row:
            case CriteriaSet():
                return row
            case Criterion():
                return row.criteria_set or session.get(CriteriaSet, row.set_id)
            case CriterionFinding():
                criterion = row.criterion or session.get(Criterion, row.criterion_id)
                return None if criterion is None else _set_of(session, criterion)
            case _:
                return None


def _refuse_open(session: Session, row: Any) -> None:
    with session.no_autoflush:
        campaign = row if isinstance(row, Campaign) else row.campaign or session.get(Campaign, row.campaign_id)
    if campaign is not None and campaign not in session.new and _was(campaign, "status") is not CampaignStatus.DRAFT:
        raise Conflict("campaign_open", campaign=campaign.code)


@event.listens_for(Session, "before_flush")
def _guard(session: Session, flush_context: Any, instances: Any) -> None:
    for row in _touched(session):
        if isinstance(row, CriteriaSet | Criterion | CriterionFinding):
            _refuse_frozen(session, row)
        elif isinstance(row, (Campaign, *_OF_CAMPAIGN)) and not session.info.get("service"):
            _refuse_open(session, row)
