"""Count what a seed holds and name every broken invariant; needs no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.criteria import Node, Tree, tree_problems
from app.domain.errors import DomainError
from app.domain.points import sum_points
from app.domain.rule_checks import check_rule
from app.domain.terms import ScoredBy, Severity
from app.services.seed_cells import figure, is_yes, rule_of, word, word_or_none
from app.services.seed_examples import EXAMPLES, Tried, example_problems
from app.services.seed_files import seed_folder
from app.services.seed_references import SeedTables, reference_problems


@dataclass(frozen=True, slots=True)
class SetCounts:
    """Counts of one criteria set; `rows` are the numbered rows, parts left out; `code` "" where it cannot be read."""

    code: str
    nodes: int
    rows: int
    leaves: int
    unit_leaves: int
    maximum: Decimal
    findings_open: int
    findings_settled: int


@dataclass(frozen=True, slots=True)
class SeedReport:
    """The criteria sets of a seed, its first one first, and the problems found."""

    sets: tuple[SetCounts, ...]
    problems: tuple[DomainError, ...]


#: a part ("NỘI DUNG I") has a heading but no number of its own in the paper
PART_PREFIX = "ND."


def check_seed(name: str) -> SeedReport:
    """Return the counts and problems of seed `name`. Raises NotFound when there is no such seed."""
    tables = SeedTables(seed_folder(name))
    counts: list[SetCounts] = []
    problems: list[DomainError] = []
    for place in tables.places:
        nodes, found = _nodes(tables, place)
        broken = {problem.details.get("criterion") for problem in found}
        problems += found
        problems += _finding_problems(tables, place)
        problems += _example_problems(tables, place, [node for node in nodes if node.code not in broken])
        counts.append(_counts(tables, place, nodes))
    problems += reference_problems(tables)
    return SeedReport(tuple(counts), (*tables.problems, *problems))


def _counts(tables: SeedTables, place: str, nodes: Sequence[Node]) -> SetCounts:
    leaves = Tree(tuple(nodes)).leaves
    findings = tables.rows(place + "findings.csv")
    settled = sum(row["settled"] == "yes" for row in findings)
    described = tables.sets.get(place)
    return SetCounts(
        code=described.code if described is not None else "",
        nodes=len(nodes),
        rows=sum(not node.code.startswith(PART_PREFIX) for node in nodes),
        leaves=len(leaves),
        unit_leaves=sum(leaf.scored_by is ScoredBy.UNIT for leaf in leaves),
        maximum=sum_points(leaf.maximum for leaf in leaves),
        findings_open=len(findings) - settled,
        findings_settled=settled,
    )


def _nodes(tables: SeedTables, place: str) -> tuple[list[Node], list[DomainError]]:
    """Return the criteria that can be read; what the tree must hold is asked only of all of them."""
    nodes: list[Node] = []
    problems: list[DomainError] = []
    unread = False
    for position, row in enumerate(tables.rows(place + "criteria.csv"), start=1):
        try:
            maximum, scored_by = figure(row, "maximum"), word_or_none(row, "scored_by", ScoredBy)
        except DomainError as problem:
            problems.append(problem)
            unread = True
            continue
        rule = None
        try:
            rule = rule_of(row)
            if rule is not None:
                check_rule(rule, maximum)
        except DomainError as problem:
            problem.details.setdefault("criterion", row["code"])
            problems.append(problem)
        nodes.append(Node(row["code"], row["parent"] or None, row["title"], maximum, rule, scored_by, position))
    if tables.whole(place + "criteria.csv") and not unread:
        problems += tree_problems(nodes)
    return nodes, problems


def _example_problems(tables: SeedTables, place: str, nodes: Sequence[Node]) -> Iterator[DomainError]:
    """Run the examples of criteria with nothing wrong; of the others nobody is told what only follows."""
    tried, codes = {node.code: Tried(node.rule, node.maximum) for node in nodes}, tables.codes(place + "criteria.csv")
    if codes is not None:
        rows = [row for row in tables.rows(place + EXAMPLES) if row["code"] in tried or row["code"] not in codes]
        yield from example_problems(rows, tried)


def _finding_problems(tables: SeedTables, place: str) -> Iterator[DomainError]:
    codes = tables.codes(place + "criteria.csv")
    for row in tables.rows(place + "findings.csv"):
        said = {**row.place(), "code": row["code"], "finding": row["finding"]}
        if codes is not None and row["code"] not in codes:
            yield DomainError("finding_without_criterion", **said)
        try:
            settled, severity = is_yes(row, "settled"), word(row, "severity", Severity)
        except DomainError as problem:
            yield problem
            continue
        if settled and not row["choice"]:
            yield DomainError("settled_without_choice", **said)
        if not settled and severity is Severity.ERROR:
            yield DomainError("unsettled_error_finding", **said)
