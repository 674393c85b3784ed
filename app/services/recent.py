"""What changed since yesterday where the account has its work: on the sheets of its unit, in the groups of its council;
and how far the campaigns of its council are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment, Receipt
from app.db.audit import AuditEvent
from app.db.campaigns import Campaign, GroupStage, Phase
from app.db.clock import Clock
from app.db.identity import PortalUser, Unit
from app.db.queries.versions import in_force
from app.db.session import reading
from app.domain import policy
from app.domain.deadlines import VIETNAM, closing_instant
from app.domain.policy import Actor, Permission
from app.domain.terms import CampaignStatus, GroupAction, PhaseKind, ReceiptKind, UnitAction

#: acts of a unit's own people, and on its sheet, that its people may read at any time: no word of an appraiser
_OF_A_SHEET = frozenset(
    {
        "self_score_entered",
        "evidence_attached",
        "evidence_detached",
        "reply_written",
        "explanation_sent",
        "window_granted",
        *(action.value for action in UnitAction),
    }
)
_OF_A_GROUP = frozenset(action.value for action in GroupAction)
_READ, _SHOWN = 80, 8


@dataclass(frozen=True, slots=True)
class Change:
    """One line: who did what, how often, on which criteria or unit, last at."""

    at: dt.datetime
    who: str
    action: str
    objects: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is in the groups of the account's council."""

    campaign: str
    sent: int
    units: int
    phases: tuple[tuple[PhaseKind, dt.datetime], ...]


def changes_since_yesterday(sheet_ids: Collection[int], *, actor: Actor, clock: Clock) -> list[Change]:
    """Return what was done since yesterday 00:00, Vietnam time; acts of one kind by one account are one line."""
    with reading() as session:
        since = _yesterday(clock.read(session))
        wanted = [_on_sheets(sheet_ids)] if sheet_ids else []
        groups = _groups(session, actor)
        if groups:
            wanted.append(
                and_(
                    AuditEvent.object_type == "group_stage",
                    AuditEvent.object_id.in_(groups),
                    AuditEvent.action.in_(_OF_A_GROUP),
                )
            )
        if not wanted:
            return []
        name = func.coalesce(PortalUser.first_name, AuditEvent.actor_name)
        statement = (
            select(AuditEvent.at, name.label("who"), AuditEvent.action, AuditEvent.object_type, AuditEvent.object_id)
            .outerjoin(PortalUser, PortalUser.id == AuditEvent.actor_id)
            .where(AuditEvent.at >= since, or_(*wanted))
            .order_by(AuditEvent.id.desc())
            .limit(_READ)
        )
        found: dict[tuple[str, str], list[tuple[dt.datetime, str]]] = {}
        for row in session.execute(statement):
            name_of = {"group_stage": groups.get(row.object_id, ""), "leaf": row.object_id}
            found.setdefault((row.who, row.action), []).append((row.at, name_of.get(row.object_type, "")))
    return [
        Change(acts[0][0], who, action, tuple(dict.fromkeys(name for _, name in acts if name))[:6], len(acts))
        for (who, action), acts in found.items()
    ][:_SHOWN]


def _yesterday(now: dt.datetime) -> dt.datetime:
    return closing_instant(now.astimezone(VIETNAM).date() - dt.timedelta(days=1), dt.time(0, 0))


def _on_sheets(sheet_ids: Collection[int]) -> ColumnElement[bool]:
    streams = [f"assessment:{number}" for number in sheet_ids]
    return and_(AuditEvent.stream.in_(streams), AuditEvent.action.in_(_OF_A_SHEET))


def _groups(session: Session, actor: Actor) -> dict[str, str]:
    """Return the groups of open campaigns in the actor's councils, number → name."""
    scope = policy.scope(actor, Permission.GROUP_READ)
    statement = select(GroupStage).join(GroupStage.campaign).where(Campaign.status == CampaignStatus.OPEN)
    if not scope.everything:
        if not scope.council_ids:
            return {}
        statement = statement.where(GroupStage.council_id.in_(scope.council_ids))
    return {str(row.id): row.group.name for row in session.scalars(statement)}


def progress_of_campaigns(*, actor: Actor) -> list[Progress]:
    """Return how many units have sent, by open campaign, in the groups the actor may read; three statements."""
    scope = policy.scope(actor, Permission.GROUP_READ)
    if not scope.everything and not scope.council_ids:
        return []
    sent = exists().where(Receipt.assessment_id == Assessment.id, Receipt.kind == ReceiptKind.SELF_SCORE, in_force())
    counts = (
        select(
            Campaign.id,
            Campaign.name,
            func.count(Assessment.id).label("units"),
            func.sum(case((sent, 1), else_=0)).label("sent"),
        )
        .join(Assessment, Assessment.campaign_id == Campaign.id)
        .join(GroupStage, GroupStage.id == Assessment.group_stage_id)
        .join(Unit, Unit.id == Assessment.unit_id)
        .where(Campaign.status == CampaignStatus.OPEN)
        .group_by(Campaign.id, Campaign.name)
        .order_by(Campaign.id.desc())
    )
    if not scope.everything:
        counts = counts.where(GroupStage.council_id.in_(scope.council_ids))
    with reading() as session:
        rows = session.execute(counts).all()
        dated = select(Phase.campaign_id, Phase.kind, Phase.closes_at).where(
            Phase.campaign_id.in_([row.id for row in rows])
        )
        phases: dict[int, list[tuple[PhaseKind, dt.datetime]]] = {}
        for campaign_id, kind, closes_at in session.execute(dated.order_by(Phase.closes_at)):
            phases.setdefault(campaign_id, []).append((kind, closes_at))
        return [Progress(row.name, int(row.sent), row.units, tuple(phases.get(row.id, ()))) for row in rows]
