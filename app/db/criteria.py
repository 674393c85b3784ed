"""Criteria sets, their trees, and the findings settled while reading the decree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import JsonText, Points, UtcInstant, one_of
from app.db.identity import LegalBasis, Unit
from app.domain.terms import ExampleOrigin, ScoredBy, SetStatus, Severity

if TYPE_CHECKING:
    from app.db.criterion_bases import CriterionBasis


class CriteriaSet(Model):
    """One version of a table of criteria. Frozen when its campaign opens; triggers hold it then."""

    __tablename__ = "criteria_set"
    __table_args__ = (UniqueConstraint("code", "version_number", name="uq_criteria_set_code_version_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    version_number: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(String(400), default="")
    year: Mapped[int] = mapped_column(Integer)
    status: Mapped[SetStatus] = mapped_column(one_of(SetStatus, "ck_criteria_set_status"), default=SetStatus.DRAFT)
    notes: Mapped[str] = mapped_column(Text, default="")
    legal_basis_id: Mapped[int | None] = mapped_column(
        ForeignKey("legal_basis.id", name="fk_criteria_set_legal_basis_id")
    )
    #: the set this one was made from, or is compared with; its criteria are this one's origins
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("criteria_set.id", name="fk_criteria_set_previous_id"))
    #: why there is this version
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    frozen_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    legal_basis: Mapped[LegalBasis | None] = relationship()
    previous: Mapped[CriteriaSet | None] = relationship(remote_side="CriteriaSet.id")
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="criteria_set",
        order_by="Criterion.position",
        cascade="all, delete-orphan",
    )

    def __str__(self) -> str:
        return f"{self.name} (v{self.version_number})"


class Criterion(Model):
    """A node of the tree. A leaf is a node with a rule; `position` is the order of the paper, over the whole set."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("set_id", "code", name="uq_criterion_set_id_code"),
        CheckConstraint("maximum >= 0", name="ck_criterion_maximum_not_negative"),
        CheckConstraint("(rule IS NULL) = (scored_by IS NULL)", name="ck_criterion_rule_with_scored_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(
        ForeignKey("criteria_set.id", name="fk_criterion_set_id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id", name="fk_criterion_parent_id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(Text, default="")
    original: Mapped[str] = mapped_column(Text, default="")
    maximum: Mapped[Decimal] = mapped_column(Points)
    requirement: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    agency_printed: Mapped[str] = mapped_column(String(200), default="")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", name="fk_criterion_agency_id"))
    scored_by: Mapped[ScoredBy | None] = mapped_column(one_of(ScoredBy, "ck_criterion_scored_by"))
    rule: Mapped[dict[str, Any] | None] = mapped_column(JsonText)

    criteria_set: Mapped[CriteriaSet] = relationship(back_populates="criteria")
    parent: Mapped[Criterion | None] = relationship(remote_side="Criterion.id")
    agency: Mapped[Unit | None] = relationship()
    findings: Mapped[list[CriterionFinding]] = relationship(
        back_populates="criterion",
        order_by="CriterionFinding.id",
        cascade="all, delete-orphan",
    )
    bases: Mapped[list[CriterionBasis]] = relationship(
        back_populates="criterion",
        order_by="CriterionBasis.id",
        cascade="all, delete-orphan",
    )
    examples: Mapped[list[RuleExample]] = relationship(
        back_populates="criterion",
        order_by="RuleExample.position",
        cascade="all, delete-orphan",
    )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CriterionFinding(Model):
    """A doubt of the paper and the choice made about it; an unsettled error keeps a campaign from opening."""

    __tablename__ = "criterion_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_criterion_finding_criterion_id", ondelete="CASCADE"),
        index=True,
    )
    code: Mapped[str] = mapped_column(String(64))
    severity: Mapped[Severity] = mapped_column(one_of(Severity, "ck_criterion_finding_severity"))
    message: Mapped[str] = mapped_column(Text)
    settled: Mapped[bool] = mapped_column(Boolean(name="ck_criterion_finding_settled"), default=False)
    choice: Mapped[str] = mapped_column(Text, default="")

    criterion: Mapped[Criterion] = relationship(back_populates="findings")


class RuleExample(Model):
    """A claim with what the criterion's rule must make of it; run again whenever the rule changes."""

    __tablename__ = "rule_example"
    __table_args__ = (
        CheckConstraint("(expected IS NULL) <> (refusal IS NULL)", name="ck_rule_example_points_or_refusal"),
        CheckConstraint("expected >= 0", name="ck_rule_example_expected_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", name="fk_rule_example_criterion_id", ondelete="CASCADE"),
        index=True,
    )
    position: Mapped[int] = mapped_column(Integer)
    claim: Mapped[dict[str, Any]] = mapped_column(JsonText)
    expected: Mapped[Decimal | None] = mapped_column(Points)
    refusal: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[ExampleOrigin] = mapped_column(one_of(ExampleOrigin, "ck_rule_example_origin"))

    criterion: Mapped[Criterion] = relationship(back_populates="examples")

    def copied(self) -> RuleExample:
        """Return the same example for a copy of the criterion."""
        columns = ("position", "claim", "expected", "refusal", "note", "origin")
        return RuleExample(**{column: getattr(self, column) for column in columns})
