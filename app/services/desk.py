"""The appraisers' desk: the sent leaves of other units that an account may judge, and which of them wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import exists, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.session import reading
from app.domain.criteria import Node
from app.domain.leaf_acts import LeafState
from app.domain.policy import Actor
from app.domain.terms import CampaignStatus, LeafStanding, Role, Stage
from app.services.group_context import GroupContext, group_context
from app.services.office import Office, office_of
from app.services.requests import waits_in_first
from app.services.verdict_marks import by_council

APPRAISING = frozenset({Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL})
#: the round a verdict of a stage belongs to
ROUNDS = {Stage.FIRST_APPRAISAL: 1, Stage.EXPLANATION: 1, Stage.SECOND_APPRAISAL: 2}


@dataclass(frozen=True, slots=True)
class DeskLeaf:
    """One leaf of one unit on an appraiser's desk.

    `mine`: given by the agency to the reader, or to whom the reader deputises for, or never shared out;
    `nobodys`: shared out, but to nobody.
    """

    assessment_id: int
    campaign_id: int
    group_id: int
    group_stage_id: int
    group: str
    campaign: str
    unit: str
    node: Node
    stage: Stage
    state: LeafState
    claimed: Decimal
    waits: bool
    mine: bool
    nobodys: bool

    @property
    def waits_for_reader(self) -> bool:
        """Whether it waits and no colleague was given it."""
        return self.waits and (self.mine or self.nobodys)


def desk(*, actor: Actor, clock: Clock) -> list[DeskLeaf]:
    """Return every sent leaf the actor's agencies appraise, the own units' never among them."""
    with reading() as session:
        now, found = clock.read(session), []
        for group in _groups(session, actor):
            context = group_context(session, group, now)
            office = office_of(session, context)
            for assessment in (row for row in context.assessments.values() if row.id not in context.closed):
                found += leaves_of(context, assessment, actor, office)
        return found


def _groups(session: Session, actor: Actor) -> list[GroupStage]:
    """Return the groups under appraisal, or with a unit that is, in which the account could decide something."""
    appraises = any(held.role is Role.APPRAISER for held in actor.appointments)
    councils = {held.council_id for held in actor.appointments if held.role is Role.SECRETARIAT}
    alone = exists().where(Assessment.group_stage_id == GroupStage.id, Assessment.stage.in_(APPRAISING))
    statement = (
        select(GroupStage)
        .join(GroupStage.campaign)
        .where(Campaign.status == CampaignStatus.OPEN, or_(GroupStage.stage.in_(APPRAISING), alone))
        .where(true() if appraises else GroupStage.council_id.in_(councils))
        .options(joinedload(GroupStage.campaign))
        .order_by(Campaign.id.desc(), GroupStage.id)
    )
    return list(session.scalars(statement))


def _decides(context: GroupContext, stage: Stage, actor: Actor) -> bool:
    """Whether a leaf at `stage` may wait for this account: for an agency's person, or for the secretariat."""
    role = Role.SECRETARIAT if by_council(context, ROUNDS[stage]) else Role.APPRAISER
    council = context.group.council_id
    return any(
        held.role is role and (role is Role.APPRAISER or held.council_id == council) for held in actor.appointments
    )


def leaves_of(
    context: GroupContext,
    assessment: Assessment,
    actor: Actor,
    office: Office,
    *,
    only: str | None = None,
) -> list[DeskLeaf]:
    """Return the leaves of one unit, or `only` that one, on the actor's desk."""
    pins, stage = context.pins.get(assessment.id), context.stage_of(assessment)
    closed = stage not in APPRAISING or context.being_corrected(assessment)
    if pins is None or closed or assessment.unit_id in actor.unit_ids:
        return []
    agencies = context.agencies(assessment)
    mine = {held.unit_id for held in actor.appointments if held.role is Role.APPRAISER}
    stays_out, decides = office.stays_out(actor.user_id, assessment.unit_id), _decides(context, stage, actor)
    every = decides and by_council(context, ROUNDS[stage])
    decides = decides and not stays_out
    holders = {} if every else {number: office.holders(context, assessment, number) for number in mine if number}
    return [
        DeskLeaf(
            assessment_id=assessment.id,
            campaign_id=context.group.campaign_id,
            group_id=context.group.group_id,
            group_stage_id=context.group.id,
            group=context.group.group.name,
            campaign=context.group.campaign.name,
            unit=assessment.unit.name,
            node=leaf,
            stage=stage,
            state=(state := context.state(assessment, leaf.code)),
            claimed=pins[leaf.code].points,
            waits=decides and _waits(context, assessment, leaf.code, state),
            mine=not stays_out and (given is None or not given.isdisjoint(_names_of(actor, agencies[leaf.code]))),
            nobodys=given is not None and not given,
        )
        for leaf in context.own_leaves(assessment.id)
        if (only is None or leaf.code == only) and (every or agencies[leaf.code] in mine) and leaf.code in pins
        for given in (holders.get(agencies[leaf.code] or 0, {}).get(leaf.code),)
    ]


def _names_of(actor: Actor, agency_id: int | None) -> frozenset[int]:
    """Return in whose names an account judges for an agency: its own, and those it deputises for today."""
    held = (each for each in actor.appointments if each.role is Role.APPRAISER and each.unit_id == agency_id)
    return frozenset({actor.user_id, *(each.acting_for.user_id for each in held if each.acting_for is not None)})


def _waits(context: GroupContext, assessment: Assessment, code: str, state: LeafState) -> bool:
    """Whether the leaf waits for its appraiser now: a request does once it is answered, or its date has passed."""
    match context.stage_of(assessment):
        case Stage.FIRST_APPRAISAL:
            return waits_in_first(context, assessment, code)
        case Stage.EXPLANATION:
            return (assessment.id, code) in context.named_undecided and state.standing is LeafStanding.UNDECIDED
        case _:
            return state.standing is not LeafStanding.FINAL


def waits_for_agency(context: GroupContext, assessment: Assessment, code: str) -> bool:
    """Whether a leaf waits for a verdict at the stage its unit stands at, whoever of the agency gives it."""
    return (
        context.stage_of(assessment) in APPRAISING
        and not context.being_corrected(assessment)
        and _waits(context, assessment, code, context.state(assessment, code))
    )
