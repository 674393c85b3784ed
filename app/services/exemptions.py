"""Not applicable, per unit and leaf: proposed for a leaf or a branch, decided by the council's chair on a document.

Source: QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 3, Điều 6 khoản 1 điểm b.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Exemption
from app.db.clock import Clock
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.adjustments import ProposedBy
from app.domain.criteria import Node
from app.domain.errors import InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.points import sum_points
from app.domain.policy import Actor, Permission
from app.domain.terms import ItemStatus, State
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.notices import announce
from app.services.pins import last_pin
from app.services.proposals import (
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
from app.services.self_totals import recount_totals


@dataclass(frozen=True, slots=True)
class ExemptionLine:
    """One leaf claimed as not applicable. `current` is False for what was withdrawn or decided anew."""

    exemption_id: int
    node: Node
    branch: str
    reason: str
    proposed_document: str
    side: ProposedBy | None
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
class ExemptionsView:
    """A unit's exemptions. `maximum` is that of the set, `attainable` what is left of it for this unit."""

    unit: str
    campaign: str
    nodes: tuple[tuple[Node, int], ...]
    lines: tuple[ExemptionLine, ...]
    history: tuple[ExemptionLine, ...]
    maximum: Decimal
    attainable: Decimal
    why_not_propose: str | None
    why_not_decide: str | None


def exemptions_view(assessment_id: int, *, actor: Actor, clock: Clock) -> ExemptionsView:
    """Return a unit's exemptions. Raises NotFound for a sheet that is not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        rows = _rows(session, assessment_id)
        lines = [_line(context, row, replaced_in(rows), actor) for row in rows]
        tree = context.tree
        return ExemptionsView(
            unit=context.assessment.unit.name,
            campaign=context.assessment.campaign.name,
            nodes=tuple((node, tree.depth(node.code)) for node in tree.nodes),
            lines=tuple(line for line in lines if line.current),
            history=tuple(line for line in lines if not line.current),
            maximum=sum_points(leaf.maximum for leaf in tree.leaves),
            attainable=sum_points(leaf.maximum for leaf in tree.leaves if leaf.code not in context.exempt),
            why_not_propose=policy.why_not(actor, Permission.EXEMPTION_PROPOSE, context.subject()),
            why_not_decide=policy.why_not(actor, Permission.EXEMPTION_DECIDE, context.subject()),
        )


def _rows(session: Session, assessment_id: int) -> Sequence[Exemption]:
    statement = (
        select(Exemption)
        .where(Exemption.assessment_id == assessment_id)
        .options(joinedload(Exemption.criterion), joinedload(Exemption.proposed_by), joinedload(Exemption.decided_by))
        .order_by(Exemption.id)
    )
    return session.scalars(statement).all()


def _line(context: SheetContext, row: Exemption, replaced: frozenset[int], actor: Actor) -> ExemptionLine:
    waits = row.in_force and row.status is ItemStatus.PROPOSED
    return ExemptionLine(
        exemption_id=row.id,
        node=context.tree.node(row.criterion.code),
        branch=row.branch,
        reason=row.reason,
        proposed_document=row.proposed_document,
        side=row.side,
        proposed_by="" if row.proposed_by is None else row.proposed_by.first_name,
        proposed_at=row.proposed_at,
        status=row.status,
        document=row.document,
        decision_reason=row.decision_reason,
        decided_by="" if row.decided_by is None else row.decided_by.first_name,
        decided_at=row.decided_at,
        current=row.in_force,
        state=state_of(row, replaced),
        may_withdraw=waits and may_withdraw(context, row, Permission.EXEMPTION_PROPOSE, actor),
    )


def propose_exemption(
    assessment_id: int, code: str, reason: str, document: str, *, actor: Actor, clock: Clock
) -> tuple[str, ...]:
    """Claim a leaf, or every leaf of a branch, as not applicable; return the leaves. It is scored until decided.

    Raises: NotFound, Forbidden, InputInvalid with exemption_code_missing, exemption_exists, exemption_of_every_leaf,
    proposal_reason_missing, document_missing.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _locked(work, assessment_id)
        policy.require(actor, Permission.EXEMPTION_PROPOSE, context.subject())
        if code not in context.tree:
            raise InputInvalid("exemption_code_missing", field="code")
        reason, document = words_of(reason, document, document_needed=True)
        standing = _standing(work.session, context)
        taken = {leaf for leaf, row in standing.items() if row.status is not ItemStatus.REFUSED}
        wanted = [leaf.code for leaf in context.tree.under(code) if leaf.code not in taken]
        if not wanted:
            raise InputInvalid("exemption_exists", criterion=code, field="code")
        _leaves_something(context, {*taken, *wanted})
        for leaf in wanted:
            made = _proposed(work, context, leaf, standing.get(leaf))
            made.branch = "" if context.tree.node(code).rule is not None else code
            made.reason, made.proposed_document = reason, document
            work.session.add(made)
            new = {"status": ItemStatus.PROPOSED.value, "document": document}
            _audit(work, assessment_id, leaf, "exemption_proposed", old=None, new=new, note=reason)
        return tuple(wanted)


def _proposed(work: Work, context: SheetContext, leaf: str, refused: Exemption | None) -> Exemption:
    """Return a new proposal of a leaf, in the place of one that was refused before."""
    if refused is not None:
        end(work, refused)
    return Exemption(
        assessment_id=context.assessment.id,
        criterion_id=context.ids[leaf],
        side=side_of(context, work.acting),
        proposed_at=work.now,
        proposed_by_id=work.acting.user_id,
        supersedes_id=None if refused is None else refused.id,
    )


def _locked(work: Work, assessment_id: int) -> SheetContext:
    context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
    see(context, work.acting)
    return context


def _standing(session: Session, context: SheetContext) -> dict[str, Exemption]:
    return {row.criterion.code: row for row in _rows(session, context.assessment.id) if row.in_force}


def _leaves_something(context: SheetContext, spared: Collection[str]) -> None:
    """A unit nothing applies to has no index. Raises InputInvalid("exemption_of_every_leaf")."""
    if not any(leaf.maximum > 0 for leaf in context.tree.leaves if leaf.code not in spared):
        raise InputInvalid("exemption_of_every_leaf", unit=context.assessment.unit.name, field="code")


def decide_exemptions(
    assessment_id: int,
    exemption_ids: Collection[int],
    decision: CouncilDecision,
    *,
    actor: Actor,
    clock: Clock,
) -> tuple[str, ...]:
    """Decide proposals of one unit on one document, or decide them anew; return the leaves.

    Raises: NotFound, Forbidden, InputInvalid with exemption_not_chosen, proposal_not_current, exemption_of_every_leaf,
    exempt_leaf_not_sent (a leaf the unit left out cannot count again while its sheet is sent), document_missing.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _locked(work, assessment_id)
        policy.require(actor, Permission.EXEMPTION_DECIDE, context.subject())
        reason, document = words_of(decision.reason, decision.document, document_needed=True)
        standing = {row.id: (code, row) for code, row in _standing(work.session, context).items()}
        if not exemption_ids:
            raise InputInvalid("exemption_not_chosen")
        for number in exemption_ids:
            if number not in standing:
                known = work.session.get(Exemption, number)
                if known is None or known.assessment_id != assessment_id:
                    raise NotFound("exemption_unknown")
                raise InputInvalid("proposal_not_current")
        chosen = [standing[number] for number in sorted(exemption_ids)]
        _check(work.session, context, [code for code, _ in chosen], accept=decision.accept)
        for code, row in chosen:
            _decide(work, context, code, row, CouncilDecision(decision.accept, document, reason))
        codes = tuple(code for code, _ in chosen)
        facts = {"unit": context.assessment.unit.name, "criterion": ", ".join(codes)[:120]}
        path = f"/sheets/{assessment_id}/exemptions"
        announce(work, NoticeKind.EXEMPTION_DECIDED, unit_people(work, context), path=path, facts=facts)
        return codes


def _check(session: Session, context: SheetContext, codes: Sequence[str], *, accept: bool) -> None:
    if accept:
        _leaves_something(context, context.exempt | set(codes))
        return
    back = [code for code in codes if code in context.exempt]
    if back and context.ever_submitted and context.subject().state is State.SUBMITTED:
        pinned = last_pin(session, context.assessment.id) or {}
        left_out = [code for code in back if code not in pinned and _scored_by_unit(context, code)]
        if left_out:
            raise InputInvalid("exempt_leaf_not_sent", criteria=", ".join(left_out))


def _scored_by_unit(context: SheetContext, code: str) -> bool:
    leaf = context.tree.leaf(code)
    return leaf.scored_by is not None and leaf.scored_by.value == "unit" and code not in context.overrides


def _decide(work: Work, context: SheetContext, code: str, row: Exemption, decision: CouncilDecision) -> None:
    old = {"status": row.status.value, "document": row.document}
    was = row.status
    if was is not ItemStatus.PROPOSED:
        row = _anew(work, row)
    row.status = ItemStatus.ACCEPTED if decision.accept else ItemStatus.REFUSED
    decide_in(work, row, decision)
    if (was is ItemStatus.ACCEPTED) is not decision.accept:
        recount_totals(work.session, [context.assessment.id])
    new = {"status": row.status.value, "document": decision.document}
    _audit(work, context.assessment.id, code, "exemption_decided", old=old, new=new, note=decision.reason)


def _anew(work: Work, row: Exemption) -> Exemption:
    end(work, row)
    copied = ("assessment_id", "criterion_id", "branch", "reason", "proposed_document", "side")
    made = Exemption(**{name: getattr(row, name) for name in copied}, supersedes_id=row.id)
    made.proposed_at, made.proposed_by_id = row.proposed_at, row.proposed_by_id
    work.session.add(made)
    work.session.flush()
    return made


def withdraw_exemption(assessment_id: int, exemption_id: int, *, actor: Actor, clock: Clock) -> None:
    """Take back a proposal nobody has decided. Raises NotFound, Forbidden, InputInvalid."""
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _locked(work, assessment_id)
        policy.require(actor, Permission.EXEMPTION_PROPOSE, context.subject())
        row = work.session.get(Exemption, exemption_id)
        if row is None or row.assessment_id != assessment_id:
            raise NotFound("exemption_unknown")
        if not row.in_force:
            raise InputInvalid("proposal_not_current")
        if row.status is not ItemStatus.PROPOSED:
            raise InputInvalid("proposal_decided")
        if not may_withdraw(context, row, Permission.EXEMPTION_PROPOSE, actor):
            raise InputInvalid("proposal_of_others")
        end(work, row)
        old, new = {"status": row.status.value}, {"status": "withdrawn"}
        _audit(work, assessment_id, row.criterion.code, "exemption_withdrawn", old=old, new=new)


def exemption_standings(session: Session, assessment_id: int) -> dict[str, ItemStatus]:
    """Return how the leaves that were claimed as not applicable stand, by code."""
    return {row.criterion.code: row.status for row in _rows(session, assessment_id) if row.in_force}


def _audit(
    work: Work,
    assessment_id: int,
    code: str,
    action: str,
    *,
    old: Mapping[str, str] | None,
    new: Mapping[str, str],
    note: str = "",
) -> None:
    work.audit(f"assessment:{assessment_id}", action, "leaf", code, old=old, new=new, note=note)


def claimed_exemptions(session: Session, assessment_id: int) -> tuple[str, ...]:
    """Return the leaves claimed as not applicable, decided or not, but for those refused."""
    rows = _rows(session, assessment_id)
    claimed = (row.criterion for row in rows if row.in_force and row.status is not ItemStatus.REFUSED)
    return tuple(row.code for row in sorted(claimed, key=lambda each: each.position))
