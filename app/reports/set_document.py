"""A criteria set as a Word appendix people go on editing: the decree's columns, in the look of Nghị định 30/2020/NĐ-CP.

A part of the file beside the text holds each criterion exactly, tied by a digest to what is printed of it. Read back by
``app/reading/own_document.py``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from app.domain import appendix_rows as a
from app.domain import set_words as w
from app.domain.set_content import SetContent, facts_to_json, node_to_json
from app.reports.papers import UNDATED

FONT, SIZE, TABLE_SIZE = "Times New Roman", 13, 11
#: millimetres of the seven columns: what NĐ 30's margins leave of A4 across
WIDTHS = (15, 100, 15, 16, 16, 58, 32)
_TWIPS = 1440 / 25.4
_CENTRED = frozenset({0, 2, 3, 4})
_PROPERTIES_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps"
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<ds:datastoreItem ds:itemID="{6C1C2C5E-8A51-4D0B-9E0E-2F4E3B0A7D11}" '
    'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
    f'<ds:schemaRefs><ds:schemaRef ds:uri="{a.NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
)


def set_document(content: SetContent) -> bytes:
    """Return the document; the same set gives the same bytes."""
    document = docx.Document()
    document.core_properties.title = content.name[:255]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = UNDATED
    _set_page(document)
    for place, line in enumerate(a.heading_lines(content)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.bold, run.italic = place < 2, place == 2
    _add_table(document, content)
    for line in a.note_lines(content):
        document.add_paragraph(line)
    _embed(document, content)
    buffer = io.BytesIO()
    document.save(buffer)
    return _undated(buffer.getvalue())


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(3)
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_page_number(number)


def _add_page_number(paragraph: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()._r  # noqa: SLF001 - the library knows no fields
        if kind:
            run.append(_element("w:fldChar", {"w:fldCharType": kind}))
        else:
            instruction = _element("w:instrText")
            instruction.text = text
            run.append(instruction)


# ── the table, built as XML: the library asks its whole grid again for every cell


def _add_table(document: Document, content: SetContent) -> None:
    table = document.add_table(rows=0, cols=len(WIDTHS))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(width)
    head = _row(w.APPENDIX_COLUMNS, bold=True, heading=True)
    rows = [a.total_row(content), *(row for node in content.nodes for row in a.appendix_rows(node))]
    table._tbl.append(head)  # noqa: SLF001
    for row in rows:
        table._tbl.append(_row(row.cells, bold=row.branch))  # noqa: SLF001


def _row(cells: Sequence[str], *, bold: bool, heading: bool = False) -> BaseOxmlElement:
    row = _element("w:tr")
    if bold:
        properties = _element("w:trPr")
        properties.append(_element("w:cantSplit"))
        if heading:
            properties.append(_element("w:tblHeader"))
        row.append(properties)
    spread = len(WIDTHS) - len(cells) + 1
    title = bool(cells[0]) or heading
    for place, text in enumerate(cells):
        column = place if spread == 1 or place == 0 else place + spread - 1
        span = spread if place == 0 else 1
        centred = heading or (column in _CENTRED and span == 1)
        strong = bold or (title and column <= 2)
        row.append(_cell(text, column, span, _Look(centred=centred, bold=strong, kept=title)))
    return row


class _Look:
    """How the paragraphs of a cell look; `kept`: they stay on the page of the row below."""

    def __init__(self, *, centred: bool, bold: bool, kept: bool) -> None:
        self.centred, self.bold, self.kept = centred, bold, kept


def _cell(text: str, column: int, span: int, look: _Look) -> BaseOxmlElement:
    cell, properties = _element("w:tc"), _element("w:tcPr")
    width = sum(WIDTHS[column : column + span])
    properties.append(_element("w:tcW", {"w:w": str(int(width * _TWIPS)), "w:type": "dxa"}))
    if span > 1:
        properties.append(_element("w:gridSpan", {"w:val": str(span)}))
    cell.append(properties)
    for line in text.split("\n"):
        cell.append(_line(line, look))
    return cell


def _line(text: str, look: _Look) -> BaseOxmlElement:
    paragraph, properties = _element("w:p"), _element("w:pPr")
    if look.kept:
        properties.append(_element("w:keepNext"))
    properties.append(_element("w:spacing", {"w:before": "20", "w:after": "20"}))
    properties.append(_element("w:jc", {"w:val": "center" if look.centred else "left"}))
    paragraph.append(properties)
    if text:
        run, looks = _element("w:r"), _element("w:rPr")
        if look.bold:
            looks.append(_element("w:b"))
        for name in ("w:sz", "w:szCs"):
            looks.append(_element(name, {"w:val": str(2 * TABLE_SIZE)}))
        run.append(looks)
        run.text = text
        paragraph.append(run)
    return paragraph


def _element(name: str, attributes: dict[str, str] | None = None) -> BaseOxmlElement:
    return OxmlElement(name, {qn(key): value for key, value in (attributes or {}).items()})


# ── what is kept beside the text


def _embed(document: Document, content: SetContent) -> None:
    package = document.part.package
    assert package is not None
    for name in [name for name, each in document.part.rels.items() if each.reltype == RELATIONSHIP_TYPE.CUSTOM_XML]:
        del document.part.rels[name]  # the library's template brings an empty one
    item = Part(PackURI("/customXml/item1.xml"), "application/xml", _kept(content).encode(), package)
    type_ = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    properties = Part(PackURI("/customXml/itemProps1.xml"), type_, _PROPERTIES.encode(), package)
    item.relate_to(properties, _PROPERTIES_TYPE)
    document.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)


def _kept(content: SetContent) -> str:
    """Return the XML that holds the set: one element for its heading, one for each criterion."""
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<{a.ROOT} xmlns="{a.NAMESPACE}" version="{a.PART_VERSION}">\n',
            *_kept_lines(content),
            f"</{a.ROOT}>\n",
        )
    )


def _kept_lines(content: SetContent) -> Iterator[str]:
    facts = a.told(facts_to_json(content))
    yield _line_of(a.HEADING, a.digest(a.frame_rows(content), facts), facts)
    for node in content.nodes:
        words = a.told(node_to_json(node))
        yield _line_of(a.CRITERION, a.digest([row.cells for row in a.appendix_rows(node)], words), words)


def _line_of(name: str, seal: str, words: str) -> str:
    return f'<{name} {a.DIGEST}="{seal}">{escape(words)}</{name}>\n'


def _undated(data: bytes) -> bytes:
    """Return the same zip without the minute it was written in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            made.writestr(zipfile.ZipInfo(part.filename), given.read(part), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
