"""Examples of a rule: claims kept with the criterion, frozen with its set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0008_rule_examples"
down_revision = "0007_set_versions"
branch_labels = None
depends_on = None

_EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    op.create_table(
        "rule_example",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim", app.db.columns.JsonText(), nullable=False),
        sa.Column("expected", app.db.columns.Points(), nullable=True),
        sa.Column("refusal", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "typed", "imported", name="ck_rule_example_origin", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.CheckConstraint("(expected IS NULL) <> (refusal IS NULL)", name="ck_rule_example_points_or_refusal"),
        sa.CheckConstraint("expected >= 0", name="ck_rule_example_expected_not_negative"),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name="fk_rule_example_criterion_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_rule_example_criterion_id"), "rule_example", ["criterion_id"])
    for action, rows in _EVENTS.items():
        _freeze(action, rows)


def _freeze(action: str, rows: tuple[str, ...]) -> None:
    """Keep the examples of a frozen set as they are, before and after a change, against raw SQL too."""
    wanted = ", ".join(f"{row}.criterion_id" for row in rows)
    frozen = (
        "EXISTS (SELECT 1 FROM criterion JOIN criteria_set ON criteria_set.id = criterion.set_id "
        f"WHERE criterion.id IN ({wanted}) AND criteria_set.status = 'frozen')"
    )
    name = f"freeze_rule_example_{action.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON rule_example "
            f"WHEN {frozen} BEGIN SELECT RAISE(ABORT, 'set_frozen'); END",
        )
        return
    back = "OLD" if action == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {frozen} THEN RAISE EXCEPTION 'set_frozen'; END IF; RETURN {back}; END $$",
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON rule_example FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for action in _EVENTS:
        name = f"freeze_rule_example_{action.lower()}"
        op.execute(f"DROP TRIGGER {name} ON rule_example" if on_postgresql else f"DROP TRIGGER {name}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index(op.f("ix_rule_example_criterion_id"), table_name="rule_example")
    op.drop_table("rule_example")
