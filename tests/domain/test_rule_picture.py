"""The picture of a rule: lines and dots where the paper puts them, heights as `award` answers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from app.domain.award import award
from app.domain.claims import CountClaim, PercentClaim
from app.domain.rule_picture import Axis, Picture, Segment, picture_of
from app.domain.rules import (
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    JudgedRule,
    Option,
    PerCaseRule,
    ProportionalRule,
    Rule,
    Step,
)
from tests.domain import strategies as ours

D = Decimal


def drawn(rule: Rule, maximum: str) -> Picture:
    picture = picture_of(rule, D(maximum))
    assert picture is not None
    return picture


def ends(picture: Picture) -> list[tuple[Decimal, Decimal, bool]]:
    return [(dot.x, dot.y, dot.closed) for dot in picture.dots]


def test_steps_of_percent_run_from_nothing_to_all_with_open_and_closed_ends() -> None:
    """Trên 90%: 2; từ 70% đến 90%: 1; dưới 70%: 0."""
    bands = (
        Step(None, False, D(70), False, D(0)),
        Step(D(70), True, D(90), True, D(1)),
        Step(D(90), False, None, False, D(2)),
    )
    picture = drawn(BandsRule(on=BandsOn.PERCENT, bands=bands), "2")
    assert picture.segments == (
        Segment(D(0), D(0), D(70), D(0)),
        Segment(D(70), D(1), D(90), D(1)),
        Segment(D(90), D(2), D(100), D(2)),
    )
    assert ends(picture) == [(70, 0, False), (70, 1, True), (90, 1, True), (90, 2, False)]
    assert picture.marks == (70, 90)


def test_a_share_is_nothing_up_to_its_floor_and_rises_from_there() -> None:
    """Dưới 80% = 0; từ 80%: tỷ lệ × 5 / 100: 4 points at the floor, 5 at the end."""
    picture = drawn(ProportionalRule(floor=D(80)), "5")
    assert picture.segments == (Segment(D(0), D(0), D(80), D(0)), Segment(D(80), D(4), D(100), D(5)))
    assert ends(picture) == [(80, 0, False), (80, 4, True)]


def test_an_open_floor_belongs_to_the_zero() -> None:
    picture = drawn(ProportionalRule(floor=D(80), floor_closed=False), "5")
    assert ends(picture) == [(80, 0, True), (80, 4, False)]


def test_a_share_with_a_cap_lies_flat_behind_it() -> None:
    picture = drawn(ProportionalRule(cap=D(90)), "5")
    assert picture.segments == (Segment(D(0), D(0), D(90), D("4.5")), Segment(D(90), D("4.5"), D(100), D("4.5")))


def test_cases_climb_to_their_cap_and_one_further() -> None:
    """Mỗi việc 0,5 điểm, tối đa 1,5."""
    picture = drawn(PerCaseRule(each=D("0.5"), cap=D("1.5")), "2")
    assert picture.axis is Axis.COUNT
    assert ends(picture) == [(0, 0, True), (1, D("0.5"), True), (2, 1, True), (3, D("1.5"), True), (4, D("1.5"), True)]


def test_faults_go_down_to_the_cut_off() -> None:
    """From 1 point, half a point a fault, from 02 on 0: the threshold counts as met."""
    rule = DeductionRule(threshold=D(99), start=None, each=D("0.5"), floor=D(0), cut_off=2)
    picture = drawn(rule, "1")
    assert picture.axis is Axis.FAULTS
    assert ends(picture) == [(0, 1, True), (1, D("0.5"), True), (2, 0, True), (3, 0, True)]


@pytest.mark.parametrize("rule", [ChoiceRule(options=(Option("1", "đủ", D(1)),)), JudgedRule()])
def test_what_measures_no_figure_has_no_picture(rule: Rule) -> None:
    assert picture_of(rule, D(1)) is None


@given(rule=ours.covering_bands(), maximum=ours.MAXIMA, count=ours.WHOLE)
def test_a_closed_end_of_a_step_earns_its_height(rule: BandsRule, maximum: Decimal, count: Decimal) -> None:
    picture = drawn(rule, str(maximum))
    for dot in picture.dots:
        if dot.closed and (rule.on is BandsOn.PERCENT or dot.x == dot.x.to_integral_value()):
            claim = PercentClaim(dot.x) if rule.on is BandsOn.PERCENT else CountClaim(dot.x)
            assert award(rule, claim, maximum) == min(max(dot.y, D(0)), maximum).quantize(D("0.0001"), "ROUND_HALF_UP")


@given(rule=ours.proportional_rules(), maximum=ours.MAXIMA)
def test_no_line_of_a_share_rises_above_the_maximum(rule: ProportionalRule, maximum: Decimal) -> None:
    picture = drawn(rule, str(maximum))
    assert all(0 <= height <= maximum for piece in picture.segments for height in (piece.y1, piece.y2))
    assert picture.segments[0].x1 == 0
    assert picture.segments[-1].x2 == picture.most
