"""The table clause → test → setting of docs/sources.md names only what there is."""

from __future__ import annotations

import re
from pathlib import Path

from app.services.seed_files import SEEDS_FOLDER

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def test_every_test_the_table_names_is_there() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    cells = [line.split("|")[2] for line in TABLE.splitlines() if line.count("|") >= 4]
    named = {name for cell in cells for name in re.findall(r"\btest_\w+", cell)}
    assert named
    assert [name for name in sorted(named) if f"def {name}(" not in written] == []


def test_every_seed_has_its_part() -> None:
    parts = set(re.findall(r"`seeds/(\w+)`", TABLE)) - {"NAME"}
    assert parts == {path.name for path in SEEDS_FOLDER.iterdir() if path.is_dir()}
