"""Items of bonus and penalty, decisions that keep their history, the unit's report, legal bases of criteria."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0016_items_reports"
down_revision = "0015_entered_points"
branch_labels = None
depends_on = None

_EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
_SIDES = ("unit", "agency", "secretariat", "organiser")
_EXEMPTION = ("id", "assessment_id", "criterion_id", "status", "reason", "document", "decided_by_id", "decided_at")
_ADJUSTMENT = ("id", "assessment_id", "kind", "points", "reason", "status", "decided_by_id", "decided_at")
#: columns every decided proposal gained
_PROPOSAL = ("side", "proposed_document", "proposed_at", "proposed_by_id", "decision_reason", "in_force")
_HISTORY = ("supersedes_id", "ended_at", "ended_by_id")


def upgrade() -> None:
    _items()
    _decisions("exemption", {"branch": sa.String(length=20)}, {})
    _decisions(
        "adjustment", {"document": sa.String(length=200)}, {"item_id": "adjustment_item (id)", "agency_id": "unit (id)"}
    )
    op.add_column("adjustment", sa.Column("claim", app.db.columns.JsonText(), nullable=True))
    _one_in_force()
    _reports()
    _bases()


def _words(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _items() -> None:
    op.create_table(
        "adjustment_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", _words("bonus", "penalty", name="ck_adjustment_item_kind"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "measure",
            _words("fixed", "per_case", "count", "percent", name="ck_adjustment_item_measure"),
            nullable=False,
        ),
        sa.Column("points", app.db.columns.Points(), nullable=False),
        sa.Column("steps", sa.Text(), server_default="", nullable=False),
        sa.Column("cap", app.db.columns.Points(), nullable=True),
        sa.Column("once", sa.Boolean(name="ck_adjustment_item_once"), nullable=False),
        sa.CheckConstraint("points >= 0", name="ck_adjustment_item_points_not_negative"),
        sa.CheckConstraint("cap >= 0", name="ck_adjustment_item_cap_not_negative"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_adjustment_item_campaign_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "code", name="uq_adjustment_item_campaign_id_code"),
    )


def _decisions(table: str, texts: dict[str, sa.String], references: dict[str, str]) -> None:
    """Add who proposed, what was decided and what it supersedes; by plain statements: no table is copied."""
    for name, kind in (("proposed_document", sa.String(length=200)), ("decision_reason", sa.Text()), *texts.items()):
        op.add_column(table, sa.Column(name, kind, server_default="", nullable=False))
    for name in ("proposed_at", "ended_at"):
        op.add_column(table, sa.Column(name, app.db.columns.UtcInstant(timezone=True), nullable=True))
    op.add_column(
        table, sa.Column("in_force", sa.Boolean(name=f"ck_{table}_in_force"), server_default=sa.true(), nullable=False)
    )
    sides = ", ".join(f"'{side}'" for side in _SIDES)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN side VARCHAR(32) CONSTRAINT ck_{table}_side CHECK (side IN ({sides}))",
    )
    accounts = {"proposed_by_id": "ab_user (id)", "ended_by_id": "ab_user (id)", "supersedes_id": f"{table} (id)"}
    for name, other in (accounts | references).items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES {other}")


def _one_in_force() -> None:
    """A leaf of a unit has one row in force, and any number of earlier ones."""
    unique = "uq_exemption_assessment_id_criterion_id"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(unique, "exemption", type_="unique")
    else:
        added = (*_EXEMPTION, "branch", *_PROPOSAL, *_HISTORY)
        _copied("exemption", added, _exemption_columns() + _decision_columns("exemption"))
    where = sa.text("in_force")
    op.create_index(
        "uq_exemption_in_force",
        "exemption",
        ["assessment_id", "criterion_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _copied(table: str, columns: tuple[str, ...], made: list[sa.schema.SchemaItem], where: str = "1 = 1") -> None:
    """Make a table of SQLite anew with the rows of `where`: it takes no constraint off by itself."""
    names = ", ".join(columns)
    op.rename_table(table, f"{table}_before")
    op.create_table(table, *made)
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_before WHERE {where}")
    op.drop_table(f"{table}_before")


def _exemption_columns() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("status", _words("proposed", "accepted", "refused", name="ck_exemption_status"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_exemption_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_exemption_criterion_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name="fk_exemption_decided_by_id"),
        sa.PrimaryKeyConstraint("id"),
    ]


def _decision_columns(table: str) -> list[sa.schema.SchemaItem]:
    instant = app.db.columns.UtcInstant(timezone=True)
    return [
        sa.Column("branch", sa.String(length=20), server_default="", nullable=False),
        sa.Column("side", _words(*_SIDES, name=f"ck_{table}_side"), nullable=True),
        sa.Column("proposed_document", sa.String(length=200), server_default="", nullable=False),
        sa.Column("proposed_at", instant, nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("in_force", sa.Boolean(name=f"ck_{table}_in_force"), server_default=sa.true(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["ab_user.id"], name=f"fk_{table}_proposed_by_id"),
        sa.ForeignKeyConstraint(["supersedes_id"], [f"{table}.id"], name=f"fk_{table}_supersedes_id"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["ab_user.id"], name=f"fk_{table}_ended_by_id"),
    ]


def _reports() -> None:
    instant = app.db.columns.UtcInstant(timezone=True)
    op.create_table(
        "unit_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("total", app.db.columns.Points(), nullable=False),
        sa.Column("totals", app.db.columns.JsonText(), nullable=False),
        sa.Column("exemptions", app.db.columns.JsonText(), nullable=False),
        sa.Column("difficulties", sa.Text(), nullable=False),
        sa.Column("proposals", sa.Text(), nullable=False),
        sa.Column("proposed_grade", sa.String(length=120), nullable=True),
        sa.Column("at", instant, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", instant, nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_unit_report_assessment_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_unit_report_document_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_unit_report_by_id"),
        sa.ForeignKeyConstraint(["approved_by_id"], ["ab_user.id"], name="fk_unit_report_approved_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", "version", name="uq_unit_report_assessment_id_version"),
    )
    op.create_index(op.f("ix_unit_report_document_id"), "unit_report", ["document_id"])
    op.create_table(
        "report_difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["unit_report.id"], name="fk_report_difference_report_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_report_difference_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_report_difference_report_id"), "report_difference", ["report_id"])


def _bases() -> None:
    op.create_table(
        "criterion_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("legal_basis_id", sa.Integer(), nullable=False),
        sa.Column("printed", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name="fk_criterion_basis_criterion_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["legal_basis_id"], ["legal_basis.id"], name="fk_criterion_basis_legal_basis_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "criterion_id", "legal_basis_id", "printed", name="uq_criterion_basis_criterion_id_legal_basis_id_printed"
        ),
    )
    op.create_index(op.f("ix_criterion_basis_legal_basis_id"), "criterion_basis", ["legal_basis_id"])
    for action, rows in _EVENTS.items():
        _freeze(action, rows)


def _freeze(action: str, rows: tuple[str, ...]) -> None:
    """Keep the citations of a frozen set as they are, before and after a change, against raw SQL too."""
    wanted = ", ".join(f"{row}.criterion_id" for row in rows)
    frozen = (
        "EXISTS (SELECT 1 FROM criterion JOIN criteria_set ON criteria_set.id = criterion.set_id "
        f"WHERE criterion.id IN ({wanted}) AND criteria_set.status = 'frozen')"
    )
    name = f"freeze_criterion_basis_{action.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON criterion_basis "
            f"WHEN {frozen} BEGIN SELECT RAISE(ABORT, 'set_frozen'); END",
        )
        return
    back = "OLD" if action == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {frozen} THEN RAISE EXCEPTION 'set_frozen'; END IF; RETURN {back}; END $$",
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON criterion_basis FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for action in _EVENTS:
        name = f"freeze_criterion_basis_{action.lower()}"
        op.execute(f"DROP TRIGGER {name} ON criterion_basis" if on_postgresql else f"DROP TRIGGER {name}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("criterion_basis", "report_difference", "unit_report"):
        op.drop_table(table)
    op.drop_index("uq_exemption_in_force", table_name="exemption")
    if on_postgresql:
        _undecided_postgresql()
    else:
        _undecided_sqlite()
    op.drop_table("adjustment_item")


def _undecided_postgresql() -> None:
    """Take the history off: what is out of force is lost, as is what was measured."""
    for table in ("exemption", "adjustment"):
        op.execute(f"UPDATE {table} SET supersedes_id = NULL")
        op.execute(f"DELETE FROM {table} WHERE NOT in_force")
    own = {"exemption": ("branch",), "adjustment": ("document", "item_id", "agency_id", "claim")}
    for table, columns in own.items():
        for column in (*columns, *_PROPOSAL, *_HISTORY):
            op.drop_column(table, column)
    op.create_unique_constraint(
        "uq_exemption_assessment_id_criterion_id", "exemption", ["assessment_id", "criterion_id"]
    )


def _undecided_sqlite() -> None:
    once = sa.UniqueConstraint("assessment_id", "criterion_id", name="uq_exemption_assessment_id_criterion_id")
    _copied("exemption", _EXEMPTION, [*_exemption_columns(), once], "in_force")
    op.drop_index(op.f("ix_adjustment_assessment_id"), table_name="adjustment")
    made: list[sa.schema.SchemaItem] = [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("bonus", "penalty", name="ck_adjustment_kind"), nullable=False),
        sa.Column("points", app.db.columns.Points(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", _words("proposed", "accepted", "refused", name="ck_adjustment_status"), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.CheckConstraint("points >= 0", name="ck_adjustment_points_not_negative"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_adjustment_assessment_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name="fk_adjustment_decided_by_id"),
        sa.PrimaryKeyConstraint("id"),
    ]
    _copied("adjustment", _ADJUSTMENT, made, "in_force")
    op.create_index(op.f("ix_adjustment_assessment_id"), "adjustment", ["assessment_id"])
