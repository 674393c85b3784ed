"""Acts of a group and what was published: snapshot, rows, and the exact bytes that were printed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.campaigns import GroupStage
from app.db.columns import JsonText, Points, UtcInstant, one_of
from app.db.identity import PortalUser, Unit
from app.domain.terms import GroupAction, Stage


class StageAct(Model):
    """One act that moved a group (or units alone): who, when, on what paper, whom it named."""

    __tablename__ = "stage_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_stage_id: Mapped[int] = mapped_column(
        ForeignKey("group_stage.id", name="fk_stage_act_group_stage_id"), index=True
    )
    action: Mapped[GroupAction] = mapped_column(one_of(GroupAction, "ck_stage_act_action"))
    from_stage: Mapped[Stage] = mapped_column(one_of(Stage, "ck_stage_act_from_stage"))
    to_stage: Mapped[Stage] = mapped_column(one_of(Stage, "ck_stage_act_to_stage"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_stage_act_by_id"))
    document: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    #: what the preview showed and the act named: late units, undecided leaves, …
    named: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)

    group_stage: Mapped[GroupStage] = relationship()
    by: Mapped[PortalUser] = relationship()


class Publication(Model):
    """One edition of one group's results: `snapshot` holds rows, rules, raw answers and set hash; `pdf_sha256` the paper."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("group_stage_id", "edition", name="uq_publication_group_stage_id_edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_stage_id: Mapped[int] = mapped_column(ForeignKey("group_stage.id", name="fk_publication_group_stage_id"))
    edition: Mapped[int] = mapped_column(Integer)
    decision_number: Mapped[str] = mapped_column(String(64))
    decided_on: Mapped[dt.date] = mapped_column(Date)
    signer: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_publication_by_id"))
    #: read where it is opened, never with a list of editions
    snapshot: Mapped[str] = mapped_column(Text, deferred=True)
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    pdf_sha256: Mapped[str] = mapped_column(String(64))

    group_stage: Mapped[GroupStage] = relationship()
    rows: Mapped[list[PublishedResult]] = relationship(back_populates="publication", order_by="PublishedResult.id")


class PublishedResult(Model):
    """One unit's line of an edition; a unit under appraisal or not submitted has no index, class, position."""

    __tablename__ = "published_result"
    __table_args__ = (UniqueConstraint("publication_id", "unit_id", name="uq_published_result_publication_id_unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publication.id", name="fk_published_result_publication_id", ondelete="CASCADE")
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_published_result_unit_id"), index=True)
    standing: Mapped[str] = mapped_column(String(32))
    obtained: Mapped[Decimal | None] = mapped_column(Points)
    attainable: Mapped[Decimal | None] = mapped_column(Points)
    bonus: Mapped[Decimal] = mapped_column(Points, default=Decimal(0))
    penalty: Mapped[Decimal] = mapped_column(Points, default=Decimal(0))
    index_percent: Mapped[Decimal | None] = mapped_column(Points)
    grade: Mapped[str | None] = mapped_column(String(120))
    position: Mapped[int | None] = mapped_column(Integer)

    publication: Mapped[Publication] = relationship(back_populates="rows")
    unit: Mapped[Unit] = relationship()
