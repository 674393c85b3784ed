"""`flask jobs …` and `flask notices …`: long work in a process of its own, and what is due now."""

from __future__ import annotations

import signal
import threading

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import refusing
from app.services.job_queue import start_workers
from app.services.job_schedule import run_due

jobs = AppGroup("jobs", help="Long work: publishing, reading, notices, mail.")
notices = AppGroup("notices", help="Reminders, digests and mail.")


@jobs.command("work")
@click.option("--workers", type=click.IntRange(1, 16), default=2, show_default=True, help="Jobs at once.")
@with_appcontext
@refusing
def work(workers: int) -> None:
    """Run jobs until the process is told to end; `flask serve` with JOB_WORKERS=0 leaves them to it."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    running = start_workers(current_app.extensions["job_queue"], workers)
    click.echo(f"{workers} workers")
    while not ended.wait(10):
        running.check_worker_health()
    running.stop(graceful=True)


@notices.command("run")
@with_appcontext
@refusing
def run() -> None:
    """Do what is due now: reminders of the day, digests, mail. Nobody is told twice, however often it is run."""
    clock, tools = current_app.extensions["clock"], current_app.extensions["job_tools"]()
    reminded, digests, sent = run_due(clock=clock, post=tools.post, compose=tools.compose)
    click.echo(f"{reminded} reminders, {digests} digests, {sent} mails sent")
