"""The policies of a campaign: read strictly, defaults kept, every variant a setting."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from app.domain.campaign import (
    Answerable,
    Consequence,
    IndexSpec,
    LateReport,
    Policies,
    RankOn,
    ReportMode,
    RoundTwo,
    Signature,
)
from app.domain.deadlines import DayCount
from app.domain.errors import InputInvalid
from app.domain.rules import ZeroGround

GIVEN: dict[str, Any] = {
    "tie_breakers": ["ND.II", "ND.I"],
    "rank_on": "exact",
    "cap_index": True,
    "internal_approval": False,
    "support_policy": {"evidence": "block", "explanation": "note"},
    "signature": "block",
    "inserted_number": "note",
    "zero_grounds": [{"key": "inserted_number", "text": "số văn bản a, b"}],
    "explanation_days": {"days": 3, "counting": "working", "closes": "16:30"},
    "request_days": 5,
    "correction_days": 4,
    "request_answerable": "at_once",
    "round_two": "council",
    "public_results": True,
    "supplementary_required": False,
    "bonus_cap": "2",
    "penalty_cap": "3",
    "report": "before",
    "report_missing": "block",
    "report_late": "block",
    "indexes": [{"code": "CS1", "name": "Chỉ số 01", "branches": ["ND.I"], "weight": "2"}],
}


def test_settings_are_read_as_stored() -> None:
    assert Policies.from_json(GIVEN) == Policies(
        tie_breakers=("ND.II", "ND.I"),
        rank_on=RankOn.EXACT,
        cap_index=True,
        internal_approval=False,
        evidence=Consequence.BLOCK,
        explanation=Consequence.NOTE,
        signature=Signature.BLOCK,
        inserted_number=Consequence.NOTE,
        zero_grounds=(ZeroGround("inserted_number", "số văn bản a, b"),),
        explanation_days=3,
        day_count=DayCount.WORKING,
        explanation_closes=dt.time(16, 30),
        request_answerable=Answerable.AT_ONCE,
        bonus_cap=Decimal(2),
        penalty_cap=Decimal(3),
        report=ReportMode.BEFORE,
        report_missing=Consequence.BLOCK,
        report_late=LateReport.BLOCK,
        round_two=RoundTwo.COUNCIL,
        public_results=True,
        request_days=5,
        correction_days=4,
        supplementary_required=False,
        indexes=(IndexSpec("CS1", "Chỉ số 01", ("ND.I",), Decimal(2)),),
    )


def test_settings_written_are_the_settings_read() -> None:
    assert Policies.from_json(GIVEN).to_json() == GIVEN
    assert Policies.from_json(Policies().to_json()) == Policies()


def test_a_setting_that_is_not_there_keeps_its_default() -> None:
    """Warn only, the rounded figure decides, the unit head approves first, two days to explain (Quảng Trị)."""
    assert Policies.from_json({}) == Policies()
    assert Policies().evidence is Policies().explanation is Consequence.WARN
    assert Policies().rank_on is RankOn.ROUNDED
    assert Policies().internal_approval
    assert Policies().explanation_days == Policies().request_days == 2
    assert Policies.from_json({"explanation_days": 5}).correction_days == 5  # as long as an explanation
    assert Policies.from_json({"support_policy": {"evidence": "note"}}).explanation is Consequence.WARN


@pytest.mark.parametrize("days", [2, "2"])
def test_days_to_explain_may_be_a_plain_figure(days: int | str) -> None:
    assert Policies.from_json({"explanation_days": days}) == Policies(explanation_days=2)


def test_the_keys_of_the_zero_grounds_are_what_an_award_may_name() -> None:
    assert Policies.from_json(GIVEN).zero_keys == {"inserted_number"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"tie_breaker": []}, "policies_unknown_field"),
        ({"rank_on": "rough"}, "wrong_type"),
        ({"cap_index": "yes"}, "wrong_type"),
        ({"tie_breakers": "ND.I"}, "wrong_type"),
        ({"tie_breakers": [1]}, "wrong_type"),
        ({"support_policy": {"evidence": "refuse"}}, "wrong_type"),
        ({"support_policy": {"paper": "warn"}}, "policies_unknown_field"),
        ({"support_policy": "warn"}, "policies_not_an_object"),
        ({"zero_grounds": [{"key": "a"}]}, "policies_missing_field"),
        ({"zero_grounds": [{"key": "a", "text": "x"}, {"key": "a", "text": "y"}]}, "zero_key_twice"),
        ({"explanation_days": 0}, "explanation_days_not_positive"),
        ({"explanation_days": {"days": None}}, "explanation_days_not_positive"),
        ({"explanation_days": "1,5"}, "wrong_type"),
        ({"explanation_days": True}, "policies_not_an_object"),
        ({"explanation_days": {"days": 2, "closes": "24:00"}}, "wrong_type"),
        ({"explanation_days": {"days": 2, "hours": 3}}, "policies_unknown_field"),
    ],
)
def test_a_setting_that_cannot_be_relied_upon_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        Policies.from_json(given)
    assert refused.value.code == code


RELEASED = dt.datetime(2024, 11, 29, 2, 15, tzinfo=dt.UTC)  # Friday 29/11, 09:15 in Hà Nội


def test_two_calendar_days_after_a_friday_end_on_sunday_at_seventeen_hours() -> None:
    assert Policies().explanation_due(RELEASED) == dt.datetime(2024, 12, 1, 10, 0, tzinfo=dt.UTC)


def test_two_working_days_after_a_friday_end_on_tuesday() -> None:
    working = Policies(day_count=DayCount.WORKING)
    assert working.explanation_due(RELEASED) == dt.datetime(2024, 12, 3, 10, 0, tzinfo=dt.UTC)
    monday_off = {dt.date(2024, 12, 2)}
    assert working.explanation_due(RELEASED, holidays=monday_off) == dt.datetime(2024, 12, 4, 10, 0, tzinfo=dt.UTC)
