"""Who appraises: inherited, spelled in one way, never a person."""

from __future__ import annotations

import pytest

from app.reading.agencies import is_person, key_of
from app.reading.draft import Appendix
from app.reading.findings import FindingCode
from tests.reading.reading import read, said
from tests.reading.rows_of_text import Given, cell, document

HEAD: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa", "Tài liệu kiểm chứng", "Cơ quan thẩm định"]


def appendix(*rows: list[Given]) -> Appendix:
    return read(document("PHỤ LỤC", [HEAD, *rows]))


def agencies(read_: Appendix) -> dict[str, str | None]:
    return {criterion.code: criterion.agency for criterion in read_.criteria}


def test_an_agency_on_the_parent_is_the_children_s_and_that_is_said_once() -> None:
    found = appendix(
        ["1", "Chỉ đạo", "3", "", "Sở Nội vụ"],
        ["1.1", "Kế hoạch", "1", "", ""],
        ["1.2", "Báo cáo", "2", "", "Sở Tư pháp"],
        ["2", "Thể chế", "1", "", "Sở Tư pháp"],
    )
    assert agencies(found) == {"1": "Sở Nội vụ", "1.1": "Sở Nội vụ", "1.2": "Sở Tư pháp", "2": "Sở Tư pháp"}
    assert [criterion.agency_printed for criterion in found.criteria] == ["Sở Nội vụ", "", "Sở Tư pháp", "Sở Tư pháp"]
    assert said(found, FindingCode.AGENCY_ON_PARENT) == [("", {})]


def test_a_merged_cell_names_the_agency_of_every_row_it_covers() -> None:
    found = appendix(["1", "a việc", "3", "", cell("Sở Nội vụ", down=2)], ["2", "b việc", "1", "", None])
    assert agencies(found) == {"1": "Sở Nội vụ", "2": "Sở Nội vụ"}


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Văn phòng HDND và UBND huyện", "Văn phòng HĐND và UBND huyện"),
        ("P. Nội vụ", "Phòng Nội vụ"),
        ("Phòng Nội vụ TH", "Phòng Nội vụ"),
        ("SNV", "Sở Nội vụ"),
        ("Sở NV", "Sở Nội vụ"),
        ("VP UBND tỉnh", "Văn phòng Ủy ban nhân dân tỉnh"),
        ("PHÒNG TƯ PHÁP", "Phòng Tư pháp"),
        ("Phòng Tài chính - Kế hoạch", "Phòng Tài chính – Kế hoạch"),
    ],
)
def test_two_spellings_of_one_office_agree(here: str, there: str) -> None:
    assert key_of(here) == key_of(there)


@pytest.mark.parametrize(
    ("here", "there"), [("Sở Nội vụ", "Phòng Nội vụ"), ("UBND tỉnh", "UBND huyện"), ("Sở Tài chính", "Sở Tư pháp")]
)
def test_two_offices_stay_two(here: str, there: str) -> None:
    assert key_of(here) != key_of(there)


def test_the_most_frequent_spelling_is_kept_and_the_other_said() -> None:
    found = appendix(
        ["1", "a việc", "3", "", "Phòng Nội vụ TH"],
        ["2", "b việc", "1", "", "Phòng Nội vụ"],
        ["3", "c việc", "1", "", "Phòng Nội vụ"],
    )
    assert agencies(found) == {"1": "Phòng Nội vụ", "2": "Phòng Nội vụ", "3": "Phòng Nội vụ"}
    assert said(found, FindingCode.AGENCY_SPELLING) == [("1", {"text": "Phòng Nội vụ TH", "agency": "Phòng Nội vụ"})]


def test_several_agencies_in_one_cell_stay_together() -> None:
    found = appendix(
        ["1", "a việc", "3", "", "Sở Nội vụ, Sở Tư pháp"],
        ["2", "b việc", "1", "", "Sở Văn hóa, Thể thao và Du lịch"],
        ["3", "c việc", "1", "", "Văn phòng\nUBND tỉnh"],
    )
    expected = {"1": "Sở Nội vụ; Sở Tư pháp", "2": "Sở Văn hóa, Thể thao và Du lịch", "3": "Văn phòng UBND tỉnh"}
    assert agencies(found) == expected


def test_a_person_is_no_agency() -> None:
    found = appendix(["1", "a việc", "3", "", "Ông Trưởng Phòng"], ["2", "b việc", "1", "", "Sở Nội vụ"])
    assert agencies(found) == {"1": None, "2": "Sở Nội vụ"}
    assert said(found, FindingCode.AGENCY_IS_PERSON) == [("1", {"text": "Ông Trưởng Phòng"})]
    assert said(found, FindingCode.AGENCY_MISSING) == [("1", {})]


@pytest.mark.parametrize("text", ["Thanh tra huyện", "Văn phòng UBND", "Công an tỉnh", "Các sở, ngành", "BCH Quân sự"])
def test_offices_are_no_persons(text: str) -> None:
    assert not is_person(text)


def test_evidence_that_slipped_into_the_column_of_agencies_goes_back_and_the_agency_stays_inherited() -> None:
    printed = "Quyết định công nhận sáng kiến của cấp có thẩm quyền."
    found = appendix(
        ["3.6", "Sáng kiến", "2", "", "Phòng Nội vụ"],
        ["3.6.1", "Được công nhận", "2", "", ""],
        ["", "- Có = 2 điểm", "", "", printed],
        ["", "- Không = 0 điểm", "", "", ""],
    )
    assert (found.criteria[1].agency, found.criteria[1].evidence) == ("Phòng Nội vụ", (printed,))
    assert said(found, FindingCode.CELL_SHIFTED) == [("3.6.1", {"text": printed, "column": "Cơ quan thẩm định"})]


def test_a_table_without_agencies_says_so_once() -> None:
    found = read(document("PHỤ LỤC", [["STT", "Tiêu chí", "Điểm"], ["1", "a việc", "1"], ["2", "b việc", "1"]]))
    assert said(found, FindingCode.AGENCY_MISSING) == [("", {})]
