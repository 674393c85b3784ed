"""A criterion's rule read for its editor, and saved with its examples: drafts only, nobody's change overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign, GroupStage
from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion, RuleExample
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.errors import Conflict, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json, rule_to_json
from app.domain.rule_examples import Example, check_examples, example_to_json, stamp_of
from app.domain.rules import Rule
from app.domain.terms import ScoredBy, SetStatus, Severity


@dataclass(frozen=True, slots=True)
class FindingSeen:
    severity: Severity
    message: str
    settled: bool
    choice: str


@dataclass(frozen=True, slots=True)
class RuleForEditing:
    """One leaf with everything that stands beside its rule. `stamp`: the state that was read; a save gives it back.

    `path`: code and title of each branch above, from the root.
    """

    criterion_id: int
    set_id: int
    set_name: str
    set_code: str
    frozen: bool
    path: tuple[tuple[str, str], ...]
    code: str
    title: str
    maximum: Decimal
    rule: Rule
    scored_by: ScoredBy
    original: str
    requirement: str
    evidence: str
    findings: tuple[FindingSeen, ...]
    examples: tuple[Example, ...]
    stamp: str


@dataclass(frozen=True, slots=True)
class SaveRule:
    criterion_id: int
    stamp: str
    rule: Rule
    scored_by: ScoredBy
    examples: Sequence[Example] = ()


def rule_for_editing(criterion_id: int, *, actor: Actor) -> RuleForEditing:
    """Return a leaf's rule. Raises Forbidden, NotFound("criterion_unknown"), NotFound("leaf_unknown") for a branch."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        row = _leaf(session, criterion_id)
        return RuleForEditing(
            criterion_id=row.id,
            set_id=row.set_id,
            set_name=str(row.criteria_set),
            set_code=row.criteria_set.code,
            frozen=row.criteria_set.status is SetStatus.FROZEN,
            path=_path(row),
            code=row.code,
            title=row.title,
            maximum=row.maximum,
            rule=rule_from_json(row.rule),
            scored_by=row.scored_by or ScoredBy.UNIT,
            original=row.original,
            requirement=row.requirement,
            evidence=row.evidence,
            findings=tuple(
                FindingSeen(each.severity, each.message, each.settled, each.choice) for each in row.findings
            ),
            examples=tuple(example_of(each) for each in row.examples),
            stamp=_stamp(row),
        )


def save_rule(command: SaveRule, *, actor: Actor, clock: Clock) -> None:
    """Keep a rule and its examples, old and new in the audit log.

    Raises: Forbidden, NotFound, Conflict set_frozen or rule_changed (somebody saved since it was read), RuleInvalid,
    InputInvalid examples_broken (examples: places from 1), text_too_long.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
        row = _held(work.session, command.criterion_id)
        if _stamp(row) != command.stamp:
            raise Conflict("rule_changed", criterion=row.code)
        check_rule(command.rule, row.maximum)
        check_examples(command.rule, row.maximum, command.examples)
        before, after = _told(row), _to_be(command)
        changed = [name for name, value in after.items() if value != before[name]]
        if not changed:
            return
        row.rule, row.scored_by = rule_to_json(command.rule), command.scored_by
        if "examples" in changed:
            row.examples = [example_row(each, place) for place, each in enumerate(command.examples, start=1)]
        old, new = ({name: side[name] for name in changed} for side in (before, after))
        work.audit("house", "rule_changed", "criterion", row.id, old=old, new=new)


def _leaf(session: Session, criterion_id: int) -> Criterion:
    row = session.get(Criterion, criterion_id)
    if row is None:
        raise NotFound("criterion_unknown", criterion=criterion_id)
    if row.rule is None:
        raise NotFound("leaf_unknown", criterion=row.code)
    return row


def _held(session: Session, criterion_id: int) -> Criterion:
    """Return the leaf of a draft set. Opening a campaign on the set waits for us, or we for it and are refused."""
    set_id = session.scalar(select(Criterion.set_id).where(Criterion.id == criterion_id))
    of_set = select(GroupStage.campaign_id).where(GroupStage.set_id == set_id)
    session.scalars(select(Campaign.id).where(Campaign.id.in_(of_set)).order_by(Campaign.id).with_for_update()).all()
    held = session.scalars(select(CriteriaSet).where(CriteriaSet.id == set_id).with_for_update()).first()
    if held is not None and held.status is SetStatus.FROZEN:
        raise Conflict("set_frozen", set=held.code)
    return _leaf(session, criterion_id)


def _path(row: Criterion) -> tuple[tuple[str, str], ...]:
    path: list[tuple[str, str]] = []
    above = row.parent
    while above is not None:
        path.insert(0, (above.code, above.title))
        above = above.parent
    return tuple(path)


def example_of(row: RuleExample) -> Example:
    return Example(claim_from_json(row.claim), row.expected, row.refusal, row.note, row.origin)


def example_row(example: Example, position: int) -> RuleExample:
    return RuleExample(
        position=position,
        claim=claim_to_json(example.claim),
        expected=example.expected,
        refusal=example.refusal,
        note=example.note,
        origin=example.origin,
    )


def _stamp(row: Criterion) -> str:
    scored_by = "" if row.scored_by is None else row.scored_by.value
    return stamp_of(row.rule or {}, scored_by, row.maximum, [example_of(each) for each in row.examples])


def _told(row: Criterion) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "scored_by": None if row.scored_by is None else row.scored_by.value,
        "examples": [example_to_json(example_of(each)) for each in row.examples],
    }


def _to_be(command: SaveRule) -> dict[str, Any]:
    return {
        "rule": rule_to_json(command.rule),
        "scored_by": command.scored_by.value,
        "examples": [example_to_json(each) for each in command.examples],
    }
