"""Is a paper ours, and does it still hold: asked by its fingerprint, or by the code of a receipt."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db.assessments import Receipt
from app.db.results import Publication
from app.db.session import reading
from app.domain.errors import InputInvalid
from app.domain.terms import ReceiptKind
from app.services.publication import annulled_units, in_force

_HASH = re.compile(r"[0-9a-f]{64}")
#: the code of a receipt, a blank, and the first letters of its fingerprint as printed below it
_CODE = re.compile(r"(?P<code>\S{3,150})\s+(?P<begins>[0-9a-f]{8,64})")


@dataclass(frozen=True, slots=True)
class PaperFound:
    """What a fingerprint belongs to. `holds`: no later receipt or edition took its place, nor was all of it annulled.

    `annulled`: the units of an edition in force whose result was annulled since.
    """

    kind: Literal["self_score", "explanation", "edition"]
    name: str
    campaign: str
    about: str
    at: dt.datetime
    decision: str
    sha256: str
    holds: bool
    annulled: tuple[str, ...] = ()


def find_paper(asked: str) -> PaperFound | None:
    """Return the receipt or edition that was asked for, None where there is none.

    Asked by the whole fingerprint (SHA-256), or by a receipt's code and at least eight letters of its fingerprint: who
    does not hold the paper learns nothing. Raises InputInvalid("fingerprint_unreadable").
    """
    words = " ".join(asked.split())
    by_hash, by_code = _HASH.fullmatch(words.lower()), _CODE.fullmatch(words)
    if by_hash is None and by_code is None:
        raise InputInvalid("fingerprint_unreadable", field="asked")
    with reading() as session:
        if by_hash is not None:
            return _of_hash(session, words.lower())
        assert by_code is not None
        receipts = session.scalars(select(Receipt).where(Receipt.code == by_code["code"]).order_by(Receipt.id))
        found = next((row for row in receipts if row.sha256.startswith(by_code["begins"].lower())), None)
        return None if found is None else _receipt(session, found)


def _of_hash(session: Session, sha256: str) -> PaperFound | None:
    receipt = session.scalars(select(Receipt).where(Receipt.sha256 == sha256).limit(1)).first()
    if receipt is not None:
        return _receipt(session, receipt)
    either = or_(Publication.pdf_sha256 == sha256, Publication.snapshot_sha256 == sha256)
    edition = session.scalars(select(Publication).where(either).order_by(Publication.id.desc()).limit(1)).first()
    return None if edition is None else _edition(session, edition, sha256)


def _receipt(session: Session, row: Receipt) -> PaperFound:
    later = select(Receipt.id).where(
        Receipt.assessment_id == row.assessment_id, Receipt.kind == row.kind, Receipt.number > row.number
    )
    return PaperFound(
        kind="self_score" if row.kind is ReceiptKind.SELF_SCORE else "explanation",
        name=row.code,
        campaign=row.assessment.campaign.name,
        about=row.assessment.unit.name,
        at=row.at,
        decision="",
        sha256=row.sha256,
        holds=session.scalars(later.limit(1)).first() is None,
    )


def _edition(session: Session, row: Publication, sha256: str) -> PaperFound:
    group = row.group_stage
    newest = in_force(session, group)
    is_newest = newest is not None and newest.id == row.id
    gone = annulled_units(session, group) if is_newest else frozenset()
    scored = [each for each in row.rows if each.index_percent is not None]
    return PaperFound(
        kind="edition",
        name=str(row.edition),
        campaign=group.campaign.name,
        about=group.group.name,
        at=row.at,
        decision=row.decision_number,
        sha256=sha256,
        holds=is_newest and not all(each.unit_id in gone for each in scored),
        annulled=tuple(sorted(each.unit.name for each in scored if each.unit_id in gone)),
    )
