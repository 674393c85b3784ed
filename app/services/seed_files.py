"""A seed folder as tables: read as reviewed, written back byte for byte.

CSV: UTF-8, header, comma, minimal quoting, one line feed; empty is null. JSON: two spaces, as it reads.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.domain.errors import InputInvalid, NotFound

SEEDS_FOLDER = Path(__file__).resolve().parents[2] / "seeds"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "units.csv": ("code", "name", "tier", "valid_from", "valid_to", "merged_into", "sample"),
    "groups.csv": ("code", "name", "units"),
    "councils.csv": ("code", "name"),
    "legal_bases.csv": ("number", "title", "issued_on", "issuer", "successor"),
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
    "accounts.csv": ("username", "role", "display", "unit", "council", "covers_all", "leader_kind"),
    "officers.csv": ("unit", "branch", "username"),
    "appraisers.csv": ("campaign", "branch", "scope", "agency"),
    "overrides.csv": ("campaign", "code", "points", "reason", "sample"),
    "baselines.csv": ("campaign", "unit", "measure", "value", "source", "sample"),
}

Row = Mapping[str, str]


def seed_folder(name: str) -> Path:
    """Return the folder of seed `name`; a name that is no seed is refused by the list of those that are."""
    known = sorted(path.name for path in SEEDS_FOLDER.iterdir() if (path / "criteria.csv").exists())
    if name not in known:
        raise NotFound("seed_unknown", name=name, known=", ".join(known))
    return SEEDS_FOLDER / name


def read_table(folder: Path, file_name: str) -> list[dict[str, str]]:
    """Return the rows of one CSV; a header other than the agreed one is refused."""
    with (folder / file_name).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    if tuple(reader.fieldnames or ()) != COLUMNS[file_name]:
        raise InputInvalid("seed_columns_differ", file=file_name, expected=",".join(COLUMNS[file_name]))
    return rows


def table_text(file_name: str, rows: Iterable[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS[file_name], quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def read_json(folder: Path, file_name: str) -> Any:
    return json.loads((folder / file_name).read_text(encoding="utf-8"))


def json_text(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def yes(value: bool) -> str:  # noqa: FBT001 - the value itself
    return "yes" if value else "no"


def is_yes(row: Row, column: str) -> bool:
    """Read a yes/no cell; anything else is refused, naming the column."""
    text = row[column]
    if text not in {"yes", "no", ""}:
        raise InputInvalid("seed_cell_not_yes_or_no", column=column, text=text)
    return text == "yes"
