"""Rows become branches: each criterion with the lines, evidence and agency that stand with it, hung in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.reading.agencies import is_office, is_person
from app.reading.appendices import Piece, Text
from app.reading.codes import Mark, Style
from app.reading.draft import Line
from app.reading.entries import Entry, entries_of
from app.reading.figures import option_points, parse_points, points_in_title, printed
from app.reading.findings import FindingCode
from app.reading.kinds import CRITERIA, Kind, kinds_of
from app.reading.placing import Placer, settle_doubts
from app.reading.remarks import Branch, Remarks
from app.reading.sentences import (
    continues,
    continues_evidence,
    is_item,
    is_note,
    is_requirement_word,
    joined,
    lines_of,
    names_document,
    starts_lower,
    tidy,
)

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Total:
    """A row that only sums: "CỘNG TỔNG 100". `under`: the criteria at the top when it stood there."""

    text: str
    points: str
    row: int
    under: Branch | None


@dataclass(slots=True)
class TreeOfRows:
    """`notes`: lines of the table that belong to no criterion. `spare`: heading → what stood in a column not read."""

    roots: list[Branch]
    entries: list[Entry]
    totals: list[Total] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    spare: dict[str, list[Line]] = field(default_factory=dict)
    empty_requirements: list[int] = field(default_factory=list)


def build(pieces: Sequence[Piece], remarks: Remarks, around: Sequence[Text] = ()) -> TreeOfRows:
    """Return the tree that stands in `pieces`, codes not yet given and sums not yet checked.

    `around`: texts outside the tables; one below them that only sums is a total where the tables have none.
    """
    entries = entries_of(pieces)
    tree = _Builder(entries, kinds_of(entries), remarks).build()
    if not tree.totals:
        tree.totals += _totals_below(around, pieces)
    return tree


def _totals_below(around: Sequence[Text], pieces: Sequence[Piece]) -> list[Total]:
    last = pieces[-1].rows[-1].number
    below = [text for text in around if text.number > last and Entry(text.number, lines=[tidy(text.text)]).is_total]
    return [
        Total(tidy(text.text), points, text.number, None) for text in below if (points := _points_in_words(text.text))
    ]


class _Builder:
    """Walks down the table once. `current`: the criterion whose text is being read."""

    def __init__(self, entries: list[Entry], kinds: Sequence[Kind], remarks: Remarks) -> None:
        self.entries = entries
        self.kinds = kinds
        self.remarks = remarks
        marks = [e.mark.numbers for e, kind in zip(entries, kinds, strict=True) if e.mark and kind in CRITERIA]
        self.placer = Placer(remarks, frozenset(marks))
        self.tree = TreeOfRows(self.placer.roots, entries)
        self.current: Branch | None = None
        self.title_column = next((entry.title_heading for entry in entries), "")
        self.last_row = 0

    def build(self) -> TreeOfRows:
        for place, (entry, kind) in enumerate(zip(self.entries, self.kinds, strict=True)):
            match kind:
                case Kind.CRITERION:
                    self._criterion(entry, self._next_mark(place))
                case Kind.CHILD:
                    entry.mark = entry.mark or Mark(Style.BULLET, "")
                    if not entry.points:
                        entry.points, entry.option_points = entry.option_points, ""
                    self._criterion(entry, None)
                case Kind.TOTAL:
                    self._total(entry)
                case _:
                    self._line(entry)
            self._say_shifts(entry)
            self.last_row = entry.row
        settle_doubts(self.placer, self.remarks)
        return self.tree

    def _next_mark(self, place: int) -> Mark | None:
        after = range(place + 1, len(self.entries))
        coded = (self.entries[p].mark for p in after if self.kinds[p] is Kind.CRITERION)
        return next((mark for mark in coded if mark), None)

    def _criterion(self, entry: Entry, after: Mark | None) -> None:
        branch = _branch_of(entry)
        self.current = branch
        self.placer.place(branch, after)
        if entry.code_column and not entry.in_code_column and _is_shifted_code(entry):
            self.remarks.add(FindingCode.CELL_SHIFTED, branch, text=entry.printed_code, column=self.title_column)
        for line in [*entry.lines[1:], *entry.extra]:
            self._add_line(branch, Line(line, entry.row))
        if entry.option_points:
            self._spare(entry, [("", entry.option_points)])
        self._evidence_and_agency(branch, entry)
        self._spare(entry, entry.spare)

    def _line(self, entry: Entry) -> None:
        branch = self.current
        if branch is None or (entry.wide and is_note(entry.text)):
            self.tree.notes += [Line(text, entry.row) for text in _everything(entry)]
            return
        branch.rows.append(entry.row)
        points = entry.points or entry.option_points or None
        if entry.points and entry.option_points:
            self._spare(entry, [("", entry.option_points)])
        self._add_lines(branch, entry, points)
        if entry.form:
            branch.form = joined((branch.form, entry.form), "; ")
        self._evidence_and_agency(branch, entry)
        self._spare(entry, entry.spare)

    def _add_lines(self, branch: Branch, entry: Entry, points: str | None) -> None:
        texts = [*entry.whole, *entry.extra]
        if not texts and points:
            self._points_alone(branch, entry, points)
            return
        for number, text in enumerate(texts):
            self._add_line(branch, Line(text, entry.row, points if number == 0 else None))

    def _points_alone(self, branch: Branch, entry: Entry, points: str) -> None:
        """Points in a row of their own belong to the line above that has none."""
        if branch.lines and branch.lines[-1].points is None:
            last = branch.lines.pop()
            branch.lines.append(Line(last.text, last.row, points))
        elif not branch.printed and not branch.lines:
            branch.printed, branch.maximum = points, parse_points(points)
        else:
            self._spare(entry, [("", points)])

    def _add_line(self, branch: Branch, line: Line) -> None:
        if is_requirement_word(line.text):
            self.tree.empty_requirements.append(line.row)
        if self._continues_title(branch, line):
            branch.title = f"{branch.title} {line.text}"
            self.remarks.add(FindingCode.SPLIT_CELL, branch, rows=(branch.row, line.row), column=self.title_column)
        elif branch.lines and self._continues_line(branch.lines[-1], line):
            self._join(branch, line)
        else:
            branch.lines.append(line)

    def _continues_title(self, branch: Branch, line: Line) -> bool:
        near = not branch.lines and line.row - branch.row == 1 and self.last_row == branch.row
        return near and option_points(line.text) is None and line.points is None and continues(branch.title, line.text)

    def _continues_line(self, before: Line, line: Line) -> bool:
        near = before.row in {self.last_row, line.row}
        open_ = before.points is None and not is_requirement_word(before.text)
        return near and open_ and continues(before.text, line.text)

    def _join(self, branch: Branch, line: Line) -> None:
        before = branch.lines.pop()
        whole = Line(f"{before.text} {line.text}", before.row, line.points)
        branch.lines.append(whole)
        if before.row == line.row:
            return
        rows = (before.row, line.row)
        if option_points(whole.text) is not None or line.points:
            self.remarks.add(FindingCode.OPTION_SPLIT, branch, rows=rows, text=whole.text)
        else:
            self.remarks.add(FindingCode.SPLIT_CELL, branch, rows=rows, column=self.title_column)

    def _evidence_and_agency(self, branch: Branch, entry: Entry) -> None:
        evidence, agency = entry.evidence, entry.agency
        if agency and is_evidence(agency):
            self.remarks.add(
                FindingCode.CELL_SHIFTED, branch, rows=(entry.row,), text=tidy(agency), column=entry.agency_heading
            )
            evidence, agency = joined((evidence, agency), "\n"), ""
        if agency:
            branch.agency_printed = joined((branch.agency_printed, agency), "\n")
        if evidence:
            self._add_evidence(branch, entry, evidence)

    def _add_evidence(self, branch: Branch, entry: Entry, evidence: str) -> None:
        for number, text in enumerate(lines_of(evidence)):
            last = branch.evidence[-1] if branch.evidence else None
            if number == 0 and last and last.row != entry.row and continues_evidence(last.text, text):
                branch.evidence[-1] = Line(f"{last.text} {text}", last.row)
                rows = (last.row, entry.row)
                self.remarks.add(FindingCode.SPLIT_CELL, branch, rows=rows, column=entry.evidence_heading or "evidence")
            else:
                branch.evidence.append(Line(text, entry.row))

    def _spare(self, entry: Entry, spare: Sequence[tuple[str, str]]) -> None:
        for heading, text in spare:
            self.tree.spare.setdefault(heading, []).append(Line(text, entry.row))

    def _total(self, entry: Entry) -> None:
        points = entry.points or entry.option_points or _points_in_words(entry.text)
        self.tree.totals.append(Total(entry.text, points, entry.row, self.current))
        rest = [*entry.lines[1:], *entry.extra, entry.evidence, entry.agency, entry.form]
        self.tree.notes += [Line(tidy(text), entry.row) for text in rest if text]
        self._spare(entry, entry.spare)
        self.current = None

    def _say_shifts(self, entry: Entry) -> None:
        for shift in entry.shifts:
            self.remarks.add(
                FindingCode.CELL_SHIFTED, self.current, rows=(entry.row,), text=shift.text, column=shift.column
            )


def _branch_of(entry: Entry) -> Branch:
    title, maximum = entry.text, entry.figure
    in_title = points_in_title(title)
    from_title = maximum is None and not entry.points and in_title.points is not None
    if in_title.points is not None and (from_title or in_title.points == maximum):
        title = in_title.text
    if entry.mark and entry.mark.style is Style.BULLET:
        title = title.lstrip("-–—+•▪●○◦* ")
    return Branch(
        title=title,
        row=entry.row,
        mark=entry.mark,
        printed=entry.points,
        maximum=in_title.points if from_title else maximum,
        title_points=from_title,
        bold=entry.bold or entry.upper,
        indent=entry.indent,
        numeric_code=entry.numeric_code,
        form=entry.form,
        rows=[entry.row],
    )


def _points_in_words(text: str) -> str:
    """Return the sum a total row names in its own words ("Tổng cộng: 100 điểm")."""
    points = points_in_title(text).points
    return "" if points is None else printed(points)


def _everything(entry: Entry) -> list[str]:
    texts = [*entry.whole, *entry.extra, entry.points, entry.option_points, entry.evidence, entry.agency, entry.form]
    return [tidy(text) for text in [*texts, *(text for _, text in entry.spare)] if text]


def _is_shifted_code(entry: Entry) -> bool:
    """A part's words, a dash and a field over the whole table stand in the column of titles by custom."""
    mark = entry.mark
    return (
        mark is not None
        and not entry.wide
        and mark.style not in {Style.PART, Style.BULLET, Style.LETTER, Style.BRACKETED}
    )


def is_evidence(text: str) -> bool:
    """Return whether what stands in the column of agencies names documents or carries a sentence on, not an office."""
    plain = tidy(text)
    if is_office(plain) and not names_document(plain):
        return False
    if is_note(plain) or starts_lower(plain) or (is_item(plain) and not is_office(plain.lstrip("-–+•* "))):
        return True
    return (names_document(plain) and len(plain) > 12) or (len(plain) > LONGEST_NAME and not is_person(plain))
