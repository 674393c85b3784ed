"""What agencies do on a case beside their verdicts: on-site rechecks, evidence of their own, checks on a system."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment
from app.db.base import Model
from app.db.columns import UtcInstant, one_of
from app.db.criteria import Criterion
from app.db.identity import PortalUser, Unit
from app.domain.terms import AgencyProof, RecheckStatus


class Recheck(Model):
    """An on-site recheck of one leaf of one unit. Each group of columns is filled once, by its act."""

    __tablename__ = "recheck"
    __table_args__ = (
        CheckConstraint("(status IN ('ordered', 'recorded')) = (planned_on IS NOT NULL)", name="ck_recheck_planned"),
        CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name="ck_recheck_decided"),
        CheckConstraint("(status = 'recorded') = (recorded_at IS NOT NULL)", name="ck_recheck_recorded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", name="fk_recheck_assessment_id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_recheck_criterion_id"), index=True)
    status: Mapped[RecheckStatus] = mapped_column(one_of(RecheckStatus, "ck_recheck_status"))
    #: why it is asked for, or ordered where nobody asked
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_recheck_asked_by_id"))
    asked_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    planned_on: Mapped[dt.date | None] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_recheck_decided_by_id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    minutes_number: Mapped[str] = mapped_column(String(64), default="")
    minutes_on: Mapped[dt.date | None] = mapped_column(Date)
    took_part: Mapped[str] = mapped_column(Text, default="")
    finding: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", name="fk_recheck_recorded_by_id"))
    recorded_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    assessment: Mapped[Assessment] = relationship()
    criterion: Mapped[Criterion] = relationship()
    asked_by: Mapped[PortalUser | None] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[PortalUser | None] = relationship(foreign_keys=[decided_by_id])
    recorded_by: Mapped[PortalUser | None] = relationship(foreign_keys=[recorded_by_id])


class AgencyEvidence(Model):
    """What an agency itself knows of a leaf: a file it holds, or a check on a named system with what was found there.

    Appended, never changed; the unit reads it once the results it bears on are released.
    """

    __tablename__ = "agency_evidence"
    __table_args__ = (
        CheckConstraint("(kind = 'file') = (sha256 IS NOT NULL)", name="ck_agency_evidence_file_has_hash"),
        CheckConstraint("(kind = 'check') = (checked_on IS NOT NULL)", name="ck_agency_evidence_check_has_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_agency_evidence_assessment_id"), index=True
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_agency_evidence_criterion_id"))
    kind: Mapped[AgencyProof] = mapped_column(one_of(AgencyProof, "ck_agency_evidence_kind"))
    document_number: Mapped[str] = mapped_column(String(64), default="")
    issued_on: Mapped[dt.date | None] = mapped_column(Date)
    subject: Mapped[str] = mapped_column(Text, default="")
    original_name: Mapped[str] = mapped_column(String(255), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(Integer)
    system_name: Mapped[str] = mapped_column(String(200), default="")
    checked_on: Mapped[dt.date | None] = mapped_column(Date)
    finding: Mapped[str] = mapped_column(Text, default="")
    agency_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_agency_evidence_agency_id"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_agency_evidence_added_by_id"))
    added_at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    assessment: Mapped[Assessment] = relationship()
    criterion: Mapped[Criterion] = relationship()
    agency: Mapped[Unit] = relationship()
    added_by: Mapped[PortalUser] = relationship()
