"""What people are told, one row for each account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0010_notices"
down_revision = "0009_criteria_imports"
branch_labels = None
depends_on = None

_KIND = sa.Enum(
    "evidence_asked",
    "first_results_released",
    "sheet_returned",
    "window_opened",
    "appraisal_opened",
    "verdicts_chased",
    "approval_requested",
    "recheck_ordered",
    "exemption_decided",
    "adjustment_decided",
    "result_published",
    "result_annulled",
    "deadline_near",
    "work_handed_over",
    "job_ended",
    "campaign_changed",
    name="ck_notice_kind",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("facts", app.db.columns.JsonText(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("read_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_notice_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    once = sa.text("once IS NOT NULL")
    op.create_index(
        "uq_notice_user_id_once", "notice", ["user_id", "once"], unique=True, sqlite_where=once, postgresql_where=once
    )
    op.create_index("ix_notice_user_id_at", "notice", ["user_id", "at"])


def downgrade() -> None:
    op.drop_table("notice")
