"""Which councils still owe the one above a report of what they published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage, Phase
from app.db.identity import Council
from app.db.result_acts import UpwardReport
from app.domain.terms import CampaignStatus, PhaseKind, Stage


@dataclass(frozen=True, slots=True)
class OwedReport:
    """`published`: every group of the council is, so that the report can be recorded; `due_at` None: no date is set."""

    campaign_id: int
    campaign: str
    council_id: int
    council: str
    published: bool
    due_at: dt.datetime | None


def reports_owed(session: Session, *, campaign_id: int | None = None) -> Sequence[OwedReport]:
    """Return what councils of open campaigns, or of one of them, owe and have not recorded; one statement."""
    recorded = exists().where(UpwardReport.campaign_id == Campaign.id, UpwardReport.council_id == Council.id)
    due = and_(Phase.campaign_id == Campaign.id, Phase.kind == PhaseKind.UPWARD_REPORT)
    published = func.min(case((GroupStage.stage == Stage.PUBLISHED, 1), else_=0))
    statement = (
        select(Campaign.id, Campaign.name, Council.id, Council.name, published, func.max(Phase.closes_at))
        .select_from(GroupStage)
        .join(GroupStage.campaign)
        .join(GroupStage.council)
        .outerjoin(Phase, due)
        .where(Campaign.status == CampaignStatus.OPEN, Council.reports_to_id.is_not(None), ~recorded)
        .group_by(Campaign.id, Campaign.name, Council.id, Council.name)
        .order_by(Campaign.id.desc(), Council.id)
    )
    if campaign_id is not None:
        statement = statement.where(Campaign.id == campaign_id)
    return [
        OwedReport(campaign, name, council, council_name, bool(done), due_at)
        for campaign, name, council, council_name, done, due_at in session.execute(statement)
    ]
