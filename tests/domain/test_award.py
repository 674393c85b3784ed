"""The ten kinds against golden tables, and what every kind has in common: declined, nothing arose, a ground for 0."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.domain.award import award, percent_claimed, percent_of
from app.domain.claim_codec import claim_from_json
from app.domain.claims import CountClaim, FaultsClaim, PercentClaim, PointsClaim, RatioClaim
from app.domain.errors import ClaimInvalid
from app.domain.rule_codec import rule_from_json
from app.domain.rules import JudgedRule, ProportionalRule
from tests.domain.golden_rows import golden
from tests.domain.rule_samples import BY_KIND, SAMPLES, Sample

KINDS = tuple(BY_KIND)
#: claims of every shape but the three that any leaf takes
SHAPES: tuple[dict[str, Any], ...] = (
    {"option": "1"},
    {"numerator": "9", "denominator": "10"},
    {"percent": "80"},
    {"count": "2"},
    {"numerator": "99", "denominator": "100", "faults": "1"},
    {"tally": {"5": "1"}},
    {"ballots": [{"kind": "vice", "points": "1"}]},
    {"measures": {"rank": {"previous": "5", "current": "4"}}},
    {"value": "1"},
    {"points": "1"},
)
TAKEN = {
    "choice": [0],
    "bands": [1, 2],
    "proportional": [1, 2],
    "per_case": [3],
    "deduction": [4],
    "survey": [5],
    "ballots": [6],
    "previous_period": [7],
    "external": [8],
    "judged": [9],
}


def earned(sample: Sample, claim: dict[str, Any], *, grounds: frozenset[str] = frozenset(), **common: Any) -> Decimal:
    rule = rule_from_json(sample.json(**common))
    return award(rule, claim_from_json(claim), sample.maximum, campaign_zero_keys=grounds)


def refusal(sample: Sample, claim: dict[str, Any], **common: Any) -> ClaimInvalid:
    with pytest.raises(ClaimInvalid) as refused:
        earned(sample, claim, **common)
    return refused.value


def golden_cases() -> list[Any]:
    return [
        pytest.param(kind, row, id=f"{kind} {number} {row['claim']} of {row['maximum']}")
        for kind in KINDS
        for number, row in enumerate(golden(f"award_{kind}.csv"), start=2)
    ]


@pytest.mark.parametrize(("kind", "row"), golden_cases())
def test_a_rule_of_each_kind_earns_what_its_sentence_says(kind: str, row: dict[str, str]) -> None:
    rule = rule_from_json({"kind": kind, "version": 1, "nothing_arose": None, **json.loads(row["rule"])})
    claim = claim_from_json(row["claim"])
    if row["expected"].startswith("refused:"):
        with pytest.raises(ClaimInvalid) as refused:
            award(rule, claim, Decimal(row["maximum"]))
        assert f"refused:{refused.value.code}" == row["expected"], row["source"]
    else:
        assert award(rule, claim, Decimal(row["maximum"])) == Decimal(row["expected"]), row["source"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_golden_row_cites_a_clause_or_a_sentence_of_the_design(kind: str) -> None:
    cited = ("Phụ lục II, ", "ARCHITECTURE §5: ", "DOMAIN §2: ", "DOMAIN §3: ", "QĐ 1820/QĐ-UBND, Điều ")
    assert [row["claim"] for row in golden(f"award_{kind}.csv") if not row["source"].startswith(cited)] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_points_of_every_kind_carry_four_decimals(sample: Sample) -> None:
    points = earned(sample, sample.claim)
    assert points == sample.points
    assert points.as_tuple().exponent == -4


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_declined_leaf_earns_nothing_whatever_its_kind(sample: Sample) -> None:
    """ARCHITECTURE §5: any leaf takes declined; nothing arose does not turn it into more."""
    assert earned(sample, {"declined": True}) == 0
    assert earned(sample, {"declined": True}, nothing_arose="0.5") == 0


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_nothing_arose_earns_what_the_rule_wrote_for_it(sample: Sample) -> None:
    """Phụ lục II, 2.4.2 and 7.3: 0,5 where there was nothing to do; 0 is an offer too, null is none."""
    assert earned(sample, {"nothing_arose": True}, nothing_arose="0.5") == Decimal("0.5")
    assert earned(sample, {"nothing_arose": True}, nothing_arose="0") == 0
    assert refusal(sample, {"nothing_arose": True}).code == "nothing_arose_not_offered"


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_nothing_arose_is_clamped_to_the_maximum_and_rounded(sample: Sample) -> None:
    assert earned(sample, {"nothing_arose": True}, nothing_arose="5.0001") == sample.maximum
    assert earned(sample, {"nothing_arose": True}, nothing_arose="-1") == 0
    assert earned(sample, {"nothing_arose": True}, nothing_arose="0.33345") == Decimal("0.3335")


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_rule_that_offers_nothing_arose_still_measures_figures(sample: Sample) -> None:
    assert earned(sample, sample.claim, nothing_arose="0.1234") == sample.points


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_ground_of_the_rule_gives_nothing_and_another_is_refused(sample: Sample) -> None:
    """Phụ lục II, 7.1: a task left undone gives 0; the ground of another criterion does not exist here."""
    grounds = [{"key": "unfinished_task", "text": "Có nhiệm vụ đến hạn nhưng không hoàn thành"}]
    assert earned(sample, {"zero": "unfinished_task"}, zero_when=grounds, nothing_arose="0.5") == 0
    refused = refusal(sample, {"zero": "no_plan"}, zero_when=grounds)
    assert (refused.code, refused.details) == ("zero_key_unknown", {"key": "no_plan"})
    assert refusal(sample, {"zero": "unfinished_task"}).code == "zero_key_unknown"


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_ground_of_the_campaign_counts_only_where_a_verdict_passes_it(sample: Sample) -> None:
    """ARCHITECTURE §5: the campaign's grounds stand in verdicts only."""
    assert refusal(sample, {"zero": "no_evidence"}).code == "zero_key_unknown"
    assert earned(sample, {"zero": "no_evidence"}, grounds=frozenset({"no_evidence"})) == 0
    assert refusal(sample, {"zero": "no_evidence"}, grounds=frozenset({"inserted_number"})).code == "zero_key_unknown"


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_grounds_beside_a_rule_change_no_points_of_figures(sample: Sample) -> None:
    grounds = [{"key": "no_plan", "text": "Không ban hành kế hoạch"}]
    assert earned(sample, sample.claim, zero_when=grounds, grounds=frozenset({"no_evidence"})) == sample.points


@pytest.mark.parametrize(
    ("kind", "shape"),
    [(kind, shape) for kind in KINDS for number, shape in enumerate(SHAPES) if number not in TAKEN[kind]],
)
def test_a_claim_of_another_shape_is_refused_never_scored(kind: str, shape: dict[str, Any]) -> None:
    assert refusal(BY_KIND[kind], shape).code == "claim_shape"


@pytest.mark.parametrize(
    ("kind", "claim", "details"),
    [
        ("choice", {"option": "9"}, {"option": "9"}),
        ("survey", {"tally": {"5": "1", "6": "1"}}, {"option": "6"}),
        ("ballots", {"ballots": [{"kind": "clerk", "points": "1"}]}, {"option": "clerk"}),
        ("per_case", {"count": "1.5"}, {"field": "count"}),
        ("deduction", {"percent": "99", "faults": "1.5"}, {"field": "faults"}),
        ("deduction", {"faults": "1"}, {"field": "numerator"}),
        ("survey", {"tally": {"5": "1.5"}}, {"field": "tally"}),
        ("external", {"value": "-1"}, {"figure": Decimal(-1)}),
        ("judged", {"points": "2.25"}, {"maximum": Decimal(2)}),
        ("judged", {"points": "0.3"}, {"step": Decimal("0.25")}),
    ],
)
def test_a_refusal_says_what_its_sentence_needs(kind: str, claim: dict[str, Any], details: dict[str, object]) -> None:
    assert refusal(BY_KIND[kind], claim).details == details


def test_a_refused_measure_is_named() -> None:
    compared = {"previous": "1", "current": "1"}
    missing = refusal(BY_KIND["previous_period"], {"measures": {"rank": compared}})
    assert (missing.code, missing.details) == ("measure_missing", {"measure": "index"})
    unknown = refusal(BY_KIND["previous_period"], {"measures": {"rank": compared, "index": compared, "x": compared}})
    assert (unknown.code, unknown.details) == ("measure_unknown", {"measure": "x"})


def test_a_maximum_of_nothing_leaves_nothing_to_earn() -> None:
    assert award(ProportionalRule(), PercentClaim(Decimal(100)), Decimal(0)) == 0
    assert award(JudgedRule(), PointsClaim(Decimal(0)), Decimal(0)) == 0


def test_a_ratio_is_a_percentage_without_rounding() -> None:
    assert percent_claimed(RatioClaim(Decimal(1), Decimal(3))) == Fraction(100, 3)
    assert percent_claimed(RatioClaim(Decimal("2.5"), Decimal("0.5"))) == 500
    assert percent_claimed(PercentClaim(Decimal("84.999"))) == Fraction(84_999, 1_000)


def test_a_percentage_is_shown_where_a_claim_speaks_of_one() -> None:
    ratio = RatioClaim(Decimal(1), Decimal(8))
    assert percent_of(ratio) == Fraction(25, 2)
    assert percent_of(FaultsClaim(Decimal(1), ratio)) == Fraction(25, 2)
    assert percent_of(PercentClaim(Decimal(0))) == 0


def test_no_percentage_is_shown_where_there_is_none() -> None:
    assert percent_of(CountClaim(Decimal(3))) is None
    assert percent_of(FaultsClaim(Decimal(1), None)) is None
    assert percent_of(RatioClaim(Decimal(0), Decimal(0))) is None
