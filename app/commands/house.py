"""`flask init-security` and `flask serve`."""

from __future__ import annotations

import os

import click
from flask import current_app
from flask.cli import with_appcontext
from waitress import serve as serve_waitress

import config
from app.commands.accounts import write_first_accounts
from app.commands.outcome import refuse, refusing
from app.services.first_accounts import count_expired, ensure_administrator
from app.services.job_queue import start_workers


@click.command("init-security")
@with_appcontext
@refusing
def init_security() -> None:
    """Make the administrator's account when there is none; its one-time password is printed once."""
    clock = current_app.extensions["clock"]
    account = ensure_administrator(clock=clock, term=current_app.config["FIRST_PASSWORD_TERM"])
    if account is None:
        click.echo("accounts are there already")
        if expired := count_expired(clock=clock):
            click.echo(f"{expired} first passwords have ended unused; new ones: flask accounts renew")
        return
    path = write_first_accounts(current_app.config["DATA_DIR"], [account])
    click.echo(f"first account: {account.username}  one-time password: {account.password}  (also in {path})")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the portal on PORT (8080) of this machine, and run its long work (JOB_WORKERS at once; 0: elsewhere)."""
    host = os.environ.get("HOST", "127.0.0.1")
    try:
        port = config.whole(os.environ, "PORT", 8080, most=65_535)
    except config.ConfigurationError as problem:
        refuse(problem)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    count = app.config["JOB_WORKERS"]
    workers = start_workers(app.extensions["job_queue"], count) if count else None
    click.echo(f"http://{host}:{port}/")
    try:
        serve_waitress(app, host=host, port=port, threads=8)
    finally:
        if workers is not None:
            workers.stop(graceful=True)
