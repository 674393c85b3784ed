"""A unit answers its first results: replies leaf by leaf, supplements, one sending with a receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.appraisals import Reply
from app.db.assessments import Receipt
from app.db.clock import Clock
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.campaign import Answerable
from app.domain.criteria import Node
from app.domain.errors import InputInvalid
from app.domain.leaf_acts import LeafActKind, LeafGuard, LeafState, allowed_leaf_act
from app.domain.policy import Actor, Permission
from app.domain.terms import Decision, LeafStanding, ReceiptKind, Stage
from app.services.appraisal import ReplyLine, VerdictLine, reads_unsent, said_of
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.group_context import GroupContext, find_group, group_context
from app.services.leaf_documents import DocumentLine, supplements_of
from app.services.pins import pin_of
from app.services.receipts import ReceiptView, earlier_receipt, receipt_view, write_receipt
from app.services.requests import is_overdue, open_requests
from app.services.self_scoring import EXPLANATION_LIMIT, refuse_password


@dataclass(frozen=True, slots=True)
class AnswerLeaf:
    """A leaf the first round took points from, or on which evidence is asked for, until `due_at`.

    `overdue`: that date has passed without an answer. `late`: judged after the explanation was sent, answered
    by itself.
    """

    node: Node
    state: LeafState
    claimed: Decimal
    verdict: VerdictLine
    replies: tuple[ReplyLine, ...]
    supplements: tuple[DocumentLine, ...]
    due_at: dt.datetime | None
    overdue: bool
    refusal: str | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What a unit may answer, until when, and what stands against sending it.

    `at_once`: nothing is released yet; what is asked for is answered leaf by leaf, each answer sent as it is written.
    """

    unit: str
    campaign: str
    leaves: tuple[AnswerLeaf, ...]
    due_at: dt.datetime | None
    sent: bool
    refusal: str | None
    at_once: bool = False


def answer_sheet(assessment_id: int, *, actor: Actor, clock: Clock) -> AnswerSheet:
    """Return the leaves to answer.

    Raises NotFound; Forbidden("wrong_stage") before the first results are out, unless evidence is asked for at once:
    of that the unit reads what is wanted and until when, and of the verdicts nothing.
    """
    with reading() as session:
        sheet, context = _contexts(session, assessment_id, clock.read(session))
        see(sheet, actor)
        at_once = context.stage_of(sheet.assessment) is Stage.FIRST_APPRAISAL
        requested = open_requests(context, sheet.assessment) if sheet.assessment.unit_id in actor.unit_ids else None
        if not requested:
            policy.require(actor, Permission.VERDICT_READ, sheet.subject())
        leaves = _requested(session, sheet, context, actor, requested) if requested else None
        return AnswerSheet(
            unit=sheet.assessment.unit.name,
            campaign=sheet.assessment.campaign.name,
            leaves=tuple(_leaves(session, sheet, context, actor) if leaves is None else leaves),
            due_at=None if at_once else context.answer_due(assessment_id),
            at_once=at_once,
            sent=assessment_id in context.sent_explanations,
            refusal=policy.why_not(actor, Permission.EXPLANATION_SEND, sheet.subject())
            or ("explanation_already_sent" if assessment_id in context.sent_explanations else None),
        )


def _contexts(session: Session, assessment_id: int, now: dt.datetime) -> tuple[SheetContext, GroupContext]:
    assessment = find_assessment(session, assessment_id)
    group = find_group(session, assessment.group_stage_id)
    return sheet_context(session, assessment, now), group_context(session, group, now, only=assessment_id)


def _leaves(session: Session, sheet: SheetContext, context: GroupContext, actor: Actor) -> list[AnswerLeaf]:
    found, supplements = [], supplements_of(session, sheet.assessment.id)
    for leaf in context.own_leaves(sheet.assessment.id):
        if not _takes_points(sheet, context, leaf) or not policy.allows(
            actor, Permission.VERDICT_READ, sheet.subject(leaf.code)
        ):
            continue
        unsent = reads_unsent(sheet, context, actor, leaf.code)
        verdicts, replies = said_of(session, sheet, leaf.code, unsent=unsent)
        found.append(
            AnswerLeaf(
                node=leaf,
                state=context.state(sheet.assessment, leaf.code),
                claimed=_claimed(sheet, context, leaf),
                verdict=verdicts[-1],
                replies=replies,
                supplements=sheet.sent_supplements(leaf.code, supplements.get(sheet.ids[leaf.code], ()), unsent=unsent),
                due_at=context.answer_due(sheet.assessment.id, leaf.code),
                overdue=is_overdue(context, sheet.assessment, leaf.code),
                late=context.judged_late(sheet.assessment.id, leaf.code),
                refusal=policy.why_not(actor, Permission.REPLY_WRITE, sheet.subject(leaf.code)),
            ),
        )
    return found


def _requested(
    session: Session, sheet: SheetContext, context: GroupContext, actor: Actor, codes: Collection[str]
) -> Iterator[AnswerLeaf]:
    """Yield what is asked for at once as the unit may know it: the newest request and its own answers."""
    supplements = supplements_of(session, sheet.assessment.id)
    for leaf in context.own_leaves(sheet.assessment.id):
        if leaf.code not in codes:
            continue
        verdicts, replies = said_of(session, sheet, leaf.code, unsent=True)
        asked = [verdict for verdict in verdicts if verdict.decision is Decision.REQUEST_EVIDENCE][-1]
        answered = any(reply.at >= asked.at for reply in replies)
        standing = LeafStanding.ANSWERED if answered else LeafStanding.ASKED
        refusal = policy.why_not(actor, Permission.REPLY_WRITE, sheet.subject(leaf.code))
        yield AnswerLeaf(
            node=leaf,
            state=LeafState(standing, None),
            claimed=_claimed(sheet, context, leaf),
            verdict=asked,
            replies=replies,
            supplements=tuple(supplements.get(sheet.ids[leaf.code], ())),
            due_at=asked.due_at,
            overdue=not answered and asked.due_at is not None and sheet.now >= asked.due_at,
            refusal=refusal,
        )


def _takes_points(sheet: SheetContext, context: GroupContext, leaf: Node) -> bool:
    """Whether the newest verdict on a leaf gives less than was claimed, or asks for evidence."""
    said = context.verdicts.get((sheet.assessment.id, leaf.code), ())
    return bool(said) and (said[-1].points is None or said[-1].points < _claimed(sheet, context, leaf))


def _claimed(sheet: SheetContext, context: GroupContext, leaf: Node) -> Decimal:
    return context.pins[sheet.assessment.id][leaf.code].points


def reply(assessment_id: int, code: str, text: str, *, actor: Actor, clock: Clock) -> None:
    """Append the unit's answer on one leaf; it counts when sent, or when the window ends.

    Before the release an answer to a request goes at once, with its documents, under a receipt of its own; so does one
    to a verdict that came after the explanation was sent.
    Raises: NotFound, Forbidden, TransitionRefused, InputInvalid("reply_missing", "explanation_too_long").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        find_assessment(work.session, assessment_id, lock=True)
        sheet, context = _contexts(work.session, assessment_id, work.now)
        see(sheet, actor)
        sheet.tree.leaf(code)
        policy.require(actor, Permission.REPLY_WRITE, sheet.subject(code))
        if not text.strip():
            raise InputInvalid("reply_missing", field="text")
        if len(text) > EXPLANATION_LIMIT:
            raise InputInvalid("explanation_too_long", limit=EXPLANATION_LIMIT)
        refuse_password(text)
        _require_answerable(sheet, context, code, actor)
        row = Reply(
            assessment_id=assessment_id,
            criterion_id=sheet.ids[code],
            text=text.strip(),
            author_id=work.acting.user_id,
            at=work.now,
        )
        work.session.add(row)
        work.audit(f"assessment:{assessment_id}", "reply_written", "leaf", code, old=None, new={"text": row.text})
        if sheet.stage is Stage.FIRST_APPRAISAL or context.judged_late(assessment_id, code):
            _pin(work, sheet, None, only=code)


def _require_answerable(sheet: SheetContext, context: GroupContext, code: str, actor: Actor) -> None:
    """Raise TransitionRefused unless the leaf takes an answer now: there is something to answer, nothing was sent."""
    allowed_leaf_act(
        LeafActKind.REPLY,
        stage=sheet.stage,
        standing=context.state(sheet.assessment, code).standing,
        roles=sheet.roles_of(actor),
        met=_met(context, sheet, code),
    )


def require_answerable(session: Session, sheet: SheetContext, code: str, actor: Actor) -> None:
    """Ask of a supplement what is asked of a reply: the two go together. Raises TransitionRefused."""
    group = find_group(session, sheet.assessment.group_stage_id)
    context = group_context(session, group, sheet.now, only=sheet.assessment.id)
    _require_answerable(sheet, context, code, actor)


def _met(context: GroupContext, sheet: SheetContext, code: str | None = None) -> frozenset[LeafGuard]:
    facts = {
        LeafGuard.EXPLANATION_NOT_SENT: sheet.assessment.id not in context.sent_explanations
        or (code is not None and context.judged_late(sheet.assessment.id, code)),
        LeafGuard.WINDOW_OPEN: sheet.subject(code).answerable,
        LeafGuard.REQUEST_ANSWERABLE_AT_ONCE: context.policies.request_answerable is Answerable.AT_ONCE,
    }
    return frozenset(guard for guard, holds in facts.items() if holds)


def send_explanation(
    assessment_id: int,
    *,
    actor: Actor,
    clock: Clock,
    idempotency_key: str | None = None,
) -> ReceiptView:
    """Close the replies of this round under a receipt; the same key again gives the same receipt.

    Raises: NotFound, Forbidden, TransitionRefused("explanation_not_sent") when it was sent already.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        find_assessment(work.session, assessment_id, lock=True)
        sheet, context = _contexts(work.session, assessment_id, work.now)
        see(sheet, actor)
        if idempotency_key is not None:
            earlier = earlier_receipt(work.session, sheet.assessment, idempotency_key)
            if earlier is not None:
                return receipt_view(earlier)
        policy.require(actor, Permission.EXPLANATION_SEND, sheet.subject())
        allowed_leaf_act(
            LeafActKind.SEND_EXPLANATION,
            stage=sheet.stage,
            standing=LeafStanding.DISAGREED,
            roles=sheet.roles_of(actor),
            met=_met(context, sheet),
        )
        return receipt_view(_pin(work, sheet, idempotency_key))


def _pin(work: Work, sheet: SheetContext, idempotency_key: str | None, *, only: str | None = None) -> Receipt:
    """Write the receipt over the replies and supplements not sent yet, `only` of one leaf; tie the replies."""
    assessment, codes = sheet.assessment, {number: code for code, number in sheet.ids.items()}
    if only is not None:
        codes = {sheet.ids[only]: only}
    unsent = (Reply.assessment_id == assessment.id, Reply.receipt_id.is_(None), Reply.criterion_id.in_(codes))
    rows = work.session.scalars(select(Reply).where(*unsent).order_by(Reply.id))
    content = {
        "replies": {codes[row.criterion_id]: row.text for row in rows},
        "supplements": _supplements(work.session, sheet, codes),
    }
    receipt = write_receipt(
        work,
        assessment,
        ReceiptKind.EXPLANATION,
        content,
        key=idempotency_key,
        criterion_id=None if only is None else sheet.ids[only],
    )
    work.session.execute(update(Reply).where(*unsent).values(receipt_id=receipt.id))
    leaves = sorted({code for part in content.values() for code in part})
    new = {"receipt": receipt.code, "sha256": receipt.sha256, "leaves": leaves}
    work.audit(f"assessment:{assessment.id}", "explanation_sent", "assessment", assessment.id, old=None, new=new)
    return receipt


def _supplements(session: Session, sheet: SheetContext, codes: Mapping[int, str]) -> dict[str, Any]:
    """Return the documents of the round about to be sent, by leaf."""
    pins = {
        codes[number]: [
            pin_of(document) for document in documents if document.round == sheet.supplement_round(codes[number])
        ]
        for number, documents in supplements_of(session, sheet.assessment.id).items()
        if number in codes
    }
    return {code: pinned for code, pinned in pins.items() if pinned}
