"""The documents of one sheet, leaf by leaf: those that came with the claims, and the supplements of the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.db.evidence import Document, Evidence


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document on a leaf, in its place (1), (2) …; `round` 0 came with the claim, any other is a supplement."""

    evidence_id: int
    document_id: int
    position: int
    number: str
    issued_on: dt.date | None
    subject: str
    kind: str
    name: str
    sha256: str
    url: str
    round: int
    signed: bool | None = None


def documents_of(session: Session, assessment_id: int) -> Mapping[int, list[DocumentLine]]:
    """Return the documents that came with the claims of one sheet by criterion id, in order, in one statement."""
    return _documents(session, assessment_id, Evidence.supplement_round == 0)


def supplements_of(session: Session, assessment_id: int) -> Mapping[int, list[DocumentLine]]:
    """Return the documents that came with the answers, by criterion id, the oldest round first, in one statement."""
    return _documents(session, assessment_id, Evidence.supplement_round > 0)


def _documents(
    session: Session,
    assessment_id: int,
    which: ColumnElement[bool],
) -> Mapping[int, list[DocumentLine]]:
    statement = (
        select(Evidence, Document)
        .join(Evidence.document)
        .where(Evidence.assessment_id == assessment_id, which)
        .order_by(Evidence.criterion_id, Evidence.supplement_round, Evidence.position, Evidence.id)
    )
    found: dict[int, list[DocumentLine]] = {}
    for evidence, document in session.execute(statement):
        found.setdefault(evidence.criterion_id, []).append(
            DocumentLine(
                evidence_id=evidence.id,
                document_id=document.id,
                position=evidence.position,
                number=document.document_number,
                issued_on=document.issued_on,
                subject=document.subject,
                kind=document.kind.value,
                name=document.original_name or document.url or "",
                sha256=document.sha256 or "",
                url=document.url or "",
                round=evidence.supplement_round,
                signed=document.signed,
            ),
        )
    return found
