"""`flask results …`: tables from a file, results of a campaign, and their recomputation."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import REFUSED, refusing
from app.db.session import reading
from app.domain.classification import Band
from app.domain.csv_rows import decoded, numbered_rows
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
    "--ties",
    type=click.Choice([each.value for each in Ties]),
    default=Ties.COMPETITION.value,
    show_default=True,
    help="Places behind equals: competition counts 1-2-2-4, dense 1-2-2-3.",
)
@click.option("--bands", required=True, help='Lower bound and name of each class: "80:Good,70:Fair,0:Low".')
@refusing
def table(file: Path, decimals: int, ties: str, bands: str) -> None:
    """Read units with their points from FILE.csv, print index, class and position a line."""
    rows = results_table(_lines(file), decimals=decimals, ties=Ties(ties), bands=_bands(bands))
    printed = io.StringIO()
    writer = csv.writer(printed, lineterminator="\n")
    writer.writerow(OUTPUT_COLUMNS)
    writer.writerows([harmless(cell) for cell in _cells(row, decimals)] for row in rows)
    click.echo(printed.getvalue(), nl=False)


def _lines(file: Path) -> list[ResultLine]:
    """Return the units of a file; what is wrong with a row is refused naming the line the row begins on."""
    rows = numbered_rows(decoded(file.read_bytes()))
    first, header = next(rows, (1, ()))
    missing = [column for column in INPUT_COLUMNS if column not in header]
    if missing:
        raise InputInvalid("columns_missing", columns=", ".join(missing))
    repeated = sorted({column for column in header if column and header.count(column) > 1})
    if repeated:
        raise InputInvalid("column_twice", line=first, columns=", ".join(repeated))
    lines: list[ResultLine] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        try:
            line = _line(header, cells)
            _once(line, number, seen)
        except DomainError as refusal:
            raise InputInvalid(refusal.code, line=number, **refusal.details) from refusal
        lines.append(line)
    return lines


def _line(header: Sequence[str], cells: Sequence[str]) -> ResultLine:
    if len(cells) != len(header):
        code = "row_too_long" if len(cells) > len(header) else "row_too_short"
        raise InputInvalid(code, cells=len(cells), columns=len(header))
    row = dict(zip(header, cells, strict=True))
    if not row["unit"].strip():
        raise InputInvalid("unit_missing")
    attainable = parse_number(row["attainable"], what="attainable")
    if attainable <= 0:
        raise InputInvalid("nothing_attainable", unit=row["unit"])
    return ResultLine(
        unit=row["unit"],
        group=row["group"],
        obtained=_figure(row, "obtained") if row["obtained"].strip() else None,
        attainable=attainable,
        bonus=_figure(row, "bonus"),
        penalty=_figure(row, "penalty"),
    )


def _figure(row: Mapping[str, str], column: str) -> Decimal:
    """Return a figure that is never below 0; a blank one is 0."""
    figure = parse_number(row[column].strip() or "0", what=column)
    if figure < 0:
        raise InputInvalid("negative_figure", what=column, text=row[column].strip())
    return figure


def _once(line: ResultLine, number: int, seen: dict[tuple[str, str], int]) -> None:
    """A unit has one row in its group: a second one would take a place of its own."""
    key = (line.group.strip(), line.unit.strip())
    if key in seen:
        raise InputInvalid("unit_twice", unit=line.unit.strip(), group=line.group.strip(), first=seen[key])
    seen[key] = number


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
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="csv: a line a unit; json: a list of objects that say the same.",
)
@refusing
def export(campaign: str, form: str) -> None:
    """Print the published rows of a campaign; refused while nothing is published."""
    rows = [_exported_cells(row) for row in exported(campaign)]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    printed = io.StringIO()
    writer = csv.DictWriter(printed, EXPORT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(str(cell)) for name, cell in row.items()} for row in rows)
    click.echo(printed.getvalue(), nl=False)


def _exported_cells(row: dict[str, Any]) -> dict[str, Any]:
    cells = {
        column: "" if row[name] is None else row[name] for column, name in zip(EXPORT_COLUMNS, _EXPORTED, strict=True)
    }
    if cells["index"]:
        cells["index"] = f"{Decimal(cells['index']):.{row['decimals']}f}"
    return cells


@results.command("verify")
@with_appcontext
@refusing
def verify() -> None:
    """Recompute every edition in force from its raw answers, hold them against the audit trail; name each difference.

    Exit code 2 where there is any.
    """
    clock = current_app.extensions["clock"]
    with reading() as session:
        count, differences = verify_publications(session, current_app.extensions["blobs"], clock.read(session))
    for words in differences:
        click.echo(words, err=True)
    if differences:
        sys.exit(REFUSED)
    click.echo(f"{count} publications, every figure recomputed")
