"""Read the hand-worked tables of ``tests/golden``."""

from __future__ import annotations

import csv
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "golden"


def golden(name: str) -> list[dict[str, str]]:
    """Return the rows of a golden table; an empty table is an error, never a green test."""
    with (GOLDEN / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows, f"{name} holds no rows"
    return rows
