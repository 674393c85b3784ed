"""Examples of rules in a seed: loaded and exported where there are any, each run against its rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.identity import Unit
from app.services import seed_files
from app.services.seed_files import seed_folder
from tests.commands.conftest import SEED, House, done, refused

HEADER = "code,claim,expected,refusal,note,origin\n"
#: 2.4.2 gives 1 point from 85 %, and 0 of 0 is no share
SEVENTEEN = '"{""numerator"":""17"",""denominator"":""20""}"'
SIXTEEN = '"{""numerator"":""16"",""denominator"":""20""}"'
NONE = '"{""numerator"":""0"",""denominator"":""0""}"'
WHOLE = f"""{HEADER}2.1.1,"{{""option"":""1""}}",1,,,typed
2.4.2,{SEVENTEEN},1,,"đúng 85%, như báo cáo",typed
2.4.2,{SIXTEEN},0,,,imported
2.4.2,{NONE},,nothing_to_measure,,typed
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the table of examples stands in a copy of the seed, which is the only one there is."""
    shutil.copytree(seed_folder(SEED), tmp_path / "seeds" / SEED)
    monkeypatch.setattr(seed_files, "SEEDS_FOLDER", tmp_path / "seeds")
    return tmp_path / "seeds" / SEED / "rule_examples.csv"


def test_examples_are_loaded_and_exported_where_there_are_any(empty: House, table: Path, tmp_path: Path) -> None:
    """The one file a seed may go without: what an earlier export left of it is taken away."""
    table.write_text(WHOLE, encoding="utf-8")
    target = tmp_path / "out"
    done(empty.flask("seed", "check", SEED))
    done(empty.flask("seed", "load", SEED))
    assert str(target / table.name) in done(empty.flask("seed", "export", SEED, str(target)))
    assert (target / table.name).read_text(encoding="utf-8") == WHOLE
    empty.by_hand("DELETE FROM rule_example")
    assert table.name not in done(empty.flask("seed", "export", SEED, str(target)))
    assert not (target / table.name).exists()


#: the table, the code both commands say, and what they say with it
BROKEN: dict[str, tuple[str, str, str]] = {
    "the rule answers otherwise": (
        f"{HEADER}2.4.2,{SEVENTEEN},1,,,typed\n2.4.2,{SIXTEEN},0.5,,,typed\n",
        "seed_example_broken",
        "file=rule_examples.csv, line=3, criterion=2.4.2",
    ),
    "a branch": (f"{HEADER}2.4,{SEVENTEEN},1,,,typed\n", "examples_without_rule", "line=2, criterion=2.4"),
    "no criterion": (f"{HEADER}9.9.9,{SEVENTEEN},1,,,typed\n", "branch_unknown", "line=2, column=code"),
    "no outcome": (f"{HEADER}2.4.2,{SEVENTEEN},,,,typed\n", "example_without_outcome", "line=2, criterion=2.4.2"),
    "an unknown origin": (f"{HEADER}2.4.2,{SEVENTEEN},1,,,dreamt\n", "seed_word_unknown", "line=2, column=origin"),
    "a claim that is no JSON": (f"{HEADER}2.4.2,17/20,1,,,typed\n", "not_json", "line=2, criterion=2.4.2"),
    "another header": ("code,claim\n", "seed_columns_differ", "file=rule_examples.csv"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_example_that_does_not_hold_is_named_by_the_check_and_refused_by_the_load(
    tool: House, table: Path, quick_passwords: None, name: str
) -> None:
    text, code, said = BROKEN[name]
    table.write_text(text, encoding="utf-8")
    named = refused(tool.flask("seed", "check", SEED))
    assert f"broken: {code} (" in named
    assert said in named
    reason = refused(tool.flask("seed", "load", SEED))
    assert reason.startswith(f"refused: {code} (")
    assert said in reason
    with tool.reading() as session:
        assert session.scalar(select(func.count(Unit.id))) == 0


def test_where_a_rule_cannot_be_read_nobody_is_told_of_its_examples(tool: House, table: Path) -> None:
    table.write_text(f"{HEADER}2.4.2,{SIXTEEN},0.5,,,typed\n", encoding="utf-8")
    criteria = table.with_name("criteria.csv")
    text = criteria.read_text(encoding="utf-8")
    assert text.count('""to"":""85""') == 1
    criteria.write_text(text.replace('""to"":""85""', '""to"":""x""'), encoding="utf-8")
    assert "rule_examples.csv" not in refused(tool.flask("seed", "check", SEED))
