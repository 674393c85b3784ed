"""Papers: our PDF beside a bare platypus table, our workbook beside openpyxl's write-only mode."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

from app.reports.page import Heading, register_fonts, style
from app.reports.papers import Document, pdf, xlsx
from app.reports.tables import Column
from bench.measure import Line, median

WORDS = "Ban hành đầy đủ văn bản chỉ đạo, triển khai các quy định về phòng, chống tham nhũng, lãng phí, tiêu cực"


def _document(rows: int, columns: int) -> Document:
    cells = tuple((f"{row}", *(WORDS for _ in range(columns - 2)), Decimal("0.5")) for row in range(rows))
    return Document(
        heading=Heading("UBND HUYỆN", "CỘNG HÒA", "Độc lập", "Số: 1", "ngày 1", "BẢNG"),
        columns=(
            Column("Mã", 15),
            *(Column("Nội dung", 25) for _ in range(columns - 2)),
            Column("Điểm", 15, figure=True),
        ),
        cells=cells,
        shown=tuple(tuple(str(cell) for cell in row) for row in cells),
        size=9,
    )


def _bare_platypus(document: Document) -> bytes:
    register_fonts()
    buffer = io.BytesIO()
    like = style(9)
    rows = [[Paragraph(cell, like) for cell in row] for row in document.shown]
    table = LongTable(rows, colWidths=[column.width * 2.83 for column in document.columns])
    SimpleDocTemplate(buffer, pagesize=A4).build([table])
    return buffer.getvalue()


def _openpyxl(document: Document) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in document.cells:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def paper_lines(_folder: Path) -> Iterator[Line]:
    table = _document(120, 7)
    ours, peer = median(lambda: pdf(table), times=3), median(lambda: _bare_platypus(table), times=3)
    yield Line("P6 PDF of 120 rows × 7 columns", ours, peer, "reportlab platypus Paragraph rows", 1 / 2.5)
    wide = _document(12_000, 7)
    ours, peer = median(lambda: xlsx(wide, sheet_name="x"), times=1), median(lambda: _openpyxl(wide), times=1)
    yield Line("P7 workbook of 12.000 rows × 7 columns", ours, peer, "openpyxl write-only", 1 / 5)
