"""What others enter about a unit's leaves: verdicts, replies, leaders' sheets, points of council, survey, portal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment
from app.db.base import Model
from app.db.columns import JsonText, Points, UtcInstant, one_of
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser, Unit
from app.domain.terms import Decision, ScoredBy


class Verdict(Model):
    """One act of an agency on one leaf. Appended, never changed: the newest of a round speaks."""

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint("round IN (1, 2)", name="ck_verdict_round"),
        CheckConstraint("(decision = 'request_evidence') = (points IS NULL)", name="ck_verdict_points_unless_request"),
        CheckConstraint("(minutes_number IS NULL) = (minutes_on IS NULL)", name="ck_verdict_minutes_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_verdict_assessment_id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_verdict_criterion_id"), index=True)
    round: Mapped[int] = mapped_column(Integer)
    decision: Mapped[Decision] = mapped_column(one_of(Decision, "ck_verdict_decision"))
    claim: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    points: Mapped[Decimal | None] = mapped_column(Points)
    reason: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    agency_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_verdict_agency_id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_verdict_author_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    #: the council's decision stands in minutes: their number and day (null: the agency decided)
    minutes_number: Mapped[str | None] = mapped_column(String(64))
    minutes_on: Mapped[dt.date | None] = mapped_column(Date)
    #: in whose stead the author judged: the names of whom the agency had given the leaf to, as they were then
    instead_of: Mapped[str] = mapped_column(Text, default="", server_default="")

    assessment: Mapped[Assessment] = relationship()
    criterion: Mapped[Criterion] = relationship()
    agency: Mapped[Unit] = relationship()
    author: Mapped[PortalUser] = relationship()


class Reply(Model):
    """A unit's answer to a verdict or a request. The newest per leaf speaks; unsent ones count when the window ends."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_reply_assessment_id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_reply_criterion_id"))
    text: Mapped[str] = mapped_column(Text)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id", name="fk_reply_receipt_id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_reply_author_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    author: Mapped[PortalUser] = relationship()


class LeafReopening(Model):
    """A leaf named when a concluded result was reopened or annulled."""

    __tablename__ = "leaf_reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_leaf_reopening_assessment_id"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_leaf_reopening_criterion_id"))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_leaf_reopening_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)


class LeaderBallot(Model):
    """One leader's answer (a key of the rule's weights), or points, on one leaf of one unit; the tally is derived.

    `answer` is empty where points are given. `draft`: the leader has not sent the sheet yet, so it counts for nothing.
    """

    __tablename__ = "leader_ballot"
    __table_args__ = (
        UniqueConstraint(
            "assessment_id", "criterion_id", "leader_id", name="uq_leader_ballot_assessment_criterion_leader"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_leader_ballot_assessment_id"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_leader_ballot_criterion_id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("membership.id", name="fk_leader_ballot_leader_id"))
    answer: Mapped[str] = mapped_column(String(16))
    points: Mapped[Decimal | None] = mapped_column(Points)
    draft: Mapped[bool] = mapped_column(Boolean(name="ck_leader_ballot_draft"), default=False, server_default=false())
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_leader_ballot_entered_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    leader: Mapped[Membership] = relationship()


class EnteredClaim(Model):
    """A claim no unit types: survey counts, external figures, points of the council.

    `source_name`, `source_on`: where a figure was taken from, and of which day. What it said before it was replaced
    stands in `entering.ReplacedClaim`.
    """

    __tablename__ = "entered_claim"
    __table_args__ = (
        UniqueConstraint("assessment_id", "criterion_id", name="uq_entered_claim_assessment_id_criterion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_entered_claim_assessment_id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_entered_claim_criterion_id"))
    source: Mapped[ScoredBy] = mapped_column(one_of(ScoredBy, "ck_entered_claim_source"))
    claim: Mapped[dict[str, Any]] = mapped_column(JsonText)
    points: Mapped[Decimal] = mapped_column(Points)
    document: Mapped[str] = mapped_column(String(200), default="")
    source_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    source_on: Mapped[dt.date | None] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_entered_claim_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
