"""The report a unit's head signed, as it stands on paper: versions, each a row; and why it differs from the sheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment
from app.db.base import Model
from app.db.columns import JsonText, Points, UtcInstant
from app.db.evidence import Document
from app.db.identity import PortalUser


class UnitReport(Model):
    """One version of a unit's report. `totals`: figures typed from the paper, points as text by code of the criterion.

    `exemptions`: the leaves claimed as not applicable when it was entered. A new version is a new row.
    """

    __tablename__ = "unit_report"
    __table_args__ = (UniqueConstraint("assessment_id", "version", name="uq_unit_report_assessment_id_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_unit_report_assessment_id"))
    version: Mapped[int] = mapped_column(Integer)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", name="fk_unit_report_document_id"), index=True)
    total: Mapped[Decimal] = mapped_column(Points)
    totals: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    exemptions: Mapped[list[str]] = mapped_column(JsonText, default=list)
    difficulties: Mapped[str] = mapped_column(Text, default="")
    proposals: Mapped[str] = mapped_column(Text, default="")
    proposed_grade: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_unit_report_by_id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_unit_report_approved_by_id"))

    assessment: Mapped[Assessment] = relationship()
    document: Mapped[Document] = relationship()
    by: Mapped[PortalUser] = relationship(foreign_keys=[by_id])
    approved_by: Mapped[PortalUser | None] = relationship(foreign_keys=[approved_by_id])


class ReportDifference(Model):
    """Why report and sheet differ at one criterion, as the unit explains it; appended, the last one counts."""

    __tablename__ = "report_difference"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(
        ForeignKey("unit_report.id", name="fk_report_difference_report_id"), index=True
    )
    #: code of the criterion; "" speaks of the total
    code: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_report_difference_by_id"))

    report: Mapped[UnitReport] = relationship()
    by: Mapped[PortalUser] = relationship()
