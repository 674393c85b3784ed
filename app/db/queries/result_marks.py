"""What marks a unit's line of a table: not ranked in this campaign, or annulled and being appraised again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Adjustment, Assessment, Exemption
from app.db.campaigns import GroupStage
from app.db.criteria import Criterion
from app.db.result_acts import Annulment, RankingExclusion
from app.domain.terms import ItemStatus


@dataclass(frozen=True, slots=True)
class UnitMarks:
    """Assessment ids by mark."""

    not_ranked: frozenset[int]
    annulled: frozenset[int]


def marks_of(session: Session, group: GroupStage, assessments: Mapping[int, Assessment]) -> UnitMarks:
    """Return what marks the units of a group, in at most two statements."""
    return UnitMarks(not_ranked(session, group, assessments), annulled(session, assessments))


def excluded_units(session: Session, campaign_id: int, group_id: int) -> tuple[bool, Mapping[int, bool]]:
    """Return whether the whole group is not ranked, and what is said of single units, by unit id; one statement."""
    group, units = False, dict[int, bool]()
    statement = select(RankingExclusion).where(RankingExclusion.campaign_id == campaign_id)
    for row in session.scalars(statement.order_by(RankingExclusion.id)):
        if row.unit_id is not None:
            units[row.unit_id] = row.excluded
        elif row.group_id == group_id:
            group = row.excluded
    return group, units


def not_ranked(session: Session, group: GroupStage, assessments: Mapping[int, Assessment]) -> frozenset[int]:
    """Return the sheets whose units are scored and classed, not ranked."""
    whole, units = excluded_units(session, group.campaign_id, group.group_id)
    return frozenset(number for number, row in assessments.items() if units.get(row.unit_id, whole))


def annulments_of(session: Session, group_stage_id: int) -> Mapping[int, Annulment]:
    """Return the newest annulment of each unit of a group, by assessment id."""
    statement = (
        select(Annulment)
        .join(Annulment.assessment)
        .where(Assessment.group_stage_id == group_stage_id)
        .order_by(Annulment.id)
    )
    return {row.assessment_id: row for row in session.scalars(statement)}


def annulled(session: Session, assessments: Mapping[int, Assessment]) -> frozenset[int]:
    """Return the sheets whose published result was annulled and that no edition has taken in again."""
    alone = [number for number, row in assessments.items() if row.stage is not None]
    if not alone:
        return frozenset()
    known = select(Annulment.assessment_id).where(Annulment.assessment_id.in_(alone))
    return frozenset(session.scalars(known))


def accepted_items(session: Session, assessments: Mapping[int, Assessment]) -> Mapping[int, list[Adjustment]]:
    """Return the bonus and penalty items the council accepted, by assessment id, in the order they were proposed."""
    statement = select(Adjustment).where(
        Adjustment.assessment_id.in_(assessments), Adjustment.status == ItemStatus.ACCEPTED, Adjustment.in_force
    )
    found: dict[int, list[Adjustment]] = {}
    for row in session.scalars(statement.order_by(Adjustment.id)):
        found.setdefault(row.assessment_id, []).append(row)
    return found


def accepted_exemptions(
    session: Session, assessments: Mapping[int, Assessment]
) -> Mapping[int, Mapping[str, Exemption]]:
    """Return the exemptions the council accepted, by assessment id and leaf code."""
    statement = (
        select(Exemption, Criterion.code)
        .join(Criterion, Criterion.id == Exemption.criterion_id)
        .where(Exemption.assessment_id.in_(assessments), Exemption.status == ItemStatus.ACCEPTED, Exemption.in_force)
        .order_by(Exemption.id)
    )
    found: dict[int, dict[str, Exemption]] = {}
    for row, code in session.execute(statement):
        found.setdefault(row.assessment_id, {})[code] = row
    return found
