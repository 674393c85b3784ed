"""Documents of a unit: keep a file or a link, attach it to leaves in order, take it off, open it for those who may."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.evidence import Document, Evidence
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import DocumentKind, State
from app.services.amending import leave_approval
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.storage.blobs import BlobStore, BlobTooLarge

#: bytes of one file
FILE_LIMIT = 50 * 1024 * 1024
PDF_MAGIC = b"%PDF-"
#: a PDF may carry a few stray bytes before its header (ISO 32000, Annex H)
MAGIC_WITHIN = 1024
SUPPLEMENT_ROUND = 1


@dataclass(frozen=True, slots=True)
class Described:
    """What the register says of a document; an empty number is a document without one (a photograph, a page)."""

    number: str = ""
    issued_on: dt.date | None = None
    issuer: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class FileOffered:
    """An upload as it arrives: an open stream with the name it had on the officer's machine."""

    stream: BinaryIO
    name: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document of the unit's store."""

    document_id: int
    kind: DocumentKind
    number: str
    issued_on: dt.date | None
    issuer: str
    subject: str
    name: str
    url: str
    leaves: tuple[str, ...]


def attach_file(
    assessment_id: int,
    code: str,
    offered: FileOffered,
    described: Described,
    *,
    store: BlobStore,
    actor: Actor,
    clock: Clock,
) -> int:
    """Keep a PDF and attach it to the leaf; return the document's id.

    Raises: NotFound, Forbidden, InputInvalid with file_empty, file_not_pdf, file_too_large, link_twice.
    """
    _may_add(assessment_id, code, actor=actor, clock=clock)
    _require_pdf(offered)
    try:
        blob = store.put(offered.stream, limit=FILE_LIMIT)
    except BlobTooLarge as too_large:
        raise InputInvalid("file_too_large", limit=FILE_LIMIT // 1024 // 1024) from too_large
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _writable(work, assessment_id, code)
        document = _same_file(work.session, context.assessment.unit_id, blob.sha256)
        if document is None:
            document = _document(work, context, DocumentKind.FILE, described)
            document.sha256, document.size, document.mime = blob.sha256, blob.size, "application/pdf"
            document.original_name = offered.name[-255:]
            work.session.add(document)
            work.session.flush()
        _attach(work, context, code, document)
        return document.id


def attach_link(
    assessment_id: int,
    code: str,
    url: str,
    described: Described,
    *,
    actor: Actor,
    clock: Clock,
) -> int:
    """Attach a public address, with the day it was opened. Raises InputInvalid("link_unreadable")."""
    address = url.strip()
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(address) > 2000:
        raise InputInvalid("link_unreadable", text=address[:80])
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _writable(work, assessment_id, code)
        document = _document(work, context, DocumentKind.LINK, described)
        document.url, document.opened_on = address, work.now.date()
        work.session.add(document)
        work.session.flush()
        _attach(work, context, code, document)
        return document.id


def attach_stored(assessment_id: int, code: str, document_id: int, *, actor: Actor, clock: Clock) -> None:
    """Attach a document the unit has already. Raises NotFound("document_unknown") for another unit's."""
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _writable(work, assessment_id, code)
        document = work.session.get(Document, document_id)
        if document is None or document.unit_id != context.assessment.unit_id:
            raise NotFound("document_unknown")
        _attach(work, context, code, document)


def detach(evidence_id: int, *, actor: Actor, clock: Clock) -> tuple[int, str]:
    """Take a document off a leaf; the document stays in the store. Return the sheet and the leaf."""
    with unit_of_work(actor=actor, clock=clock) as work:
        evidence, context, code = _attached(work, evidence_id)
        policy.require(actor, Permission.EVIDENCE_REMOVE, context.subject(code))
        _touched(work, context)
        was = {"document_id": evidence.document_id, "position": evidence.position}
        work.session.delete(evidence)
        work.session.flush()
        _renumber(work.session, evidence)
        work.audit(f"assessment:{context.assessment.id}", "evidence_detached", "leaf", code, old=was, new=None)
        return context.assessment.id, code


def move_first(evidence_id: int, *, actor: Actor, clock: Clock) -> tuple[int, str]:
    """Make a document number (1) of its leaf. Return the sheet and the leaf."""
    with unit_of_work(actor=actor, clock=clock) as work:
        evidence, context, code = _attached(work, evidence_id)
        policy.require(actor, Permission.EVIDENCE_ADD, context.subject(code))
        was = {"document_id": evidence.document_id, "position": evidence.position}
        evidence.position = 0
        work.session.flush()
        _renumber(work.session, evidence)
        new = {"document_id": evidence.document_id, "position": 1}
        work.audit(f"assessment:{context.assessment.id}", "evidence_moved", "leaf", code, old=was, new=new)
        return context.assessment.id, code


def store_of(assessment_id: int, *, actor: Actor, clock: Clock) -> list[StoredDocument]:
    """Return the unit's documents, newest first, with the leaves of this sheet each stands on."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        codes = {number: code for code, number in context.ids.items()}
        leaves: dict[int, list[str]] = {}
        used = select(Evidence.document_id, Evidence.criterion_id).where(Evidence.assessment_id == assessment_id)
        for document_id, criterion_id in session.execute(used.order_by(Evidence.criterion_id)).all():
            leaves.setdefault(document_id, []).append(codes[criterion_id])
        statement = select(Document).where(Document.unit_id == context.assessment.unit_id).order_by(Document.id.desc())
        return [_stored(row, tuple(leaves.get(row.id, ()))) for row in session.scalars(statement)]


def refusals(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> tuple[str | None, str | None]:
    """Return what stands against adding to, and against taking off the leaf; None where nothing does."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        subject = context.subject(code)
        if not context.is_own(context.tree.leaf(code)):
            return "leaf_not_scored_by_unit", "leaf_not_scored_by_unit"
        permissions = (Permission.EVIDENCE_ADD, Permission.EVIDENCE_REMOVE)
        add, remove = (policy.why_not(actor, permission, subject) for permission in permissions)
        return add, remove


def open_document(
    document_id: int,
    *,
    store: BlobStore,
    actor: Actor,
    clock: Clock,
) -> tuple[BinaryIO, str, int]:
    """Return stream, file name and size. Raises NotFound("document_unknown") also for whoever may not see it."""
    with reading() as session:
        document = session.get(Document, document_id)
        if document is None or document.sha256 is None or not _may_open(session, document, actor, clock):
            raise NotFound("document_unknown")
        return store.open(document.sha256), document.original_name or f"{document.id}.pdf", document.size or 0


def _may_open(session: Session, document: Document, actor: Actor, clock: Clock) -> bool:
    """A document opens for its own unit, and for whoever may read the evidence of a leaf it stands on."""
    if policy.allows(actor, Permission.EVIDENCE_READ, Subject(unit_id=document.unit_id)):
        return True
    statement = select(Evidence).where(Evidence.document_id == document.id).order_by(Evidence.id)
    now = clock.read(session)
    for evidence in session.scalars(statement):
        context = sheet_context(session, evidence.assessment, now)
        if policy.allows(actor, Permission.EVIDENCE_READ, context.subject(evidence.criterion.code)):
            return True
    return False


def _stored(row: Document, leaves: tuple[str, ...]) -> StoredDocument:
    return StoredDocument(
        document_id=row.id,
        kind=row.kind,
        number=row.document_number,
        issued_on=row.issued_on,
        issuer=row.issuer,
        subject=row.subject,
        name=row.original_name,
        url=row.url or "",
        leaves=leaves,
    )


def _require_pdf(offered: FileOffered) -> None:
    """Judge by content, never by name: the header of a PDF within the first bytes."""
    head = offered.stream.read(MAGIC_WITHIN)
    offered.stream.seek(0)
    if not head:
        raise InputInvalid("file_empty", name=offered.name)
    if PDF_MAGIC not in head:
        raise InputInvalid("file_not_pdf", name=offered.name)


def _may_add(assessment_id: int, code: str, *, actor: Actor, clock: Clock) -> None:
    """Refuse before the file is kept; asked again inside the writing transaction."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        context.tree.leaf(code)
        policy.require(actor, Permission.EVIDENCE_ADD, context.subject(code))


def _writable(work: Work, assessment_id: int, code: str) -> SheetContext:
    assessment = find_assessment(work.session, assessment_id, lock=True)
    context = sheet_context(work.session, assessment, work.now)
    see(context, work.acting)
    leaf = context.tree.leaf(code)
    if not context.is_own(leaf):
        raise InputInvalid("leaf_not_scored_by_unit", criterion=code)
    policy.require(work.acting, Permission.EVIDENCE_ADD, context.subject(code))
    return context


def _attached(work: Work, evidence_id: int) -> tuple[Evidence, SheetContext, str]:
    evidence = work.session.get(Evidence, evidence_id)
    if evidence is None:
        raise NotFound("evidence_unknown")
    assessment = find_assessment(work.session, evidence.assessment_id, lock=True)
    context = sheet_context(work.session, assessment, work.now)
    see(context, work.acting)
    if evidence.supplement_round != _round(context):
        raise InputInvalid("evidence_already_sent")
    return evidence, context, evidence.criterion.code


def _document(work: Work, context: SheetContext, kind: DocumentKind, described: Described) -> Document:
    return Document(
        unit_id=context.assessment.unit_id,
        kind=kind,
        document_number=described.number.strip()[:64],
        issued_on=described.issued_on,
        issuer=described.issuer.strip()[:200],
        subject=described.subject.strip()[:2000],
        added_at=work.now,
        added_by_id=work.acting.user_id,
    )


def _same_file(session: Session, unit_id: int, sha256: str) -> Document | None:
    statement = select(Document).where(Document.unit_id == unit_id, Document.sha256 == sha256).limit(1)
    return session.scalars(statement).one_or_none()


def _attach(work: Work, context: SheetContext, code: str, document: Document) -> None:
    key = (
        Evidence.assessment_id == context.assessment.id,
        Evidence.criterion_id == context.ids[code],
        Evidence.supplement_round == _round(context),
    )
    present = select(Evidence.id).where(*key, Evidence.document_id == document.id)
    if work.session.scalars(present).first() is not None:
        raise InputInvalid("link_twice", criterion=code)
    _touched(work, context)
    last = work.session.scalar(select(func.max(Evidence.position)).where(*key)) or 0
    evidence = Evidence(
        assessment_id=context.assessment.id,
        criterion_id=context.ids[code],
        document_id=document.id,
        position=last + 1,
        supplement_round=_round(context),
        added_at=work.now,
        added_by_id=work.acting.user_id,
    )
    work.session.add(evidence)
    work.session.flush()
    new = {"document_id": document.id, "position": last + 1, "sha256": document.sha256, "url": document.url}
    work.audit(f"assessment:{context.assessment.id}", "evidence_attached", "leaf", code, old=None, new=new)


def _round(context: SheetContext) -> int:
    """A document added while only a reply may be written is a supplement: what was sent stays as it was."""
    sent = context.assessment.state is State.SUBMITTED
    return SUPPLEMENT_ROUND if sent and not context.writable() else 0


def _touched(work: Work, context: SheetContext) -> None:
    """A supplement changes nothing of what was sent; any other document does, as an edit of the leaf."""
    if _round(context) == 0:
        leave_approval(work, context)


def _renumber(session: Session, around: Evidence) -> None:
    statement = (
        select(Evidence)
        .where(
            Evidence.assessment_id == around.assessment_id,
            Evidence.criterion_id == around.criterion_id,
            Evidence.supplement_round == around.supplement_round,
        )
        .order_by(Evidence.position, Evidence.id)
    )
    for position, row in enumerate(session.scalars(statement).all(), start=1):
        row.position = position
