"""Keys by which another system acts as an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0012_api_tokens"
down_revision = "0011_windows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("begins", sa.String(length=16), nullable=False),
        sa.Column("may_write", sa.Boolean(name="ck_api_token_may_write"), nullable=False),
        sa.Column("made_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", app.db.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("revoked_at", app.db.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_api_token_user_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["ab_user.id"], name="fk_api_token_made_by_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256", name="uq_api_token_sha256"),
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"])


def downgrade() -> None:
    op.drop_table("api_token")
