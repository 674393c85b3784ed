"""What a submission pins: the exact content every later decision rests on, whatever is typed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment, Receipt
from app.db.queries.versions import in_force
from app.domain.points import parse_number
from app.domain.terms import DocumentKind, ReceiptKind
from app.services.leaf_documents import DocumentLine


@dataclass(frozen=True, slots=True)
class PinnedDocument:
    """A document as it stood on a leaf when the sheet was sent; `sha256` empty for a link, `url` empty for a file.

    A document never changes its address: receipts from before it was pinned still compare as the same.
    """

    document_id: int
    position: int
    sha256: str
    number: str
    url: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PinnedLeaf:
    claim: Mapping[str, Any]
    points: Decimal
    explanation: str
    documents: tuple[PinnedDocument, ...]


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one text of `content`: sorted keys, no spaces, letters as they are."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def pinned_leaves(receipt: Receipt) -> Mapping[str, PinnedLeaf]:
    """Return the leaves a self-score receipt pinned, by code."""
    leaves = json.loads(receipt.content)["leaves"]
    return {code: pinned_leaf(pinned) for code, pinned in leaves.items()}


def pin_of(document: DocumentLine) -> dict[str, Any]:
    """Return what a receipt keeps of one document."""
    return {
        "document_id": document.document_id,
        "position": document.position,
        "sha256": document.sha256,
        "number": document.number,
        "url": document.url,
    }


def leaves_pinning(receipt: Receipt, document_id: int) -> tuple[str, ...]:
    """Return the leaves on which a receipt of either kind pinned the document."""
    content = json.loads(receipt.content)
    lists = {code: leaf["evidence"] for code, leaf in content.get("leaves", {}).items()} | content.get(
        "supplements", {}
    )
    return tuple(code for code, pinned in lists.items() if any(each["document_id"] == document_id for each in pinned))


def receipts_pinning(session: Session, unit_id: int, document_id: int) -> Sequence[Receipt]:
    """Return the receipts of a unit that may have pinned the document; `leaves_pinning` reads which leaves."""
    statement = (
        select(Receipt)
        .join(Receipt.assessment)
        .where(Assessment.unit_id == unit_id)
        .where(Receipt.content.contains(f'"document_id":{document_id},', autoescape=True))
        .order_by(Receipt.id.desc())
    )
    return session.scalars(statement).all()


def pinned_leaf(pinned: Mapping[str, Any]) -> PinnedLeaf:
    documents = tuple(
        PinnedDocument(each["document_id"], each["position"], each["sha256"], each["number"], each.get("url", ""))
        for each in pinned["evidence"]
    )
    points = parse_number(pinned["points"], what="points")
    return PinnedLeaf(pinned["claim"], points, pinned["explanation"], documents)


def last_pin(session: Session, assessment_id: int) -> Mapping[str, PinnedLeaf] | None:
    """Return the leaves as the newest self-score receipt in force pinned them; None while nothing counts as sent."""
    receipt = _last(session, assessment_id)
    return None if receipt is None else pinned_leaves(receipt)


def pinned_content(session: Session, assessment_id: int) -> Mapping[str, Any]:
    """Return the same as the receipt holds it, word for word; empty while nothing counts as sent."""
    receipt = _last(session, assessment_id)
    return {} if receipt is None else json.loads(receipt.content)["leaves"]


def _last(session: Session, assessment_id: int) -> Receipt | None:
    statement = (
        select(Receipt)
        .where(Receipt.assessment_id == assessment_id, Receipt.kind == ReceiptKind.SELF_SCORE, in_force())
        .order_by(Receipt.number.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def pinned_documents(pinned: PinnedLeaf, present: Iterable[DocumentLine]) -> tuple[DocumentLine, ...]:
    """Return the documents of a leaf as they were sent; of those still there, with all that is known of them."""
    kept = {each.document_id: each for each in present}
    return tuple(kept.get(each.document_id) or _line_of(each) for each in pinned.documents)


def _line_of(document: PinnedDocument) -> DocumentLine:
    return DocumentLine(
        evidence_id=0,
        document_id=document.document_id,
        position=document.position,
        number=document.number,
        issued_on=None,
        subject="",
        kind=(DocumentKind.FILE if document.sha256 else DocumentKind.LINK).value,
        name=document.url,
        sha256=document.sha256,
        url=document.url,
        round=0,
    )
