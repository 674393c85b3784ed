"""What the unit never scores: surveys and their counts, leaders' sheets, claims replaced, terms of single leaves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.campaigns import GroupStage
from app.db.columns import JsonText, Points, UtcInstant, once_where, one_of
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser
from app.domain.terms import LeafSetting, ScoredBy


class Survey(Model):
    """One inquiry among one target group about the units of one group. Withdrawn, its counts count no more."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("sent >= 0 AND returned >= 0 AND returned <= sent", name="ck_survey_returned_of_sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_stage_id: Mapped[int] = mapped_column(
        ForeignKey("group_stage.id", name="fk_survey_group_stage_id"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    audience: Mapped[str] = mapped_column(String(120))
    sent: Mapped[int] = mapped_column(Integer)
    returned: Mapped[int] = mapped_column(Integer)
    carried_out_by: Mapped[str] = mapped_column(String(200), default="")
    document: Mapped[str] = mapped_column(String(200), default="")
    documented_on: Mapped[dt.date | None] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_survey_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    group_stage: Mapped[GroupStage] = relationship()


class SurveyTally(Model):
    """What one survey counted about one unit on one leaf: people by answer, and the sheets that came back.

    Rows are appended; the one without `superseded_at` speaks.
    """

    __tablename__ = "survey_tally"
    __table_args__ = (
        once_where("uq_survey_tally_current", "superseded_at IS NULL", "survey_id", "assessment_id", "criterion_id"),
        CheckConstraint("returned >= 0", name="ck_survey_tally_returned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", name="fk_survey_tally_survey_id"), index=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_survey_tally_assessment_id"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_survey_tally_criterion_id"))
    counts: Mapped[dict[str, int]] = mapped_column(JsonText)
    returned: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_survey_tally_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    superseded_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    survey: Mapped[Survey] = relationship()


class ReplacedClaim(Model):
    """An entered claim as it stood before another took its place, or before it was withdrawn. Appended only."""

    __tablename__ = "replaced_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_replaced_claim_assessment_id"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_replaced_claim_criterion_id"))
    source: Mapped[ScoredBy] = mapped_column(one_of(ScoredBy, "ck_replaced_claim_source"))
    claim: Mapped[dict[str, Any]] = mapped_column(JsonText)
    points: Mapped[Decimal] = mapped_column(Points)
    document: Mapped[str] = mapped_column(String(200), default="")
    source_name: Mapped[str] = mapped_column(String(200), default="")
    source_on: Mapped[dt.date | None] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_replaced_claim_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    superseded_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    superseded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_replaced_claim_superseded_by_id"))

    by: Mapped[PortalUser] = relationship(foreign_keys=[by_id])


class LeaderSheet(Model):
    """One leader's sheet on one group: `submitted_at` locks it; `document` says the paper it was typed from."""

    __tablename__ = "leader_sheet"
    __table_args__ = (UniqueConstraint("group_stage_id", "leader_id", name="uq_leader_sheet_group_stage_id_leader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_stage_id: Mapped[int] = mapped_column(ForeignKey("group_stage.id", name="fk_leader_sheet_group_stage_id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("membership.id", name="fk_leader_sheet_leader_id"), index=True)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    document: Mapped[str] = mapped_column(String(200), default="")
    signed_by: Mapped[str] = mapped_column(String(200), default="")
    signed_on: Mapped[dt.date | None] = mapped_column(Date)
    reopened_reason: Mapped[str] = mapped_column(Text, default="")

    leader: Mapped[Membership] = relationship()


class LeafTerm(Model):
    """What is particular about the time of one leaf: figures up to `cut_off`; `not_yet_due`: the council assesses it
    additionally (Định Hóa 2024, mục II: "chưa đến thời hạn báo cáo").
    """

    __tablename__ = "leaf_term"
    __table_args__ = (
        UniqueConstraint("campaign_id", "criterion_id", name="uq_leaf_term_campaign_id_criterion_id"),
        CheckConstraint("not_yet_due OR cut_off IS NOT NULL", name="ck_leaf_term_says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_leaf_term_campaign_id", ondelete="CASCADE")
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_leaf_term_criterion_id"))
    not_yet_due: Mapped[bool] = mapped_column(Boolean(name="ck_leaf_term_not_yet_due"), default=False)
    cut_off: Mapped[dt.date | None] = mapped_column(Date)

    criterion: Mapped[Criterion] = relationship()


class LeafDecision(Model):
    """One change of an override or a term, before or after the opening: what it was, what it became, on which paper."""

    __tablename__ = "leaf_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_leaf_decision_campaign_id", ondelete="CASCADE"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_leaf_decision_criterion_id"))
    setting: Mapped[LeafSetting] = mapped_column(one_of(LeafSetting, "ck_leaf_decision_setting"))
    old: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    new: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    reason: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_leaf_decision_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    criterion: Mapped[Criterion] = relationship()
    by: Mapped[PortalUser] = relationship()


class BaselineRecord(Model):
    """One setting of a unit's figure of the year before, with its source. Appended; the newest is the baseline."""

    __tablename__ = "baseline_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_baseline_record_campaign_id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_baseline_record_unit_id"))
    measure: Mapped[str] = mapped_column(String(64))
    value: Mapped[Decimal] = mapped_column(Points)
    source: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_baseline_record_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
