"""Numbers that Word counts itself and that stand in no text: numbering.xml, replayed paragraph by paragraph.

Source: ECMA-376 part 1, 17.9 (abstractNum, num, lvlOverride, lvlRestart, isLgl).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.reading.counting import counted
from app.reading.docx_styles import Names, Styles, first_line
from app.reading.package import Element

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
#: bullets by which papers mark options; every other sign of a list's font is written as a dash
_SIGNS = frozenset("-–—+*")


@dataclass(frozen=True, slots=True)
class Level:
    """`restart`: after which level (from 1) it begins anew; None: after any above; 0: never."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    indent: int | None = None


@dataclass(frozen=True, slots=True)
class WordList:
    """`counter`: lists of one kind share it. `fresh`: levels which this list sets anew when it first meets them."""

    counter: str
    levels: tuple[Level, ...]
    fresh: frozenset[int] = frozenset()


class Numbering:
    """Counts the lists of one document, in the order in which its paragraphs are asked for."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._lists: dict[str, WordList] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._of_style: dict[str, tuple[str, int]] = {}
        self._styles = styles
        if root is not None:
            self._load(root)

    def place(self, direct: tuple[str, int] | None, style: str | None) -> tuple[str, int] | None:
        """Return list and level of a paragraph: its own, else its style's; None outside of lists."""
        found = direct or self._styles.of(style).number
        if found is None or found[0] not in self._lists:
            return None
        if direct is None and style in self._of_style and self._of_style[style][0] == self._lists[found[0]].counter:
            return found[0], self._of_style[style][1]
        return found

    def indent(self, place: tuple[str, int]) -> int | None:
        return self._lists[place[0]].levels[place[1]].indent

    def next(self, place: tuple[str, int]) -> tuple[str, bool]:
        """Count one on and return what is printed before the paragraph, and whether it is a bullet."""
        name, level = place
        found = self._lists[name]
        counts = self._counts.setdefault(found.counter, [None] * LEVELS)
        self._count(found, name, level, counts)
        shown = found.levels[level]
        if shown.style == "bullet":
            return (shown.text if shown.text in _SIGNS else "-"), True
        if shown.style == "none":
            return _PLACE.sub("", shown.text).strip(), False
        return _PLACE.sub(lambda hit: self._shown(found, counts, int(hit[1]) - 1, shown), shown.text).strip(), False

    def _count(self, found: WordList, name: str, level: int, counts: list[int | None]) -> None:
        now = counts[level]
        if level in found.fresh and (name, level) not in self._begun:
            now = None
        self._begun.add((name, level))
        counts[level] = found.levels[level].start if now is None else now + 1
        for deeper in range(level + 1, LEVELS):
            restart = found.levels[deeper].restart
            if restart is None or level < restart:
                counts[deeper] = None

    @staticmethod
    def _shown(found: WordList, counts: list[int | None], level: int, on: Level) -> str:
        count = counts[level]
        style = "decimal" if on.legal else found.levels[level].style
        return (
            "" if style in {"bullet", "none"} else counted(found.levels[level].start if count is None else count, style)
        )

    def _load(self, root: Element) -> None:
        w = Names(root)
        abstract: dict[str, tuple[Level, ...]] = {}
        linked: dict[str, str] = {}
        for each in root.findall(w("abstractNum")):
            name = each.get(w("abstractNumId")) or ""
            abstract[name] = _levels(each, w)
            if (link := w.value(each, "numStyleLink")) is not None:
                linked[name] = link
            for level in each.findall(w("lvl")):
                if (style := w.value(level, "pStyle")) is not None:
                    self._of_style[style] = (name, _level_of(level, w))
        kinds = {num.get(w("numId")) or "": w.value(num, "abstractNumId") or "" for num in root.findall(w("num"))}
        for num in root.findall(w("num")):
            kind = kinds[num.get(w("numId")) or ""]
            if kind in linked and (meant := self._styles.of(linked[kind]).number) is not None:
                kind = kinds.get(meant[0], kind)
            if kind in abstract:
                self._lists[num.get(w("numId")) or ""] = _overridden(num, kind, abstract[kind], w)


def _levels(abstract: Element, w: Names) -> tuple[Level, ...]:
    levels = [Level()] * LEVELS
    for each in abstract.findall(w("lvl")):
        levels[_level_of(each, w)] = _level(each, w)
    return tuple(levels)


def _level_of(element: Element, w: Names) -> int:
    return max(0, min(w.whole(element, "ilvl"), LEVELS - 1))


def _level(element: Element, w: Names) -> Level:
    start, restart = w.value(element, "start"), w.value(element, "lvlRestart")
    return Level(
        start=int(start) if start is not None and start.isdigit() else 0,
        style=w.value(element, "numFmt") or "decimal",
        text=w.value(element, "lvlText") or "",
        restart=int(restart) if restart is not None and restart.isdigit() else None,
        legal=bool(w.on(element, "isLgl")),
        indent=first_line(element.find(w("pPr")), w),
    )


def _overridden(num: Element, kind: str, levels: tuple[Level, ...], w: Names) -> WordList:
    changed, fresh = list(levels), set()
    for each in num.findall(w("lvlOverride")):
        place = _level_of(each, w)
        if (own := each.find(w("lvl"))) is not None:
            changed[place] = _level(own, w)
        start = w.value(each, "startOverride")
        if start is not None and start.isdigit():
            changed[place] = replace(changed[place], start=int(start))
            fresh.add(place)
    return WordList(kind, tuple(changed), frozenset(fresh))
