"""A node on its way to a criterion, and what is to be told about it before its code is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.reading.codes import Mark
from app.reading.draft import Line
from app.reading.findings import Finding, FindingCode, Remedy


@dataclass(slots=True, eq=False)
class Branch:
    """One criterion while the tree is built. `printed`: its points as they stand in their column.

    `lost`: the paper shows no number, `mark` was inferred or is None; `form`: the words of the column of self scores.
    """

    title: str
    row: int
    mark: Mark | None = None
    printed: str = ""
    maximum: Decimal | None = None
    title_points: bool = False
    bold: bool = False
    indent: int = 0
    lost: bool = False
    numeric_code: bool = False
    form: str = ""
    agency_printed: str = ""
    agency: str | None = None
    code: str = ""
    rows: list[int] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    evidence: list[Line] = field(default_factory=list)
    parent: Branch | None = None
    children: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterator[Branch]:
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Branch]:
        """Yield the parent, its parent and so on."""
        above = self.parent
        while above:
            yield above
            above = above.parent

    def adopt(self, child: Branch) -> None:
        child.parent = self
        self.children.append(child)


def walk_all(roots: Sequence[Branch]) -> Iterator[Branch]:
    for root in roots:
        yield from root.walk()


@dataclass(frozen=True, slots=True)
class _Remark:
    code: FindingCode
    at: Branch | None
    details: Mapping[str, str]
    remedies: tuple[Remedy, ...]
    rows: tuple[int, ...]


class Remarks:
    """Collects findings; `where` is filled in at the end, when every code is known."""

    def __init__(self) -> None:
        self._all: list[_Remark] = []

    def add(
        self,
        code: FindingCode,
        at: Branch | None = None,
        *,
        rows: Sequence[int] = (),
        remedies: Sequence[Remedy] = (),
        **details: str,
    ) -> None:
        self._all.append(_Remark(code, at, details, tuple(remedies), tuple(rows) or ((at.row,) if at else ())))

    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(remark.code, _where(remark.at), remark.details, remark.remedies, remark.rows)
            for remark in self._all
        )


def _where(at: Branch | None) -> str:
    return (at.code or at.title) if at else ""
