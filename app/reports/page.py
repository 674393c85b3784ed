"""The page of an administrative paper: A4, margins and type of Nghị định 30/2020/NĐ-CP, Phụ lục I.

Margins: top and bottom 20 mm, left 30 mm, right 15 mm. The same paper gives the same bytes: no clock is read here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, LongTable, PageTemplate, Paragraph, Spacer, Table

FONTS = Path(__file__).parent / "fonts"
FACES = {
    "Tinos": "Tinos-Regular.ttf",
    "Tinos-Bold": "Tinos-Bold.ttf",
    "Tinos-Italic": "Tinos-Italic.ttf",
    "Tinos-BoldItalic": "Tinos-BoldItalic.ttf",
}
TOP, BOTTOM, LEFT, RIGHT = 20 * mm, 20 * mm, 30 * mm, 15 * mm


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above every paper: who issues it, the state's name and motto, number, place and date, title."""

    issuer: str
    country: str
    motto: str
    number: str
    place_and_date: str
    title: str
    subtitle: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """The block at the end: in whose name, the signer's post; the name stays for the pen."""

    authority: str
    signer: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, width in millimetres, and whether it holds figures."""

    words: str
    width: float
    figure: bool = False


def register_fonts() -> None:
    """Make the four faces known, once per process."""
    if "Tinos" in pdfmetrics.getRegisteredFontNames():
        return
    for name, file_name in FACES.items():
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file_name)))
    pdfmetrics.registerFontFamily(
        "Tinos",
        normal="Tinos",
        bold="Tinos-Bold",
        italic="Tinos-Italic",
        boldItalic="Tinos-BoldItalic",
    )


def style(size: float = 13, *, bold: bool = False, italic: bool = False, align: int = 0) -> ParagraphStyle:
    face = {(False, False): "Tinos", (True, False): "Tinos-Bold", (False, True): "Tinos-Italic"}.get(
        (bold, italic),
        "Tinos-BoldItalic",
    )
    return ParagraphStyle("p", fontName=face, fontSize=size, leading=size * 1.25, alignment=align, splitLongWords=1)


def paragraph(text: str, like: ParagraphStyle) -> Paragraph:
    """Return `text` as it is: mark-up in it is shown, never obeyed; line breaks stay."""
    return Paragraph(escape(text).replace("\n", "<br/>"), like)


def heading(head: Heading, width: float) -> list[Flowable]:
    centred = style(12, align=TA_CENTER)
    left = [paragraph(head.issuer, style(12, bold=True, align=TA_CENTER)), paragraph(head.number, centred)]
    right = [
        paragraph(head.country, style(12, bold=True, align=TA_CENTER)),
        paragraph(head.motto, style(13, bold=True, align=TA_CENTER)),
        paragraph(head.place_and_date, style(12, italic=True, align=TA_CENTER)),
    ]
    block = Table([[left, right]], colWidths=[width * 0.42, width * 0.58])
    block.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])
    lines: list[Flowable] = [block, Spacer(1, 6 * mm), paragraph(head.title, style(14, bold=True, align=TA_CENTER))]
    if head.subtitle:
        lines.append(paragraph(head.subtitle, style(13, align=TA_CENTER)))
    if head.note:
        lines.append(paragraph(head.note, style(11, italic=True, align=TA_CENTER)))
    return [*lines, Spacer(1, 5 * mm)]


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    size: float = 11,
    bold_rows: frozenset[int] = frozenset(),
) -> LongTable:
    """Return a table whose heading row comes back on every page."""
    heads = [paragraph(column.words, style(size, bold=True, align=TA_CENTER)) for column in columns]
    body = [
        [
            paragraph(cell, style(size, bold=number in bold_rows, align=TA_RIGHT if column.figure else 0))
            for cell, column in zip(row, columns, strict=True)
        ]
        for number, row in enumerate(rows)
    ]
    made = LongTable([heads, *body], colWidths=[column.width * mm for column in columns], repeatRows=1)
    made.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )
    return made


def signature(sign: Signature, width: float) -> Flowable:
    cell = [
        paragraph(sign.authority, style(13, bold=True, align=TA_CENTER)),
        paragraph(sign.signer, style(13, bold=True, align=TA_CENTER)),
        Spacer(1, 22 * mm),
    ]
    block = Table([["", cell]], colWidths=[width * 0.5, width * 0.5])
    block.keepWithNext = False
    return block


def page_width(*, wide: bool) -> float:
    size = landscape(A4) if wide else A4
    return float(size[0] - LEFT - RIGHT)


def paper(story: list[Flowable], *, title: str, wide: bool = False) -> bytes:
    """Return the PDF of `story`: pages numbered at the top from the second on."""
    register_fonts()
    size = landscape(A4) if wide else A4
    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=size, title=title, author="", invariant=1, lang="vi")
    frame = Frame(LEFT, BOTTOM, size[0] - LEFT - RIGHT, size[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame], onPage=_number)])
    document.build(story)
    return buffer.getvalue()


def _number(canvas: Canvas, document: BaseDocTemplate) -> None:
    if document.page > 1:
        canvas.setFont("Tinos", 13)
        canvas.drawCentredString(document.pagesize[0] / 2, document.pagesize[1] - 13 * mm, str(document.page))
