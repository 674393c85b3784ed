"""Finding the appendix in a document: a letter before it, tables in pieces, several appendices."""

from __future__ import annotations

import pytest

from app.domain.errors import InputInvalid
from app.reading.document import Document
from app.reading.findings import FindingCode
from tests.reading.reading import codes, read, said
from tests.reading.rows_of_text import Given, cell, document

HEAD: list[Given] = ["STT", "Tiêu chí", "Điểm tối đa"]
FIRST: list[list[Given]] = [HEAD, ["1", "Chỉ đạo", "3"], ["1.1", "Kế hoạch", "3"]]
SECOND: list[list[Given]] = [HEAD, ["1", "Thể chế", "4"], ["1.1", "Rà soát", "4"]]


def two() -> Document:
    return document("PHỤ LỤC I", "TIÊU CHÍ ĐỐI VỚI SỞ", FIRST, "PHỤ LỤC II", "TIÊU CHÍ ĐỐI VỚI UBND CẤP XÃ", SECOND)


def test_the_title_is_what_stands_between_the_word_appendix_and_the_table() -> None:
    appendix = read(
        document(
            "Căn cứ Quyết định số 1.",
            "Theo Phụ lục số II.",
            "PHỤ LỤC II",
            "KHUNG TIÊU CHÍ",
            "(kèm theo QĐ số 1)",
            FIRST,
        )
    )
    assert appendix.title == "PHỤ LỤC II KHUNG TIÊU CHÍ (kèm theo QĐ số 1)"
    text = "Căn cứ Quyết định số 1.\nTheo Phụ lục số II."
    assert said(appendix, FindingCode.UNUSED_TEXT) == [("", {"text": text})]


def test_a_title_in_capitals_is_found_without_the_word_appendix() -> None:
    assert read(document("Nội dung thư.", "BẢNG TIÊU CHÍ CHẤM ĐIỂM", FIRST)).title == "BẢNG TIÊU CHÍ CHẤM ĐIỂM"


def test_title_rows_inside_a_sheet_are_the_title() -> None:
    sheet: list[list[Given]] = [[cell("PHỤ LỤC III: BỘ CHỈ SỐ", span=3)], *FIRST]
    assert read(document(sheet, name="Sheet1")).title == "PHỤ LỤC III: BỘ CHỈ SỐ"


def test_a_table_that_goes_on_over_pages_is_one_and_its_repeated_heading_is_dropped() -> None:
    appendix = read(
        document(
            "PHỤ LỤC I",
            [HEAD, ["1", "Chỉ đạo", "3"], ["1.1", "Kế hoạch", "1"]],
            [HEAD, ["(1)", "(2)", "(3)"], ["1.2", "Kiểm tra", "2"]],
            [["2", "Thể chế", "1"]],
        )
    )
    assert codes(appendix) == ["1", "1.1", "1.2", "2"]


def test_a_heading_that_is_repeated_within_one_table_is_dropped_too() -> None:
    assert codes(read(document("PHỤ LỤC I", [*FIRST, HEAD, ["1.2", "Kiểm tra", "2"]]))) == ["1", "1.1", "1.2"]


def test_an_appendix_that_is_continued_is_not_another() -> None:
    appendix = read(document("PHỤ LỤC I", FIRST, "PHỤ LỤC I (tiếp theo)", [HEAD, ["2", "Thể chế", "1"]]))
    assert codes(appendix) == ["1", "1.1", "2"]


def test_tables_of_different_columns_under_one_title_are_one_appendix() -> None:
    other: list[list[Given]] = [["Điểm tối đa", "TT", "Nội dung"], ["2", "B", "Điểm thưởng"]]
    assert codes(read(document("PHỤ LỤC I", [HEAD, ["A", "Chung", "3"]], other))) == ["A", "B"]


def test_two_appendices_are_asked_about_by_their_names() -> None:
    with pytest.raises(InputInvalid) as refusal:
        read(two())
    assert refusal.value.code == "several_appendices"
    names = "PHỤ LỤC I TIÊU CHÍ ĐỐI VỚI SỞ; PHỤ LỤC II TIÊU CHÍ ĐỐI VỚI UBND CẤP XÃ"
    assert refusal.value.details == {"names": names}


def test_the_number_picks_one_of_two_appendices() -> None:
    assert read(two(), 2).criteria[0].title == "Thể chế"
    assert read(two(), 1).criteria[0].title == "Chỉ đạo"


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_number_no_appendix_has_is_refused(number: int) -> None:
    with pytest.raises(InputInvalid) as refusal:
        read(two(), number)
    assert (refusal.value.code, refusal.value.details) == ("appendix_unknown", {"number": number})


@pytest.mark.parametrize(
    "letter",
    [
        document("Kính gửi các đơn vị.", "1. Công tác chấm điểm", "Nơi nhận: Lưu VP."),
        document("Danh sách", [["STT", "Tên đơn vị", "Điểm"], ["1", "Xã mẫu 01", "85"], ["2", "Xã mẫu 02", "80"]]),
        document([["Nơi nhận:", "CHỦ TỊCH"], ["- Như trên;", ""], ["- Lưu: VT.", ""]]),
        document(),
    ],
    ids=["letter", "list of units", "signature", "empty"],
)
def test_a_document_without_criteria_is_refused(letter: Document) -> None:
    with pytest.raises(InputInvalid) as refusal:
        read(letter)
    assert refusal.value.code == "no_criteria_table"


def test_what_stands_below_the_table_is_kept_as_unused() -> None:
    appendix = read(document("PHỤ LỤC I", FIRST, "Người lập biểu", [["Ký tên", "Đóng dấu"]]))
    assert said(appendix, FindingCode.UNUSED_TEXT) == [("", {"text": "Người lập biểu\nKý tên | Đóng dấu"})]
