"""Campaigns: dates, classes, groups with their council and set, assignments, overrides, baselines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import JsonText, Points, UtcInstant, once_where, one_of
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Council, LegalBasis, PeerGroup, PortalUser, Unit
from app.domain.terms import CampaignStatus, PhaseKind, Stage, Ties


class Campaign(Model):
    """One round of scoring. Settings are data: nothing in the code asks which system this is."""

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("code", name="uq_campaign_code"),
        CheckConstraint("decimals BETWEEN 0 AND 4", name="ck_campaign_decimals"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(String(400), default="")
    year: Mapped[int] = mapped_column(Integer)
    status: Mapped[CampaignStatus] = mapped_column(
        one_of(CampaignStatus, "ck_campaign_status"),
        default=CampaignStatus.DRAFT,
    )
    rehearsal: Mapped[bool] = mapped_column(Boolean(name="ck_campaign_rehearsal"), default=False)
    anchor_date: Mapped[dt.date | None] = mapped_column(Date)
    decimals: Mapped[int] = mapped_column(Integer, default=2)
    ties: Mapped[Ties] = mapped_column(one_of(Ties, "ck_campaign_ties"), default=Ties.COMPETITION)
    #: the remaining policies as read by `domain.campaign.Policies`: tie_breakers, rank_on, cap_index,
    #: internal_approval, support_policy, zero_grounds, explanation_days, request_answerable …
    policies: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    legal_basis_id: Mapped[int | None] = mapped_column(ForeignKey("legal_basis.id", name="fk_campaign_legal_basis_id"))
    opened_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    legal_basis: Mapped[LegalBasis | None] = relationship()
    phases: Mapped[list[Phase]] = relationship(
        back_populates="campaign",
        order_by="Phase.closes_at",
        cascade="all, delete-orphan",
    )
    bands: Mapped[list[GradeBand]] = relationship(
        back_populates="campaign",
        order_by="GradeBand.lower.desc()",
        cascade="all, delete-orphan",
    )
    groups: Mapped[list[GroupStage]] = relationship(back_populates="campaign", order_by="GroupStage.id")

    def __str__(self) -> str:
        return self.name


class Phase(Model):
    """A dated stretch of a campaign: `opens_at` included, `closes_at` excluded (17:00:00 is closed)."""

    __tablename__ = "phase"
    __table_args__ = (
        UniqueConstraint("campaign_id", "kind", name="uq_phase_campaign_id_kind"),
        CheckConstraint("opens_at IS NULL OR opens_at < closes_at", name="ck_phase_opens_before_it_closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", name="fk_phase_campaign_id", ondelete="CASCADE"))
    kind: Mapped[PhaseKind] = mapped_column(one_of(PhaseKind, "ck_phase_kind"))
    opens_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    closes_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    sample: Mapped[bool] = mapped_column(Boolean(name="ck_phase_sample"), default=False)

    campaign: Mapped[Campaign] = relationship(back_populates="phases")


class GradeBand(Model):
    """One class: its lower bound, in percent of the index, belongs to it."""

    __tablename__ = "grade_band"
    __table_args__ = (
        UniqueConstraint("campaign_id", "lower", name="uq_grade_band_campaign_id_lower"),
        CheckConstraint("lower >= 0", name="ck_grade_band_lower_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_grade_band_campaign_id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(120))
    lower: Mapped[Decimal] = mapped_column(Points)
    sample: Mapped[bool] = mapped_column(Boolean(name="ck_grade_band_sample"), default=False)

    campaign: Mapped[Campaign] = relationship(back_populates="bands")


class GroupStage(Model):
    """A group in a campaign, before one council, on one set, at one stage; `version` moves with the stage."""

    __tablename__ = "group_stage"
    __table_args__ = (UniqueConstraint("campaign_id", "group_id", name="uq_group_stage_campaign_id_group_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", name="fk_group_stage_campaign_id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id", name="fk_group_stage_group_id"))
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id", name="fk_group_stage_council_id"), index=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id", name="fk_group_stage_set_id"))
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "ck_group_stage_stage"), default=Stage.SCORING)
    version: Mapped[int] = mapped_column(Integer, default=1)

    campaign: Mapped[Campaign] = relationship(back_populates="groups")
    group: Mapped[PeerGroup] = relationship()
    council: Mapped[Council] = relationship()
    criteria_set: Mapped[CriteriaSet] = relationship()

    __mapper_args__ = {"version_id_col": version}


class CampaignOverride(Model):
    """The council gives these points to every unit (first year); `points` null is the maximum."""

    __tablename__ = "campaign_override"
    __table_args__ = (
        UniqueConstraint("campaign_id", "criterion_id", name="uq_campaign_override_campaign_id_criterion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_campaign_override_campaign_id", ondelete="CASCADE")
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_campaign_override_criterion_id"))
    points: Mapped[Decimal | None] = mapped_column(Points)
    reason: Mapped[str] = mapped_column(Text)
    sample: Mapped[bool] = mapped_column(Boolean(name="ck_campaign_override_sample"), default=False)

    campaign: Mapped[Campaign] = relationship()
    criterion: Mapped[Criterion] = relationship()


class AppraiserAssignment(Model):
    """Subtree × (group or unit) → agency. The most specific branch decides, a unit's row before its group's."""

    __tablename__ = "appraiser_assignment"
    __table_args__ = (
        once_where("uq_appraiser_assignment_group", "unit_id IS NULL", "campaign_id", "criterion_id", "group_id"),
        once_where("uq_appraiser_assignment_unit", "group_id IS NULL", "campaign_id", "criterion_id", "unit_id"),
        CheckConstraint("(group_id IS NULL) <> (unit_id IS NULL)", name="ck_appraiser_assignment_group_or_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_appraiser_assignment_campaign_id", ondelete="CASCADE"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_appraiser_assignment_criterion_id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id", name="fk_appraiser_assignment_group_id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_appraiser_assignment_unit_id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_appraiser_assignment_agency_id"), index=True)

    campaign: Mapped[Campaign] = relationship()
    criterion: Mapped[Criterion] = relationship()
    group: Mapped[PeerGroup | None] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    agency: Mapped[Unit] = relationship(foreign_keys=[agency_id])

    def __str__(self) -> str:
        return f"{self.criterion.code}, {self.group or self.unit} → {self.agency}"


class OfficerAssignment(Model):
    """A branch of the tree, in one unit and campaign, that an officer answers for."""

    __tablename__ = "officer_assignment"
    __table_args__ = (
        UniqueConstraint("campaign_id", "unit_id", "criterion_id", "user_id", name="uq_officer_assignment_branch_user"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_officer_assignment_campaign_id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_officer_assignment_unit_id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_officer_assignment_criterion_id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_officer_assignment_user_id"), index=True)

    campaign: Mapped[Campaign] = relationship()
    unit: Mapped[Unit] = relationship()
    criterion: Mapped[Criterion] = relationship()
    user: Mapped[PortalUser] = relationship()

    def __str__(self) -> str:
        return f"{self.criterion.code}, {self.unit} → {self.user.first_name}"


class Baseline(Model):
    """Last year's figure of a unit, for rules that compare; never typed by the unit itself."""

    __tablename__ = "baseline"
    __table_args__ = (
        UniqueConstraint("campaign_id", "unit_id", "measure", name="uq_baseline_campaign_id_unit_id_measure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_baseline_campaign_id", ondelete="CASCADE")
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_baseline_unit_id"))
    measure: Mapped[str] = mapped_column(String(64))
    value: Mapped[Decimal] = mapped_column(Points)
    source: Mapped[str] = mapped_column(Text)
    sample: Mapped[bool] = mapped_column(Boolean(name="ck_baseline_sample"), default=False)

    unit: Mapped[Unit] = relationship()
