"""`flask criteria …`: criteria sets out to files and in from files of ours."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.criteria_reading import read_command
from app.commands.outcome import refusing
from app.domain.errors import InputInvalid
from app.services.set_exchange import WRITERS, export_set, find_set, import_set_content, read_set_file
from app.words.exchange import say_in_vietnamese

criteria = AppGroup("criteria", help="Criteria sets and the files they come in.")


@criteria.command("export")
@click.argument("code", metavar="SET")
@click.option(
    "--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to make."
)
@click.option("--version", "version", type=int, help="The version, where it is not the newest.")
@with_appcontext
@refusing
def export_command(code: str, target: Path, version: int | None) -> None:
    """Write the set with the code SET into a file: workbook (.xlsx), Word appendix (.docx) or JSON (.json)."""
    kind = target.suffix.removeprefix(".").lower()
    if kind not in WRITERS:
        raise InputInvalid("export_kind_unknown", kind=target.suffix, known=", ".join(WRITERS))
    _, content = export_set(find_set(code, version), kind, actor=None)
    try:
        target.write_bytes(content)
    except OSError as cannot:
        raise InputInvalid("set_file_unwritable", path=str(target), reason=cannot.strerror) from cannot
    click.echo(target)


@criteria.command("import")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--code", help="The code of the new draft, where it is not the one the file names.")
@with_appcontext
@refusing
def import_command(source: Path, code: str | None) -> None:
    """Make a draft of FILE: JSON, a workbook or a Word appendix that came from a portal.

    A code that is taken already becomes the next version of its set; nothing that is there is replaced.
    """
    try:
        data = source.read_bytes()
    except OSError as cannot:
        raise InputInvalid("set_file_unreadable", path=str(source), reason=cannot.strerror) from cannot
    made = import_set_content(
        read_set_file(data), actor=None, clock=current_app.extensions["clock"], say=say_in_vietnamese, code=code
    )
    click.echo(f"criteria set {made.code} version {made.version} added as a draft")
    if made.unmatched:
        click.echo(f"agencies that are no unit here, at: {', '.join(made.unmatched)}")


criteria.add_command(read_command)
