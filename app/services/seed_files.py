"""A seed folder as tables: read as reviewed, written back byte for byte. Further criteria sets stand in sets/CODE/.

CSV: UTF-8, header, comma, minimal quoting, one line feed; empty is null. JSON: two spaces, as it reads.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from app.domain.csv_rows import decoded, numbered_rows
from app.domain.errors import DomainError, InputInvalid, NotFound

SEEDS_FOLDER = Path(__file__).resolve().parents[2] / "seeds"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "units.csv": ("code", "name", "tier", "valid_from", "valid_to", "merged_into", "sample"),
    "groups.csv": ("code", "name", "units"),
    "councils.csv": ("code", "name"),
    "legal_bases.csv": ("number", "title", "issued_on", "issuer", "successor"),
    "holidays.csv": ("day", "name"),
    "criteria.csv": (
        "code",
        "parent",
        "title",
        "original",
        "maximum",
        "requirement",
        "evidence",
        "agency_printed",
        "agency",
        "scored_by",
        "rule",
    ),
    "findings.csv": ("code", "finding", "severity", "message", "settled", "choice"),
    "rule_examples.csv": ("code", "claim", "expected", "refusal", "note", "origin"),
    "accounts.csv": ("username", "role", "display", "unit", "council", "covers_all", "leader_kind"),
    "officers.csv": ("unit", "branch", "username"),
    "appraisers.csv": ("campaign", "branch", "scope", "agency"),
    "overrides.csv": ("campaign", "code", "points", "reason", "sample"),
    "baselines.csv": ("campaign", "unit", "measure", "value", "source", "sample"),
    "adjustment_items.csv": ("campaign", "code", "kind", "text", "measure", "points", "steps", "cap", "once"),
    "criterion_bases.csv": ("code", "legal_basis", "printed"),
    "leaf_terms.csv": ("campaign", "set", "code", "cut_off", "not_yet_due"),
}

#: tables a seed may go without
OPTIONAL = frozenset(
    {"rule_examples.csv", "holidays.csv", "adjustment_items.csv", "criterion_bases.csv", "leaf_terms.csv"}
)

#: columns a table may end with; they are written where a row says something in them
FURTHER_COLUMNS: Mapping[str, tuple[str, ...]] = {"overrides.csv": ("set",), "councils.csv": ("reports_to",)}

SETS_FOLDER = "sets"

Row = Mapping[str, str]


class SeedRow(dict[str, str]):
    """One row of a table, and where it stands: its file and the line it begins on."""

    def __init__(self, cells: Mapping[str, str], file_name: str, line: int) -> None:
        super().__init__(cells)
        self.file_name = file_name
        self.line = line

    def place(self) -> dict[str, Any]:
        return {"file": self.file_name, "line": self.line}


def seed_folder(name: str) -> Path:
    """Return the folder of seed `name`; a name that is no seed is refused by the list of those that are."""
    known = sorted(path.name for path in SEEDS_FOLDER.iterdir() if (path / "criteria.csv").exists())
    if name not in known:
        raise NotFound("seed_unknown", name=name, known=", ".join(known))
    return SEEDS_FOLDER / name


def set_places(folder: Path) -> tuple[str, ...]:
    """Return where the criteria sets of a seed stand: "" for its first, "sets/CODE/" for each further one."""
    inner = folder / SETS_FOLDER
    further = sorted(path.name for path in inner.iterdir() if path.is_dir()) if inner.is_dir() else []
    return ("", *(f"{SETS_FOLDER}/{name}/" for name in further))


def columns_of(file_name: str) -> tuple[str, ...]:
    """Return the agreed header of a table, wherever in the seed it stands."""
    return COLUMNS[_name(file_name)]


def _name(file_name: str) -> str:
    return PurePosixPath(file_name).name


def read_text(folder: Path, file_name: str) -> str:
    """Return what stands in a file. Raises InputInvalid("seed_file_unreadable")."""
    try:
        return decoded((folder / file_name).read_bytes(), encoding="utf-8")
    except OSError as cannot:
        raise InputInvalid("seed_file_unreadable", file=file_name, reason=cannot.strerror) from cannot
    except DomainError as broken:
        raise InputInvalid("seed_file_unreadable", file=file_name, reason=str(broken)) from broken


def read_table(folder: Path, file_name: str) -> list[SeedRow]:
    """Return the rows of one CSV. Raises the first problem of `read_rows`."""
    rows, problems = read_rows(folder, file_name)
    if problems:
        raise problems[0]
    return rows


def read_rows(folder: Path, file_name: str) -> tuple[list[SeedRow], list[DomainError]]:
    """Return the rows of one CSV that are whole, and what is wrong with the others or with the file.

    An optional table that is not there has no rows.

    Codes: seed_file_unreadable, seed_columns_differ (a header other than the agreed one), seed_row_length.
    """
    if _name(file_name) in OPTIONAL and not (folder / file_name).exists():
        return [], []
    columns = columns_of(file_name)
    rows: list[SeedRow] = []
    problems: list[DomainError] = []
    try:
        numbered = numbered_rows(read_text(folder, file_name))
        _, header = next(numbered, (1, ()))
        further = FURTHER_COLUMNS.get(_name(file_name), ())
        blank = dict.fromkeys(further, "") if tuple(header) == columns else {}
        if further and tuple(header) == (*columns, *further):
            columns = tuple(header)
        if tuple(header) != columns:
            raise InputInvalid("seed_columns_differ", file=file_name, expected=",".join(columns))
        for line, cells in numbered:
            if len(cells) == len(columns):
                rows.append(SeedRow(blank | dict(zip(columns, cells, strict=True)), file_name, line))
            else:
                lengths = {"cells": len(cells), "expected": len(columns)}
                problems.append(InputInvalid("seed_row_length", file=file_name, line=line, **lengths))
    except DomainError as broken:
        whole = broken.code.startswith("seed_")
        said = broken if whole else InputInvalid("seed_file_unreadable", file=file_name, reason=str(broken))
        return [], [said]
    return rows, problems


def table_text(file_name: str, rows: Iterable[Row]) -> str:
    written, columns = list(rows), columns_of(file_name)
    said = tuple(name for name in FURTHER_COLUMNS.get(_name(file_name), ()) if any(row.get(name) for row in written))
    buffer = io.StringIO()
    writer = csv.DictWriter(
        buffer, (*columns, *said), quoting=csv.QUOTE_MINIMAL, lineterminator="\n", extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(written)
    return buffer.getvalue()


def read_json(folder: Path, file_name: str) -> Any:
    """Return what a file says in JSON. Raises InputInvalid("seed_file_unreadable")."""
    text = read_text(folder, file_name)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise InputInvalid("seed_file_unreadable", file=file_name, reason=str(broken)) from broken


def json_text(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def yes(value: bool) -> str:  # noqa: FBT001 - the value itself
    return "yes" if value else "no"
