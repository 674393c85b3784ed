"""Which units have a report, and whether their heads approved it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.unit_reports import UnitReport


def reports_approved(session: Session, assessment_ids: Collection[int]) -> Mapping[int, bool]:
    """Return sheet → whether the newest version of its report is approved; a sheet without any is not in it.

    One statement.
    """
    newest = (
        select(UnitReport.assessment_id, func.max(UnitReport.version).label("version"))
        .where(UnitReport.assessment_id.in_(assessment_ids))
        .group_by(UnitReport.assessment_id)
        .subquery()
    )
    statement = select(UnitReport.assessment_id, UnitReport.approved_at.is_not(None).label("approved")).join(
        newest,
        (newest.c.assessment_id == UnitReport.assessment_id) & (newest.c.version == UnitReport.version),
    )
    return {row.assessment_id: row.approved for row in session.execute(statement)}
