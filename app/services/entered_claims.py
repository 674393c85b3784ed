"""One way in for every claim no unit types: awarded by the leaf's rule, the one it replaces kept, audited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import EnteredClaim
from app.db.entering import ReplacedClaim
from app.db.session import Work
from app.domain.award import award
from app.domain.claim_codec import claim_to_json
from app.domain.claims import Claim
from app.domain.criteria import Node
from app.domain.points import plain
from app.domain.terms import ScoredBy

#: letters the columns take
DOCUMENT_ROOM = SOURCE_ROOM = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """What a figure rests on: document or minutes, where it was taken from, of which day."""

    document: str = ""
    source: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The leaf of one sheet a claim is entered on; `scorer` is who enters it."""

    assessment_id: int
    criterion_id: int
    leaf: Node
    scorer: ScoredBy


def put_claim(
    work: Work,
    place: Place,
    claim: Claim,
    proof: Proof,
    *,
    zero_keys: frozenset[str] = frozenset(),
) -> Decimal:
    """Enter a claim in place of the one before, which is kept; the same claim on the same proof changes nothing.

    Raises: ClaimInvalid as `award` does.
    """
    assert place.leaf.rule is not None
    points = award(place.leaf.rule, claim, place.leaf.maximum, campaign_zero_keys=zero_keys)
    row = current_claim(work.session, place)
    document, source = proof.document.strip()[:DOCUMENT_ROOM], proof.source.strip()[:SOURCE_ROOM]
    given = (claim_to_json(claim), points, document, source, proof.on)
    if row is not None and given == (row.claim, row.points, row.document, row.source_name, row.source_on):
        return points
    old = None if row is None else audited(row)
    if row is None:
        row = EnteredClaim(assessment_id=place.assessment_id, criterion_id=place.criterion_id, source=place.scorer)
        work.session.add(row)
    else:
        _keep(work, row)
    row.claim, row.points, row.document, row.source_name, row.source_on = given
    row.source, row.by_id, row.at = place.scorer, work.acting.user_id, work.now
    stream = f"assessment:{place.assessment_id}"
    work.audit(stream, "claim_entered", "leaf", place.leaf.code, old=old, new=audited(row))
    return points


def withdraw_claim(work: Work, place: Place, *, reason: str = "") -> None:
    """Take an entered claim back; what it said is kept. Nothing happens where there is none."""
    row = current_claim(work.session, place)
    if row is None:
        return
    old = audited(row)
    _keep(work, row)
    work.session.delete(row)
    stream = f"assessment:{place.assessment_id}"
    work.audit(stream, "claim_withdrawn", "leaf", place.leaf.code, old=old, new=None, note=reason)


def current_claim(session: Session, place: Place) -> EnteredClaim | None:
    key = (EnteredClaim.assessment_id == place.assessment_id, EnteredClaim.criterion_id == place.criterion_id)
    return session.scalars(select(EnteredClaim).where(*key)).one_or_none()


def audited(row: EnteredClaim) -> dict[str, object]:
    said: dict[str, object] = {"claim": row.claim, "points": plain(row.points), "document": row.document}
    if row.source_name:
        said["source"] = row.source_name
    if row.source_on is not None:
        said["source_on"] = row.source_on.isoformat()
    return said


def _keep(work: Work, row: EnteredClaim) -> None:
    work.session.add(
        ReplacedClaim(
            assessment_id=row.assessment_id,
            criterion_id=row.criterion_id,
            source=row.source,
            claim=row.claim,
            points=row.points,
            document=row.document,
            source_name=row.source_name,
            source_on=row.source_on,
            by_id=row.by_id,
            at=row.at,
            superseded_at=work.now,
            superseded_by_id=work.acting.user_id,
        ),
    )
