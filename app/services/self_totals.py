"""A sheet's running total counted anew, wherever leaves become the unit's own or cease to be."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db.assessments import Assessment, Exemption, ScoreEntry
from app.db.campaigns import CampaignOverride
from app.db.criteria import Criterion
from app.domain.terms import ItemStatus, ScoredBy


def recount_totals(session: Session, assessment_ids: Collection[int]) -> None:
    """Set each sheet's total to the sum of its points on the leaves that are its own, as `SheetContext.is_own` says.

    Two statements however many the sheets. They are locked before they are counted: a point saved meanwhile is in.
    """
    session.flush()
    chosen = select(Assessment).where(Assessment.id.in_(assessment_ids)).order_by(Assessment.id)
    rows = session.scalars(chosen.with_for_update(key_share=True, of=Assessment)).all()
    if not rows:
        return
    overridden = (
        select(CampaignOverride.id)
        .where(CampaignOverride.campaign_id == Assessment.campaign_id)
        .where(CampaignOverride.criterion_id == ScoreEntry.criterion_id)
    )
    exempt = (
        select(Exemption.id)
        .where(Exemption.assessment_id == Assessment.id, Exemption.criterion_id == ScoreEntry.criterion_id)
        .where(Exemption.status == ItemStatus.ACCEPTED, Exemption.in_force)
    )
    own = (
        select(func.coalesce(func.sum(ScoreEntry.self_points), 0))
        .join(Criterion, Criterion.id == ScoreEntry.criterion_id)
        .where(ScoreEntry.assessment_id == Assessment.id, Criterion.scored_by == ScoredBy.UNIT)
        .where(
            ~overridden.correlate(Assessment, ScoreEntry).exists(), ~exempt.correlate(Assessment, ScoreEntry).exists()
        )
        .correlate(Assessment)
    )
    session.execute(
        update(Assessment).where(Assessment.id.in_([row.id for row in rows])).values(self_total=own.scalar_subquery()),
        execution_options={"synchronize_session": False},
    )
    for row in rows:
        session.expire(row, ["self_total"])
