"""Acts around results, each appended and never changed: units not ranked, annulments, reports to the tier above."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment
from app.db.base import Model
from app.db.campaigns import Campaign
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.identity import Council, PeerGroup, PortalUser, Unit
from app.db.results import Publication
from app.domain.editions import PositionsAfter


class RankingExclusion(Model):
    """Not ranked in a campaign, or ranked again: a unit, or every unit of a group. The newest row of each speaks; a
    unit's own row before its group's.
    """

    __tablename__ = "ranking_exclusion"
    __table_args__ = (
        CheckConstraint("(group_id IS NULL) <> (unit_id IS NULL)", name="ck_ranking_exclusion_group_or_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", name="fk_ranking_exclusion_campaign_id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id", name="fk_ranking_exclusion_group_id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_ranking_exclusion_unit_id"))
    excluded: Mapped[bool] = mapped_column(Boolean(name="ck_ranking_exclusion_excluded"))
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_ranking_exclusion_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    campaign: Mapped[Campaign] = relationship()
    group: Mapped[PeerGroup | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    by: Mapped[PortalUser] = relationship()


class Annulment(Model):
    """One unit's result of one edition, annulled by decision; `positions`: what becomes of the others' positions."""

    __tablename__ = "annulment"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publication.id", name="fk_annulment_publication_id"), index=True
    )
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_annulment_assessment_id"), index=True
    )
    decision_number: Mapped[str] = mapped_column(String(64))
    decided_on: Mapped[dt.date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    positions: Mapped[PositionsAfter] = mapped_column(one_of(PositionsAfter, "ck_annulment_positions"))
    leaves: Mapped[list[str]] = mapped_column(JsonText)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_annulment_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    publication: Mapped[Publication] = relationship()
    assessment: Mapped[Assessment] = relationship()
    by: Mapped[PortalUser] = relationship()


class UpwardReport(Model):
    """The report by which a council told the one above of what it published; the newest of a campaign speaks."""

    __tablename__ = "upward_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", name="fk_upward_report_campaign_id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id", name="fk_upward_report_council_id"), index=True)
    to_council_id: Mapped[int] = mapped_column(ForeignKey("council.id", name="fk_upward_report_to_council_id"))
    number: Mapped[str] = mapped_column(String(64))
    reported_on: Mapped[dt.date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_upward_report_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    campaign: Mapped[Campaign] = relationship()
    council: Mapped[Council] = relationship(foreign_keys=[council_id])
    to_council: Mapped[Council] = relationship(foreign_keys=[to_council_id])
    by: Mapped[PortalUser] = relationship()
