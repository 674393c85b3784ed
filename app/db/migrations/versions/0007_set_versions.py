"""Versions of a set: the set before and the reason, the mapping of criteria, adoptions with the sheets left behind.

The two columns are added by their own statement: a copied table would lose the triggers that hold frozen sets.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0007_set_versions"
down_revision = "0006_first_password_term"
branch_labels = None
depends_on = None

APPENDED = ("set_adoption", "adopted_sheet")

_EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _frozen(rows: tuple[str, ...]) -> str:
    wanted = ", ".join(f"{row}.set_id" for row in rows)
    return f"EXISTS (SELECT 1 FROM criteria_set WHERE criteria_set.id IN ({wanted}) AND criteria_set.status = 'frozen')"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE criteria_set ADD COLUMN previous_id INTEGER "
        "CONSTRAINT fk_criteria_set_previous_id REFERENCES criteria_set (id)"
    )
    op.execute("ALTER TABLE criteria_set ADD COLUMN reason TEXT DEFAULT '' NOT NULL")
    _mapping()
    _adoptions()
    if op.get_bind().dialect.name == "postgresql":
        _triggers_postgresql()
    else:
        _triggers_sqlite()


def _mapping() -> None:
    op.create_table(
        "criterion_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("old_criterion_id", sa.Integer(), nullable=False),
        sa.Column("new_criterion_id", sa.Integer(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "copied",
                "same_code",
                "likeness",
                "by_hand",
                "none",
                name="ck_criterion_mapping_how",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("confirmed", sa.Boolean(name="ck_criterion_mapping_confirmed"), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["criteria_set.id"], name="fk_criterion_mapping_set_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["old_criterion_id"], ["criterion.id"], name="fk_criterion_mapping_old_criterion_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["new_criterion_id"], ["criterion.id"], name="fk_criterion_mapping_new_criterion_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("new_criterion_id", name="uq_criterion_mapping_new_criterion_id"),
        sa.UniqueConstraint("set_id", "old_criterion_id", name="uq_criterion_mapping_set_id_old_criterion_id"),
    )
    op.create_index(op.f("ix_criterion_mapping_old_criterion_id"), "criterion_mapping", ["old_criterion_id"])


def _adoptions() -> None:
    op.create_table(
        "set_adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column("old_set_id", sa.Integer(), nullable=False),
        sa.Column("new_set_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_set_adoption_group_stage_id"),
        sa.ForeignKeyConstraint(["old_set_id"], ["criteria_set.id"], name="fk_set_adoption_old_set_id"),
        sa.ForeignKeyConstraint(["new_set_id"], ["criteria_set.id"], name="fk_set_adoption_new_set_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_set_adoption_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_set_adoption_group_stage_id"), "set_adoption", ["group_stage_id"])
    op.create_table(
        "adopted_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "awaiting_approval",
                "unit_approved",
                "submitted",
                name="ck_adopted_sheet_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["adoption_id"], ["set_adoption.id"], name="fk_adopted_sheet_adoption_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_adopted_sheet_assessment_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_adopted_sheet_receipt_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("adoption_id", "assessment_id", name="uq_adopted_sheet_adoption_id_assessment_id"),
    )
    op.create_index(op.f("ix_adopted_sheet_assessment_id"), "adopted_sheet", ["assessment_id"])
    _touched()


def _touched() -> None:
    op.create_table(
        "touched_leaf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("old_criterion_id", sa.Integer(), nullable=True),
        sa.Column("kinds", app.db.columns.JsonText(), nullable=False),
        sa.Column("refused", sa.String(length=64), nullable=False),
        sa.Column("seen_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["adoption_id"], ["set_adoption.id"], name="fk_touched_leaf_adoption_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_touched_leaf_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_touched_leaf_criterion_id"),
        sa.ForeignKeyConstraint(["old_criterion_id"], ["criterion.id"], name="fk_touched_leaf_old_criterion_id"),
        sa.ForeignKeyConstraint(["seen_by_id"], ["ab_user.id"], name="fk_touched_leaf_seen_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", "criterion_id", name="uq_touched_leaf_assessment_id_criterion_id"),
    )
    for column in ("adoption_id", "assessment_id", "criterion_id"):
        op.create_index(op.f(f"ix_touched_leaf_{column}"), "touched_leaf", [column])


def _triggers_sqlite() -> None:
    for action, rows in _EVENTS.items():
        op.execute(
            f"CREATE TRIGGER freeze_criterion_mapping_{action.lower()} BEFORE {action} ON criterion_mapping "
            f"WHEN {_frozen(rows)} BEGIN SELECT RAISE(ABORT, 'set_frozen'); END",
        )
    for table in APPENDED:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER append_only_{table}_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'append_only'); END",
            )


def _triggers_postgresql() -> None:
    for action, rows in _EVENTS.items():
        name = f"freeze_criterion_mapping_{action.lower()}"
        back = "OLD" if action == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_frozen(rows)} THEN RAISE EXCEPTION 'set_frozen'; END IF; RETURN {back}; END $$",
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON criterion_mapping FOR EACH ROW EXECUTE FUNCTION {name}()")
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()",
        )
        op.execute(
            f"CREATE TRIGGER append_only_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
        )


def downgrade() -> None:
    for table in ("touched_leaf", "adopted_sheet", "set_adoption", "criterion_mapping"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for action in _EVENTS:
            op.execute(f"DROP FUNCTION freeze_criterion_mapping_{action.lower()}()")
    op.execute("ALTER TABLE criteria_set DROP COLUMN reason")
    op.execute("ALTER TABLE criteria_set DROP COLUMN previous_id")
