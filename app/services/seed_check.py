"""Count what a seed holds and name every broken invariant; needs no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from app.domain.criteria import Node, Tree, tree_problems
from app.domain.errors import DomainError
from app.domain.points import parse_number, sum_points
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.domain.terms import ScoredBy, Severity
from app.services.seed_files import is_yes, read_table, seed_folder


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Counts of a seed's tree and the problems found; `rows` are the numbered rows, parts left out."""

    nodes: int
    rows: int
    leaves: int
    unit_leaves: int
    maximum: Decimal
    findings_open: int
    findings_settled: int
    problems: tuple[DomainError, ...]


#: a part ("NỘI DUNG I") has a heading but no number of its own in the paper
PART_PREFIX = "ND."


def check_seed(name: str) -> SeedReport:
    """Return the counts and problems of seed `name`. Raises NotFound when there is no such seed."""
    folder = seed_folder(name)
    nodes, problems = _nodes(folder)
    problems += tree_problems(nodes)
    findings = read_table(folder, "findings.csv")
    codes = {node.code for node in nodes}
    for row in findings:
        settled = is_yes(row, "settled")
        if row["code"] not in codes:
            problems.append(DomainError("finding_without_criterion", code=row["code"]))
        if settled and not row["choice"]:
            problems.append(DomainError("settled_without_choice", code=row["code"], finding=row["finding"]))
        if not settled and Severity(row["severity"]) is Severity.ERROR:
            problems.append(DomainError("unsettled_error_finding", code=row["code"], finding=row["finding"]))
    problems += _unknown_branches(folder, codes)
    leaves = Tree(tuple(nodes)).leaves
    settled_count = sum(is_yes(row, "settled") for row in findings)
    return SeedReport(
        nodes=len(nodes),
        rows=sum(not node.code.startswith(PART_PREFIX) for node in nodes),
        leaves=len(leaves),
        unit_leaves=sum(leaf.scored_by is ScoredBy.UNIT for leaf in leaves),
        maximum=sum_points(leaf.maximum for leaf in leaves),
        findings_open=len(findings) - settled_count,
        findings_settled=settled_count,
        problems=tuple(problems),
    )


def _nodes(folder: Path) -> tuple[list[Node], list[DomainError]]:
    nodes, problems = [], []
    for position, row in enumerate(read_table(folder, "criteria.csv"), start=1):
        maximum = parse_number(row["maximum"], what=f"{row['code']} maximum")
        rule = None
        try:
            rule = rule_from_json(row["rule"]) if row["rule"] else None
            if rule is not None:
                check_rule(rule, maximum)
        except DomainError as problem:
            problem.details.setdefault("criterion", row["code"])
            problems.append(problem)
        nodes.append(
            Node(
                code=row["code"],
                parent=row["parent"] or None,
                title=row["title"],
                maximum=maximum,
                rule=rule,
                scored_by=ScoredBy(row["scored_by"]) if row["scored_by"] else None,
                position=position,
            ),
        )
    return nodes, problems


def _unknown_branches(folder: Path, codes: set[str]) -> Sequence[DomainError]:
    named = [("officers.csv", "branch"), ("appraisers.csv", "branch"), ("overrides.csv", "code")]
    return [
        DomainError("branch_unknown", file=file_name, branch=row[column])
        for file_name, column in named
        for row in read_table(folder, file_name)
        if row[column] not in codes
    ]
