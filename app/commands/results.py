"""`flask results …`: tables from a file, results of a campaign, and their recomputation."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import REFUSED, refusing
from app.db.session import reading
from app.domain.classification import Band
from app.domain.errors import DomainError, InputInvalid
from app.domain.points import parse_number, plain
from app.domain.ranking import ResultLine, ResultRow, results_table
from app.domain.spreadsheets import harmless
from app.domain.terms import Ties
from app.services.publication import exported
from app.services.verification import verify_publications

results = AppGroup("results", help="Index, class and position.")

INPUT_COLUMNS = ("unit", "group", "obtained", "attainable", "bonus", "penalty")
OUTPUT_COLUMNS = (*INPUT_COLUMNS, "index", "class", "position")
EXPORT_COLUMNS = (*OUTPUT_COLUMNS, "state", "edition")
#: the snapshot's names of those columns
_EXPORTED = ("name", *EXPORT_COLUMNS[1:-2], "standing", "edition")


@results.command("table")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decimals", type=click.IntRange(0, 4), default=2, show_default=True, help="Decimals of the index.")
@click.option(
    "--ties", type=click.Choice([each.value for each in Ties]), default=Ties.COMPETITION.value, show_default=True
)
@click.option("--bands", required=True, help='Lower bound and name of each class: "80:Good,70:Fair,0:Low".')
@refusing
def table(file: Path, decimals: int, ties: str, bands: str) -> None:
    """Read units with their points from FILE.csv, print index, class and position a line."""
    lines = list(_lines(file))
    try:
        rows = results_table(lines, decimals=decimals, ties=Ties(ties), bands=_bands(bands))
    except DomainError as refusal:
        number = _line_number(lines, refusal)
        raise InputInvalid(refusal.code, **({"line": number} if number else {}), **refusal.details) from refusal
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(OUTPUT_COLUMNS)
    writer.writerows([harmless(cell) for cell in _cells(row, decimals)] for row in rows)


def _line_number(lines: list[ResultLine], refusal: DomainError) -> int | None:
    """Return the file's line of the unit a refusal names; the header is line 1."""
    units = [line.unit for line in lines]
    unit = refusal.details.get("unit")
    return units.index(str(unit)) + 2 if unit in units else None


def _lines(file: Path) -> Iterator[ResultLine]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [column for column in INPUT_COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise InputInvalid("columns_missing", columns=", ".join(missing))
        for number, row in enumerate(reader, start=2):
            yield _line(number, row)


def _line(number: int, row: dict[str, str]) -> ResultLine:
    def figure(column: str, default: str) -> Decimal:
        return parse_number((row[column] or "").strip() or default, what=column)

    try:
        obtained = (row["obtained"] or "").strip()
        line = ResultLine(
            unit=row["unit"],
            group=row["group"] or "",
            obtained=parse_number(obtained, what="obtained") if obtained else None,
            attainable=figure("attainable", ""),
            bonus=figure("bonus", "0"),
            penalty=figure("penalty", "0"),
        )
    except DomainError as refusal:
        raise InputInvalid(refusal.code, line=number, **refusal.details) from refusal
    if line.attainable <= 0:
        raise InputInvalid("nothing_attainable", line=number, unit=line.unit)
    return line


def _bands(text: str) -> tuple[Band, ...]:
    bands = []
    for part in text.split(","):
        lower, _, name = part.partition(":")
        if not name.strip():
            raise InputInvalid("band_needs_bound_and_name", text=part)
        bands.append(Band(name=name.strip(), lower=parse_number(lower.strip(), what="band")))
    return tuple(bands)


def _cells(row: ResultRow, decimals: int) -> tuple[str, ...]:
    line = row.line
    return (
        line.unit,
        line.group,
        plain(line.obtained) if line.obtained is not None else "",
        plain(line.attainable),
        plain(line.bonus),
        plain(line.penalty),
        f"{row.index:.{decimals}f}" if row.index is not None else "",
        row.grade or "",
        str(row.position) if row.position is not None else "",
    )


@results.command("export")
@click.option("--campaign", required=True, help="Code of the campaign.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@refusing
def export(campaign: str, form: str) -> None:
    """Print the published rows of a campaign; refused while nothing is published."""
    rows = exported(campaign)
    if form == "json":
        click.echo(json.dumps([_exported_cells(row) for row in rows], ensure_ascii=False, indent=2))
        return
    writer = csv.DictWriter(sys.stdout, EXPORT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(str(cell)) for name, cell in _exported_cells(row).items()} for row in rows)


def _exported_cells(row: dict[str, Any]) -> dict[str, Any]:
    return {
        column: "" if row[name] is None else row[name] for column, name in zip(EXPORT_COLUMNS, _EXPORTED, strict=True)
    }


@results.command("verify")
@with_appcontext
def verify() -> None:
    """Recompute every edition in force from its raw answers; name each difference and end with exit code 2."""
    clock = current_app.extensions["clock"]
    with reading() as session:
        count, differences = verify_publications(session, current_app.extensions["blobs"], clock.read(session))
    for words in differences:
        click.echo(words, err=True)
    if differences:
        sys.exit(REFUSED)
    click.echo(f"{count} publications, every figure recomputed")
