"""Versions of a set: which criterion comes from which, what a running campaign adopted, which leaves were touched."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment, Receipt
from app.db.base import Model
from app.db.campaigns import GroupStage
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import PortalUser
from app.domain.set_mapping import Confidence
from app.domain.terms import State


class CriterionMapping(Model):
    """A criterion of a set and its origin in the set before; corrected until the new set is frozen.

    `confirmed`: a person said so, or it was beyond doubt when it was found.
    """

    __tablename__ = "criterion_mapping"
    __table_args__ = (
        UniqueConstraint("new_criterion_id", name="uq_criterion_mapping_new_criterion_id"),
        UniqueConstraint("set_id", "old_criterion_id", name="uq_criterion_mapping_set_id_old_criterion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(
        ForeignKey("criteria_set.id", name="fk_criterion_mapping_set_id", ondelete="CASCADE")
    )
    old_criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_criterion_mapping_old_criterion_id", ondelete="CASCADE"), index=True
    )
    new_criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_criterion_mapping_new_criterion_id", ondelete="CASCADE")
    )
    how: Mapped[Confidence] = mapped_column(one_of(Confidence, "ck_criterion_mapping_how"))
    confirmed: Mapped[bool] = mapped_column(Boolean(name="ck_criterion_mapping_confirmed"), default=False)


class SetAdoption(Model):
    """One act by which a group of a running campaign went over to another version. Appended, never changed."""

    __tablename__ = "set_adoption"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_stage_id: Mapped[int] = mapped_column(
        ForeignKey("group_stage.id", name="fk_set_adoption_group_stage_id"), index=True
    )
    old_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id", name="fk_set_adoption_old_set_id"))
    new_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id", name="fk_set_adoption_new_set_id"))
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_set_adoption_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    group_stage: Mapped[GroupStage] = relationship()
    old_set: Mapped[CriteriaSet] = relationship(foreign_keys=[old_set_id])
    new_set: Mapped[CriteriaSet] = relationship(foreign_keys=[new_set_id])
    by: Mapped[PortalUser] = relationship()
    sheets: Mapped[list[AdoptedSheet]] = relationship(back_populates="adoption", order_by="AdoptedSheet.id")


class AdoptedSheet(Model):
    """A sheet as it stood under the version left behind, for ever. Appended, never changed.

    `state` is the one it had. `receipt_id`: the last receipt, where its figures no longer count: the unit sends again.
    """

    __tablename__ = "adopted_sheet"
    __table_args__ = (
        UniqueConstraint("adoption_id", "assessment_id", name="uq_adopted_sheet_adoption_id_assessment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adoption_id: Mapped[int] = mapped_column(ForeignKey("set_adoption.id", name="fk_adopted_sheet_adoption_id"))
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_adopted_sheet_assessment_id"), index=True
    )
    state: Mapped[State] = mapped_column(one_of(State, "ck_adopted_sheet_state"))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id", name="fk_adopted_sheet_receipt_id"))
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))

    adoption: Mapped[SetAdoption] = relationship(back_populates="sheets")
    assessment: Mapped[Assessment] = relationship()
    receipt: Mapped[Receipt | None] = relationship()


class TouchedLeaf(Model):
    """A leaf of a running sheet that a new version changed, until the unit has seen it. `old_criterion_id` null: new.

    `refused`: the code of what the new rule has against the claim that stood there; the leaf waits to be scored again.
    """

    __tablename__ = "touched_leaf"
    __table_args__ = (
        UniqueConstraint("assessment_id", "criterion_id", name="uq_touched_leaf_assessment_id_criterion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adoption_id: Mapped[int] = mapped_column(
        ForeignKey("set_adoption.id", name="fk_touched_leaf_adoption_id"), index=True
    )
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_touched_leaf_assessment_id"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_touched_leaf_criterion_id"), index=True
    )
    old_criterion_id: Mapped[int | None] = mapped_column(
        ForeignKey("criterion.id", name="fk_touched_leaf_old_criterion_id")
    )
    kinds: Mapped[list[str]] = mapped_column(JsonText)
    refused: Mapped[str] = mapped_column(String(64), default="")
    seen_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_touched_leaf_seen_by_id"))

    adoption: Mapped[SetAdoption] = relationship()
    criterion: Mapped[Criterion] = relationship(foreign_keys=[criterion_id])
    old_criterion: Mapped[Criterion | None] = relationship(foreign_keys=[old_criterion_id])
