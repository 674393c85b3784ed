"""Receipts: number, instant and the exact content of what a unit sent, written once and found again by its key."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment, Receipt
from app.db.session import Work
from app.domain.deadlines import VIETNAM
from app.domain.errors import InputInvalid
from app.domain.points import parse_number
from app.domain.terms import ReceiptKind
from app.services.pins import canonical, digest

#: what stands before the number in a receipt's code ("GT" of giai trinh, an explanation)
PREFIXES: Mapping[ReceiptKind, str] = {ReceiptKind.SELF_SCORE: "", ReceiptKind.EXPLANATION: "GT"}
KEY_LIMIT = 64


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt as shown and printed: `at` is the instant read under the row lock.

    `total`: the points it pinned, None of an explanation; `kept`: leaves it pinned as they were sent before.
    """

    code: str
    number: int
    at: dt.datetime
    by: str
    sha256: str
    content: str
    total: Decimal | None
    kept: tuple[str, ...]


def earlier_receipt(session: Session, assessment: Assessment, key: str) -> Receipt | None:
    """Return the receipt the same key was answered with. Raises InputInvalid("idempotency_key_too_long")."""
    if len(key) > KEY_LIMIT:
        raise InputInvalid("idempotency_key_too_long")
    statement = select(Receipt).where(Receipt.assessment_id == assessment.id, Receipt.idempotency_key == key)
    return session.scalars(statement).one_or_none()


def write_receipt(
    work: Work,
    assessment: Assessment,
    kind: ReceiptKind,
    content: Mapping[str, Any],
    *,
    key: str | None,
    criterion_id: int | None = None,
) -> Receipt:
    """Pin `content` under the next number of its kind; the instant is the one the row lock was followed by.

    `criterion_id`: the one leaf an answer is about.
    """
    number = len([receipt for receipt in assessment.receipts if receipt.kind is kind]) + 1
    code = f"{assessment.campaign.code}/{assessment.unit.code}/{PREFIXES[kind]}{number:02d}"
    text = canonical(
        {
            "campaign": assessment.campaign.code,
            "unit": assessment.unit.code,
            "receipt": code,
            "at": work.now.astimezone(VIETNAM).isoformat(),
            **content,
        },
    )
    receipt = Receipt(
        assessment_id=assessment.id,
        kind=kind,
        number=number,
        code=code,
        at=work.now,
        by_id=work.acting.user_id,
        content=text,
        sha256=digest(text),
        idempotency_key=key,
        criterion_id=criterion_id,
    )
    work.session.add(receipt)
    work.session.flush()
    return receipt


def receipt_view(receipt: Receipt) -> ReceiptView:
    said = json.loads(receipt.content)
    return ReceiptView(
        code=receipt.code,
        number=receipt.number,
        at=receipt.at,
        by=receipt.by.first_name,
        sha256=receipt.sha256,
        content=receipt.content,
        total=parse_number(said["total"], what="points") if "total" in said else None,
        kept=tuple(said.get("kept", ())),
    )
