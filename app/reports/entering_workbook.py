"""A workbook to fill offline and bring back: a heading row, a row a unit, what is known already in its cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from app.domain.entered_words import SHEET_NAME
from app.reports.papers import UNDATED


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column by its heading; `choices` are offered in the cells."""

    heading: str
    width: float
    choices: tuple[str, ...] = ()


def entering_workbook(title: str, columns: Sequence[TemplateColumn], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the workbook: words as words, so that nothing typed into a name runs as a formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": UNDATED})
    sheet = book.add_worksheet(SHEET_NAME)
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"})
    words = book.add_format({"border": 1, "num_format": "@"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(2, place, column.heading, head)
        if column.choices and rows:
            offered = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(3, place, 2 + len(rows), place, offered)
    for number, row in enumerate(rows, start=3):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, words)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return buffer.getvalue()
