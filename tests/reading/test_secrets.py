"""Logins printed around an appendix are masked; the criteria stay letter for letter."""

from __future__ import annotations

import unicodedata

import pytest

from app.reading.document import Cell, Document, Paragraph, Row, Table
from app.reading.draft import Appendix
from app.reading.secrets import MASK, masked, masked_text
from tests.reading.appendix_samples import APPENDIX, DOCUMENT, YES_NO, criterion


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Tài khoản: xa01; Mật khẩu: Abc@123", f"Tài khoản: xa01; Mật khẩu: {MASK}"),
        ("Mật khẩu: Abc 123\nHạn: 25/11", f"Mật khẩu: {MASK}\nHạn: 25/11"),
        ("PASSWORD = abc", f"PASSWORD = {MASK}"),
        ("Quản lý mật khẩu của đơn vị", "Quản lý mật khẩu của đơn vị"),
        ("Mật khẩu:", "Mật khẩu:"),
    ],
)
def test_what_follows_the_label_is_masked(said: str, shown: str) -> None:
    assert masked_text(said) == shown
    assert masked_text(unicodedata.normalize("NFD", said)) in {shown, unicodedata.normalize("NFD", shown)}


def test_the_letter_is_masked_with_the_findings_that_quote_it() -> None:
    document, appendix, rows = masked(DOCUMENT, APPENDIX)
    assert rows == (2,)
    assert "Abc@123" not in repr(document)
    assert "Abc@123" not in repr(appendix)
    assert appendix.criteria == APPENDIX.criteria


def test_a_column_of_passwords_is_masked_below_its_heading() -> None:
    rows = (
        Row(1, (Cell("Đơn vị", 0), Cell("Mật khẩu", 1), Cell("Ghi chú", 2))),
        Row(2, (Cell("Xã mẫu 01", 0), Cell("Xm01#2024", 1), Cell("cũ", 2))),
    )
    document, _, changed = masked(Document("docx", (Table(rows),)), Appendix("", (), ()))
    assert [cell.text for row in document.rows() if isinstance(row, Row) for cell in row.cells] == [
        *("Đơn vị", "Mật khẩu", "Ghi chú"),
        *("Xã mẫu 01", MASK, "cũ"),
    ]
    assert changed == (2,)


def test_a_label_with_a_colon_masks_the_cell_beside_it() -> None:
    row = Row(1, (Cell("Mật khẩu:", 0), Cell("bí mật", 1)))
    document, _, _ = masked(Document("docx", (Table((row,)),)), Appendix("", (), ()))
    assert "bí mật" not in repr(document)


def test_a_criterion_that_asks_for_a_password_stays_as_printed() -> None:
    row = Row(1, (Cell("3.8.2", 0), Cell("Cung cấp mật khẩu: của hệ thống", 1)))
    leaf = criterion("3.8.2", "Cung cấp", "1", rule=YES_NO, rows=(1,))
    document = Document("docx", (Paragraph(2, "x"), Table((row,))))
    assert masked(document, Appendix("", (leaf,), ()))[0] == document
