"""`flask audit verify`: recompute the chains of the audit trail."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.commands.outcome import REFUSED, refusing
from app.db.audit_trail import verify
from app.db.session import reading

audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
@refusing
def verify_command() -> None:
    """Recompute every chain; name the first bad row and end with exit code 2 when one does not fit."""
    with reading() as session:
        count, broken = verify(session)
    if broken is None:
        click.echo(f"{count} rows, every chain whole")
        return
    click.echo(f"broken: stream {broken.stream}, row {broken.sequence} (id {broken.audit_event_id})", err=True)
    sys.exit(REFUSED)
