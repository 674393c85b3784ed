"""The commands as a shell sees them: exit codes, answers on one stream and reasons on the other, in UTF-8."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from app.db.schema import MIGRATIONS
from tests.commands.test_rules_award import CASES, as_json, line

ROOT = Path(__file__).resolve().parents[2]
TABLE = "unit,group,obtained,attainable,bonus,penalty\n"
PRODUCTION = {"APP_ENV": "production", "SECRET_KEY": "of thirty-two characters or more!"}
AWARD = ("rules", "award", "--rule", as_json(CASES), "--maximum", "1", "--claim")
ASKED = ("--ties", "competition", "--bands", "80:Tốt,0:Thấp")

#: name → words, what is typed, more of the environment
CALLS: dict[str, tuple[tuple[str, ...], str, dict[str, str]]] = {
    "award": ((*AWARD, '{"count":"2"}'), "", {}),
    "award refused": ((*AWARD, '{"count":"-2"}'), "", {}),
    "award of lines": (("rules", "award", "--stdin"), f"{line()}\n{{\n{line()}\n", {}),
    "table": (("results", "table", "good.csv", *ASKED), "", {}),
    "table refused": (("results", "table", "bad.csv", *ASKED), "", {}),
    "demo in production": (("demo", "play"), "", PRODUCTION),
    "production without a secret": (("seed", "check", "dinh_hoa_2024"), "", {"APP_ENV": "production"}),
    "before the upgrade": (("audit", "verify"), "", {}),
}

Ended = subprocess.CompletedProcess[str]


def start(folder: Path, words: tuple[str, ...], more: dict[str, str]) -> subprocess.Popen[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FLASK_APP": "app", "DATA_DIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", *words],
        cwd=folder,
        env={**environment, "PYTHONUTF8": "1", **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def end(process: subprocess.Popen[str], typed: str) -> Ended:
    out, err = process.communicate(typed, timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Every call, side by side, each with a data folder of its own."""
    running = {}
    for name, (words, _, more) in CALLS.items():
        folder = tmp_path_factory.mktemp("shell")
        (folder / "good.csv").write_text(f'{TABLE}Xã A,xa,"79,995",100,,\n', encoding="utf-8")
        (folder / "bad.csv").write_text(f"{TABLE}Xã A,xa,1,0,,\n", encoding="utf-8")
        running[name] = start(folder, words, more)
    return {name: end(process, CALLS[name][1]) for name, process in running.items()}


def test_an_answer_stands_on_standard_output_alone(ended: dict[str, Ended]) -> None:
    found = ended["award"]
    assert (found.returncode, found.stdout, found.stderr) == (0, '{"points": "0.5"}\n', "")


def test_a_claim_that_cannot_be_scored_is_an_answer_with_exit_code_2(ended: dict[str, Ended]) -> None:
    found = ended["award refused"]
    assert (found.returncode, found.stderr) == (2, "")
    assert found.stdout.startswith('{"error": {"code": "negative_figure", "message": ')


def test_a_malformed_line_among_others_ends_with_0(ended: dict[str, Ended]) -> None:
    found = ended["award of lines"]
    assert (found.returncode, found.stderr) == (0, "")
    assert [text.split('"')[1] for text in found.stdout.splitlines()] == ["points", "error", "points"]


def test_a_table_is_printed_in_utf_8(ended: dict[str, Ended]) -> None:
    found = ended["table"]
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[1] == "Xã A,xa,79.995,100,0,0,80.00,Tốt,1"


def test_a_table_that_is_refused_prints_its_reason_on_standard_error_alone(ended: dict[str, Ended]) -> None:
    found = ended["table refused"]
    assert (found.returncode, found.stdout) == (2, "")
    assert "line=2" in found.stderr
    assert "Traceback" not in found.stderr


def test_production_plays_no_demonstration(ended: dict[str, Ended]) -> None:
    found = ended["demo in production"]
    assert (found.returncode, found.stdout) == (2, "")
    assert "demo_in_production" in found.stderr
    assert "Traceback" not in found.stderr


SAID = {
    "production without a secret": "refused: SECRET_KEY is not set: production starts on no default secret\n",
    "before the upgrade": "refused: database_not_upgraded (run=flask db upgrade)\n",
}


@pytest.mark.parametrize("name", SAID)
def test_what_it_cannot_work_in_is_said_in_one_line(ended: dict[str, Ended], name: str) -> None:
    found = ended[name]
    assert (found.returncode, found.stdout, found.stderr) == (2, "", SAID[name])


def test_a_database_is_brought_up_and_nothing_is_left_to_do_the_second_time(tmp_path: Path) -> None:
    codes = [end(start(tmp_path, ("db", "upgrade"), {}), "").returncode for _ in range(2)]
    with sqlite3.connect(tmp_path / "portal.sqlite3") as connection:
        versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    assert codes == [0, 0]
    assert versions == [(head,) for head in ScriptDirectory(str(MIGRATIONS)).get_heads()]
