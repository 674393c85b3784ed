"""Source 003 read from its raw text, held against the seed a person made from the same paper.

The two are compared, never generated from one another. Each item of dirt that DOMAIN §3 lists has a test of its own.
"""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.points import sum_points
from app.domain.rules import ChoiceRule, JudgedRule, Pick, SurveyBasis, SurveyRule
from app.domain.terms import ScoredBy
from app.reading.appendix import read_appendix
from app.reading.draft import Appendix, ReadCriterion
from app.reading.files import read_document
from app.reading.findings import Finding, FindingCode
from tests.domain.golden_rows import golden

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).parent / "sources" / "003_dinh_hoa_2024.txt"
SEED = ROOT / "seeds" / "dinh_hoa_2024" / "criteria.csv"


@pytest.fixture(scope="module")
def appendix() -> Appendix:
    return read_appendix(read_document(SOURCE.read_bytes(), SOURCE.name))


@pytest.fixture(scope="module")
def seed() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def at(appendix: Appendix, code: str) -> ReadCriterion:
    return next(node for node in appendix.criteria if node.code == code)


def said(appendix: Appendix, code: FindingCode, where: str) -> Finding:
    found = [finding for finding in appendix.findings if finding.code is code and finding.where == where]
    assert found, f"{code} is not said at {where!r}"
    return found[0]


def test_every_node_has_the_code_title_maximum_and_parent_of_the_paper(
    appendix: Appendix, seed: list[dict[str, str]]
) -> None:
    read = [(node.code, node.title, node.maximum, node.parent or "") for node in appendix.criteria]
    assert read == [(row["code"], row["title"], Decimal(row["maximum"]), row["parent"]) for row in seed]
    assert len(read) == 113


def test_the_leaves_sum_to_a_hundred_and_every_branch_to_its_children(appendix: Appendix) -> None:
    leaves = [node for node in appendix.criteria if node.leaf]
    assert len(leaves) == 80
    assert sum_points(node.maximum for node in leaves if node.maximum is not None) == 100
    assert not [f for f in appendix.findings if f.code in {FindingCode.SUM_DIFFERS, FindingCode.TOTAL_DIFFERS}]
    assert appendix.printed_total == 100


def test_at_least_76_leaves_are_executable_and_each_awards_what_the_golden_rows_say(appendix: Appendix) -> None:
    executable = {node.code: node for node in appendix.criteria if node.leaf and not isinstance(node.rule, JudgedRule)}
    assert len(executable) >= 76
    wrong = []
    for row in golden("dinh_hoa_2024_leaves.csv"):
        node = executable.get(row["code"])
        if node is None or node.rule is None:
            continue
        try:
            got = format(
                award(node.rule, claim_from_json(json.loads(row["claim"])), Decimal(row["maximum"])).normalize(), "f"
            )
        except DomainError as refused:
            got = f"refused:{refused.code}"
        if got != row["expected"]:
            wrong.append((row["code"], row["claim"], row["expected"], got))
    assert wrong == []


def test_no_leaf_that_differs_from_the_seed_is_without_a_finding(
    appendix: Appendix, seed: list[dict[str, str]]
) -> None:
    from app.domain.rule_codec import rule_from_json

    doubted = {finding.where for finding in appendix.findings}
    for row in seed:
        node = at(appendix, row["code"])
        if row["rule"] and (node.rule != rule_from_json(row["rule"]) or node.scored_by != row["scored_by"]):
            assert node.code in doubted, node.code


def test_agencies_come_down_from_the_parent_in_one_spelling(appendix: Appendix, seed: list[dict[str, str]]) -> None:
    names = {"PNV": "Phòng Nội vụ", "TTR": "Thanh tra huyện"}
    by_code = {row["code"]: row for row in seed}

    def printed_agency(code: str) -> str:
        row = by_code[code]
        return row["agency"] or (printed_agency(row["parent"]) if row["parent"] else "")

    for node in appendix.criteria:
        if node.leaf and printed_agency(node.code) in names:
            assert node.agency == names[printed_agency(node.code)], node.code
    assert at(appendix, "3.4.1").agency == at(appendix, "3.5").agency == "Văn phòng HĐND và UBND huyện"


def test_officers_of_every_branch_are_matched_though_the_list_numbers_otherwise(appendix: Appendix) -> None:
    by_branch = {row.branch: row.officers for row in appendix.assignments}
    assert {"2.1", "2.3", "2.4", "I", "5.5.4", "X"} <= set(by_branch)
    assert "2.2" not in by_branch
    said(appendix, FindingCode.ASSIGNMENT_RENUMBERED, "2.3")
    said(appendix, FindingCode.ASSIGNMENT_RENUMBERED, "2.4")


# -- the dirt of DOMAIN §3, one by one --------------------------------------------------------------


def test_code_2_2_is_missing(appendix: Appendix) -> None:
    assert said(appendix, FindingCode.NUMBER_MISSING, "2.3").details["number"] == "2.2"


def test_decimals_are_written_with_a_comma(appendix: Appendix) -> None:
    assert any(finding.code is FindingCode.COMMA_DECIMALS for finding in appendix.findings)
    assert at(appendix, "II").maximum == Decimal("8.5")


def test_markup_stands_among_plain_rows(appendix: Appendix) -> None:
    assert any(finding.code is FindingCode.MARKUP for finding in appendix.findings)
    assert not [node.code for node in appendix.criteria if "<" in node.original + node.title + "".join(node.evidence)]


@pytest.mark.parametrize("code", ["2.3.2", "3.2.2", "3.9.1", "5.3.4", "5.5.1", "IX"])
def test_evidence_is_cut_by_a_page_or_a_row_and_joined(appendix: Appendix, code: str) -> None:
    said(appendix, FindingCode.SPLIT_CELL, code)
    assert len(at(appendix, code).evidence) == 1


def test_an_option_of_8_2_stands_over_two_rows(appendix: Appendix) -> None:
    said(appendix, FindingCode.OPTION_SPLIT, "8.2")
    rule = at(appendix, "8.2").rule
    assert isinstance(rule, ChoiceRule)
    assert rule.options[0].text.endswith(
        "khắc phục hạn chế, yếu kém trong đánh giá, xếp loại mức độ hoàn thành nhiệm vụ"
    )


def test_the_full_option_of_ix_breaks_off(appendix: Appendix) -> None:
    assert said(appendix, FindingCode.SENTENCE_BROKEN, "IX").details["text"].endswith("có tính")


def test_the_options_of_5_5_2_are_those_of_5_1_2(appendix: Appendix) -> None:
    assert said(appendix, FindingCode.OPTIONS_COPIED, "5.5.2").details["other"] == "5.1.2"


def test_the_survey_formula_stands_at_1_1_alone_and_its_reading_is_to_be_settled(appendix: Appendix) -> None:
    said(appendix, FindingCode.FORMULA_UNCLEAR, "1.1")
    for code in ("1.2", "1.3", "1.4", "1.5"):
        assert said(appendix, FindingCode.FORMULA_ELSEWHERE, code).details["at"] == "1.1"
        rule = at(appendix, code).rule
        assert isinstance(rule, SurveyRule)
        assert rule.basis is SurveyBasis.SCALED
        assert at(appendix, code).scored_by is ScoredBy.LEADERS


def test_the_first_year_note_stands_in_the_evidence_cell_of_viii(appendix: Appendix) -> None:
    said(appendix, FindingCode.NOTE_IN_EVIDENCE, "VIII")
    said(appendix, FindingCode.FIRST_YEAR_NOTE, "8.1")
    said(appendix, FindingCode.FIRST_YEAR_NOTE, "8.2")


def test_empty_requirement_rows_are_no_criteria(appendix: Appendix) -> None:
    found = [finding for finding in appendix.findings if finding.code is FindingCode.EMPTY_REQUIREMENT]
    assert int(found[0].details["count"]) > 40


@pytest.mark.parametrize("code", ["3.6.2", "3.7.1", "3.7.2", "IX"])
def test_evidence_has_slipped_into_the_column_of_agencies(appendix: Appendix, code: str) -> None:
    said(appendix, FindingCode.CELL_SHIFTED, code)
    assert at(appendix, code).evidence
    assert at(appendix, code).agency == "Phòng Nội vụ"


def test_agencies_stand_on_the_parent_only(appendix: Appendix) -> None:
    assert any(finding.code is FindingCode.AGENCY_ON_PARENT for finding in appendix.findings)


@pytest.mark.parametrize(("code", "spelling"), [("3.4", "HDND"), ("I", "Phòng Nội vụ TH")])
def test_an_agency_is_spelled_in_two_ways(appendix: Appendix, code: str, spelling: str) -> None:
    assert spelling in said(appendix, FindingCode.AGENCY_SPELLING, code).details["text"]


@pytest.mark.parametrize(
    ("code", "slip"), [("3.6.1", "hực hiện"), ("2.3.3", "Ghi số"), ("7.3", "liên kế"), ("3.7.1", "hướng ứng")]
)
def test_slips_of_the_scan_are_said_and_kept(appendix: Appendix, code: str, slip: str) -> None:
    found = [f.details["text"] for f in appendix.findings if f.code is FindingCode.MISPRINT and f.where == code]
    assert any(slip in text for text in found)


def test_2_4_1_has_no_option_for_one_meeting(appendix: Appendix) -> None:
    assert said(appendix, FindingCode.BANDS_GAP, "2.4.1").details == {"low": "0", "high": "2"}


def test_the_zero_option_of_5_5_3_1_speaks_of_something_else(appendix: Appendix) -> None:
    assert said(appendix, FindingCode.ZERO_ELSEWHERE, "5.5.3.1").details["text"] == "Không đề xuất"
    said(appendix, FindingCode.BANDS_GAP, "5.5.3.1")


def test_the_zero_of_5_3_4_has_no_sign(appendix: Appendix) -> None:
    said(appendix, FindingCode.ZERO_WITHOUT_SIGN, "5.3.4")


@pytest.mark.parametrize("code", ["4.1", "5.4.2", "5.5.3.2", "5.5.3.3"])
def test_a_criterion_speaks_of_another_level_of_government(appendix: Appendix, code: str) -> None:
    said(appendix, FindingCode.OTHER_LEVEL, code)


def test_4_1_has_no_option_for_issued_but_badly_done(appendix: Appendix) -> None:
    said(appendix, FindingCode.CASE_MISSING, "4.1")


def test_5_5_5_4_gives_half_for_nothing_to_do_and_nothing_for_nothing_found(appendix: Appendix) -> None:
    said(appendix, FindingCode.OPTIONS_CONTRADICT, "5.5.5.4")


def test_5_2_4_1_has_one_grade_where_a_unit_has_several_leaders(appendix: Appendix) -> None:
    said(appendix, FindingCode.SEVERAL_GRADES, "5.2.4.1")
    rule = at(appendix, "5.2.4.1").rule
    assert isinstance(rule, ChoiceRule)
    assert rule.pick is Pick.WORST


@pytest.mark.parametrize("code", ["6.2", "7.2"])
def test_a_plan_can_be_exceeded(appendix: Appendix, code: str) -> None:
    said(appendix, FindingCode.ABOVE_HUNDRED, code)


@pytest.mark.parametrize("code", ["7.2", "IX", "X"])
def test_nothing_is_said_for_nothing_to_measure(appendix: Appendix, code: str) -> None:
    said(appendix, FindingCode.NOTHING_TO_MEASURE, code)


@pytest.mark.parametrize("code", ["8.3.1", "8.3.2"])
def test_two_measures_can_move_apart(appendix: Appendix, code: str) -> None:
    said(appendix, FindingCode.TWO_MEASURES, code)


def test_options_2_and_3_of_2_3_1_overlap(appendix: Appendix) -> None:
    said(appendix, FindingCode.OPTIONS_OVERLAP, "2.3.1")


def test_3_8_2_asks_for_a_login(appendix: Appendix) -> None:
    said(appendix, FindingCode.ASKS_FOR_PASSWORD, "3.8.2")


def test_7_2_has_a_cut_off_of_its_own(appendix: Appendix) -> None:
    said(appendix, FindingCode.OWN_CUTOFF, "7.2")
