"""The three papers of this part: ranking, score sheet, summary per field; as PDF and as workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from app.reports.page import (
    Heading,
    Signature,
    heading,
    page_width,
    paper,
    paragraph,
    register_fonts,
    signature,
    style,
)
from app.reports.tables import Column, table

Cell = str | Decimal | int | None

#: workbooks are dated by the paper, never by the machine
UNDATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant of the file format


@dataclass(frozen=True, slots=True)
class Document:
    """One table under one heading; `cells` are figures or words, `shown` the same as they are printed.

    `bold` names rows that are branches; `lines` stand below the table.
    """

    heading: Heading
    columns: tuple[Column, ...]
    cells: tuple[tuple[Cell, ...], ...]
    shown: tuple[tuple[str, ...], ...]
    bold: frozenset[int] = frozenset()
    lines: tuple[str, ...] = ()
    sign: Signature | None = None
    wide: bool = False
    size: float = 11


def pdf(document: Document) -> bytes:
    """Return the paper; the same document gives the same bytes."""
    register_fonts()
    width = page_width(wide=document.wide)
    story = heading(document.heading, width)
    story.append(table(document.columns, document.shown, size=document.size, bold_rows=document.bold))
    below = [Spacer(1, 2 * mm), *(paragraph(line, style(12)) for line in document.lines)]
    if document.sign is not None:
        story.append(KeepTogether([*below, signature(document.sign, width)]))
    else:
        story += below
    head = document.heading
    title = f"{head.title} – {head.subtitle}" if head.subtitle else head.title
    return paper(story, title=title, author=head.issuer.replace("\n", " "), wide=document.wide)


def xlsx(document: Document, *, sheet_name: str) -> bytes:
    """Return the workbook: figures as figures, words as words (a formula typed into a name stays a name)."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": document.heading.title, "created": UNDATED})
    sheet = book.add_worksheet(sheet_name[:31])
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"})
    words = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    figures = book.add_format({"border": 1, "valign": "top"})
    sheet.write_string(0, 0, document.heading.title, book.add_format({"bold": True, "font_size": 13}))
    sheet.write_string(1, 0, document.heading.subtitle)
    sheet.write_string(2, 0, document.heading.note, book.add_format({"italic": True}))
    for place, column in enumerate(document.columns):
        sheet.set_column(place, place, max(6, column.width / 2))
        sheet.write_string(3, place, column.words, head)
    for number, row in enumerate(document.cells, start=4):
        _write(sheet, number, row, words, figures)
    sheet.freeze_panes(4, 0)
    book.close()
    return buffer.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    number: int,
    row: Sequence[Cell],
    words: xlsxwriter.format.Format,
    figures: xlsxwriter.format.Format,
) -> None:
    for place, cell in enumerate(row):
        match cell:
            case None:
                sheet.write_blank(number, place, None, words)
            case str():
                sheet.write_string(number, place, cell, words)
            case _:
                sheet.write_number(number, place, cell, figures)
