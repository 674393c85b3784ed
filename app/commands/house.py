"""`flask init-security` and `flask serve`."""

from __future__ import annotations

import os

import click
from flask import current_app
from flask.cli import with_appcontext
from waitress import serve as serve_waitress

import config
from app.commands.outcome import refuse, refusing
from app.commands.seed import write_first_accounts
from app.services.first_accounts import ensure_administrator


@click.command("init-security")
@with_appcontext
@refusing
def init_security() -> None:
    """Make the administrator's account when there is none; its one-time password is printed once."""
    account = ensure_administrator(clock=current_app.extensions["clock"])
    if account is None:
        click.echo("accounts are there already")
        return
    path = write_first_accounts(current_app.config["DATA_DIR"], [account])
    click.echo(f"first account: {account.username}  one-time password: {account.password}  (also in {path})")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the portal on PORT (8080) of this machine."""
    host = os.environ.get("HOST", "127.0.0.1")
    try:
        port = config.whole(os.environ, "PORT", 8080, most=65_535)
    except config.ConfigurationError as problem:
        refuse(problem)
    click.echo(f"http://{host}:{port}/")
    serve_waitress(current_app._get_current_object(), host=host, port=port, threads=8)  # type: ignore[attr-defined]  # noqa: SLF001
