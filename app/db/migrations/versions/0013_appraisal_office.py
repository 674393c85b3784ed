"""How agencies divide their work; minutes and substitution on a verdict."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0013_appraisal_office"
down_revision = "0012_api_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verdict", sa.Column("minutes_number", sa.String(length=64), nullable=True))
    op.execute(  # by hand: a table made anew on SQLite would lose the triggers that keep verdicts as they are
        "ALTER TABLE verdict ADD COLUMN minutes_on DATE CONSTRAINT ck_verdict_minutes_whole "
        "CHECK ((minutes_number IS NULL) = (minutes_on IS NULL))"
    )
    op.add_column("verdict", sa.Column("instead_of", sa.Text(), server_default="", nullable=False))
    _shares()
    _recusals()
    _snippets()
    _chases()


def _shares() -> None:
    op.create_table(
        "appraiser_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("group_id IS NULL OR unit_id IS NULL", name="ck_appraiser_share_group_or_unit"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_appraiser_share_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_appraiser_share_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_appraiser_share_user_id"),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name="fk_appraiser_share_criterion_id"),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name="fk_appraiser_share_group_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_appraiser_share_unit_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("campaign_id", "agency_id", "user_id", "criterion_id"):
        op.create_index(f"ix_appraiser_share_{column}", "appraiser_share", [column])


def _recusals() -> None:
    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="ck_recusal_withdrawn_whole"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_recusal_campaign_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_recusal_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_recusal_user_id"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["ab_user.id"], name="fk_recusal_recorded_by_id"),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["ab_user.id"], name="fk_recusal_withdrawn_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("campaign_id", "unit_id", "user_id"):
        op.create_index(f"ix_recusal_{column}", "recusal", [column])
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_recusal_standing",
        "recusal",
        ["campaign_id", "unit_id", "user_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _snippets() -> None:
    op.create_table(
        "reason_snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", name="ck_reason_snippet_person_or_agency"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_reason_snippet_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_reason_snippet_agency_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("user_id", "agency_id"):
        op.create_index(f"ix_reason_snippet_{column}", "reason_snippet", [column])


def _chases() -> None:
    op.create_table(
        "agency_chase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_stage_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_stage_id"], ["group_stage.id"], name="fk_agency_chase_group_stage_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name="fk_agency_chase_agency_id"),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name="fk_agency_chase_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agency_chase_group_stage_id", "agency_chase", ["group_stage_id"])


def downgrade() -> None:
    for table in ("agency_chase", "reason_snippet", "recusal", "appraiser_share"):
        op.drop_table(table)
    for column in ("instead_of", "minutes_on", "minutes_number"):
        op.drop_column("verdict", column)
