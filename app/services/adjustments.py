"""Bonus and penalty of a unit: proposed on an item with its figures, decided by the council's chair, kept for ever.

Source: QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.adjustment_items import AdjustmentItem
from app.db.assessments import Adjustment
from app.db.clock import Clock
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.adjustments import (
    AdjustmentSums,
    Item,
    ItemMeasure,
    ProposedBy,
    awarded,
    claim_of_figures,
)
from app.domain.claim_codec import claim_to_json
from app.domain.errors import InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.points import plain
from app.domain.policy import Actor, Permission
from app.domain.terms import AdjustmentKind, ItemStatus
from app.services.adjustment_sums import items_of, sums_of
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.notices import announce
from app.services.proposals import (
    RELEASED,
    CouncilDecision,
    decide_in,
    end,
    may_withdraw,
    replaced_in,
    side_of,
    state_of,
    unit_people,
    words_of,
)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the campaign as the page offers it; `offered`: the actor may propose it now."""

    item_id: int
    text: str
    item: Item
    offered: bool


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """One proposal as read. `current` is False for what was withdrawn or decided anew."""

    adjustment_id: int
    item: str
    text: str
    kind: AdjustmentKind
    measure: ItemMeasure | None
    claim: Mapping[str, Any] | None
    points: Decimal
    reason: str
    proposed_document: str
    side: ProposedBy | None
    agency: str
    proposed_by: str
    proposed_at: dt.datetime | None
    status: ItemStatus
    document: str
    decision_reason: str
    decided_by: str
    decided_at: dt.datetime | None
    current: bool
    state: str
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class AdjustmentsView:
    """A unit's bonuses and penalties as far as the actor may know them; `sums` of those accepted among them."""

    unit: str
    campaign: str
    group_stage_id: int
    items: tuple[ItemLine, ...]
    lines: tuple[AdjustmentLine, ...]
    history: tuple[AdjustmentLine, ...]
    sums: AdjustmentSums
    bonus_cap: Decimal | None
    penalty_cap: Decimal | None
    why_not_propose: str | None
    why_not_decide: str | None


@dataclass(frozen=True, slots=True)
class ProposeAdjustment:
    """`figures` as typed, by the claim's field; an item that only asks whether it happened needs none."""

    item_id: int
    figures: Mapping[str, str]
    reason: str
    document: str = ""


def adjustments_view(assessment_id: int, *, actor: Actor, clock: Clock) -> AdjustmentsView:
    """Return a unit's bonuses and penalties. Raises NotFound for a sheet that is not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        propose = policy.why_not(actor, Permission.ADJUSTMENT_PROPOSE, context.subject())
        rows = [row for row in _rows(session, assessment_id) if may_read(context, row, actor)]
        replaced = replaced_in(rows)
        lines = [_line(context, row, replaced, actor) for row in rows]
        counted = [row for row in rows if row.in_force and row.status is ItemStatus.ACCEPTED]
        return AdjustmentsView(
            unit=context.assessment.unit.name,
            campaign=context.assessment.campaign.name,
            group_stage_id=context.assessment.group_stage_id,
            items=tuple(
                _item(row, context, actor, propose) for row in items_of(session, context.assessment.campaign_id)
            ),
            lines=tuple(line for line in lines if line.current),
            history=tuple(line for line in lines if not line.current),
            sums=sums_of(counted, context.policies),
            bonus_cap=context.policies.bonus_cap,
            penalty_cap=context.policies.penalty_cap,
            why_not_propose=propose,
            why_not_decide=policy.why_not(actor, Permission.ADJUSTMENT_DECIDE, context.subject()),
        )


def _rows(session: Session, assessment_id: int) -> Sequence[Adjustment]:
    statement = (
        select(Adjustment)
        .where(Adjustment.assessment_id == assessment_id)
        .options(
            joinedload(Adjustment.item),
            joinedload(Adjustment.agency),
            joinedload(Adjustment.proposed_by),
            joinedload(Adjustment.decided_by),
        )
        .order_by(Adjustment.id)
    )
    return session.scalars(statement).all()


def may_read(context: SheetContext, row: Adjustment, actor: Actor) -> bool:
    """The council reads everything; a side its own; the unit what others say of it from the release on."""
    if policy.allows(actor, Permission.GROUP_READ, context.subject()):
        return True
    own = context.assessment.unit_id in actor.unit_ids
    if row.side is ProposedBy.UNIT:
        return own or context.ever_submitted
    if row.agency_id is not None and row.agency_id in actor.unit_ids and not own:
        return True
    return own and context.stage in RELEASED


def _item(row: AdjustmentItem, context: SheetContext, actor: Actor, refusal: str | None) -> ItemLine:
    unit = side_of(context, actor) is ProposedBy.UNIT
    offered = refusal is None and not (unit and row.kind is AdjustmentKind.PENALTY)
    return ItemLine(row.id, row.text, row.read(), offered)


def _line(context: SheetContext, row: Adjustment, replaced: frozenset[int], actor: Actor) -> AdjustmentLine:
    waits = row.in_force and row.status is ItemStatus.PROPOSED
    return AdjustmentLine(
        adjustment_id=row.id,
        item="" if row.item is None else row.item.code,
        text="" if row.item is None else row.item.text,
        kind=row.kind,
        measure=None if row.item is None else row.item.measure,
        claim=row.claim,
        points=row.points,
        reason=row.reason,
        proposed_document=row.proposed_document,
        side=row.side,
        agency="" if row.agency is None else row.agency.name,
        proposed_by="" if row.proposed_by is None else row.proposed_by.first_name,
        proposed_at=row.proposed_at,
        status=row.status,
        document=row.document,
        decision_reason=row.decision_reason,
        decided_by="" if row.decided_by is None else row.decided_by.first_name,
        decided_at=row.decided_at,
        current=row.in_force,
        state=state_of(row, replaced),
        may_withdraw=waits and may_withdraw(context, row, Permission.ADJUSTMENT_PROPOSE, actor),
    )


def propose_adjustment(assessment_id: int, command: ProposeAdjustment, *, actor: Actor, clock: Clock) -> int:
    """Propose a bonus or a penalty; return its number.

    Raises: NotFound, Forbidden, ClaimInvalid, InputInvalid with item_unknown, penalty_by_unit, item_already_proposed,
    item_gives_nothing, proposal_reason_missing, document_missing.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _locked(work, assessment_id)
        policy.require(actor, Permission.ADJUSTMENT_PROPOSE, context.subject())
        side = side_of(context, actor)
        row = _of_campaign(work.session, context, command.item_id)
        if side is ProposedBy.UNIT:
            _unit_may(work.session, context, row)
        reason, document = words_of(command.reason, command.document, document_needed=False)
        claim, points = _measured(row, command.figures)
        agencies = actor.unit_ids & frozenset(context.agencies.values()) if side is ProposedBy.AGENCY else frozenset()
        made = Adjustment(
            assessment_id=assessment_id,
            item_id=row.id,
            kind=row.kind,
            claim=claim,
            points=points,
            reason=reason,
            proposed_document=document,
            side=side,
            agency_id=min(agencies, default=None),
            proposed_at=work.now,
            proposed_by_id=actor.user_id,
        )
        work.session.add(made)
        work.session.flush()
        _audit(work, made, row, "adjustment_proposed", old=None, note=reason)
        return made.id


def _locked(work: Work, assessment_id: int) -> SheetContext:
    context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
    see(context, work.acting)
    return context


def _of_campaign(session: Session, context: SheetContext, item_id: int) -> AdjustmentItem:
    row = session.get(AdjustmentItem, item_id)
    if row is None or row.campaign_id != context.assessment.campaign_id:
        raise InputInvalid("item_unknown", field="item")
    return row


def _unit_may(session: Session, context: SheetContext, item: AdjustmentItem) -> None:
    """A unit asks for bonuses alone, and for one that counts once a year only once at a time."""
    if item.kind is AdjustmentKind.PENALTY:
        raise InputInvalid("penalty_by_unit", item=item.code, field="item")
    same = select(Adjustment.id).where(
        Adjustment.assessment_id == context.assessment.id,
        Adjustment.item_id == item.id,
        Adjustment.in_force,
        Adjustment.status != ItemStatus.REFUSED,
    )
    if item.once and session.scalars(same).first() is not None:
        raise InputInvalid("item_already_proposed", item=item.code, field="item")


def _measured(row: AdjustmentItem, figures: Mapping[str, str]) -> tuple[dict[str, Any], Decimal]:
    """Return claim and points of what was typed. Raises ClaimInvalid, InputInvalid("item_gives_nothing")."""
    item = row.read()
    claim = claim_of_figures(item, figures)
    points = awarded(item, claim)
    if points <= 0:
        raise InputInvalid("item_gives_nothing", item=row.code)
    return claim_to_json(claim), points


def decide_adjustment(
    assessment_id: int,
    adjustment_id: int,
    decision: CouncilDecision,
    *,
    actor: Actor,
    clock: Clock,
    figures: Mapping[str, str] | None = None,
) -> int:
    """Decide a proposal, or decide it anew; return the row that now counts.

    Accepting gives what the item gives for the figures, the council's own where `figures` are given. What is changed
    stays as a row out of force. Raises: NotFound, Forbidden, ClaimInvalid, InputInvalid.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context, row = _found(work, assessment_id, adjustment_id)
        policy.require(actor, Permission.ADJUSTMENT_DECIDE, context.subject())
        reason, document = words_of(decision.reason, decision.document, document_needed=True)
        claim, points = row.claim, row.points
        if decision.accept and row.item is not None and figures is not None:
            claim, points = _measured(row.item, figures)
        if row.status is not ItemStatus.PROPOSED or claim != row.claim:
            row = _anew(work, row)
        old = {"status": row.status.value, "points": plain(row.points)}
        row.claim, row.points = claim, points
        row.status = ItemStatus.ACCEPTED if decision.accept else ItemStatus.REFUSED
        decide_in(work, row, CouncilDecision(decision.accept, document, reason))
        work.session.flush()
        _audit(work, row, row.item, "adjustment_decided", old=old, note=reason)
        if row.side is ProposedBy.UNIT or context.stage in RELEASED:
            facts = {
                "unit": context.assessment.unit.name,
                "item": row.reason[:60] if row.item is None else row.item.code,
            }
            path = f"/sheets/{row.assessment_id}/adjustments"
            announce(work, NoticeKind.ADJUSTMENT_DECIDED, unit_people(work, context), path=path, facts=facts)
        return row.id


def _found(work: Work, assessment_id: int, adjustment_id: int) -> tuple[SheetContext, Adjustment]:
    """Return a row in force of a sheet, locked before it is read. Raises NotFound("adjustment_unknown")."""
    context = _locked(work, assessment_id)
    row = work.session.get(Adjustment, adjustment_id)
    if row is None or row.assessment_id != assessment_id or not may_read(context, row, work.acting):
        raise NotFound("adjustment_unknown")
    if not row.in_force:
        raise InputInvalid("proposal_not_current")
    return context, row


def _anew(work: Work, row: Adjustment) -> Adjustment:
    """Put a copy in the row's place; the row stays with what was said before."""
    end(work, row)
    copied = ("assessment_id", "item_id", "kind", "claim", "points", "reason", "proposed_document", "side", "agency_id")
    made = Adjustment(**{name: getattr(row, name) for name in copied}, status=row.status, supersedes_id=row.id)
    made.proposed_at, made.proposed_by_id = row.proposed_at, row.proposed_by_id
    work.session.add(made)
    work.session.flush()
    return made


def withdraw_adjustment(assessment_id: int, adjustment_id: int, *, actor: Actor, clock: Clock) -> None:
    """Take back a proposal nobody has decided. Raises NotFound, Forbidden, InputInvalid."""
    with unit_of_work(actor=actor, clock=clock) as work:
        context, row = _found(work, assessment_id, adjustment_id)
        policy.require(actor, Permission.ADJUSTMENT_PROPOSE, context.subject())
        if row.status is not ItemStatus.PROPOSED:
            raise InputInvalid("proposal_decided")
        if not may_withdraw(context, row, Permission.ADJUSTMENT_PROPOSE, actor):
            raise InputInvalid("proposal_of_others")
        end(work, row)
        _audit(work, row, row.item, "adjustment_withdrawn", old={"status": row.status.value})


def _audit(
    work: Work,
    row: Adjustment,
    item: AdjustmentItem | None,
    action: str,
    *,
    old: Mapping[str, Any] | None,
    note: str = "",
) -> None:
    new = {
        "item": "" if item is None else item.code,
        "kind": row.kind.value,
        "status": row.status.value if row.in_force else "withdrawn",
        "points": plain(row.points),
        "claim": row.claim,
        "document": row.document or row.proposed_document,
    }
    work.audit(f"assessment:{row.assessment_id}", action, "adjustment", row.id, old=old, new=new, note=note)
