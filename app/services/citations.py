"""What criteria cite, and what amended or replaced it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.criterion_bases import CriterionBasis
from app.db.identity import LegalBasis
from app.db.queries.trees import criterion_ids, tree_of_frozen_set
from app.db.session import reading
from app.domain.legal_bases import successors


@dataclass(frozen=True, slots=True)
class CitedDocument:
    number: str
    title: str
    issued_on: dt.date
    issuer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of a criterion. `code`: where it is printed, the criterion or one above it; `successors` in order."""

    code: str
    printed: str
    document: CitedDocument
    successors: tuple[CitedDocument, ...]

    @property
    def in_force(self) -> CitedDocument:
        return self.successors[-1] if self.successors else self.document


Citations = Mapping[str, tuple[Citation, ...]]


def citations(assessment_id: int) -> Citations:
    """Return the citations of a sheet's leaves by code, those of the branches above among them.

    Asked by a page that was let see the sheet: what a set cites is no secret of any sheet.
    """
    with reading() as session:
        assessment = session.get(Assessment, assessment_id)
        return {} if assessment is None else citations_of_set(session, assessment.group_stage.set_id)


def citations_of_set(session: Session, set_id: int) -> Citations:
    """Return the citations of a frozen set's leaves, in three statements."""
    ids = {number: code for code, number in criterion_ids(session, set_id).items()}
    statement = select(CriterionBasis).where(CriterionBasis.criterion_id.in_(ids)).order_by(CriterionBasis.id)
    rows = session.scalars(statement).all()
    if not rows:
        return {}
    known = {basis.id: basis for basis in session.scalars(select(LegalBasis))}
    successor_of = {number: basis.successor_id for number, basis in known.items()}
    own: dict[str, list[Citation]] = {}
    for row in rows:
        after = tuple(_document(known[number]) for number in successors(row.legal_basis_id, successor_of))
        code = ids[row.criterion_id]
        own.setdefault(code, []).append(Citation(code, row.printed, _document(known[row.legal_basis_id]), after))
    tree = tree_of_frozen_set(session, set_id)
    return {
        leaf.code: found
        for leaf in tree.leaves
        if (found := tuple(each for node in tree.path(leaf.code) for each in own.get(node.code, ())))
    }


def _document(row: LegalBasis) -> CitedDocument:
    return CitedDocument(row.number, row.title, row.issued_on, row.issuer)
