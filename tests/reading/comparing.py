"""Holds an appendix as read against what a person expects of it, and says every difference in words.

Silently wrong is the one thing that must never be: an award that differs from the expected one, or an exact rule
where the sentence allows none, while no finding of weight stands on that leaf.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.rules import JudgedRule, PreviousPeriodRule, Rule
from app.domain.terms import Severity
from app.reading.draft import Appendix, ReadCriterion

Expected = dict[str, Any]


@dataclass
class Tally:
    """What was right of how many, and every difference."""

    fields: int = 0
    fields_right: int = 0
    agencies: int = 0
    agencies_right: int = 0
    executable: int = 0
    executable_right: int = 0
    differences: list[str] = field(default_factory=list)
    silently_wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name in ("fields", "fields_right", "agencies", "agencies_right", "executable", "executable_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.differences += other.differences
        self.silently_wrong += other.silently_wrong

    def field(self, code: str, name: str, wanted: object, got: object) -> None:
        self.fields += 1
        if wanted == got:
            self.fields_right += 1
        else:
            self.differences.append(f"{code} {name}: expected {wanted!r}, got {got!r}")


def folded(text: str) -> str:
    return " ".join(text.split())


def compare(expected: Expected, appendix: Appendix) -> Tally:
    tally = Tally()
    by_code: dict[str, ReadCriterion] = {}
    by_title: dict[str, ReadCriterion] = {}
    for criterion in appendix.criteria:
        by_code.setdefault(criterion.code, criterion)
        by_title.setdefault(folded(criterion.title), criterion)
    doubted = {finding.where for finding in appendix.findings if finding.severity is not Severity.INFO}
    used: set[int] = set()
    for row in expected["criteria"]:
        found = by_title.get(folded(row["title"])) if row.get("code_given") else by_code.get(row["code"])
        if found is not None:
            used.add(id(found))
        _hold(row, found, doubted, tally)
    invented = [criterion for criterion in appendix.criteria if id(criterion) not in used]
    for criterion in invented:
        tally.field(criterion.code, "criterion", None, criterion.title)
        _invented(criterion, doubted, tally)
    _totals(expected, appendix, tally)
    return tally


def _invented(criterion: ReadCriterion, doubted: set[str], tally: Tally) -> None:
    """A leaf the paper does not have would be scored: wrong, and silently so where nobody is told."""
    if executable(criterion) and criterion.code not in doubted and criterion.title not in doubted:
        tally.silently_wrong.append(f"{criterion.code} {criterion.title!r}: the paper has no such leaf")


def _hold(row: Expected, found: ReadCriterion | None, doubted: set[str], tally: Tally) -> None:
    leaf_wanted = row["leaf"] and row["executable"] and not row.get("open_bound")
    tally.executable += leaf_wanted
    given = row.get("code_given", False)
    if found is None:
        tally.field(row["code"], "criterion", row["code"], None)
        tally.fields += 3
        return
    tally.field(row["code"], "criterion", found.code if given else row["code"], found.code)
    tally.field(row["code"], "parent", found.parent if given else row["parent"], found.parent)
    titles = {folded(title) for title in (row["title"], *row.get("titles", []))}
    got = folded(found.title)
    tally.field(row["code"], "title", got if got in titles else folded(row["title"]), got)
    if row["maximum"] is not None:
        tally.field(row["code"], "maximum", Decimal(row["maximum"]), found.maximum)
    if "agency" in row:
        tally.agencies += 1
        same = row["agency"] == (folded(found.agency) if found.agency else None)
        tally.agencies_right += same
        if not same:
            tally.differences.append(f"{row['code']} agency: expected {row['agency']!r}, got {found.agency!r}")
    if row["leaf"]:
        _hold_rule(row, found, doubted, tally, counts=leaf_wanted)


def executable(criterion: ReadCriterion) -> bool:
    return criterion.rule is not None and not isinstance(criterion.rule, JudgedRule)


def _hold_rule(row: Expected, found: ReadCriterion, doubted: set[str], tally: Tally, *, counts: bool) -> None:
    told = found.code in doubted or found.title in doubted
    if not executable(found):
        if counts:
            tally.differences.append(_said(row, found, "an exact rule", "none"))
        wrong = ["a finding on a leaf without an exact rule"]
    elif not row["executable"]:
        wrong = ["no exact rule, or a finding"]
    else:
        wrong = list(_wrong_awards(row, found))
        tally.executable_right += counts and not wrong
        tally.differences += [_said(row, found, line, str(found.rule)) for line in wrong]
        if row.get("open_bound"):
            wrong.append("a finding on the bound the words leave open")
    if not told:
        tally.silently_wrong += [_said(row, found, line, str(found.rule)) for line in wrong]


def _said(row: Expected, found: ReadCriterion, wanted: str, got: str) -> str:
    return f"{row['code']} {row['title']!r}\n    says: {found.original!r}\n    expected: {wanted}\n    got: {got}"


def _wrong_awards(row: Expected, found: ReadCriterion) -> Iterator[str]:
    maximum = found.maximum if found.maximum is not None else Decimal(row["maximum"])
    assert found.rule is not None
    for given in row["awards"]:
        claims = [option["claim"] for option in given.get("any_of", [given])]
        got, claim = _first_answer(found.rule, claims, maximum)
        wanted = None if given["points"] is None else Decimal(given["points"])
        if (got if isinstance(got, Decimal) else None) != wanted:
            yield f"{claim} = {'refused' if wanted is None else wanted}, got {got}"


def _first_answer(rule: Rule, claims: list[Expected], maximum: Decimal) -> tuple[Decimal | str, Expected]:
    """Return what the first claim earns that the rule accepts, or why the last was refused."""
    refusal = ""
    for claim in claims:
        try:
            return award(rule, claim_from_json(_by_place(rule, claim)), maximum), claim
        except DomainError as refused:
            refusal = f"refused: {refused}"
    return refusal, claims[-1]


def _by_place(rule: Rule, claim: Expected) -> Expected:
    """Name measures "1", "2", … as the rule does: the paper does not say how a reader calls them."""
    if "measures" not in claim or not isinstance(rule, PreviousPeriodRule):
        return claim
    keys = {str(place): measure.key for place, measure in enumerate(rule.measures, start=1)}
    return {"measures": {keys.get(key, key): figures for key, figures in claim["measures"].items()}}


def _totals(expected: Expected, appendix: Appendix, tally: Tally) -> None:
    leaves = sum(criterion.leaf for criterion in appendix.criteria)
    tally.field("", "leaves", expected["leaves"], leaves)
    if expected["total"] is None:
        return
    tops = [criterion.maximum or Decimal(0) for criterion in appendix.criteria if criterion.parent is None]
    tally.field("", "total", Decimal(expected["total"]), sum(tops, Decimal(0)))
    if appendix.printed_total is not None:
        tally.field("", "printed total", Decimal(expected["total"]), appendix.printed_total)


def missing_findings(expected: Expected, appendix: Appendix) -> list[str]:
    """Return the expected findings that are not there. A code may name several ("a|b"); an empty place is any."""
    missing = []
    for codes, where in expected["findings"]:
        wanted = codes.split("|")
        if not any(finding.code in wanted and where in ("", finding.where) for finding in appendix.findings):
            missing.append(f"{codes} at {where or 'any place'}")
    return missing
