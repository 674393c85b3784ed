"""The codes criteria end up with: as printed where that is enough, the parent's before them where it is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from app.reading.codes import Mark, Style, roman
from app.reading.findings import FindingCode
from app.reading.placing import rank_of
from app.reading.remarks import Branch, Remarks, walk_all

LONGEST = 20


def name_all(roots: Sequence[Branch], remarks: Remarks) -> None:
    """Give every criterion its code, at most 20 letters and its own within the set; say what had to be changed."""
    repeated = _repeated(roots)
    taken: set[str] = set()
    for branch in walk_all(roots):
        _name(branch, repeated, taken, remarks, roots)
        taken.add(branch.code)
    for branch in walk_all(roots):
        if branch.lost:
            remarks.add(FindingCode.CODE_LOST, branch, given=branch.code)
        _say_skipped(branch.children, remarks)
    _say_skipped(roots, remarks)


def _repeated(roots: Sequence[Branch]) -> set[tuple[int, Style]]:
    """Return (parent, style) of siblings whose printed codes stand under another parent too."""
    places: dict[str, list[Branch]] = defaultdict(list)
    for branch in walk_all(roots):
        if branch.mark and branch.mark.code:
            places[branch.mark.code].append(branch)
    found: set[tuple[int, Style]] = set()
    for branches in places.values():
        highest = min(rank_of(branch.mark) for branch in branches)
        top = [branch for branch in branches if rank_of(branch.mark) == highest]
        parents = {id(branch.parent) for branch in top}
        for branch in branches:
            if branch.parent and branch.mark and (len(parents) > 1 or branch not in top):
                found.add((id(branch.parent), branch.mark.style))
    return found


def _name(
    branch: Branch, repeated: set[tuple[int, Style]], taken: set[str], remarks: Remarks, roots: Sequence[Branch]
) -> None:
    mark, parent = branch.mark, branch.parent
    if mark is None or not mark.code:
        branch.lost = True
        branch.code = _by_position(branch, parent, roots, taken)
        return
    branch.code = mark.code
    if parent and (id(parent), mark.style) in repeated:
        branch.code = _under(parent.code, mark.code)
        first = next(child for child in parent.children if child.mark and child.mark.style is mark.style)
        if first is branch:
            remarks.add(FindingCode.CODE_QUALIFIED, branch, printed=mark.code)
    if branch.code in taken:
        _name_twice(branch, taken, remarks, roots)


def _name_twice(branch: Branch, taken: set[str], remarks: Remarks, roots: Sequence[Branch]) -> None:
    printed = branch.code
    first = next(other for other in walk_all(roots) if other.code == printed)
    branch.code = next(code for number in range(2, 999) if (code := f"{printed[:16]}-{number}") not in taken)
    rows = (first.row, branch.row)
    remarks.add(FindingCode.CODE_TWICE, first, other=branch.title, rows=rows, printed=printed)
    remarks.add(FindingCode.CODE_TWICE, branch, other=first.title, rows=rows, printed=printed)


def _by_position(branch: Branch, parent: Branch | None, roots: Sequence[Branch], taken: set[str]) -> str:
    """Return a code by the place among siblings that no other has or prints; at the top a Roman figure may be free."""
    siblings = parent.children if parent else roots
    place = next(number for number, other in enumerate(siblings, start=1) if other is branch)
    used = taken | {other.mark.code for other in walk_all(roots) if other.mark}
    while True:
        tried = [_under(parent.code, str(place))] if parent else [str(place), roman(place)]
        if free := [code for code in tried if code not in used]:
            return free[0]
        place += 1


def _under(parent: str, code: str) -> str:
    whole = f"{parent}.{code}"
    if len(whole) <= LONGEST:
        return whole
    tail = parent[-(LONGEST - len(code) - 1) :].lstrip(".")
    return f"{tail}.{code}"


def _say_skipped(siblings: Sequence[Branch], remarks: Remarks) -> None:
    for before, after in pairwise(siblings):
        if _comparable(before.mark, after.mark):
            assert before.mark
            assert after.mark
            for number in range(before.mark.last + 1, min(after.mark.last, before.mark.last + 4)):
                remarks.add(FindingCode.NUMBER_MISSING, after, number=after.mark.renumbered(number).code)


def _comparable(before: Mark | None, after: Mark | None) -> bool:
    return (
        before is not None
        and after is not None
        and before.key == after.key
        and before.numbers[:-1] == after.numbers[:-1]
        and bool(before.numbers)
    )


def say_first_skipped(roots: Sequence[Branch], remarks: Remarks) -> None:
    """Say a number skipped at the head of a branch: neither the first nor the one after the last of its style."""
    last: dict[tuple[Style, str, int], int] = {}
    for branch in walk_all(roots):
        mark = branch.mark
        if mark is None or not mark.numbers:
            continue
        first = not branch.parent or branch.parent.children[0] is branch
        follows = last.get(mark.key, 0) + 1 if mark.style is not Style.DOTTED else 1
        if first and branch.parent and mark.last not in {1, follows} and mark.last > 1:
            number = follows if 1 < follows < mark.last else 1
            remarks.add(FindingCode.NUMBER_MISSING, branch, number=mark.renumbered(number).code)
        last[mark.key] = mark.last
