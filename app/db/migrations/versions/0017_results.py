"""Results of several tiers: councils that report upward, units not ranked, annulments; the phase of the report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0017_results"
down_revision = "0016_items_reports"
branch_labels = None
depends_on = None

_PHASES = ("data_cutoff", "report_due", "scoring", "first_appraisal", "explanation", "second_appraisal")
_POSITIONS = sa.Enum(
    "kept", "recomputed", name="ck_annulment_positions", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    _phase_kinds((*_PHASES, "upward_report"))
    with op.batch_alter_table("council") as council:
        council.add_column(sa.Column("reports_to_id", sa.Integer(), nullable=True))
        council.create_foreign_key("fk_council_reports_to_id", "council", ["reports_to_id"], ["id"])
    _ranking_exclusion()
    _annulment()
    _upward_report()
    _append_only("annulment", "UPDATE", "DELETE")
    _append_only("upward_report", "UPDATE", "DELETE")
    _append_only("ranking_exclusion", "UPDATE")  # a draft campaign takes its rows along when it is deleted


def _append_only(table: str, *actions: str) -> None:
    """Nothing relied upon is overwritten; the triggers go with their table."""
    for action in actions:
        name = f"append_only_{table}_{action.lower()}"
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, 'append_only'); END"
            )


def _phase_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("phase") as phase:
        phase.drop_constraint("ck_phase_kind", type_="check")
        phase.create_check_constraint("ck_phase_kind", f"kind IN ({listed})")


def _ranking_exclusion() -> None:
    op.create_table(
        "ranking_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "excluded", sa.Boolean(name="ck_ranking_exclusion_excluded", create_constraint=False), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.CheckConstraint("(group_id IS NULL) <> (unit_id IS NULL)", name="ck_ranking_exclusion_group_or_unit"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_ranking_exclusion_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name="fk_ranking_exclusion_group_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_ranking_exclusion_unit_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_ranking_exclusion_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ranking_exclusion_campaign_id", "ranking_exclusion", ["campaign_id"])


def _annulment() -> None:
    op.create_table(
        "annulment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(length=64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("positions", _POSITIONS, nullable=False),
        sa.Column("leaves", app.db.columns.JsonText(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name="fk_annulment_publication_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_annulment_assessment_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_annulment_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_annulment_publication_id", "annulment", ["publication_id"])
    op.create_index("ix_annulment_assessment_id", "annulment", ["assessment_id"])


def _upward_report() -> None:
    op.create_table(
        "upward_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("to_council_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_upward_report_campaign_id"),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name="fk_upward_report_council_id"),
        sa.ForeignKeyConstraint(["to_council_id"], ["council.id"], name="fk_upward_report_to_council_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_upward_report_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_upward_report_campaign_id", "upward_report", ["campaign_id"])
    op.create_index("ix_upward_report_council_id", "upward_report", ["council_id"])


def downgrade() -> None:
    op.drop_table("upward_report")
    op.drop_table("annulment")
    op.drop_table("ranking_exclusion")
    with op.batch_alter_table("council") as council:
        council.drop_constraint("fk_council_reports_to_id", type_="foreignkey")
        council.drop_column("reports_to_id")
    op.execute("DELETE FROM phase WHERE kind = 'upward_report'")
    _phase_kinds(_PHASES)
