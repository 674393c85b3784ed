"""Appendices under review: what was read from a file, and every decision about it in order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.criteria import CriteriaSet
from app.db.identity import PortalUser
from app.domain.terms import ImportStatus


class CriteriaImport(Model):
    """One appendix as it was read, which never changes again; what people made of it are its decisions.

    `file_sha256` None: the file itself is not kept, since it holds a login (`masked`: how many rows did).
    """

    __tablename__ = "criteria_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_criteria_import_created_by_id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text, default="")
    masked: Mapped[int] = mapped_column(Integer, default=0)
    document: Mapped[Any] = mapped_column(JsonText)
    appendix: Mapped[Any] = mapped_column(JsonText)
    status: Mapped[ImportStatus] = mapped_column(
        one_of(ImportStatus, "ck_criteria_import_status"), default=ImportStatus.DRAFT
    )
    set_id: Mapped[int | None] = mapped_column(
        ForeignKey("criteria_set.id", name="fk_criteria_import_set_id", ondelete="SET NULL")
    )
    compare_set_id: Mapped[int | None] = mapped_column(
        ForeignKey("criteria_set.id", name="fk_criteria_import_compare_set_id", ondelete="SET NULL")
    )

    created_by: Mapped[PortalUser] = relationship()
    criteria_set: Mapped[CriteriaSet | None] = relationship(foreign_keys=[set_id])
    compare_set: Mapped[CriteriaSet | None] = relationship(foreign_keys=[compare_set_id])
    decisions: Mapped[list[ImportDecision]] = relationship(
        back_populates="criteria_import",
        order_by="ImportDecision.position",
        cascade="all, delete-orphan",
    )

    def __str__(self) -> str:
        return self.title or self.file_name


class ImportDecision(Model):
    """One decision about an import, `position` from 1. Only appended: taking one back is a decision too."""

    __tablename__ = "import_decision"
    __table_args__ = (UniqueConstraint("import_id", "position", name="uq_import_decision_import_id_position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(
        ForeignKey("criteria_import.id", name="fk_import_decision_import_id", ondelete="CASCADE")
    )
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_import_decision_by_id"))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)

    criteria_import: Mapped[CriteriaImport] = relationship(back_populates="decisions")
    by: Mapped[PortalUser] = relationship()
