"""PDF with a text layer: ruled tables over several pages, tables without rules, and what cannot be read."""

from __future__ import annotations

import pytest

from app.domain.errors import InputInvalid
from app.reading.document import Document
from app.reading.files import read_document
from tests.reading.builders import cell, oddities, paragraphs, pdf_of_pages, pdf_of_tables, tables, texts

HEADING = ("STT", "Tiêu chí", "Điểm tối đa", "Cơ quan thẩm định")
WIDTHS = (50, 380, 80, 160)


def rows(count: int) -> list[tuple[str, ...]]:
    return [
        HEADING,
        *((f"1.{n}", f"Tiêu chí thứ {n} của lĩnh vực", "0,5", "Phòng Nội vụ") for n in range(1, count + 1)),
    ]


@pytest.fixture(scope="module")
def ruled() -> Document:
    return read_document(pdf_of_tables(rows(60), WIDTHS), "phu-luc.pdf")


def test_a_ruled_table_over_several_pages_is_one_table(ruled: Document) -> None:
    (table,) = tables(ruled)
    assert len(table.rows) == 61
    assert texts(table.rows[0]) == dict(enumerate(HEADING))
    assert texts(table.rows[60]) == {0: "1.60", 1: "Tiêu chí thứ 60 của lĩnh vực", 2: "0,5", 3: "Phòng Nội vụ"}


def test_headings_and_numbers_of_pages_are_taken_away_and_told(ruled: Document) -> None:
    assert paragraphs(ruled) == ["PHỤ LỤC BỘ TIÊU CHÍ"]
    told = {text for code, text in oddities(ruled) if code == "page_furniture"}
    assert "CÔNG BÁO TỈNH" in told
    assert {"Trang 1", "Trang 2"} <= told


def test_a_line_that_went_on_for_want_of_room_is_one_line_and_a_new_one_stays_new() -> None:
    long = "- Ban hành đầy đủ văn bản chỉ đạo, triển khai các quy định về phòng, chống tham nhũng trong năm = 1 điểm"
    text = f"Yêu cầu:<br/>{long}<br/>- Không ban hành = 0 điểm<br/>Ghi chú"
    row = ("1", text, "1", "Phòng Nội vụ<br/>Thanh tra tỉnh")
    (table,) = tables(read_document(pdf_of_tables([HEADING, row], WIDTHS), "a.pdf"))
    assert cell(table, 1, 1).text == f"Yêu cầu:\n{long}\n- Không ban hành = 0 điểm\nGhi chú"
    assert cell(table, 1, 3).text == "Phòng Nội vụ\nThanh tra tỉnh"


def test_a_table_without_rules_is_read_by_the_white_between_its_columns() -> None:
    document = read_document(pdf_of_tables(rows(12), WIDTHS, ruled=False), "a.pdf")
    (table,) = tables(document)
    assert texts(table.rows[0]) == dict(enumerate(HEADING))
    assert texts(table.rows[12]) == {0: "1.12", 1: "Tiêu chí thứ 12 của lĩnh vực", 2: "0,5", 3: "Phòng Nội vụ"}
    assert paragraphs(document)[-1] == "PHỤ LỤC BỘ TIÊU CHÍ"


def test_a_letter_has_no_table_and_is_refused() -> None:
    lines = [
        (60.0, 100.0 + 20 * n, f"Căn cứ Quyết định số {n} của Ủy ban nhân dân tỉnh về việc đánh giá") for n in range(20)
    ]
    with pytest.raises(InputInvalid) as refused:
        read_document(pdf_of_pages(lines), "cong-van.pdf")
    assert refused.value.code == "pdf_no_table"


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputInvalid) as refused:
        read_document(pdf_of_pages([(10, 10, "1")], [(10, 10, "2")]), "scan.pdf")
    assert refused.value.code == "pdf_scanned"
