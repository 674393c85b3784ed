"""Ruled tables over many pages: the heading row comes back on each, a branch never ends a page without its leaf."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import LongTable, Paragraph

from app.reports.page import paragraph, style

PADDING, WEIGHT = 3, 0.5
#: printed lines of one piece of a row: a third of a page across, so that little room stays empty at its end
PIECE = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, width in millimetres, and whether it holds figures."""

    words: str
    width: float
    figure: bool = False


class _Ruled(LongTable):
    """A table that is closed by a line wherever a page ends it, in the middle of a long row too."""

    def onSplit(self, part: LongTable, byRow: int = 1) -> None:  # noqa: N802, N803, ARG002 - the library's hook
        part.setStyle([("LINEBELOW", (0, -1), (-1, -1), WEIGHT, colors.black)])


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    size: float = 11,
    bold_rows: frozenset[int] = frozenset(),
) -> LongTable:
    """Return the table; a row too tall to stand on one page goes on in pieces, without a line between them."""
    styles = {
        (bold, figure): style(size, bold=bold, align=TA_RIGHT if figure else 0)
        for bold in (False, True)
        for figure in (False, True)
    }
    body: list[list[Paragraph]] = []
    begins: list[int] = []
    for number, row in enumerate(rows):
        likes = [styles[number in bold_rows, column.figure] for column in columns]
        begins.append(len(body))
        body += _pieces(row, columns, likes)
    heads = [paragraph(column.words, style(size, bold=True, align=TA_CENTER)) for column in columns]
    made = _Ruled([heads, *body], colWidths=[column.width * mm for column in columns], repeatRows=1)
    room = [_room(row, columns, size) for row in rows]
    together = [
        ("NOSPLIT", (0, begins[first] + 1), (-1, begins[last] + 1))
        for first, last in kept_together(bold_rows, len(rows))
        if sum(room[first : last + 1]) <= 2 * PIECE
    ]
    made.setStyle([*_LOOK, *_pieces_look(begins, len(body)), *together])
    return made


def _room(row: Sequence[str], columns: Sequence[Column], size: float) -> float:
    """Return how many printed lines the first piece of a row takes at most."""
    return min(
        PIECE, max(_most_lines(cell, column.width * mm, size) for cell, column in zip(row, columns, strict=True))
    )


def _most_lines(text: str, width: float, size: float) -> float:
    """Return a bound of the printed lines: no letter is wider than it is tall."""
    return len(text) * size / (width - 2 * PADDING) + text.count("\n") + 1


def _pieces(row: Sequence[str], columns: Sequence[Column], likes: Sequence[ParagraphStyle]) -> list[list[Paragraph]]:
    """Return the row as it is printed: once, or as many times as its longest cell needs."""
    cells = [
        _cut(cell, column.width * mm - 2 * PADDING, like)
        for cell, column, like in zip(row, columns, likes, strict=True)
    ]
    count = max((len(cell) for cell in cells), default=1)
    filled = [[*cell, *[""] * (count - len(cell))] for cell in cells]
    return [[paragraph(cell[place], like) for cell, like in zip(filled, likes, strict=True)] for place in range(count)]


def _cut(text: str, width: float, like: ParagraphStyle) -> list[str]:
    """Return `text` in pieces of at most PIECE printed lines; most cells are one."""
    if _most_lines(text, width + 2 * PADDING, like.fontSize) <= PIECE:
        return [text]
    lines = [printed for line in text.split("\n") for printed in _lines(line, width, like)]
    return ["\n".join(lines[start : start + PIECE]) for start in range(0, len(lines), PIECE)]


def _lines(text: str, width: float, like: ParagraphStyle) -> list[str]:
    """Return one line of `text` as printed lines: broken between words, and inside one that is wider than a line."""
    lines, line = list[str](), ""
    for word in (part for whole in text.split() for part in _broken(whole, width, like)):
        longer = f"{line} {word}" if line else word
        if line and _wide(longer, like) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _broken(word: str, width: float, like: ParagraphStyle) -> list[str]:
    if len(word) < 8 or _wide(word, like) <= width:
        return [word]
    parts, room = [""], width
    for letter in word:
        room -= _wide(letter, like)
        if room < 0 and parts[-1]:
            parts.append("")
            room = width - _wide(letter, like)
        parts[-1] += letter
    return parts


def _wide(text: str, like: ParagraphStyle) -> float:
    return float(stringWidth(text, like.fontName, like.fontSize))


def _pieces_look(begins: Sequence[int], count: int) -> list[tuple[object, ...]]:
    """Return the lines between rows; pieces of one row follow each other as if they were one cell."""
    firsts, look = set(begins), list[tuple[object, ...]]()
    for row in range(count):
        if row in firsts:
            look.append(("LINEABOVE", (0, row + 1), (-1, row + 1), WEIGHT, colors.black))
        else:
            look += [("BOTTOMPADDING", (0, row), (-1, row), 0), ("TOPPADDING", (0, row + 1), (-1, row + 1), 1)]
    return look


_LOOK: tuple[tuple[object, ...], ...] = (
    ("BOX", (0, 0), (-1, -1), WEIGHT, colors.black),
    ("LINEAFTER", (0, 0), (-2, -1), WEIGHT, colors.black),
    ("LINEBELOW", (0, 0), (-1, 0), WEIGHT, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
)


def kept_together(bold_rows: Iterable[int], count: int) -> list[tuple[int, int]]:
    """Return stretches of rows that stand on one page: branch after branch, down to the first row that is none."""
    found: list[tuple[int, int]] = []
    for row in sorted(bold_rows):
        last = min(row + 1, count - 1)
        if found and found[-1][1] == row:
            found[-1] = (found[-1][0], last)
        else:
            found.append((row, last))
    return found
