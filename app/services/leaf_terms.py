"""Terms of single leaves of a campaign: figures up to a day of their own, and what is not yet due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.criteria import Criterion
from app.db.entering import LeafTerm
from app.db.session import Work


@dataclass(frozen=True, slots=True)
class Term:
    """`cut_off`: the last day whose figures count; None is the campaign's own."""

    cut_off: dt.date | None
    not_yet_due: bool


def terms_of(session: Session, campaign_id: int, set_id: int) -> Mapping[str, Term]:
    """Return the terms of a campaign's leaves, by code, in one statement."""
    statement = (
        select(Criterion.code, LeafTerm.cut_off, LeafTerm.not_yet_due)
        .join(LeafTerm, LeafTerm.criterion_id == Criterion.id)
        .where(LeafTerm.campaign_id == campaign_id, Criterion.set_id == set_id)
    )
    return {row.code: Term(row.cut_off, row.not_yet_due) for row in session.execute(statement)}


def codes_not_yet_due(session: Session, campaign_id: int, set_id: int) -> frozenset[str]:
    return frozenset(code for code, term in terms_of(session, campaign_id, set_id).items() if term.not_yet_due)


def copy_terms(work: Work, campaign_id: int, new_codes: Mapping[int, str], new_ids: Mapping[str, int]) -> None:
    """Give the leaves of a version adopted the terms of those they were; the old rows stay, as overrides do."""
    rows = work.session.scalars(select(LeafTerm).where(LeafTerm.campaign_id == campaign_id)).all()
    present = {row.criterion_id for row in rows}
    for row in rows:
        target = new_ids.get(new_codes.get(row.criterion_id, ""))
        if target is not None and target not in present:
            term = LeafTerm(
                campaign_id=campaign_id, criterion_id=target, not_yet_due=row.not_yet_due, cut_off=row.cut_off
            )
            work.session.add(term)
