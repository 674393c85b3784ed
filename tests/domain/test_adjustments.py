"""Bonus and penalty by QĐ 1820/QĐ-UBND (Quảng Trị 2024), Điều 4: figures worked out by hand from its sentences."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.adjustments import (
    Granted,
    Item,
    ItemMeasure,
    adjustment_sums,
    awarded,
    check_item,
    claim_of_figures,
    steps_of,
    steps_text,
)
from app.domain.errors import ClaimInvalid, InputInvalid
from app.domain.scoring import Adjustments, LeafResult, index_percent, totals
from app.domain.terms import AdjustmentKind

ONE = Decimal(1)
BONUS, PENALTY = AdjustmentKind.BONUS, AdjustmentKind.PENALTY
#: Điều 4 khoản 1: "Có phương án đơn giản hóa …: 01 điểm", "Có từ 10 tin, bài/năm …: 01 điểm"
PLAN = Item("4.1a", BONUS, ItemMeasure.FIXED, ONE)
ARTICLES = Item("4.1b", BONUS, ItemMeasure.COUNT, Decimal(0), steps_of(">=10: 1"))
#: khoản 2: "… trên 30%: 01 điểm", "chèn số … hoặc trùng số hoặc ngày … không trùng khớp: 01 điểm"
NO_APOLOGY = Item("4.2a", PENALTY, ItemMeasure.PERCENT, Decimal(0), steps_of(">30%: 1"))
WRONG_APOLOGY = Item("4.2b", PENALTY, ItemMeasure.FIXED, ONE)
NUMBERS = Item("4.2c", PENALTY, ItemMeasure.FIXED, ONE)
#: not of Quảng Trị: "mỗi … trừ 0,25 điểm, tối đa 1 điểm"
EACH = Item("x", PENALTY, ItemMeasure.PER_CASE, Decimal("0.25"), cap=ONE, once=False)


def earns(item: Item, **figures: str) -> Decimal:
    return awarded(item, claim_of_figures(item, figures))


@pytest.mark.parametrize(
    ("item", "figures", "points"),
    [
        (PLAN, {}, "1"),
        (ARTICLES, {"count": "9"}, "0"),
        (ARTICLES, {"count": "10"}, "1"),
        (ARTICLES, {"count": "200"}, "1"),
        (NO_APOLOGY, {"numerator": "3", "denominator": "10"}, "0"),  # exactly 30% is not above 30%
        (NO_APOLOGY, {"numerator": "301", "denominator": "1000"}, "1"),
        (EACH, {"count": "3"}, "0.75"),
        (EACH, {"count": "9"}, "1"),
    ],
)
def test_an_item_gives_what_its_sentence_says(item: Item, figures: dict[str, str], points: str) -> None:
    assert earns(item, **figures) == Decimal(points)


def test_nothing_late_is_nothing_to_measure_and_half_an_article_is_none() -> None:
    with pytest.raises(ClaimInvalid, match="nothing_to_measure"):
        earns(NO_APOLOGY, numerator="0", denominator="0")
    with pytest.raises(ClaimInvalid, match="not_whole"):
        earns(ARTICLES, count="9,5")
    with pytest.raises(InputInvalid, match="missing_number") as refused:
        earns(ARTICLES)
    assert refused.value.details["field"] == "count"


def test_three_faults_of_one_item_in_four_documents_cost_one_point() -> None:
    """4.2c: inserted number, duplicate number, differing date: one item, once a year."""
    sums = adjustment_sums([Granted(PENALTY, ONE, NUMBERS)] * 4, bonus_cap=Decimal(2), penalty_cap=Decimal(3))
    assert (sums.bonus, sums.penalty) == (Decimal(0), ONE)
    assert [(each.code, each.found, each.points) for each in sums.items] == [("4.2c", 4, ONE)]


def test_two_bonuses_are_two_points_and_all_three_penalties_are_three() -> None:
    bonuses = [Granted(BONUS, ONE, PLAN), Granted(BONUS, ONE, ARTICLES)]
    penalties = [Granted(PENALTY, ONE, item) for item in (NO_APOLOGY, WRONG_APOLOGY, NUMBERS, NUMBERS)]
    sums = adjustment_sums([*bonuses, *penalties], bonus_cap=Decimal(2), penalty_cap=Decimal(3))
    assert sums.counted == Adjustments(Decimal(2), Decimal(3))


def test_caps_hold_for_an_item_and_for_all_of_a_kind() -> None:
    cases = [Granted(PENALTY, Decimal("0.75"), EACH), Granted(PENALTY, Decimal("0.5"), EACH)]
    assert adjustment_sums(cases).penalty == ONE  # 0,75 + 0,5 = 1,25, the item's cap is 1
    both = [*cases, Granted(PENALTY, ONE, NUMBERS)]
    sums = adjustment_sums(both, penalty_cap=Decimal("1.5"))
    assert (sums.penalty, sums.uncapped.penalty) == (Decimal("1.5"), Decimal(2))
    assert adjustment_sums([Granted(BONUS, ONE, PLAN), Granted(BONUS, ONE)], bonus_cap=ONE).bonus == ONE


def test_a_unit_without_some_duties_is_measured_against_its_own_maximum() -> None:
    """Điều 3: 16 of 100 points do not apply; 68,32 of 84 is 81,33%; +2 and −1 make 69,32 of 84: 82,52%."""
    leaves = [
        LeafResult("1", Decimal(84), Decimal("68.32")),
        LeafResult("2", Decimal(16), None, applicable=False),
    ]
    whole = totals(leaves)
    assert (whole.obtained, whole.attainable, whole.maximum) == (Decimal("68.32"), Decimal(84), Decimal(100))
    assert index_percent(whole.obtained, whole.attainable, Adjustments(), decimals=2) == Decimal("81.33")
    adjusted = Adjustments(Decimal(2), ONE)
    assert index_percent(whole.obtained, whole.attainable, adjusted, decimals=2) == Decimal("82.52")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("trên 30: 1", "item_steps_unreadable"),
        (">30", "item_steps_unreadable"),
        (">30: 1\n> 30 %: 2", "item_step_twice"),
        (">=1.234: 1", "ambiguous_grouping"),
    ],
)
def test_steps_that_cannot_be_read_are_refused(text: str, code: str) -> None:
    with pytest.raises(InputInvalid, match=code):
        steps_of(text)


def test_steps_come_back_in_order_and_each_reaches_up_to_the_next() -> None:
    steps = steps_of(">=10: 1\n\n>5: 0,5")
    assert steps_text(steps) == ">5: 0.5\n>=10: 1"
    item = Item("x", BONUS, ItemMeasure.COUNT, Decimal(0), steps)
    assert [earns(item, count=count) for count in ("5", "6", "9", "10")] == [
        Decimal(p) for p in ("0", "0.5", "0.5", "1")
    ]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Item("x", BONUS, ItemMeasure.FIXED, Decimal(0)), "item_points_missing"),
        (Item("x", BONUS, ItemMeasure.COUNT, ONE), "item_steps_missing"),
        (Item("x", BONUS, ItemMeasure.COUNT, ONE, steps_of(">1: 0")), "item_points_missing"),
        (Item("x", BONUS, ItemMeasure.PER_CASE, ONE, cap=Decimal("0.5")), "item_cap_below_points"),
    ],
)
def test_an_item_that_gives_nothing_is_refused(item: Item, code: str) -> None:
    with pytest.raises(InputInvalid, match=code):
        check_item(item)
