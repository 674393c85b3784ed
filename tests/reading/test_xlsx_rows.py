"""Workbooks: what the sheet shows is what is read; what it hides is told."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from app.domain.errors import InputInvalid
from app.reading.document import Document
from app.reading.files import read_document
from app.reading.xlsx_figures import format_of, shown
from tests.reading.builders import cell, inline, oddities, tables, texts, xlsx


def read(fill: Callable[[Workbook], object]) -> Document:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return read_document(out.getvalue(), "bo-tieu-chi.xlsx")


def with_rows(*rows: tuple[Any, ...]) -> Callable[[Workbook], object]:
    def fill(book: Workbook) -> None:
        for row in rows:
            book.active.append(row)

    return fill


def test_a_sheet_is_a_table_with_its_name_and_its_empty_rows_gone() -> None:
    document = read(with_rows(("STT", "Tiêu chí", "Điểm"), (), (1, "Một", 0.5), ()))
    (table,) = tables(document)
    assert table.name == "Sheet"
    assert [texts(row) for row in table.rows] == [{0: "STT", 1: "Tiêu chí", 2: "Điểm"}, {0: "1", 1: "Một", 2: "0,5"}]
    assert cell(table, 1, 2).numeric
    assert not cell(table, 1, 1).numeric


@pytest.mark.parametrize(
    ("raw", "code", "expected"),
    [
        ("0.5", "General", "0,5"),
        ("0.30000000000000004", "General", "0,3"),
        ("2.8000000000000003", "0.0", "2,8"),
        ("10", "General", "10"),
        ("1.1000000000000001", "0.00", "1,10"),
        ("1", "0.0", "1,0"),
        ("0.25", "0", "0,25"),  # a point is never rounded to what its format shows
        ("3.3333333333333335", "0.00", "3,33"),
        ("0.5", "0%", "50%"),
        ("0.85499999999999998", "0%", "85,5%"),
        ("0.125", "0.00%", "12,50%"),
        ("1234.5", "#,##0.00", "1234,50"),
        ("2", '0" điểm"', "2 điểm"),
        ("5", '"TC "0', "TC 5"),
        ("-0.5", "0.0;[Red]-0.0", "-0,5"),
        ("1.0E-2", "General", "0,01"),
        ("45621", "dd/mm/yyyy", "25/11/2024"),
        ("45621", "d-mmm", "25/11/2024"),
        ("45621.708333333336", "dd/mm/yyyy hh:mm", "25/11/2024 17:00"),
        ("0.70833333333333337", "hh:mm", "17:00"),
    ],
)
def test_a_figure_reads_as_its_cell_shows_it(raw: str, code: str, expected: str) -> None:
    assert shown(raw, format_of(code), since_1904=False) == expected


def test_a_code_kept_as_a_figure_is_read_with_its_zero() -> None:
    def fill(book: Workbook) -> None:
        book.active["A1"] = 1.1
        book.active["A1"].number_format = "0.00"
        book.active["B1"] = dt.date(2024, 11, 25)

    assert texts(tables(read(fill))[0].rows[0]) == {0: "1,10", 1: "25/11/2024"}


def test_a_figure_kept_as_text_stays_text_and_is_told() -> None:
    document = read(with_rows(("1.1", "Một", "0,5"), ("1.1.1", "Hai", "điểm")))
    assert oddities(document) == [("number_as_text", "1.1"), ("number_as_text", "0,5")]
    assert not cell(tables(document)[0], 0, 2).numeric


def test_merged_cells_reach_over_columns_and_rows() -> None:
    def fill(book: Workbook) -> None:
        with_rows(("Phần A", None, 10), ("1", "Một", 4), (None, "Hai", 6))(book)
        book.active.merge_cells("A1:B1")
        book.active.merge_cells("A2:A3")

    (table,) = tables(read(fill))
    assert (cell(table, 0, 1).text, cell(table, 0, 0).span) == ("Phần A", 2)
    assert cell(table, 1, 0).down == 2
    assert texts(table.rows[2]) == {1: "Hai", 2: "6"}


def test_hidden_rows_columns_and_sheets_are_left_out_and_told() -> None:
    def fill(book: Workbook) -> None:
        with_rows(("STT", "ẩn", "Điểm"), (1, "bí mật", 2), (2, "x", 3))(book)
        book.active.column_dimensions["B"].hidden = True
        book.active.row_dimensions[3].hidden = True
        other = book.create_sheet("Nháp")
        other["A1"] = "cũ"
        other.sheet_state = "hidden"

    document = read(fill)
    assert [texts(row) for row in tables(document)[0].rows] == [{0: "STT", 2: "Điểm"}, {0: "1", 2: "2"}]
    assert oddities(document) == [
        ("hidden_column", "ẩn"),
        ("hidden_column", "bí mật"),
        ("hidden_row", "2 | x | 3"),
        ("hidden_sheet", "Nháp: cũ"),
    ]


def test_a_merged_text_whose_first_row_is_hidden_shows_in_the_next() -> None:
    def fill(book: Workbook) -> None:
        with_rows(("A", "1"), (None, "2"), (None, "3"))(book)
        book.active.merge_cells("A1:A3")
        book.active.row_dimensions[1].hidden = True

    (table,) = tables(read(fill))
    assert texts(table.rows[0]) == {0: "A", 1: "2"}
    assert cell(table, 0, 0).down == 2


def test_several_sheets_are_several_tables() -> None:
    def fill(book: Workbook) -> None:
        book.active.title = "PL I"
        book.active["A1"] = "một"
        book.create_sheet("PL II")["A1"] = "hai"

    assert [(table.name, texts(table.rows[0])) for table in tables(read(fill))] == [
        ("PL I", {0: "một"}),
        ("PL II", {0: "hai"}),
    ]


def test_bold_indent_and_lines_of_a_cell_are_kept() -> None:
    def fill(book: Workbook) -> None:
        book.active["A1"] = "Lĩnh vực\n- đủ = 1"
        book.active["A1"].font = Font(bold=True)
        book.active["B1"] = "con"
        book.active["B1"].alignment = Alignment(indent=2)

    (table,) = tables(read(fill))
    assert (cell(table, 0, 0).text, cell(table, 0, 0).bold) == ("Lĩnh vực\n- đủ = 1", True)
    assert (cell(table, 0, 1).indent, cell(table, 0, 1).bold) == (2, False)


def test_parts_of_one_text_are_joined_and_readings_left_out() -> None:
    bold = "<r><rPr><b/></rPr><t xml:space='preserve'>{}</t></r>"
    shared = f"<si>{bold.format('Đạt')}{bold.format(' 1')}<rPh><t>zz</t></rPh></si>"
    sheet = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    (table,) = tables(read_document(xlsx(sheet, shared=shared), "a.xlsx"))
    assert (cell(table, 0, 0).text, cell(table, 0, 0).bold) == ("Đạt 1", True)


def test_a_formula_shows_its_value_and_one_that_was_never_calculated_is_told() -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>SUM(C1:C9)</f></c>'
        '<c r="C1" t="str"><f>"a"</f><v>a</v></c></row></sheetData>'
    )
    document = read_document(xlsx(sheet), "a.xlsx")
    assert texts(tables(document)[0].rows[0]) == {0: "2", 1: "=SUM(C1:C9)", 2: "a"}
    assert oddities(document) == [("formula_without_value", "=SUM(C1:C9)")]


def test_cells_without_reference_stand_one_behind_the_other() -> None:
    word = '<c t="inlineStr"><is><t>Một</t></is></c>'
    sheet = f"<sheetData><row><c><v>1</v></c>{word}</row><row><c><v>2</v></c></row></sheetData>"
    (table,) = tables(read_document(xlsx(sheet), "a.xlsx"))
    assert [texts(row) for row in table.rows] == [{0: "1", 1: "Một"}, {0: "2"}]


def test_a_formula_that_calls_a_program_is_refused() -> None:
    sheet = f"<sheetData><row r='1'>{inline('A1', 'x')}<c r='B1'><f>cmd|'/c calc'!A0</f><v>1</v></c></row></sheetData>"
    with pytest.raises(InputInvalid) as refused:
        read_document(xlsx(sheet), "a.xlsx")
    assert refused.value.code == "file_links_out"
