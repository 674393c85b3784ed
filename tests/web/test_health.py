"""`GET /healthz`: 200 while database and store answer, 503 with the name of the one that does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import create_app
from app.web import health


def ask(portal: Flask) -> TestResponse:
    return portal.test_client().get("/healthz")


def test_a_healthy_portal_answers_200_to_anybody(portal: Flask) -> None:
    answer = ask(portal)
    assert (answer.status_code, answer.json) == (200, {"database": True, "store": True})


def test_an_answer_is_never_kept(portal: Flask) -> None:
    assert ask(portal).headers["Cache-Control"] == "no-store"


def test_head_is_answered_like_get(portal: Flask) -> None:
    answer = portal.test_client().head("/healthz")
    assert (answer.status_code, answer.data) == (200, b"")


def test_a_store_that_is_gone_is_named_with_503(portal: Flask) -> None:
    shutil.rmtree(portal.config["BLOB_DIR"])
    answer = ask(portal)
    assert (answer.status_code, answer.json) == (503, {"database": True, "store": False})


def test_a_store_that_is_a_file_is_named_with_503(portal: Flask) -> None:
    folder = Path(portal.config["BLOB_DIR"])
    shutil.rmtree(folder)
    folder.write_text("no folder")
    assert ask(portal).status_code == 503


def test_a_store_that_cannot_write_is_named_with_503(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(portal.extensions["blobs"], "check", full)
    assert ask(portal).json == {"database": True, "store": False}


def test_a_database_without_its_tables_is_named_with_503(tmp_path: Path) -> None:
    """Up, but never upgraded: a portal nobody can sign in to is not healthy."""
    settings = {
        "APP_ENV": "testing",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        "BLOB_DIR": str(tmp_path / "blobs"),
        "SECRET_KEY": "tests only",
    }
    answer = ask(create_app(settings))
    assert (answer.status_code, answer.json) == (503, {"database": False, "store": True})


def test_an_answer_says_nothing_of_what_went_wrong_within(portal: Flask) -> None:
    with portal.extensions["database"].engine.begin() as connection:
        connection.execute(text("ALTER TABLE campaign RENAME TO campaign_gone"))
    page = ask(portal).get_data(as_text=True)
    assert "campaign" not in page
    assert "sqlite" not in page


def test_a_healthy_answer_comes_back_once_what_failed_is_there_again(portal: Flask) -> None:
    shutil.rmtree(portal.config["BLOB_DIR"])
    assert ask(portal).status_code == 503
    Path(portal.config["BLOB_DIR"]).mkdir()
    assert ask(portal).status_code == 200


@pytest.mark.parametrize("wrong", ["database", "store"])
def test_both_are_asked_even_when_one_fails(portal: Flask, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setattr(health, f"_{wrong}", lambda: False)
    other = {"database": "store", "store": "database"}[wrong]
    assert ask(portal).json == {wrong: False, other: True}
