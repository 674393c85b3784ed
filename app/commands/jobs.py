"""`flask jobs …` and `flask notices …`: long work in a process of its own, and what is due now."""

from __future__ import annotations

import signal
import threading

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import refusing
from app.services.job_schedule import run_due
from app.web.job_queue import post_of, start_workers, tools_of

jobs = AppGroup("jobs", help="Long work: publishing, reading, notices, mail.")
notices = AppGroup("notices", help="Reminders, digests and mail.")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


@jobs.command("work")
@click.option("--workers", type=click.IntRange(1, 16), default=2, show_default=True, help="Jobs at once.")
@with_appcontext
@refusing
def work(workers: int) -> None:
    """Run jobs until the process is told to end; `flask serve` with JOB_WORKERS=0 leaves them to it."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    running = start_workers(_app(), workers)
    click.echo(f"{workers} workers")
    while not ended.wait(10):
        running.check_worker_health()
    running.stop(graceful=True)


@notices.command("run")
@with_appcontext
@refusing
def run() -> None:
    """Do what is due now: reminders of the day, digests, mail. Nobody is told twice, however often it is run."""
    app = _app()
    reminded, digests, sent = run_due(clock=app.extensions["clock"], post=post_of(app), compose=tools_of(app).compose)
    click.echo(f"{reminded} reminders, {digests} digests, {sent} mails sent")
