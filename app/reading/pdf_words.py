"""Words of a PDF page as lines, each with its place; distances are points from the top left corner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.reading.letters import one_line

#: words whose middles are closer than this share of their height stand on one line
_SAME_LINE = 0.5
#: width of a blank as a share of a line's height, rather too small: a word that fits is never pulled up
_SPACE = 0.2
_BEGINS = re.compile(r"[-–+*•]|(?:[a-z\u0111]|[0-9]{1,2}(?:\.[0-9]{1,2})*)[.)]\s", re.IGNORECASE)
_ENDS = re.compile(r"(?:[.;]|\d\s*(?:điểm|đ))$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    bold: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class PageLine:
    """The words of one line from left to right. `page` counts from 0."""

    page: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return one_line(" ".join(word.text for word in self.words))

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)


def lines_from(words: Iterable[Word], page: int) -> list[PageLine]:
    """Return words as lines, from top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda each: (each.middle, each.left)):
        height = max(1.0, word.bottom - word.top)
        if lines and abs(lines[-1][-1].middle - word.middle) < height * _SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [PageLine(page, tuple(sorted(line, key=lambda each: each.left))) for line in lines]


def unwrapped(lines: Sequence[PageLine], right: float) -> list[str]:
    """Return the lines of a cell as they were written: those that only went on for want of room are one."""
    written: list[str] = []
    before: PageLine | None = None
    for line in lines:
        if before is not None and goes_on(before, line, right):
            written[-1] = f"{written[-1]} {line.text}"
        else:
            written.append(line.text)
        before = line
    return written


def goes_on(before: PageLine, line: PageLine, right: float) -> bool:
    """Return whether `line` only is one because its first word did not fit after `before`, left of `right`.

    Never one that begins with a mark or a number, nor a capital after the end of a sentence or after points.
    """
    text = line.text
    if _BEGINS.match(text) or (_ENDS.search(before.text) and text[:1].isupper()):
        return False
    last, word = before.words[-1], line.words[0]
    space = (last.bottom - last.top) * _SPACE
    return last.right + space + word.right - word.left > right


def clustered(places: Iterable[float], within: float) -> list[float]:
    """Return places with those closer than `within` to their neighbour taken as one, rising."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= within:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def nearest(places: Sequence[float], place: float) -> int:
    return min(range(len(places)), key=lambda index: abs(places[index] - place))
