"""What a unit enters: its assessment, one row a leaf, receipts, windows, exemptions and adjustments."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.adjustment_items import AdjustmentItem
from app.db.base import Model
from app.db.campaigns import Campaign, GroupStage
from app.db.columns import JsonText, Points, UtcInstant, once_where, one_of
from app.db.criteria import Criterion
from app.db.identity import PortalUser, Unit
from app.domain.adjustments import ProposedBy
from app.domain.terms import AdjustmentKind, ItemStatus, ReceiptKind, Stage, State, WindowGround


class Assessment(Model):
    """The sheet of one unit in one campaign. `stage` null is the group's stage; `version` moves with state or stage.

    `self_total` is the sum of the unit's own leaves, kept by `total = total + :delta`; a recount must give the same.
    """

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id", name="uq_assessment_campaign_id_unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", name="fk_assessment_campaign_id"), index=True)
    group_stage_id: Mapped[int] = mapped_column(
        ForeignKey("group_stage.id", name="fk_assessment_group_stage_id"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_assessment_unit_id"), index=True)
    state: Mapped[State] = mapped_column(one_of(State, "ck_assessment_state"), default=State.DRAFT)
    stage: Mapped[Stage | None] = mapped_column(one_of(Stage, "ck_assessment_stage"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    self_total: Mapped[Decimal] = mapped_column(Points, default=Decimal(0))
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    proposed_grade: Mapped[str | None] = mapped_column(String(120))

    campaign: Mapped[Campaign] = relationship()
    group_stage: Mapped[GroupStage] = relationship()
    unit: Mapped[Unit] = relationship()
    entries: Mapped[list[ScoreEntry]] = relationship(back_populates="assessment", order_by="ScoreEntry.criterion_id")
    receipts: Mapped[list[Receipt]] = relationship(back_populates="assessment", order_by="Receipt.id")
    windows: Mapped[list[AnswerWindow]] = relationship(back_populates="assessment", order_by="AnswerWindow.id")


class ScoreEntry(Model):
    """One leaf of one sheet: the claim as entered, the points the rule gave, the explanation. `version` is the If-Match."""

    __tablename__ = "score_entry"
    __table_args__ = (
        UniqueConstraint("assessment_id", "criterion_id", name="uq_score_entry_assessment_id_criterion_id"),
        CheckConstraint("self_points IS NULL OR self_points >= 0", name="ck_score_entry_self_points_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_score_entry_assessment_id", ondelete="CASCADE")
    )
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_score_entry_criterion_id"), index=True
    )
    claim: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    self_points: Mapped[Decimal | None] = mapped_column(Points)
    explanation: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    #: the entry's version at which each field last changed: a save based on an older one clashes, any other merges
    claim_version: Mapped[int] = mapped_column(Integer, default=0)
    explanation_version: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_score_entry_changed_by_id"))

    assessment: Mapped[Assessment] = relationship(back_populates="entries")
    criterion: Mapped[Criterion] = relationship()
    changed_by: Mapped[PortalUser] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Receipt(Model):
    """A submission or a sent explanation: number, instant, and the exact content it pinned.

    `criterion_id`: an answer to a request on this one leaf, sent at once; null for a whole sheet or explanation.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("assessment_id", "kind", "number", name="uq_receipt_assessment_id_kind_number"),
        UniqueConstraint("assessment_id", "idempotency_key", name="uq_receipt_assessment_id_idempotency_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_receipt_assessment_id"))
    kind: Mapped[ReceiptKind] = mapped_column(one_of(ReceiptKind, "ck_receipt_kind"))
    number: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_receipt_by_id"))
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id", name="fk_receipt_criterion_id"))

    assessment: Mapped[Assessment] = relationship(back_populates="receipts")
    by: Mapped[PortalUser] = relationship()


class AnswerWindow(Model):
    """A stretch in which one unit may write outside the phase; `criterion_id` null covers every leaf. `due_at` is closed.

    `document`, of the day `dated_on` where that is known: the decision or written request it rests on. One closed early
    keeps its `due_at` and has a `closing`; `ends_at` is what counts.
    """

    __tablename__ = "answer_window"
    __table_args__ = (CheckConstraint("opens_at < due_at", name="ck_answer_window_opens_before_due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_answer_window_assessment_id"), index=True
    )
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id", name="fk_answer_window_criterion_id"))
    ground: Mapped[WindowGround] = mapped_column(one_of(WindowGround, "ck_answer_window_ground"))
    opens_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    due_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    document: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    dated_on: Mapped[dt.date | None] = mapped_column(Date)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_answer_window_granted_by_id"))

    assessment: Mapped[Assessment] = relationship(back_populates="windows")
    criterion: Mapped[Criterion | None] = relationship()
    granted_by: Mapped[PortalUser] = relationship()
    closing: Mapped[WindowClosing | None] = relationship(back_populates="window", lazy="joined")

    @property
    def ends_at(self) -> dt.datetime:
        return self.due_at if self.closing is None else min(self.due_at, self.closing.at)


class WindowClosing(Model):
    """A window closed before its term, by whom and why. `withdrawn`: by a later verdict that took a request back."""

    __tablename__ = "window_closing"
    __table_args__ = (UniqueConstraint("window_id", name="uq_window_closing_window_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("answer_window.id", name="fk_window_closing_window_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[bool] = mapped_column(Boolean(name="ck_window_closing_withdrawn"), default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_window_closing_by_id"))

    window: Mapped[AnswerWindow] = relationship(back_populates="closing")
    by: Mapped[PortalUser] = relationship()


class Exemption(Model):
    """Not applicable: proposed, then decided by the council with a document; the leaf leaves the maximum too.

    `document` and `decision_reason` are the council's, `proposed_document` and `reason` the proposer's. A decision that
    is changed or a proposal that is withdrawn stays as a row out of force; `branch`: the branch it was claimed by.
    """

    __tablename__ = "exemption"
    __table_args__ = (once_where("uq_exemption_in_force", "in_force", "assessment_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_exemption_assessment_id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_exemption_criterion_id"))
    status: Mapped[ItemStatus] = mapped_column(one_of(ItemStatus, "ck_exemption_status"), default=ItemStatus.PROPOSED)
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_exemption_decided_by_id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    branch: Mapped[str] = mapped_column(String(20), default="", server_default="")
    side: Mapped[ProposedBy | None] = mapped_column(one_of(ProposedBy, "ck_exemption_side"))
    proposed_document: Mapped[str] = mapped_column(String(200), default="", server_default="")
    proposed_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_exemption_proposed_by_id"))
    decision_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    in_force: Mapped[bool] = mapped_column(Boolean(name="ck_exemption_in_force"), default=True, server_default=true())
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("exemption.id", name="fk_exemption_supersedes_id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_exemption_ended_by_id"))

    assessment: Mapped[Assessment] = relationship()
    criterion: Mapped[Criterion] = relationship()
    proposed_by: Mapped[PortalUser | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[PortalUser | None] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[PortalUser | None] = relationship(foreign_keys=[ended_by_id])


class Adjustment(Model):
    """A bonus or a penalty of one unit, in points, never negative; its kind gives the sign.

    `claim` with `item` gave `points`; without an item they count as they are. Rows out of force are history.
    """

    __tablename__ = "adjustment"
    __table_args__ = (CheckConstraint("points >= 0", name="ck_adjustment_points_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_adjustment_assessment_id"), index=True
    )
    kind: Mapped[AdjustmentKind] = mapped_column(one_of(AdjustmentKind, "ck_adjustment_kind"))
    points: Mapped[Decimal] = mapped_column(Points)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[ItemStatus] = mapped_column(one_of(ItemStatus, "ck_adjustment_status"), default=ItemStatus.PROPOSED)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_adjustment_decided_by_id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment_item.id", name="fk_adjustment_item_id"))
    claim: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    side: Mapped[ProposedBy | None] = mapped_column(one_of(ProposedBy, "ck_adjustment_side"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_adjustment_agency_id"))
    proposed_document: Mapped[str] = mapped_column(String(200), default="", server_default="")
    proposed_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_adjustment_proposed_by_id"))
    document: Mapped[str] = mapped_column(String(200), default="", server_default="")
    decision_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    in_force: Mapped[bool] = mapped_column(Boolean(name="ck_adjustment_in_force"), default=True, server_default=true())
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment.id", name="fk_adjustment_supersedes_id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_adjustment_ended_by_id"))

    assessment: Mapped[Assessment] = relationship()
    item: Mapped[AdjustmentItem | None] = relationship()
    agency: Mapped[Unit | None] = relationship()
    proposed_by: Mapped[PortalUser | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[PortalUser | None] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[PortalUser | None] = relationship(foreign_keys=[ended_by_id])
