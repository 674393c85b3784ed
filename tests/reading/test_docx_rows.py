"""Word documents: what Word shows is what is read, in the order of the paper."""

from __future__ import annotations

import io

import docx as python_docx
import pytest

from app.domain.errors import InputInvalid
from app.reading.document import Document, Paragraph, Table
from app.reading.files import read_document
from tests.reading.builders import cell, docx, oddities, p, paragraphs, tables, tbl, tc, texts, tr


def read(body: str, *, numbering: str = "", styles: str = "", footnotes: str = "") -> Document:
    return read_document(docx(body, numbering=numbering, styles=styles, footnotes=footnotes), "phu-luc.docx")


def test_paragraphs_and_tables_come_in_the_order_of_the_paper_and_numbers_rise() -> None:
    document = read(p("Phụ lục") + tbl(tr(tc("STT"), tc("Nội dung"))) + p("Ghi chú") + tbl(tr(tc("1"), tc("Một"))))
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Table, Paragraph, Table]
    assert [row.number for row in document.rows()] == [1, 2, 3, 4]


def test_two_tables_one_behind_the_other_stay_two() -> None:
    document = read(tbl(tr(tc("1"), tc("Một"))) + tbl(tr(tc("2"), tc("Hai"))))
    assert [texts(table.rows[0]) for table in tables(document)] == [{0: "1", 1: "Một"}, {0: "2", 1: "Hai"}]


def test_a_cell_over_columns_and_rows_says_how_far_it_reaches() -> None:
    merged = '<w:gridSpan w:val="2"/>'
    begun, going_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = read(
        tbl(
            tr(tc("Phần A", merged), tc("10")),
            tr(tc("1", begun), tc("Một"), tc("4")),
            tr(tc("", going_on), tc("Hai"), tc("6")),
        )
    )
    table = tables(document)[0]
    assert (cell(table, 0, 1).text, cell(table, 0, 1).span) == ("Phần A", 2)
    assert cell(table, 0, 2).text == "10"
    assert cell(table, 1, 0).down == 2
    assert texts(table.rows[2]) == {1: "Hai", 2: "6"}


def test_a_row_that_begins_behind_the_first_column_keeps_its_place() -> None:
    document = read(tbl(tr(tc("1"), tc("Một")), tr(tc("Hai"), properties='<w:gridBefore w:val="1"/>')))
    assert texts(tables(document)[0].rows[1]) == {1: "Hai"}


def test_empty_rows_go_and_a_merged_cell_counts_the_rows_that_stay() -> None:
    begun, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = read(
        tbl(tr(tc("1", begun), tc("a")), tr(tc("", on), tc("")), tr(tc("", on), tc("b")), tr(tc(""), tc("")))
    )
    table = tables(document)[0]
    assert len(table.rows) == 2
    assert cell(table, 0, 0).down == 2


def test_a_table_in_a_cell_becomes_lines_of_the_cell() -> None:
    inner = tbl(tr(tc("Mức"), tc("Điểm")), tr(tc("Từ 90%"), tc("2")))
    document = read(tbl(tr(tc("1"), tc(p("Cách chấm:") + inner + p("")))))
    assert cell(tables(document)[0], 0, 1).text == "Cách chấm:\nMức\tĐiểm\nTừ 90%\t2"
    assert oddities(document) == [("nested_table", "Mức Điểm Từ 90% 2")]


def test_a_table_that_only_frames_others_is_looked_through() -> None:
    document = read(tbl(tr(tc(p("Phụ lục") + tbl(tr(tc("1"), tc("Một"))) + p("")))))
    assert paragraphs(document) == ["Phụ lục"]
    assert texts(tables(document)[0].rows[0]) == {0: "1", 1: "Một"}


MULTILEVEL = """
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/>
  <w:pPr><w:ind w:left="1080" w:hanging="360"/></w:pPr></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="+"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
"""


def listed(text: str, level: int, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbers_that_word_counts_are_written_out() -> None:
    body = "".join(
        listed(text, level)
        for text, level in [
            ("Một", 0),
            ("Hai", 1),
            ("Ba", 2),
            ("Bốn", 2),
            ("Năm", 1),
            ("Sáu", 2),
            ("Bảy", 0),
            ("Tám", 1),
        ]
    )
    assert paragraphs(read(body, numbering=MULTILEVEL)) == [
        "I. Một",
        "1.1 Hai",
        "a) Ba",
        "b) Bốn",
        "1.2 Năm",
        "a) Sáu",
        "II. Bảy",
        "2.1 Tám",
    ]


def test_a_list_with_a_start_of_its_own_begins_there_and_goes_on() -> None:
    body = listed("Một", 0) + listed("Năm", 0, 3) + listed("Sáu", 0, 3)
    assert paragraphs(read(body, numbering=MULTILEVEL)) == ["I. Một", "V. Năm", "VI. Sáu"]


def test_bullets_become_signs_that_papers_use() -> None:
    body = listed("đầy đủ = 1 điểm", 0, 2) + listed("nhánh", 1, 2) + listed("", 0, 2)
    assert paragraphs(read(body, numbering=MULTILEVEL)) == ["- đầy đủ = 1 điểm", "+ nhánh"]


def test_a_column_of_counted_numbers_alone_is_not_empty() -> None:
    document = read(tbl(tr(tc(listed("", 0)), tc("Một")), tr(tc(listed("", 0)), tc("Hai"))), numbering=MULTILEVEL)
    assert [texts(row) for row in tables(document)[0].rows] == [{0: "I.", 1: "Một"}, {0: "II.", 1: "Hai"}]


def test_a_list_can_come_with_a_style_and_be_taken_off_again() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="MucCon"><w:basedOn w:val="Muc"/></w:style>'
    )
    numbered, off = '<w:pStyle w:val="MucCon"/>', '<w:pStyle w:val="Muc"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("Một", numbered) + p("không số", off) + p("Hai", numbered)
    assert paragraphs(read(body, styles=styles, numbering=MULTILEVEL)) == ["I. Một", "không số", "II. Hai"]


def test_what_was_inserted_stays_and_what_was_deleted_goes_but_is_told() -> None:
    body = (
        "<w:p><w:r><w:t>Đạt = </w:t></w:r><w:del><w:r><w:delText>2</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>1</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> điểm</w:t></w:r></w:p>"
    )
    document = read(body)
    assert paragraphs(document) == ["Đạt = 1 điểm"]
    assert oddities(document) == [("deleted_text", "2")]


def test_a_deleted_and_a_hidden_row_are_left_out_and_told() -> None:
    document = read(
        tbl(
            tr(tc("1"), tc("Một")),
            tr(tc("2"), tc("Hai"), properties="<w:del/>"),
            tr(tc("3"), tc("Ba"), properties="<w:hidden/>"),
        )
    )
    assert len(tables(document)[0].rows) == 1
    assert oddities(document) == [("deleted_text", "2 Hai"), ("hidden_row", "3 Ba")]


def test_hidden_text_is_left_out_and_told() -> None:
    document = read(p("Một") + p("giấu", run="<w:vanish/>"))
    assert paragraphs(document) == ["Một"]
    assert oddities(document) == [("hidden_text", "giấu")]


def test_breaks_tabs_and_soft_hyphens_are_read_as_they_look() -> None:
    body = (
        "<w:p><w:r><w:t>a)</w:t><w:tab/><w:t>Đạt</w:t><w:br/><w:t>tổ</w:t><w:softHyphen/><w:t>chức</w:t>"
        "<w:noBreakHyphen/><w:t>x</w:t></w:r></w:p>"
    )
    assert paragraphs(read(body)) == ["a) Đạt\ntổchức-x"]


def test_fields_links_controls_and_boxes_say_what_they_show() -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>trong ô</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>12</w:t></w:r></w:p>"
        "<w:p><w:hyperlink><w:r><w:t>liên kết</w:t></w:r></w:hyperlink></w:p>"
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        "</w:p>"
    )
    assert paragraphs(read(body)) == ["trong ô", "12", "liên kết", "trong khung"]


def test_a_formula_of_the_editor_is_written_on_one_line() -> None:
    m = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    body = (
        f'<w:p><m:oMath xmlns:m="{m}"><m:f><m:num><m:r><m:t>b × 100</m:t></m:r></m:num>'
        "<m:den><m:r><m:t>a</m:t></m:r></m:den></m:f></m:oMath></w:p>"
    )
    assert paragraphs(read(body)) == ["(b × 100)/a"]


def test_a_sign_of_the_font_symbol_keeps_its_meaning() -> None:
    body = '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t xml:space="preserve"> 80%</w:t></w:r></w:p>'
    assert paragraphs(read(body)) == ["≥ 80%"]


def test_notes_under_the_page_stand_at_the_end() -> None:
    notes = f'<w:footnote w:type="separator" w:id="-1"/><w:footnote w:id="1">{p("Theo NĐ")}</w:footnote>'
    document = read(p("Một") + p("Hai"), footnotes=notes)
    assert paragraphs(document) == ["Một", "Hai", "[1] Theo NĐ"]


def test_bold_and_indent_are_those_of_the_first_line() -> None:
    bold = "<w:r><w:rPr><w:b/></w:rPr><w:t>Lĩnh vực</w:t></w:r><w:r><w:br/><w:t>thường</w:t></w:r>"
    indent = '<w:pPr><w:ind w:left="1080" w:hanging="360"/></w:pPr>'
    document = read(tbl(tr(tc(f"<w:p>{indent}{bold}</w:p>"), tc(p("x", run='<w:b w:val="0"/>')))))
    table = tables(document)[0]
    assert (cell(table, 0, 0).bold, cell(table, 0, 0).indent) == (True, 2)
    assert not cell(table, 0, 1).bold


def test_bold_comes_with_a_style_unless_the_run_says_no() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Dam"><w:rPr><w:b/></w:rPr></w:style>'
    document = read(
        p("A", '<w:pStyle w:val="Dam"/>') + p("B", '<w:pStyle w:val="Dam"/>', '<w:b w:val="false"/>'), styles=styles
    )
    assert [block.bold for block in document.blocks if isinstance(block, Paragraph)] == [True, False]


def test_a_document_of_python_docx_is_read() -> None:
    paper = python_docx.Document()
    paper.add_paragraph("Phụ lục")
    grid = paper.add_table(rows=2, cols=3)
    grid.cell(0, 0).merge(grid.cell(0, 1)).text = "Phần I"
    grid.cell(0, 2).text = "60"
    grid.cell(1, 1).text = "Tiêu chí"
    out = io.BytesIO()
    paper.save(out)
    document = read_document(out.getvalue(), "a.docx")
    assert [texts(row) for row in tables(document)[0].rows] == [{0: "Phần I", 2: "60"}, {1: "Tiêu chí"}]
    assert tables(document)[0].rows[0].cells[0].span == 2


def test_letters_are_composed_and_invisible_ones_gone() -> None:
    decomposed = "Tie\u0302u\u200b chi\u0301\u00a0\u00a01 \u2013 \u201cx\u201d"
    assert paragraphs(read(p(decomposed))) == ["Tiêu chí 1 – “x”"]


def test_a_field_that_calls_a_program_is_refused() -> None:
    body = "<w:p><w:r><w:instrText> DDEAUTO c:\\\\windows\\\\cmd.exe </w:instrText></w:r></w:p>"
    with pytest.raises(InputInvalid) as refused:
        read(body)
    assert refused.value.code == "file_links_out"
