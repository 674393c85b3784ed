"""What is understood of an appendix, on its way from rows to a criteria set."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.domain.rules import Rule
from app.domain.terms import ScoredBy
from app.reading.findings import Finding


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a criterion's own text. `row`: number of its row. `points`: what stands beside it in the column of
    points, as printed."""

    text: str
    row: int
    points: str | None = None


@dataclass(frozen=True, slots=True)
class LeafText:
    """Everything the paper says at one leaf, in its order, before a rule is read from it.

    `lines`: the text under the title (options, notes, formulas), the title left out. `mark`: what is printed in the
    column of the self score ("XHH"). `above`: notes and evidence texts of the branches above, nearest first; `under`:
    their titles.
    """

    code: str
    title: str
    maximum: Decimal | None
    lines: tuple[Line, ...]
    evidence: tuple[Line, ...] = ()
    mark: str = ""
    above: tuple[Line, ...] = ()
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleReading:
    """`requirement`: the lines that are no option, step or formula of the rule, joined, readable on the sheet.

    `lines`: rows the rule was read from.
    """

    rule: Rule
    scored_by: ScoredBy
    requirement: str = ""
    findings: tuple[Finding, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCriterion:
    """One node. `level`: 1 at the top. `maximum` None: the paper names none that could be read (an error says so).

    `agency`: after inheritance and unification; `agency_printed`: as it stands at this row, or "".
    """

    code: str
    parent: str | None
    level: int
    title: str
    maximum: Decimal | None
    rule: Rule | None
    scored_by: ScoredBy | None
    original: str
    requirement: str = ""
    evidence: tuple[str, ...] = ()
    agency: str | None = None
    agency_printed: str = ""
    rows: tuple[int, ...] = ()

    @property
    def leaf(self) -> bool:
        return self.rule is not None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who works on a branch. `branch`: the code of the criterion it was matched to, or the words as printed."""

    branch: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Appendix:
    """One table of criteria, read whole. `printed_total`: the maximum the paper gives for all of it, if it does."""

    title: str
    criteria: tuple[ReadCriterion, ...]
    findings: tuple[Finding, ...]
    assignments: tuple[Assignment, ...] = ()
    printed_total: Decimal | None = None
