"""The queue of this application: one library, on a file of its own or on Redis, and the workers that listen to it.

The queue only says that there is something; what a job is, and whether it ended, stands in the table `job`. A queue
that is lost loses nothing: the sweep tells it again.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from app.db.clock import Clock
from app.services.job_kinds import Tools, handlers
from app.services.job_running import run_job
from app.services.job_schedule import tick
from app.services.outbox import Post
from app.services.paper_language import vietnamese
from app.services.smtp import MailServer
from app.words.exchange import say_in_vietnamese
from app.words.mails import composer

_log = logging.getLogger(__name__)


class Workers(Consumer):
    """The library's consumer beside a server: signals of the process are the server's."""

    def _set_signal_handlers(self) -> None:
        return None


def attach(app: Flask) -> None:
    """Give the application its queue, and its database the bell; in tests a job runs at once, in the asking thread."""
    database, settings = app.extensions["database"], app.config
    database.mails = bool(settings["SMTP_HOST"])
    queue = _queue(app)

    @queue.task(name="job")
    def work(job_id: int) -> None:
        with app.app_context():
            run_job(job_id, handlers(tools_of(app)), clock=_clock(app))

    @queue.periodic_task(crontab(minute="*"), name="tick")
    def ask() -> None:
        with app.app_context():
            tick(clock=_clock(app))

    def ring(job_id: int) -> None:
        try:
            work(job_id)
        except Exception:
            _log.exception("the queue could not be told of job %s; the sweep will", job_id)

    database.bell = ring
    app.extensions["job_queue"] = queue


def _queue(app: Flask) -> Huey:
    settings: dict[str, Any] = {"results": False, "immediate": bool(app.config["TESTING"])}
    if app.config["REDIS_URL"]:
        return RedisHuey("portal", url=app.config["REDIS_URL"], **settings)
    return SqliteHuey("portal", filename=str(Path(app.config["DATA_DIR"]) / "queue.sqlite3"), **settings)


def _clock(app: Flask) -> Clock:
    clock: Clock = app.extensions["clock"]
    return clock


def post_of(app: Flask) -> Post | None:
    """Return the mail server of the environment, or None without one."""
    settings = app.config
    if not settings["SMTP_HOST"]:
        return None
    return MailServer(
        host=settings["SMTP_HOST"],
        port=settings["SMTP_PORT"],
        security=settings["SMTP_SECURITY"],
        sender=settings["MAIL_FROM"],
        user=settings["SMTP_USER"],
        password=settings["SMTP_PASSWORD"],
        ca_file=settings["SMTP_CA_FILE"],
    )


def tools_of(app: Flask) -> Tools:
    return Tools(
        store=app.extensions["blobs"],
        translate=vietnamese(app.config["TRANSLATIONS_DIR"]),
        read=app.extensions["read_file"],
        uploads=app.extensions["waiting_uploads"],
        say=say_in_vietnamese,
        compose=composer(app.config["BASE_URL"], app.config["PORTAL_OWNER"]),
        post=post_of(app),
    )


def start_workers(app: Flask, count: int) -> Workers:
    """Start `count` worker threads and the scheduler in this process; stop them with `stop(graceful=True)`."""
    workers = Workers(app.extensions["job_queue"], workers=count, max_delay=1.0, shutdown_timeout=30)
    workers.start()
    return workers
