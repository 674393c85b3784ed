"""A claim goes over to a new version by what it said; what the new rule cannot take is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.domain.carried import carried
from app.domain.claim_codec import claim_from_json, claim_to_json
from app.domain.errors import ClaimInvalid
from app.domain.rule_codec import rule_from_json
from app.domain.rules import Rule


def choice(*options: tuple[str, str, str]) -> Rule:
    rows = [{"key": key, "text": text, "points": points} for key, text, points in options]
    return rule_from_json({"kind": "choice", "version": 1, "nothing_arose": None, "options": rows, "pick": "one"})


def moved(claim: dict[str, Any], old: Rule, new: Rule, maximum: str = "2") -> tuple[dict[str, Any], Decimal]:
    taken, points = carried(claim_from_json(claim), old, new, Decimal(maximum))
    return claim_to_json(taken), points


OLD = choice(("1", "Ban hành đầy đủ", "1"), ("2", "Không ban hành", "0"))


def test_an_option_is_found_by_its_sentence_under_another_key_and_other_points() -> None:
    new = choice(("1", "Không ban hành", "0"), ("2", "Ban hành  đầy đủ", "1.5"))
    assert moved({"option": "1"}, OLD, new) == ({"option": "2"}, Decimal("1.5"))


def test_the_same_key_with_another_sentence_is_refused() -> None:
    new = choice(("1", "Ban hành đúng hạn", "1"), ("2", "Không ban hành", "0"))
    with pytest.raises(ClaimInvalid, match="option_changed"):
        moved({"option": "1"}, OLD, new)


def test_an_option_that_stands_twice_in_the_new_rule_is_refused() -> None:
    new = choice(("1", "Ban hành đầy đủ", "1"), ("2", "Ban hành đầy đủ", "2"))
    with pytest.raises(ClaimInvalid, match="option_changed"):
        moved({"option": "1"}, OLD, new)


def test_a_claim_of_another_shape_is_refused_by_the_new_rule() -> None:
    ratio = rule_from_json(
        {"kind": "proportional", "version": 1, "nothing_arose": None, "floor": "80", "floor_closed": True, "cap": "100"}
    )
    with pytest.raises(ClaimInvalid, match="claim_shape"):
        moved({"option": "1"}, OLD, ratio)


def test_figures_are_awarded_by_the_new_maximum() -> None:
    """95 percent of 4 points are 3,8; of 3 points 2,85."""
    rule = rule_from_json(
        {"kind": "proportional", "version": 1, "nothing_arose": None, "floor": "80", "floor_closed": True, "cap": "100"}
    )
    assert moved({"percent": "95"}, rule, rule, "3") == ({"percent": "95"}, Decimal("2.85"))


def test_a_leaf_left_unscored_on_purpose_stays_so() -> None:
    assert moved({"declined": True}, OLD, choice(("1", "Khác", "1"))) == ({"declined": True}, Decimal(0))


def grounded(key: str, text: str) -> Rule:
    grounds = [{"key": key, "text": text}]
    return rule_from_json({"kind": "judged", "version": 1, "nothing_arose": None, "step": "0.5", "zero_when": grounds})


def test_a_ground_for_nought_is_found_by_its_sentence() -> None:
    """No plan gives 0 before and after, under another key; late plans under the old key are another matter."""
    old = grounded("no_plan", "Không ban hành kế hoạch")
    assert moved({"zero": "no_plan"}, old, grounded("none", "Không ban hành  kế hoạch")) == ({"zero": "none"}, 0)
    with pytest.raises(ClaimInvalid, match="option_changed"):
        moved({"zero": "no_plan"}, old, grounded("no_plan", "Ban hành kế hoạch chậm"))
