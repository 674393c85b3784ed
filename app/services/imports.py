"""Appendices under review: read once and stored at once, then decided upon step by step by whoever sets up criteria.

The draft is stored whole in the transaction of its upload; nothing of it changes again but its decisions.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.clock import Clock
from app.db.criteria import CriteriaSet
from app.db.identity import Unit
from app.db.imports import CriteriaImport, ImportDecision
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, InputInvalid, NotFound
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import ImportStatus
from app.reading.codec import appendix_from_json, appendix_to_json, document_to_json
from app.reading.deciding import decided
from app.reading.decisions import (
    ApplyRemedy,
    Decision,
    DeleteRow,
    EditFields,
    RestoreRow,
    Undo,
    decision_from_json,
    decision_to_json,
    kind_of_decision,
)
from app.reading.document import Document
from app.reading.draft import Appendix
from app.reading.guards import FILE_LIMIT
from app.reading.rechecks import folded
from app.reading.review import Review, review
from app.reading.secrets import masked, masked_text
from app.storage.blobs import BlobMissing, BlobStore

NAME_MOST = 255
STREAM = "house"


class FileRead(Protocol):
    """What a reader returns of one file."""

    @property
    def document(self) -> Document: ...

    @property
    def appendix(self) -> Appendix: ...


class ReadFile(Protocol):
    """Read a file within bounds of time and memory. Raises DomainError: several_appendices(names), pdf_scanned …"""

    def __call__(self, data: bytes, name: str, *, appendix: int | None = None) -> FileRead: ...


def start_import(
    data: bytes,
    name: str,
    *,
    read: ReadFile,
    store: BlobStore,
    actor: Actor,
    clock: Clock,
    appendix: int | None = None,
) -> int:
    """Read a file and store what was read as a draft; return its number. `appendix`: which of several, from 1.

    Raises: Forbidden, InputInvalid("nothing_given"), what the reader refuses: several_appendices, no_criteria_table …
    """
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    if not data.strip():
        raise InputInvalid("nothing_given", field="file")
    brought = Brought(data, name, read(data, name, appendix=appendix))
    return keep_import(brought, store=store, actor=actor, clock=clock)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file with what was read of it."""

    data: bytes
    name: str
    given: FileRead


def keep_import(
    brought: Brought,
    *,
    store: BlobStore,
    actor: Actor,
    clock: Clock,
    also: Callable[[Work, int], None] = lambda _work, _import_id: None,
) -> int:
    """Store what was read of a file as a draft; return its number. `also` is done in the same transaction."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    document, clean, rows = masked(brought.given.document, brought.given.appendix)
    kept = _without_logins(brought.data, document) if rows else brought.data
    sha256 = store.put(io.BytesIO(kept), limit=FILE_LIMIT).sha256 if kept is not None else None
    with unit_of_work(actor=actor, clock=clock) as work:
        row = CriteriaImport(
            created_by_id=actor.user_id,
            created_at=work.now,
            updated_at=work.now,
            file_name=clean_name(brought.name),
            file_sha256=sha256,
            format=document.format,
            title=clean.title,
            masked=len(rows),
            document=document_to_json(document),
            appendix=appendix_to_json(clean),
        )
        work.session.add(row)
        work.session.flush()
        read_of = {"file_name": row.file_name, "sha256": sha256, "nodes": len(clean.criteria)}
        work.audit(STREAM, "import_started", "criteria_import", row.id, new=read_of)
        also(work, row.id)
        return row.id


def start_paste(text: str, *, read: ReadFile, store: BlobStore, actor: Actor, clock: Clock) -> int:
    """Read what was pasted: a table of a page as HTML, or plain lines. Raises as `start_import`."""
    return start_import(text.encode(), paste_name(text), read=read, store=store, actor=actor, clock=clock)


def paste_name(text: str) -> str:
    """Return what a pasted text is called, by what it is."""
    return "paste.html" if re.search(r"<t(?:able|r|d)\b", text, re.IGNORECASE) else "paste.txt"


def clean_name(name: str) -> str:
    """Return the last part of a file's name without control characters, at most NAME_MOST letters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(each for each in last if each.isprintable()).strip()[-NAME_MOST:] or "?"


def _without_logins(data: bytes, document: Document) -> bytes | None:
    """Return a plain text with its logins masked; any other file that holds one is not kept."""
    if document.format != "text":
        return None
    try:
        return masked_text(data.decode()).encode()
    except UnicodeDecodeError:
        return None


def decide(import_id: int, expected: int, decision: Decision, *, actor: Actor, clock: Clock) -> Decision:
    """Append a decision to those the page showed (`expected` of them); return it as it was kept.

    Raises: NotFound, Forbidden, Conflict("import_changed") when others decided meanwhile, Conflict("import_closed"),
    and what stands against the decision itself (see `reading.deciding`).
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = locked_import(work, import_id)
        if len(row.decisions) != expected:
            raise Conflict("import_changed", by=row.decisions[-1].by.first_name if row.decisions else "")
        current = review_in(work.session, row)
        kept = decided(current, decision)
        position = len(row.decisions) + 1
        kind, payload = kind_of_decision(kept), decision_to_json(kept)
        row.decisions.append(
            ImportDecision(position=position, kind=kind, payload=payload, by_id=actor.user_id, at=work.now)
        )
        row.updated_at = work.now
        told = {"kind": kind, "position": position, "where": _where(current, kept)}
        work.audit(STREAM, "import_decided", "criteria_import", row.id, new=told)
        return kept


def undo(import_id: int, expected: int, *, actor: Actor, clock: Clock) -> None:
    """Take back the last decision. Raises as `decide`, and InputInvalid("nothing_to_undo")."""
    decide(import_id, expected, Undo(), actor=actor, clock=clock)


def _where(current: Review, kept: Decision) -> str:
    """Return the code of the criterion a decision is about, for the log."""
    match kept:
        case EditFields(place=place) | DeleteRow(place=place) | RestoreRow(place=place):
            return current.node(place).criterion.code
        case ApplyRemedy(finding=finding):
            return current.finding(finding).finding.where
        case _:
            return ""


def locked_import(work: Work, import_id: int) -> CriteriaImport:
    """Return an import under review, locked. Raises NotFound, Forbidden, Conflict("import_closed")."""
    policy.require(work.acting, Permission.SET_CONFIGURE, Subject())
    row = work.session.get(CriteriaImport, import_id, with_for_update=True)
    if row is None:
        raise NotFound("import_unknown")
    if row.status is not ImportStatus.DRAFT:
        raise Conflict("import_closed")
    return row


def drop_import(import_id: int, *, actor: Actor, clock: Clock) -> None:
    """Put a review away; it can be taken up again. Raises NotFound, Forbidden, Conflict("import_closed")."""
    with unit_of_work(actor=actor, clock=clock) as work:
        row = locked_import(work, import_id)
        row.status, row.updated_at = ImportStatus.DROPPED, work.now
        work.audit(STREAM, "import_dropped", "criteria_import", row.id, new={"file_name": row.file_name})


def take_up_import(import_id: int, *, actor: Actor, clock: Clock) -> None:
    """Go on with a review that was put away, or whose set was deleted. Raises as `drop_import`."""
    with unit_of_work(actor=actor, clock=clock) as work:
        policy.require(actor, Permission.SET_CONFIGURE, Subject())
        row = work.session.get(CriteriaImport, import_id, with_for_update=True)
        if row is None:
            raise NotFound("import_unknown")
        if row.status is ImportStatus.DRAFT or (row.status is ImportStatus.SAVED and row.set_id is not None):
            raise Conflict("import_closed")
        row.status, row.updated_at = ImportStatus.DRAFT, work.now
        work.audit(STREAM, "import_taken_up", "criteria_import", row.id, new={"file_name": row.file_name})


def compare_with(import_id: int, set_id: int | None, *, actor: Actor, clock: Clock) -> None:
    """Lay a set beside the review, or none. Raises NotFound, Forbidden, Conflict("import_closed")."""
    with unit_of_work(actor=actor, clock=clock) as work:
        row = locked_import(work, import_id)
        if set_id is not None and work.session.get(CriteriaSet, set_id) is None:
            raise NotFound("set_unknown", set=set_id)
        old, row.compare_set_id = row.compare_set_id, set_id
        if old != set_id:
            new = {"set": set_id}
            work.audit(STREAM, "import_compared", "criteria_import", row.id, old={"set": old}, new=new)


def review_in(session: Session, row: CriteriaImport) -> Review:
    """Return the review of a row within a running work."""
    made = [decision_from_json(each.kind, each.payload) for each in row.decisions]
    return review(appendix_from_json(row.appendix), made, agencies_of_house(session))


def agencies_of_house(session: Session) -> Mapping[str, str]:
    """Return folded name → name of every unit, in one statement."""
    names = session.scalars(select(Unit.name).order_by(Unit.id.desc()))
    return {folded(name): name for name in names}


def open_source(import_id: int, *, store: BlobStore, actor: Actor) -> tuple[BinaryIO, str]:
    """Return the file as it was given, and its name. Raises NotFound where it is not kept."""
    policy.require(actor, Permission.SET_CONFIGURE, Subject())
    with reading() as session:
        row = session.get(CriteriaImport, import_id)
        if row is None or row.file_sha256 is None:
            raise NotFound("import_source_unknown")
        try:
            return store.open(row.file_sha256), row.file_name
        except BlobMissing:
            raise NotFound("import_source_unknown") from None
