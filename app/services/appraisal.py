"""The appraisers' desk: my leaves of other units, one verdict at a time, appended and never overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import Reply, Verdict
from app.db.assessments import Assessment
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.criteria import Criterion
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.award import award
from app.domain.campaign import RoundTwo
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.claims import DeclinedClaim
from app.domain.criteria import Node
from app.domain.errors import ClaimInvalid, Conflict, InputInvalid, NotFound
from app.domain.leaf_acts import (
    LeafActKind,
    LeafGuard,
    LeafState,
    allowed_leaf_act,
    available_leaf_acts,
    replied_since_verdict,
)
from app.domain.points import plain
from app.domain.policy import Actor, Permission
from app.domain.terms import CampaignStatus, Decision, LeafStanding, Role, Stage
from app.services.baselines import baselines_of, with_baseline
from app.services.context import SheetContext, find_assessment, sheet_context
from app.services.group_context import GroupContext, find_group, group_context
from app.services.leaf_documents import DocumentLine, supplements_of
from app.services.pins import PinnedLeaf

APPRAISING = frozenset({Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL})
KINDS = {Decision.AGREE: LeafActKind.AGREE, Decision.DISAGREE: LeafActKind.DISAGREE}


@dataclass(frozen=True, slots=True)
class DeskLeaf:
    """One leaf of one unit on an appraiser's desk; `offers` are the acts open now."""

    assessment_id: int
    campaign: str
    unit: str
    node: Node
    stage: Stage
    state: LeafState
    claimed: Decimal
    waits: bool


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A verdict as read; `points` None where evidence was asked for."""

    round: int
    decision: Decision
    points: Decimal | None
    claim: Mapping[str, Any] | None
    reason: str
    agency: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReplyLine:
    text: str
    by: str
    at: dt.datetime
    sent: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """One leaf of one unit before its appraiser: what was sent, what was said, what may be done."""

    assessment_id: int
    campaign: str
    unit: str
    node: Node
    original: str
    evidence_wanted: str
    pinned: PinnedLeaf
    supplements: tuple[DocumentLine, ...]
    stage: Stage
    state: LeafState
    verdicts: tuple[VerdictLine, ...]
    replies: tuple[ReplyLine, ...]
    refusals: Mapping[LeafActKind, str | None]
    zero_grounds: tuple[tuple[str, str], ...]
    baselines: Mapping[str, Decimal]
    said: int


@dataclass(frozen=True, slots=True)
class GiveVerdict:
    """`said`: how many verdicts the page showed; another one since is a conflict. `claim` corrects the unit's."""

    assessment_id: int
    code: str
    decision: Decision
    said: int
    claim: Mapping[str, Any] | None = None
    reason: str = ""


def desk(*, actor: Actor, clock: Clock) -> list[DeskLeaf]:
    """Return every sent leaf the actor's agencies appraise, the own units' never among them."""
    with reading() as session:
        now, found = clock.read(session), []
        for group in _groups(session, actor):
            context = group_context(session, group, now)
            for assessment in (row for row in context.assessments.values() if row.id not in context.closed):
                found += _leaves_of(context, assessment, actor)
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


def _by_council(context: GroupContext, stage: Stage) -> bool:
    """Whether the second verdict is the council's here, recorded by its secretariat (Quảng Trị)."""
    return stage is Stage.SECOND_APPRAISAL and context.policies.round_two is RoundTwo.COUNCIL


def _decides(context: GroupContext, stage: Stage, actor: Actor) -> bool:
    """Whether a leaf at `stage` may wait for this account: for an agency's person, or for the secretariat."""
    role = Role.SECRETARIAT if _by_council(context, stage) else Role.APPRAISER
    council = context.group.council_id
    return any(
        held.role is role and (role is Role.APPRAISER or held.council_id == council) for held in actor.appointments
    )


def _leaves_of(context: GroupContext, assessment: Assessment, actor: Actor) -> list[DeskLeaf]:
    pins = context.pins.get(assessment.id)
    stage = context.stage_of(assessment)
    if pins is None or stage not in APPRAISING or assessment.unit_id in actor.unit_ids:
        return []
    if context.being_corrected(assessment):
        return []
    agencies = context.agencies(assessment)
    mine = {held.unit_id for held in actor.appointments if held.role is Role.APPRAISER}
    decides = _decides(context, stage, actor)
    every = decides and _by_council(context, stage)
    return [
        DeskLeaf(
            assessment_id=assessment.id,
            campaign=context.group.campaign.name,
            unit=assessment.unit.name,
            node=leaf,
            stage=stage,
            state=(state := context.state(assessment, leaf.code)),
            claimed=pins[leaf.code].points,
            waits=decides and _waits(state, stage, named=(assessment.id, leaf.code) in context.named_undecided),
        )
        for leaf in context.own_leaves(assessment.id)
        if (every or agencies[leaf.code] in mine) and leaf.code in pins
    ]


def _waits(state: LeafState, stage: Stage, *, named: bool) -> bool:
    """Whether the leaf waits for its appraiser now."""
    match stage:
        case Stage.FIRST_APPRAISAL:
            return state.standing is LeafStanding.UNDECIDED
        case Stage.EXPLANATION:
            return named and state.standing is LeafStanding.UNDECIDED
        case _:
            return state.standing is not LeafStanding.FINAL


def case_view(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> CaseView:
    """Return one leaf as its appraiser reads it. Raises NotFound for a leaf that is not the actor's to read."""
    with reading() as session:
        sheet, context = _contexts(session, assessment_id, clock.read(session))
        leaf = _readable(sheet, context, code, actor)
        assessment, criterion = sheet.assessment, session.get_one(Criterion, sheet.ids[code])
        unsent = reads_unsent(sheet, context, actor)
        verdicts, replies = said_of(session, sheet, code, unsent=unsent)
        met = _met(context, sheet, code)
        offers = available_leaf_acts(
            stage=sheet.stage,
            standing=context.state(assessment, code).standing,
            roles=sheet.roles_of(actor),
            met=met,
        )
        forbidden = policy.why_not(actor, Permission.VERDICT_GIVE, sheet.subject(code))
        return CaseView(
            assessment_id=assessment_id,
            campaign=assessment.campaign.name,
            unit=assessment.unit.name,
            node=leaf,
            original=criterion.original,
            evidence_wanted=criterion.evidence,
            pinned=context.pins[assessment_id][code],
            supplements=sheet.sent_supplements(
                supplements_of(session, assessment_id).get(sheet.ids[code], ()), unsent=unsent
            ),
            stage=sheet.stage,
            state=context.state(assessment, code),
            verdicts=verdicts,
            replies=replies,
            refusals={offer.kind: forbidden or offer.refusal for offer in offers},
            zero_grounds=tuple((ground.key, ground.text) for ground in context.policies.zero_grounds),
            baselines=baselines_of(session, assessment),
            said=len(verdicts),
        )


def _contexts(session: Session, assessment_id: int, now: dt.datetime) -> tuple[SheetContext, GroupContext]:
    assessment = find_assessment(session, assessment_id)
    group = find_group(session, assessment.group_stage_id)
    return sheet_context(session, assessment, now), group_context(session, group, now, only=assessment_id)


def _readable(sheet: SheetContext, context: GroupContext, code: str, actor: Actor) -> Node:
    leaf = sheet.tree.leaf(code)
    own = code in context.pins.get(sheet.assessment.id, {})
    if not own or policy.why_not(actor, Permission.VERDICT_READ, sheet.subject(code)) is not None:
        raise NotFound("assessment_unknown")
    return leaf


def reads_unsent(sheet: SheetContext, context: GroupContext, actor: Actor) -> bool:
    """Whether answers not sent yet are the reader's: the unit's own, and everybody's once their time is over."""
    answering = sheet.stage in {Stage.FIRST_APPRAISAL, Stage.EXPLANATION}
    return sheet.assessment.unit_id in actor.unit_ids or not answering or context.window_over(sheet.assessment.id)


def said_of(
    session: Session,
    sheet: SheetContext,
    code: str,
    *,
    unsent: bool,
) -> tuple[tuple[VerdictLine, ...], tuple[ReplyLine, ...]]:
    """Return what agency and unit have said of one leaf so far, in order."""
    of_leaf = {"assessment_id": sheet.assessment.id, "criterion_id": sheet.ids[code]}
    verdicts = session.scalars(select(Verdict).filter_by(**of_leaf).order_by(Verdict.id))
    replies = session.scalars(select(Reply).filter_by(**of_leaf).order_by(Reply.id))
    return (
        tuple(
            VerdictLine(
                round=row.round,
                decision=row.decision,
                points=row.points,
                claim=row.claim,
                reason=row.reason,
                agency=row.agency.name,
                by=row.author.first_name,
                at=row.at,
            )
            for row in verdicts
        ),
        tuple(
            ReplyLine(row.text, row.author.first_name, row.at, row.receipt_id is not None)
            for row in replies
            if unsent or row.receipt_id is not None
        ),
    )


def _met(context: GroupContext, sheet: SheetContext, code: str) -> frozenset[LeafGuard]:
    """Establish what a verdict on the leaf may rest on."""
    by_agency = context.policies.round_two is RoundTwo.AGENCY
    acts = context.acts.get((sheet.assessment.id, code), ())
    facts = {
        LeafGuard.NAMED_UNDECIDED: (sheet.assessment.id, code) in context.named_undecided,
        LeafGuard.NOT_REPLIED: not replied_since_verdict(acts),
        LeafGuard.SECOND_ROUND_BY_AGENCY: by_agency,
        LeafGuard.SECOND_ROUND_BY_COUNCIL: not by_agency,
    }
    return frozenset(guard for guard, holds in facts.items() if holds)


def give_verdict(command: GiveVerdict, *, actor: Actor, clock: Clock) -> None:
    """Append one verdict.

    Raises: NotFound, Forbidden (own unit, other agency, stage), TransitionRefused, ClaimInvalid,
    InputInvalid("reason_missing", "claim_missing"), Conflict("verdict_given_meanwhile").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        find_assessment(work.session, command.assessment_id, lock=True)
        sheet, context = _contexts(work.session, command.assessment_id, work.now)
        _readable(sheet, context, command.code, actor)
        policy.require(actor, Permission.VERDICT_GIVE, sheet.subject(command.code))
        verdicts, _ = said_of(work.session, sheet, command.code, unsent=False)
        if len(verdicts) != command.said:
            raise Conflict("verdict_given_meanwhile", by=verdicts[-1].by if verdicts else "")
        _append(work, sheet, context, command)


def _append(work: Work, sheet: SheetContext, context: GroupContext, command: GiveVerdict) -> None:
    leaf = sheet.tree.leaf(command.code)
    cell = allowed_leaf_act(
        KINDS[command.decision],
        stage=sheet.stage,
        standing=context.state(sheet.assessment, command.code).standing,
        roles=sheet.roles_of(work.acting),
        met=_met(context, sheet, command.code),
    )
    claim, points = _decided(work.session, context, leaf, command)
    row = Verdict(
        assessment_id=sheet.assessment.id,
        criterion_id=sheet.ids[command.code],
        round=cell.round,
        decision=command.decision,
        claim=claim,
        points=points,
        reason=command.reason.strip(),
        agency_id=sheet.agencies[command.code],
        author_id=work.acting.user_id,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    new = {"decision": command.decision.value, "points": plain(points), "claim": claim, "round": cell.round}
    stream = f"assessment:{sheet.assessment.id}"
    work.audit(stream, "verdict_given", "leaf", command.code, old=None, new=new, note=row.reason)


def _decided(
    session: Session,
    context: GroupContext,
    leaf: Node,
    command: GiveVerdict,
) -> tuple[dict[str, Any] | None, Decimal]:
    """Return the corrected claim (None: as the unit claimed) and the points the rule gives for it."""
    if command.decision is Decision.AGREE:
        return None, context.pins[command.assessment_id][command.code].points
    if not command.reason.strip():
        raise InputInvalid("reason_missing", field="reason")
    if command.claim is None or leaf.rule is None:
        raise InputInvalid("claim_missing")
    assessment = context.assessments[command.assessment_id]
    claim = with_baseline(session, assessment, claim_from_json(command.claim))
    if isinstance(claim, DeclinedClaim):
        raise ClaimInvalid("zero_without_ground")
    points = award(leaf.rule, claim, leaf.maximum, campaign_zero_keys=context.policies.zero_keys)
    written, pinned = claim_to_json(claim), context.pins[command.assessment_id][leaf.code]
    if written == pinned.claim and points == pinned.points:
        raise InputInvalid("nothing_corrected")
    return written, points
