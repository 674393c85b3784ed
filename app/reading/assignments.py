"""Lists of who works on which branch, matched to the branches by their titles even where their numbers differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from app.reading.appendices import Piece
from app.reading.codes import read_code, split_code
from app.reading.columns import Layout, Role
from app.reading.document import Row
from app.reading.draft import Assignment
from app.reading.findings import FindingCode
from app.reading.remarks import Branch, Remarks, walk_all
from app.reading.sentences import fold, tidy

ALIKE = 0.82
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;+\n]|\s(?=Các bộ phận\b))\s*")


class _Printed(NamedTuple):
    row: int
    code: str
    title: str
    whole: str
    officers: tuple[str, ...]


def read_assignments(pieces: Sequence[Piece], roots: Sequence[Branch], remarks: Remarks) -> tuple[Assignment, ...]:
    """Return who works on what; a row without officers assigns nobody and is left out."""
    branches = list(walk_all(roots))
    found: list[Assignment] = []
    for piece in pieces:
        for row in piece.rows:
            printed = _printed(row, piece.layout)
            if printed and printed.officers:
                found.append(_matched(printed, branches, remarks))
            elif printed and _best(printed.title, branches) is None:
                remarks.add(FindingCode.UNUSED_TEXT, rows=(row.number,), text=printed.whole)
    return tuple(found)


def _printed(row: Row, layout: Layout) -> _Printed | None:
    texts: dict[Role, list[str]] = {}
    for cell in row.cells:
        texts.setdefault(layout.role_of(cell), []).append(tidy(cell.text))
    whole = " ".join([*texts.get(Role.CODE, []), *texts.get(Role.TITLE, [])])
    officers = " , ".join(texts.get(Role.OFFICERS, []))
    if not whole:
        return None
    mark, title = split_code(" ".join(texts.get(Role.TITLE, [])) or whole)
    own = read_code(texts[Role.CODE][0]) if Role.CODE in texts else None
    mark = own or mark
    names = tuple(name for name in _BETWEEN_NAMES.split(officers) if name)
    return _Printed(row.number, mark.code if mark else "", title, whole, names)


def _matched(printed: _Printed, branches: Sequence[Branch], remarks: Remarks) -> Assignment:
    best = _best(printed.title, branches, printed.code)
    if best is None:
        remarks.add(FindingCode.ASSIGNMENT_UNMATCHED, rows=(printed.row,), text=printed.whole)
        return Assignment(printed.whole, printed.officers)
    if printed.code and printed.code != best.code:
        remarks.add(
            FindingCode.ASSIGNMENT_RENUMBERED, best, rows=(printed.row,), printed=printed.code, branch=best.code
        )
    return Assignment(best.code, printed.officers)


def _best(title: str, branches: Sequence[Branch], code: str = "") -> Branch | None:
    """Return the branch whose title is most like `title`; of equals the one with the printed code, then the first."""
    plain = fold(title).strip(" .:;")
    titles = [(fold(branch.title).strip(" .:;"), branch) for branch in branches]
    same = [(1.0, branch) for there, branch in titles if there == plain]
    scored = same or [(_likeness(plain, there), branch) for there, branch in titles]
    top = max((score for score, _ in scored), default=0)
    if not plain or top < ALIKE:
        return None
    equals = [branch for score, branch in scored if score == top]
    return next((branch for branch in equals if branch.code == code), equals[0])


def _likeness(here: str, there: str) -> float:
    if here == there:
        return 1
    matcher = SequenceMatcher(None, here, there, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0
