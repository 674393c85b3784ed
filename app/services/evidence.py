"""Documents of a unit: keep a file or a link, attach it to leaves in order, take it off.

What comes while only answers may be written is a supplement: kept apart from what was sent, under the rules of a reply.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.evidence import Document, Evidence
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid, NotFound
from app.domain.file_checks import clean_file_name
from app.domain.policy import Actor, Permission
from app.domain.terms import DocumentKind
from app.services.amending import leave_approval
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.explanations import require_answerable
from app.services.pdf_files import FileOffered, bears_signature, keep_pdf
from app.storage.blobs import BlobStore


@dataclass(frozen=True, slots=True)
class Described:
    """What the register says of a document; an empty number is a document without one (a photograph, a page).

    `with_answer`: it is brought with an answer, not with the claim.
    """

    number: str = ""
    issued_on: dt.date | None = None
    issuer: str = ""
    subject: str = ""
    with_answer: bool = False


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

    Raises: NotFound, Forbidden, TransitionRefused of a supplement nothing asks for, InputInvalid with file_empty,
    file_not_pdf, file_cut_off, file_too_large, link_twice.
    """
    _may_add(assessment_id, code, answers=described.with_answer, actor=actor, clock=clock)
    signed = bears_signature(offered)
    blob = keep_pdf(offered, store)
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _writable(work, assessment_id, code, answers=described.with_answer)
        document = _same_file(work.session, context.assessment.unit_id, blob.sha256)
        if document is None:
            document = _document(work, context, DocumentKind.FILE, described)
            document.sha256, document.size, document.mime = blob.sha256, blob.size, "application/pdf"
            document.original_name, document.signed = clean_file_name(offered.name), signed
            work.session.add(document)
            work.session.flush()
        _attach(work, context, code, document, answers=described.with_answer)
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
    """Attach a public address, with the day it was opened in Vietnam. Raises InputInvalid("link_unreadable")."""
    address = url.strip()
    if len(address) > 2000 or not is_public(address):
        raise InputInvalid("link_unreadable", text=address[:80])
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _writable(work, assessment_id, code, answers=described.with_answer)
        document = _document(work, context, DocumentKind.LINK, described)
        document.url, document.opened_on = address, work.now.astimezone(VIETNAM).date()
        work.session.add(document)
        work.session.flush()
        _attach(work, context, code, document, answers=described.with_answer)
        return document.id


def attach_stored(
    assessment_id: int, code: str, document_id: int, *, actor: Actor, clock: Clock, answers: bool = False
) -> None:
    """Attach a document the unit has already. Raises NotFound("document_unknown") for another unit's."""
    with unit_of_work(actor=actor, clock=clock) as work:
        context = _writable(work, assessment_id, code, answers=answers)
        document = work.session.get(Document, document_id)
        if document is None or document.unit_id != context.assessment.unit_id:
            raise NotFound("document_unknown")
        _attach(work, context, code, document, answers=answers)


def detach(evidence_id: int, *, actor: Actor, clock: Clock) -> tuple[int, str]:
    """Take a document off a leaf; the document stays in the store. Return the sheet and the leaf."""
    with unit_of_work(actor=actor, clock=clock) as work:
        evidence, context, code = _attached(work, evidence_id, Permission.EVIDENCE_REMOVE)
        _touched(work, context, evidence.supplement_round)
        was = {"document_id": evidence.document_id, "position": evidence.position}
        work.session.delete(evidence)
        work.session.flush()
        _renumber(work.session, evidence)
        work.audit(f"assessment:{context.assessment.id}", "evidence_detached", "leaf", code, old=was, new=None)
        return context.assessment.id, code


def move_first(evidence_id: int, *, actor: Actor, clock: Clock) -> tuple[int, str]:
    """Make a document number (1) of its leaf: an edit of it, like any other. Return the sheet and the leaf."""
    with unit_of_work(actor=actor, clock=clock) as work:
        evidence, context, code = _attached(work, evidence_id, Permission.EVIDENCE_ADD)
        _touched(work, context, evidence.supplement_round)
        was = {"document_id": evidence.document_id, "position": evidence.position}
        evidence.position = 0
        work.session.flush()
        _renumber(work.session, evidence)
        new = {"document_id": evidence.document_id, "position": 1}
        work.audit(f"assessment:{context.assessment.id}", "evidence_moved", "leaf", code, old=was, new=new)
        return context.assessment.id, code


def is_public(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # a bracket that is never closed
        return False


def _may_add(assessment_id: int, code: str, *, answers: bool, actor: Actor, clock: Clock) -> None:
    """Refuse before the file is kept; asked again inside the writing transaction."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        _require_addable(session, context, code, actor, answers=answers)


def _writable(work: Work, assessment_id: int, code: str, *, answers: bool) -> SheetContext:
    assessment = find_assessment(work.session, assessment_id, lock=True)
    context = sheet_context(work.session, assessment, work.now)
    _require_addable(work.session, context, code, work.acting, answers=answers)
    return context


def _require_addable(session: Session, context: SheetContext, code: str, actor: Actor, *, answers: bool) -> None:
    see(context, actor)
    leaf = context.tree.leaf(code)
    if not context.is_own(leaf):
        raise InputInvalid("leaf_not_scored_by_unit", criterion=code)
    policy.require(actor, Permission.EVIDENCE_ADD, context.subject(code))
    if round_of(context, code, answers=answers) > 0:
        require_answerable(session, context, code, actor)


def _attached(work: Work, evidence_id: int, permission: Permission) -> tuple[Evidence, SheetContext, str]:
    evidence = work.session.get(Evidence, evidence_id)
    if evidence is None:
        raise NotFound("evidence_unknown")
    assessment = find_assessment(work.session, evidence.assessment_id, lock=True)
    context = sheet_context(work.session, assessment, work.now)
    see(context, work.acting)
    code = evidence.criterion.code
    policy.require(work.acting, permission, context.subject(code))
    if evidence.supplement_round == 0:
        if not context.writable(code):
            raise InputInvalid("evidence_already_sent")
    elif evidence.supplement_round != context.supplement_round(code):
        raise InputInvalid("evidence_already_sent")
    else:
        require_answerable(work.session, context, code, work.acting)
    return evidence, context, code


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


def _attach(work: Work, context: SheetContext, code: str, document: Document, *, answers: bool) -> None:
    supplements = round_of(context, code, answers=answers)
    key = (
        Evidence.assessment_id == context.assessment.id,
        Evidence.criterion_id == context.ids[code],
        Evidence.supplement_round == supplements,
    )
    present = select(Evidence.id).where(*key, Evidence.document_id == document.id)
    if work.session.scalars(present).first() is not None:
        raise InputInvalid("link_twice", criterion=code)
    _touched(work, context, supplements)
    last = work.session.scalar(select(func.max(Evidence.position)).where(*key)) or 0
    evidence = Evidence(
        assessment_id=context.assessment.id,
        criterion_id=context.ids[code],
        document_id=document.id,
        position=last + 1,
        supplement_round=supplements,
        added_at=work.now,
        added_by_id=work.acting.user_id,
    )
    work.session.add(evidence)
    work.session.flush()
    new = {"document_id": document.id, "position": last + 1, "sha256": document.sha256, "url": document.url}
    if supplements:
        new["supplement_round"] = supplements
    work.audit(f"assessment:{context.assessment.id}", "evidence_attached", "leaf", code, old=None, new=new)


def round_of(context: SheetContext, code: str, *, answers: bool = False) -> int:
    """Return the round a document added to the leaf now belongs to: 0 while its claim may be written.

    Where the claim may be written and something answered at once (a data update while evidence is asked for), it is
    the act that decides: a document added with an answer goes with the answer. Asked of this very leaf: a window on
    another one opens nothing here. A sheet returned and not sent again in time
    reads as submitted, and its claims are closed like those of any sheet that was sent.
    """
    with_answer = answers and context.subject(code).answerable
    return 0 if context.writable(code) and not with_answer else context.supplement_round(code)


def _touched(work: Work, context: SheetContext, supplements: int) -> None:
    """A supplement changes nothing of what was sent; any other document does, as an edit of the leaf."""
    if supplements == 0:
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
