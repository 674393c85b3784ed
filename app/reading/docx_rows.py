"""A Word document as paragraphs and tables, in the order of its body.

The XML is walked directly: python-docx looks for every cell of a row in the whole table, which is quadratic, and
knows neither counted numbers nor deleted and hidden text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from app.domain.errors import InputInvalid
from app.reading.document import Cell, Document
from app.reading.docx_numbering import Numbering
from app.reading.docx_styles import Names, Styles, first_line, list_of
from app.reading.docx_text import ParagraphReader, Words
from app.reading.letters import clean
from app.reading.package import Element, Package, local
from app.reading.paper import COLUMNS_READ, Paper, RowDraft, nested_lines

#: one step of indent in twips: a quarter of an inch
STEP = 360
_AROUND = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})


def read(package: Package) -> Document:
    """Raises: InputInvalid with the codes of `package`, file_links_out for a field that calls another program."""
    return _DocxReader(package).document()


@dataclass(slots=True)
class _Content:
    """What stands in one cell, on its way: lines, and what was odd."""

    lines: list[str] = field(default_factory=list)
    indent: int | None = None
    bold: bool = False
    oddities: list[tuple[str, str]] = field(default_factory=list)


class _DocxReader:
    def __init__(self, package: Package) -> None:
        main = package.main()
        self._name = package.name
        self._root = package.xml(main)
        self._w = Names(self._root)
        styles = package.related(main, "styles")
        numbering = package.related(main, "numbering")
        self._styles = Styles(None if styles is None else package.xml(styles))
        self._numbering = Numbering(None if numbering is None else package.xml(numbering), self._styles)
        self._words = ParagraphReader(self._w, self._styles)
        notes = (package.related(main, kind) for kind in ("footnotes", "endnotes"))
        self._notes = [package.xml(part) for part in notes if part is not None]
        self._paper = Paper("docx")

    def document(self) -> Document:
        body = self._root.find(self._w("body"))
        if body is None:
            raise InputInvalid("file_broken", name=self._name)
        self._body(body)
        for notes in self._notes:
            self._footnotes(notes)
        return self._paper.document()

    def _body(self, parent: Element) -> None:
        for block in self._inside(parent, {"p", "tbl"}):
            if local(block) == "p":
                self._paragraph(block)
            elif (frame := self._frame(block)) is not None:
                self._body(frame)
            else:
                self._paper.table(self._rows(block))

    def _frame(self, table: Element) -> Element | None:
        """Return the only cell of a table that merely frames other tables: what stands in it is the body's own."""
        every = (cell for row in self._inside(table, {"tr"}) for cell in self._inside(row, {"tc"}))
        cells = list(islice(every, 2))
        return cells[0] if len(cells) == 1 and cells[0].find(self._w("tbl")) is not None else None

    def _inside(self, parent: Element, wanted: set[str]) -> Iterator[Element]:
        """Yield the elements of those names, those within content controls and insertions among them."""
        for child in parent:
            name = local(child)
            if name in wanted:
                yield child
            elif name in _AROUND:
                yield from self._inside(child, wanted)

    def _paragraph(self, element: Element) -> None:
        content = _Content()
        self._add_paragraph(element, content)
        self._paper.paragraph("\n".join(content.lines), bold=content.bold)
        for code, text in content.oddities:
            self._paper.odd(code, text)

    def _add_paragraph(self, element: Element, content: _Content) -> None:
        words = self._words.words(element)
        if words.linked:
            raise InputInvalid("file_links_out", name=self._name, target=words.linked[:100])
        properties = element.find(self._w("pPr"))
        style = self._w.value(properties, "pStyle") or self._styles.default
        place = self._numbering.place(list_of(properties, self._w), style)
        text = self._numbered(words, properties, place)
        content.oddities += [("deleted_text", each) for each in words.deleted if each]
        content.oddities += [("hidden_text", each) for each in words.hidden if each]
        if text:
            if not content.lines:
                content.bold = words.bold
                content.indent = self._indent(properties, style, place)
            content.lines += text.split("\n")
        for box in words.boxes:
            self._add_blocks(box, content)

    def _numbered(self, words: Words, properties: Element | None, place: tuple[str, int] | None) -> str:
        """Return the text with what Word counts before it. An empty paragraph keeps a number (a column of running
        numbers holds nothing else), but no bullet; one that was deleted counts no more."""
        text = words.text
        mark = None if properties is None else properties.find(self._w("rPr"))
        gone = mark is not None and mark.find(self._w("del")) is not None
        if place is None or (not text and (gone or words.deleted or words.hidden)):
            return text
        printed, bullet = self._numbering.next(place)
        return text if bullet and not text else clean(f"{printed} {text}")

    def _indent(self, properties: Element | None, style: str | None, place: tuple[str, int] | None) -> int:
        own = first_line(properties, self._w)
        if own is None and place is not None:
            own = self._numbering.indent(place)
        if own is None:
            own = self._styles.of(style).indent
        return max(0, own or 0) // STEP

    def _add_blocks(self, parent: Element, content: _Content) -> None:
        for block in self._inside(parent, {"p", "tbl"}):
            if local(block) == "p":
                self._add_paragraph(block, content)
            else:
                drafts = self._rows(block)
                content.lines += nested_lines((cell.text for cell in draft.cells) for draft in drafts)
                content.oddities += [each for draft in drafts for each in draft.oddities]
                content.oddities.append(
                    ("nested_table", " ".join(cell.text for draft in drafts for cell in draft.cells))
                )

    def _rows(self, table: Element) -> list[RowDraft]:
        drafts: list[RowDraft] = []
        open_cells: dict[int, tuple[RowDraft, int]] = {}
        for at, row in enumerate(self._inside(table, {"tr"})):
            drafts.append(self._row(row, at, open_cells))
            self._paper.expect(at + 1)
        return drafts

    def _row(self, row: Element, at: int, open_cells: dict[int, tuple[RowDraft, int]]) -> RowDraft:
        draft = RowDraft(at)
        properties = row.find(self._w("trPr"))
        gone = self._gone(properties)
        column = self._whole(properties, "gridBefore")
        for cell in self._inside(row, {"tc"}):
            column = self._cell(cell, column, draft, open_cells)
            if column > COLUMNS_READ:
                raise InputInvalid("table_too_wide", name=self._name, limit=COLUMNS_READ)
        if gone:
            draft.oddities.append((gone, " ".join(cell.text for cell in draft.cells)))
            draft.cells.clear()
        return draft

    def _gone(self, properties: Element | None) -> str:
        if properties is None:
            return ""
        if properties.find(self._w("del")) is not None:
            return "deleted_text"
        return "hidden_row" if self._w.on(properties, "hidden") else ""

    def _cell(self, element: Element, column: int, draft: RowDraft, open_cells: dict[int, tuple[RowDraft, int]]) -> int:
        """Put one cell into the row and return the column behind it."""
        properties = element.find(self._w("tcPr"))
        span = max(1, self._whole(properties, "gridSpan"))
        after = column + span
        content = _Content()
        self._add_blocks(element, content)
        text = "\n".join(content.lines)
        draft.oddities += content.oddities
        sideways = self._w.value(properties, "hMerge")
        if sideways in {"", "continue"} and draft.cells and draft.cells[-1].column + draft.cells[-1].span == column:
            last = draft.cells[-1]
            draft.cells[-1] = replace(last, span=last.span + span)
            return after
        merged = self._w.value(properties, "vMerge")
        if merged in {"", "continue"} and column in open_cells:
            self._go_on(open_cells[column], draft.at)
            draft.oddities += [("hidden_text", text)] if text else []
            return after
        open_cells.pop(column, None)
        if text:
            draft.cells.append(Cell(text, column, span, 1, content.indent or 0, content.bold))
        if merged == "restart":
            open_cells[column] = (draft, len(draft.cells) - 1 if text else -1)
        return after

    @staticmethod
    def _go_on(opened: tuple[RowDraft, int], at: int) -> None:
        above, index = opened
        if 0 <= index < len(above.cells):
            above.cells[index] = replace(above.cells[index], down=at - above.at + 1)

    def _whole(self, properties: Element | None, child: str) -> int:
        value = self._w.value(properties, child) or ""
        return min(int(value), COLUMNS_READ + 1) if value.isascii() and value.isdigit() and len(value) < 8 else 0

    def _footnotes(self, root: Element) -> None:
        """Append the notes under the pages, behind the number by which the text calls them."""
        w = Names(root)
        for note in _notes_of(root, w):
            content = _Content()
            self._add_blocks(note, content)
            if content.lines:
                self._paper.paragraph("\n".join([f"[{note.get(w('id'))}] {content.lines[0]}", *content.lines[1:]]))


def _notes_of(root: Element, w: Names) -> Iterable[Element]:
    return (each for each in root if local(each) in {"footnote", "endnote"} and each.get(w("type")) in {None, "normal"})
