"""One history, one head, no difference between tables and migrations."""

from __future__ import annotations

import datetime as dt

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text

from app.db.identity import PortalUser
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


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_first_passwords_handed_out_before_they_ended_get_the_full_term(
    request: pytest.FixtureRequest, kind: str
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    command.downgrade(alembic_config(url), "0005_freeze")
    engine = create_engine(url)
    account = text(
        "INSERT INTO ab_user (id, first_name, last_name, username, email, password_change_required) "
        "VALUES (:id, 'x', '', :name, :name, :waits)"
    )
    with engine.begin() as connection:
        connection.execute(account, [{"id": 1, "name": "a", "waits": True}, {"id": 2, "name": "b", "waits": False}])
    command.upgrade(alembic_config(url), "head")
    columns = (PortalUser.username, PortalUser.first_password_until, PortalUser.session_generation)
    with engine.connect() as connection:
        waiting, changed = connection.execute(select(*columns).order_by(PortalUser.id)).all()
    engine.dispose()
    assert dt.timedelta(hours=71) < waiting[1] - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=72)
    assert tuple(changed) == ("b", None, 0)
