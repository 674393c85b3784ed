"""What a draft started from, changes of an open campaign, hand-overs to a deputy, sheets that end early."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0014_setup_changes"
down_revision = "0013_appraisal_office"
branch_labels = None
depends_on = None

_ROLES = (
    "administrator",
    "organiser",
    "officer",
    "coordinator",
    "unit_head",
    "appraiser",
    "secretariat",
    "council_chair",
    "leader",
    "approving_authority",
    "auditor",
)


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _setup()
    _change()
    _delegation()
    _closing()


def _setup() -> None:
    op.create_table(
        "campaign_setup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("profile", app.db.columns.JsonText(), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("dates_checked", sa.Boolean(name="ck_campaign_setup_dates_checked"), nullable=False),
        sa.Column("unresolved", app.db.columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_campaign_setup_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["campaign.id"], name="fk_campaign_setup_copied_from_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", name="uq_campaign_setup_campaign_id"),
    )


def _change() -> None:
    kinds = ("phases", "appraiser", "ranking", "policies", "unit_added", "unit_closed")
    op.create_table(
        "campaign_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("ck_campaign_change_kind", *kinds), nullable=False),
        sa.Column("old", app.db.columns.JsonText(), nullable=False),
        sa.Column("new", app.db.columns.JsonText(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_campaign_change_campaign_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_campaign_change_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_campaign_change_campaign_id"), "campaign_change", ["campaign_id"])


def _delegation() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=False),
        sa.Column("role", _one_of("ck_delegation_role", *_ROLES), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("withdrawn_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_user_id <> to_user_id", name="ck_delegation_to_another"),
        sa.CheckConstraint("from_day <= to_day", name="ck_delegation_begins_before_it_ends"),
        sa.CheckConstraint("unit_id IS NULL OR council_id IS NULL", name="ck_delegation_unit_or_council"),
        sa.ForeignKeyConstraint(["from_user_id"], ["ab_user.id"], name="fk_delegation_from_user_id"),
        sa.ForeignKeyConstraint(["to_user_id"], ["ab_user.id"], name="fk_delegation_to_user_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_delegation_unit_id"),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name="fk_delegation_council_id"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["ab_user.id"], name="fk_delegation_recorded_by_id"),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["ab_user.id"], name="fk_delegation_withdrawn_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_delegation_from_user_id"), "delegation", ["from_user_id"])
    op.create_index("ix_delegation_to_user_id_to_day", "delegation", ["to_user_id", "to_day"])


def _closing() -> None:
    op.create_table(
        "sheet_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("ground", _one_of("ck_sheet_closing_ground", "merged", "left"), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_sheet_closing_assessment_id"),
        sa.ForeignKeyConstraint(["into_id"], ["unit.id"], name="fk_sheet_closing_into_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_sheet_closing_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assessment_id", name="uq_sheet_closing_assessment_id"),
    )


def downgrade() -> None:
    op.drop_table("sheet_closing")
    op.drop_index("ix_delegation_to_user_id_to_day", table_name="delegation")
    op.drop_index(op.f("ix_delegation_from_user_id"), table_name="delegation")
    op.drop_table("delegation")
    op.drop_index(op.f("ix_campaign_change_campaign_id"), table_name="campaign_change")
    op.drop_table("campaign_change")
    op.drop_table("campaign_setup")
