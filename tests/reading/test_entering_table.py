"""Tables people fill and bring back: by the headings, whatever the order, the separator or the number format."""

from __future__ import annotations

import io

import openpyxl
import pytest

from app.domain.errors import InputInvalid
from app.reading.entering_table import read_lines
from app.reports.entering_workbook import TemplateColumn, entering_workbook

HEADINGS = {"Giá trị": "value", "Nguồn": "source"}
COLUMNS = [TemplateColumn("Mã đơn vị", 12), TemplateColumn("Đơn vị", 30), TemplateColumn("Giá trị", 12)]


def test_the_template_comes_back_as_it_was_filled() -> None:
    made = entering_workbook("Cổng dịch vụ công", COLUMNS, [("XM01", "Xã mẫu 01", ""), ("XM02", "=1+1", "70,5")])
    book = openpyxl.load_workbook(io.BytesIO(made))
    sheet = book.active
    assert sheet["B5"].data_type == "s"  # a name that looks like a formula stays a name
    sheet["C4"] = 81.25  # a figure typed in a spreadsheet program is a number
    kept = io.BytesIO()
    book.save(kept)
    lines = read_lines(kept.getvalue(), "x.xlsx", HEADINGS)
    assert [(line.number, line.unit_code, dict(line.cells)) for line in lines] == [
        (4, "XM01", {"value": "81,25"}),
        (5, "XM02", {"value": "70,5"}),
    ]


def test_csv_is_read_by_its_headings_with_either_separator() -> None:
    text = "Nguồn;GIÁ TRỊ;mã đơn vị;Ghi chú\nCổng DVC;80,7;XM01;x\n;;XM02;y\n"
    lines = read_lines(text.encode(), "x.csv", HEADINGS)
    assert [(line.unit_code, dict(line.cells)) for line in lines] == [("XM01", {"value": "80,7", "source": "Cổng DVC"})]
    assert read_lines(
        b"M\xc3\xa3 \xc4\x91\xc6\xa1n v\xe1\xbb\x8b,Gi\xc3\xa1 tr\xe1\xbb\x8b\nXM01,7\n", "x.csv", HEADINGS
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04broken", "own_file_unreadable"),
        ("Giá trị\n5\n".encode(), "table_without_heading"),
        ("Mã đơn vị;Khác\nXM01;5\n".encode(), "table_without_columns"),
        ("Mã đơn vị;Giá trị;Giá trị\nXM01;5;6\n".encode(), "table_heading_twice"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read_lines(data, "x.csv", HEADINGS)
    assert refused.value.code == code
