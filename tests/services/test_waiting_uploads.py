"""Uploads that wait for an answer are given to whoever brought them, and to nobody for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.storage.waiting import HOUR, WaitingUploads

ORGANISER, OTHER = 1, 2


@pytest.fixture
def waiting(tmp_path: Path) -> WaitingUploads:
    return WaitingUploads(str(tmp_path / "waiting"))


def test_what_waits_is_given_back_until_it_is_dropped(waiting: WaitingUploads) -> None:
    token = waiting.keep(b"phu luc", ORGANISER)
    assert waiting.read(token, ORGANISER) == b"phu luc"
    waiting.drop(token, ORGANISER)
    assert waiting.read(token, ORGANISER) is None


def test_another_account_is_not_given_it(waiting: WaitingUploads) -> None:
    token = waiting.keep(b"phu luc", ORGANISER)
    assert waiting.read(token, OTHER) is None
    waiting.drop(token, OTHER)
    assert waiting.read(token, ORGANISER) == b"phu luc"


@pytest.mark.parametrize("token", ["", "../secret_key", "x" * 43 + "/..", "a" * 42])
def test_a_token_that_is_none_names_no_file(waiting: WaitingUploads, token: str) -> None:
    waiting.keep(b"phu luc", ORGANISER)
    assert waiting.read(token, ORGANISER) is None


def test_what_nobody_came_back_for_is_swept_out(waiting: WaitingUploads, tmp_path: Path) -> None:
    old = waiting.keep(b"cu", ORGANISER)
    [path] = (tmp_path / "waiting").iterdir()
    long_ago = time.time() - HOUR - 1
    os.utime(path, (long_ago, long_ago))
    fresh = waiting.keep(b"moi", ORGANISER)
    assert waiting.read(old, ORGANISER) is None
    assert waiting.read(fresh, ORGANISER) == b"moi"


def test_only_the_portals_own_account_may_read_the_files(waiting: WaitingUploads, tmp_path: Path) -> None:
    waiting.keep(b"phu luc", ORGANISER)
    [path] = (tmp_path / "waiting").iterdir()
    assert path.stat().st_mode & 0o077 == 0
