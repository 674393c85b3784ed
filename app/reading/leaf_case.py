"""One leaf while its rule is read: its clauses, and the findings that come up on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from app.domain.points import plain
from app.domain.rule_codec import rule_to_json
from app.domain.rules import Rule, ZeroGround
from app.reading.clauses import Clause, Sorted
from app.reading.draft import LeafText
from app.reading.findings import Finding, FindingCode, Remedy


@dataclass(slots=True)
class LeafCase:
    """`maximum`: of the leaf, or the highest points its sentences name where the paper names none."""

    leaf: LeafText
    maximum: Decimal
    sorted: Sorted
    findings: list[Finding] = field(default_factory=list)
    zero_when: list[ZeroGround] = field(default_factory=list)
    nothing_arose: Decimal | None = None

    @property
    def clauses(self) -> list[Clause]:
        return self.sorted.clauses

    @property
    def words(self) -> str:
        """Return everything the leaf says, folded, to look words up in."""
        return "\n".join([self.leaf.title, *(line.text for line in self.leaf.lines)]).lower()

    def find(
        self, code: FindingCode, *, row: int | None = None, remedies: tuple[Remedy, ...] = (), **details: str
    ) -> None:
        rows = tuple(line.row for line in self.leaf.lines[:1]) if row is None else (row,)
        self.findings.append(Finding(code, self.leaf.code, details, remedies, rows))


def keep() -> Remedy:
    """The way out that every finding has: it stays as the paper prints it."""
    return Remedy("keep")


def take_rule(key: str, rule: Rule) -> Remedy:
    return Remedy(key, {"rule": rule_to_json(rule)})


def figure(value: Decimal | None) -> str:
    return "" if value is None else plain(value)
