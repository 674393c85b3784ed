"""A Word file written part by part, in the shapes Word gives its XML; no library stands between.

Runs are split in the middle of a word as Word splits them when spelling is checked; numbers of automatic lists stand
in ``numbering.xml`` alone; a cell merged downward is there again, empty; notes at the foot are a part of their own.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from tests.reading.corpus.build.layout import Block, Box, Grid, placed

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LINKS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {"document": "document.main", "styles": "styles", "numbering": "numbering", "footnotes": "footnotes"}
PARTS |= {"header1": "header", "footer1": "footer"}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: any fixed day: the files must not differ from one building to the next
DAY = (2025, 1, 2, 3, 4, 6)


class WordFile:
    """`numbered`: codes are left to Word's own lists. `split`: runs are broken up. `header`: the running head."""

    def __init__(
        self, *, numbered: bool = False, split: bool = False, header: str = "", widths: tuple[int, ...] = ()
    ) -> None:
        self.numbered = numbered
        self.split = split
        self.header = header
        self.widths = widths
        self.notes: list[str] = []

    def bytes_of(self, blocks: list[Block]) -> bytes:
        body = "".join(self._grid(b) if isinstance(b, Grid) else self._outside(b) for b in blocks)
        size = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        refs = '<w:headerReference w:type="default" r:id="rIdheader1"/>' if self.header else ""
        section = f"<w:sectPr>{refs}{size}</w:sectPr>"
        return self._zip(f"<w:document {SPACE} {LINKS}><w:body>{body}{section}</w:body></w:document>")

    def _outside(self, text: str) -> str:
        heading = text.startswith("*")
        return self._paragraph(text.lstrip("*").strip(), bold=heading)

    def _runs(self, text: str, *, bold: bool = False) -> str:
        look = "<w:rPr><w:b/></w:rPr>" if bold else ""
        text, *note = text.split("^^")
        pieces = [text]
        if self.split and len(text) > 12:
            at = len(text) // 2
            pieces = [text[:at], text[at:]]
        checked = '<w:proofErr w:type="spellStart"/>' if len(pieces) > 1 else ""
        runs = checked.join(f'<w:r>{look}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>' for piece in pieces)
        if note:
            self.notes.append(note[0])
            look = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            runs += f'<w:r>{look}<w:footnoteReference w:id="{len(self.notes)}"/></w:r>'
        return runs

    def _paragraph(self, text: str, *, bold: bool = False, level: int | None = None) -> str:
        numbers = ""
        if level is not None:
            numbers = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        return f"<w:p>{numbers}{self._runs(text, bold=bold) if text else ''}</w:p>"

    def _grid(self, grid: Grid) -> str:
        widths = self.widths if len(self.widths) == grid.width else (1500,) * grid.width
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = placed(grid)
        over: dict[int, tuple[int, int]] = {}
        made = ""
        for number, row in enumerate(rows):
            made += self._row(grid, number, dict(row), over)
        return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{made}</w:tbl>{self._paragraph('')}"

    def _row(self, grid: Grid, number: int, row: dict[int, Box], over: dict[int, tuple[int, int]]) -> str:
        heading = "<w:trPr><w:tblHeader/></w:trPr>" if number < grid.heading_rows else "<w:trPr><w:cantSplit/></w:trPr>"
        cells, at = "", 0
        while at < grid.width:
            if at in row:
                box = row[at]
                cells += self._cell(box, first=at == 0)
                if box.down > 1:
                    over[at] = (box.down - 1, box.span)
                at += box.span
            elif at in over and over[at][0] > 0:
                left, span = over[at]
                over[at] = (left - 1, span)
                cells += f"<w:tc><w:tcPr>{_span(span)}<w:vMerge/></w:tcPr><w:p/></w:tc>"
                at += span
            else:
                cells += "<w:tc><w:p/></w:tc>"
                at += 1
        return f"<w:tr>{heading}{cells}</w:tr>"

    def _cell(self, box: Box, *, first: bool) -> str:
        merged = '<w:vMerge w:val="restart"/>' if box.down > 1 else ""
        inside = ""
        code = box.text.rstrip(".")
        if self.numbered and first and box.span == 1 and code.replace(".", "").isdigit():
            inside = self._paragraph("", level=code.count("."))
        else:
            inside = "".join(self._paragraph(line, bold=box.bold) for line in box.text.split("\n"))
        if box.nested:
            width = max(len(row) for row in box.nested)
            inside += self._grid(Grid([[Box(text) for text in row] for row in box.nested], width))
        return f"<w:tc><w:tcPr>{_span(box.span)}{merged}</w:tcPr>{inside}</w:tc>"

    def _zip(self, document: str) -> bytes:
        texts = {"document": document, "styles": f"<w:styles {SPACE}/>"}
        if self.numbered:
            texts["numbering"] = numbering()
        if self.notes:
            texts["footnotes"] = self._footnotes()
        if self.header:
            texts["header1"] = f"<w:hdr {SPACE}>{self._paragraph(self.header)}</w:hdr>"
        return package(texts)

    def _footnotes(self) -> str:
        parts = [
            f'<w:footnote w:id="{place}"><w:p><w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p>'
            "</w:footnote>"
            for place, text in enumerate(self.notes, start=1)
        ]
        return f"<w:footnotes {SPACE}>{''.join(parts)}</w:footnotes>"


def _span(span: int) -> str:
    return f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""


def numbering() -> str:
    """One list of three levels: 1. / 1.1. / 1.1.1."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{".".join(f"%{at}" for at in range(1, level + 2))}."/></w:lvl>'
        for level in range(3)
    )
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return (
        f'<w:numbering {SPACE}><w:abstractNum w:abstractNumId="0">{kind}{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def package(texts: dict[str, str]) -> bytes:
    """Return the zip of a Word file with the parts given by name."""
    kinds = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{MAIN}.{PARTS[name]}+xml"/>' for name in texts)
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>'
    )
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    root = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    own = "".join(
        f'<Relationship Id="rId{name}" Type="{OFFICE}/{PARTS[name]}" Target="{name}.xml"/>'
        for name in texts
        if name != "document"
    )
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": f"<Relationships {relations}>{root}</Relationships>",
        "word/_rels/document.xml.rels": f"<Relationships {relations}>{own}</Relationships>",
    } | {f"word/{name}.xml": text for name, text in texts.items()}
    return zipped({name: (HEAD + text).encode() for name, text in files.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of `files`, the same bytes every time."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return kept.getvalue()
