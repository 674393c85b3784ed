"""One history for SQLite and PostgreSQL; run by `flask db upgrade` and by `app.db.schema`.

A run is one transaction on both: it is whole or it did not happen.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event

from app.db import Model


def url() -> str:
    given = context.config.get_main_option("sqlalchemy.url")
    if given:
        return given
    from flask import current_app  # only the flask command has an application

    return str(current_app.config["SQLALCHEMY_DATABASE_URI"])


def engine_for(wanted: str) -> Engine:
    """Return an engine whose DDL is transactional; foreign keys are off, since tables may be copied and dropped."""
    engine = create_engine(wanted)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _begin_is_ours)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _begin_is_ours(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA busy_timeout=15000")


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=sqlite,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RuntimeError("the migration would leave rows that point nowhere")


engine = engine_for(url())
with engine.begin() as connection:
    run(connection)
engine.dispose()
