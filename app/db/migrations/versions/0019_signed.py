"""Whether a unit's file bears a digital signature."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_signed"
down_revision = "0018_outbox_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("signed", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "signed")
