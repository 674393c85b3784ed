"""Campaigns, sets, documents and appointments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0002_campaigns_sets"
down_revision = "0001_accounts_units"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ab_user_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["ab_group.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "group_id"),
    )
    op.create_index("idx_user_group_id", "ab_user_group", ["group_id"], unique=False)
    op.create_index("idx_user_id", "ab_user_group", ["user_id"], unique=False)

    op.create_table(
        "ab_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "role_id"),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.String(length=400), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="ck_campaign_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rehearsal", sa.Boolean(name="ck_campaign_rehearsal"), nullable=False),
        sa.Column("anchor_date", sa.Date(), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column(
            "ties",
            sa.Enum(
                "competition", "dense", name="ck_campaign_ties", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("policies", app.db.columns.JsonText(), nullable=False),
        sa.Column("legal_basis_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.CheckConstraint("decimals BETWEEN 0 AND 4", name="ck_campaign_decimals"),
        sa.ForeignKeyConstraint(["legal_basis_id"], ["legal_basis.id"], name="fk_campaign_legal_basis_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name="uq_campaign_code"),
    )
    op.create_table(
        "criteria_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.String(length=400), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "frozen", name="ck_criteria_set_status", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("legal_basis_id", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("frozen_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["legal_basis_id"], ["legal_basis.id"], name="fk_criteria_set_legal_basis_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", "version_number", name="uq_criteria_set_code_version_number"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("file", "link", name="ck_document_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("added_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'file') = (sha256 IS NOT NULL)", name="ck_document_file_has_hash"),
        sa.CheckConstraint("(kind = 'link') = (url IS NOT NULL)", name="ck_document_link_has_url"),
        sa.ForeignKeyConstraint(["added_by_id"], ["ab_user.id"], name="fk_document_added_by_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_document_unit_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"], unique=False)
    op.create_index(op.f("ix_document_unit_id"), "document", ["unit_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
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
                name="ck_membership_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.Column("covers_all_leaves", sa.Boolean(name="ck_membership_covers_all_leaves"), nullable=False),
        sa.Column(
            "leader_kind",
            sa.Enum(
                "chairman",
                "vice_chairman",
                name="ck_membership_leader_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("unit_id IS NULL OR council_id IS NULL", name="ck_membership_unit_or_council"),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name="fk_membership_council_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_membership_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_membership_user_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_membership_council_id"), "membership", ["council_id"], unique=False)
    op.create_index(op.f("ix_membership_unit_id"), "membership", ["unit_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_index(
        "uq_membership_unit",
        "membership",
        ["user_id", "role", "unit_id"],
        unique=True,
        sqlite_where=sa.text("council_id IS NULL"),
        postgresql_where=sa.text("council_id IS NULL"),
    )
    op.create_index(
        "uq_membership_council",
        "membership",
        ["user_id", "role", "council_id"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    )
    op.create_index(
        "uq_membership_house",
        "membership",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL AND council_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL AND council_id IS NULL"),
    )

    op.create_table(
        "peer_group_unit",
        sa.Column("peer_group_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["peer_group_id"], ["peer_group.id"], name="fk_peer_group_unit_peer_group_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_peer_group_unit_unit_id"),
        sa.PrimaryKeyConstraint("peer_group_id", "unit_id"),
    )
    op.create_index(op.f("ix_peer_group_unit_unit_id"), "peer_group_unit", ["unit_id"], unique=False)
    op.create_table(
        "ab_permission_view_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_view_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["permission_view_id"], ["ab_permission_view.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("permission_view_id", "role_id"),
    )
    op.create_index("idx_permission_view_id", "ab_permission_view_role", ["permission_view_id"], unique=False)
    op.create_index("idx_role_id", "ab_permission_view_role", ["role_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ab_permission_view_role")
    op.drop_table("peer_group_unit")
    op.drop_table("membership")
    op.drop_table("document")
    op.drop_table("criteria_set")
    op.drop_table("campaign")
    op.drop_table("ab_user_role")
    op.drop_table("ab_user_group")
