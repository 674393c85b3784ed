"""A house per file and kind of database: its tests play one campaign on, in the order they stand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.session import Database, use
from tests.databases import fresh_postgres


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database of the newest schema, in use for a whole file; return a folder for its papers."""
    folder = tmp_path_factory.mktemp("scenario")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "portal.sqlite3")
        yield from _used(f"sqlite:///{folder / 'portal.sqlite3'}", folder)
    else:
        with fresh_postgres(request.getfixturevalue("postgres_template")) as url:
            yield from _used(url, folder)


def _used(url: str, folder: Path) -> Iterator[Path]:
    opened = Database(url)
    use(opened)
    yield folder
    opened.dispose()
