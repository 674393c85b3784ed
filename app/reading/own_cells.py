"""Rows of our own workbook, each cell read by what its column needs; a refusal names sheet, row and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from app.domain import set_words as w
from app.domain.errors import DomainError, InputInvalid
from app.domain.points import parse_number, parse_screen_number, plain

K = TypeVar("K")

Cell = str | Decimal | None
_SHOWN = 60


def likened(text: str) -> str:
    """Return a word as it is compared: capitals, blanks and the way accents are stored do not matter."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row under the heading, column → what stands there; a cell of blanks alone is empty."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]

    @property
    def blank(self) -> bool:
        return all(self._empty(column) for column in self.cells)

    def refusal(self, code: str, column: str, **details: object) -> InputInvalid:
        return InputInvalid(code, sheet=self.sheet, row=self.number, column=column, **details)

    def text(self, column: str) -> str:
        """Return a text as it stands, "" where the cell is empty; a whole number is taken as its digits.

        Raises: InputInvalid("workbook_text_is_number"): 1.10 stored as a number has lost its nought.
        """
        cell = self.cells[column]
        if isinstance(cell, Decimal):
            if cell != cell.to_integral_value():
                raise self.refusal("workbook_text_is_number", column, text=plain(cell))
            return plain(cell)
        return cell or ""

    def name(self, column: str) -> str:
        """Return a text that may not be missing, blanks around it gone. Raises workbook_cell_missing."""
        text = self.text(column).strip()
        if not text:
            raise self.refusal("workbook_cell_missing", column)
        return text

    def key(self, column: str) -> str:
        return " ".join(self.name(column).split())

    def word(self, column: str, words: Mapping[K, str]) -> K:
        """Return what a word of a closed list stands for. Raises InputInvalid("workbook_word_unknown")."""
        text = self.name(column)
        found = next((key for key, word in words.items() if likened(word) == likened(text)), None)
        if found is None:
            known = ", ".join(words.values())
            raise self.refusal("workbook_word_unknown", column, text=text[:_SHOWN], known=known)
        return found

    def is_word(self, column: str, word: str) -> bool:
        cell = self.cells[column]
        return isinstance(cell, str) and likened(cell) == likened(word)

    def figure(self, column: str) -> Decimal:
        """Return a figure, stored as a number or written as people do.

        Raises: InputInvalid workbook_cell_missing, workbook_number_unreadable ("1.234" can be read in two ways).
        """
        cell = self.cells[column]
        if isinstance(cell, Decimal):
            return cell
        return self.read_figure(column, self.name(column))

    def read_figure(self, column: str, text: str) -> Decimal:
        try:
            return parse_number(text, what=column) if text.startswith("-") else parse_screen_number(text)
        except DomainError as unreadable:
            raise self.refusal("workbook_number_unreadable", column, text=text[:_SHOWN]) from unreadable

    def text_or_figure(self, column: str) -> str:
        """Return what stands in a cell that holds words or a figure, to tell the two apart."""
        cell = self.cells[column]
        return plain(cell) if isinstance(cell, Decimal) else " ".join((cell or "").split())

    def figure_or_none(self, column: str) -> Decimal | None:
        """Return a figure, None where the word for none stands; an empty cell is refused."""
        return None if self.is_word(column, w.NONE) else self.figure(column)

    def whole(self, column: str) -> int:
        figure = self.figure(column)
        if figure != figure.to_integral_value():
            raise self.refusal("workbook_number_not_whole", column, text=plain(figure))
        return int(figure)

    def only(self, *columns: str, among: tuple[str, ...] = (w.VALUE, w.POINTS, w.WORDS)) -> None:
        """Refuse what stands in a cell nothing is read from: it would be lost. Raises workbook_cell_unused."""
        for column in among:
            if column not in columns and not self._empty(column):
                text = str(self.cells[column])[:_SHOWN]
                raise self.refusal("workbook_cell_unused", column, text=text)

    def _empty(self, column: str) -> bool:
        cell = self.cells[column]
        return cell is None or (isinstance(cell, str) and not cell.strip())
