"""How the agencies of one group have divided their leaves, and who stays out of which unit; two statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.queries.office import names_of, recusals_in, shares_in
from app.domain.shares import Share, holders_by_leaf
from app.services.group_context import GroupContext


@dataclass(frozen=True, slots=True)
class Office:
    """`shares` by agency; `recused` by unit."""

    shares: Mapping[int, tuple[Share, ...]]
    recused: Mapping[int, frozenset[int]]

    def stays_out(self, user_id: int, unit_id: int) -> bool:
        return user_id in self.recused.get(unit_id, ())

    def holders(self, context: GroupContext, assessment: Assessment, agency_id: int) -> Mapping[str, frozenset[int]]:
        """Return leaf → whose it is within one agency; empty where the agency has shared nothing: then everybody's."""
        shares = self.shares.get(agency_id, ())
        if not shares:
            return {}
        without = self.recused.get(assessment.unit_id, frozenset())
        return holders_by_leaf(context.tree, assessment.unit_id, shares, without=without)


def office_of(session: Session, context: GroupContext) -> Office:
    return Office(shares_in(session, context.group), recusals_in(session, context.group.campaign_id))


def instead_of(
    session: Session, context: GroupContext, assessment: Assessment, code: str, user_id: int
) -> tuple[str, ...]:
    """Return the names of whom the leaf was given to when somebody else of the agency judges it; none otherwise.

    Who stays out of the unit is still whom one stands in for.
    """
    agency_id = context.agencies(assessment)[code]
    shares = shares_in(session, context.group).get(agency_id, ()) if agency_id is not None else ()
    holders = holders_by_leaf(context.tree, assessment.unit_id, shares)[code] if shares else frozenset()
    if not holders or user_id in holders:
        return ()
    return tuple(sorted(names_of(session, holders).values()))
