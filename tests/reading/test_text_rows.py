"""Plain text: copied tables, Markdown, CSV, and source 003 as it was published."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import InputInvalid
from app.reading.document import Document, Paragraph
from app.reading.files import read_document
from tests.reading.builders import cell, oddities, paragraphs, tables, texts

SOURCE = Path(__file__).parent / "sources" / "003_dinh_hoa_2024.txt"


def read(text: str, name: str = "paste.txt", encoding: str = "utf-8") -> Document:
    return read_document(text.encode(encoding), name)


@pytest.fixture(scope="module")
def source() -> Document:
    return read_document(SOURCE.read_bytes(), SOURCE.name)


def test_lines_with_tabs_are_rows_and_the_others_paragraphs() -> None:
    document = read("PHỤ LỤC\n\nSTT\tTiêu chí\tĐiểm\n1\tMột\t0,5\n\n\t- đủ = 1\t\n")
    assert paragraphs(document) == ["PHỤ LỤC"]
    assert [texts(row) for row in tables(document)[0].rows] == [
        {0: "STT", 1: "Tiêu chí", 2: "Điểm"},
        {0: "1", 1: "Một", 2: "0,5"},
        {1: "- đủ = 1"},
    ]


def test_a_paragraph_ends_a_table_and_blank_lines_do_not() -> None:
    document = read("1\ta\n\n\n2\tb\nGhi chú\n3\tc\n")
    assert [len(table.rows) for table in tables(document)] == [2, 1]


def test_a_row_that_lost_its_last_tabs_stays_in_the_table() -> None:
    document = read("1\ta\tb\n\tchỉ cột hai\n2\tc\td")
    assert texts(tables(document)[0].rows[1]) == {1: "chỉ cột hai"}


def test_markup_is_taken_out_once_told_for_each_row() -> None:
    document = read("1\t<p><u>Yêu cầu:</u></p> <p>- đủ = <i>1</i> điểm</p>\t**2**\n")
    (table,) = tables(document)
    assert texts(table.rows[0]) == {0: "1", 1: "Yêu cầu:\n- đủ = 1 điểm", 2: "2"}
    assert [code for code, _ in oddities(document)] == ["markup"]


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        ("**Phần I**", "Phần I"),
        ("***Ví dụ:*** chấm", "Ví dụ: chấm"),
        ("*<tài khoản>*", "<tài khoản>"),
        ("(*văn bản điện tử*) về", "(văn bản điện tử) về"),
        ("* Ghi chú: nếu không có", "* Ghi chú: nếu không có"),
        ("Tỷ lệ % * 2 điểm/100", "Tỷ lệ % * 2 điểm/100"),
        ("(c*1)+(d*2)+(e*3)", "(c*1)+(d*2)+(e*3)"),
        ("Lấy *a* 2", "Lấy *a* 2"),
        ("<<địa chỉ phần mềm>", "<<địa chỉ phần mềm>"),
        ("dưới < 5 và > 3", "dưới < 5 và > 3"),
        ("A &amp; B &lt; 5", "A & B < 5"),
        ("<ul><li>một</li><li>- hai</li></ul>", "- một\n- hai"),
        ("**TM. ỦY BAN", "TM. ỦY BAN"),
        ("CHỦ TỊCH**", "CHỦ TỊCH"),
        ("½ số điểm – “đạt”", "½ số điểm – “đạt”"),
    ],
)
def test_only_signs_that_mean_no_words_are_markup(printed: str, read_as: str) -> None:
    assert paragraphs(read(f"{printed}\n\nhết")) == [read_as, "hết"]


def test_a_line_in_bold_signs_is_bold() -> None:
    document = read("**Phần I**\n\n## Phụ lục\n\nthường **đậm**")
    assert [block.bold for block in document.blocks if isinstance(block, Paragraph)] == [True, True, False]


def test_cells_of_several_lines_come_as_a_spreadsheet_copies_them() -> None:
    document = read('1\t"Yêu cầu:\n- đủ ""văn bản"" = 1"\t2\n2\t"Một cửa"\t"a" và b\n')
    assert [texts(row) for row in tables(document)[0].rows] == [
        {0: "1", 1: 'Yêu cầu:\n- đủ "văn bản" = 1', 2: "2"},
        {0: "2", 1: '"Một cửa"', 2: '"a" và b'},
    ]


def test_a_table_between_bars_is_a_table() -> None:
    document = read(
        "Phụ lục\n\n| STT | Tiêu chí | Điểm |\n|:---|---|--:|\n| 1 | a \\| b | 2 |\n|  | - đủ<br>- thiếu | |\n\nGhi chú"
    )
    assert paragraphs(document) == ["Phụ lục", "Ghi chú"]
    assert [texts(row) for row in tables(document)[0].rows] == [
        {0: "STT", 1: "Tiêu chí", 2: "Điểm"},
        {0: "1", 1: "a | b", 2: "2"},
        {1: "- đủ\n- thiếu"},
    ]


def test_a_table_with_semicolons_is_a_table_and_prose_is_not() -> None:
    document = read('STT;Tiêu chí;Điểm\n1;"Một; hai";"0,5"\n2;Ba;1\n')
    assert [texts(row) for row in tables(document)[0].rows][1] == {0: "1", 1: "Một; hai", 2: "0,5"}
    prose = read("Căn cứ một; hai; ba.\nĐơn vị gửi báo cáo.\nNơi nhận: a; b.\n")
    assert tables(prose) == []


def test_commas_make_cells_only_in_a_file_that_says_so() -> None:
    text = "STT,Tiêu chí,Điểm\n1,Một,2\n2,Hai,3\n"
    assert len(tables(read(text, "a.csv"))[0].rows) == 3
    assert tables(read(text)) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_letters_are_told_without_being_asked(encoding: str) -> None:
    document = read("STT\tĐiểm tối đa\n1\tMột\n", encoding=encoding)
    assert texts(tables(document)[0].rows[0]) == {0: "STT", 1: "Điểm tối đa"}


@pytest.mark.parametrize(
    "text",
    [
        "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc. Tiªu chÝ ®¸nh gi¸ cÊp x· n¨m nay",
        "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam Ñoäc laäp Töï do Haïnh phuùc. Quyeát ñònh veà möùc ñoä",
    ],
)
def test_a_text_of_an_old_font_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read(f"1\t{text}\n")
    assert refused.value.code == "legacy_font"
    assert refused.value.details["sample"]


def test_letters_nobody_can_tell_are_refused() -> None:
    with pytest.raises(InputInvalid) as refused:
        read_document("Điểm tối đa\tđạt".encode("cp1258", "replace") + b"\xff\xd2\xec", "a.txt")
    assert refused.value.code == "encoding_unknown"


# --- source 003, expected values counted on the paper ---------------------------------------------------------------


def test_source_003_has_the_table_of_criteria_and_the_list_of_officers(source: Document) -> None:
    criteria, officers = tables(source)
    assert len(criteria.rows) == 331
    assert [cell.text for cell in criteria.rows[0].cells] == [
        "STT",
        "Lĩnh vực/Tiêu chí/Tiêu chí thành phần và cách thức, phương pháp đánh giá, chấm điểm",
        "Điểm tối đa",
        "Điểm tự đánh giá",
        "Điểm thẩm định",
        "Tài liệu kiểm chứng",
        "Cơ quan thẩm định điểm tự đánh giá",
    ]
    assert len(officers.rows) == 35
    assert max(cell.column for row in criteria.rows for cell in row.cells) == 6


def test_source_003_has_every_numbered_row_once(source: Document) -> None:
    first = [row.at(0) for row in tables(source)[0].rows]
    codes = [
        cell.text for cell in first if cell is not None and cell.text.replace(".", "").isalnum() and len(cell.text) < 9
    ]
    numbered = [code for code in codes if code != "STT"]
    assert len(numbered) == 110
    assert len(set(numbered)) == 110


def test_a_markdown_table_may_have_no_bars_at_its_ends() -> None:
    document = read("STT | Tiêu chí | Điểm\n--- | :---: | ---:\n1 | Kế hoạch | 5\n2 | Báo cáo |\n\nA | B là hai loại.")
    assert [texts(row) for row in tables(document)[0].rows] == [
        {0: "STT", 1: "Tiêu chí", 2: "Điểm"},
        {0: "1", 1: "Kế hoạch", 2: "5"},
        {0: "2", 1: "Báo cáo"},
    ]
    assert paragraphs(document) == ["A | B là hai loại."]


def test_source_003_gives_the_row_of_2_1_1_and_the_option_below_it(source: Document) -> None:
    rows = tables(source)[0].rows
    at = next(index for index, row in enumerate(rows) if texts(row).get(0) == "2.1.1")
    assert texts(rows[at]) == {
        0: "2.1.1",
        1: "Lãnh đạo, chỉ đạo thực hiện phòng, chống tham nhũng, lãng phí, tiêu cực",
        2: "1",
    }
    assert texts(rows[at + 1]) == {1: "Yêu cầu:"}
    assert texts(rows[at + 3]) == {1: "- Ban hành không đầy đủ = 0 điểm ."}


def test_source_003_makes_a_line_of_every_paragraph_in_a_cell(source: Document) -> None:
    rows = tables(source)[0].rows
    at = next(index for index, row in enumerate(rows) if texts(row).get(0) == "2.1.3")
    assert texts(rows[at + 1])[1].split("\n") == [
        "Yêu cầu:",
        "- Không có cán bộ, công chức, viên chức bị xử lý về hành vi tham nhũng, lãng phí, tiêu cực = 1 điểm.",
        "- Có cán bộ, công chức, viên chức vi phạm = 0 điểm",
    ]


def test_source_003_keeps_the_star_of_a_product_and_loses_no_tag_into_a_text(source: Document) -> None:
    everything = "\n".join(cell.text for table in tables(source) for row in table.rows for cell in row.cells)
    assert "được xử lý, khắc phục * 2 điểm/100" in everything
    assert "<p>" not in everything
    assert "<u>" not in everything
    assert cell(tables(source)[1], 2, 1).text == "VP-TK, Văn thư"
