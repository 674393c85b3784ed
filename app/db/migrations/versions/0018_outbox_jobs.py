"""Mails that wait to be sent, what each account has mailed, and long work as jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0018_outbox_jobs"
down_revision = "0017_results"
branch_labels = None
depends_on = None

_INSTANT = app.db.columns.UtcInstant(timezone=True)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("notice_ids", app.db.columns.JsonText(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("state", _one_of("ck_mail_state", "queued", "sending", "sent", "given_up"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", _INSTANT, nullable=False),
        sa.Column("next_at", _INSTANT, nullable=False),
        sa.Column("lease_until", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_mail_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "once", name="uq_mail_user_id_once"),
        sa.UniqueConstraint("token", name="uq_mail_token"),
    )
    op.create_index("ix_mail_state_next_at", "mail", ["state", "next_at"])
    op.create_table(
        "mail_preference",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("choice", _one_of("ck_mail_preference_choice", "action", "all", "digest", "none"), nullable=False),
        sa.Column("digested_until", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_mail_preference_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id"),
    )
    _jobs()


def _jobs() -> None:
    kinds = ("publish", "publication_notices", "import_read", "reminders", "digest", "mail")
    states = ("queued", "running", "done", "failed", "cancelled")
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("ck_job_kind", *kinds), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("arguments", app.db.columns.JsonText(), nullable=False),
        sa.Column("state", _one_of("ck_job_state", *states), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("refusal", sa.String(length=64), nullable=False),
        sa.Column("details", app.db.columns.JsonText(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(name="ck_job_stop_asked"), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("begun_at", _INSTANT, nullable=True),
        sa.Column("lease_until", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.CheckConstraint("done >= 0 AND done <= total", name="ck_job_done_of_total"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["ab_user.id"], name="fk_job_asked_by_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key", name="uq_job_idempotency_key"),
    )
    op.create_index("ix_job_asked_by_id", "job", ["asked_by_id"])
    op.create_index("ix_job_state_lease_until", "job", ["state", "lease_until"])


def downgrade() -> None:
    for table in ("job", "mail_preference", "mail"):
        op.drop_table(table)
