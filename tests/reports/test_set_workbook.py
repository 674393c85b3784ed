"""The workbook as people see it: three sheets, codes as text, figures as figures, nothing that runs as a formula."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from app.domain.errors import InputInvalid
from app.domain.rules import BandsOn, BandsRule, ChoiceRule, JudgedRule, Option, PerCaseRule
from app.domain.set_content import FindingContent
from app.domain.terms import Severity
from app.reports.set_workbook import set_workbook
from tests.reading.seed_set import seed_set, small_set


def opened(content: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(set_workbook(content)))


def test_three_sheets_each_with_a_heading_that_stays_and_is_printed_on_every_page() -> None:
    book = opened(seed_set())
    assert book.sheetnames == ["Cây tiêu chí", "Cách chấm", "Ghi chú"]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert sheet.sheet_state == "visible"


def test_the_tree_has_a_row_for_each_criterion() -> None:
    sheet = opened(seed_set())["Cây tiêu chí"]
    assert [cell.value for cell in sheet[1]][:6] == [
        "Mã",
        "Thuộc",
        "Tiêu chí",
        "Điểm tối đa",
        "Ai chấm",
        "Cơ quan thẩm định",
    ]
    assert sheet.max_row == 1 + 113
    assert [cell.value for cell in sheet[4]][:5] == [
        "1.1",
        "I",
        "Đổi mới sáng tạo trong thực hiện chức trách, nhiệm vụ",
        4,
        "Phiếu lãnh đạo",
    ]


def test_rules_are_told_in_words_and_figures() -> None:
    rows = opened(seed_set())["Cách chấm"].iter_rows(values_only=True)
    assert [row[1:] for row in rows if row[0] == "5.5.3.4"] == [
        ("Trừ điểm", "Ngưỡng (%)", 99, None, None),
        ("Trừ điểm", "Điểm ban đầu", None, "điểm tối đa", None),
        ("Trừ điểm", "Mỗi lỗi trừ", None, 0.5, None),
        ("Trừ điểm", "Điểm thấp nhất", None, 0, None),
        ("Trừ điểm", "Số lỗi bị 0 điểm", 2, None, None),
    ]
    rows = opened(seed_set())["Cách chấm"].iter_rows(values_only=True)
    assert [row[1:] for row in rows if row[0] == "2.4.2"] == [
        ("Theo khoảng tỷ lệ", "Khoảng", "dưới 85%", 0, None),
        ("Theo khoảng tỷ lệ", "Khoảng", "từ 85% trở lên", 1, None),
        ("Theo khoảng tỷ lệ", "Không phát sinh", None, 0.5, None),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", '=HYPERLINK("http://x")', "{=A1}", "http://x.vn"])
def test_a_text_never_becomes_a_formula_or_a_link(text: str) -> None:
    finding = FindingContent(text, Severity.INFO, text, settled=False, choice=text)
    rule = ChoiceRule(options=(Option("1", text, Decimal(1)),))
    words = {"title": text, "original": text, "evidence": text, "requirement": text, "agency_printed": text}
    book = opened(small_set(rule, **words, findings=(finding,)))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert len(found) == 9
    assert {cell.data_type for cell in found} == {"s"}
    assert not any(cell.hyperlink for cell in found)


def test_codes_are_text_cells_and_stay_text_when_they_are_typed_over() -> None:
    sheet = opened(small_set(*[JudgedRule()] * 10))["Cây tiêu chí"]
    assert (sheet["A12"].value, sheet["A12"].data_type, sheet["A12"].number_format) == ("1.10", "s", "@")


def test_a_figure_finer_than_a_spreadsheet_keeps_is_written_as_words() -> None:
    fine = Decimal("0.1234567890123456")
    sheet = opened(small_set(PerCaseRule(each=fine)))["Cách chấm"]
    assert sheet["E2"].value == "0,1234567890123456"


def test_a_text_longer_than_a_cell_holds_is_refused_by_name_not_cut() -> None:
    with pytest.raises(InputInvalid) as refused:
        set_workbook(small_set(JudgedRule(), original="a" * 32_768))
    assert (refused.value.code, refused.value.details["criterion"]) == ("text_too_long_for_workbook", "1.1")


@pytest.mark.parametrize("key", ["", " a", "a;b", "a\nb", "a:b"])
def test_a_key_that_would_not_come_back_is_refused_by_name(key: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        set_workbook(small_set(ChoiceRule(options=(Option(key, "x", Decimal(1)),))))
    assert (refused.value.code, refused.value.details["criterion"]) == ("key_not_writable", "1.1")


def test_a_rule_without_a_step_is_refused_not_left_out() -> None:
    with pytest.raises(InputInvalid) as refused:
        set_workbook(small_set(BandsRule(on=BandsOn.COUNT, bands=())))
    assert refused.value.code == "rule_without_rows"


def test_the_same_set_gives_the_same_bytes() -> None:
    assert set_workbook(seed_set()) == set_workbook(seed_set())
