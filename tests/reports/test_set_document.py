"""The Word appendix as people see it: the decree's columns and words, A4 across, a heading on every page."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.shared import Mm

from app.domain.rules import ProportionalRule
from app.reports.set_document import set_document
from tests.reading.seed_set import seed_set, small_set

COLUMNS = [
    "STT",
    "Lĩnh vực/Tiêu chí/Tiêu chí thành phần và cách thức, phương pháp đánh giá, chấm điểm",
    "Điểm tối đa",
    "Điểm tự đánh giá",
    "Điểm thẩm định",
    "Tài liệu kiểm chứng",
    "Cơ quan thẩm định điểm tự đánh giá",
]


def opened(content: Any) -> Any:
    return docx.Document(io.BytesIO(set_document(content)))


def cells(row: Any) -> list[str]:
    return [cell.text for cell in row.cells]


def test_the_page_is_a4_across_with_the_margins_of_the_decree_on_papers() -> None:
    section = opened(seed_set()).sections[0]
    sizes = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    assert [round(size / Mm(1)) for size in sizes] == [297, 210, 20, 20]
    assert [round(size / Mm(1)) for size in (section.left_margin, section.right_margin)] == [30, 15]


def test_the_heading_names_the_appendix_the_set_and_its_basis() -> None:
    document = opened(seed_set())
    assert [paragraph.text for paragraph in document.paragraphs][:3] == [
        "PHỤ LỤC",
        "KHUNG TIÊU CHÍ ĐÁNH GIÁ, XẾP LOẠI MỨC ĐỘ HOÀN THÀNH NHIỆM VỤ NĂM 2024 ĐỐI VỚI UBND CẤP XÃ",
        "(Kèm theo văn bản số 7171/QĐ-UBND)",
    ]
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_the_table_has_the_usual_columns_and_its_heading_comes_back_on_every_page() -> None:
    table = opened(seed_set()).tables[0]
    assert cells(table.rows[0]) == COLUMNS
    assert table.rows[0]._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    assert cells(table.rows[1])[0] == "CỘNG TỔNG"
    assert cells(table.rows[1])[2] == "100"


def test_parts_stand_across_and_criteria_under_their_codes() -> None:
    rows = [cells(row) for row in opened(seed_set()).tables[0].rows]
    assert rows[2][0] == rows[2][1] == "NỘI DUNG I. XÂY DỰNG TỔ CHỨC, XÂY DỰNG TẬP THỂ"
    assert rows[3][:3] == ["I", "Năng lực lãnh đạo, quản lý", "20"]
    codes = [row[0] for row in rows[1:] if row[0]]
    assert len(codes) == 1 + 113
    assert {row[3] for row in rows if row[0] in {"1.1", "1.5", "2.1.1"}} == {"XHH", ""}


def test_the_words_of_the_decree_are_printed_as_they_are() -> None:
    rows = [cells(row) for row in opened(seed_set()).tables[0].rows]
    place = next(number for number, row in enumerate(rows) if row[0] == "5.5.3.4")
    assert rows[place + 1][1].split("\n") == [
        "Yêu cầu:",
        "- Dưới 99% số hồ sơ TTHC trả kết quả sớm hạn, đúng hạn = 0 điểm .",
        "- Từ 99% trở lên = 1 điểm .",
        "- Có hồ sơ quá hạn - 0,5 điểm (từ 02 hồ sơ quá hạn trở lên không chấm điểm tiêu chí này)",
    ]
    assert rows[place + 1][5].startswith("Kiểm tra, theo dõi, đánh giá của cơ quan chuyên môn")


def test_a_criterion_without_the_words_of_a_decree_is_printed_by_its_rule() -> None:
    content = small_set(ProportionalRule(floor=Decimal(80)), requirement="Theo kế hoạch năm")
    rows = [cells(row) for row in opened(content).tables[0].rows]
    assert rows[4][1].split("\n") == [
        "Theo kế hoạch năm",
        "- Hoàn thành dưới 80% = 0 điểm; từ 80% trở lên, điểm được tính như sau: (Tỷ lệ % x 10 điểm)/100",
    ]


def test_the_same_set_gives_the_same_bytes() -> None:
    assert set_document(seed_set()) == set_document(seed_set())
