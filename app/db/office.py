"""How an appraising agency divides its work: shares, recusals, reason snippets; and how often it was chased."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.campaigns import Campaign, GroupStage
from app.db.columns import UtcInstant, once_where
from app.db.criteria import Criterion
from app.db.identity import PeerGroup, PortalUser, Unit


class AppraiserShare(Model):
    """What of its agency's leaves one person judges. A division of work: it grants nothing and forbids nothing.

    `criterion` null is every branch; group and unit null is every unit. The most specific row decides.
    """

    __tablename__ = "appraiser_share"
    __table_args__ = (CheckConstraint("group_id IS NULL OR unit_id IS NULL", name="ck_appraiser_share_group_or_unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_appraiser_share_campaign_id", ondelete="CASCADE"), index=True
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_appraiser_share_agency_id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_appraiser_share_user_id"), index=True)
    criterion_id: Mapped[int | None] = mapped_column(
        ForeignKey("criterion.id", name="fk_appraiser_share_criterion_id"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id", name="fk_appraiser_share_group_id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_appraiser_share_unit_id"))

    campaign: Mapped[Campaign] = relationship()
    agency: Mapped[Unit] = relationship(foreign_keys=[agency_id])
    user: Mapped[PortalUser] = relationship()
    criterion: Mapped[Criterion | None] = relationship()
    group: Mapped[PeerGroup | None] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])


class Recusal(Model):
    """A person stays out of judging a unit in a campaign. Withdrawn, never deleted: the history stays."""

    __tablename__ = "recusal"
    __table_args__ = (
        once_where("uq_recusal_standing", "withdrawn_at IS NULL", "campaign_id", "unit_id", "user_id"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="ck_recusal_withdrawn_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_recusal_campaign_id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_recusal_unit_id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_recusal_user_id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_recusal_recorded_by_id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_recusal_withdrawn_by_id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    campaign: Mapped[Campaign] = relationship()
    unit: Mapped[Unit] = relationship()
    user: Mapped[PortalUser] = relationship(foreign_keys=[user_id])
    recorded_by: Mapped[PortalUser] = relationship(foreign_keys=[recorded_by_id])


class ReasonSnippet(Model):
    """A short text for the reason of a verdict: one person's own, or an agency's for all its people."""

    __tablename__ = "reason_snippet"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", name="ck_reason_snippet_person_or_agency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("ab_user.id", name="fk_reason_snippet_user_id", ondelete="CASCADE"), index=True
    )
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_reason_snippet_agency_id"), index=True)
    text: Mapped[str] = mapped_column(Text)

    agency: Mapped[Unit | None] = relationship()


class AgencyChase(Model):
    """An agency was told of the verdicts it owes a group; the newest says when it may be told again."""

    __tablename__ = "agency_chase"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_stage_id: Mapped[int] = mapped_column(
        ForeignKey("group_stage.id", name="fk_agency_chase_group_stage_id"), index=True
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_agency_chase_agency_id"))
    count: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_agency_chase_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    group_stage: Mapped[GroupStage] = relationship()
    agency: Mapped[Unit] = relationship()
    by: Mapped[PortalUser] = relationship()
