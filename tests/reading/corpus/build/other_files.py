"""Workbooks by openpyxl, saved pages and pasted tables, PDF by reportlab, Word files as LibreOffice leaves them."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from html import escape
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from tests.reading.corpus.build.layout import Block, Box, Grid, placed
from tests.reading.corpus.build.word_files import zipped

FONTS = Path(__file__).resolve().parents[4] / "app" / "reports" / "fonts"


# -- workbooks -----------------------------------------------------------------------------------


def fill(sheet: Worksheet, blocks: list[Block], *, numbers: bool) -> None:
    """Write the blocks one below the other. `numbers`: what looks like a number is stored as one."""
    at = 1
    for block in blocks:
        if isinstance(block, str):
            sheet.cell(at, 1, block.lstrip("* ")).font = Font(bold=block.startswith("*"))
            at += 1
            continue
        for offset, row in enumerate(placed(block)):
            for column, box in row:
                _write(sheet, at + offset, column + 1, box, numbers=numbers)
        at += len(block.rows)


def _write(sheet: Worksheet, row: int, column: int, box: Box, *, numbers: bool) -> None:
    plain = box.text.replace(",", ".")
    value: object = box.text or None
    if numbers and re.fullmatch(r"\d+(\.\d+)?", plain) and (column > 1 or plain.count(".") <= 1):
        value = float(plain) if "." in plain else int(plain)
    cell = sheet.cell(row, column, value)
    if isinstance(value, float) and box.text.endswith("0"):
        cell.number_format = "0.00"  # 1.10 kept as 1.1, as a workbook does
    cell.font = Font(bold=box.bold)
    if box.span > 1 or box.down > 1:
        sheet.merge_cells(
            start_row=row, start_column=column, end_row=row + box.down - 1, end_column=column + box.span - 1
        )


def workbook_bytes(workbook: Workbook) -> bytes:
    kept = io.BytesIO()
    workbook.save(kept)
    return fixed(kept.getvalue())


def fixed(content: bytes) -> bytes:
    """Return an office file with every instant of its making set to one day."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name in ("docProps/core.xml", "docProps/app.xml"):
        if name in files:
            text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2025-01-02T03:04:06Z", files[name].decode())
            files[name] = text.encode()
    return zipped(files)


# -- pages and pasted text -----------------------------------------------------------------------


def html_table(grid: Grid) -> str:
    lines = ['<table border="1" cellspacing="0" cellpadding="0" width="100%">']
    for row in grid.rows:
        cells = "".join(_html_cell(box) for box in row)
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>"])


def _html_cell(box: Box) -> str:
    spans = (f' colspan="{box.span}"' if box.span > 1 else "") + (f' rowspan="{box.down}"' if box.down > 1 else "")
    inside = "".join(f"<p>{_html_text(line, bold=box.bold)}</p>" for line in box.text.split("\n"))
    return f'<td valign="top"{spans}>{inside}</td>'


def _html_text(text: str, *, bold: bool) -> str:
    told = escape(text, quote=False) or "&nbsp;"
    return f"<b>{told}</b>" if bold and text else told


def html_page(blocks: list[Block], title: str) -> str:
    body = "\n".join(
        html_table(block)
        if isinstance(block, Grid)
        else f"<p>{_html_text(block.lstrip('* '), bold=block[0] == '*')}</p>"
        for block in blocks
    )
    return f"""<!DOCTYPE html>
<html lang="vi">
<head><meta charset="utf-8"><title>{escape(title)}</title>
<style>td {{ font-family: serif }}</style><script>var loaded = true;</script></head>
<body>
<nav><ul><li>Trang chủ</li><li>Văn bản</li><li>Liên hệ</li></ul></nav>
<div class="content">
{body}
</div>
<footer>Cổng thông tin điện tử</footer>
</body>
</html>
"""


def pasted(blocks: list[Block]) -> str:
    """Return the rows as they come out of a page by copying: tabs between cells, a cell's lines joined by spaces."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines += [block.lstrip("* "), ""]
            continue
        for row in placed(block):
            cells = [""] * block.width
            for column, box in row:
                cells[column] = " ".join(box.text.split("\n"))
            lines.append("\t".join(cells).rstrip("\t"))
    return "\n".join(lines) + "\n"


# -- paper ---------------------------------------------------------------------------------------


def pdf_bytes(blocks: list[Block], widths: list[int], running: str) -> bytes:
    """Return a PDF with a text layer: the heading rows again on each page, `running` above, numbers below."""
    for name, file in (("Tinos", "Tinos-Regular.ttf"), ("Tinos-Bold", "Tinos-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    plain = ParagraphStyle("plain", fontName="Tinos", fontSize=11, leading=13)
    strong = ParagraphStyle("strong", parent=plain, fontName="Tinos-Bold")
    story = [
        _pdf_table(block, widths, plain, strong)
        if isinstance(block, Grid)
        else Paragraph(escape(block.lstrip("* ")), strong if block.startswith("*") else plain)
        for block in blocks
    ]

    def furniture(canvas: Canvas, page: SimpleDocTemplate) -> None:
        canvas.setFont("Tinos", 9)
        canvas.drawString(56, landscape(A4)[1] - 30, running)
        canvas.drawCentredString(landscape(A4)[0] / 2, 24, str(page.page))

    kept = io.BytesIO()
    page = SimpleDocTemplate(kept, pagesize=landscape(A4), invariant=1, title="", topMargin=48, bottomMargin=44)
    page.build(story, onFirstPage=furniture, onLaterPages=furniture)
    return kept.getvalue()


def _pdf_table(grid: Grid, widths: list[int], plain: ParagraphStyle, strong: ParagraphStyle) -> Table:
    cells: list[list[object]] = [[""] * grid.width for _ in grid.rows]
    look: list[tuple[object, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    for number, row in enumerate(placed(grid)):
        for column, box in row:
            text = "<br/>".join(escape(line) for line in box.text.split("\n"))
            cells[number][column] = Paragraph(text, strong if box.bold else plain)
            if box.span > 1 or box.down > 1:
                look.append(("SPAN", (column, number), (column + box.span - 1, number + box.down - 1)))
    return Table(cells, colWidths=widths, repeatRows=grid.heading_rows, style=TableStyle(look))


def timeless(content: bytes) -> bytes:
    """Return a PDF with its instant of making and its identities set to one value of the same length."""
    for mark in (rb"/CreationDate\(D:(\d{14})", rb"<([0-9A-F]{32})>", rb"/DocChecksum /([0-9A-F]{32})"):
        content = re.sub(
            mark, lambda found: found[0].replace(found[1], b"20250102030406".ljust(len(found[1]), b"0")), content
        )
    return content


# -- LibreOffice ---------------------------------------------------------------------------------


def converted(content: bytes, suffix: str, to: str) -> bytes:
    """Return `content` (a file ending in `suffix`) as LibreOffice saves it in the format `to`."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / f"appendix{suffix}"
        given.write_bytes(content)
        home = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", home, "--headless", "--convert-to", to, "--outdir", f"{folder}/out", str(given)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return next((Path(folder) / "out").iterdir()).read_bytes()
