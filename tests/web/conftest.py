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
from app.db.clock import FixedClock
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


@pytest.fixture
def portal(pages_template: tuple[Path, World], tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "portal.sqlite3"
    shutil.copy(pages_template[0], path)
    app = create_app(_settings(path))
    app.extensions["clock"] = FixedClock(BEFORE_THE_LOCK)
    yield app
    app.extensions["database"].dispose()


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
