"""Versions of a set: its rows as they are compared, the mapping between two of them, receipts still in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from app.db.assessments import Receipt
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Unit
from app.db.versions import AdoptedSheet, CriterionMapping
from app.domain.rule_codec import rule_from_json
from app.domain.set_diff import Described
from app.domain.set_mapping import composed


def described_of_set(session: Session, set_id: int) -> list[Described]:
    """Return the set's rows with everything they say, in the order of the paper, in one statement."""
    parent = aliased(Criterion)
    statement = (
        select(Criterion, parent.code, Unit.name)
        .outerjoin(parent, parent.id == Criterion.parent_id)
        .outerjoin(Unit, Unit.id == Criterion.agency_id)
        .where(Criterion.set_id == set_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return [
        described(row, parent=above, agency=agency or row.agency_printed)
        for row, above, agency in session.execute(statement)
    ]


def described(row: Criterion, *, parent: str | None, agency: str) -> Described:
    """Return one criterion as it is compared."""
    return Described(
        code=row.code,
        parent=parent,
        title=row.title,
        maximum=row.maximum,
        position=row.position,
        original=row.original,
        requirement=row.requirement,
        evidence=row.evidence,
        agency=agency,
        scored_by=row.scored_by,
        rule=None if row.rule is None else rule_from_json(row.rule),
    )


def kept_mapping(session: Session, set_id: int) -> Sequence[tuple[str, str, CriterionMapping]]:
    """Return (old code, new code, row) of the mapping kept with a set, in the order of its paper; one statement."""
    old, new = aliased(Criterion), aliased(Criterion)
    statement = (
        select(old.code, new.code, CriterionMapping)
        .join(old, old.id == CriterionMapping.old_criterion_id)
        .join(new, new.id == CriterionMapping.new_criterion_id)
        .where(CriterionMapping.set_id == set_id)
        .order_by(new.position)
    )
    return [(before, after, row) for before, after, row in session.execute(statement)]


def versions_between(session: Session, old_id: int, new_id: int) -> Sequence[int]:
    """Return the sets that lead from `old_id` to `new_id`, the oldest first; none where no chain of versions does."""
    chain: list[int] = []
    at: int | None = new_id
    while at is not None and at != old_id and at not in chain:
        chain.append(at)
        at = session.scalar(select(CriteriaSet.previous_id).where(CriteriaSet.id == at))
    return chain[::-1] if at == old_id else ()


def mapping_between(session: Session, old_id: int, new_id: int) -> Mapping[str, str] | None:
    """Return old code → new code through every version between, or None where no chain of versions leads back.

    Two statements a version.
    """
    chain = versions_between(session, old_id, new_id)
    if not chain and old_id != new_id:
        return None
    mapping: dict[str, str] | None = None
    for number in chain:
        step = {before: after for before, after, _row in kept_mapping(session, number)}
        mapping = step if mapping is None else composed(mapping, step)
    return mapping if mapping is not None else {}


def in_force() -> ColumnElement[bool]:
    """Write whether a receipt's figures still count: no version adopted since sent its sheet back."""
    superseded = exists().where(
        AdoptedSheet.assessment_id == Receipt.assessment_id,
        AdoptedSheet.receipt_id >= Receipt.id,
    )
    return ~superseded
