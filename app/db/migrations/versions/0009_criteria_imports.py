"""Appendices under review, and the decisions about them: what was read never changes, decisions are only appended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0009_criteria_imports"
down_revision = "0008_rule_examples"
branch_labels = None
depends_on = None

_STATUS = sa.Enum(
    "draft",
    "saved",
    "dropped",
    name="ck_criteria_import_status",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    op.create_table(
        "criteria_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("updated_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("masked", sa.Integer(), nullable=False),
        sa.Column("document", app.db.columns.JsonText(), nullable=False),
        sa.Column("appendix", app.db.columns.JsonText(), nullable=False),
        sa.Column("status", _STATUS, nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=True),
        sa.Column("compare_set_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name="fk_criteria_import_created_by_id"),
        sa.ForeignKeyConstraint(["set_id"], ["criteria_set.id"], name="fk_criteria_import_set_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["compare_set_id"], ["criteria_set.id"], name="fk_criteria_import_compare_set_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "import_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", app.db.columns.JsonText(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["criteria_import.id"], name="fk_import_decision_import_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_import_decision_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("import_id", "position", name="uq_import_decision_import_id_position"),
    )
    _hold_what_was_decided()


def _hold_what_was_decided() -> None:
    """What was decided stays as it was decided, against bulk and raw SQL too."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER append_only_import_decision BEFORE UPDATE ON import_decision "
            "FOR EACH ROW EXECUTE FUNCTION append_only()",
        )
        return
    op.execute(
        "CREATE TRIGGER append_only_import_decision_update BEFORE UPDATE ON import_decision "
        "BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    )


def downgrade() -> None:
    op.drop_table("import_decision")
    op.drop_table("criteria_import")
