"""The sheets an account may read, with how far each is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, not_, or_, select, true
from sqlalchemy.orm import joinedload

from app.db.assessments import AnswerWindow, Assessment, Receipt, WindowClosing
from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage, Phase
from app.db.clock import Clock
from app.db.identity import Unit
from app.db.queries.versions import in_force
from app.db.session import reading
from app.db.setup import SheetClosing
from app.domain import policy
from app.domain.policy import Actor, Permission
from app.domain.terms import CLAIM_GROUNDS, CampaignStatus, PhaseKind, ReceiptKind, Stage, State, WindowGround
from app.domain.workflow import Standing, stage_of, standing
from app.services.campaign_opening import scoring_span


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet of the list; `closes_at` is the end of the scoring phase, or of a window open beyond it."""

    assessment_id: int
    campaign: str
    unit: str
    unit_id: int
    standing: Standing
    stage: Stage
    closes_at: dt.datetime | None
    asked: bool = False

    @property
    def waits(self) -> bool:
        """Whether its unit has something to do on it: to score and send it, or to answer what was said of it."""
        if self.standing is Standing.SUBMITTED:
            return self.stage is Stage.EXPLANATION or (self.asked and self.stage is Stage.FIRST_APPRAISAL)
        return self.standing not in {Standing.NOT_SUBMITTED, Standing.CLOSED}


def my_sheets(*, actor: Actor, clock: Clock, unit_ids: Collection[int] | None = None) -> list[SheetLine]:
    """Return every sheet of an open campaign the actor may read: newest campaign first, then by unit.

    `unit_ids`: of these units alone.
    """
    with reading() as session:
        now = clock.read(session)
        statement = (
            select(Assessment, _sent(), or_(*_open(now)), _window_end(now), _asked(now), _closed())
            .join(Assessment.group_stage)
            .join(Assessment.unit)
            .join(Assessment.campaign)
            .where(Campaign.status != CampaignStatus.DRAFT)
            .where(_visible(policy.scope(actor, Permission.ASSESSMENT_READ), now))
            .where(true() if unit_ids is None else Assessment.unit_id.in_(unit_ids))
            .options(joinedload(Assessment.unit), joinedload(Assessment.campaign), joinedload(Assessment.group_stage))
            .order_by(Campaign.id.desc(), Unit.code)
        )
        return [
            _closed_line(row)
            if closed
            else _line(row, now, _Facts(sent=sent, writable=writable, until=until, asked=asked))
            for row, sent, writable, until, asked, closed in session.execute(statement)
        ]


def _visible(scope: policy.Scope, now: dt.datetime) -> ColumnElement[bool]:
    """Write the policy's scope in SQL; an appraiser reads a sent sheet of which the own agency appraises a leaf."""
    if scope.everything:
        return true()
    appraises = exists().where(
        AppraiserAssignment.campaign_id == Assessment.campaign_id,
        AppraiserAssignment.agency_id.in_(scope.agency_ids),
        or_(AppraiserAssignment.unit_id.is_(None), AppraiserAssignment.unit_id == Assessment.unit_id),
        or_(AppraiserAssignment.group_id.is_(None), AppraiserAssignment.group_id == GroupStage.group_id),
    )
    return or_(
        Assessment.unit_id.in_(scope.unit_ids),
        GroupStage.council_id.in_(scope.council_ids),
        and_(_reads_as_submitted(now), appraises),
    )


def _reads_as_submitted(now: dt.datetime) -> ColumnElement[bool]:
    """Write `workflow.reads_as` in SQL: sent, or sent once and returned with nothing open to send it again."""
    return or_(Assessment.state == State.SUBMITTED, and_(_sent(), *(not_(each) for each in _open(now))))


def _sent() -> ColumnElement[bool]:
    return exists().where(Receipt.assessment_id == Assessment.id, Receipt.kind == ReceiptKind.SELF_SCORE, in_force())


def _closed() -> ColumnElement[bool]:
    return exists().where(SheetClosing.assessment_id == Assessment.id)


def _closed_line(row: Assessment) -> SheetLine:
    stage = stage_of(row.stage, row.group_stage.stage)
    return SheetLine(row.id, row.campaign.name, row.unit.name, row.unit_id, Standing.CLOSED, stage, None)


def _open(now: dt.datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Write whether claims may be written: in the scoring phase, or in a window of the unit."""
    phase = exists().where(
        Phase.campaign_id == Assessment.campaign_id,
        Phase.kind == PhaseKind.SCORING,
        or_(Phase.opens_at.is_(None), Phase.opens_at <= now),
        Phase.closes_at > now,
    )
    return phase, exists().where(*_in_window(now))


def _asked(now: dt.datetime) -> ColumnElement[bool]:
    """Write whether evidence is asked for that may be answered now."""
    return exists().where(*_in_window(now, frozenset({WindowGround.EVIDENCE_REQUEST})))


def _in_window(now: dt.datetime, grounds: frozenset[WindowGround] = CLAIM_GROUNDS) -> tuple[ColumnElement[bool], ...]:
    return (
        AnswerWindow.assessment_id == Assessment.id,
        AnswerWindow.ground.in_(grounds),
        AnswerWindow.opens_at <= now,
        AnswerWindow.due_at > now,
        not_(exists().where(WindowClosing.window_id == AnswerWindow.id, WindowClosing.at <= now)),
    )


def _window_end(now: dt.datetime) -> ScalarSelect[dt.datetime]:
    """Write the end of the unit's windows that are open."""
    return select(func.max(AnswerWindow.due_at)).where(*_in_window(now)).correlate(Assessment).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the statement says beside the row itself."""

    sent: bool
    writable: bool
    until: dt.datetime | None
    asked: bool


def _line(row: Assessment, now: dt.datetime, facts: _Facts) -> SheetLine:
    span = scoring_span(row.campaign.phases)
    upcoming = span is not None and span.is_upcoming(now)
    return SheetLine(
        assessment_id=row.id,
        campaign=row.campaign.name,
        unit=row.unit.name,
        unit_id=row.unit_id,
        standing=standing(row.state, ever_submitted=facts.sent, writable=facts.writable, upcoming=upcoming),
        stage=stage_of(row.stage, row.group_stage.stage),
        closes_at=facts.until or (None if span is None else span.closes_at),
        asked=facts.asked,
    )
