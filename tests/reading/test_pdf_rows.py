"""PDF with a text layer: ruled tables over several pages, tables without rules, and what cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

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


NARROW = (45, 300, 80, 140)
TITLE = "Xây dựng và ban hành kế hoạch cải cách hành chính hằng năm của cơ quan, đơn vị theo hướng dẫn"
AGENCIES = "Sở Văn hóa, Thể thao và Du lịch, Sở Nội vụ, Văn phòng UBND tỉnh"
OPTION = "Ban hành đúng thời gian, đủ nội dung theo hướng dẫn của Ủy ban nhân dân tỉnh và của Sở Nội vụ trong năm"
#: a title of two lines, an agency of three, an option of two, and one line without points
OPTIONED = [
    HEADING,
    ("1", "Chỉ đạo, điều hành", "10", ""),
    ("1.1", TITLE, "4", AGENCIES),
    ("", OPTION, "4", ""),
    ("", "Ban hành không đúng thời gian", "2", ""),
    ("", "Không ban hành", "0", ""),
    ("1.2", "Thực hiện kế hoạch", "6", "Sở Nội vụ"),
    ("", "Hoàn thành từ 95% kế hoạch trở lên", "6", ""),
    ("", "Hoàn thành dưới 95% kế hoạch", "0", ""),
    ("", "Không được giao nhiệm vụ thì được điểm tối đa", "", ""),
    ("1.3", "Rà soát văn bản", "3", "Sở Tư pháp"),
]


def filled(row: tuple[str, ...]) -> dict[int, str]:
    return {column: text.replace("<br/>", "\n") for column, text in enumerate(row) if text}


def unruled(source: Sequence[tuple[str, ...]], stand: str = "TOP", padding: int = 3, top: int = 70) -> Document:
    return read_document(
        pdf_of_tables(source, NARROW, ruled=False, stand=stand, padding=padding, top=top), "phu-luc.pdf"
    )


@pytest.mark.parametrize(("stand", "padding"), [("TOP", 0), ("TOP", 3), ("MIDDLE", 3), ("BOTTOM", 3)])
def test_without_rules_a_printed_line_with_points_is_a_row_and_the_rest_of_a_line_is_not(
    stand: str, padding: int
) -> None:
    (table,) = tables(unruled(OPTIONED, stand, padding))
    assert [texts(row) for row in table.rows] == [filled(row) for row in OPTIONED]


@pytest.mark.parametrize("padding", [0, 3])
def test_without_rules_options_inside_a_cell_stay_lines_of_that_cell(padding: int) -> None:
    inside = "Tuyên truyền<br/>- Có từ 03 hình thức: 4 điểm<br/>- Có 02 hình thức: 2 điểm<br/>Không có: 0 điểm"
    rows = [*OPTIONED, ("1.4", inside, "4", "Sở Tư pháp"), ("1.5", "Báo cáo", "2", "Sở Nội vụ")]
    (table,) = tables(unruled(rows, padding=padding))
    assert texts(table.rows[-2]) == filled(rows[-2])
    assert texts(table.rows[-1]) == filled(rows[-1])


@pytest.mark.parametrize("padding", [0, 3])
@pytest.mark.parametrize("before", range(14, 24))
def test_without_rules_a_criterion_goes_on_over_the_page_wherever_it_breaks(before: int, padding: int) -> None:
    heads = [(f"0.{n}", f"Tiêu chí thứ {n}", "1", "Sở Nội vụ") for n in range(1, before)]
    rows = [HEADING, *heads, *OPTIONED[1:], *OPTIONED[1:], *OPTIONED[1:]]
    document = unruled(rows, padding=padding)
    (table,) = tables(document)
    assert [texts(row) for row in table.rows] == [filled(row) for row in rows]
    told = {text for code, text in oddities(document) if code == "page_furniture"}
    assert {text for text in told if not text.startswith("Trang ")} == {"CÔNG BÁO TỈNH", " ".join(HEADING)}


@pytest.mark.parametrize("broken_after", range(1, 9))
def test_without_rules_a_page_may_end_in_the_middle_of_a_sentence(broken_after: int) -> None:
    lefts = (60.0, 100.0, 330.0, 430.0)
    printed = [
        ("1.1", "Tiêu chí thứ nhất của lĩnh vực", "4", "Sở Nội vụ"),
        ("1.2", "Xây dựng và ban hành các kế hoạch", "4", "Sở Văn hóa, Thể"),
        ("", "cải cách hành chính của các đơn vị", "", "thao và Du lịch"),
        ("", "trực thuộc", "", ""),
        ("", "Ban hành đúng thời gian, nội dung", "4", ""),
        ("", "theo hướng dẫn của Sở Nội vụ", "", ""),
        ("", "Không ban hành", "0", ""),
        ("1.3", "Tiêu chí thứ ba của lĩnh vực", "4", "Sở Nội vụ"),
        ("1.4", "Tiêu chí thứ tư của lĩnh vực", "4", "Sở Nội vụ"),
    ]
    pages = [[HEADING, *printed[:broken_after]], [HEADING, *printed[broken_after:]]]
    document = read_document(
        pdf_of_pages(
            *(
                [
                    (left, 150.0 + 13 * at, text)
                    for at, row in enumerate(page)
                    for left, text in zip(lefts, row, strict=True)
                ]
                for page in pages
            )
        ),
        "a.pdf",
    )
    (table,) = tables(document)
    assert [texts(row) for row in table.rows][2:5] == [
        {
            0: "1.2",
            1: "Xây dựng và ban hành các kế hoạch cải cách hành chính của các đơn vị trực thuộc",
            2: "4",
            3: "Sở Văn hóa, Thể thao và Du lịch",
        },
        {1: "Ban hành đúng thời gian, nội dung theo hướng dẫn của Sở Nội vụ", 2: "4"},
        {1: "Không ban hành", 2: "0"},
    ]
    assert len(table.rows) == 7


def test_without_rules_a_heading_of_two_lines_comes_back_and_is_taken_away() -> None:
    heading = ("STT", "Lĩnh vực, tiêu chí", "Điểm<br/>tối đa", "Cơ quan<br/>thẩm định")
    rows = [heading, *((f"1.{n}", f"Tiêu chí thứ {n}", "0,5", "Phòng Nội vụ") for n in range(1, 60))]
    for stand in ("TOP", "MIDDLE"):
        (table,) = tables(unruled(rows, stand, 0))
        assert [row.cells[0].text for row in table.rows] == ["STT", *(f"1.{n}" for n in range(1, 60))]
        assert " ".join(texts(table.rows[0])[2].split()) == "Điểm tối đa"
        assert " ".join(texts(table.rows[0])[3].split()) == "Cơ quan thẩm định"


def test_without_rules_the_heading_of_a_part_stays_whole_over_its_columns() -> None:
    part = (60.0, 150.0, "PHẦN A. CHỈ ĐẠO, ĐIỀU HÀNH VÀ TỔ CHỨC BỘ MÁY CỦA CƠ QUAN, ĐƠN VỊ TRONG NĂM")
    rows = [(f"1.{n}", f"Tiêu chí thứ {n} của lĩnh vực", "0,5", "Phòng Nội vụ") for n in range(1, 31)]
    lines = [
        (left, 120.0 + 15 * at + (30 if at else 0), text)
        for at, row in enumerate([HEADING, *rows])
        for left, text in zip((60.0, 100.0, 330.0, 430.0), row, strict=True)
    ]
    (table,) = tables(read_document(pdf_of_pages([*lines, part]), "a.pdf"))
    (only,) = table.rows[1].cells
    assert (only.column, only.text) == (0, part[2])
    assert only.span == 4
    assert texts(table.rows[2]) == filled(rows[0])


def test_the_last_option_of_two_pages_may_be_the_same_and_is_no_furniture() -> None:
    def page(first: int) -> list[tuple[float, float, str]]:
        lines: list[tuple[float, float, str]] = [(60.0, 30.0, "CÔNG BÁO TỈNH"), (300.0, 828.0, str(first))]
        rows = [HEADING] + [
            row
            for n in range(first * 10, first * 10 + 12)
            for row in ((str(n), f"Tiêu chí thứ {n}", "4", "Sở Nội vụ"), ("", "Có", "4", ""), ("", "Không", "0", ""))
        ]
        for at, row in enumerate(rows):
            for left, text in zip((60.0, 100.0, 330.0, 430.0), row, strict=True):
                lines.append((left, 60.0 + 20 * at, text))
        return lines

    document = read_document(pdf_of_pages(page(1), page(2)), "a.pdf")
    (table,) = tables(document)
    assert len(table.rows) == 1 + 2 * 36
    assert texts(table.rows[36]) == texts(table.rows[72]) == {1: "Không", 2: "0"}
    told = {text for code, text in oddities(document) if code == "page_furniture"}
    assert told == {"CÔNG BÁO TỈNH", "1", "2", " ".join(HEADING)}


@pytest.mark.parametrize("stand", ["MIDDLE", "BOTTOM"])
def test_a_table_in_which_nothing_shows_where_a_row_begins_is_refused_with_its_page(stand: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        unruled(OPTIONED, stand, 0)
    assert refused.value.code == "pdf_rows_unclear"
    assert refused.value.details == {"name": "phu-luc.pdf", "page": 1}


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("Tuyên truyền<br/>- Có từ 03 hình thức: 4 điểm<br/>- Có 02 hình thức: 2 điểm", "Sở Tư pháp"),
        ("Tuyên truyền", "Sở Văn hóa, Thể thao và Du lịch và Thanh tra tỉnh và các đơn vị có liên quan đến nội dung"),
    ],
)
def test_a_code_beside_the_middle_line_of_a_list_or_a_sentence_is_refused(title: str, agency: str) -> None:
    rows = [("1.1", "Kế hoạch", "2", "Sở Nội vụ"), ("1.2", title, "4", agency), ("1.3", "Báo cáo", "2", "Sở Nội vụ")]
    with pytest.raises(InputInvalid) as refused:
        unruled([HEADING, *rows], "MIDDLE", 0)
    assert refused.value.code == "pdf_rows_unclear"


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
