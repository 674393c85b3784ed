"""Criteria, groups, assignments, assessments and publications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0003_criteria_assessments"
down_revision = "0002_campaigns_sets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("value", app.db.columns.Points(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(name="ck_baseline_sample"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_baseline_campaign_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_baseline_unit_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "unit_id", "measure", name="uq_baseline_campaign_id_unit_id_measure"),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("maximum", app.db.columns.Points(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("agency_printed", sa.String(length=200), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column(
            "scored_by",
            sa.Enum(
                "unit",
                "leaders",
                "survey",
                "external",
                "council",
                name="ck_criterion_scored_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("rule", app.db.columns.JsonText(), nullable=True),
        sa.CheckConstraint("(rule IS NULL) = (scored_by IS NULL)", name="ck_criterion_rule_with_scored_by"),
        sa.CheckConstraint("maximum >= 0", name="ck_criterion_maximum_not_negative"),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_criterion_agency_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["criterion.id"], name="fk_criterion_parent_id"),
        sa.ForeignKeyConstraint(["set_id"], ["criteria_set.id"], name="fk_criterion_set_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("set_id", "code", name="uq_criterion_set_id_code"),
    )
    op.create_index(op.f("ix_criterion_parent_id"), "criterion", ["parent_id"], unique=False)
    op.create_index(op.f("ix_criterion_set_id"), "criterion", ["set_id"], unique=False)

    op.create_table(
        "grade_band",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lower", app.db.columns.Points(), nullable=False),
        sa.Column("sample", sa.Boolean(name="ck_grade_band_sample"), nullable=False),
        sa.CheckConstraint("lower >= 0", name="ck_grade_band_lower_not_negative"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_grade_band_campaign_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "lower", name="uq_grade_band_campaign_id_lower"),
    )
    op.create_table(
        "group_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "scoring",
                "first_appraisal",
                "explanation",
                "second_appraisal",
                "concluded",
                "approved",
                "published",
                name="ck_group_stage_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_group_stage_campaign_id"),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name="fk_group_stage_council_id"),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name="fk_group_stage_group_id"),
        sa.ForeignKeyConstraint(["set_id"], ["criteria_set.id"], name="fk_group_stage_set_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "group_id", name="uq_group_stage_campaign_id_group_id"),
    )
    op.create_index(op.f("ix_group_stage_council_id"), "group_stage", ["council_id"], unique=False)
    op.create_table(
        "phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "data_cutoff",
                "report_due",
                "scoring",
                "first_appraisal",
                "explanation",
                "second_appraisal",
                name="ck_phase_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("closes_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("sample", sa.Boolean(name="ck_phase_sample"), nullable=False),
        sa.CheckConstraint("opens_at IS NULL OR opens_at < closes_at", name="ck_phase_opens_before_it_closes"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_phase_campaign_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "kind", name="uq_phase_campaign_id_kind"),
    )
    op.create_table(
        "appraiser_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(group_id IS NULL) <> (unit_id IS NULL)", name="ck_appraiser_assignment_group_or_unit"),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_appraiser_assignment_agency_id"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_appraiser_assignment_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_appraiser_assignment_criterion_id"),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name="fk_appraiser_assignment_group_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_appraiser_assignment_unit_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_appraiser_assignment_campaign_id"), "appraiser_assignment", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_appraiser_assignment_agency_id"), "appraiser_assignment", ["agency_id"], unique=False)
    op.create_index(
        "uq_appraiser_assignment_group",
        "appraiser_assignment",
        ["campaign_id", "criterion_id", "group_id"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    )
    op.create_index(
        "uq_appraiser_assignment_unit",
        "appraiser_assignment",
        ["campaign_id", "criterion_id", "unit_id"],
        unique=True,
        sqlite_where=sa.text("group_id IS NULL"),
        postgresql_where=sa.text("group_id IS NULL"),
    )

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "awaiting_approval",
                "unit_approved",
                "submitted",
                name="ck_assessment_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "scoring",
                "first_appraisal",
                "explanation",
                "second_appraisal",
                "concluded",
                "approved",
                "published",
                name="ck_assessment_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("self_total", app.db.columns.Points(), nullable=False),
        sa.Column("returned_reason", sa.Text(), nullable=False),
        sa.Column("proposed_grade", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_assessment_campaign_id"),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_assessment_group_stage_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_assessment_unit_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "unit_id", name="uq_assessment_campaign_id_unit_id"),
    )
    op.create_index(op.f("ix_assessment_campaign_id"), "assessment", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_assessment_group_stage_id"), "assessment", ["group_stage_id"], unique=False)
    op.create_index(op.f("ix_assessment_unit_id"), "assessment", ["unit_id"], unique=False)

    op.create_table(
        "campaign_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("points", app.db.columns.Points(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(name="ck_campaign_override_sample"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_campaign_override_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_campaign_override_criterion_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "criterion_id", name="uq_campaign_override_campaign_id_criterion_id"),
    )
    op.create_table(
        "criterion_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "error",
                "warning",
                "info",
                name="ck_criterion_finding_severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("settled", sa.Boolean(name="ck_criterion_finding_settled"), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name="fk_criterion_finding_criterion_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_criterion_finding_criterion_id"), "criterion_finding", ["criterion_id"], unique=False)

    op.create_table(
        "officer_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_officer_assignment_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_officer_assignment_criterion_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_officer_assignment_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_officer_assignment_user_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "campaign_id", "unit_id", "criterion_id", "user_id", name="uq_officer_assignment_branch_user"
        ),
    )
    op.create_index(op.f("ix_officer_assignment_campaign_id"), "officer_assignment", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_officer_assignment_unit_id"), "officer_assignment", ["unit_id"], unique=False)
    op.create_index(op.f("ix_officer_assignment_user_id"), "officer_assignment", ["user_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(length=64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_publication_by_id"),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_publication_group_stage_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_stage_id", "edition", name="uq_publication_group_stage_id_edition"),
    )
    op.create_table(
        "stage_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "open_first_appraisal",
                "release_first_results",
                "open_second_appraisal",
                "conclude",
                "reopen",
                "approve",
                "publish",
                "annul",
                name="ck_stage_act_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_stage",
            sa.Enum(
                "scoring",
                "first_appraisal",
                "explanation",
                "second_appraisal",
                "concluded",
                "approved",
                "published",
                name="ck_stage_act_from_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_stage",
            sa.Enum(
                "scoring",
                "first_appraisal",
                "explanation",
                "second_appraisal",
                "concluded",
                "approved",
                "published",
                name="ck_stage_act_to_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named", app.db.columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_stage_act_by_id"),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_stage_act_group_stage_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_stage_act_group_stage_id"), "stage_act", ["group_stage_id"], unique=False)


def downgrade() -> None:
    op.drop_table("stage_act")
    op.drop_table("publication")
    op.drop_table("officer_assignment")
    op.drop_table("criterion_finding")
    op.drop_table("campaign_override")
    op.drop_table("assessment")
    op.drop_table("appraiser_assignment")
    op.drop_table("phase")
    op.drop_table("group_stage")
    op.drop_table("grade_band")
    op.drop_table("criterion")
    op.drop_table("baseline")
