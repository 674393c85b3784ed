"""Houses for the commands: an application on its own database and folder, asked in process as the shell would."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.db.session import reading, use
from app.services import seed_identity

SEED = "dinh_hoa_2024"


@dataclass(frozen=True, slots=True)
class House:
    """An application, and the folder its database, files and first accounts lie in."""

    app: Flask
    folder: Path

    def flask(self, *words: str, typed: str | bytes | None = None) -> Result:
        """Run `flask …`; standard output and standard error stay apart."""
        use(self.app.extensions["database"])
        return self.app.test_cli_runner().invoke(args=words, input=typed)

    def reading(self) -> AbstractContextManager[Session]:
        """Open a session on this house, whichever was asked last."""
        use(self.app.extensions["database"])
        return reading()

    def by_hand(self, *statements: str) -> None:
        """Change the database as somebody with the file in hand could: past the portal and past its triggers."""
        with sqlite3.connect(self.folder / "portal.sqlite3") as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                assert connection.execute(statement).rowcount > 0, statement
        connection.close()


def done(result: Result) -> str:
    """Return what a command that did its work printed."""
    assert result.exit_code == 0, (result.output, result.exception)
    assert result.stderr == ""
    return result.stdout


def refused(result: Result) -> str:
    """Return the reason a command gave for refusing: on standard error, exit code 2, no traceback."""
    assert result.exit_code == 2, (result.output, result.exception)
    assert "Traceback" not in result.output
    assert result.stderr.strip()
    return result.stderr


def build(folder: Path) -> House:
    """Put an application over the database that lies in `folder`."""
    settings = {
        "APP_ENV": "testing",
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'portal.sqlite3'}",
        "BLOB_DIR": str(folder / "blobs"),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "tests only",
        "RATELIMIT_ENABLED": False,
    }
    return House(create_app(settings), folder)


def copy(house: House, folder: Path) -> House:
    """Return a second house with the same rows and files."""
    folder.mkdir(exist_ok=True)
    source, target = (sqlite3.connect(each / "portal.sqlite3") for each in (house.folder, folder))
    source.backup(target)
    source.close()
    target.close()
    shutil.copytree(house.folder / "blobs", folder / "blobs", dirs_exist_ok=True)
    return build(folder)


@contextmanager
def quick_hashes() -> Iterator[None]:
    """One round of hashing: the strength of a hash is not what these tests are about."""
    whole = seed_identity.generate_password_hash
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
        yield


@pytest.fixture
def quick_passwords() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture(scope="session")
def tool(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with an empty database, for commands that ask it nothing."""
    folder = tmp_path_factory.mktemp("tool")
    shutil.copy(sqlite_template, folder / "portal.sqlite3")
    house = build(folder)
    yield house
    house.app.extensions["database"].dispose()


@pytest.fixture(scope="session")
def seeded_once(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house the commands of `make run` were given to, in their order; nobody may write in it."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(sqlite_template, folder / "portal.sqlite3")
    house = build(folder)
    with quick_hashes():
        done(house.flask("init-security"))
        done(house.flask("seed", "load", SEED))
    yield house
    house.app.extensions["database"].dispose()


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path, quick_passwords: None) -> Iterator[House]:
    """A house after `flask db upgrade` and nothing else."""
    shutil.copy(sqlite_template, tmp_path / "portal.sqlite3")
    house = build(tmp_path)
    yield house
    house.app.extensions["database"].dispose()


@pytest.fixture
def seeded(seeded_once: House, tmp_path: Path) -> Iterator[House]:
    house = copy(seeded_once, tmp_path / "house")
    yield house
    house.app.extensions["database"].dispose()
