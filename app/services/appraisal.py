"""The appraisers' desk: my leaves of other units, one verdict at a time, appended and never overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import Reply, Verdict
from app.db.assessments import Assessment
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
from app.domain.terms import Decision, Stage
from app.services.baselines import baselines_of, with_baseline
from app.services.context import SheetContext, find_assessment, sheet_context
from app.services.group_context import GroupContext, find_group, group_context
from app.services.leaf_documents import DocumentLine, supplements_of
from app.services.pins import PinnedLeaf
from app.services.release import open_late_explanation
from app.services.requests import asked_until, keep_request, withdraw_requests
from app.services.verdict_marks import Marks, Minutes, by_council, marks_of

KINDS = {
    Decision.AGREE: LeafActKind.AGREE,
    Decision.DISAGREE: LeafActKind.DISAGREE,
    Decision.REQUEST_EVIDENCE: LeafActKind.REQUEST_EVIDENCE,
}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A verdict as read; `points` None where evidence was asked for, until `due_at`."""

    round: int
    decision: Decision
    points: Decimal | None
    claim: Mapping[str, Any] | None
    reason: str
    agency: str
    by: str
    at: dt.datetime
    due_at: dt.datetime | None = None
    minutes: Minutes | None = None
    instead_of: str = ""


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
    wants_minutes: bool = False


@dataclass(frozen=True, slots=True)
class GiveVerdict:
    """`said`: how many verdicts the page showed; another one since is a conflict. `claim` corrects the unit's.

    A request of evidence says in `reason` what is wanted; `due_at` None takes the campaign's term.
    """

    assessment_id: int
    code: str
    decision: Decision
    said: int
    claim: Mapping[str, Any] | None = None
    reason: str = ""
    due_at: dt.datetime | None = None
    minutes: Minutes | None = None


def case_view(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> CaseView:
    """Return one leaf as its appraiser reads it. Raises NotFound for a leaf that is not the actor's to read."""
    with reading() as session:
        sheet, context = _contexts(session, assessment_id, clock.read(session))
        leaf = _readable(sheet, context, code, actor)
        assessment, criterion = sheet.assessment, session.get_one(Criterion, sheet.ids[code])
        unsent = reads_unsent(sheet, context, actor, code)
        verdicts, replies = said_of(session, sheet, code, unsent=unsent)
        met = met_of(context, assessment_id, code)
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
                code, supplements_of(session, assessment_id).get(sheet.ids[code], ()), unsent=unsent
            ),
            stage=sheet.stage,
            state=context.state(assessment, code),
            verdicts=verdicts,
            replies=replies,
            refusals={offer.kind: forbidden or offer.refusal for offer in offers},
            zero_grounds=tuple((ground.key, ground.text) for ground in context.policies.zero_grounds),
            baselines=baselines_of(session, assessment),
            said=len(verdicts),
            wants_minutes=by_council(context, 2) and sheet.stage is Stage.SECOND_APPRAISAL,
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


def reads_unsent(sheet: SheetContext, context: GroupContext, actor: Actor, code: str) -> bool:
    """Whether answers not sent yet are the reader's: the unit's own, and everybody's once their time is over."""
    answering = sheet.stage in {Stage.FIRST_APPRAISAL, Stage.EXPLANATION}
    own = sheet.assessment.unit_id in actor.unit_ids
    return own or not answering or context.window_over(sheet.assessment.id, code)


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
                due_at=row.due_at,
                minutes=minutes_of(row),
                instead_of=row.instead_of,
            )
            for row in verdicts
        ),
        tuple(
            ReplyLine(row.text, row.author.first_name, row.at, row.receipt_id is not None)
            for row in replies
            if unsent or row.receipt_id is not None
        ),
    )


def minutes_of(row: Verdict) -> Minutes | None:
    """Return the minutes a verdict stands in; None where an agency gave it."""
    if row.minutes_number is None or row.minutes_on is None:
        return None
    return Minutes(row.minutes_number, row.minutes_on)


def met_of(context: GroupContext, assessment_id: int, code: str) -> frozenset[LeafGuard]:
    """Establish what a verdict on the leaf may rest on."""
    by_agency = context.policies.round_two is RoundTwo.AGENCY
    acts = context.acts.get((assessment_id, code), ())
    facts = {
        LeafGuard.NAMED_UNDECIDED: (assessment_id, code) in context.named_undecided,
        LeafGuard.NOT_REPLIED: not replied_since_verdict(acts),
        LeafGuard.SECOND_ROUND_BY_AGENCY: by_agency,
        LeafGuard.SECOND_ROUND_BY_COUNCIL: not by_agency,
    }
    return frozenset(guard for guard, holds in facts.items() if holds)


def give_verdict(command: GiveVerdict, *, actor: Actor, clock: Clock) -> None:
    """Append one verdict.

    Raises: NotFound, Forbidden (own unit, other agency, stage), TransitionRefused, ClaimInvalid,
    InputInvalid("reason_missing", "claim_missing", and the codes of a request's text and date),
    Conflict("verdict_given_meanwhile").
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
        met=met_of(context, sheet.assessment.id, command.code),
    )
    marks = _marks(work, context, sheet.assessment, command, cell.round)
    asks = command.decision is Decision.REQUEST_EVIDENCE
    due = asked_until(work, sheet, command.reason, command.due_at) if asks else None
    claim, points = (None, None) if asks else _decided(work.session, context, leaf, command)
    row = Verdict(
        assessment_id=sheet.assessment.id,
        criterion_id=sheet.ids[command.code],
        round=cell.round,
        decision=command.decision,
        claim=claim,
        points=points,
        reason=command.reason.strip(),
        due_at=due,
        agency_id=sheet.agencies[command.code],
        author_id=work.acting.user_id,
        at=work.now,
        minutes_number=None if marks.minutes is None else marks.minutes.number,
        minutes_on=None if marks.minutes is None else marks.minutes.on,
        instead_of=marks.instead_of,
    )
    _keep(work, command.code, row, marks)
    withdraw_requests(work, sheet.assessment.id, [sheet.ids[command.code]])
    if due is not None:
        keep_request(work, sheet, command.code, due)
    if sheet.stage is Stage.EXPLANATION and command.decision is Decision.DISAGREE:
        open_late_explanation(work, context, sheet.assessment, command.code)


def _marks(
    work: Work, context: GroupContext, assessment: Assessment, command: GiveVerdict, round_number: int | None
) -> Marks:
    return marks_of(
        work.session,
        context,
        assessment,
        command.code,
        round_number=round_number,
        author_id=work.acting.user_id,
        minutes=command.minutes,
    )


def _keep(work: Work, code: str, row: Verdict, marks: Marks) -> None:
    work.session.add(row)
    work.session.flush()
    new: dict[str, Any] = {"decision": row.decision.value, "claim": row.claim, "round": row.round}
    if row.due_at is not None:
        new["due_at"] = row.due_at.isoformat()
    else:
        new["points"] = None if row.points is None else plain(row.points)
    stream = f"assessment:{row.assessment_id}"
    work.audit(stream, "verdict_given", "leaf", code, old=None, new=new | marks.told(), note=row.reason)


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
