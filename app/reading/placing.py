"""Where a criterion hangs: by its number first, by its place on the page where the number leads nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.reading.codes import OUTER, Mark, Style
from app.reading.figures import option_points
from app.reading.findings import FindingCode
from app.reading.remarks import Branch, Remarks, walk_all

_RANK = {Style.PART: 0, Style.CAPITAL: 1, Style.ROMAN: 2, Style.NUMBER: 4, Style.DOTTED: 5, Style.NONE: 9}
_RANK |= {Style.LETTER: 15, Style.SMALL_ROMAN: 15, Style.BRACKETED: 16, Style.BULLET: 17}
_WORD_RANK = {"linh vuc": 2, "nhom tieu chi": 2, "muc": 2, "tieu chi": 4, "tieu chi thanh phan": 5, OUTER: 14}


def rank_of(mark: Mark | None) -> int:
    """Return how deep a style stands by custom, where the paper itself does not show it."""
    if mark is None:
        return _RANK[Style.NONE]
    if mark.style is Style.DOTTED:
        return _RANK[Style.DOTTED] + len(mark.numbers)
    return _WORD_RANK.get(mark.word, _RANK[mark.style])


class Placer:
    """Hangs criteria into the tree in the order of the paper. `known`: every number the table prints."""

    def __init__(self, remarks: Remarks, known: frozenset[tuple[int, ...]]) -> None:
        self.remarks = remarks
        self.known = known
        self.roots: list[Branch] = []
        self.stack: list[Branch] = []
        self.doubtful: list[tuple[Branch, Branch | None, Branch]] = []
        self._missing: set[tuple[int, ...]] = set()

    def place(self, branch: Branch, after: Mark | None) -> None:
        """Hang `branch`; `after` is the mark of the next numbered criterion, which tells a lost number."""
        if branch.mark is None:
            branch.lost = True
            branch.mark = self._lost_mark(branch, after)
        parent = self._parent_of(branch)
        self._mend_mangled(branch, parent)
        self._hang(branch, parent)

    def _hang(self, branch: Branch, parent: Branch | None) -> None:
        while self.stack and self.stack[-1] is not parent:
            self.stack.pop()
        if parent:
            parent.adopt(branch)
            if not self.stack:  # a closed branch is opened again
                self.stack = [*reversed(list(parent.ancestors())), parent]
        else:
            self.roots.append(branch)
        self.stack.append(branch)

    def _parent_of(self, branch: Branch) -> Branch | None:
        mark = branch.mark
        if mark is None:
            return self._parent_of_uncoded(branch)
        if mark.style is Style.BULLET:
            return next((open_ for open_ in reversed(self.stack) if not _is(open_, Style.BULLET)), None)
        if mark.style is Style.DOTTED:
            return self._parent_of_dotted(branch, mark)
        return self._parent_by_place(mark)

    def _parent_of_uncoded(self, branch: Branch) -> Branch | None:
        for open_ in reversed(self.stack):
            if open_.mark is None and (open_.bold, open_.indent) == (branch.bold, branch.indent):
                return open_.parent
        uncoded = [open_ for open_ in self.stack if open_.mark is None]
        if uncoded:
            return self.stack[-1] if uncoded[-1].bold and not branch.bold else uncoded[0].parent
        return self.stack[-1] if self.stack and not branch.bold else None

    def _parent_of_dotted(self, branch: Branch, mark: Mark) -> Branch | None:
        upper = mark.numbers[:-1]
        if exact := self._open_with(upper, lettered=mark.code[:1].islower()):
            return exact
        by_place = self._parent_by_place(mark)
        closed = next((b for b in reversed(list(walk_all(self.roots))) if _carries(b, upper)), None)
        if closed and by_place:
            self.doubtful.append((branch, closed, by_place))
            return by_place
        if upper in self.known:
            if by_place:
                self.doubtful.append((branch, None, by_place))
            return by_place
        return self._under_missing(mark, upper, by_place)

    def _under_missing(self, mark: Mark, upper: tuple[int, ...], by_place: Branch | None) -> Branch | None:
        """The row above was never printed: hang beside the last branch of its depth, and say so."""
        beside = self._open_with((*upper[:-1], upper[-1] - 1)) if upper else None
        if beside is None:
            return by_place
        if upper not in self._missing:
            self._missing.add(upper)
            number = ".".join(mark.code.split(".")[:-1])
            self.remarks.add(FindingCode.NUMBER_MISSING, beside, number=number)
        return beside.parent

    def _open_with(self, numbers: tuple[int, ...], *, lettered: bool = False) -> Branch | None:
        """Return the open branch of these numbers; b is no 2 that 2.1 could stand under, save for b.1."""
        found = [b for b in self.stack if _carries(b, numbers) and (lettered or not _is(b, Style.LETTER))]
        plain = [open_ for open_ in found if not _is(open_, Style.PART)]
        if plain:
            return plain[-1]
        top = self.stack[-1] if self.stack else None
        dotted_below = found and all(_is(child, Style.DOTTED) for child in found[-1].children)
        return found[-1] if found and (top is found[-1] or dotted_below) else None

    def _parent_by_place(self, mark: Mark) -> Branch | None:
        for open_ in reversed(self.stack):
            if open_.mark and open_.mark.key == mark.key:
                return open_.parent
        if mark.style is Style.PART or not self.stack:
            return None
        top = self.stack[-1]
        scored = any(option_points(line.text) is not None or line.points for line in top.lines)
        fresh = not scored and not top.children and mark.last == 1
        if fresh and mark.style is not Style.DOTTED and not _is(top, Style.DOTTED):
            return top
        rank = rank_of(mark)
        return next((open_ for open_ in reversed(self.stack) if rank_of(open_.mark) < rank or _is_head(open_)), None)

    def _lost_mark(self, branch: Branch, after: Mark | None) -> Mark | None:
        """Infer the number of a row that shows none, from what follows, else from the sum it completes."""
        if after is not None and (mark := self._mark_before(after)):
            return mark
        for open_ in reversed(self.stack):
            if open_.parent and open_.mark and open_.mark.numbers and _completes(open_.parent, branch):
                return open_.mark.renumbered(open_.mark.last + 1)
        if _numbered(self.roots) and self.stack:
            return self._beside_same_look(branch)
        return None

    def _mark_before(self, after: Mark) -> Mark | None:
        upper = after.numbers[:-1]
        if after.style is Style.DOTTED and after.last == 1 and upper not in self.known and not self._open_with(upper):
            return self._mark_of(upper)
        for open_ in reversed(self.stack):
            mark = open_.mark
            same = mark is not None and mark.key == after.key and mark.numbers[:-1] == upper
            if same and mark is not None and after.last == mark.last + 2:
                return mark.renumbered(mark.last + 1)
        return None

    def _mark_of(self, numbers: tuple[int, ...]) -> Mark:
        for branch in self.stack:
            mark = branch.mark
            alike = mark is not None and len(mark.numbers) == len(numbers) and mark.numbers[:-1] == numbers[:-1]
            if alike and mark is not None and mark.style is not Style.PART:
                return mark.renumbered(numbers[-1])
        style = Style.NUMBER if len(numbers) == 1 else Style.DOTTED
        return Mark(style, ".".join(str(number) for number in numbers), numbers)

    def _beside_same_look(self, branch: Branch) -> Mark | None:
        look = (branch.bold, branch.indent)
        same = [open_ for open_ in self.stack if open_.mark and (open_.bold, open_.indent) == look]
        beside = same[-1] if same else self.stack[-1]
        mark = beside.mark
        if mark is None or mark.style is Style.BULLET or mark.renumbered(mark.last + 1).numbers in self.known:
            return Mark(Style.BULLET, "")
        return mark.renumbered(mark.last + 1)

    def _mend_mangled(self, branch: Branch, parent: Branch | None) -> None:
        """A workbook turns 1.10 into 1.1: behind 1.9 it is read as 1.10."""
        mark = branch.mark
        before = (parent.children if parent else self.roots)[-1:] if mark and mark.style is Style.DOTTED else []
        if not mark or not before or before[0].mark is None or before[0].mark.key != mark.key:
            return
        expected = before[0].mark.last + 1
        if expected % 10 == 0 and mark.last * 10 == expected:
            branch.mark = mark.renumbered(expected)
            self.remarks.add(
                FindingCode.CODE_DISAGREES, branch, printed=mark.code, parent=parent.title if parent else ""
            )


def settle_doubts(placer: Placer, remarks: Remarks) -> None:
    """Where number and place name two parents, keep the one whose sum comes out right; the place where neither does."""
    for branch, by_number, by_place in placer.doubtful:
        assert branch.mark
        printed = branch.mark.code
        if by_number and _sum(by_place.children) != by_place.maximum and _completes(by_number, branch):
            by_place.children.remove(branch)
            by_number.adopt(branch)
            by_number.children.sort(key=lambda child: child.mark.last if child.mark else 0)
        elif _restarts(by_place, branch):
            continue
        parent = branch.parent
        assert parent
        remarks.add(FindingCode.CODE_DISAGREES, branch, printed=printed, parent=parent.title)


def _restarts(parent: Branch, branch: Branch) -> bool:
    """Return whether the numbering simply begins anew under this parent: 1.1 again under the second field."""
    uppers = {child.mark.numbers[:-1] for child in parent.children if child.mark and child.mark.style is Style.DOTTED}
    first = parent.children[0].mark
    begins = first is not None and first.last == 1 and len(parent.children) > 1
    return begins and len(uppers) == 1 and branch.mark is not None


def _completes(parent: Branch, branch: Branch) -> bool:
    if parent.maximum is None or branch.maximum is None:
        return False
    others = [child for child in parent.children if child is not branch]
    return _sum(others) + branch.maximum == parent.maximum


def _sum(branches: Sequence[Branch]) -> Decimal:
    return sum((branch.maximum or Decimal(0) for branch in branches), Decimal(0))


def _numbered(roots: Sequence[Branch]) -> bool:
    return any(branch.mark and branch.mark.numbers for branch in walk_all(roots))


def _carries(branch: Branch, numbers: tuple[int, ...]) -> bool:
    return branch.mark is not None and bool(numbers) and branch.mark.numbers == numbers


def _is(branch: Branch, style: Style) -> bool:
    return branch.mark is not None and branch.mark.style is style


def _is_head(branch: Branch) -> bool:
    """A heading without a number stands above whatever is numbered below it."""
    return branch.mark is None and branch.bold
