"""Enter self-scores: one leaf, one transaction; two people's fields merge, a real clash keeps both texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.assessments import Assessment, ScoreEntry
from app.db.clock import Clock
from app.db.session import Work, unit_of_work
from app.domain import policy
from app.domain.award import award
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.claims import Claim, DeclinedClaim
from app.domain.criteria import Node
from app.domain.errors import ClaimInvalid, Conflict, InputInvalid
from app.domain.points import plain
from app.domain.policy import Actor
from app.services.adopted_flags import refuse_other_leaf
from app.services.amending import leave_approval
from app.services.baselines import with_baseline
from app.services.context import SheetContext, find_assessment, see, sheet_context

#: what an explanation may hold; a page of the decree is a tenth of it
EXPLANATION_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class EnterSelfScore:
    """One save of one leaf. A field left None is not touched; `expected_version` 0 is a leaf nobody has entered.

    `withdraw`: the claim is taken back, and the leaf is not scored again. `drawn`: the criterion the page showed under
    this code; None where it is not known.
    """

    assessment_id: int
    code: str
    expected_version: int
    claim: Mapping[str, Any] | None = None
    explanation: str | None = None
    withdraw: bool = False
    drawn: int | None = None


@dataclass(frozen=True, slots=True)
class EntrySaved:
    """The leaf as it stands after the save; `points` None while only words were entered."""

    code: str
    version: int
    points: Decimal | None
    total: Decimal
    at: dt.datetime


def enter(command: EnterSelfScore, *, actor: Actor, clock: Clock) -> EntrySaved:
    """Record one self-score and its explanation.

    Raises: NotFound, Forbidden (role, leaf, deadline), ClaimInvalid, InputInvalid (leaf_changed …),
    Conflict("entry_changed") with `field`, `theirs` and `mine`.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, command.assessment_id, lock=True)
        context = sheet_context(work.session, assessment, work.now)
        leaf = context.tree.leaf(command.code)
        see(context, actor)
        policy.require(actor, context.score_permission, context.subject(leaf.code))
        _require_own(context, leaf)
        refuse_other_leaf(work.session, context, leaf.code, command.drawn)
        if command.explanation is not None:
            refuse_password(command.explanation)
        claim = None if command.claim is None else _claim(work.session, context, leaf, command.claim)
        leave_approval(work, context)
        entry = _entry(work, context, leaf.code)
        _refuse_clash(entry, command, claim)
        return _record(work, context, entry, _Change(claim, command.explanation, command.withdraw))


def decline_remaining(assessment_id: int, *, confirmed: bool, actor: Actor, clock: Clock) -> int:
    """Mark every own leaf nobody has scored, and the actor may write, as declined; return how many.

    Raises: InputInvalid decline_not_confirmed unless the warning was `confirmed`.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        assessment = find_assessment(work.session, assessment_id, lock=True)
        context = sheet_context(work.session, assessment, work.now)
        see(context, actor)
        policy.require(actor, context.score_permission, context.subject())
        if not confirmed:
            raise InputInvalid("decline_not_confirmed")
        claimed = set(
            work.session.scalars(
                select(ScoreEntry.criterion_id).where(
                    ScoreEntry.assessment_id == assessment.id,
                    ScoreEntry.claim.is_not(None),
                ),
            ),
        )
        left = [
            leaf
            for leaf in context.own_leaves
            if context.ids[leaf.code] not in claimed
            and policy.allows(actor, context.score_permission, context.subject(leaf.code))
        ]
        if left:
            leave_approval(work, context)
        for leaf in left:
            _record(work, context, _entry(work, context, leaf.code), _Change(DeclinedClaim()))
        return len(left)


def _require_own(context: SheetContext, leaf: Node) -> None:
    if not context.is_own(leaf):
        raise InputInvalid("leaf_not_scored_by_unit", criterion=leaf.code)


def _claim(session: Session, context: SheetContext, leaf: Node, given: Mapping[str, Any]) -> Claim:
    """Read and try the claim before anything is touched; last year's figures come from the baseline, never typed."""
    claim = with_baseline(session, context.assessment, claim_from_json(given))
    assert leaf.rule is not None
    award(leaf.rule, claim, leaf.maximum)
    return claim


def _entry(work: Work, context: SheetContext, code: str) -> ScoreEntry:
    key = (ScoreEntry.assessment_id == context.assessment.id, ScoreEntry.criterion_id == context.ids[code])
    entry = work.session.scalars(select(ScoreEntry).where(*key)).one_or_none()
    if entry is None:
        entry = ScoreEntry(
            assessment_id=context.assessment.id,
            criterion_id=context.ids[code],
            explanation="",
            version=0,
            claim_version=0,
            explanation_version=0,
        )
    return entry


def _refuse_clash(entry: ScoreEntry, command: EnterSelfScore, claim: Claim | None) -> None:
    """A field somebody changed since `expected_version` to something else clashes; every other save merges."""
    if command.expected_version > (entry.version or 0):
        raise InputInvalid("version_unknown", version=command.expected_version)
    mine_claim = None if claim is None else claim_to_json(claim)
    fields: tuple[tuple[str, bool, int, Any, Any], ...] = (
        ("claim", command.withdraw or claim is not None, entry.claim_version, entry.claim, mine_claim),
        (
            "explanation",
            command.explanation is not None,
            entry.explanation_version,
            entry.explanation,
            command.explanation,
        ),
    )
    for field, touched, changed_at_version, theirs, mine in fields:
        if touched and changed_at_version > command.expected_version and mine != theirs:
            raise Conflict(
                "entry_changed",
                field=field,
                theirs=theirs,
                mine=mine,
                version=entry.version,
                explanation=entry.explanation,
            )


@dataclass(frozen=True, slots=True)
class _Change:
    """What one save changes of an entry; a field left None is not touched."""

    claim: Claim | None = None
    explanation: str | None = None
    withdraw: bool = False


def _record(work: Work, context: SheetContext, entry: ScoreEntry, change: _Change) -> EntrySaved:
    claim, explanation = change.claim, change.explanation
    if explanation is not None and len(explanation) > EXPLANATION_LIMIT:
        raise InputInvalid("explanation_too_long", limit=EXPLANATION_LIMIT)
    code = next(code for code, number in context.ids.items() if number == entry.criterion_id)
    leaf = context.tree.leaf(code)
    old = {"claim": entry.claim, "points": _plain(entry.self_points), "explanation": entry.explanation}
    before = entry.self_points or Decimal(0)
    following = (entry.version or 0) + 1
    if claim is not None:
        assert leaf.rule is not None
        entry.claim, entry.claim_version = claim_to_json(claim), following
        entry.self_points = award(leaf.rule, claim, leaf.maximum)
    elif change.withdraw:
        entry.claim, entry.claim_version, entry.self_points = None, following, None
    if explanation is not None:
        entry.explanation, entry.explanation_version = explanation, following
    entry.changed_at, entry.changed_by_id = work.now, work.acting.user_id
    _save(work.session, entry)
    total = _moved_total(work.session, context.assessment, (entry.self_points or Decimal(0)) - before)
    new = {"claim": entry.claim, "points": _plain(entry.self_points), "explanation": entry.explanation}
    work.audit(f"assessment:{context.assessment.id}", "self_score_entered", "leaf", code, old=old, new=new)
    return EntrySaved(code, entry.version, entry.self_points, total, work.now)


def _save(session: Session, entry: ScoreEntry) -> None:
    if entry.id is None:
        entry.version = 1
        session.add(entry)
    session.flush()


def _moved_total(session: Session, assessment: Assessment, delta: Decimal) -> Decimal:
    """Move the stored total by SQL, so that nobody's reading of it is overwritten; return what it is now."""
    if delta:
        session.execute(
            update(Assessment).where(Assessment.id == assessment.id).values(self_total=Assessment.self_total + delta),
            execution_options={"synchronize_session": False},
        )
        session.expire(assessment, ["self_total"])
    return assessment.self_total


def _plain(points: Decimal | None) -> str | None:
    return None if points is None else plain(points)


def refuse_password(text: str) -> None:
    """Refuse a text that hands over a login of another system (3.8.2 of the annex asks units for one)."""
    lowered = text.lower()
    if any(word in lowered for word in ("mật khẩu:", "password:", "mk:", "pass:")):
        raise ClaimInvalid("password_not_wanted")
