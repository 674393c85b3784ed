"""What concluding a unit would do. Codes after part II of Định Hóa 2024."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.domain.conclusion import LeafCase, check_reopening, conclusion
from app.domain.errors import NotFound, TransitionRefused
from app.domain.leaf_acts import ReopenAct, ReplyAct, VerdictAct
from app.domain.terms import Decision, LeafStanding, ScoredBy

AT = dt.datetime(2024, 12, 9, 3, 0, tzinfo=dt.UTC)
AGREED = VerdictAct(1, Decision.AGREE, Decimal(1), AT)
DISAGREED = VerdictAct(1, Decision.DISAGREE, Decimal("0.5"), AT)
ASKED = VerdictAct(1, Decision.REQUEST_EVIDENCE, None, AT)
REPLIED = ReplyAct(AT, sent=True)


def test_agreed_leaves_and_disagreed_ones_without_a_reply_end_with_their_first_points() -> None:
    found = conclusion([LeafCase("2.4.1", (AGREED,)), LeafCase("2.4.2", (DISAGREED,))])
    assert found.blocking == ()
    assert found.takes_first_round == ()
    assert found.points == {"2.4.1": Decimal(1), "2.4.2": Decimal("0.5")}


def test_a_contested_leaf_without_a_second_verdict_takes_its_first_points_and_is_named() -> None:
    found = conclusion([LeafCase("2.4.2", (DISAGREED, REPLIED))])
    assert found.blocking == ()
    assert found.takes_first_round == ("2.4.2",)
    assert found.points == {"2.4.2": Decimal("0.5")}


def test_a_second_verdict_ends_a_contested_leaf() -> None:
    second = VerdictAct(2, Decision.AGREE, Decimal("0.75"), AT)
    found = conclusion([LeafCase("2.4.2", (DISAGREED, REPLIED, second))])
    assert found.takes_first_round == ()
    assert found.points == {"2.4.2": Decimal("0.75")}


@pytest.mark.parametrize(
    ("case", "standing"),
    [
        (LeafCase("7.1"), LeafStanding.UNDECIDED),
        (LeafCase("7.1", (ASKED,)), LeafStanding.ASKED),
        (LeafCase("7.1", (ASKED, REPLIED)), LeafStanding.ANSWERED),
        (LeafCase("7.1", (AGREED, ReopenAct(AT))), LeafStanding.REOPENED),
    ],
)
def test_an_undecided_asked_answered_or_reopened_leaf_blocks(case: LeafCase, standing: LeafStanding) -> None:
    found = conclusion([case, LeafCase("7.2", (AGREED,))])
    assert found.blocking == (("7.1", standing),)
    assert found.points == {"7.2": Decimal(1)}


def test_an_overridden_leaf_needs_no_verdict_and_ends_with_the_overrides_points() -> None:
    found = conclusion([LeafCase("8.1", override=Decimal(3)), LeafCase("8.2", (DISAGREED,), override=Decimal(0))])
    assert found.blocking == ()
    assert found.points == {"8.1": Decimal(3), "8.2": Decimal(0)}


@pytest.mark.parametrize("scored_by", [ScoredBy.LEADERS, ScoredBy.SURVEY, ScoredBy.EXTERNAL, ScoredBy.COUNCIL])
def test_a_leaf_the_unit_does_not_score_needs_entered_points_and_no_verdict(scored_by: ScoredBy) -> None:
    missing = conclusion([LeafCase("1.1", scored_by=scored_by)])
    assert missing.blocking == ()
    assert missing.not_entered == ("1.1",)
    assert missing.points == {}
    entered = conclusion([LeafCase("1.1", scored_by=scored_by, entered=Decimal("3.2"))])
    assert entered.not_entered == ()
    assert entered.points == {"1.1": Decimal("3.2")}


def test_points_entered_as_zero_are_entered() -> None:
    assert conclusion([LeafCase("1.1", scored_by=ScoredBy.SURVEY, entered=Decimal(0))]).not_entered == ()


def test_a_leaf_that_does_not_apply_asks_for_nothing() -> None:
    found = conclusion(
        [LeafCase("7.1", applicable=False), LeafCase("1.1", scored_by=ScoredBy.SURVEY, applicable=False)]
    )
    assert found == conclusion([])


def test_reopening_names_leaves_of_the_units_own() -> None:
    check_reopening({"7.1"}, {"7.1", "7.2"})
    with pytest.raises(TransitionRefused) as nothing:
        check_reopening((), {"7.1"})
    assert nothing.value.code == "leaves_named"
    with pytest.raises(NotFound) as unknown:
        check_reopening({"1.1"}, {"7.1"})
    assert unknown.value.code == "leaf_unknown"
