"""Every leaf of the sample sets of four systems against points worked out by hand from its sentences."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.errors import DomainError
from app.domain.rule_codec import rule_from_json
from app.domain.rules import ChoiceRule
from app.services.seed_described import read_sets
from app.services.seed_files import read_table, seed_folder
from tests.domain.golden_rows import golden

SEEDS = ("quang_tri_2024", "thai_binh_2023", "phu_yen_2022", "tinh_2025")
LEAVES = {
    (described.code, row["code"]): row
    for seed in SEEDS
    for place, described in read_sets(seed_folder(seed)).items()
    for row in read_table(seed_folder(seed), place + "criteria.csv")
    if row["rule"]
}
CASES = [case for seed in SEEDS for case in golden(f"{seed}_leaves.csv")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['set']} {case['code']} {case['claim']}")
def test_a_leaf_earns_what_its_sentence_says(case: dict[str, str]) -> None:
    row = LEAVES[case["set"], case["code"]]
    assert Decimal(row["maximum"]) == Decimal(case["maximum"])
    try:
        earned = str(award(rule_from_json(row["rule"]), claim_from_json(case["claim"]), Decimal(row["maximum"])))
    except DomainError as refused:
        earned = f"refused:{refused.code}"
    if case["expected"].startswith("refused:") or earned.startswith("refused:"):
        assert earned == case["expected"], case["source"]
    else:
        assert Decimal(earned) == Decimal(case["expected"]), case["source"]


def test_each_leaf_has_its_rows_and_each_option_one() -> None:
    assert {(case["set"], case["code"]) for case in CASES} == set(LEAVES)
    for (set_code, code), row in LEAVES.items():
        rule = rule_from_json(row["rule"])
        if isinstance(rule, ChoiceRule):
            said = " ".join(case["claim"] for case in CASES if (case["set"], case["code"]) == (set_code, code))
            assert all(f'"{option.key}"' in said for option in rule.options), (set_code, code)


@pytest.mark.parametrize(
    ("seed", "counted"),
    [
        ("quang_tri_2024", {"cap_tinh": 7, "cap_huyen": 8, "cap_xa": 8}),
        ("thai_binh_2023", {"so": 7, "huyen": 8, "xa": 8}),
        ("phu_yen_2022", {"": 8}),
        ("tinh_2025", {"": 3}),
    ],
)
def test_a_set_has_as_many_fields_as_its_source_counts_and_sums_to_100(seed: str, counted: dict[str, int]) -> None:
    """QĐ 1820 Điều 3: 7 lĩnh vực cấp tỉnh, 8 lĩnh vực cấp huyện, cấp xã; the 2025 province has Chỉ số 01, 02, 03."""
    folder = seed_folder(seed)
    fields = {
        described.code.removeprefix(seed).strip("_"): [
            Decimal(row["maximum"]) for row in read_table(folder, place + "criteria.csv") if not row["parent"]
        ]
        for place, described in read_sets(folder).items()
    }
    assert {name: len(maxima) for name, maxima in fields.items()} == counted
    assert all(sum(maxima) == 100 for maxima in fields.values())
