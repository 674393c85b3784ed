"""`flask accounts renew`, and the file in which first passwords are handed over."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import refusing
from app.services.first_accounts import renew_first_passwords
from app.services.seed_identity import FirstAccount

accounts = AppGroup("accounts", help="Accounts, for whoever runs the server.")

FIRST_ACCOUNTS = "first-accounts.csv"
COLUMNS = ("username", "role", "unit", "password")


@accounts.command("renew")
@click.argument("usernames", nargs=-1, metavar="[USERNAME]...")
@with_appcontext
@refusing
def renew(usernames: tuple[str, ...]) -> None:
    """Give a new first password to each USERNAME; without one, to all whose first password ended before it was used.

    What opened a named account before opens it no more, its open sessions included.
    """
    renewed = renew_first_passwords(
        usernames,
        clock=current_app.extensions["clock"],
        term=current_app.config["FIRST_PASSWORD_TERM"],
    )
    if not renewed:
        click.echo("no first password has ended unused")
        return
    path = write_first_accounts(current_app.config["DATA_DIR"], renewed)
    click.echo(f"{len(renewed)} accounts renewed; their one-time passwords stand in {path}")


def write_first_accounts(folder: str, made: Sequence[FirstAccount]) -> Path:
    """Write the accounts to a file in `folder`, readable by its owner alone (mode 600); return its path.

    An account stands there once: the row of a password that no longer opens anything goes.
    """
    path = Path(folder) / FIRST_ACCOUNTS
    fresh = {account.username for account in made}
    kept = [row for row in _rows(path) if row["username"] not in fresh]
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in kept)
        writer.writerows((row.username, row.role, row.unit, row.password) for row in made)
    beside.replace(path)
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
