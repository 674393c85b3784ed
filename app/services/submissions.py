"""Rà soát → Trình duyệt → Phê duyệt → Gửi đi: the acts on one whole sheet, and the receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.db.assessments import AnswerWindow, Receipt
from app.db.clock import Clock
from app.db.holidays import holidays_of
from app.db.queries.people import people_of_units
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, NotFound, SubmissionRefused, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.points import parse_number, plain
from app.domain.policy import Actor, Permission
from app.domain.submission import ReviewFinding, guards_met, most_severe_first, review
from app.domain.terms import ReceiptKind, Stage, State, UnitAction, WindowGround
from app.domain.workflow import ActionOffer, Guard, Standing, advance_unit, available_unit_actions, stage_on_submission
from app.services.act_notices import tell_of_late_sheet, tell_of_unit_act
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.leaf_documents import documents_of
from app.services.notices import announce
from app.services.pins import last_pin, pin_of, pinned_content, pinned_leaf
from app.services.receipts import ReceiptView, earlier_receipt, receipt_view, write_receipt
from app.services.report_review import report_findings
from app.services.requests import UNIT_PEOPLE, withdraw_requests
from app.services.sheets import entries_of, review_leaves
from app.services.unit_reports import report_pinned

PERMISSIONS: Mapping[UnitAction, Permission] = {
    UnitAction.REQUEST_APPROVAL: Permission.ASSESSMENT_REQUEST_APPROVAL,
    UnitAction.RETURN_TO_DRAFT: Permission.ASSESSMENT_RETURN_TO_DRAFT,
    UnitAction.APPROVE_BY_UNIT: Permission.ASSESSMENT_APPROVE,
    UnitAction.SUBMIT: Permission.ASSESSMENT_SUBMIT,
    UnitAction.RETURN_FOR_CORRECTION: Permission.ASSESSMENT_RETURN_FOR_CORRECTION,
}


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What the review page shows: findings, and the acts open to the actor with what stands against each."""

    findings: tuple[ReviewFinding, ...]
    offers: tuple[ActionOffer[UnitAction], ...]
    closes_at: dt.datetime | None
    standing: Standing


def review_sheet(assessment_id: int, *, actor: Actor, clock: Clock) -> ReviewView:
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        findings = _findings(session, context)
        offers = available_unit_actions(
            context.assessment.state,
            roles=context.roles_of(actor),
            met=_met(session, context, reason="given when acting"),
        )
        shown = tuple(offer for offer in offers if offer.action in PERMISSIONS)
        return ReviewView(tuple(findings), shown, context.closes_at, context.standing)


def act(
    assessment_id: int,
    action: UnitAction,
    *,
    actor: Actor,
    clock: Clock,
    reason: str = "",
    idempotency_key: str | None = None,
) -> ReceiptView | None:
    """Move one sheet; a submission returns its receipt, the same one when the same key is sent again.

    Raises: NotFound, Forbidden, Conflict("already_sent"),
    TransitionRefused with the unmet guard's name, SubmissionRefused("leaves_unsettled").
    """
    if action not in PERMISSIONS:
        raise TransitionRefused("action_unknown", action=action.value)
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, assessment_id, lock=True)
        context = sheet_context(work.session, assessment, work.now)
        see(context, actor)
        if idempotency_key is not None and action is UnitAction.SUBMIT:
            earlier = earlier_receipt(work.session, assessment, idempotency_key)
            if earlier is not None:
                return receipt_view(earlier)
        if action is UnitAction.SUBMIT:
            _refuse_twice(work.session, context, actor)
        policy.require(actor, PERMISSIONS[action], context.subject())
        return _move(work, context, action, reason.strip(), idempotency_key)


def _refuse_twice(session: Session, context: SheetContext, actor: Actor) -> None:
    """Tell who sends from a second page that it is done: Conflict("already_sent").

    Where something was amended and its window is over, that is what has to be said: the policy does.
    """
    closed = policy.why_not(actor, Permission.ASSESSMENT_SUBMIT, context.subject()) == "deadline_passed"
    if (
        closed
        and context.assessment.state is State.SUBMITTED
        and not _differing(session, context, _entered(session, context))
    ):
        last = [row for row in context.assessment.receipts if row.kind is ReceiptKind.SELF_SCORE][-1]
        raise Conflict("already_sent", receipt=last.code, at=last.at)


def _move(
    work: Work,
    context: SheetContext,
    action: UnitAction,
    reason: str,
    idempotency_key: str | None,
) -> ReceiptView | None:
    assessment, before = context.assessment, context.assessment.state
    met = _met(work.session, context, reason=reason)
    after = advance_unit(before, action, roles=context.roles_of(work.acting), met=met)
    sending = _sending(work.session, context) if action is UnitAction.SUBMIT else None
    if sending is not None:
        _take_up(work, context, before)
    assessment.state = after
    assessment.version += 1
    returned = action in {UnitAction.RETURN_TO_DRAFT, UnitAction.RETURN_FOR_CORRECTION}
    assessment.returned_reason = reason if returned else ""
    if action is UnitAction.RETURN_FOR_CORRECTION:
        _grant_correction(work, context, reason)
    receipt = None if sending is None else _pin(work, context, sending, idempotency_key)
    if action is UnitAction.RETURN_FOR_CORRECTION:
        _tell_returned(work, context, reason)
    new: dict[str, Any] = {"state": after.value}
    if receipt is not None:
        new |= {"receipt": receipt.code, "sha256": receipt.sha256}
    work.audit(
        f"assessment:{assessment.id}",
        action.value,
        "assessment",
        assessment.id,
        old={"state": before.value},
        new=new,
        note=reason,
    )
    tell_of_unit_act(work, context, action)
    return None if receipt is None else receipt_view(receipt)


def _take_up(work: Work, context: SheetContext, before: State) -> None:
    """A sheet sent after its group has gone on starts its appraisal alone: who judges it is told."""
    assessment, own = context.assessment, context.assessment.stage
    assessment.stage = stage_on_submission(own, assessment.group_stage.stage, before)
    if assessment.stage is not own:
        tell_of_late_sheet(work, context)


def _findings(session: Session, context: SheetContext) -> list[ReviewFinding]:
    """Return what the review says of the leaves and of the signed report, the most severe first."""
    kept = _kept(session, context)
    leaves = [leaf for leaf in review_leaves(session, context) if leaf.code not in kept]
    return most_severe_first([*report_findings(session, context), *review(leaves, context.policies)])


def _met(session: Session, context: SheetContext, *, reason: str) -> frozenset[Guard]:
    """Establish the facts the unit machine asks for."""
    findings = _findings(session, context)
    facts = {
        Guard.CAN_WRITE: context.writable(),
        Guard.INTERNAL_APPROVAL_OFF: not context.policies.internal_approval,
        Guard.REASON_GIVEN: bool(reason),
        Guard.STAGE_IS_SCORING: context.stage is Stage.SCORING,
        Guard.WINDOW_OPEN: context.writable(),
        Guard.AMENDED_LEAVES: context.assessment.state is State.SUBMITTED and _amended(session, context),
    }
    return guards_met(findings) | {guard for guard, holds in facts.items() if holds}


def _amended(session: Session, context: SheetContext) -> bool:
    """Whether a leaf differs from what the last receipt pinned of it: claim, words, documents or their order."""
    return bool(amended_leaves(session, context))


def amended_leaves(session: Session, context: SheetContext) -> list[str]:
    """Return the own leaves that differ from what was last sent; none before the first sending."""
    return _differing(session, context, _present(session, context))


def _differing(session: Session, context: SheetContext, held: Mapping[str, Any]) -> list[str]:
    pinned = last_pin(session, context.assessment.id)
    if pinned is None:
        return []
    present = {code: pinned_leaf(leaf) for code, leaf in held.items()}
    return [leaf.code for leaf in context.own_leaves if present.get(leaf.code) != pinned.get(leaf.code)]


def _tell_returned(work: Work, context: SheetContext, reason: str) -> None:
    announce(
        work,
        NoticeKind.SHEET_RETURNED,
        people_of_units(work.session, [context.assessment.unit_id], UNIT_PEOPLE),
        path=f"/sheets/{context.assessment.id}",
        facts={"unit": context.assessment.unit.name, "reason": reason},
    )


def _grant_correction(work: Work, context: SheetContext, reason: str) -> None:
    """A sheet returned after the phase is over gets a window, else it could not be sent again."""
    if context.scoring is not None and context.scoring.contains(work.now):
        return
    due = context.policies.correction_due(work.now, holidays=holidays_of(work.session))
    work.session.add(
        AnswerWindow(
            assessment_id=context.assessment.id,
            ground=WindowGround.CORRECTION,
            opens_at=work.now,
            due_at=due,
            reason=reason,
            granted_by_id=work.acting.user_id,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Sending:
    """What a sending pins: every leaf, those `kept` as they were sent before, those that were amended since."""

    leaves: Mapping[str, Any]
    kept: Sequence[str]
    amended: Sequence[str]


def _sending(session: Session, context: SheetContext) -> _Sending:
    """Establish what is sent while the sheet may still be written: once it is sent nearly nothing of it may."""
    kept = sorted(_kept(session, context))
    return _Sending(_pinned(session, context), kept, amended_leaves(session, context))


def _pin(work: Work, context: SheetContext, sending: _Sending, idempotency_key: str | None) -> Receipt:
    """Write the receipt: what every leaf held at this instant, under one hash."""
    withdraw_requests(work, context.assessment.id, [context.ids[code] for code in sending.amended])
    total = sum((parse_number(leaf["points"], what="points") for leaf in sending.leaves.values()), Decimal(0))
    content: dict[str, Any] = {"leaves": dict(sending.leaves), "total": plain(total)}
    if sending.kept:
        content["kept"] = list(sending.kept)
    content |= report_pinned(work.session, context.assessment.id)
    return write_receipt(work, context.assessment, ReceiptKind.SELF_SCORE, content, key=idempotency_key)


def _pinned(session: Session, context: SheetContext) -> dict[str, Any]:
    present = _present(session, context)
    for leaf in context.own_leaves:
        if leaf.code not in present:
            raise SubmissionRefused("every_own_leaf_settled", criterion=leaf.code)
    return present


def _present(session: Session, context: SheetContext) -> dict[str, Any]:
    """Return the settled leaves as a receipt would pin them now: what no open window covers, as it was sent."""
    return _entered(session, context) | _kept(session, context)


def _entered(session: Session, context: SheetContext) -> dict[str, Any]:
    """Return the settled leaves as they stand."""
    entries = {entry.criterion_id: entry for entry in entries_of(session, context.assessment.id)}
    documents = documents_of(session, context.assessment.id)
    present: dict[str, Any] = {}
    for leaf in context.own_leaves:
        entry = entries.get(context.ids[leaf.code])
        if entry is None or entry.claim is None or entry.self_points is None:
            continue
        present[leaf.code] = {
            "claim": entry.claim,
            "points": plain(entry.self_points),
            "explanation": entry.explanation,
            "evidence": [pin_of(document) for document in documents.get(entry.criterion_id, [])],
        }
    return present


def _kept(session: Session, context: SheetContext) -> dict[str, Any]:
    """Return, as they were pinned, the leaves that were sent and may not be changed now.

    What was changed of them in an earlier window and not sent in time has lapsed, and a window on another leaf does not
    send it.
    """
    if not context.ever_submitted:
        return {}
    sent = pinned_content(session, context.assessment.id)
    return {leaf.code: sent[leaf.code] for leaf in context.own_leaves if leaf.code in sent and context.keeps(leaf.code)}


def receipt_of(assessment_id: int, number: int, *, actor: Actor, clock: Clock) -> ReceiptView:
    """Return receipt `number` of a sheet. Raises NotFound("receipt_unknown")."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        for receipt in context.assessment.receipts:
            if receipt.kind is ReceiptKind.SELF_SCORE and receipt.number == number:
                return receipt_view(receipt)
        raise NotFound("receipt_unknown", number=number)
