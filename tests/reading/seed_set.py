"""The annex of Định Hóa 2024 as one value, read from the reviewed seed; and small sets to try one thing on."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache
from typing import Any

from app.domain.rules import Rule
from app.domain.set_content import FindingContent, NodeContent, SetContent
from app.domain.terms import ScoredBy, Severity
from app.services.seed_cells import figure, is_yes, rule_of, word, word_or_none
from app.services.seed_described import read_set
from app.services.seed_files import read_table, seed_folder

SEED = "dinh_hoa_2024"


@cache
def seed_set() -> SetContent:
    folder = seed_folder(SEED)
    described = read_set(folder)
    names = {row["code"]: row["name"] for row in read_table(folder, "units.csv")}
    findings: defaultdict[str, list[FindingContent]] = defaultdict(list)
    for row in read_table(folder, "findings.csv"):
        findings[row["code"]].append(
            FindingContent(
                row["finding"], word(row, "severity", Severity), row["message"], is_yes(row, "settled"), row["choice"]
            )
        )
    return SetContent(
        code=described.code,
        name=described.name,
        year=described.year,
        notes=described.notes,
        legal_basis=described.legal_basis,
        nodes=tuple(
            NodeContent(
                code=row["code"],
                parent=row["parent"] or None,
                title=row["title"],
                maximum=figure(row, "maximum"),
                original=row["original"],
                requirement=row["requirement"],
                evidence=row["evidence"],
                agency_printed=row["agency_printed"],
                agency_code=row["agency"],
                agency_name=names.get(row["agency"], ""),
                scored_by=word_or_none(row, "scored_by", ScoredBy),
                rule=rule_of(row),
                findings=tuple(findings[row["code"]]),
            )
            for row in read_table(folder, "criteria.csv")
        ),
    )


def small_set(*rules: Rule, **node: Any) -> SetContent:
    """Return a set of one field with a leaf of 10 points for each rule; `node` adds to every leaf."""
    leaves = tuple(
        NodeContent(
            **{
                "code": f"1.{place}",
                "parent": "I",
                "title": f"Tiêu chí {place}",
                "maximum": Decimal(10),
                "scored_by": ScoredBy.UNIT,
                "rule": rule,
                **node,
            }
        )
        for place, rule in enumerate(rules, start=1)
    )
    root = NodeContent(code="I", parent=None, title="Lĩnh vực", maximum=Decimal(10 * len(rules)))
    return SetContent(code="thu", name="Bộ thử", year=2025, legal_basis="01/QĐ-UBND", nodes=(root, *leaves))
