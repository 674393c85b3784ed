"""What happened to one leaf of a sheet, act by act: of what others did only what the reader may read by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.db.audit import AuditEvent
from app.db.clock import Clock
from app.db.session import reading
from app.domain import policy
from app.domain.policy import Actor, Permission
from app.services.adopted_sheets import said_of_leaf
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.sheets import receipts_of


@dataclass(frozen=True, slots=True)
class Change:
    """One past save of a leaf, old and new."""

    at: dt.datetime
    by: str
    action: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


#: what a unit does to its leaves
_OWN_ACTS = (
    "self_score_entered",
    "score_carried",
    "change_seen",
    "evidence_attached",
    "evidence_detached",
    "evidence_moved",
    "exemption_proposed",
    "exemption_withdrawn",
    "exemption_decided",
)
#: what others do, and a unit answers → the permission that lets it be read; any other act is shown to nobody
_OTHERS_ACTS: Mapping[str, Permission] = {
    "verdict_given": Permission.VERDICT_READ,
    "reply_written": Permission.VERDICT_READ,
    "ballot_entered": Permission.GROUP_READ,
    "claim_entered": Permission.GROUP_READ,
    "claim_withdrawn": Permission.GROUP_READ,
    "survey_counted": Permission.GROUP_READ,
}


def history(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> list[Change]:
    """Return what happened to one leaf, newest first: of what others did only what the actor may read by now.

    Of the unit's own acts, whoever meets the sheet as it was sent reads those up to its last sending.
    """
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        context.tree.leaf(code)
        statement = (
            select(AuditEvent)
            .where(AuditEvent.stream == f"assessment:{assessment_id}", said_of_leaf(session, assessment_id, code))
            .where(AuditEvent.object_type == "leaf", _readable_acts(context, actor, code))
            .order_by(AuditEvent.sequence.desc())
        )
        return [Change(row.at, row.actor_name, row.action, row.old, row.new) for row in session.scalars(statement)]


def _readable_acts(context: SheetContext, actor: Actor, code: str) -> ColumnElement[bool]:
    subject, own_people = context.subject(code), context.assessment.unit_id in actor.unit_ids
    others = [
        act
        for act, needed in _OTHERS_ACTS.items()
        if policy.allows(actor, needed, subject) and (act != "reply_written" or own_people or not subject.answerable)
    ]
    own: ColumnElement[bool] = AuditEvent.action.in_(_OWN_ACTS)
    if context.reads_as_sent(actor) and not own_people:
        own = and_(own, AuditEvent.at <= max(row.at for row in receipts_of(context)))
    return or_(own, AuditEvent.action.in_(others))
