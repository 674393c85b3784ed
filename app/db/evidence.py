"""Documents of a unit and their links to leaves; files are blobs by SHA-256 behind `app.storage`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.assessments import Assessment
from app.db.base import Model
from app.db.columns import UtcInstant, one_of
from app.db.criteria import Criterion
from app.db.identity import PortalUser, Unit
from app.domain.terms import DocumentKind


class Document(Model):
    """One document of one unit: a file addressed by its hash, or a link with the date it was opened."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("(kind = 'file') = (sha256 IS NOT NULL)", name="ck_document_file_has_hash"),
        CheckConstraint("(kind = 'link') = (url IS NOT NULL)", name="ck_document_link_has_url"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", name="fk_document_unit_id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind, "ck_document_kind"))
    document_number: Mapped[str] = mapped_column(String(64), default="")
    issued_on: Mapped[dt.date | None] = mapped_column(Date)
    issuer: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    search_name: Mapped[str] = mapped_column(Text, default="")
    original_name: Mapped[str] = mapped_column(String(255), default="")
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int | None] = mapped_column(Integer)
    mime: Mapped[str] = mapped_column(String(100), default="")
    #: whether the file bears a digital signature, whatever it is worth; None: nobody looked
    signed: Mapped[bool | None] = mapped_column(Boolean)
    url: Mapped[str | None] = mapped_column(Text)
    opened_on: Mapped[dt.date | None] = mapped_column(Date)
    added_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_document_added_by_id"))

    unit: Mapped[Unit] = relationship()
    added_by: Mapped[PortalUser] = relationship()


class Evidence(Model):
    """A document proving a leaf, in order (1), (2) …; `supplement_round` 0: with the claim, n: with explanation n."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint(
            "assessment_id",
            "criterion_id",
            "document_id",
            "supplement_round",
            name="uq_evidence_leaf_document_round",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", name="fk_evidence_assessment_id"),
        index=True,
    )
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", name="fk_evidence_criterion_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", name="fk_evidence_document_id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    supplement_round: Mapped[int] = mapped_column(Integer, default=0)
    added_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_evidence_added_by_id"))

    assessment: Mapped[Assessment] = relationship()
    criterion: Mapped[Criterion] = relationship()
    document: Mapped[Document] = relationship()
