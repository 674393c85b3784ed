"""`flask seed …`: load, check and export the reviewed folders under seeds/."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.commands.accounts import write_first_accounts
from app.commands.outcome import REFUSED, refusing
from app.domain.points import plain
from app.services.seed_check import check_seed
from app.services.seed_export import export_seed
from app.services.seeds import load_seed

seed = AppGroup("seed", help="Load, check and export seeds.")


@seed.command("load")
@click.argument("name")
@refusing
def load(name: str) -> None:
    """Load seed NAME; what is in the database already is left as it is."""
    loaded = load_seed(name, clock=current_app.extensions["clock"], term=current_app.config["FIRST_PASSWORD_TERM"])
    for code in loaded.campaigns:
        click.echo(f"campaign {code} added")
    if loaded.accounts:
        path = write_first_accounts(current_app.config["DATA_DIR"], loaded.accounts)
        click.echo(f"{len(loaded.accounts)} accounts added; their one-time passwords stand in {path}")
    if not loaded.campaigns and not loaded.accounts:
        click.echo(f"{name}: nothing to add")


@seed.command("check")
@click.argument("name")
@refusing
def check(name: str) -> None:
    """Count the nodes, rows, leaves and points of seed NAME and name every broken invariant."""
    report = check_seed(name)
    for counts in report.sets:
        if len(report.sets) > 1:
            click.echo(f"set {counts.code}")
        click.echo(f"nodes {counts.nodes}")
        click.echo(f"rows {counts.rows}")
        click.echo(f"leaves {counts.leaves} (of the unit: {counts.unit_leaves})")
        click.echo(f"maximum {plain(counts.maximum)}")
        click.echo(f"findings open {counts.findings_open} settled {counts.findings_settled}")
    for problem in report.problems:
        click.echo(f"broken: {problem}", err=True)
    if report.problems:
        sys.exit(REFUSED)


@seed.command("export")
@click.argument("name")
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@refusing
def export(name: str, target: Path) -> None:
    """Write seed NAME from the database into folder TARGET, as files to review."""
    for file_name in export_seed(name, target):
        click.echo(target / file_name)
