"""Lists of officers, matched to the branches by their titles even where their numbers differ."""

from __future__ import annotations

from app.reading.draft import Appendix, Assignment
from app.reading.findings import FindingCode
from tests.reading.reading import read, said
from tests.reading.rows_of_text import Given, document

CRITERIA: list[list[Given]] = [
    ["STT", "Tiêu chí", "Điểm tối đa"],
    ["II", "Công tác tiếp công dân", "5"],
    ["2.1", "Công tác phòng, chống tham nhũng", "2"],
    ["2.3", "Thực hiện tiếp công dân và giải quyết đơn thư", "3"],
    ["VI", "Thực hiện Chương trình, Kế hoạch công tác hằng năm", "1"],
]


def appendix(*rows: list[Given]) -> Appendix:
    officers: list[list[Given]] = [["Tiêu chí", "CB, CC phụ trách"], *rows]
    return read(document("PHỤ LỤC", CRITERIA, "PHÂN CÔNG CHẤM ĐIỂM", officers))


def test_a_branch_is_found_by_its_title_under_its_own_number() -> None:
    found = appendix(["2.1 Công tác phòng, chống tham nhũng", "Tư pháp, Tài chính"])
    assert found.assignments == (Assignment("2.1", ("Tư pháp", "Tài chính")),)
    assert said(found, FindingCode.ASSIGNMENT_RENUMBERED) == []


def test_a_branch_that_was_renumbered_is_found_by_its_title_and_said() -> None:
    found = appendix(
        ["2.2 Thực hiện tiếp công dân và giải quyết đơn thư", "Văn phòng"],
        ["6. Thực hiện Chương trình, Kế hoạch công tác hàng năm", "Văn phòng"],
    )
    assert [assignment.branch for assignment in found.assignments] == ["2.3", "VI"]
    assert said(found, FindingCode.ASSIGNMENT_RENUMBERED) == [
        ("2.3", {"printed": "2.2", "branch": "2.3"}),
        ("VI", {"printed": "6", "branch": "VI"}),
    ]


def test_a_branch_nobody_knows_is_said_and_kept_in_its_words() -> None:
    found = appendix(["2.1 Chuyển đổi số", "Công nghệ thông tin"])
    assert found.assignments == (Assignment("2.1 Chuyển đổi số", ("Công nghệ thông tin",)),)
    assert said(found, FindingCode.ASSIGNMENT_UNMATCHED) == [("", {"text": "2.1 Chuyển đổi số"})]


def test_a_row_without_officers_assigns_nobody() -> None:
    assert appendix(["2. Công tác tiếp công dân", ""]).assignments == ()


def test_number_and_title_may_stand_in_columns_of_their_own() -> None:
    officers: list[list[Given]] = [
        ["TT", "Nội dung", "Người phụ trách"],
        ["2.1", "Công tác phòng, chống tham nhũng", "Tư pháp"],
    ]
    found = read(document("PHỤ LỤC", CRITERIA, officers))
    assert found.assignments == (Assignment("2.1", ("Tư pháp",)),)
