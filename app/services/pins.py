"""What a submission pins: the exact content every later decision rests on, whatever is typed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Receipt
from app.domain.points import parse_number
from app.domain.terms import ReceiptKind


@dataclass(frozen=True, slots=True)
class PinnedDocument:
    """A document as it stood on a leaf when the sheet was sent; `sha256` empty for a link."""

    document_id: int
    position: int
    sha256: str
    number: str


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
    return {code: _leaf(pinned) for code, pinned in leaves.items()}


def _leaf(pinned: Mapping[str, Any]) -> PinnedLeaf:
    documents = tuple(
        PinnedDocument(each["document_id"], each["position"], each["sha256"], each["number"])
        for each in pinned["evidence"]
    )
    points = parse_number(pinned["points"], what="points")
    return PinnedLeaf(pinned["claim"], points, pinned["explanation"], documents)


def last_receipts(session: Session, assessment_ids: Sequence[int]) -> Mapping[int, Receipt]:
    """Return the newest self-score receipt of each assessment, in one statement; those never sent have none."""
    statement = (
        select(Receipt)
        .where(Receipt.assessment_id.in_(assessment_ids), Receipt.kind == ReceiptKind.SELF_SCORE)
        .order_by(Receipt.assessment_id, Receipt.number)
    )
    return {receipt.assessment_id: receipt for receipt in session.scalars(statement)}
