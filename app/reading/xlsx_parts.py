"""What a workbook keeps apart from its sheets: shared texts, looks of cells, merged areas, hidden columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.reading.letters import clean
from app.reading.package import Element, local
from app.reading.xlsx_figures import GENERAL, Format, builtin, format_of

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_TRUE = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class Wording:
    """A text; `bold`: every part of its first line is bold by itself, None where the cell decides."""

    text: str
    bold: bool | None = None


@dataclass(frozen=True, slots=True)
class Look:
    form: Format
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Area:
    """Rows from 1, columns from 0, both ends within."""

    top: int
    left: int
    bottom: int
    right: int


def truth(text: str | None) -> bool:
    return text in _TRUE


def whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def place(reference: str) -> tuple[int, int] | None:
    """Return row (from 1) and column (from 0) of "B7", None for what is no cell."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def area(reference: str) -> Area | None:
    first, _, last = reference.partition(":")
    start, end = place(first), place(last or first)
    if start is None or end is None:
        return None
    return Area(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def wording(element: Element) -> Wording:
    """Return a shared or inline text: its runs joined, readings of East Asian letters left out."""
    parts: list[tuple[str, bool | None]] = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append((_unescaped(child.text or ""), None))
        elif name == "r":
            text = "".join(each.text or "" for each in child if local(each) == "t")
            parts.append((_unescaped(text), _bold_run(child)))
    return Wording(clean("".join(text for text, _ in parts)), _bold(parts))


def _bold_run(run: Element) -> bool:
    properties = next((each for each in run if local(each) == "rPr"), None)
    return properties is not None and _has_bold(properties)


def _has_bold(properties: Element) -> bool:
    return any(local(each) == "b" and each.get("val") not in {"0", "false"} for each in properties)


def _bold(parts: list[tuple[str, bool | None]]) -> bool | None:
    said: list[bool | None] = []
    for text, bold in parts:
        first, broken, _ = text.partition("\n")
        if first.strip():
            said.append(bold)
        if broken and said:
            break
    return None if not said or None in said else all(said)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text) if "_x" in text else text


def looks(root: Element | None) -> list[Look]:
    """Return the looks of cells by their number; a workbook without styles has one."""
    if root is None:
        return [Look(Format())]
    groups = {local(group): group for group in root}
    codes = {whole(each.get("numFmtId")): each.get("formatCode") or GENERAL for each in groups.get("numFmts", ())}
    bold = [_has_bold(font) for font in groups.get("fonts", ())]
    known: dict[int, Format] = {}
    found = []
    for xf in groups.get("cellXfs", ()):
        number, font = whole(xf.get("numFmtId")), whole(xf.get("fontId"))
        form = known.setdefault(number, format_of(codes.get(number) or builtin(number)))
        alignment = next((each for each in xf if local(each) == "alignment"), None)
        indent = 0 if alignment is None else whole(alignment.get("indent"))
        found.append(Look(form, font < len(bold) and bold[font], indent))
    return found or [Look(Format())]
