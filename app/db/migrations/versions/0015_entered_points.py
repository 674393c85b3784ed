"""What the unit never scores: surveys, leaders' sheets with points, sources of figures, terms of single leaves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0015_entered_points"
down_revision = "0014_setup_changes"
branch_labels = None
depends_on = None

_Points = app.db.columns.Points
_Instant = app.db.columns.UtcInstant


def _scorer(name: str) -> sa.Enum:
    return sa.Enum(
        "unit",
        "leaders",
        "survey",
        "external",
        "council",
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def upgrade() -> None:
    op.add_column("leader_ballot", sa.Column("points", _Points(), nullable=True))
    op.add_column(
        "leader_ballot",
        sa.Column("draft", sa.Boolean(name="ck_leader_ballot_draft"), nullable=False, server_default=sa.false()),
    )
    op.add_column("entered_claim", sa.Column("source_name", sa.String(200), nullable=False, server_default=""))
    op.add_column("entered_claim", sa.Column("source_on", sa.Date(), nullable=True))
    _surveys()
    _replaced()
    _leader_sheets()
    _leaf_settings()
    _baselines()


def _surveys() -> None:
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=120), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("carried_out_by", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("documented_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", _Instant(timezone=True), nullable=False),
        sa.Column("withdrawn_at", _Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("sent >= 0 AND returned >= 0 AND returned <= sent", name="ck_survey_returned_of_sent"),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_survey_group_stage_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_survey_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_survey_group_stage_id", "survey", ["group_stage_id"])
    op.create_table(
        "survey_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("counts", app.db.columns.JsonText(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", _Instant(timezone=True), nullable=False),
        sa.Column("superseded_at", _Instant(timezone=True), nullable=True),
        sa.CheckConstraint("returned >= 0", name="ck_survey_tally_returned"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_survey_tally_survey_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_survey_tally_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_survey_tally_criterion_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_survey_tally_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_survey_tally_survey_id", "survey_tally", ["survey_id"])
    op.create_index("ix_survey_tally_assessment_id", "survey_tally", ["assessment_id"])
    current = sa.text("superseded_at IS NULL")
    op.create_index(
        "uq_survey_tally_current",
        "survey_tally",
        ["survey_id", "assessment_id", "criterion_id"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def _replaced() -> None:
    op.create_table(
        "replaced_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("source", _scorer("ck_replaced_claim_source"), nullable=False),
        sa.Column("claim", app.db.columns.JsonText(), nullable=False),
        sa.Column("points", _Points(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", _Instant(timezone=True), nullable=False),
        sa.Column("superseded_at", _Instant(timezone=True), nullable=False),
        sa.Column("superseded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_replaced_claim_assessment_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_replaced_claim_criterion_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_replaced_claim_by_id"),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["ab_user.id"], name="fk_replaced_claim_superseded_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_replaced_claim_assessment_id", "replaced_claim", ["assessment_id"])


def _leader_sheets() -> None:
    op.create_table(
        "leader_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", _Instant(timezone=True), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("reopened_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_leader_sheet_group_stage_id"),
        sa.ForeignKeyConstraint(["leader_id"], ["membership.id"], name="fk_leader_sheet_leader_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_stage_id", "leader_id", name="uq_leader_sheet_group_stage_id_leader_id"),
    )
    op.create_index("ix_leader_sheet_leader_id", "leader_sheet", ["leader_id"])


def _leaf_settings() -> None:
    op.create_table(
        "leaf_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("not_yet_due", sa.Boolean(name="ck_leaf_term_not_yet_due"), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=True),
        sa.CheckConstraint("not_yet_due OR cut_off IS NOT NULL", name="ck_leaf_term_says_something"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_leaf_term_campaign_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_leaf_term_criterion_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "criterion_id", name="uq_leaf_term_campaign_id_criterion_id"),
    )
    op.create_table(
        "leaf_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column(
            "setting",
            sa.Enum(
                "override",
                "term",
                name="ck_leaf_decision_setting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("old", app.db.columns.JsonText(), nullable=True),
        sa.Column("new", app.db.columns.JsonText(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", _Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_leaf_decision_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_leaf_decision_criterion_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_leaf_decision_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_leaf_decision_campaign_id", "leaf_decision", ["campaign_id"])


def _baselines() -> None:
    op.create_table(
        "baseline_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("value", _Points(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", _Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_baseline_record_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_baseline_record_unit_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_baseline_record_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_baseline_record_campaign_id", "baseline_record", ["campaign_id"])


def downgrade() -> None:
    for table in (
        "baseline_record",
        "leaf_decision",
        "leaf_term",
        "leader_sheet",
        "replaced_claim",
        "survey_tally",
        "survey",
    ):
        op.drop_table(table)
    op.drop_column("entered_claim", "source_on")
    op.drop_column("entered_claim", "source_name")
    op.drop_column("leader_ballot", "draft")
    op.drop_column("leader_ballot", "points")
