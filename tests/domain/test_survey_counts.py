"""Counts of a survey and their arithmetic, by the formula printed at 1.1 of Định Hóa 2024: (c×1 + d×2 + … + h×5)/B."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.claims import Ballot, BallotsClaim
from app.domain.entered_lines import Line
from app.domain.errors import InputInvalid
from app.domain.rules import BallotsRule, SurveyBasis, SurveyRule
from app.domain.survey_counts import added, ballots_sum, read_counts, survey_sum

WEIGHTS = tuple((str(value), Decimal(value)) for value in (1, 2, 3, 4, 5))
SCALED = SurveyRule(weights=WEIGHTS, basis=SurveyBasis.SCALED)
MEAN = SurveyRule(weights=WEIGHTS, basis=SurveyBasis.MEAN)

#: residents: d=1, e=2, g=3, h=4: 2 + 6 + 12 + 20 = 40 of 10 people
RESIDENTS = {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4}
#: enterprises: c=1, e=1, g=2, h=1: 1 + 3 + 8 + 5 = 17 of 5 people
ENTERPRISES = {"1": 1, "2": 0, "3": 1, "4": 2, "5": 1}


def test_two_target_groups_are_counted_together_by_people_not_by_groups() -> None:
    """(40 + 17)/15 = 3,8; the mean of the two means, (4 + 3,4)/2 = 3,7, would weigh five people as ten."""
    both = added((RESIDENTS, ENTERPRISES))
    scaled = survey_sum(SCALED, both, Decimal(4))
    assert (scaled.weighted, scaled.answered, scaled.mean) == (Decimal(57), 15, Fraction(19, 5))
    assert scaled.points == Decimal("3.04")  # 3,8/5 × 4
    mean = survey_sum(MEAN, both, Decimal(4))
    assert (mean.points, mean.top) == (Decimal("3.8"), None)


def test_a_mean_above_the_maximum_earns_the_maximum() -> None:
    assert survey_sum(MEAN, added(({"5": 3},)), Decimal(4)).points == Decimal(4)  # (3×5)/3 = 5, of at most 4


def test_leaders_points_weigh_by_kind_not_by_head() -> None:
    """(2×8 + 1×(6 + 7)/2)/(2 + 1) = 22,5/3 = 7,5."""
    rule = BallotsRule(weights=(("chairman", Decimal(2)), ("vice_chairman", Decimal(1))))
    given = [("chairman", "8"), ("vice_chairman", "6"), ("vice_chairman", "7")]
    claim = BallotsClaim(tuple(Ballot(kind, Decimal(points)) for kind, points in given))
    worked = ballots_sum(rule, claim, Decimal(10))
    assert [(each.kind, each.sheets, each.mean) for each in worked.kinds] == [
        ("chairman", 1, Fraction(8)),
        ("vice_chairman", 2, Fraction(13, 2)),
    ]
    assert worked.points == Decimal("7.5")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"5": "4", "returned": "3"}, "counts_exceed_sheets"),
        ({"5": "-1", "returned": "3"}, "count_negative"),
        ({"5": "1,5", "returned": "3"}, "count_not_whole"),
        ({"5": "hai", "returned": "3"}, "count_not_whole"),
        ({"5": "1"}, "sheets_missing"),
        ({"returned": "3"}, "nobody_answered"),
    ],
)
def test_counts_that_cannot_be_are_refused_at_their_column(cells: dict[str, str], code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read_counts(SCALED, Line(4, "XM01", cells))
    assert refused.value.code == code
    assert refused.value.details["field"] in {"5", "returned"}


def test_a_sheet_without_an_answer_counts_among_the_returned_alone() -> None:
    counted = read_counts(SCALED, Line(4, "XM01", {"5": "2", "returned": "3"}))
    assert counted is not None
    assert (counted.answered, counted.returned) == (2, 3)
    assert read_counts(SCALED, Line(4, "XM01", {"5": " ", "returned": ""})) is None
