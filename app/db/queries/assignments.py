"""Who answers for a leaf and who appraises it: the most specific branch decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db.campaigns import AppraiserAssignment, OfficerAssignment
from app.db.criteria import Criterion
from app.domain.criteria import Tree, most_specific
from app.domain.opening import AppraiserScope


def appraiser_scopes(session: Session, campaign_id: int, group_id: int) -> Sequence[AppraiserScope]:
    """Return the rows that speak of a group or of one of its units, in one statement."""
    statement = (
        select(Criterion.code, AppraiserAssignment.unit_id, AppraiserAssignment.agency_id)
        .join(AppraiserAssignment.criterion)
        .where(AppraiserAssignment.campaign_id == campaign_id)
        .where(or_(AppraiserAssignment.group_id == group_id, AppraiserAssignment.unit_id.is_not(None)))
        .order_by(AppraiserAssignment.id)
    )
    return [AppraiserScope(row.code, row.unit_id, row.agency_id) for row in session.execute(statement)]


def officers_by_leaf(session: Session, campaign_id: int, unit_id: int, tree: Tree) -> Mapping[str, frozenset[int]]:
    """Return leaf → ids of the officers who answer for it, in one statement; a leaf nobody was given has none."""
    statement = (
        select(Criterion.code, OfficerAssignment.user_id)
        .join(OfficerAssignment.criterion)
        .where(OfficerAssignment.campaign_id == campaign_id, OfficerAssignment.unit_id == unit_id)
    )
    branches: dict[str, set[int]] = {}
    for row in session.execute(statement):
        branches.setdefault(row.code, set()).add(row.user_id)
    return {leaf.code: frozenset(most_specific(tree, leaf.code, branches) or ()) for leaf in tree.leaves}
