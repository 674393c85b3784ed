"""`flask audit …`: recompute the chains of the audit trail; hold them against heads that were kept elsewhere."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.commands.outcome import REFUSED, refusing
from app.db.audit_trail import heads, heads_missing, verify
from app.db.session import reading
from app.domain.deadlines import end_of_day
from app.services.trails import heads_as_csv, heads_from_csv

audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
@click.option(
    "--heads",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of heads kept elsewhere.",
)
@refusing
def verify_command(kept: Path | None) -> None:
    """Recompute every chain; name the first bad row and end with exit code 2 when one does not fit.

    With --heads also look for every head of the file: rows cut off the end of a stream leave no other trace.
    """
    known = [] if kept is None else heads_from_csv(kept.read_bytes(), kept.name)
    with reading() as session:
        count, broken = verify(session)
        missing = heads_missing(session, known)
    if broken is not None:
        click.echo(f"broken: stream {broken.stream}, row {broken.sequence} (id {broken.audit_event_id})", err=True)
        sys.exit(REFUSED)
    for stream, sequence in missing:
        click.echo(f"missing: stream {stream}, row {sequence} is not as it was kept", err=True)
    if missing:
        sys.exit(REFUSED)
    click.echo(f"{count} rows, every chain whole")
    if kept is not None:
        click.echo(f"{len(known)} heads kept elsewhere, every one found")


@audit.command("heads")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="As this day ended in Vietnam; without it, as they stand."
)
@refusing
def heads_command(day: dt.datetime | None) -> None:
    """Print the newest hash of every stream as CSV: a file to keep on another machine."""
    with reading() as session:
        found = heads(session, None if day is None else end_of_day(day.date()))
    click.echo(heads_as_csv(found), nl=False)
