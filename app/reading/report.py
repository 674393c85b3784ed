"""What was read, as the command prints it: JSON for programs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.domain.points import plain, sum_points
from app.domain.rule_codec import rule_to_json
from app.reading.draft import Appendix, ReadCriterion
from app.reading.findings import Finding


def maximum_of(appendix: Appendix) -> Decimal:
    """Return the sum of the maxima at the top; one that could not be read counts nothing and has its error."""
    tops = [node.maximum for node in appendix.criteria if node.parent is None and node.maximum is not None]
    return sum_points(tops)


def reading_json(appendix: Appendix, message: Callable[[Finding], str]) -> dict[str, Any]:
    """Return criteria, findings, assignments and totals; decimals as strings, rules as the set stores them."""
    return {
        "criteria": [_criterion(node) for node in appendix.criteria],
        "findings": [
            {
                "code": finding.code.value,
                "severity": finding.severity.value,
                "where": finding.where,
                "message": message(finding),
            }
            for finding in appendix.findings
        ],
        "assignments": [{"branch": row.branch, "officers": list(row.officers)} for row in appendix.assignments],
        "totals": {
            "leaves": sum(1 for node in appendix.criteria if node.leaf),
            "maximum": plain(maximum_of(appendix)),
        },
    }


def _criterion(node: ReadCriterion) -> dict[str, Any]:
    return {
        "code": node.code,
        "parent": node.parent,
        "level": node.level,
        "title": node.title,
        "maximum": None if node.maximum is None else plain(node.maximum),
        "leaf": node.leaf,
        "scored_by": node.scored_by.value if node.scored_by else None,
        "rule": rule_to_json(node.rule) if node.rule is not None else None,
        "evidence": list(node.evidence),
        "agency": node.agency,
        "original": node.original,
    }
