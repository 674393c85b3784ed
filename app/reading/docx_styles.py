"""What a Word paragraph inherits from its styles: bold, indent, the list it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from app.reading.package import Element

#: levels of inheritance that are followed; Word stops at about ten
_DEPTH = 12
_OFF = frozenset({"0", "false", "off", "none"})


class Names:
    """Tags and attributes of one part, in its own namespace: Word writes two, transitional and strict."""

    def __init__(self, root: Element) -> None:
        tag = str(root.tag)
        self._space = tag[: tag.index("}") + 1] if tag.startswith("{") else ""

    def __call__(self, name: str) -> str:
        return self._space + name

    def value(self, element: Element | None, child: str) -> str | None:
        """Return `val` of the child, None without child; "" for a child without value."""
        found = None if element is None else element.find(self._space + child)
        return None if found is None else (found.get(f"{self._space}val") or "")

    def on(self, element: Element | None, child: str) -> bool | None:
        """Return a switch of a property: None where nothing is said."""
        value = self.value(element, child)
        return None if value is None else value not in _OFF

    def whole(self, element: Element | None, name: str) -> int:
        """Return an attribute as a whole number, 0 where it is missing or none."""
        text = "" if element is None else (element.get(f"{self._space}{name}") or "")
        try:
            return int(float(text))
        except (ValueError, OverflowError):
            return 0


@dataclass(frozen=True, slots=True)
class Style:
    """`indent`: twips of the first line, None where the style says nothing. `number`: (list, level) or None."""

    based_on: str | None
    bold: bool | None
    hidden: bool | None
    indent: int | None
    number: tuple[str, int] | None


_SILENT = Style(None, None, None, None, None)


class Styles:
    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str | None, Style] = {}
        self._whole: dict[str | None, Style] = {}
        self.default: str | None = None
        if root is None:
            return
        w = Names(root)
        for each in root.iter(w("style")):
            name = each.get(w("styleId")) or ""
            self._styles[name] = _style(each, w)
            if each.get(w("default")) in {"1", "true"} and each.get(w("type")) == "paragraph":
                self.default = name

    def of(self, name: str | None) -> Style:
        """Return a style with what it inherits, the nearest word first; one that is unknown says nothing."""
        if name not in self._whole:
            self._whole[name] = self._inherited(name)
        return self._whole[name]

    def _inherited(self, name: str | None) -> Style:
        found = _SILENT
        for _ in range(_DEPTH):
            if name not in self._styles:
                break
            style = self._styles[name]
            found = Style(
                based_on=style.based_on,
                bold=style.bold if found.bold is None else found.bold,
                hidden=style.hidden if found.hidden is None else found.hidden,
                indent=style.indent if found.indent is None else found.indent,
                number=style.number if found.number is None else found.number,
            )
            name = style.based_on
        return found


def _style(element: Element, w: Names) -> Style:
    paragraph, run = element.find(w("pPr")), element.find(w("rPr"))
    return Style(
        based_on=w.value(element, "basedOn"),
        bold=w.on(run, "b"),
        hidden=w.on(run, "vanish"),
        indent=first_line(paragraph, w),
        number=list_of(paragraph, w),
    )


def first_line(properties: Element | None, w: Names) -> int | None:
    """Return where the first line begins, in twips; None where the properties say nothing."""
    indent = None if properties is None else properties.find(w("ind"))
    if indent is None:
        return None
    left = w.whole(indent, "left") or w.whole(indent, "start")
    return left + w.whole(indent, "firstLine") - w.whole(indent, "hanging")


def list_of(properties: Element | None, w: Names) -> tuple[str, int] | None:
    """Return the list and level the properties name. A level without list is none; list "0" takes out of a list."""
    numbering = None if properties is None else properties.find(w("numPr"))
    name = w.value(numbering, "numId")
    if name is None:
        return None
    level = w.value(numbering, "ilvl") or "0"
    return name, min(int(level), 8) if level.isdigit() else 0
