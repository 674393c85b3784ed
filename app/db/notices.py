"""What the portal tells people: one row for each who is told, written in the transaction of what it tells of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.identity import PortalUser
from app.domain.notices import NoticeKind


class Notice(Model):
    """One thing one account is told. `facts`: what its sentence is filled with. `path`: where it leads, on this portal.

    `once`: a name under which the account is told only once, however often the occasion comes back; null: each time.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "uq_notice_user_id_once",
            "user_id",
            "once",
            unique=True,
            sqlite_where=text("once IS NOT NULL"),
            postgresql_where=text("once IS NOT NULL"),
        ),
        Index("ix_notice_user_id_at", "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", name="fk_notice_user_id", ondelete="CASCADE"))
    kind: Mapped[NoticeKind] = mapped_column(one_of(NoticeKind, "ck_notice_kind"))
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    path: Mapped[str] = mapped_column(String(200), default="")
    once: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    user: Mapped[PortalUser] = relationship()
