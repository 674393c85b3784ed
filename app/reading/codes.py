"""Codes of every style: parts and Roman fields, 1.1.1, a), (1), "Tiêu chí 1", a dash. Only the reading of one code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.reading.sentences import UPPER, fold

_ROMAN = re.compile(r"^(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_FIGURES = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
SINGLE_ROMANS = frozenset("IVX")
_LETTERED = r"[A-ZĐ]{1,3}\d{1,2}"
_SIGN = r"(?:[A-ZĐ]{1,3}\d{1,2}|\d{1,2}|[IVXL]{1,7}|[A-ZĐ]|[a-zđ])"
_CODE = re.compile(rf"^\(?({_SIGN}(?:\s?[.,]\s?{_SIGN}){{0,5}}|\d{{1,2}}[a-zđ])\s?([.):/-]|\.\))?$")
_LEADING = re.compile(
    rf"^(?:\(({_SIGN})\)\s*|({_SIGN}(?:\.{_SIGN}){{1,5}})(?:\s?[.):/-]+\s*|\s+(?=\D))|({_SIGN})\s?[.):/-]\s*(?!\d))(?=\S)"
)
_WORD = re.compile(
    r"^(tiêu chí thành phần|nhóm tiêu chí|tiêu chí|lĩnh vực|chỉ tiêu|chỉ số|tiêu chuẩn|mục)\s+(?:số\s+)?"
    rf"((?-i:{_SIGN})(?:\.(?-i:{_SIGN})){{0,5}})\s*(?:[.:)–-]\s*|(?=$)|(?<=\s)(?-i:(?=[{UPPER}])))",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"^(nội dung|phần thứ|phần|nhóm|khối|chương)\s+((?-i:\d{{1,2}}|[IVXL]{{1,6}}|[A-ZĐ]))\b\s*"
    rf"(?:[.:)–-]|$|(?<=\s)(?-i:(?=[{UPPER}])))",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*[-–—+•▪●○◦*]\s*")
_PART_LETTERS = {"nội dung": "ND", "phần thứ": "P", "phần": "P", "nhóm": "N", "khối": "K", "chương": "C"}


class Style(StrEnum):
    PART = "part"
    CAPITAL = "capital"
    ROMAN = "roman"
    NUMBER = "number"
    DOTTED = "dotted"
    LETTER = "letter"
    SMALL_ROMAN = "small_roman"
    BRACKETED = "bracketed"
    BULLET = "bullet"
    NONE = "none"


#: the word of a mark that only a column of its own shows: a title beside the criteria it stands above
OUTER = "outer"
LOW = frozenset({Style.LETTER, Style.SMALL_ROMAN, Style.BRACKETED, Style.BULLET, Style.NONE})


@dataclass(frozen=True, slots=True)
class Mark:
    """A code as read. `numbers`: its place as figures ("1.2" → 1, 2; "II" → 2; "b" → 2); `word`: "tiêu chí" before it.

    `code`: as the tree carries it, punctuation behind it gone.
    """

    style: Style
    code: str
    numbers: tuple[int, ...] = ()
    word: str = ""

    @property
    def last(self) -> int:
        return self.numbers[-1] if self.numbers else 0

    @property
    def key(self) -> tuple[Style, str, int]:
        """Marks of one key number one row of siblings."""
        return self.style, self.word, len(self.numbers)

    def renumbered(self, value: int) -> Mark:
        """Return the sibling of this mark at place `value`."""
        tokens = re.split(r"\.", self.code)
        tokens[-1] = _written(tokens[-1], value)
        return Mark(self.style, ".".join(tokens), (*self.numbers[:-1], value), self.word)


def _written(like: str, value: int) -> str:
    if like.isdigit():
        return str(value)
    if match := re.fullmatch(r"(\D+)\d+", like):
        return f"{match[1]}{value}"
    if _ROMAN.match(like.upper()):
        figures = roman(value)
        return figures if like.isupper() else figures.lower()
    return chr((ord("A") if like.isupper() else ord("a")) + value - 1) if value <= 26 else str(value)


def roman(value: int) -> str:
    figures = ""
    for size, letters in _ROMAN_FIGURES:
        while value >= size:
            figures += letters
            value -= size
    return figures


def _value_of_roman(token: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in token.upper()]
    return sum(-here if here < after else here for here, after in zip(values, [*values[1:], 0], strict=True))


def _place(token: str) -> int:
    if token.isdigit():
        return int(token)
    if match := re.search(r"\d+$", token):
        return int(match[0])
    if _ROMAN.match(token.upper()) and (len(token) > 1 or token in SINGLE_ROMANS):
        return _value_of_roman(token)
    return ord(fold(token)[0]) - ord("a") + 1


def _style_of(token: str, *, bracketed: bool) -> Style:
    if bracketed:
        return Style.BRACKETED
    if token.isdigit():
        return Style.NUMBER
    if token.isupper():
        return Style.ROMAN if _ROMAN.match(token) and (len(token) > 1 or token in SINGLE_ROMANS) else Style.CAPITAL
    return Style.SMALL_ROMAN if len(token) > 1 else Style.LETTER


def _mark(text: str, *, bracketed: bool = False, word: str = "") -> Mark:
    code = re.sub(r"\s?[.,]\s?", ".", text)
    tokens = code.split(".")
    if len(tokens) == 1 and re.fullmatch(r"\d{1,2}[a-zđ]", code):
        return Mark(Style.DOTTED, code, (int(code[:-1]), _place(code[-1])), word)
    numbers = tuple(_place(token) for token in tokens)
    if re.fullmatch(_LETTERED, tokens[0]):
        letters = tokens[0].rstrip("0123456789")
        numbers = (*((_place(letters),) if len(letters) == 1 else ()), *numbers)
        return Mark(Style.DOTTED if len(numbers) > 1 else Style.NUMBER, code, numbers, word)
    style = Style.DOTTED if len(tokens) > 1 else _style_of(tokens[0], bracketed=bracketed)
    return Mark(style, code, numbers, word)


def read_code(text: str) -> Mark | None:
    """Return the mark of a cell that holds nothing but a code, or None."""
    plain = text.strip()
    if _BULLET.fullmatch(plain):
        return Mark(Style.BULLET, "")
    match = _CODE.match(plain)
    if match:
        return _mark(match[1], bracketed=plain.startswith("(") and plain.endswith(")"))
    word = _WORD.match(plain)
    if word and word.end() == len(plain):
        return _mark(word[2], word=fold(word[1]))
    part = _PART.match(plain)
    return _part(part) if part and part.end() == len(plain) else None


def _part(match: re.Match[str]) -> Mark:
    letters = _PART_LETTERS[match[1].lower()]
    return Mark(Style.PART, f"{letters}.{match[2]}", (_place(match[2]),), letters)


def split_code(text: str) -> tuple[Mark | None, str]:
    """Return the code at the head of a title and the title without it; a part keeps its words, they are its title."""
    if part := _PART.match(text):
        return _part(part), text
    if word := _WORD.match(text):
        return _mark(word[2], word=fold(word[1])), text[word.end() :].strip() or text
    if match := _LEADING.match(text):
        token = match[1] or match[2] or match[3]
        return _mark(token, bracketed=bool(match[1])), text[match.end() :].strip()
    if bullet := _BULLET.match(text):
        return Mark(Style.BULLET, ""), text[bullet.end() :].strip()
    return None, text


def settle_letters(marks: list[Mark | None]) -> list[Mark | None]:
    """Tell Roman figures from letters by the row they stand in: I after H is a letter, C after B too."""
    settled: list[Mark | None] = []
    last: dict[Style, int] = {}
    for mark in marks:
        here = _as_letter(mark, last) if mark else None
        settled.append(here)
        if here:
            last[here.style] = here.last
    return settled


def _as_letter(mark: Mark, last: dict[Style, int]) -> Mark:
    letter = len(mark.code) == 1 and mark.style in {Style.ROMAN, Style.LETTER, Style.CAPITAL}
    if not letter:
        return mark
    place = ord(fold(mark.code)) - ord("a") + 1
    if mark.style is Style.ROMAN and last.get(Style.CAPITAL) == place - 1 and last.get(Style.ROMAN) != mark.last - 1:
        return Mark(Style.CAPITAL, mark.code, (place,), mark.word)
    if mark.style is Style.LETTER and mark.code == "i" and last.get(Style.LETTER) != place - 1:
        return Mark(Style.SMALL_ROMAN, mark.code, (1,), mark.word)
    return Mark(mark.style, mark.code, (place,), mark.word) if mark.style is Style.LETTER else mark
