"""The deadlines of a campaign that are near on a day, with the people they concern who have not met them yet."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import AnswerWindow, Assessment
from app.db.campaigns import Campaign
from app.db.queries.unit_reports import reports_approved
from app.domain.reminders import is_near
from app.services.deadline_people import DeadlineNear, people_on
from app.services.deadlines_of_councils import CouncilDeadlines, upward_near
from app.services.deadlines_of_units import UnitDeadlines, claimed_leaves
from app.services.group_context import group_context
from app.services.office import office_of


def deadlines_near(session: Session, campaign: Campaign, day: dt.date, now: dt.datetime) -> list[DeadlineNear]:
    """Return what is due 7, 3, 1 or 0 days after `day` and not done yet; what is over by `now` concerns nobody."""
    if not _anything_near(session, campaign, day, now):
        return []
    people = people_on(session, campaign, day)
    phases = {row.kind: row for row in campaign.phases}
    found = [*upward_near(session, campaign, people, day, now)]
    for group in campaign.groups:
        context = group_context(session, group, now)
        claimed = claimed_leaves(session, context)
        approved = reports_approved(session, context.assessments)
        found += UnitDeadlines(session, context, people, phases, claimed, approved, day).near()
        found += CouncilDeadlines(session, context, people, phases, office_of(session, context), day).near()
    return found


def _anything_near(session: Session, campaign: Campaign, day: dt.date, now: dt.datetime) -> bool:
    windows = select(AnswerWindow.due_at).join(AnswerWindow.assessment).where(Assessment.campaign_id == campaign.id)
    ends = [*(phase.closes_at for phase in campaign.phases), *session.scalars(windows.distinct())]
    return any(is_near(end, day, now) for end in ends)
