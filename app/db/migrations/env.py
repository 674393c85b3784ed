"""One history for SQLite and PostgreSQL; run by `flask db upgrade` and by `app.db.schema`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from app.db import Model


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def url() -> str:
    given = context.config.get_main_option("sqlalchemy.url")
    if given:
        return given
    from flask import current_app  # only the flask command has an application

    return str(current_app.config["SQLALCHEMY_DATABASE_URI"])


engine = create_engine(url())
with engine.connect() as connection:
    run(connection)
    connection.commit()
engine.dispose()
