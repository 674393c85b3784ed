"""One history, one head, no difference between tables and migrations."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from app.db.schema import alembic_config


def test_there_is_one_migration_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_the_migrations_make_exactly_the_tables_on_sqlite(sqlite_url: str) -> None:
    command.check(alembic_config(sqlite_url))


@pytest.mark.postgres
def test_the_migrations_make_exactly_the_tables_on_postgresql(postgres_url: str) -> None:
    command.check(alembic_config(postgres_url))


def test_the_migrations_go_down_and_up_again(sqlite_url: str) -> None:
    command.downgrade(alembic_config(sqlite_url), "base")
    command.upgrade(alembic_config(sqlite_url), "head")
    command.check(alembic_config(sqlite_url))


@pytest.mark.postgres
def test_the_migrations_go_down_and_up_again_on_postgresql(postgres_url: str) -> None:
    command.downgrade(alembic_config(postgres_url), "base")
    command.upgrade(alembic_config(postgres_url), "head")
    command.check(alembic_config(postgres_url))
