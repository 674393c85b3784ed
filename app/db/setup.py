"""How campaigns come to be and change: what a draft started from, changes while open, hand-overs, closed sheets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment
from app.db.base import Model
from app.db.campaigns import Campaign
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.identity import Council, PortalUser, Unit
from app.domain.campaign_change import ChangeKind, ClosingGround
from app.domain.terms import Role


class CampaignSetup(Model):
    """What a draft campaign started from: its profile as it was then, and what of it still has to be looked at.

    `unresolved`: codes of groups, councils and sets the profile names and the portal does not know.
    """

    __tablename__ = "campaign_setup"
    __table_args__ = (UniqueConstraint("campaign_id", name="uq_campaign_setup_campaign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_campaign_setup_campaign_id", ondelete="CASCADE")
    )
    profile: Mapped[dict[str, Any]] = mapped_column(JsonText)
    copied_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id", name="fk_campaign_setup_copied_from_id", ondelete="SET NULL")
    )
    dates_checked: Mapped[bool] = mapped_column(Boolean(name="ck_campaign_setup_dates_checked"), default=False)
    unresolved: Mapped[list[str]] = mapped_column(JsonText, default=list)

    campaign: Mapped[Campaign] = relationship(foreign_keys=[campaign_id])
    copied_from: Mapped[Campaign | None] = relationship(foreign_keys=[copied_from_id])


class CampaignChange(Model):
    """One change of an open campaign: what, old → new, why, under which document. Never edited, never deleted."""

    __tablename__ = "campaign_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_campaign_change_campaign_id"), index=True
    )
    kind: Mapped[ChangeKind] = mapped_column(one_of(ChangeKind, "ck_campaign_change_kind"))
    old: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    new: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_campaign_change_by_id"))

    campaign: Mapped[Campaign] = relationship()
    by: Mapped[PortalUser] = relationship()


class Delegation(Model):
    """One appointment of a person, in a deputy's hands from a day to a day, both included, Vietnam time.

    The person keeps it. `withdrawn_at`: taken back before its time; the row stays.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("from_user_id <> to_user_id", name="ck_delegation_to_another"),
        CheckConstraint("from_day <= to_day", name="ck_delegation_begins_before_it_ends"),
        CheckConstraint("unit_id IS NULL OR council_id IS NULL", name="ck_delegation_unit_or_council"),
        Index("ix_delegation_to_user_id_to_day", "to_user_id", "to_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_delegation_from_user_id"), index=True)
    to_user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_delegation_to_user_id"))
    role: Mapped[Role] = mapped_column(one_of(Role, "ck_delegation_role"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_delegation_unit_id"))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id", name="fk_delegation_council_id"))
    from_day: Mapped[dt.date] = mapped_column(Date)
    to_day: Mapped[dt.date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_delegation_recorded_by_id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_delegation_withdrawn_by_id"))

    from_user: Mapped[PortalUser] = relationship(foreign_keys=[from_user_id])
    to_user: Mapped[PortalUser] = relationship(foreign_keys=[to_user_id])
    recorded_by: Mapped[PortalUser] = relationship(foreign_keys=[recorded_by_id])
    unit: Mapped[Unit | None] = relationship()
    council: Mapped[Council | None] = relationship()


class SheetClosing(Model):
    """A sheet that ends before its campaign does: kept and printable, written by nobody, appraised and ranked no more."""

    __tablename__ = "sheet_closing"
    __table_args__ = (UniqueConstraint("assessment_id", name="uq_sheet_closing_assessment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_sheet_closing_assessment_id"))
    ground: Mapped[ClosingGround] = mapped_column(one_of(ClosingGround, "ck_sheet_closing_ground"))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_sheet_closing_into_id"))
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_sheet_closing_by_id"))

    assessment: Mapped[Assessment] = relationship()
    into: Mapped[Unit | None] = relationship()
