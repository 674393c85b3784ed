"""`flask criteria read`: an appendix as JSON and as a tree, without a database."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import House

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "reading" / "sources" / "003_dinh_hoa_2024.txt"
TWO = next((ROOT / "reading" / "corpus" / "18_hai_phu_luc").glob("appendix.*"))


def test_json_holds_criteria_findings_assignments_and_totals(tool: House) -> None:
    done = tool.flask("criteria", "read", str(SOURCE), "--json")
    assert done.exit_code == 0, done.stderr
    read = json.loads(done.stdout)
    assert set(read) == {"criteria", "findings", "assignments", "totals"}
    assert read["totals"] == {"leaves": 80, "maximum": "100"}
    leaf = next(row for row in read["criteria"] if row["code"] == "5.5.3.4")
    assert leaf["parent"] == "5.5.3"
    assert leaf["level"] == 5
    assert (leaf["maximum"], leaf["leaf"], leaf["scored_by"]) == ("1", True, "unit")
    assert leaf["rule"] == {
        "kind": "deduction",
        "version": 1,
        "nothing_arose": None,
        "threshold": "99",
        "start": None,
        "each": "0.5",
        "floor": "0",
        "cut_off": 2,
    }
    assert leaf["agency"] == "Văn phòng HĐND và UBND huyện"
    assert "Có hồ sơ quá hạn" in leaf["original"]
    assert {row["branch"] for row in read["assignments"]} >= {"2.3", "2.4"}
    for finding in read["findings"]:
        assert set(finding) == {"code", "severity", "where", "message"}
        assert "%(" not in finding["message"]
    missing = next(row for row in read["findings"] if row["code"] == "number_missing")
    assert missing["where"] == "2.3"
    assert "2.2" in missing["message"]


def test_without_json_a_tree_and_the_findings_are_printed(tool: House) -> None:
    done = tool.flask("criteria", "read", str(SOURCE))
    assert done.exit_code == 0, done.stderr
    assert "        5.5.3.4  Kết quả giải quyết TTHC" in done.stdout
    assert "nodes 113  leaves 80  maximum 100" in done.stdout
    assert "two_measures" in done.stdout


def test_several_appendices_are_named_and_one_is_chosen(tool: House) -> None:
    asked = tool.flask("criteria", "read", str(TWO), "--json")
    assert asked.exit_code == 2
    assert "several_appendices" in asked.stderr
    assert "PHỤ LỤC" in asked.stderr.upper()
    chosen = tool.flask("criteria", "read", str(TWO), "--json", "--appendix", "2")
    assert chosen.exit_code == 0, chosen.stderr
    beyond = tool.flask("criteria", "read", str(TWO), "--json", "--appendix", "9")
    assert beyond.exit_code == 2
    assert "appendix_unknown" in beyond.stderr


def test_a_letter_and_a_broken_file_are_refused_with_their_codes(tool: House, tmp_path: Path) -> None:
    letter = tmp_path / "thu.txt"
    letter.write_text("Kính gửi: các đơn vị.\nĐề nghị gửi báo cáo trước ngày 20.\n", encoding="utf-8")
    broken = tmp_path / "bo.docx"
    broken.write_bytes(b"PK\x03\x04 no zip")
    for path, code in ((letter, "no_criteria_table"), (broken, "")):
        done = tool.flask("criteria", "read", str(path), "--json")
        assert done.exit_code == 2
        assert code in done.stderr
        assert done.stdout == ""
