"""Long work: one row a job, which is the truth about it; the queue beside it only says that there is something."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Model
from app.db.columns import JsonText, UtcInstant, one_of
from app.db.identity import PortalUser
from app.domain.jobs import JobKind, JobState


class Job(Model):
    """`asked_by_id` null: the portal's own. `done` of `total` steps. `runs`: how often it was begun; who holds the
    newest run may write to it, as long as nobody began another. `result`: where its result is, on this portal.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("idempotency_key", name="uq_job_idempotency_key"),
        CheckConstraint("done >= 0 AND done <= total", name="ck_job_done_of_total"),
        Index("ix_job_state_lease_until", "state", "lease_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind] = mapped_column(one_of(JobKind, "ck_job_kind"))
    asked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("ab_user.id", name="fk_job_asked_by_id", ondelete="SET NULL"), index=True
    )
    arguments: Mapped[dict[str, Any]] = mapped_column(JsonText)
    state: Mapped[JobState] = mapped_column(one_of(JobState, "ck_job_state"), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=1)
    result: Mapped[str] = mapped_column(String(200), default="")
    refusal: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    idempotency_key: Mapped[str | None] = mapped_column(String(120))
    runs: Mapped[int] = mapped_column(Integer, default=0)
    stop_asked: Mapped[bool] = mapped_column(Boolean(name="ck_job_stop_asked"), default=False)
    asked_at: Mapped[dt.datetime] = mapped_column(UtcInstant)
    begun_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcInstant)

    asked_by: Mapped[PortalUser | None] = relationship()
