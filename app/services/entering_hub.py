"""What of a group the units never score, in one place: how far each leaf is, surveys, leaders' sheets, what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.entering import Survey
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Node
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import LeaderKind, ScoredBy, Stage
from app.services.ballot_cells import is_leaders_leaf
from app.services.external_figures import is_figure_leaf, is_ruled_leaf
from app.services.group_context import GroupContext, find_group, group_context
from app.services.leader_sheets import ballots_of_leader, leaders_of, sheet_of_leader
from app.services.leaf_terms import Term, terms_of
from app.services.line_entry import group_refusal, see_group
from app.services.supplements import supplemented_units
from app.services.surveys import survey_leaves


@dataclass(frozen=True, slots=True)
class HubLeaf:
    """A leaf others score: `way` is how it is entered here; `done` of `units` it applies to have points."""

    node: Node
    way: str
    done: int
    units: int


@dataclass(frozen=True, slots=True)
class HubSurvey:
    survey_id: int
    name: str
    audience: str
    sent: int
    returned: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class HubLeader:
    """`answers`: cells of the sheet that count; a sheet its leader still fills has none."""

    leader_id: int
    name: str
    kind: LeaderKind | None
    answers: int
    submitted_at: dt.datetime | None
    document: str
    reopened_reason: str


@dataclass(frozen=True, slots=True)
class HubWaiting:
    """A leaf not yet due: of `units` that sent it, `waiting` have nothing from the council."""

    node: Node
    cut_off: dt.date | None
    waiting: tuple[str, ...]
    units: int


@dataclass(frozen=True, slots=True)
class Hub:
    group_stage_id: int
    campaign: str
    group: str
    stage: Stage
    leaves: tuple[HubLeaf, ...]
    surveys: tuple[HubSurvey, ...]
    leaders: tuple[HubLeader, ...]
    waiting: tuple[HubWaiting, ...]
    supplement_required: bool
    refusal: str | None
    types_sheets: bool


def hub(group_stage_id: int, *, actor: Actor, clock: Clock) -> Hub:
    """Return the overview of a group. Raises NotFound("group_unknown")."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        see_group(context, actor)
        surveyed = {leaf.code for leaf in survey_leaves(context)}
        others = [
            leaf
            for leaf in context.tree.leaves
            if leaf.scored_by is not ScoredBy.UNIT and leaf.code not in context.overrides
        ]
        ever = Subject(council_id=context.group.council_id, stage=Stage.SCORING)
        terms = terms_of(session, context.group.campaign_id, context.group.set_id)
        return Hub(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            stage=context.group.stage,
            leaves=tuple(_leaf(context, leaf, surveyed=leaf.code in surveyed) for leaf in others),
            surveys=tuple(_surveys(session, group_stage_id)),
            leaders=tuple(_leaders(session, context)),
            waiting=tuple(_waiting(context, code, terms[code]) for code in terms if code in context.not_yet_due),
            supplement_required=context.policies.supplementary_required,
            refusal=group_refusal(context, actor, Permission.CLAIM_ENTER),
            types_sheets=policy.allows(actor, Permission.BALLOT_ENTER, ever),
        )


def _leaf(context: GroupContext, leaf: Node, *, surveyed: bool) -> HubLeaf:
    way = "other"
    if surveyed:
        way = "survey"
    elif is_leaders_leaf(leaf):
        way = "leaders"
    elif is_figure_leaf(leaf):
        way = "figure"
    elif is_ruled_leaf(leaf):
        way = "rule"
    asked = [number for number in context.assessments if leaf.code not in context.exempt.get(number, ())]
    done = sum((number, leaf.code) in context.entered for number in asked)
    return HubLeaf(leaf, way, done, len(asked))


def _surveys(session: Session, group_stage_id: int) -> list[HubSurvey]:
    rows = session.scalars(select(Survey).where(Survey.group_stage_id == group_stage_id).order_by(Survey.id))
    return [
        HubSurvey(row.id, row.name, row.audience, row.sent, row.returned, row.withdrawn_at is not None) for row in rows
    ]


def _leaders(session: Session, context: GroupContext) -> list[HubLeader]:
    found = []
    for leader in leaders_of(session, context.group.council_id):
        sheet = sheet_of_leader(session, context.group.id, leader.id)
        counting = [row for row in ballots_of_leader(session, context, leader.id) if not row.draft]
        found.append(
            HubLeader(
                leader_id=leader.id,
                name=leader.user.first_name,
                kind=leader.leader_kind,
                answers=len(counting),
                submitted_at=None if sheet is None else sheet.submitted_at,
                document="" if sheet is None else sheet.document,
                reopened_reason="" if sheet is None else sheet.reopened_reason,
            ),
        )
    return found


def _waiting(context: GroupContext, code: str, term: Term) -> HubWaiting:
    units = supplemented_units(context, code)
    waiting = [context.assessments[number].unit.name for number in units if (number, code) not in context.claims]
    return HubWaiting(context.tree.leaf(code), term.cut_off, tuple(waiting), len(units))
