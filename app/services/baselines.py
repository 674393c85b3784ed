"""Last year's figures of a unit: stored rows, never typed by whoever claims or appraises."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import Baseline
from app.domain.claims import Claim, Comparison, MeasuresClaim
from app.domain.errors import ClaimInvalid


def baselines_of(session: Session, assessment: Assessment) -> Mapping[str, Decimal]:
    """Return the figures of the year before by measure."""
    statement = select(Baseline.measure, Baseline.value).where(
        Baseline.campaign_id == assessment.campaign_id,
        Baseline.unit_id == assessment.unit_id,
    )
    return {row.measure: row.value for row in session.execute(statement)}


def with_baseline(session: Session, assessment: Assessment, claim: Claim) -> Claim:
    """Return `claim` with the stored figures of the year before in place of whatever it says of them.

    Raises: ClaimInvalid rank_impossible (a position is 1, 2, 3 …), index_impossible (above 100), negative_figure.
    """
    if not isinstance(claim, MeasuresClaim):
        return claim
    for given in claim.measures:
        refuse_impossible(given)
    previous = baselines_of(session, assessment)
    return MeasuresClaim(
        tuple(Comparison(given.key, previous.get(given.key), given.current) for given in claim.measures),
    )


def refuse_impossible(given: Comparison) -> None:
    """Raise ClaimInvalid where a figure cannot be what its measure's name says: a position, an index."""
    figure, field = given.current, f"measures.{given.key}"
    if given.key.endswith("_rank") and (figure < 1 or figure != figure.to_integral_value()):
        raise ClaimInvalid("rank_impossible", field=field, text=figure)
    if given.key.endswith("_index") and not 0 <= figure <= 100:
        raise ClaimInvalid("index_impossible", field=field, text=figure)
