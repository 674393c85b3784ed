"""`flask results export` and `table`: cells no spreadsheet calculates."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from flask import Flask

ROW = {"name": "=1+1", "group": "+x", "obtained": "-5", "attainable": "100", "bonus": "0", "penalty": "0"}
PUBLISHED = {**ROW, "index": None, "class": "@a", "position": None, "standing": "ranked", "edition": 1}


def test_an_exported_cell_is_never_a_formula(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["app.commands.results"], "exported", lambda _code: [PUBLISHED])
    printed = portal.test_cli_runner().invoke(args=["results", "export", "--campaign", "x"]).output
    row = next(csv.DictReader(io.StringIO(printed)))
    assert (row["unit"], row["group"], row["class"]) == ("'=1+1", "'+x", "'@a")
    assert (row["obtained"], row["index"], row["edition"]) == ("-5", "", "1")
    plain = portal.test_cli_runner().invoke(args=["results", "export", "--campaign", "x", "--format", "json"]).output
    assert json.loads(plain)[0]["unit"] == "=1+1"


def test_a_table_read_from_a_file_is_written_harmless(portal: Flask, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text("unit,group,obtained,attainable,bonus,penalty\n=1+1,-5,80,100,0,0\n", encoding="utf-8")
    printed = portal.test_cli_runner().invoke(args=["results", "table", str(file), "--bands", "0:Low"]).output
    assert printed.splitlines()[1].startswith("'=1+1,-5,80,")
