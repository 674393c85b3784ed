"""First passwords end, and a sign-out ends every session of the account.

What was handed out before and never changed gets the full term from the day of this migration: nobody knows when it
was printed, and nobody is locked out over night.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

import app.db.columns

revision = "0006_first_password_term"
down_revision = "0005_freeze"
branch_labels = None
depends_on = None

TERM = dt.timedelta(hours=72)


def upgrade() -> None:
    op.add_column("ab_user", sa.Column("first_password_until", app.db.columns.UtcInstant(timezone=True), nullable=True))
    op.add_column("ab_user", sa.Column("session_generation", sa.Integer(), nullable=False, server_default="0"))
    accounts = sa.table(
        "ab_user",
        sa.column("password_change_required", sa.Boolean()),
        sa.column("first_password_until", app.db.columns.UtcInstant(timezone=True)),
    )
    op.execute(
        accounts.update()
        .where(accounts.c.password_change_required)
        .values(first_password_until=dt.datetime.now(dt.UTC) + TERM),
    )


def downgrade() -> None:
    op.drop_column("ab_user", "session_generation")
    op.drop_column("ab_user", "first_password_until")
