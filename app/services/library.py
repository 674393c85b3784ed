"""Documents as read: those of one leaf with what may be done to them, the unit's library, a file opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.evidence import Document, Evidence
from app.db.session import reading
from app.domain import policy
from app.domain.errors import NotFound, TransitionRefused
from app.domain.file_checks import clean_file_name
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import DocumentKind
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.evidence import round_of
from app.services.explanations import require_answerable
from app.services.leaf_documents import DocumentLine, documents_of, supplements_of
from app.services.pins import last_pin, leaves_pinning, pinned_documents, receipts_pinning
from app.storage.blobs import BlobStore


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document of the unit's library, with the leaves of this sheet it stands on in the round now open."""

    document_id: int
    kind: DocumentKind
    number: str
    issued_on: dt.date | None
    issuer: str
    subject: str
    name: str
    url: str
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeafDocuments:
    """The documents of one leaf. Each `why_not_…` is the code of what stands against the act, None where nothing does.

    `supplementing`: what is added now is a supplement. `either`: it may go with the claim or with the answer, as asked.
    `open_round`: the round of supplements not sent yet.
    """

    documents: tuple[DocumentLine, ...]
    supplements: tuple[DocumentLine, ...]
    library: tuple[StoredDocument, ...]
    supplementing: bool
    open_round: int
    why_not_add: str | None
    why_not_remove: str | None
    why_not_withdraw: str | None
    either: bool = False


def leaf_documents(
    assessment_id: int, code: str, *, actor: Actor, clock: Clock, answers: bool = False
) -> LeafDocuments:
    """Return one leaf's documents; the unit's library with them for whoever may add one, `answers`: with the answer.

    Raises: NotFound; Forbidden for a leaf whose evidence is not the actor's to read.
    """
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        context.tree.leaf(code)
        policy.require(actor, Permission.EVIDENCE_READ, context.subject(code))
        documents = _documents_to_read(session, context, code, actor)
        supplements = supplements_of(session, assessment_id).get(context.ids[code], [])
        unsent = _reads_unsent(context, code, actor)
        supplementing = round_of(context, code, answers=answers) > 0
        add, remove, withdraw = _refusals(session, context, code, actor, supplementing=supplementing)
        return LeafDocuments(
            documents=documents,
            supplements=context.sent_supplements(code, supplements, unsent=unsent),
            library=() if add is not None else tuple(_library(session, context, supplementing=supplementing)),
            supplementing=supplementing,
            open_round=context.supplement_round(code),
            why_not_add=add,
            why_not_remove=remove,
            why_not_withdraw=withdraw,
            either=context.writable(code) and withdraw is None,
        )


def _documents_to_read(session: Session, context: SheetContext, code: str, actor: Actor) -> tuple[DocumentLine, ...]:
    """Return the documents that came with a claim: as they stand, or as they were sent."""
    present = documents_of(session, context.assessment.id).get(context.ids[code], [])
    pin = last_pin(session, context.assessment.id) if context.reads_as_sent(actor, code) else None
    return tuple(present) if pin is None or code not in pin else pinned_documents(pin[code], present)


def _reads_unsent(context: SheetContext, code: str, actor: Actor) -> bool:
    """Whether supplements not sent yet are the reader's: the unit's own, and everybody's once the time is over."""
    return context.assessment.unit_id in actor.unit_ids or not context.subject(code).answerable


def _refusals(
    session: Session, context: SheetContext, code: str, actor: Actor, *, supplementing: bool
) -> tuple[str | None, ...]:
    """Return what stands against adding, taking off what came with the claim, withdrawing a supplement."""
    if not context.is_own(context.tree.leaf(code)):
        return ("leaf_not_scored_by_unit",) * 3
    subject, claims = context.subject(code), context.writable(code)
    add = policy.why_not(actor, Permission.EVIDENCE_ADD, subject)
    remove = policy.why_not(actor, Permission.EVIDENCE_REMOVE, subject)
    if add is not None and remove is not None:
        return add, remove, remove
    answer = _answer_refusal(session, context, code, actor)
    return (
        add or (answer if supplementing else None),
        remove or (None if claims else "evidence_already_sent"),
        remove or answer,
    )


def _answer_refusal(session: Session, context: SheetContext, code: str, actor: Actor) -> str | None:
    try:
        require_answerable(session, context, code, actor)
    except TransitionRefused as refused:
        return refused.code
    return None


def _library(session: Session, context: SheetContext, *, supplementing: bool) -> Iterator[StoredDocument]:
    """Return the unit's documents, newest first, with the leaves each stands on in the round now open there."""
    codes = {number: code for code, number in context.ids.items()}
    leaves: dict[int, list[str]] = {}
    used = select(Evidence.document_id, Evidence.criterion_id, Evidence.supplement_round).where(
        Evidence.assessment_id == context.assessment.id
    )
    for document_id, criterion_id, added in session.execute(used.order_by(Evidence.criterion_id)).all():
        code = codes[criterion_id]
        if added == (context.supplement_round(code) if supplementing else 0):
            leaves.setdefault(document_id, []).append(code)
    statement = select(Document).where(Document.unit_id == context.assessment.unit_id).order_by(Document.id.desc())
    for row in session.scalars(statement):
        yield StoredDocument(
            document_id=row.id,
            kind=row.kind,
            number=row.document_number,
            issued_on=row.issued_on,
            issuer=row.issuer,
            subject=row.subject,
            name=row.original_name,
            url=row.url or "",
            leaves=tuple(leaves.get(row.id, ())),
        )


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
        return store.open(document.sha256), clean_file_name(document.original_name), document.size or 0


def _may_open(session: Session, document: Document, actor: Actor, clock: Clock) -> bool:
    """A document opens for its own unit, and for whoever may read the evidence of a leaf it stands or stood on."""
    if policy.allows(actor, Permission.EVIDENCE_READ, Subject(unit_id=document.unit_id)):
        return True
    contexts: dict[int, SheetContext] = {}
    now = clock.read(session)
    for assessment, code, stands in _places(session, document):
        context = contexts.get(assessment.id)
        if context is None:
            context = contexts[assessment.id] = sheet_context(session, assessment, now)
        if stands is not None and not _stands_for(context, code, stands, actor):
            continue
        if policy.allows(actor, Permission.EVIDENCE_READ, context.subject(code)):
            return True
    return False


def _stands_for(context: SheetContext, code: str, evidence: Evidence, actor: Actor) -> bool:
    """Whether a document on a leaf, not pinned by that, is there for this reader: what was not sent is the unit's."""
    if evidence.supplement_round == 0:
        return not context.reads_as_sent(actor)
    return evidence.supplement_round < context.supplement_round(code) or _reads_unsent(context, code, actor)


def _places(session: Session, document: Document) -> Iterator[tuple[Assessment, str, Evidence | None]]:
    """Return the leaves the document stands on, then those a receipt pinned it to (no row): what was decided upon."""
    statement = select(Evidence).where(Evidence.document_id == document.id).order_by(Evidence.id)
    for evidence in session.scalars(statement):
        yield evidence.assessment, evidence.criterion.code, evidence
    for receipt in receipts_pinning(session, document.unit_id, document.id):
        for code in leaves_pinning(receipt, document.id):
            yield receipt.assessment, code, None
