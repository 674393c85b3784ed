"""Long work of this application: its queue, the bell of its database, and what jobs work with."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.services.job_kinds import Tools, handlers
from app.services.job_queue import connect, open_queue
from app.services.job_running import run_job
from app.services.job_schedule import tick
from app.services.outbox import Post
from app.services.paper_language import vietnamese
from app.services.smtp import MailServer
from app.words.exchange import say_in_vietnamese
from app.words.mails import composer


def attach(app: Flask) -> None:
    """Give the application its queue, and its database the bell; in tests a job runs at once, in the asking thread."""

    def run(job_id: int) -> None:
        with app.app_context():
            run_job(job_id, handlers(_tools(app)), clock=app.extensions["clock"])

    def minute() -> None:
        with app.app_context():
            tick(clock=app.extensions["clock"])

    settings, database = app.config, app.extensions["database"]
    queue = open_queue(
        redis_url=settings["REDIS_URL"],
        file=str(Path(settings["DATA_DIR"]) / "queue.sqlite3"),
        at_once=bool(settings["TESTING"]),
    )
    database.mails = bool(settings["SMTP_HOST"])
    database.bell = connect(queue, run=run, tick=minute)
    app.extensions["job_queue"] = queue
    app.extensions["job_tools"] = lambda: _tools(app)


def _tools(app: Flask) -> Tools:
    return Tools(
        store=app.extensions["blobs"],
        translate=vietnamese(app.config["TRANSLATIONS_DIR"]),
        read=app.extensions["read_file"],
        uploads=app.extensions["waiting_uploads"],
        say=say_in_vietnamese,
        compose=composer(app.config["BASE_URL"], app.config["PORTAL_OWNER"]),
        post=_post(app),
    )


def _post(app: Flask) -> Post | None:
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
