"""What an agency itself brings to a case: files of its own, and checks on a named system (province 2025, 2a).

Kept apart from the unit's documents; the unit reads it once its results are released, another unit never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.agency_acts import AgencyEvidence
from app.db.clock import Clock
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid, NotFound
from app.domain.file_checks import clean_file_name
from app.domain.policy import Actor, Permission
from app.domain.terms import AgencyProof
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.pdf_files import FileOffered, keep_pdf
from app.services.self_scoring import refuse_password
from app.storage.blobs import BlobStore

SYSTEM_LIMIT, TEXT_LIMIT = 200, 5000


@dataclass(frozen=True, slots=True)
class AgencyEvidenceLine:
    """One thing the agency brought, as read: a file to open, or what was found on which system when."""

    evidence_id: int
    code: str
    kind: AgencyProof
    number: str
    issued_on: dt.date | None
    subject: str
    name: str
    system: str
    checked_on: dt.date | None
    finding: str
    agency: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class FileSaid:
    """What the agency says of a file it adds."""

    subject: str
    number: str = ""
    issued_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check on a named system, "kiểm tra trực tiếp trên Hệ thống…": what was found, on which day."""

    system: str
    on: dt.date
    finding: str


def agency_evidence_of(
    assessment_id: int, *, actor: Actor, clock: Clock, code: str | None = None
) -> list[AgencyEvidenceLine]:
    """Return what agencies brought on the leaves the actor may read it of, oldest first. Raises NotFound."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        return agency_lines(session, context, actor, code)


def agency_lines(session: Session, context: SheetContext, actor: Actor, code: str | None) -> list[AgencyEvidenceLine]:
    """Return what agencies brought to a sheet already loaded, as far as the actor reads it."""
    codes = {number: each for each, number in context.ids.items()}
    return [
        _line(row, codes[row.criterion_id])
        for row in _rows(session, context, code)
        if policy.allows(actor, Permission.AGENCY_EVIDENCE_READ, context.subject(codes[row.criterion_id]))
    ]


def _rows(session: Session, context: SheetContext, code: str | None) -> list[AgencyEvidence]:
    statement = (
        select(AgencyEvidence)
        .where(AgencyEvidence.assessment_id == context.assessment.id)
        .options(joinedload(AgencyEvidence.agency), joinedload(AgencyEvidence.added_by))
        .order_by(AgencyEvidence.id)
    )
    if code is not None:
        statement = statement.where(AgencyEvidence.criterion_id == context.ids.get(code))
    return list(session.scalars(statement))


def _line(row: AgencyEvidence, code: str) -> AgencyEvidenceLine:
    return AgencyEvidenceLine(
        evidence_id=row.id,
        code=code,
        kind=row.kind,
        number=row.document_number,
        issued_on=row.issued_on,
        subject=row.subject,
        name=row.original_name,
        system=row.system_name,
        checked_on=row.checked_on,
        finding=row.finding,
        agency=row.agency.name,
        by=row.added_by.first_name,
        at=row.added_at,
    )


def add_file(
    assessment_id: int,
    code: str,
    offered: FileOffered,
    said: FileSaid,
    *,
    store: BlobStore,
    actor: Actor,
    clock: Clock,
) -> int:
    """Keep a PDF of the agency's own beside the leaf; return its id.

    Raises: NotFound, Forbidden, InputInvalid with agency_subject_missing, agency_text_too_long and the file's codes.
    """
    with reading() as session:  # refused before the file is kept, asked again inside the writing transaction
        _require(sheet_context(session, find_assessment(session, assessment_id), clock.read(session)), code, actor)
    _check_text(said.subject, "subject", "agency_subject_missing")
    blob = keep_pdf(offered, store)
    with unit_of_work(actor=actor, clock=clock) as work:
        row = _row(work, assessment_id, code, AgencyProof.FILE)
        row.sha256, row.size, row.original_name = blob.sha256, blob.size, clean_file_name(offered.name)
        row.subject, row.document_number, row.issued_on = said.subject.strip(), said.number.strip()[:64], said.issued_on
        new = {"leaf": code, "kind": row.kind.value, "subject": row.subject, "sha256": blob.sha256}
        return _kept(work, row, new)


def add_check(assessment_id: int, code: str, check: Check, *, actor: Actor, clock: Clock) -> int:
    """Record a check on a named system; return its id.

    Raises: NotFound, Forbidden, InputInvalid with system_name_missing, check_finding_missing, check_day_future,
    agency_text_too_long.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = _row(work, assessment_id, code, AgencyProof.CHECK)
        if not check.system.strip() or len(check.system.strip()) > SYSTEM_LIMIT:
            raise InputInvalid("system_name_missing", field="system", limit=SYSTEM_LIMIT)
        _check_text(check.finding, "finding", "check_finding_missing")
        if check.on > work.now.astimezone(VIETNAM).date():
            raise InputInvalid("check_day_future", field="checked_on", day=check.on)
        row.system_name, row.checked_on, row.finding = check.system.strip(), check.on, check.finding.strip()
        new = {
            "leaf": code,
            "kind": row.kind.value,
            "system_name": row.system_name,
            "checked_on": check.on.isoformat(),
            "finding": row.finding,
        }
        return _kept(work, row, new)


def _check_text(text: str, field: str, missing: str) -> None:
    if not text.strip():
        raise InputInvalid(missing, field=field)
    if len(text) > TEXT_LIMIT:
        raise InputInvalid("agency_text_too_long", field=field, limit=TEXT_LIMIT)
    refuse_password(text)


def _require(context: SheetContext, code: str, actor: Actor) -> None:
    """Raise NotFound for a case that is not the actor's to read, Forbidden for one that is not theirs to add to."""
    see(context, actor)
    leaf = context.tree.leaf(code)
    if policy.why_not(actor, Permission.VERDICT_READ, context.subject(code)) is not None:
        raise NotFound("assessment_unknown")
    if not context.is_own(leaf):
        raise InputInvalid("leaf_not_scored_by_unit", criterion=code)
    policy.require(actor, Permission.AGENCY_EVIDENCE_ADD, context.subject(code))


def _row(work: Work, assessment_id: int, code: str, kind: AgencyProof) -> AgencyEvidence:
    context = sheet_context(work.session, find_assessment(work.session, assessment_id, lock=True), work.now)
    _require(context, code, work.acting)
    return AgencyEvidence(
        assessment_id=assessment_id,
        criterion_id=context.ids[code],
        kind=kind,
        agency_id=context.agencies[code],
        added_by_id=work.acting.user_id,
        added_at=work.now,
    )


def _kept(work: Work, row: AgencyEvidence, new: Mapping[str, object]) -> int:
    work.session.add(row)
    work.session.flush()
    stream = f"assessment:{row.assessment_id}"
    work.audit(stream, "agency_evidence_added", "agency_evidence", row.id, old=None, new=new)
    return row.id


def open_agency_file(evidence_id: int, *, store: BlobStore, actor: Actor, clock: Clock) -> tuple[BinaryIO, str, int]:
    """Return stream, file name and size. Raises NotFound("document_unknown") also for whoever may not see it."""
    with reading() as session:
        row = session.get(AgencyEvidence, evidence_id)
        if row is None or row.sha256 is None:
            raise NotFound("document_unknown")
        context = sheet_context(session, find_assessment(session, row.assessment_id), clock.read(session))
        if not policy.allows(actor, Permission.AGENCY_EVIDENCE_READ, context.subject(row.criterion.code)):
            raise NotFound("document_unknown")
        return store.open(row.sha256), clean_file_name(row.original_name), row.size or 0
