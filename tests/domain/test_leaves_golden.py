"""Every leaf of the annex of Định Hóa 2024 against points worked out by hand from its sentences."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.rule_codec import kind_of, rule_from_json
from app.services.seed_files import read_table, seed_folder
from tests.domain.golden_rows import golden

ROWS = {row["code"]: row for row in read_table(seed_folder("dinh_hoa_2024"), "criteria.csv")}
LEAVES = {code: row for code, row in ROWS.items() if row["rule"]}
CASES = golden("dinh_hoa_2024_leaves.csv")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['code']} {case['claim']}")
def test_a_leaf_earns_what_its_sentence_says(case: dict[str, str]) -> None:
    row = LEAVES[case["code"]]
    assert Decimal(row["maximum"]) == Decimal(case["maximum"])
    try:
        earned = str(award(rule_from_json(row["rule"]), claim_from_json(case["claim"]), Decimal(row["maximum"])))
    except DomainError as refused:
        earned = f"refused:{refused.code}"
    if case["expected"].startswith("refused:") or earned.startswith("refused:"):
        assert earned == case["expected"], case["source"]
    else:
        assert Decimal(earned) == Decimal(case["expected"]), case["source"]


def test_each_of_the_eighty_leaves_has_its_rows() -> None:
    assert {case["code"] for case in CASES} == set(LEAVES)
    assert len(LEAVES) == 80


def test_the_kinds_split_as_the_annex_was_read() -> None:
    """54 + 6 + 6 + 4 + 2 + 1 + 5 + 2 = 80: choices of two, of more, proportional, percent, count, deduction …"""
    kinds: Counter[str] = Counter()
    for row in LEAVES.values():
        rule = rule_from_json(row["rule"])
        kind = kind_of(rule)
        if kind == "choice":
            kind += " of 2" if len(rule.options) == 2 else " of more"  # type: ignore[union-attr]
        if kind == "bands":
            kind += f" on {rule.on.value}"  # type: ignore[union-attr]
        kinds[kind] += 1
    assert kinds == {
        "choice of 2": 54,
        "choice of more": 6,
        "proportional": 6,
        "bands on percent": 4,
        "bands on count": 2,
        "deduction": 1,
        "survey": 5,
        "previous_period": 2,
    }
