"""The words of a page of HTML as lines: blocks and breaks end one, lists are numbered out, bold and indent are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.reading.counting import counted
from app.reading.letters import one_line
from app.reading.package import Element, local

SKIPPED = frozenset(
    {
        "script",
        "style",
        "head",
        "title",
        "noscript",
        "template",
        "object",
        "iframe",
        "svg",
        "select",
        "textarea",
        "button",
        "meta",
        "link",
    }
)
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "address",
        "center",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "legend",
        "hr",
        "tr",
        "caption",
        "body",
        "html",
        "ul",
        "ol",
        "li",
    }
)
_BOLD = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00|normal|lighter|[1-5]00)", re.IGNORECASE)
_NO_BULLET = re.compile(r"list-style(?:-type)?\s*:\s*[^;]*none", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
_LENGTH = re.compile(r"(margin-left|padding-left|text-indent)\s*:\s*(-?[\d.]+)(pt|px|cm|mm|in|em)", re.IGNORECASE)
_POINTS = {"pt": 1.0, "px": 0.75, "cm": 28.35, "mm": 2.835, "in": 72.0, "em": 12.0}
_STEP = 18.0
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MARKED = re.compile(r"[-–+*•▪]")


@dataclass(slots=True)
class _List:
    numbered: bool
    style: str
    bare: bool
    next: int = 1


@dataclass(slots=True)
class Flow:
    """`lines`: (text, bold) in order. `indent`: steps of the first line. `oddities`: (code, text)."""

    lines: list[tuple[str, bool]] = field(default_factory=list)
    indent: int = 0
    oddities: list[tuple[str, str]] = field(default_factory=list)
    _open: list[tuple[str, bool]] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _mark: str = ""
    _left: int = 0

    @property
    def text(self) -> str:
        return "\n".join(text for text, _ in self.lines)

    @property
    def bold(self) -> bool:
        return bool(self.lines) and self.lines[0][1]

    def say(self, text: str | None, *, bold: bool) -> None:
        if text:
            self._open.append((_BLANKS.sub(" ", text), bold))

    def end_line(self) -> None:
        text = one_line("".join(part for part, _ in self._open))
        if text:
            bold = all(bold for part, bold in self._open if part.strip())
            if not self.lines:
                self.indent = self._left
            self.lines.append((text if not self._mark or _MARKED.match(text) else f"{self._mark} {text}", bold))
            self._mark = ""
        self._open.clear()

    def begin(self, element: Element, name: str) -> None:
        """Start a block; a list begins to count, an item gets its mark."""
        if name in _BLOCKS:
            self.end_line()
            self._left = indent_of(element)
        if name in {"ul", "ol"}:
            style = element.get("style") or ""
            named = _LIST_STYLE.search(style)
            start = element.get("start") or ""
            self._lists.append(
                _List(
                    numbered=name == "ol",
                    style=named[1].lower() if named else element.get("type") or "decimal",
                    bare=bool(_NO_BULLET.search(style)),
                    next=int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1,
                )
            )
        elif name == "li" and self._lists:
            self._item(self._lists[-1], element)

    def finish(self, name: str) -> None:
        if name in _BLOCKS or name == "br":
            self.end_line()
        if name in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if name == "li":
            self._mark = ""

    def _item(self, inside: _List, element: Element) -> None:
        value = element.get("value") or ""
        if value.isascii() and value.isdigit() and len(value) < 6:
            inside.next = int(value)
        if inside.bare:
            self._mark = ""
        elif inside.numbered:
            dot = "." if inside.style in {"decimal", "1", "a", "A", "i", "I"} or "-" in inside.style else ""
            self._mark = f"{counted(inside.next, inside.style)}{dot}"
        else:
            self._mark = "-"
        inside.next += 1


def indent_of(element: Element) -> int:
    """Return how many steps of 18 points the first line of a block is set to the right."""
    points = sum(float(value) * _POINTS[unit.lower()] for _, value, unit in _lengths(element.get("style") or ""))
    return max(0, int(min(points, 10_000) // _STEP))


def _lengths(style: str) -> list[tuple[str, str, str]]:
    return [found for found in _LENGTH.findall(style) if found[1].count(".") <= 1 and found[1].strip("-.")]


def hidden(element: Element) -> bool:
    return bool(_HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


def bold_of(element: Element, *, inherited: bool) -> bool:
    weight = _WEIGHT.search(element.get("style") or "")
    if weight:
        return weight[1].lower() in {"bold", "bolder", "600", "700", "800", "900"}
    return inherited or local(element) in _BOLD


def all_text(element: Element) -> str:
    return one_line(" ".join(element.itertext()))
