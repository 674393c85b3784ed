"""Rules tried out: each reason worked out by hand from the paper's own words; points always those of `award`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.award import award
from app.domain.boundary_claims import boundary_claims
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.errors import RuleInvalid
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_from_json
from app.domain.rule_form import KINDS
from app.domain.rule_remarks import all_remarks
from app.domain.rule_trial import explain
from app.domain.rules import Rule
from tests.domain import strategies as ours
from tests.domain.rule_samples import BY_KIND


def rule_of(kind: str, **own: Any) -> Rule:
    given = {**BY_KIND[kind].own, **own}
    return rule_from_json({"kind": kind, "version": 1, "nothing_arose": own.pop("nothing_arose", None), **given})


#: Định Hóa 2024, 5.5.1: "dưới 80% = 0; từ 80%: (Tỷ lệ % × 5)/100"
SHARE = rule_of("proportional", floor="80", cap=None)
#: Định Hóa 2024, 5.5.3.4: from 99%; one overdue case takes half a point, from the second on 0
FAULTS = rule_of("deduction", threshold="99", start=None, each="0.5", floor="0", cut_off=2)
#: Định Hóa 2024, 2.4.1: two meetings earn 0,5
COUNTED = rule_of(
    "bands",
    on="count",
    bands=[
        {"from": "0", "from_closed": True, "to": "2", "to_closed": False, "points": "0"},
        {"from": "2", "from_closed": True, "to": None, "to_closed": False, "points": "0.5"},
    ],
)
WORST = rule_of("choice", pick="worst")
COMPARED = rule_of("previous_period", combine="worst")


@pytest.mark.parametrize(
    ("rule", "maximum", "claim", "points", "code"),
    [
        # 18/20 = 90% of 5 is 4,5; 15/20 = 75% is below the floor; 80% of 5 is 4
        (SHARE, "5", {"numerator": "18", "denominator": "20"}, "4.5", "share"),
        (SHARE, "5", {"numerator": "15", "denominator": "20"}, "0", "below_floor"),
        (SHARE, "5", {"percent": "80"}, "4", "share"),
        (rule_of("proportional", floor="80", floor_closed=False), "5", {"percent": "80"}, "0", "at_open_floor"),
        (rule_of("proportional", floor=None, cap="90"), "5", {"percent": "95"}, "4.5", "share_capped"),
        # the mock: 1247/1248 with one overdue earns 0,5; 98/99 is 98,98%
        (FAULTS, "1", {"numerator": "1247", "denominator": "1248", "faults": "1"}, "0.5", "start_minus_faults"),
        (FAULTS, "1", {"numerator": "98", "denominator": "99", "faults": "1"}, "0", "below_threshold"),
        (FAULTS, "1", {"numerator": "1248", "denominator": "1248", "faults": "0"}, "1", "no_faults"),
        (FAULTS, "1", {"numerator": "1246", "denominator": "1248", "faults": "2"}, "0", "cut_off"),
        # 1,5 − 3 × 0,5 = 0, kept at 0,25
        (
            rule_of("deduction", threshold=None, cut_off=None),
            "2",
            {"faults": "3"},
            "0.25",
            "kept_at_floor",
        ),
        (COUNTED, "0.5", {"count": "1"}, "0", "in_band"),
        (COUNTED, "0.5", {"count": "2"}, "0.5", "in_band"),
        (rule_of("choice"), "1", {"option": "2"}, "0.5", "option"),
        (WORST, "1", {"options": ["1", "3"]}, "0", "lowest_option"),
        (rule_of("choice", pick="best"), "1", {"options": ["1", "3"]}, "1", "highest_option"),
        (rule_of("per_case"), "2", {"count": "2"}, "1", "per_case"),
        (rule_of("per_case"), "2", {"count": "4"}, "1.5", "per_case_capped"),
        # (1 + 5) / 2 = 3; 3/5 of 4 = 2,4
        (rule_of("survey"), "4", {"tally": {"1": "1", "5": "1"}}, "2.4", "mean_scaled"),
        (rule_of("survey", basis="mean"), "4", {"tally": {"1": "1", "5": "1"}}, "3", "mean"),
        # (4 × 2 + 2,5 × 1) / 3 = 3,5
        (
            rule_of("ballots"),
            "4",
            {"ballots": [{"kind": "chairman", "points": "4"}, {"kind": "vice", "points": "2.5"}]},
            "3.5",
            "leaders_mean",
        ),
        (rule_of("external"), "2", {"value": "85"}, "1.7", "of_scale"),
        (rule_of("judged"), "2", {"points": "1.75"}, "1.75", "judged"),
        (
            COMPARED,
            "2",
            {"measures": {"rank": {"previous": "5", "current": "3"}, "index": {"previous": "80", "current": "79"}}},
            "0.25",
            "worse",
        ),
        (
            COMPARED,
            "2",
            {"measures": {"rank": {"previous": None, "current": "3"}, "index": {"previous": "80", "current": "79"}}},
            "1.5",
            "first_year",
        ),
        (rule_of("judged", nothing_arose="1"), "2", {"nothing_arose": True}, "1", "nothing_arose"),
        (rule_of("judged"), "2", {"declined": True}, "0", "declined"),
    ],
)
def test_points_come_with_the_reason_that_decided_them(
    rule: Rule, maximum: str, claim: dict[str, Any], points: str, code: str
) -> None:
    explained = explain(rule, claim_from_json(claim), Decimal(maximum))
    assert (explained.points, explained.code) == (Decimal(points), code)


def test_a_share_below_the_floor_says_both_figures_exactly() -> None:
    explained = explain(SHARE, claim_from_json({"numerator": "799", "denominator": "1000"}), Decimal(5))
    assert explained.details == {"percent": Fraction(799, 10), "floor": Decimal(80)}


def test_of_two_measures_the_one_that_decided_is_named() -> None:
    claim = {"measures": {"rank": {"previous": "5", "current": "3"}, "index": {"previous": "80", "current": "79"}}}
    assert explain(COMPARED, claim_from_json(claim), Decimal(2)).details == {"measure": "index"}


def test_a_refused_claim_keeps_the_code_of_its_refusal() -> None:
    explained = explain(SHARE, claim_from_json({"numerator": "0", "denominator": "0"}), Decimal(5))
    assert explained.refused
    assert explained.code == "nothing_to_measure"


def test_more_than_the_maximum_is_said_to_be_held_down() -> None:
    full, over = ({"numerator": count, "denominator": "100"} for count in ("100", "110"))
    assert not explain(SHARE, claim_from_json(full), Decimal(5)).capped
    assert explain(SHARE, claim_from_json(over), Decimal(5)).capped


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_explained_is_always_what_is_awarded(kind: str, data: st.DataObject) -> None:
    maximum = data.draw(ours.MAXIMA)
    rule, claim = data.draw(ours.cases(kind, maximum))
    explained = explain(rule, claim, maximum)
    assert explained.points == award(rule, claim, maximum)
    if explained.code in {"below_floor", "at_open_floor", "below_threshold", "cut_off"}:
        assert explained.points == 0


# ── claims at the bounds


def at_the_bounds(rule: Rule, maximum: str) -> list[tuple[dict[str, Any], Decimal | None, str]]:
    return [
        (claim_to_json(case.claim), case.outcome.points, case.outcome.code)
        for case in boundary_claims(rule, Decimal(maximum))
    ]


def ratio(count: str, whole: str = "1000") -> dict[str, str]:
    return {"numerator": count, "denominator": whole}


def test_a_floor_is_tried_just_below_at_and_just_above_it() -> None:
    assert at_the_bounds(SHARE, "5") == [
        (ratio("0"), Decimal(0), "below_floor"),
        (ratio("799"), Decimal(0), "below_floor"),
        (ratio("800"), Decimal(4), "share"),
        (ratio("801"), Decimal("4.005"), "share"),
        (ratio("1000"), Decimal(5), "share"),
        (ratio("0", "0"), None, "nothing_to_measure"),
    ]


def test_a_threshold_is_tried_with_and_without_faults() -> None:
    assert at_the_bounds(FAULTS, "1") == [
        ({**ratio("0"), "faults": "0"}, Decimal(0), "below_threshold"),
        ({**ratio("989"), "faults": "0"}, Decimal(0), "below_threshold"),
        ({**ratio("990"), "faults": "0"}, Decimal(1), "no_faults"),
        ({**ratio("991"), "faults": "0"}, Decimal(1), "no_faults"),
        ({**ratio("1000"), "faults": "0"}, Decimal(1), "no_faults"),
        ({**ratio("0", "0"), "faults": "0"}, None, "nothing_to_measure"),
        ({**ratio("990"), "faults": "1"}, Decimal("0.5"), "start_minus_faults"),
        ({**ratio("990"), "faults": "2"}, Decimal(0), "cut_off"),
    ]


def test_counts_are_tried_around_each_bound() -> None:
    tried = [(claim["count"], points) for claim, points, _ in at_the_bounds(COUNTED, "0.5")]
    assert tried == [("0", 0), ("1", 0), ("2", Decimal("0.5")), ("3", Decimal("0.5"))]


def test_a_gap_shows_as_a_refusal_at_its_bound() -> None:
    gap = [
        {"from": None, "from_closed": False, "to": "80", "to_closed": False, "points": "0"},
        {"from": "80", "from_closed": False, "to": None, "to_closed": False, "points": "1"},
    ]
    tried = {claim["numerator"]: code for claim, _, code in at_the_bounds(rule_of("bands", bands=gap), "1")}
    assert (tried["799"], tried["800"], tried["801"]) == ("in_band", "no_band", "in_band")


def test_each_option_is_tried_and_all_of_them_where_the_worst_counts() -> None:
    assert [points for _, points, _ in at_the_bounds(WORST, "1")] == [1, Decimal("0.5"), 0, 0]


def test_nothing_arose_is_tried_where_it_is_offered() -> None:
    rule = rule_of("judged", nothing_arose="0.5")
    assert at_the_bounds(rule, "2")[-1] == ({"nothing_arose": True}, Decimal("0.5"), "nothing_arose")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_every_sound_rule_has_cases_and_none_breaks_it(kind: str, data: st.DataObject) -> None:
    maximum = data.draw(ours.MAXIMA)
    rule, _claim = data.draw(ours.cases(kind, maximum))
    try:
        check_rule(rule, maximum)
    except RuleInvalid:
        return
    cases = boundary_claims(rule, maximum)
    assert cases
    assert len({case.claim for case in cases}) == len(cases)
    all_remarks(rule, maximum)


# ── what to look at


def remarked(rule: Rule, maximum: str) -> list[str]:
    check_rule(rule, Decimal(maximum))  # a remark keeps nothing from being saved
    return [remark.code for remark in all_remarks(rule, Decimal(maximum))]


def band(lower: str | None, upper: str | None, points: str, *, closed: bool = False) -> dict[str, Any]:
    return {"from": lower, "from_closed": lower is not None, "to": upper, "to_closed": closed, "points": points}


@pytest.mark.parametrize(
    ("rule", "maximum", "codes"),
    [
        (rule_of("choice"), "1", []),
        (
            rule_of(
                "choice",
                options=[
                    {"key": "1", "text": "Đủ ", "points": "1"},
                    {"key": "2", "text": "đủ", "points": "0"},
                ],
            ),
            "1",
            ["options_alike"],
        ),
        (rule_of("bands", bands=[band(None, "80", "0"), band("80", None, "2")]), "2", []),
        (rule_of("bands", bands=[band(None, "80", "0"), band("85", None, "2")]), "2", ["bands_gap"]),
        (
            rule_of("bands", bands=[band(None, "50", "0"), band("50", "80", "2"), band("80", None, "1")]),
            "2",
            ["bands_unordered"],
        ),
        (
            rule_of("bands", bands=[band(None, "80", "0"), band("80", "110", "2"), band("110", None, "2")]),
            "2",
            ["band_unreachable"],
        ),
        # between 1 and 2 lies no whole number
        (
            rule_of(
                "bands",
                on="count",
                bands=[
                    band(None, "1", "0", closed=True),
                    {"from": "1", "from_closed": False, "to": "2", "to_closed": False, "points": "1"},
                    band("2", None, "2"),
                ],
            ),
            "2",
            ["band_unreachable"],
        ),
        (rule_of("proportional", cap="90"), "5", ["full_out_of_reach"]),
        (rule_of("per_case", cap="3"), "2", ["above_maximum"]),
        (rule_of("survey", basis="mean"), "4", ["above_maximum"]),
        (rule_of("judged", step="0.3"), "1", ["step_misses_maximum"]),
        (rule_of("previous_period", higher="1", equal="2"), "2", ["comparison_unordered"]),
        # 1 − 2 × 0,5 = 0 already: a cut-off at 3 takes nothing more
        (
            rule_of("deduction", threshold=None, start=None, floor="0", cut_off=3),
            "1",
            ["cut_off_without_effect"],
        ),
        (FAULTS, "1", []),
    ],
)
def test_what_is_odd_about_a_rule_is_said(rule: Rule, maximum: str, codes: list[str]) -> None:
    assert remarked(rule, maximum) == codes
