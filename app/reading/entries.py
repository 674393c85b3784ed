"""A row of the table with its cells dealt out to what they are: code, title, points, evidence, agency, marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.reading.appendices import Piece, Text
from app.reading.codes import LOW, OUTER, Mark, Style, read_code, settle_letters, split_code
from app.reading.columns import Layout, Role
from app.reading.document import Cell, Row
from app.reading.figures import has_comma, option_points, parse_points, points_in_title
from app.reading.formulas import formula_in
from app.reading.sentences import fold, is_item, is_note, joined, lines_of, names_document, tidy

# one loop, and never gone back into: a row of figures must not be parted in every possible way
_TOTAL = re.compile(
    r"^(?:(?:diem )?tong|cong|(?:grand |sub-?)?total)\b(?:[\s(:=+,&.…)-]|(?:cong|tong|so|diem|chung|toan bo|toi da|"
    r"cac|tieu chi|cua|muc|phan|linh vuc|noi dung|nhom|bang|chuan|thi dua|danh gia|dat duoc|tu cham|thanh phan|chi so|"
    r"chi tieu|nhiem vu|score|points|va|den|[a-d]|[ivx]+|\d+)\b)*+$"
)
_MARKS = re.compile(
    r"^(xhh|tdg|dtxhh|dieu tra( xa hoi hoc| xhh)?|tu danh gia|khao sat|phieu|so lieu|hoi dong)\b.{0,40}$"
)
_FIGURE_ROLES = (Role.SELF, Role.APPRAISED, Role.OPTION_POINTS, Role.OTHER, Role.NOTE)
#: fields without a number, by their depth, above criteria that have one
_OUTER_STYLES = (Style.PART, Style.CAPITAL, Style.ROMAN)
LONG = 25


@dataclass(frozen=True, slots=True)
class Shift:
    """A text that stands in a column where it does not belong."""

    text: str
    column: str


@dataclass(slots=True)
class Entry:
    """`lines`: the title cell, line by line, code taken off. `in_code_column`: the code stands where codes stand.

    `wide`: the text lies over several columns. `beside`: an outer title stands in a column left of it.
    `spare`: heading → text of a column nothing is read from.
    """

    row: int
    mark: Mark | None = None
    lines: list[str] = field(default_factory=list)
    points: str = ""
    option_points: str = ""
    evidence: str = ""
    agency: str = ""
    form: str = ""
    extra: list[str] = field(default_factory=list)
    bold: bool = False
    indent: int = 0
    wide: bool = False
    in_code_column: bool = False
    method: bool = False
    numeric_code: bool = False
    printed_code: str = ""
    code_column: bool = False
    points_column: bool = True
    beside: bool = False
    shifts: list[Shift] = field(default_factory=list)
    spare: list[tuple[str, str]] = field(default_factory=list)
    agency_heading: str = ""
    evidence_heading: str = ""
    title_heading: str = ""

    @property
    def text(self) -> str:
        return self.lines[0] if self.lines else ""

    @property
    def whole(self) -> list[str]:
        """The lines with the code in front again, as a row that is no criterion is kept."""
        return [joined((self.printed_code, self.text)), *self.lines[1:]] if self.lines or self.printed_code else []

    @property
    def figure(self) -> Decimal | None:
        return parse_points(self.points) if self.points else None

    @property
    def maximum(self) -> Decimal | None:
        return self.figure if self.points else points_in_title(self.text).points

    @property
    def upper(self) -> bool:
        return self.text.isupper() and len(self.text) > 3

    @property
    def is_total(self) -> bool:
        plain = fold(points_in_title(self.text).text).strip(" .:")
        low = self.mark is None or self.mark.style in LOW
        return low and len(plain) < 60 and bool(_TOTAL.match(plain))

    @property
    def is_item(self) -> bool:
        return bool(self.mark and self.mark.style is Style.BULLET) or is_item(self.text)


def entries_of(pieces: Sequence[Piece]) -> list[Entry]:
    """Return the rows of an appendix in order, codes settled over all of them."""
    entries = [entry for piece in pieces for entry in _of_piece(piece)]
    marks = settle_letters([entry.mark for entry in entries])
    for entry, mark in zip(entries, marks, strict=True):
        entry.mark = mark
    return entries


def _of_piece(piece: Piece) -> Iterable[Entry]:
    if piece.head:
        yield _of_head(piece.head, piece.layout)
    filled = _filled(piece)
    carried: dict[Role, tuple[str, int]] = {}
    titles = _Titles(piece)
    for place, row in enumerate(piece.rows):
        entry = _entry(row, piece.layout, filled)
        _carry(entry, row, piece.layout, carried, place)
        yield from titles.parted(entry, place)


def _of_head(head: Text, layout: Layout) -> Entry:
    """Return the line above a table as the row of the field whose criteria the table holds."""
    entry = Entry(head.number, points_column=layout.has(Role.POINTS), bold=True, wide=True)
    entry.lines = [tidy(head.text)]
    _code_in_title(entry)
    entry.mark = entry.mark or Mark(Style.PART, "")
    return entry


def _filled(piece: Piece) -> frozenset[Role]:
    """Return the columns beside the points that somebody has filled with figures: no figure there is out of place."""
    filled = set()
    for role in _FIGURE_ROLES:
        cells = [cell for row in piece.rows for cell in row.cells if piece.layout.role_of(cell) is role]
        figures = sum(parse_points(cell.text) is not None for cell in cells)
        if figures > 2 and figures * 5 > len(piece.rows):
            filled.add(role)
    return frozenset(filled)


def _entry(row: Row, layout: Layout, filled: frozenset[Role]) -> Entry:
    one_title = len(layout.titles) < 2
    entry = Entry(row.number, code_column=layout.has(Role.CODE) and one_title, points_column=layout.has(Role.POINTS))
    entry.agency_heading, entry.evidence_heading = layout.heading_of(Role.AGENCY), layout.heading_of(Role.EVIDENCE)
    entry.title_heading = layout.heading_of(Role.TITLE)
    code_cell: Cell | None = None
    for cell in row.cells:
        role = layout.role_of(cell)
        if role is Role.CODE:
            code_cell = cell
        else:
            _deal(entry, cell, role, layout.headings.get(cell.column, ""))
    if layout.has(Role.METHOD) and not entry.method:
        _method_among_notes(entry, row, layout)
    _settle_code(entry, code_cell, layout)
    _settle_points(entry, filled, layout)
    return entry


def _deal(entry: Entry, cell: Cell, role: Role, heading: str) -> None:
    match role:
        case Role.TITLE:
            _title(entry, cell)
        case Role.POINTS:
            entry.points = tidy(cell.text)
        case Role.OPTION_POINTS:
            entry.option_points = tidy(cell.text)
        case Role.EVIDENCE:
            entry.evidence = joined((entry.evidence, cell.text), "\n")
        case Role.AGENCY | Role.OFFICERS:
            entry.agency = cell.text.strip()
        case Role.SELF | Role.FORM | Role.NOTE:
            _mark_or_note(entry, cell, role, heading)
        case Role.METHOD:
            entry.method = True
            entry.extra += lines_of(cell.text)
        case _:
            entry.spare.append((heading, tidy(cell.text)))


def _method_among_notes(entry: Entry, row: Row, layout: Layout) -> None:
    """A sentence that gives points among the notes, while its own column is empty, has slipped."""
    for cell in row.cells:
        gives = any(_speaks_of_points(line) for line in cell.text.split("\n"))
        if layout.role_of(cell) is Role.NOTE and gives:
            entry.shifts.append(Shift(tidy(cell.text), layout.headings.get(cell.column, "")))


def _speaks_of_points(line: str) -> bool:
    return option_points(line) is not None or "=" in line or "điểm" in line.lower() or formula_in(line) is not None


def _title(entry: Entry, cell: Cell) -> None:
    entry.lines += lines_of(cell.text)
    entry.bold, entry.indent = cell.bold, cell.indent
    entry.wide = entry.wide or cell.span > 2


def _mark_or_note(entry: Entry, cell: Cell, role: Role, heading: str) -> None:
    text = tidy(cell.text)
    if parse_points(text) is not None:
        entry.spare.append((heading, text))
    elif _MARKS.match(fold(text)):
        entry.form = joined((entry.form, text), "; ")
    elif role is Role.FORM:
        entry.form = joined((entry.form, text), "; ")
        entry.spare.append((heading, text))
    elif role is Role.NOTE:
        entry.extra += lines_of(cell.text)
    else:
        _text_among_figures(entry, text, heading)


def _text_among_figures(entry: Entry, text: str, heading: str) -> None:
    """A sentence in a column of points: evidence that slipped to the left, or a mark."""
    if names_document(text):
        entry.evidence = joined((text, entry.evidence), "\n")
        entry.shifts.append(Shift(text, heading))
    elif len(text) > LONG:
        entry.extra.append(text)
        entry.shifts.append(Shift(text, heading))
    else:
        entry.form = joined((entry.form, text), "; ")


def _settle_code(entry: Entry, cell: Cell | None, layout: Layout) -> None:
    if cell is not None and (mark := read_code(cell.text)):
        entry.mark, entry.in_code_column, entry.numeric_code = mark, True, cell.numeric
        entry.printed_code = tidy(cell.text)
        return
    if cell is not None:
        _text_in_code_column(entry, cell, layout)
    if entry.lines:
        _code_in_title(entry)


def _code_in_title(entry: Entry) -> None:
    """Take the code off the first line; a dash stays, it says that the line is one of a list."""
    entry.mark, first = split_code(entry.lines[0])
    if entry.mark and entry.mark.style is not Style.BULLET:
        entry.printed_code = entry.lines[0][: len(entry.lines[0]) - len(first)].strip() if first else ""
        entry.lines[0] = first


def _text_in_code_column(entry: Entry, cell: Cell, layout: Layout) -> None:
    alone = not entry.lines
    entry.lines[:0] = lines_of(cell.text)
    entry.bold = entry.bold or cell.bold
    entry.wide = alone
    mark = split_code(entry.lines[0])[0] if entry.lines else None
    ordinary = alone and (cell.span > 1 or entry.is_total or is_note(cell.text) or (mark and mark.style is Style.PART))
    if not ordinary:
        entry.shifts.append(Shift(tidy(cell.text), layout.heading_of(Role.CODE)))


def _settle_points(entry: Entry, filled: frozenset[Role], layout: Layout) -> None:
    """Take a title out of the column of points, and points out of the empty column beside it."""
    heading = layout.heading_of(Role.POINTS)
    homeless = not entry.lines and not entry.in_code_column
    if entry.points and parse_points(entry.points) is None and (homeless or len(entry.points) > LONG):
        text, entry.points = entry.points, ""
        entry.shifts.append(Shift(text, heading))
        if not entry.lines:
            entry.lines = lines_of(text)
            _code_in_title(entry)
        elif names_document(text):
            entry.evidence = joined((text, entry.evidence), "\n")
        else:
            entry.extra.append(text)
    if entry.points or not entry.in_code_column:
        return
    known = {layout.headings.get(column, ""): role for column, role in layout.roles.items()}
    for heading, text in entry.spare:
        if parse_points(text) is not None and known.get(heading, Role.OTHER) not in filled:
            entry.points = text
            entry.spare.remove((heading, text))
            entry.shifts.append(Shift(text, heading))
            return
    if parse_points(entry.evidence) is not None:
        entry.points, entry.evidence = tidy(entry.evidence), ""
        entry.shifts.append(Shift(entry.points, entry.evidence_heading))


def _carry(entry: Entry, row: Row, layout: Layout, carried: dict[Role, tuple[str, int]], place: int) -> None:
    """A cell that reaches down over several criteria belongs to each of them."""
    for cell in row.cells:
        role = layout.role_of(cell)
        if cell.down > 1 and role in {Role.AGENCY, Role.EVIDENCE, Role.FORM}:
            carried[role] = (cell.text.strip(), place + cell.down)
    if entry.mark is None or entry.mark.style in LOW or not (entry.in_code_column or entry.points):
        return
    if not entry.agency:
        entry.agency = _still(carried, Role.AGENCY, place)
    if not entry.evidence:
        entry.evidence = _still(carried, Role.EVIDENCE, place)
    if not entry.form:
        entry.form = _still(carried, Role.FORM, place)


def _still(carried: dict[Role, tuple[str, int]], role: Role, place: int) -> str:
    text, end = carried.get(role, ("", 0))
    return text if place < end else ""


class _Titles:
    """Titles in several columns, field beside criterion: each outer title becomes a row of its own.

    `_above`: column → outer title that holds; one printed again in each of its rows is no new field.
    """

    def __init__(self, piece: Piece) -> None:
        self._rows, self._layout = piece.rows, piece.layout
        self._columns = piece.layout.titles if len(piece.layout.titles) > 1 else ()
        self._above: dict[int, str] = {}
        self._count_fields = any(
            cell.down > 1 and cell.column == self._columns[0] and not self._counted(cell, place)
            for place, row in enumerate(self._rows)
            for cell in self._cells(row)
        )

    def parted(self, entry: Entry, place: int) -> Iterable[Entry]:
        cells = self._cells(self._rows[place])
        if len(cells) < 2 or entry.is_total:
            yield entry
            return
        for cell in cells[:-1]:
            if self._above.get(cell.column) != cell.text:
                yield self._outer(entry, cells, cell, place)
        entry.code_column = entry.code_column and entry.in_code_column
        entry.lines, entry.beside = lines_of(cells[-1].text), True
        if not entry.in_code_column:
            _code_in_title(entry)
        yield entry

    def _cells(self, row: Row) -> list[Cell]:
        return [cell for cell in row.cells if cell.column in self._columns and cell.span == 1]

    def _outer(self, entry: Entry, cells: Sequence[Cell], cell: Cell, place: int) -> Entry:
        below = {column: "" for column in self._columns if column > cell.column}
        self._above |= {cell.column: cell.text, **below}
        depth = self._columns.index(cell.column)
        outer = Entry(entry.row, code_column=entry.code_column, bold=True, points_column=entry.points_column)
        outer.lines, outer.wide, outer.indent = lines_of(cell.text), True, depth
        _code_in_title(outer)
        unnumbered = cell is cells[0] and outer.mark is None and entry.in_code_column
        if unnumbered and self._is_of_outer(cells, place):
            outer.mark, outer.in_code_column, entry.mark, entry.in_code_column = entry.mark, True, None, False
            outer.printed_code, entry.printed_code, entry.code_column = entry.printed_code, "", False
        outer.mark = outer.mark or _outer_mark(depth, numbered=entry.in_code_column)
        return outer

    def _is_of_outer(self, cells: Sequence[Cell], place: int) -> bool:
        """Return whether the number of a row counts the fields: the criterion has its own, or the field reaches down
        over rows without numbers, here or (where it has one row) elsewhere in the table."""
        if split_code(cells[-1].text)[0] is not None:
            return True
        return self._count_fields if cells[0].down == 1 else not self._counted(cells[0], place)

    def _counted(self, cell: Cell, place: int) -> bool:
        below = self._rows[place + 1 : place + cell.down]
        codes = (each for row in below for each in row.cells if self._layout.role_of(each) is Role.CODE)
        return any(read_code(each.text) for each in codes)


def _outer_mark(depth: int, *, numbered: bool) -> Mark:
    """Return the mark of a title without a number above criteria that are `numbered`, or are not."""
    if numbered or depth == 0:
        return Mark(_OUTER_STYLES[min(depth, 2)], "")
    return Mark(Style.NUMBER, "", (), OUTER)


def comma_decimals(entries: Iterable[Entry]) -> list[int]:
    """Return the rows whose points are printed with a comma."""
    return [entry.row for entry in entries if has_comma(entry.points) or has_comma(entry.option_points)]
