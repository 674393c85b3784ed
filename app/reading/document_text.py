"""The text a reader of a Word file sees, row by row, by cells; what is struck out, hidden or deleted is not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: wrappers that hold paragraphs, tables, rows or cells as if they were not there
_WRAPPERS = frozenset(_W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_UNSEEN = frozenset(
    [_FALLBACK]
    + [_W + name for name in ("del", "moveFrom", "rPr", "pPr", "tcPr", "tblPr", "trPr", "instrText", "delText")]
)
_BLANKS = frozenset(_W + name for name in ("tab", "br", "cr", "ptab"))
#: seen, but no letter: a picture, a sign of a symbol font, the number of a note
_SIGNS = frozenset(_W + name for name in ("drawing", "pict", "object", "sym", "footnoteReference", "endnoteReference"))
_STRUCK = tuple(_W + name for name in ("strike", "dstrike", "vanish"))
_OFF = frozenset({"0", "false", "off"})


@dataclass(frozen=True, slots=True)
class TextRow:
    """A table row, counted from 1 over all tables; a paragraph beside tables is one cell with number 0."""

    number: int
    cells: tuple[str, ...]


def text_rows(root: etree._Element) -> list[TextRow]:
    """Return the paragraphs and rows of a document that are not empty, in their order."""
    body = root.find(f"{_W}body")
    rows: list[TextRow] = []
    number = 0
    for block in _inside(root if body is None else body, ("p", "tbl")):
        if block.tag == f"{_W}p":
            rows.append(TextRow(0, (_text(block),)))
            continue
        for row in _inside(block, ("tr",)):
            number += 1
            cells = tuple(_text(cell) for cell in _inside(row, ("tc",)))
            rows.append(TextRow(number, cells or ("",)))
    return [row for row in rows if any(cell.strip() for cell in row.cells)]


def _inside(element: etree._Element, names: tuple[str, ...]) -> Iterator[etree._Element]:
    wanted = {_W + name for name in names}
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, names)


def _text(element: etree._Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _UNSEEN or (child.tag == f"{_W}r" and _struck(child)):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BLANKS:
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag in _SIGNS:
            yield "\u25a1"
        yield from _pieces(child)
        if child.tag == f"{_W}p":
            yield "\n"


def _struck(run: etree._Element) -> bool:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return False
    found = [mark for name in _STRUCK if (mark := properties.find(name)) is not None]
    return any(str(mark.get(f"{_W}val", "true")) not in _OFF for mark in found)
