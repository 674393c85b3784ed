"""Windows closed early, answers sent leaf by leaf, rechecks, evidence of the agencies, days off.

The columns are added by their own statement: a copied table would lose its triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0011_windows"
down_revision = "0010_notices"
branch_labels = None
depends_on = None

APPENDED = ("window_closing", "agency_evidence")


def _instant() -> app.db.columns.UtcInstant:
    return app.db.columns.UtcInstant(timezone=True)


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE receipt ADD COLUMN criterion_id INTEGER "
        "CONSTRAINT fk_receipt_criterion_id REFERENCES criterion (id)"
    )
    op.execute("ALTER TABLE answer_window ADD COLUMN dated_on DATE")
    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("day", name="uq_holiday_day"),
    )
    op.create_table(
        "window_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(name="ck_window_closing_withdrawn"), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["answer_window.id"], name="fk_window_closing_window_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_window_closing_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("window_id", name="uq_window_closing_window_id"),
    )
    _rechecks()
    _agency_evidence()
    _hold_what_was_appended()


def _rechecks() -> None:
    op.create_table(
        "recheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("status", _words("ck_recheck_status", "asked", "ordered", "refused", "recorded"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", _instant(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", _instant(), nullable=True),
        sa.Column("minutes_number", sa.String(length=64), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("took_part", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", _instant(), nullable=True),
        sa.CheckConstraint("(status IN ('ordered', 'recorded')) = (planned_on IS NOT NULL)", name="ck_recheck_planned"),
        sa.CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name="ck_recheck_decided"),
        sa.CheckConstraint("(status = 'recorded') = (recorded_at IS NOT NULL)", name="ck_recheck_recorded"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_recheck_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_recheck_criterion_id"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["ab_user.id"], name="fk_recheck_asked_by_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name="fk_recheck_decided_by_id"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["ab_user.id"], name="fk_recheck_recorded_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("assessment_id", "criterion_id"):
        op.create_index(op.f(f"ix_recheck_{column}"), "recheck", [column])


def _agency_evidence() -> None:
    op.create_table(
        "agency_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("ck_agency_evidence_kind", "file", "check"), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("system_name", sa.String(length=200), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", _instant(), nullable=False),
        sa.CheckConstraint("(kind = 'file') = (sha256 IS NOT NULL)", name="ck_agency_evidence_file_has_hash"),
        sa.CheckConstraint("(kind = 'check') = (checked_on IS NOT NULL)", name="ck_agency_evidence_check_has_day"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_agency_evidence_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_agency_evidence_criterion_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_agency_evidence_agency_id"),
        sa.ForeignKeyConstraint(["added_by_id"], ["ab_user.id"], name="fk_agency_evidence_added_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_agency_evidence_assessment_id"), "agency_evidence", ["assessment_id"])


def _hold_what_was_appended() -> None:
    """What was closed, and what an agency brought, stays as it was, against bulk and raw SQL too."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in APPENDED:
        if postgresql:
            op.execute(
                f"CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION append_only()",
            )
            continue
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER append_only_{table}_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'append_only'); END",
            )


def downgrade() -> None:
    for table in ("agency_evidence", "recheck", "window_closing", "holiday"):
        op.drop_table(table)
    op.execute("ALTER TABLE answer_window DROP COLUMN dated_on")
    op.execute("ALTER TABLE receipt DROP COLUMN criterion_id")
