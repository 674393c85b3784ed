"""`flask seed check` and `flask seed load` on broken seeds: each fault by name, file and line, no traceback."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db.identity import PortalUser, Unit
from app.services import seed_files
from app.services.seed_files import COLUMNS, seed_folder
from tests.commands.conftest import SEED, House, refused

Edit = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the seed to break; it is the only one there is."""
    shutil.copytree(seed_folder(SEED), tmp_path / SEED)
    monkeypatch.setattr(seed_files, "SEEDS_FOLDER", tmp_path)
    return tmp_path / SEED


def edited(file_name: str, code: str, /, **cells: str) -> Edit:
    """Return an edit of the first row of `code` in a table of a seed."""

    def edit(folder: Path) -> None:
        path = folder / file_name
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        next(row for row in rows if code in row.values()).update(cells)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    return edit


def lines(file_name: str, change: Callable[[list[str]], list[str]]) -> Edit:
    """Return an edit of the lines of a file, the header among them."""

    def edit(folder: Path) -> None:
        path = folder / file_name
        path.write_text("\n".join(change(path.read_text(encoding="utf-8").split("\n"))), encoding="utf-8")

    return edit


def written(file_name: str, data: bytes) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file_name).write_bytes(data)

    return edit


def gone(file_name: str) -> Edit:
    return lambda folder: (folder / file_name).unlink()


def campaign(**fields: Any) -> Edit:
    """Return an edit of fields of the first campaign; None takes a field out."""

    def edit(folder: Path) -> None:
        path = folder / "campaigns.json"
        described = json.loads(path.read_text(encoding="utf-8"))
        described[0] = {name: value for name, value in {**described[0], **fields}.items() if value is not None}
        path.write_text(json.dumps(described), encoding="utf-8")

    return edit


def _header_changed(folder: Path) -> None:
    path = folder / "criteria.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("code,parent", "kode,parent", 1), encoding="utf-8")


def _rows_gone(folder: Path) -> None:
    path = folder / "criteria.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8")


_JUDGED = '{"kind":"judged","version":1,"nothing_arose":%s,"step":null}'

#: an edit of the reviewed folder, and the code it is named with
BROKEN: dict[str, tuple[Edit, str]] = {
    "children that do not sum": (edited("criteria.csv", "I", maximum="21"), "maximum_differs_from_children"),
    "a negative maximum": (edited("criteria.csv", "1.1", maximum="-4"), "maximum_negative"),
    "a maximum in letters": (edited("criteria.csv", "1.1", maximum="bốn"), "not_a_number"),
    "a parent nobody knows": (edited("criteria.csv", "I", parent="ND.X"), "parent_unknown"),
    "a parent below its child": (edited("criteria.csv", "I", parent="1.1"), "parent_after_child"),
    "its own parent": (edited("criteria.csv", "I", parent="I"), "cycle"),
    "a code twice": (edited("criteria.csv", "1.2", code="1.1"), "code_twice"),
    "a leaf without a rule": (edited("criteria.csv", "1.1", rule=""), "leaf_without_rule"),
    "a rule that is no JSON": (edited("criteria.csv", "1.1", rule="{"), "not_json"),
    "a rule of an unknown kind": (
        edited("criteria.csv", "1.1", rule=_JUDGED.replace("judged", "x") % "0"),
        "unknown_kind",
    ),
    "a rule above its maximum": (edited("criteria.csv", "1.1", rule=_JUDGED % '"99"'), "nothing_arose_above_maximum"),
    "a rule with a float": (edited("criteria.csv", "1.1", rule=_JUDGED % "0.5"), "float_refused"),
    "another header": (_header_changed, "seed_columns_differ"),
    "no criterion at all": (_rows_gone, "no_leaf"),
    "a finding on no criterion": (edited("findings.csv", "1.1", code="99.9"), "finding_without_criterion"),
    "a finding settled by no choice": (edited("findings.csv", "1.1", choice=""), "settled_without_choice"),
    "an error left open": (
        edited("findings.csv", "formula_unclear", settled="no", choice=""),
        "unsettled_error_finding",
    ),
    "neither yes nor no": (edited("findings.csv", "1.1", settled="maybe"), "seed_cell_not_yes_or_no"),
    "an officer on no branch": (edited("officers.csv", "XM01", branch="KHONG_CO"), "branch_unknown"),
    "an appraiser on no branch": (edited("appraisers.csv", "PNV", branch="KHONG_CO"), "branch_unknown"),
    "an override of no leaf": (edited("overrides.csv", "8.1", code="8.9"), "branch_unknown"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_invariant_fails_the_check_by_its_name(tool: House, folder: Path, name: str) -> None:
    edit, code = BROKEN[name]
    edit(folder)
    assert code in refused(tool.flask("seed", "check", SEED))


PHASE = {"kind": "scoring", "opens": "2024-11-13T08:00", "closes": "2024-11-25T17:00"}
BAND = {"name": "x", "lower": "0", "sample": True}

#: an edit, the code both commands say, and what they say with it
UNREADABLE: dict[str, tuple[Edit, str, str]] = {
    # files
    "criteria empty": (written("criteria.csv", b""), "seed_columns_differ", "file=criteria.csv"),
    "criteria in another encoding": (
        written("criteria.csv", "code,parent\nĐ\n".encode("utf-16")),
        "seed_file_unreadable",
        "file=criteria.csv",
    ),
    "criteria with a huge cell": (
        lines("criteria.csv", lambda rows: [rows[0], "x" * 131_073, *rows[1:]]),
        "seed_file_unreadable",
        "line=2",
    ),
    "criteria that is a folder": (
        lambda folder: ((folder / "criteria.csv").unlink(), (folder / "criteria.csv").mkdir())[1],
        "seed_file_unreadable",
        "file=criteria.csv",
    ),
    "no findings": (gone("findings.csv"), "seed_file_unreadable", "file=findings.csv"),
    "no units": (gone("units.csv"), "seed_file_unreadable", "file=units.csv"),
    "no campaigns": (gone("campaigns.json"), "seed_file_unreadable", "file=campaigns.json"),
    "a set that is no JSON": (written("set.json", b"{"), "seed_file_unreadable", "file=set.json"),
    "campaigns that are no JSON": (written("campaigns.json", b"[{]"), "seed_file_unreadable", "file=campaigns.json"),
    "campaigns nested without end": (
        written("campaigns.json", b"[" * 100_000),
        "seed_file_unreadable",
        "file=campaigns.json",
    ),
    "campaigns in another encoding": (written("campaigns.json", b'["\xff"]'), "seed_file_unreadable", "line=1"),
    # rows
    "a short row": (lines("units.csv", lambda rows: [*rows[:2], "X1,Xã", *rows[2:]]), "seed_row_length", "line=3"),
    "a long row": (
        lines("officers.csv", lambda rows: [rows[0], rows[1] + ",more", *rows[2:]]),
        "seed_row_length",
        "file=officers.csv, line=2, cells=4, expected=3",
    ),
    "a short row of criteria": (lines("criteria.csv", lambda rows: [*rows[:1], "1", *rows[1:]]), "seed_row_length", ""),
    # words
    "an unknown scorer": (
        edited("criteria.csv", "1.2", scored_by="nobody"),
        "seed_word_unknown",
        "column=scored_by, value=nobody",
    ),
    "an unknown severity": (
        edited("findings.csv", "ND.I", severity="grave"),
        "seed_word_unknown",
        "file=findings.csv, line=2, column=severity, value=grave",
    ),
    "an unknown tier": (
        edited("units.csv", "PNV", tier="ward"),
        "seed_word_unknown",
        "file=units.csv, line=3, column=tier, value=ward",
    ),
    "an unknown role": (
        edited("accounts.csv", "to_chuc", role="king"),
        "seed_word_unknown",
        "file=accounts.csv, line=2, column=role, value=king",
    ),
    "an unknown kind of leader": (
        edited("accounts.csv", "lanh_dao_01", leader_kind="x"),
        "seed_word_unknown",
        "column=leader_kind",
    ),
    "neither group nor unit": (edited("appraisers.csv", "PNV", scope="xa"), "seed_word_unknown", "column=scope"),
    # codes of other files
    "an officer of no unit": (
        edited("officers.csv", "XM01", unit="XM99"),
        "seed_reference_unknown",
        "file=officers.csv, line=2, column=unit, value=XM99",
    ),
    "an officer without account": (
        edited("officers.csv", "XM01", username="nobody"),
        "seed_reference_unknown",
        "file=officers.csv, line=2, column=username, value=nobody",
    ),
    "an officer on no branch": (
        edited("officers.csv", "XM01", branch="KHONG_CO"),
        "branch_unknown",
        "file=officers.csv, line=2, column=branch, branch=KHONG_CO",
    ),
    "an account of no unit": (edited("accounts.csv", "to_chuc", unit="X"), "seed_reference_unknown", "column=unit"),
    "an account of no council": (
        edited("accounts.csv", "thu_ky", council="X"),
        "seed_reference_unknown",
        "column=council",
    ),
    "a unit merged into none": (
        edited("units.csv", "PNV", merged_into="X"),
        "seed_reference_unknown",
        "column=merged_into",
    ),
    "a group of unknown units": (
        edited("groups.csv", "xa", units="XM01 X"),
        "seed_reference_unknown",
        "file=groups.csv, line=2, column=units, value=X",
    ),
    "a group with a unit twice": (edited("groups.csv", "xa", units="XM01 XM01"), "seed_code_twice", "column=units"),
    "a successor nobody knows": (
        edited("legal_bases.csv", "7171/QĐ-UBND", successor="1"),
        "seed_reference_unknown",
        "column=successor",
    ),
    "a criterion of no agency": (edited("criteria.csv", "I", agency="X"), "seed_reference_unknown", "column=agency"),
    "an appraiser of no unit": (edited("appraisers.csv", "PNV", agency="X"), "seed_reference_unknown", "column=agency"),
    "an appraiser for no group": (
        edited("appraisers.csv", "PNV", scope="group:X"),
        "seed_reference_unknown",
        "column=scope, value=X",
    ),
    "an appraiser for no unit": (
        edited("appraisers.csv", "PNV", scope="unit:"),
        "seed_reference_unknown",
        "column=scope, value=",
    ),
    "an override of no campaign": (
        edited("overrides.csv", "8.1", campaign="x"),
        "seed_reference_unknown",
        "file=overrides.csv, line=2, column=campaign, value=x",
    ),
    "a baseline of no unit": (edited("baselines.csv", "XM01", unit="X"), "seed_reference_unknown", "column=unit"),
    "a finding on no criterion": (
        edited("findings.csv", "ND.I", code="99"),
        "finding_without_criterion|branch_unknown",
        "file=findings.csv, line=2",
    ),
    # days and figures
    "a day nobody can read": (
        edited("units.csv", "PNV", valid_from="01/01/2020"),
        "seed_date_unreadable",
        "line=3, column=valid_from, value=01/01/2020",
    ),
    "no day of a decree": (
        edited("legal_bases.csv", "7171/QĐ-UBND", issued_on=""),
        "seed_date_unreadable",
        "column=issued_on",
    ),
    "a maximum in letters": (edited("criteria.csv", "1.1", maximum="bốn"), "not_a_number", "what=maximum"),
    "a maximum of five decimals": (edited("criteria.csv", "1.1", maximum="4.00001"), "too_many_decimals", "line="),
    "a baseline in letters": (edited("baselines.csv", "XM01", value="first"), "not_a_number", "what=value"),
    "an override in letters": (edited("overrides.csv", "8.1", points="all"), "not_a_number", "what=points"),
    "neither yes nor no": (edited("units.csv", "PNV", sample="maybe"), "seed_cell_not_yes_or_no", "column=sample"),
    # doubles
    "a campaign twice": (
        lambda folder: (folder / "campaigns.json").write_text(
            json.dumps(json.loads((folder / "campaigns.json").read_text(encoding="utf-8"))[:1] * 2), encoding="utf-8"
        ),
        "seed_code_twice",
        f"campaign={SEED}",
    ),
    # campaigns
    "campaigns that are no list": (written("campaigns.json", b"{}"), "seed_not_a_list", "file=campaigns.json"),
    "a campaign that is a text": (written("campaigns.json", b'["x"]'), "seed_not_an_object", "campaign=1"),
    "a campaign without phases": (campaign(phases=None), "seed_missing_field", f"campaign={SEED}, field=phases"),
    "a campaign with a field too many": (campaign(colour="red"), "seed_unknown_field", "field=colour"),
    "a year in letters": (campaign(year="last"), "not_a_number", "field=year"),
    "no year at all": (campaign(year=0), "seed_number_out_of_range", "field=year"),
    "decimals beyond four": (campaign(decimals=5), "seed_number_out_of_range", "field=decimals"),
    "decimals that are true": (campaign(decimals=True), "not_a_number", "field=decimals"),
    "unknown ties": (campaign(ties="random"), "seed_word_unknown", "column=ties, value=random"),
    "an unknown policy": (campaign(rank_on="luck"), "wrong_type", "field=rank_on"),
    "an unknown phase": (campaign(phases=[{**PHASE, "kind": "party"}]), "seed_word_unknown", "value=party"),
    "a phase twice": (campaign(phases=[PHASE, PHASE]), "seed_phase_twice", f"campaign={SEED}"),
    "a phase that never closes": (campaign(phases=[{**PHASE, "closes": "never"}]), "seed_date_unreadable", "=never"),
    "a phase with a zone of its own": (
        campaign(phases=[{**PHASE, "closes": "2024-11-25T17:00+00:00"}]),
        "seed_date_unreadable",
        f"campaign={SEED}",
    ),
    "an offset nobody can read": (
        campaign(rehearsal=True, phases=[{**PHASE, "opens": "+1d 08:00", "closes": "soon"}]),
        "offset_unreadable",
        "text=soon",
    ),
    "a class from a float": (campaign(bands=[{**BAND, "lower": 0.5}]), "float_refused", "field=lower"),
    "a class without name": (campaign(bands=[{"lower": "0", "sample": True}]), "seed_missing_field", "field=name"),
    "an unknown set": (campaign(set="x"), "seed_reference_unknown", "column=set, value=x"),
    "an unknown basis": (campaign(legal_basis="1/QĐ"), "seed_reference_unknown", "column=legal_basis, value=1/QĐ"),
    "an unknown group": (
        campaign(groups=[{"group": "x", "council": "HDTD"}]),
        "seed_reference_unknown",
        "column=group, value=x",
    ),
    "an unknown council": (
        campaign(groups=[{"group": "xa", "council": "x"}]),
        "seed_reference_unknown",
        "column=council, value=x",
    ),
    "no group": (campaign(groups=[]), "campaign_without_group", f"campaign={SEED}"),
    "a set without year": (
        written("set.json", b'{"code":"x","name":"x","legal_basis":"","notes":""}'),
        "seed_missing_field",
        "file=set.json, field=year",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named_by_the_check_and_refused_by_the_load(
    tool: House, folder: Path, quick_passwords: None, name: str
) -> None:
    edit, code, said = UNREADABLE[name]
    edit(folder)
    checked, loaded = (tool.flask("seed", verb, SEED) for verb in ("check", "load"))
    named = [line for line in refused(checked).splitlines() if re.match(rf"broken: ({code})\b", line)]
    assert any(said in line for line in named), checked.stderr
    reason = refused(loaded)
    assert re.match(rf"refused: ({code})\b", reason), reason
    assert said in reason
    with tool.reading() as session:
        assert session.scalar(select(func.count(Unit.id))) == 0
        assert session.scalar(select(func.count(PortalUser.id))) == 0


#: the tree is checked by itself; a finding or an example may stand twice
MAY_REPEAT = {"criteria.csv", "findings.csv", "rule_examples.csv"}
#: this seed has none; tests/services/test_holidays.py, test_seed_items.py
WITHOUT = {"holidays.csv", "adjustment_items.csv", "criterion_bases.csv"}


@pytest.mark.parametrize("file_name", [name for name in COLUMNS if name not in MAY_REPEAT | WITHOUT])
def test_a_row_that_stands_twice_is_named(tool: House, folder: Path, file_name: str) -> None:
    lines(file_name, lambda rows: [*rows[:2], *rows[1:]])(folder)
    assert f"seed_row_twice (file={file_name}, line=3" in refused(tool.flask("seed", "check", SEED))


#: what the database alone would refuse
DOUBLES = ["officers.csv", "appraisers.csv", "overrides.csv", "baselines.csv"]


@pytest.mark.parametrize("file_name", DOUBLES)
def test_what_the_database_refuses_is_no_traceback(
    tool: House, folder: Path, quick_passwords: None, file_name: str
) -> None:
    lines(file_name, lambda rows: [*rows[:2], *rows[1:]])(folder)
    assert "seed_refused_by_database" in refused(tool.flask("seed", "load", SEED))


def test_every_fault_of_a_seed_is_named_at_once_and_none_that_only_follows(tool: House, folder: Path) -> None:
    """Where the units cannot be read, nobody is told that theirs is missing."""
    for edit in (
        gone("units.csv"),
        edited("accounts.csv", "to_chuc", role="king"),
        edited("officers.csv", "XM01", branch="KHONG_CO"),
        campaign(bands=[{**BAND, "lower": "5"}]),
        lines("groups.csv", lambda rows: [*rows[:2], "a", "b,c", *rows[2:]]),
    ):
        edit(folder)
    named = refused(tool.flask("seed", "check", SEED)).splitlines()
    assert sorted(line.split()[1] for line in named) == [
        "bands_without_zero",
        "branch_unknown",
        "seed_file_unreadable",
        "seed_row_length",
        "seed_row_length",
        "seed_word_unknown",
    ]


def test_phases_and_classes_of_a_campaign_are_checked(tool: House, folder: Path) -> None:
    campaign(phases=[{**PHASE, "opens": "2024-12-13T08:00"}], bands=[])(folder)
    reason = refused(tool.flask("seed", "check", SEED))
    assert f"phase_opens_after_it_closes (file=campaigns.json, campaign={SEED}" in reason
    assert f"bands_missing (file=campaigns.json, campaign={SEED}" in reason
