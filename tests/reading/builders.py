"""Files made inside the tests: Word's and Excel's by hand as the archives of XML they are, PDF by reportlab."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph as Words
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from app.reading.document import Cell, Document, Paragraph, Row
from app.reading.document import Table as ReadTable
from app.reports.page import register_fonts

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def zipped(parts: Mapping[str, str | bytes], *, compressed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*each: tuple[str, str, str], external: Sequence[str] = ()) -> str:
    """Return a part of relations from (id, last word of the type, target)."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if name in external else "")
        + "/>"
        for name, kind, target in each
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def content_types(main: str, kind: str) -> str:
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}"/></Types>'
    )


def docx_parts(
    body: str,
    *,
    numbering: str = "",
    styles: str = "",
    footnotes: str = "",
    more: Sequence[tuple[str, str, str]] = (),
    external: Sequence[str] = (),
) -> dict[str, str | bytes]:
    """Return the parts of a Word document whose body is `body`, in the XML that Word writes."""
    own = {"numbering": numbering, "styles": styles, "footnotes": footnotes}
    links = [(f"r{kind}", kind, f"{kind}.xml") for kind, text in own.items() if text]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types("/word/document.xml", "wordprocessingml.document.main+xml"),
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(*links, *more, external=external),
    }
    for kind, text in own.items():
        if text:
            parts[f"word/{kind}.xml"] = f'{_HEAD}<w:{kind} xmlns:w="{W}">{text}</w:{kind}>'
    return parts


def docx(body: str, *, numbering: str = "", styles: str = "", footnotes: str = "") -> bytes:
    return zipped(docx_parts(body, numbering=numbering, styles=styles, footnotes=footnotes))


def p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    inside = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def xlsx_parts(sheet: str, *, styles: str = "", shared: str = "", state: str = "") -> dict[str, str | bytes]:
    """Return the parts of a workbook of one sheet "Phụ lục", its XML as given."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types("/xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
            f'<sheet name="Phụ lục" sheetId="1" r:id="r1" {state}/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "styles", "styles.xml"),
            ("r3", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{S}">{sheet}</worksheet>',
    }
    if styles:
        parts["xl/styles.xml"] = f'{_HEAD}<styleSheet xmlns="{S}">{styles}</styleSheet>'
    if shared:
        parts["xl/sharedStrings.xml"] = f'{_HEAD}<sst xmlns="{S}">{shared}</sst>'
    return parts


def xlsx(sheet: str, *, styles: str = "", shared: str = "") -> bytes:
    return zipped(xlsx_parts(sheet, styles=styles, shared=shared))


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def pdf_of_tables(
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    ruled: bool = True,
    stand: str = "TOP",
    padding: int = 3,
    top: int = 70,
) -> bytes:
    """Return a PDF of one table over as many pages as it needs, a heading and a number on each.

    One without ruling lines has its first row on each page. `stand`: where texts stand in taller cells. `padding`:
    white above and below each row; 0 leaves only the step from line to line. `top`: margin of the pages.
    """
    register_fonts()
    style = ParagraphStyle("cell", fontName="Tinos", fontSize=11, leading=13)
    table = Table([[Words(text, style) for text in row] for row in rows], colWidths=list(widths), repeatRows=not ruled)
    look: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), stand)]
    look += [(f"{side}PADDING", (0, 0), (-1, -1), padding) for side in ("TOP", "BOTTOM")]
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")] if ruled else look))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=landscape(A4), topMargin=top, bottomMargin=70).build(
        [Words("PHỤ LỤC BỘ TIÊU CHÍ", style), table], onFirstPage=_furnish, onLaterPages=_furnish
    )
    return out.getvalue()


def _furnish(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont("Tinos", 10)
    canvas.drawString(60, landscape(A4)[1] - 30, "CÔNG BÁO TỈNH")
    canvas.drawCentredString(landscape(A4)[0] / 2, 25, f"Trang {document.page}")


def pdf_of_pages(*pages: Sequence[tuple[float, float, str]]) -> bytes:
    """Return a PDF with texts at (left, top) on each page."""
    register_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in pages:
        canvas.setFont("Tinos", 11)
        for left, top, text in page:
            canvas.drawString(left, A4[1] - top, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def tables(document: Document) -> list[ReadTable]:
    return [block for block in document.blocks if isinstance(block, ReadTable)]


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def texts(row: Row) -> dict[int, str]:
    return {cell.column: cell.text for cell in row.cells}


def cell(table: ReadTable, row: int, column: int) -> Cell:
    found = table.rows[row].at(column)
    assert found is not None
    return found


def oddities(document: Document) -> list[tuple[str, str]]:
    return [(each.code, each.text) for each in document.oddities]
