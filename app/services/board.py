"""The council's overview: its groups, and every unit of one with how far it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.session import reading
from app.domain import policy
from app.domain.errors import NotFound
from app.domain.points import sum_points
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import LeafStanding, ScoredBy, Stage
from app.domain.workflow import Standing
from app.services.campaign_opening import scoring_span
from app.services.group_context import GroupContext, find_group, group_context


@dataclass(frozen=True, slots=True)
class GroupLine:
    group_stage_id: int
    council_id: int
    campaign: str
    group: str
    stage: Stage
    closes_at: dt.datetime | None
    campaign_id: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit on the board: counts of its own leaves by what the appraisers said; `missing` waits for others."""

    assessment_id: int
    unit: str
    standing: Standing
    stage: Stage
    leaves: int
    undecided: int
    disagreed: int
    contested: int
    missing: int
    explained: bool
    attainable: Decimal
    maximum: Decimal
    reads_trail: bool


def groups_of(*, actor: Actor) -> list[GroupLine]:
    """Return the groups of open campaigns the actor's council has, newest campaign first."""
    with reading() as session:
        statement = select(GroupStage).join(GroupStage.campaign).order_by(Campaign.id.desc(), GroupStage.id)
        found = []
        for group in session.scalars(statement):
            subject = Subject(council_id=group.council_id, stage=group.stage)
            if group.campaign.opened_at is None or not policy.allows(actor, Permission.GROUP_READ, subject):
                continue
            span = scoring_span(group.campaign.phases)
            closes = None if span is None else span.closes_at
            found.append(
                GroupLine(
                    group.id,
                    group.council_id,
                    group.campaign.name,
                    group.group.name,
                    group.stage,
                    closes,
                    group.campaign_id,
                )
            )
        return found


def units_of(group_stage_id: int, *, actor: Actor, clock: Clock) -> list[UnitLine]:
    """Return every unit of a group, by code. Raises NotFound for another council's."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        if policy.why_not(actor, Permission.GROUP_READ, context.subject) is not None:
            raise NotFound("group_unknown")
        return [_line(context, number, actor) for number in context.assessments]


def _line(context: GroupContext, assessment_id: int, actor: Actor) -> UnitLine:
    assessment = context.assessments[assessment_id]
    subject = Subject(
        unit_id=assessment.unit_id, council_id=context.group.council_id, stage=context.stage_of(assessment)
    )
    own = context.own_leaves(assessment_id)
    standings = [context.state(assessment, leaf.code).standing for leaf in own]
    sent, exempt = assessment_id in context.pins, context.exempt.get(assessment_id, frozenset())
    others = [
        leaf
        for leaf in context.tree.leaves
        if leaf.scored_by is not ScoredBy.UNIT and leaf.code not in context.overrides and leaf.code not in exempt
    ]
    return UnitLine(
        assessment_id=assessment_id,
        unit=assessment.unit.name,
        standing=context.standing(assessment),
        stage=context.stage_of(assessment),
        leaves=len(own),
        undecided=standings.count(LeafStanding.UNDECIDED) if sent else 0,
        disagreed=standings.count(LeafStanding.DISAGREED),
        contested=standings.count(LeafStanding.CONTESTED),
        missing=sum((assessment_id, leaf.code) not in context.entered for leaf in others) if sent else 0,
        explained=assessment_id in context.sent_explanations,
        attainable=sum_points(leaf.maximum for leaf in context.tree.leaves if leaf.code not in exempt),
        maximum=sum_points(leaf.maximum for leaf in context.tree.leaves),
        reads_trail=policy.allows(actor, Permission.TRAIL_READ, subject),
    )
