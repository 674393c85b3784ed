"""What the leaders' sheets add up to on one leaf: answers counted, or points by kind of leader."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.appraisals import LeaderBallot
from app.domain.award import award
from app.domain.claims import Ballot, BallotsClaim, TallyClaim
from app.domain.criteria import Node
from app.domain.points import plain
from app.services.group_leaf_acts import LeafKey, rows_of

LeadersClaim = TallyClaim | BallotsClaim


def leaders_claims(
    session: Session, assessments: Collection[int], codes: Mapping[int, str]
) -> Mapping[LeafKey, LeadersClaim]:
    """Return what leaders said, by leaf, in one statement; a sheet that its leader has not sent says nothing."""
    statement = (
        select(LeaderBallot)
        .where(LeaderBallot.draft.is_(False))
        .options(joinedload(LeaderBallot.leader))
        .order_by(LeaderBallot.id)
    )
    said: dict[LeafKey, list[LeaderBallot]] = defaultdict(list)
    for row in rows_of(session, statement, LeaderBallot.assessment_id, assessments):
        said[row.assessment_id, codes[row.criterion_id]].append(row)
    return {key: claim_of_ballots(rows) for key, rows in said.items()}


def claim_of_ballots(rows: Iterable[LeaderBallot]) -> LeadersClaim:
    """Return the claim that the sheets on one leaf make together; by which of the two a rule is awarded, it says."""
    listed = list(rows)
    if any(row.points is not None for row in listed):
        given = [(kind_of_leader(row), row.points) for row in listed if row.points is not None]
        return BallotsClaim(tuple(Ballot(kind, points) for kind, points in sorted(given)))
    counts = Counter(row.answer for row in listed)
    return TallyClaim(tuple((answer, Decimal(count)) for answer, count in sorted(counts.items())))


def kind_of_leader(row: LeaderBallot) -> str:
    return "" if row.leader.leader_kind is None else row.leader.leader_kind.value


def leaders_points(leaf: Node, claim: LeadersClaim) -> Decimal:
    """Return what the leaders' sheets earn on a leaf. Raises ClaimInvalid."""
    assert leaf.rule is not None
    return award(leaf.rule, claim, leaf.maximum)


def leaders_claim_kept(claim: LeadersClaim) -> Any:
    """Return the claim as a publication keeps it: counts by answer, or each sheet's kind and points."""
    if isinstance(claim, TallyClaim):
        return {answer: int(count) for answer, count in claim.tally}
    return [{"kind": ballot.kind, "points": plain(ballot.points)} for ballot in claim.ballots]


def ballot_kept(row: LeaderBallot) -> dict[str, Any]:
    """Return one leader's answer as a claim of its own, to ask whether a rule takes it."""
    if row.points is None:
        return {"tally": {row.answer: "1"}}
    return {"ballots": [{"kind": kind_of_leader(row), "points": plain(row.points)}]}
