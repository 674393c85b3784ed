"""A PDF with a text layer: tables by their ruling lines, else by the white between columns; pages joined."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Self

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect

from app.domain.errors import InputInvalid
from app.reading.document import Cell, Document
from app.reading.letters import one_line
from app.reading.paper import Paper, RowDraft
from app.reading.pdf_columns import heading_at, rows_by_columns
from app.reading.pdf_furniture import furniture, outside
from app.reading.pdf_grouping import RowsUnclear
from app.reading.pdf_words import PageLine, Word, clustered, lines_from, nearest, unwrapped

PAGES_READ = 300
#: fewer letters than this on a page at the mean is no text layer but a stamp on a scan
_LEAST_LETTERS = 20
_EDGES_WITHIN = 3.0
_SAME_SIDES = 6.0
#: at most this much is white between a text and the side of its cell
_PADDING = 6.0

#: left, top, right, bottom
Box = tuple[float, float, float, float]


def read(data: bytes, name: str) -> Document:
    """Raises: InputInvalid with code file_encrypted, file_broken, pdf_scanned, pdf_no_table, pdf_rows_unclear,
    too_many_pages."""
    try:
        pages = _pages(data, name)
    except InputInvalid:
        raise
    except Exception as broken:  # the library fails in its own ways over broken files: every one is the file's
        raise _refusal(broken, name) from broken
    letters = sum(len(word.text) for page in pages for word in page.words)
    if letters < _LEAST_LETTERS * max(1, len(pages)):
        raise InputInvalid("pdf_scanned", name=name)
    return _joined(pages, name)


def _pages(data: bytes, name: str) -> list[_Page]:
    with _NothingLost(name) as heard, pdfplumber.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) > PAGES_READ:
            raise InputInvalid("too_many_pages", name=name, limit=PAGES_READ)
        pages = [_page(page, index) for index, page in enumerate(pdf.pages)]
        heard.check()
        return pages


class _NothingLost(logging.Handler):
    """Hears what the library only logs: that it went on over a damaged stream, part of the page lost."""

    def __init__(self, name: str) -> None:
        super().__init__(logging.WARNING)
        self._name = name
        self._lost = False
        self._logger = logging.getLogger("pdfminer")

    def emit(self, record: logging.LogRecord) -> None:
        self._lost = self._lost or record.getMessage().startswith("Data-loss")

    def check(self) -> None:
        if self._lost:
            raise InputInvalid("file_broken", name=self._name)

    def __enter__(self) -> Self:
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)


def _refusal(broken: BaseException, name: str) -> InputInvalid:
    """Return what an error of the library means: it wraps others, a memory that ran out among them."""
    seen: BaseException | None = broken
    causes = [*broken.args]
    while seen is not None:
        causes.append(seen)
        seen = seen.__cause__ or seen.__context__
    if any(isinstance(cause, MemoryError) for cause in causes):
        raise MemoryError from broken
    locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in causes)
    return InputInvalid("file_encrypted" if locked else "file_broken", name=name)


@dataclass(slots=True)
class _Ruled:
    """A table of one page: its cells, each with its words."""

    cells: list[tuple[Box, list[Word]]]

    @property
    def sides(self) -> tuple[float, float]:
        return min(box[0] for box, _ in self.cells), max(box[2] for box, _ in self.cells)

    @property
    def top(self) -> float:
        return min(box[1] for box, _ in self.cells)


@dataclass(slots=True)
class _Page:
    number: int
    height: float
    words: list[Word]
    tables: list[_Ruled] = field(default_factory=list)
    loose: list[Word] = field(default_factory=list)


def _page(page: Any, number: int) -> _Page:
    words = [
        Word(one_line(each["text"]), each["x0"], each["x1"], each["top"], each["bottom"], "Bold" in each["fontname"])
        for each in page.extract_words(extra_attrs=["fontname"], use_text_flow=False, x_tolerance_ratio=0.15)
    ]
    read_page = _Page(number, float(page.height), [word for word in words if word.text])
    boxes = [[tuple(cell) for cell in table.cells] for table in page.find_tables()]
    ruled = [_Ruled([(box, []) for box in table]) for table in boxes if len(table) > 1]
    for word in read_page.words:
        home = next((inside for table in ruled for box, inside in table.cells if _within(word, box)), None)
        (read_page.loose if home is None else home).append(word)
    read_page.tables = sorted(
        (table for table in ruled if any(inside for _, inside in table.cells)), key=lambda t: t.top
    )
    page.close()
    return read_page


def _within(word: Word, box: Box) -> bool:
    return box[0] <= word.centre <= box[2] and box[1] <= word.middle <= box[3]


def _joined(pages: Sequence[_Page], name: str) -> Document:
    paper = Paper("pdf")
    loose = [line for page in pages for line in lines_from(page.loose, page.number)]
    heights = [page.height for page in pages]
    gone = furniture(loose, heights)
    if any(page.tables for page in pages):
        for block in _blocks(pages, _kept(paper, loose, gone)):
            if isinstance(block, PageLine):
                paper.paragraph(block.text, bold=block.bold)
            else:
                paper.table(_rows(block))
        return paper.document()
    start = heading_at(loose)
    kept = _kept(paper, loose, gone if start is None else outside(loose, gone, heights, start))
    start = heading_at(kept)
    try:
        drafts = [] if start is None else rows_by_columns(kept[start:])
    except RowsUnclear as unclear:
        raise InputInvalid("pdf_rows_unclear", name=name, page=unclear.page + 1) from unclear
    if not drafts:
        raise InputInvalid("pdf_no_table", name=name)
    for line in kept[:start]:
        paper.paragraph(line.text, bold=line.bold)
    paper.table(drafts)
    return paper.document()


def _kept(paper: Paper, lines: Sequence[PageLine], gone: Set[int]) -> list[PageLine]:
    _note_furniture(paper, [lines[index] for index in sorted(gone)])
    return [line for index, line in enumerate(lines) if index not in gone]


def _note_furniture(paper: Paper, lines: Sequence[PageLine]) -> None:
    for text in dict.fromkeys(line.text for line in lines):
        paper.odd("page_furniture", text)


def _blocks(pages: Sequence[_Page], lines: Sequence[PageLine]) -> Iterator[PageLine | list[_Ruled]]:
    """Yield lines and tables from top to bottom; tables that go on over a page, nothing between, come as one list."""
    run: list[_Ruled] = []
    for page in pages:
        placed: list[tuple[float, PageLine | _Ruled]] = [(table.top, table) for table in page.tables]
        placed += [(line.top, line) for line in lines if line.page == page.number]
        for _, block in sorted(placed, key=lambda each: each[0]):
            if isinstance(block, _Ruled) and (not run or (block is page.tables[0] and _goes_on(run[-1], block))):
                run.append(block)
                continue
            if run:
                yield run
            run = [block] if isinstance(block, _Ruled) else []
            if isinstance(block, PageLine):
                yield block
    if run:
        yield run


def _goes_on(above: _Ruled, below: _Ruled) -> bool:
    return all(abs(one - other) <= _SAME_SIDES for one, other in zip(above.sides, below.sides, strict=True))


def _rows(tables: Sequence[_Ruled]) -> list[RowDraft]:
    """Return the rows of one table that may stand on several pages, in columns they share."""
    edges = clustered((side for table in tables for box, _ in table.cells for side in (box[0], box[2])), _EDGES_WITHIN)
    drafts: list[RowDraft] = []
    for table in tables:
        levels = clustered((side for box, _ in table.cells for side in (box[1], box[3])), _EDGES_WITHIN)
        rows = [RowDraft(len(drafts) + index) for index in range(len(levels) - 1)]
        for box, words in table.cells:
            top, bottom = nearest(levels, box[1]), nearest(levels, box[3])
            if words and top < len(rows):
                rows[top].cells.append(_cell(box, words, edges, max(1, bottom - top)))
        drafts += rows
    return drafts


def _cell(box: Box, words: Sequence[Word], edges: Sequence[float], down: int) -> Cell:
    lines = lines_from(words, 0)
    left, right = nearest(edges, box[0]), nearest(edges, box[2])
    inner = box[2] - min(_PADDING, max(0.0, min(word.left for word in words) - box[0]))
    return Cell("\n".join(unwrapped(lines, inner)), left, max(1, right - left), down, 0, lines[0].bold)
