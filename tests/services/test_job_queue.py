"""The queue beside the table: its workers hear of a job at once, do what is due each minute, and end when told to."""

from __future__ import annotations

import queue as lines
from pathlib import Path

import pytest
from huey import RedisHuey, SqliteHuey

from app.services.job_queue import connect, open_queue, start_workers


def test_workers_in_the_same_process_hear_of_a_job_and_tick(tmp_path: Path) -> None:
    heard: lines.Queue[object] = lines.Queue()
    made = open_queue(redis_url="", file=str(tmp_path / "queue.sqlite3"))
    ring = connect(made, run=heard.put, tick=lambda: heard.put("tick"))
    ring(7)  # told before anybody listens: it waits
    workers = start_workers(made, 2)
    assert {heard.get(timeout=20), heard.get(timeout=20)} == {7, "tick"}
    ring(8)
    assert heard.get(timeout=20) == 8
    workers.stop(graceful=True)
    assert not any(thread.is_alive() for _, thread in workers.worker_threads)


def test_a_queue_that_cannot_be_told_does_not_break_who_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = open_queue(redis_url="redis://127.0.0.1:1/0", file="")
    assert isinstance(made, RedisHuey)
    connect(made, run=lambda _job: None, tick=lambda: None)(7)
    assert "the sweep will" in caplog.text
    assert isinstance(open_queue(redis_url="", file=str(tmp_path / "q.sqlite3")), SqliteHuey)
