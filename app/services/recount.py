"""Raw answers counted again: every receipt, entry, verdict, leaders' sheet and entered figure against its rule.

Only `flask results verify` asks this: no service writes what is found here, only a hand in the database does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import Verdict
from app.db.assessments import Assessment, Receipt, ScoreEntry
from app.db.audit import AuditEvent
from app.db.queries.versions import in_force
from app.db.versions import AdoptedSheet
from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.points import plain
from app.domain.terms import Decision, ReceiptKind
from app.services.adjustment_sums import adjustment_faults
from app.services.group_context import GroupContext
from app.services.leaders_claims import leaders_points
from app.services.pins import PinnedLeaf, digest, pinned_leaves


@dataclass(frozen=True, slots=True)
class _Said:
    """What the audit trail says of one sheet: hashes by receipt code, the last save of each leaf, hashes of what was
    kept of it by the adoption of a new version, by row.
    """

    receipts: Mapping[str, str]
    saves: Mapping[str, Mapping[str, Any]]
    kept: Mapping[str, str]


def answer_faults(session: Session, context: GroupContext) -> list[str]:
    """Return everything about the group's raw answers that does not fit, naming unit and leaf."""
    found: list[str] = []
    of_group = Receipt.assessment_id.in_(list(context.assessments))
    counting = set(session.scalars(select(Receipt.id).where(of_group, in_force())))
    for assessment in context.assessments.values():
        said, unit = _said(session, assessment.id), assessment.unit.code
        damaged = [*_receipt_faults(assessment.receipts, said), *_kept_faults(session, assessment.id, said)]
        sent = [row for row in assessment.receipts if row.kind is ReceiptKind.SELF_SCORE and row.id in counting]
        faults = [*damaged] if damaged else [*_sheet_faults(context, assessment, said, sent)]
        found += [
            f"{unit} {words}"
            for words in (*faults, *_entered_faults(context, assessment.id), *adjustment_faults(context, assessment.id))
        ]
    return found


def _said(session: Session, assessment_id: int) -> _Said:
    statement = (
        select(AuditEvent).where(AuditEvent.stream == f"assessment:{assessment_id}").order_by(AuditEvent.sequence)
    )
    events = [(event, event.new or {}) for event in session.scalars(statement)]
    return _Said(
        receipts={new["receipt"]: new["sha256"] for _, new in events if "receipt" in new},
        saves={event.object_id: new for event, new in events if event.action == "self_score_entered"},
        kept={event.object_id: new["sha256"] for event, new in events if event.action == "version_adopted"},
    )


def _receipt_faults(receipts: Sequence[Receipt], said: _Said) -> Iterator[str]:
    for receipt in receipts:
        if digest(receipt.content) != receipt.sha256:
            yield f"receipt {receipt.code}: the content is not what was hashed"
        if said.receipts.get(receipt.code) != receipt.sha256:
            yield f"receipt {receipt.code}: the audit trail says another hash"


def _kept_faults(session: Session, assessment_id: int, said: _Said) -> Iterator[str]:
    for row in session.scalars(select(AdoptedSheet).where(AdoptedSheet.assessment_id == assessment_id)):
        if digest(row.content) != row.sha256 or said.kept.get(str(row.id)) != row.sha256:
            yield f"sheet kept of an earlier version ({row.id}): the content is not what was hashed"


def _sheet_faults(context: GroupContext, assessment: Assessment, said: _Said, sent: Sequence[Receipt]) -> Iterator[str]:
    """Name the leaves whose pin, entry or verdicts do not fit the rule or each other; `sent`: receipts in force."""
    if not sent:
        return
    pins = pinned_leaves(sent[-1])
    for code, pin in pins.items():
        yield from _differs(f"{code} pin", pin.points, _awarded(context, code, pin.claim))
    codes = {number: code for code, number in context.ids.items()}
    entries = {codes[entry.criterion_id]: entry for entry in assessment.entries}
    for code, pin in pins.items():
        yield from _entry_faults(code, entries.get(code), pin, said, sent[-1])
    for (number, code), verdicts in context.verdicts.items():
        if number == assessment.id:
            for verdict in verdicts:
                yield from _verdict_faults(context, code, verdict, sent)


def _entry_faults(code: str, entry: ScoreEntry | None, pin: PinnedLeaf, said: _Said, receipt: Receipt) -> Iterator[str]:
    """An entry is what was sent, or, saved since or lapsed before it, what its last save says."""
    if entry is None:
        yield f"{code} entry: missing"
        return
    expected: dict[str, Any] = {"claim": pin.claim, "points": plain(pin.points), "explanation": pin.explanation}
    if entry.changed_at > receipt.at or code in json.loads(receipt.content).get("kept", ()):
        expected = dict(said.saves.get(code, {}))
    points = None if entry.self_points is None else plain(entry.self_points)
    now = {"claim": entry.claim, "points": points, "explanation": entry.explanation}
    for name, value in now.items():
        if value != expected.get(name):
            yield f"{code} entry {name}: stored {_shown(value)}, sent {_shown(expected.get(name))}"


def _verdict_faults(context: GroupContext, code: str, verdict: Verdict, sent: Sequence[Receipt]) -> Iterator[str]:
    if verdict.decision is Decision.REQUEST_EVIDENCE:
        return
    claim: Mapping[str, Any] | None = verdict.claim
    if verdict.decision is Decision.AGREE:
        if claim is not None:
            yield f"{code} verdict of round {verdict.round}: agrees and corrects the claim"
        before = [receipt for receipt in sent if receipt.at <= verdict.at]
        pin = pinned_leaves(before[-1]).get(code) if before else None
        claim = None if pin is None else pin.claim
    due = "no claim" if claim is None else _awarded(context, code, claim)
    yield from _differs(f"{code} verdict of round {verdict.round}", verdict.points, due)


def _entered_faults(context: GroupContext, assessment_id: int) -> Iterator[str]:
    for (number, code), row in context.claims.items():
        if number == assessment_id:
            yield from _differs(f"{code} entered claim", row.points, _awarded(context, code, row.claim))
    for (number, code), leaders in context.ballots.items():
        if number == assessment_id:
            try:
                due: Decimal | str = leaders_points(context.tree.leaf(code), leaders)
            except DomainError as refused:
                due = refused.code
            yield from _differs(f"{code} leaders' sheets", context.entered.get((number, code)), due)


def _awarded(context: GroupContext, code: str, claim: Mapping[str, Any]) -> Decimal | str:
    """Return the points a claim earns now, or the code of what the rule has against it."""
    try:
        leaf = context.tree.leaf(code)
        assert leaf.rule is not None
        zero_keys = context.policies.zero_keys
        return award(leaf.rule, claim_from_json(claim), leaf.maximum, campaign_zero_keys=zero_keys)
    except DomainError as refused:
        return refused.code


def _differs(what: str, stored: Decimal | None, due: Decimal | str) -> Iterator[str]:
    if stored != due:
        kept = "nothing" if stored is None else plain(stored)
        yield f"{what}: stored {kept}, the rule gives {due if isinstance(due, str) else plain(due)}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
