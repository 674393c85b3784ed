"""How a transaction begins, hooked at engine level: units of work, readings, and the frameworks' own session.

On SQLite a transaction that has read and then writes fails at once (SQLITE_BUSY_SNAPSHOT), whatever the timeout. So a
unit of work begins as a writer, in its turn; a reading is one snapshot that cannot write; and a framework's transaction
reads statement by statement, as on PostgreSQL, and begins as a writer with its first statement that is not a reading.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from app.db.sqlite_turns import Turns, turns_of
from app.domain.errors import InputInvalid

#: execution option naming the Mode of a connection
MODE = "portal_mode"

_READING_WORDS = frozenset({"SELECT", "PRAGMA", "EXPLAIN", "VALUES", "BEGIN", "COMMIT", "ROLLBACK"})
_DURABLE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # REPLACE fires delete triggers too: frozen and appended rows stay
    "busy_timeout=15000",
)


class Mode(StrEnum):
    WRITES = "writes"
    READS = "reads"
    AS_NEEDED = "as_needed"


def open_engine(url: str) -> Engine:
    """Return an engine with bounded waits: for a connection, and on PostgreSQL for a lock."""
    made = make_url(url)
    if made.get_backend_name() == "postgresql":
        bounded = {"options": "-c lock_timeout=15s -c timezone=UTC"}
        return create_engine(made, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args=bounded)
    if made.database in {None, "", ":memory:"}:
        return create_engine(made)
    return create_engine(made, pool_size=10, max_overflow=60)


def for_writing(engine: Engine) -> Engine:
    return engine.execution_options(**{MODE: Mode.WRITES})


def for_reading(engine: Engine) -> Engine:
    """Return the engine for readings: one snapshot, refused every write by the database itself."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(**{MODE: Mode.READS})


def prepare(engine: Engine) -> None:
    """Hook an engine: no NUL in a text; on SQLite also durable pragmas, our own BEGIN, turns for writers."""
    event.listen(engine, "before_cursor_execute", _refuse_nul)
    if engine.dialect.name != "sqlite":
        return
    turns = turns_of(engine.url.database, id(engine))
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", lambda connection: _on_begin(connection, turns))
    event.listen(engine, "checkin", lambda connection, record: _on_checkin(connection, record, turns))

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _mode(connection) is Mode.AS_NEEDED and statement.split(None, 1)[0].upper() not in _READING_WORDS:
            _begin_as_writer(connection, turns)


def _refuse_nul(
    _connection: Connection,
    _cursor: Any,
    _statement: str,
    parameters: Any,
    _context: Any,
    _executemany: bool,  # noqa: FBT001 (the event's own signature)
) -> None:
    """Raise InputInvalid("text_with_nul") alike on every database: SQLite would keep it, PostgreSQL fail with a fault.

    Asked where every text passes on its way in or into a comparison, so that no input has to remember to ask.
    """
    rows = parameters if isinstance(parameters, list) else [parameters]
    for row in rows:
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str) and "\x00" in value:
                raise InputInvalid("text_with_nul")


def _on_connect(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # BEGIN is ours, below
    cursor = dbapi_connection.cursor()
    for pragma in _DURABLE:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection, turns: Turns) -> None:
    match _mode(connection):
        case Mode.WRITES:
            _begin_as_writer(connection, turns)
        case Mode.READS:
            connection.info["query_only"] = True
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("BEGIN")
        case Mode.AS_NEEDED:
            pass


def _begin_as_writer(connection: Connection, turns: Turns) -> None:
    raw: Any = connection.connection.dbapi_connection
    if raw.in_transaction:
        return
    if not connection.info.get("turn"):
        turns.take()
        connection.info["turn"] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _on_checkin(dbapi_connection: Any, record: Any, turns: Turns) -> None:
    """The connection is back in its pool, after its COMMIT or ROLLBACK: only now may the next writer begin."""
    if record.info.pop("query_only", False) and dbapi_connection is not None:
        dbapi_connection.execute("PRAGMA query_only=OFF")
    if record.info.pop("turn", False):
        turns.give_back()


def _mode(connection: Connection) -> Mode:
    return Mode(connection.get_execution_options().get(MODE, Mode.AS_NEEDED))
