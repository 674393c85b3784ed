"""The audit trail: appended in the writer's own transaction, hash-chained per stream."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Model
from app.db.columns import JsonText, UtcInstant


class AuditEvent(Model):
    """Who did what, when, from where, old → new. `hash` covers `previous_hash` and every other column but the id.

    Streams: ``house`` (units, users, roles), ``campaign:<id>`` (configuration, group acts), ``assessment:<id>``.
    The actor is stored by value: the trail outlives the account.
    """

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("stream", "sequence", name="uq_audit_event_stream_sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(Integer)
    at: Mapped[dt.datetime] = mapped_column(UtcInstant, index=True)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64), default="")
    action: Mapped[str] = mapped_column(String(64))
    object_type: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[str] = mapped_column(String(64))
    old: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    new: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    note: Mapped[str] = mapped_column(Text, default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
