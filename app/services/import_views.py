"""Reviews as read: the list of them, and one with its document, what stands and who decided what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.identity import PortalUser, Unit
from app.db.imports import CriteriaImport, ImportDecision
from app.db.queries.versions import described_of_set
from app.db.session import reading
from app.domain import policy
from app.domain.errors import NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.set_diff import Described
from app.domain.terms import ImportStatus
from app.reading.codec import document_from_json
from app.reading.document import Document
from app.reading.review import Review
from app.services.import_compare import Beside, beside
from app.services.imports import review_in


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One review in the list."""

    id: int
    title: str
    file_name: str
    format: str
    status: ImportStatus
    created_by: str
    mine: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    decisions: int
    set_id: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided number so-and-so, and when."""

    who: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ImportView:
    """Everything the page of one review shows. `version`: decisions so far; a new one names it."""

    id: int
    title: str
    file_name: str
    kept: bool
    masked: int
    status: ImportStatus
    set_id: int | None
    created_by: str
    created_at: dt.datetime
    document: Document
    review: Review
    decided: tuple[Decided, ...]
    agencies: tuple[str, ...]
    sets: tuple[tuple[int, str], ...]
    compare_set_id: int | None
    compare_set: str
    beside: dict[int, Beside]
    earlier_only: tuple[Described, ...]

    @property
    def version(self) -> int:
        return len(self.decided)

    @property
    def open(self) -> bool:
        return self.status is ImportStatus.DRAFT


def imports_of_house(*, actor: Actor) -> Sequence[ImportLine]:
    """Return every review, those under way first, then the newest; one statement, without what was read."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    decisions = select(func.count()).where(ImportDecision.import_id == CriteriaImport.id).scalar_subquery()
    statement = (
        select(
            CriteriaImport.id,
            CriteriaImport.title,
            CriteriaImport.file_name,
            CriteriaImport.format,
            CriteriaImport.status,
            CriteriaImport.created_at,
            CriteriaImport.updated_at,
            CriteriaImport.set_id,
            CriteriaImport.created_by_id,
            PortalUser.first_name,
            decisions.label("decisions"),
        )
        .join(PortalUser, PortalUser.id == CriteriaImport.created_by_id)
        .order_by(CriteriaImport.status != ImportStatus.DRAFT, CriteriaImport.updated_at.desc(), CriteriaImport.id)
    )
    with reading() as session:
        return [
            ImportLine(
                id=row.id,
                title=row.title or row.file_name,
                file_name=row.file_name,
                format=row.format,
                status=row.status,
                created_by=row.first_name,
                mine=row.created_by_id == actor.user_id,
                created_at=row.created_at,
                updated_at=row.updated_at,
                decisions=row.decisions,
                set_id=row.set_id,
            )
            for row in session.execute(statement)
        ]


def review_of(import_id: int, *, actor: Actor, clock: Clock) -> ImportView:  # noqa: ARG001 - as every use case
    """Return one review with everything its page shows. Raises Forbidden, NotFound("import_unknown")."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        row = _found(session, import_id)
        current = review_in(session, row)
        compared = [] if row.compare_set_id is None else described_of_set(session, row.compare_set_id)
        return ImportView(
            id=row.id,
            title=row.title or row.file_name,
            file_name=row.file_name,
            kept=row.file_sha256 is not None,
            masked=row.masked,
            status=row.status,
            set_id=row.set_id,
            created_by=row.created_by.first_name,
            created_at=row.created_at,
            document=document_from_json(row.document),
            review=current,
            decided=tuple(Decided(each.by.first_name, each.at) for each in row.decisions),
            agencies=tuple(session.scalars(select(Unit.name).order_by(Unit.name))),
            sets=_sets(session),
            compare_set_id=row.compare_set_id,
            compare_set=str(row.compare_set) if row.compare_set else "",
            **beside(current.nodes, compared),
        )


def _found(session: Session, import_id: int) -> CriteriaImport:
    statement = (
        select(CriteriaImport)
        .where(CriteriaImport.id == import_id)
        .options(
            joinedload(CriteriaImport.created_by),
            joinedload(CriteriaImport.compare_set),
            selectinload(CriteriaImport.decisions).joinedload(ImportDecision.by),
        )
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound("import_unknown")
    return row


def _sets(session: Session) -> tuple[tuple[int, str], ...]:
    """Return the sets a review may be laid beside, newest first."""
    rows = session.scalars(select(CriteriaSet).order_by(CriteriaSet.year.desc(), CriteriaSet.id.desc()))
    return tuple((row.id, str(row)) for row in rows)
