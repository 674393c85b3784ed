"""Criteria sets as domain trees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.criteria import Criterion, CriterionFinding
from app.domain.criteria import Node, Tree
from app.domain.rule_codec import rule_from_json
from app.domain.terms import Severity

#: trees of frozen sets by set id: they never change again
_FROZEN: dict[tuple[str, int], Tree] = {}


def nodes_of_set(session: Session, set_id: int) -> list[Node]:
    """Return the set's nodes in the order of the paper, in one statement. Raises RuleInvalid on a broken rule."""
    rows = session.execute(
        select(
            Criterion.id,
            Criterion.parent_id,
            Criterion.code,
            Criterion.title,
            Criterion.maximum,
            Criterion.rule,
            Criterion.scored_by,
            Criterion.position,
        )
        .where(Criterion.set_id == set_id)
        .order_by(Criterion.position, Criterion.id),
    ).all()
    codes = {row.id: row.code for row in rows}
    return [
        Node(
            code=row.code,
            parent=codes.get(row.parent_id),
            title=row.title,
            maximum=row.maximum,
            rule=rule_from_json(row.rule) if row.rule is not None else None,
            scored_by=row.scored_by,
            position=row.position,
        )
        for row in rows
    ]


def tree_of_frozen_set(session: Session, set_id: int) -> Tree:
    """Return the tree of a frozen set; compiled once per process, since nothing may change it."""
    key = (str(session.get_bind().engine.url), set_id)
    if key not in _FROZEN:
        _FROZEN[key] = Tree(tuple(nodes_of_set(session, set_id)))
    return _FROZEN[key]


def criterion_ids(session: Session, set_id: int) -> Mapping[str, int]:
    """Return code → row id of a set, in one statement."""
    rows = session.execute(select(Criterion.code, Criterion.id).where(Criterion.set_id == set_id))
    return {row.code: row.id for row in rows}


def findings_of_set(session: Session, set_id: int) -> Sequence[tuple[str, Severity, bool]]:
    """Return (criterion code, severity, settled) of every finding, in one statement."""
    statement = (
        select(Criterion.code, CriterionFinding.severity, CriterionFinding.settled)
        .join(CriterionFinding.criterion)
        .where(Criterion.set_id == set_id)
        .order_by(CriterionFinding.id)
    )
    return [(row.code, row.severity, row.settled) for row in session.execute(statement)]
