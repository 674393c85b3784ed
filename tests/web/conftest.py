"""The portal in one process, on its own SQLite file and clock, with the world of the pages in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.db import db
from app.db.clock import FixedClock
from app.db.queries import trees
from app.db.session import use
from tests.databases import BEFORE_THE_LOCK
from tests.web.world import PASSWORD, World, build_world

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(scope="session")
def pages_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """Return a database file with the world already in it."""
    path = tmp_path_factory.mktemp("pages") / "portal.sqlite3"
    shutil.copy(sqlite_template, path)
    app = create_app(_settings(path))
    world = build_world(FixedClock(BEFORE_THE_LOCK))
    app.extensions["database"].dispose()
    return path, world


def _settings(path: Path) -> dict[str, object]:
    return {
        "APP_ENV": "testing",
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}",
        "BLOB_DIR": str(path.parent / "blobs"),
        "DATA_DIR": str(path.parent),
        "SECRET_KEY": "tests only",
    }


@pytest.fixture
def world(pages_template: tuple[Path, World]) -> World:
    return pages_template[1]


@pytest.fixture(scope="session")
def built(pages_template: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, put together once: a test gets it with a database, files and settings as they were at first."""
    folder = tmp_path_factory.mktemp("portal")
    shutil.copy(pages_template[0], folder / "portal.sqlite3")
    app = create_app(_settings(folder / "portal.sqlite3"))
    yield app
    _close(app)


@pytest.fixture
def portal(built: Flask, pages_template: tuple[Path, World]) -> Iterator[Flask]:
    folder = Path(built.config["DATA_DIR"])
    _close(built)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
            path.mkdir()  # the folders of files stay, empty
        else:
            path.unlink()
    Path(built.config["BLOB_DIR"]).mkdir(exist_ok=True)  # a test may have taken it away
    shutil.copy(pages_template[0], folder / "portal.sqlite3")
    config, extensions, database = dict(built.config), dict(built.extensions), dict(vars(built.extensions["database"]))
    use(built.extensions["database"])
    built.extensions["clock"] = FixedClock(BEFORE_THE_LOCK)
    trees._FROZEN.clear()  # a set of the same number is another one here
    built.appbuilder.sm.limiter.reset()  # type: ignore[attr-defined]
    yield built
    _close(built)
    for kept, now in ((config, built.config), (extensions, built.extensions)):
        now.clear()
        now.update(kept)
    vars(built.extensions["database"]).update(database)


def _close(app: Flask) -> None:
    app.extensions["database"].dispose()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sign_in(portal: Flask) -> SignIn:
    """Return a function that signs an account in by the page itself."""

    def signed(username: str) -> FlaskClient:
        client = portal.test_client()
        token = csrf_of(client, "/login/")
        answer = client.post("/login/", data={"username": username, "password": PASSWORD, "csrf_token": token})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return signed


def csrf_of(client: FlaskClient, page: str = "/") -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).get_data(as_text=True))
    assert found is not None
    return found[1]
