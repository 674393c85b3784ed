"""`flask …` where it cannot work: an environment it must not start in, a database nobody upgraded or that is away."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import cli
from sqlalchemy.exc import ProgrammingError

from app import create_app
from app.commands.outcome import refusing
from app.domain.errors import InputInvalid
from config import ConfigurationError
from tests.commands.conftest import SEED, House, build, refused

LONG = "k" * 32

#: an environment, and the one line it ends with
REFUSED = [
    ({"APP_ENV": "production"}, "SECRET_KEY is not set"),
    ({"APP_ENV": "production", "SECRET_KEY": "k" * 31}, "SECRET_KEY needs 32 characters"),
    ({"APP_ENV": "production", "SECRET_KEY": LONG, "APP_CLOCK": "+3d"}, "APP_CLOCK moves the clock"),
    ({"APP_ENV": "bogus"}, "APP_ENV is embedded, production or testing"),
    ({"APP_CLOCK": "nonsense"}, "clock_unreadable (text=nonsense)"),
    ({"APP_CLOCK": "-999999d"}, "clock_unreadable (text=-999999d)"),
    ({"TRUSTED_PROXIES": "abc"}, "TRUSTED_PROXIES is a whole number"),
    ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is a whole number"),
    ({"IDLE_MINUTES": "abc"}, "IDLE_MINUTES is a whole number"),
    ({"IDLE_MINUTES": "0"}, "IDLE_MINUTES is a whole number"),
    ({"DATABASE_URL": "bogus"}, "DATABASE_URL is no URL like"),
    ({"DATABASE_URL": "nosuch://user:hidden@host/name"}, "DATABASE_URL is no URL like"),
    ({"DATABASE_URL": "postgresql+nosuch://user:hidden@host/name"}, "DATABASE_URL is no URL like"),
    ({"SMTP_HOST": "mail.example", "BASE_URL": "https://x.example"}, "MAIL_FROM is the address mails come from"),
    ({"SMTP_HOST": "mail.example", "MAIL_FROM": "a@x.example", "BASE_URL": "x"}, "BASE_URL is where the portal"),
    ({"SMTP_SECURITY": "maybe"}, "SMTP_SECURITY is starttls, ssl or none"),
    ({"JOB_WORKERS": "17"}, "JOB_WORKERS is a whole number"),
    ({"DATA_DIR": "/dev/null/var"}, "DATA_DIR /dev/null/var cannot be made"),
]


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("APP_ENV", "APP_CLOCK", "DATABASE_URL", "IDLE_MINUTES", "SECRET_KEY", "TRUSTED_PROXIES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


def flask(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, ["--app", "app", *words], env=environment)


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(("environment", "reason"), REFUSED, ids=str)
def test_an_environment_it_must_not_start_in_ends_in_one_line(environment: dict[str, str], reason: str) -> None:
    result = flask("audit", "verify", **environment)
    assert refused(result).startswith(f"refused: {reason}")
    assert len(result.stderr.splitlines()) == 1
    assert "hidden" not in result.output
    assert result.stdout == ""


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("words", [("--help",), ("db", "upgrade"), ("routes",), ("run",), ("nope",)], ids=" ".join)
def test_every_command_of_flask_ends_the_same_way(words: tuple[str, ...]) -> None:
    assert refused(flask(*words, APP_ENV="bogus")) == "refused: APP_ENV is embedded, production or testing\n"


@pytest.mark.usefixtures("clean")
def test_whoever_makes_the_application_is_told_by_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_CLOCK", "nonsense")
    with pytest.raises(InputInvalid, match="clock_unreadable"):
        create_app()
    monkeypatch.setenv("APP_ENV", "bogus")
    with pytest.raises(ConfigurationError, match="APP_ENV"):
        create_app()


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "1e3"])
def test_a_port_that_is_none_is_refused(tool: House, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    assert refused(tool.flask("serve")) == "refused: PORT is a whole number from 0 to 65535\n"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house before `flask db upgrade`."""
    house = build(tmp_path_factory.mktemp("bare"))
    yield house
    house.app.extensions["database"].dispose()


OF_DATABASE = [
    ("init-security",),
    ("seed", "load", SEED),
    ("seed", "export", SEED, "out"),
    ("results", "export", "--campaign", "x"),
    ("results", "verify"),
    ("audit", "verify"),
    ("demo", "play"),
    ("demo", "annul", "demo-1"),
]


@pytest.mark.parametrize("words", OF_DATABASE, ids=" ".join)
def test_before_the_upgrade_a_command_says_to_run_it(bare: House, words: tuple[str, ...]) -> None:
    assert refused(bare.flask(*words)) == "refused: database_not_upgraded (run=flask db upgrade)\n"


def test_a_database_that_is_a_version_behind_is_one_to_upgrade(empty: House) -> None:
    with sqlite3.connect(empty.folder / "portal.sqlite3") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("ALTER TABLE audit_event RENAME COLUMN stream TO stream_of_old")
    connection.close()
    assert "flask db upgrade" in refused(empty.flask("audit", "verify"))


def _away(url: str, folder: Path) -> Flask:
    settings = {"APP_ENV": "testing", "SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(folder), "SECRET_KEY": "tests"}
    return create_app({**settings, "BLOB_DIR": str(folder / "blobs"), "TESTING": True})


@pytest.mark.parametrize(
    "url", ["sqlite:////dev/null/portal.sqlite3", "postgresql+psycopg://user:hidden@127.0.0.1:1/none"]
)
def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path, url: str) -> None:
    reason = refused(House(_away(url, tmp_path), tmp_path).flask("audit", "verify"))
    assert reason.startswith("refused: database_unavailable (reason=")
    assert len(reason.splitlines()) == 1
    assert "hidden" not in reason


@pytest.mark.postgres
def test_before_the_upgrade_of_a_postgresql_too(postgres_server: str, tmp_path: Path) -> None:
    reason = refused(House(_away(postgres_server, tmp_path), tmp_path).flask("audit", "verify"))
    assert reason == "refused: database_not_upgraded (run=flask db upgrade)\n"


def test_a_statement_of_ours_that_is_wrong_stays_a_fault() -> None:
    @refusing
    def command() -> None:
        raise ProgrammingError("SELEC", None, Exception("syntax error"))

    with pytest.raises(ProgrammingError):
        command()


def test_words_that_are_no_text_are_refused(tool: House) -> None:
    word = os.fsdecode(b"\xff")
    assert "text_not_utf8" in refused(tool.flask("results", "export", "--campaign", word))
