"""The page of an administrative paper: A4, margins and type of Nghị định 30/2020/NĐ-CP, Phụ lục I.

Margins: top and bottom 20 mm, left 30 mm, right 15 mm. The same paper gives the same bytes: no clock is read here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table

FONTS = Path(__file__).parent / "fonts"
FACES = {
    "Tinos": "Tinos-Regular.ttf",
    "Tinos-Bold": "Tinos-Bold.ttf",
    "Tinos-Italic": "Tinos-Italic.ttf",
    "Tinos-BoldItalic": "Tinos-BoldItalic.ttf",
}
TOP, BOTTOM, LEFT, RIGHT = 20 * mm, 20 * mm, 30 * mm, 15 * mm
#: the line under issuer and subject is a third to a half of what it stands under
SHORT_LINE = 0.4
LINE_ROOM = 5.0


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


class Line(Flowable):
    """A thin line of `length`, centred in the room it is given: what stands under motto, issuer and subject."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length = length

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, LINE_ROOM
        return self.width, self.height

    def draw(self) -> None:
        length = min(self.length, self.width)
        left = (self.width - length) / 2
        self.canv.setLineWidth(0.75)
        self.canv.line(left, LINE_ROOM / 2, left + length, LINE_ROOM / 2)


def length_of(text: str, like: ParagraphStyle, width: float) -> float:
    """Return how long the longest printed line of `text` is, in points, at most `width`."""
    lines = text.split("\n")
    return float(min(width, max(stringWidth(line, like.fontName, like.fontSize) for line in lines)))


def heading(head: Heading, width: float) -> list[Flowable]:
    """Return the block above a paper: issuer and number on the left, state, motto, place and date on the right."""
    left_width, right_width = width * 0.42, width * 0.58
    issuer, motto = style(12, bold=True, align=TA_CENTER), style(13, bold=True, align=TA_CENTER)
    subject = style(13, bold=True, align=TA_CENTER)
    left = [
        paragraph(head.issuer, issuer),
        Line(length_of(head.issuer, issuer, left_width) * SHORT_LINE),
        paragraph(head.number, style(13, align=TA_CENTER)),
    ]
    right = [
        paragraph(head.country, style(12, bold=True, align=TA_CENTER)),
        paragraph(head.motto, motto),
        Line(length_of(head.motto, motto, right_width)),
        paragraph(head.place_and_date, style(13, italic=True, align=TA_CENTER)),
    ]
    block = Table([[left, right]], colWidths=[left_width, right_width])
    block.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    lines: list[Flowable] = [block, Spacer(1, 5 * mm), paragraph(head.title, style(14, bold=True, align=TA_CENTER))]
    if head.subtitle:
        lines += [paragraph(head.subtitle, subject), Line(length_of(head.subtitle, subject, width) * SHORT_LINE)]
    if head.note:
        lines.append(paragraph(head.note, style(12, italic=True, align=TA_CENTER)))
    return [*lines, Spacer(1, 4 * mm)]


def signature(sign: Signature, width: float) -> Flowable:
    """Return the block the pen signs in, on the right half; it is never torn from its own words."""
    bold = style(13, bold=True, align=TA_CENTER)
    cell = [paragraph(words, bold) for words in (sign.authority, sign.signer) if words]
    return Table([["", [Spacer(1, 4 * mm), *cell, Spacer(1, 24 * mm)]]], colWidths=[width * 0.5, width * 0.5])


def page_width(*, wide: bool) -> float:
    size = landscape(A4) if wide else A4
    return float(size[0] - LEFT - RIGHT)


def paper(story: list[Flowable], *, title: str, author: str = "", wide: bool = False) -> bytes:
    """Return the PDF of `story`: pages numbered at the top from the second on."""
    register_fonts()
    size = landscape(A4) if wide else A4
    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=size, title=title, author=author, invariant=1, lang="vi-VN")
    frame = Frame(LEFT, BOTTOM, size[0] - LEFT - RIGHT, size[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame], onPage=_number)])
    document.build(story)
    return buffer.getvalue()


def _number(canvas: Canvas, document: BaseDocTemplate) -> None:
    if document.page > 1:
        canvas.setFont("Tinos", 13)
        canvas.drawCentredString(document.pagesize[0] / 2, document.pagesize[1] - 13 * mm, str(document.page))
