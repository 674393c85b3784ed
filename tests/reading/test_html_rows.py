"""Pages of HTML, saved or pasted: tables as a browser lays them out, texts around them as paragraphs."""

from __future__ import annotations

import pytest

from app.domain.errors import InputInvalid
from app.reading.document import Document, Paragraph
from app.reading.files import read_document
from tests.reading.builders import cell, oddities, paragraphs, tables, texts


def read(page: str, encoding: str = "utf-8") -> Document:
    return read_document(page.encode(encoding), "paste.html")


def test_a_pasted_table_is_read_with_what_stands_around_it() -> None:
    document = read("<p>Phụ lục</p><table><tr><th>STT<th>Điểm<tr><td>1<td>0,5</table>Ghi chú cuối")
    assert paragraphs(document) == ["Phụ lục", "Ghi chú cuối"]
    assert [texts(row) for row in tables(document)[0].rows] == [{0: "STT", 1: "Điểm"}, {0: "1", 1: "0,5"}]
    assert cell(tables(document)[0], 0, 0).bold


def test_cells_over_rows_and_columns_push_the_others_aside() -> None:
    document = read(
        "<table><tr><td rowspan=2>1<td colspan=2>Phần<tr><td>a<td>b<tr><td>2<td rowspan=0>c<td>d<tr><td>3<td>e</table>"
    )
    (table,) = tables(document)
    assert [texts(row) for row in table.rows] == [
        {0: "1", 1: "Phần"},
        {1: "a", 2: "b"},
        {0: "2", 1: "c", 2: "d"},
        {0: "3", 2: "e"},
    ]
    assert cell(table, 0, 0).down == 2
    assert cell(table, 0, 1).span == 2
    assert cell(table, 2, 1).down == 2


def test_breaks_paragraphs_and_items_are_lines() -> None:
    document = read(
        "<table><tr><td>Yêu cầu:<br>- đủ&nbsp;= 1<p>- thiếu = 0</p><ul><li>x<li>+ y</ul>"
        "<ol type=a start=3><li>c<li value=7>bảy</ol></table>"
    )
    assert cell(tables(document)[0], 0, 0).text == "Yêu cầu:\n- đủ = 1\n- thiếu = 0\n- x\n+ y\nc. c\ng. bảy"


def test_spaces_of_the_source_are_no_lines() -> None:
    document = read("<table><tr><td>một\n   dòng <b>liền</b>\tnhau</table>")
    assert cell(tables(document)[0], 0, 0).text == "một dòng liền nhau"


def test_a_table_in_a_cell_becomes_lines_of_the_cell() -> None:
    document = read("<table><tr><td>1<td>Mức<table><tr><td>90%<td>2<tr><td>80%<td>1</table></table>")
    assert cell(tables(document)[0], 0, 1).text == "Mức\n90%\t2\n80%\t1"
    assert oddities(document) == [("nested_table", "Mức 90% 2 80% 1".removeprefix("Mức "))]


def test_a_table_that_frames_the_page_is_looked_through() -> None:
    document = read("<table><tr><td><p>Phụ lục</p><table><tr><td>1<td>Một</table></table>")
    assert paragraphs(document) == ["Phụ lục"]
    assert texts(tables(document)[0].rows[0]) == {0: "1", 1: "Một"}


def test_what_is_not_displayed_is_left_out_and_told() -> None:
    document = read(
        "<p style='display: none'>ẩn</p><table><col><col style='display:none'>"
        "<tr><td>1<td>kín<td>Một<tr hidden><td>2<td><td>Hai</table>"
    )
    assert [texts(row) for row in tables(document)[0].rows] == [{0: "1", 2: "Một"}]
    assert oddities(document) == [("hidden_text", "ẩn"), ("hidden_column", "kín"), ("hidden_row", "2 Hai")]


def test_programs_styles_and_comments_say_nothing() -> None:
    document = read(
        "<html><head><title>t</title><style>p{}</style></head><body><script>x()</script><!-- c --><p>Một</body></html>"
    )
    assert paragraphs(document) == ["Một"]
    assert oddities(document) == []


def test_bold_and_indent_are_those_of_the_first_line() -> None:
    document = read(
        "<table><tr><td><b>Lĩnh vực</b><br>thường<td><span style='font-weight:700'>A</span> b"
        "<td><p style='margin-left:54.0pt;text-indent:-18.0pt'>c</table>"
    )
    (table,) = tables(document)
    assert [cell(table, 0, column).bold for column in (0, 1, 2)] == [True, False, False]
    assert cell(table, 0, 2).indent == 2


def test_a_list_of_word_keeps_the_number_it_shows() -> None:
    document = read(
        "<p class=MsoListParagraph><![if !supportLists]><span>1.<span>&nbsp;&nbsp; </span></span><![endif]>Một</p>"
    )
    assert paragraphs(document) == ["1. Một"]


def test_the_heading_of_a_clipboard_is_no_text() -> None:
    document = read("Version:0.9\r\nStartHTML:0105\r\nEndHTML:0200\r\n<html><body><p>Một</p></body></html>")
    assert paragraphs(document) == ["Một"]


@pytest.mark.parametrize(
    ("encoding", "page"),
    [
        ("utf-8-sig", "<p>Điểm tối đa</p>"),
        ("utf-16", "<html><p>Điểm tối đa</p></html>"),
        ("cp1258", "<meta charset=windows-1258><p>\u0110i\u00ea\u0309m t\u00f4\u0301i \u0111a</p>"),
    ],
)
def test_letters_are_told_by_mark_or_by_what_the_page_declares(encoding: str, page: str) -> None:
    assert paragraphs(read(page, encoding)) == ["Điểm tối đa"]


def test_a_heading_outside_of_tables_is_bold() -> None:
    (block,) = read("<h2>Phụ lục I</h2>").blocks
    assert isinstance(block, Paragraph)
    assert block.bold


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<table>" + "<tr><td>1" * 5_001 + "</table>", "too_many_rows"),
        ("<table><tr><td colspan=99999>x</table>", "table_too_wide"),
        ("<html><body><img src=x></body></html>", "nothing_in_file"),
    ],
)
def test_a_page_past_the_limits_is_refused(page: str, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read(page)
    assert refused.value.code == code
