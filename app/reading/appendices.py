"""Where the appendix stands in a document: its tables put together again, its title, what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.domain.errors import InputInvalid
from app.reading.codes import Style, read_code, split_code
from app.reading.columns import (
    Layout,
    Role,
    completed,
    heading_at,
    is_numbering_row,
    is_other_heading,
    layout_of_contents,
    points_in_words,
)
from app.reading.document import Document, Paragraph, Row, Table
from app.reading.figures import parse_points, points_in_title
from app.reading.sentences import fold, is_item, joined, tidy

_APPENDIX = re.compile(r"^(phu luc\b|(bieu|bang|mau)( so)? (\d{1,2}|[ivx]+)\b)")
_CONTINUED = re.compile(r"\btiep( theo)?\)?$")
_HEAD = re.compile(r"^\(?\s*(kem theo|ban hanh|bang|bo|khung|tieu chi|phu luc|bieu|danh gia|cham diem)\b")
_SIGNATURE = re.compile(r"^(noi nhan|tm\.|kt\.|tl\.|nguoi lap|ky ten|chu tich|giam doc|thu truong|xac nhan)")
#: the words of points given or taken beside the total
BESIDE_TOTAL = re.compile(r"\bdiem (thuong|cong|tru|khuyen khich|phat)\b|^(thuong|tru diem|cong diem)\b")
_OF_SET = re.compile(r"\b(bo|bang|khung|phu luc|thang)\b.{0,12}\b(tieu chi|chi so|cham diem|diem)\b")
_FOR_WHOM = re.compile(
    r"\b(cap (tinh|huyen|xa)|so, (ban|nganh)|phong, ban|ubnd|cac (so|phong|ban|huyen|xa|truong|thon|don vi|co quan))\b"
)
_HEAD_STYLES = frozenset({Style.PART, Style.CAPITAL, Style.ROMAN, Style.NUMBER})
TITLE_LINES = 6


@dataclass(frozen=True, slots=True)
class Text:
    """A text outside the rows of criteria: `number` of its paragraph or row."""

    number: int
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of rows under one heading; `width` in grid columns; `own_heading`: a heading stands above it.

    `head`: the line right above the table that names the field all its rows belong to.
    """

    layout: Layout
    rows: tuple[Row, ...]
    width: int
    name: str = ""
    own_heading: bool = True
    head: Text | None = None


@dataclass(slots=True)
class Source:
    """One appendix as it lies in the document. `loose`: texts around its tables, neither title nor criterion.

    `heads`: the texts its title is made of.
    """

    title: str
    pieces: list[Piece]
    loose: list[Text] = field(default_factory=list)
    assignments: list[Piece] = field(default_factory=list)
    name: str = ""
    heads: list[Text] = field(default_factory=list)


def find_source(document: Document, number: int | None = None) -> Source:
    """Return the appendix of `document`, the one at `number` (from 1) where it has several.

    Raises: InputInvalid no_criteria_table, several_appendices (names), appendix_unknown (number).
    """
    sources = _collect(document)
    if not sources:
        raise InputInvalid("no_criteria_table")
    if number is None and len(sources) > 1:
        raise InputInvalid("several_appendices", names="; ".join(source.title for source in sources))
    if number is not None and not 1 <= number <= len(sources):
        raise InputInvalid("appendix_unknown", number=number)
    return sources[(number or 1) - 1]


def _collect(document: Document) -> list[Source]:
    collector = _Collector()
    for part in _parts(document):
        collector.take(part)
    return collector.finish()


class _Collector:
    """Deals the parts of a document to its appendices, in the order of the paper."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.waiting: list[Text] = []
        self.early: list[Piece] = []

    def take(self, part: Text | Piece) -> None:
        if isinstance(part, Text):
            self.waiting.append(part)
        elif part.layout.is_assignment:
            self.early.append(part)
            self._hand_over(self.waiting)
        else:
            self._criteria(part)

    def finish(self) -> list[Source]:
        self._hand_over(self.waiting)
        if self.sources:
            self.sources[-1].assignments += self.early
        for source in self.sources:
            _settle_heads(source)
        return self.sources

    def _criteria(self, piece: Piece) -> None:
        if piece.own_heading and self.waiting and _may_be_head(self.waiting[-1]):
            piece = replace(piece, head=self.waiting[-1])
        if self.sources and not self._opens_another(piece):
            self._hand_over(self.waiting)
            self.sources[-1].pieces.append(piece)
            return
        letter, title, intro = _parted(self.waiting)
        self.waiting = letter
        source = Source(_title_of(title) or piece.name, [piece], name=piece.name, heads=title)
        if self.sources:
            self._hand_over(letter)
            self.sources[-1].assignments += self.early
            self.early = []
        else:
            source.loose += letter
        source.loose += intro
        self.waiting = []
        self.sources.append(source)

    def _opens_another(self, piece: Piece) -> bool:
        if piece.name != self.sources[-1].name and piece.own_heading:
            return True
        if any(_opens_appendix(text.text, self.sources[-1].title) for text in self.waiting):
            return True
        named = any(_names_set(text) for text in self.waiting[-TITLE_LINES:])
        return named and piece.own_heading and _first_code(piece) == _first_code(self.sources[-1].pieces[0])

    def _hand_over(self, texts: list[Text]) -> None:
        """Give texts that wait to the appendix before them; without one they go on waiting."""
        if self.sources:
            self.sources[-1].loose += texts
            self.waiting = []


def _title_of(texts: Iterable[Text]) -> str:
    return joined(tidy(text.text) for text in texts)


def _may_be_head(text: Text) -> bool:
    """Return whether a line above a table may name a field: numbered as fields are, or about points on top."""
    mark = split_code(text.text)[0]
    named = _is_head(text) and not is_appendix_line(text.text) and not _OF_SET.search(fold(text.text))
    return named and ((mark is not None and mark.style in _HEAD_STYLES) or (mark is None and _of_bonus(text)))


def _of_bonus(text: Text) -> bool:
    return bool(BESIDE_TOTAL.search(fold(text.text))) and (text.bold or text.text.isupper())


def _settle_heads(source: Source) -> None:
    """Keep lines above tables as fields where they number one another or name points, points on top where they follow;
    any other is a text like the rest."""
    heads = [piece.head for piece in source.pieces if piece.head]
    keys = [mark.key for head in heads if (mark := split_code(head.text)[0])]
    for place, piece in enumerate(source.pieces):
        if piece.head is None:
            continue
        mark = split_code(piece.head.text)[0]
        counted = mark is not None and (keys.count(mark.key) > 1 or points_in_title(piece.head.text).points is not None)
        if counted or (mark is None and place > 0):
            source.loose = [text for text in source.loose if text is not piece.head]
            source.heads = [text for text in source.heads if text is not piece.head]
            source.title = _title_of(source.heads) or piece.name
        else:
            source.pieces[place] = replace(piece, head=None)


def _opens_appendix(text: str, title: str) -> bool:
    plain = fold(text)
    return is_appendix_line(text) and not fold(title).startswith(plain) and not _CONTINUED.search(plain)


def _names_set(text: Text) -> bool:
    """Return whether a title names a set and those it is for: the same number after it begins another appendix."""
    plain = fold(text.text)
    return _is_title_alone(text) and bool(_OF_SET.search(plain)) and bool(_FOR_WHOM.search(plain))


def _first_code(piece: Piece) -> str:
    marks = (read_code(cell.text) for row in piece.rows for cell in row.cells)
    return next((mark.code for mark in marks if mark), "")


def is_appendix_line(text: str) -> bool:
    sentence = text.rstrip().endswith(".") and len(text) > 25
    return len(text) <= 160 and bool(_APPENDIX.match(fold(text))) and not sentence


def _parted(texts: Sequence[Text]) -> tuple[list[Text], list[Text], list[Text]]:
    """Part what stands above a table into the letter, the title, and words between title and table."""
    starts = [place for place, text in enumerate(texts) if is_appendix_line(text.text)]
    start = starts[-1] if starts else _start_of_heads(texts)
    end = start
    while end < min(len(texts), start + TITLE_LINES) and (end == start or _is_head(texts[end])):
        end += 1
    return list(texts[:start]), list(texts[start:end]), list(texts[end:])


def _start_of_heads(texts: Sequence[Text]) -> int:
    start = len(texts)
    while start and len(texts) - start < TITLE_LINES - 1 and _is_title_alone(texts[start - 1]):
        start -= 1
    return start


def _is_title_alone(text: Text) -> bool:
    return _is_head(text) and (text.bold or text.text.isupper() or bool(_HEAD.match(fold(text.text))))


def _is_head(text: Text) -> bool:
    plain = text.text.strip()
    bracketed = plain.startswith("(") and plain.endswith((")", ")."))
    return len(plain) <= 300 and not is_item(plain) and (bracketed or not plain.endswith((".", ";", ":")))


def _parts(document: Document) -> Iterator[Text | Piece]:
    before: Piece | None = None
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                yield Text(block.number, block.text, block.bold)
            continue
        for part in _parts_of(block, before):
            before = part if isinstance(part, Piece) and not part.layout.is_assignment else before
            yield part


def _parts_of(table: Table, before: Piece | None) -> Iterator[Text | Piece]:
    rows = [row for row in table.rows if row.cells]
    width = max((cell.column + cell.span for row in rows for cell in row.cells), default=0)
    heads = _headings(rows)
    first = min(heads, default=len(rows))
    yield from _unheaded(rows[:first], table.name, width, before, alone=not heads)
    places = sorted(heads)
    for place, after in zip(places, [*places, len(rows)][1:], strict=True):
        layout, start = heads[place]
        yield from _headed(layout, rows[start:after], width, table.name)


def _headings(rows: Sequence[Row]) -> dict[int, tuple[Layout, int]]:
    heads: dict[int, tuple[Layout, int]] = {}
    place = 0
    while place < len(rows):
        found = heading_at(rows, place)
        if found:
            heads[place] = found
        place = found[1] if found else place + 1
    return heads


def _headed(layout: Layout, rows: Sequence[Row], width: int, name: str) -> Iterator[Text | Piece]:
    """Yield the rows below one heading, cut where a line inside the table opens the next appendix."""
    cut = next((place for place, row in enumerate(rows) if _is_lone_appendix(row)), len(rows))
    body = tuple(row for row in rows[:cut] if not is_numbering_row(row))
    layout = layout if layout.is_assignment else completed(layout, body)
    if layout.is_criteria or layout.is_assignment or points_in_words(layout, body):
        if body:
            yield Piece(layout, body, width, name)
    else:
        yield from _as_texts(body)
    yield from _as_texts(rows[cut:])


def _unheaded(
    rows: Sequence[Row], name: str, width: int, before: Piece | None, *, alone: bool
) -> Iterator[Text | Piece]:
    """Yield rows no heading stands above: the next page of the table before, a table of its own, or mere text."""
    kept = [row for row in rows if not is_numbering_row(row)]
    if before and kept and _carries_on(kept, width, name, before):
        yield Piece(before.layout, tuple(kept), width, name, own_heading=False)
        return
    layout = layout_of_contents(kept) if alone else None
    if layout:
        yield Piece(layout, tuple(kept), width, name, own_heading=False)
    else:
        yield from _as_texts(rows)


def _carries_on(rows: Sequence[Row], width: int, name: str, before: Piece) -> bool:
    if name != before.name or is_other_heading(rows[0]) or any(_is_lone_appendix(row) for row in rows):
        return False
    signed = any(_SIGNATURE.match(fold(cell.text)) for row in rows[:3] for cell in row.cells)
    if width == before.width and not signed:
        return True
    return not signed and before.width - 1 <= width < before.width and any(_is_like(row, before.layout) for row in rows)


def _is_like(row: Row, layout: Layout) -> bool:
    """Return whether a row of a narrower table fits the table before: a code or points where they stand."""
    cells = {layout.role_of(cell): cell.text for cell in row.cells}
    code = Role.CODE in cells and read_code(cells[Role.CODE]) is not None
    return code or (Role.POINTS in cells and parse_points(cells[Role.POINTS]) is not None)


def _is_lone_appendix(row: Row) -> bool:
    return len(row.cells) == 1 and is_appendix_line(row.cells[0].text)


def _as_texts(rows: Sequence[Row]) -> Iterator[Text]:
    for row in rows:
        yield Text(row.number, joined((tidy(cell.text) for cell in row.cells), " | "), all(c.bold for c in row.cells))
