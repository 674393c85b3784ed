"""Raw answers counted again: every receipt, entry, verdict, leaders' sheet and entered figure against rule and trail.

Only `flask results verify` asks this: no service writes what is found here, only a hand in the database does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db.appraisals import Verdict
from app.db.assessments import Assessment, Receipt, ScoreEntry
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
from app.services.trail_adjustments import adjustment_trail_faults, adjustments_of
from app.services.trail_faults import judged_of, judgement_faults, survey_faults
from app.services.trail_replay import Said, said_of_sheets
from app.services.trail_words import gone


def answer_faults(session: Session, context: GroupContext) -> list[str]:
    """Return everything about the group's raw answers that does not fit rule or trail, naming unit and leaf.

    In a constant number of statements, however many units and leaves there are.
    """
    found = [*survey_faults(session, context)]
    of_group = list(context.assessments)
    counting = set(session.scalars(select(Receipt.id).where(Receipt.assessment_id.in_(of_group), in_force())))
    told, judged, adjusted = (
        said_of_sheets(session, of_group),
        judged_of(session, context),
        adjustments_of(session, context),
    )
    kept = _kept_rows(session, of_group)
    for assessment in _with_answers(session, of_group, context):
        number, unit = assessment.id, assessment.unit.code
        said = told[number]
        damaged = [*_receipt_faults(assessment.receipts, said), *_kept_faults(kept.get(number, ()), said)]
        sent = [row for row in assessment.receipts if row.kind is ReceiptKind.SELF_SCORE and row.id in counting]
        faults = [*damaged] if damaged else [*_sheet_faults(context, assessment, said, sent)]
        faults += [*_entered_faults(context, number), *adjustment_faults(context, number)]
        faults += [*judgement_faults(judged, said, number), *adjustment_trail_faults(adjusted.get(number, ()), said)]
        found += [f"{unit} {words}" for words in faults]
    return found


def _with_answers(session: Session, numbers: Sequence[int], context: GroupContext) -> Sequence[Assessment]:
    """Return the group's sheets with entries and receipts, loaded for all of them at once."""
    entries, receipts = selectinload(Assessment.entries), selectinload(Assessment.receipts)
    session.scalars(select(Assessment).where(Assessment.id.in_(numbers)).options(entries, receipts)).all()
    return [*context.assessments.values()]


def _kept_rows(session: Session, numbers: Sequence[int]) -> Mapping[int, Sequence[AdoptedSheet]]:
    found: dict[int, list[AdoptedSheet]] = defaultdict(list)
    for row in session.scalars(select(AdoptedSheet).where(AdoptedSheet.assessment_id.in_(numbers))):
        found[row.assessment_id].append(row)
    return found


def _receipt_faults(receipts: Sequence[Receipt], said: Said) -> Iterator[str]:
    for receipt in receipts:
        if digest(receipt.content) != receipt.sha256:
            yield f"receipt {receipt.code}: the content is not what was hashed"
        if said.receipts.get(receipt.code) != receipt.sha256:
            yield f"receipt {receipt.code}: the audit trail says another hash"


def _kept_faults(rows: Sequence[AdoptedSheet], said: Said) -> Iterator[str]:
    for row in rows:
        if digest(row.content) != row.sha256 or said.kept.get(str(row.id)) != row.sha256:
            yield f"sheet kept of an earlier version ({row.id}): the content is not what was hashed"
    for number in sorted(set(said.kept) - {str(row.id) for row in rows}):
        yield gone(f"sheet kept of an earlier version ({number})")


def _sheet_faults(context: GroupContext, assessment: Assessment, said: Said, sent: Sequence[Receipt]) -> Iterator[str]:
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


def _entry_faults(code: str, entry: ScoreEntry | None, pin: PinnedLeaf, said: Said, receipt: Receipt) -> Iterator[str]:
    """An entry is what was sent, or, saved since or lapsed before it, what its last save says."""
    if entry is None:
        yield f"{code} entry: missing"
        return
    expected: dict[str, Any] = {"claim": pin.claim, "points": plain(pin.points), "explanation": pin.explanation}
    points = None if entry.self_points is None else plain(entry.self_points)
    now = {"claim": entry.claim, "points": points, "explanation": entry.explanation}
    lapsed = now != expected and code in json.loads(receipt.content).get("kept", ())
    if entry.changed_at > receipt.at or lapsed:
        expected = dict(said.saves.get(code, {}))
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
