"""What holds for every rule and every claim: bounds, order, exactness."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.award import award
from app.domain.claim_codec import claim_dumps, claim_from_json
from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
    CountClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    PercentClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
)
from app.domain.rule_codec import kind_of, rule_dumps, rule_from_json
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    Better,
    ChoiceRule,
    Combine,
    DeductionRule,
    ExternalRule,
    Measure,
    Option,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    SurveyBasis,
    SurveyRule,
)
from tests.domain import strategies as ours
from tests.domain.rule_samples import BY_KIND

KINDS = tuple(BY_KIND)
HALF_A_UNIT = Fraction(1, 20_000)

few = settings(max_examples=60, deadline=None)


def drawn_case(data: st.DataObject, kind: str) -> tuple[Rule, Claim, Decimal]:
    maximum = data.draw(ours.MAXIMA)
    rule, claim = data.draw(ours.cases(kind, maximum))
    return rule, claim, maximum


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data())
def test_an_award_stands_between_nothing_and_the_maximum_with_four_decimals(kind: str, data: st.DataObject) -> None:
    rule, claim, maximum = drawn_case(data, kind)
    points = award(rule, claim, maximum)
    assert 0 <= points <= maximum
    assert points.as_tuple().exponent == -4


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), arose=ours.POINTS)
def test_nothing_arose_stands_between_nothing_and_the_maximum(kind: str, data: st.DataObject, arose: Decimal) -> None:
    rule, _, maximum = drawn_case(data, kind)
    assert 0 <= award(replace(rule, nothing_arose=arose), NothingAroseClaim(), maximum) <= maximum


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), grounds=ours.GROUNDS, arose=st.none() | ours.MAXIMA)
def test_what_is_stored_as_json_earns_the_same_when_read_again(
    kind: str,
    data: st.DataObject,
    grounds: tuple[object, ...],
    arose: Decimal | None,
) -> None:
    drawn, claim, maximum = drawn_case(data, kind)
    rule = replace(drawn, zero_when=grounds, nothing_arose=arose)
    read = rule_from_json(rule_dumps(rule))
    assert (read, kind_of(read)) == (rule, kind)
    assert rule_dumps(read) == rule_dumps(rule)
    assert claim_from_json(claim_dumps(claim)) == claim
    assert award(read, claim_from_json(claim_dumps(claim)), maximum) == award(rule, claim, maximum)


@few
@given(rule=ours.proportional_rules(), maximum=ours.MAXIMA, percents=st.tuples(ours.PERCENTS, ours.PERCENTS))
def test_a_higher_percentage_never_earns_less(
    rule: ProportionalRule,
    maximum: Decimal,
    percents: tuple[Decimal, Decimal],
) -> None:
    low, high = sorted(percents)
    assert award(rule, PercentClaim(low), maximum) <= award(rule, PercentClaim(high), maximum)


@few
@given(rule=ours.per_case_rules(), maximum=ours.MAXIMA, counts=st.tuples(ours.WHOLE, ours.WHOLE))
def test_more_cases_never_earn_less(rule: PerCaseRule, maximum: Decimal, counts: tuple[Decimal, Decimal]) -> None:
    few_cases, many = sorted(counts)
    assert award(rule, CountClaim(few_cases), maximum) <= award(rule, CountClaim(many), maximum)


@few
@given(
    rule=ours.deduction_rules(),
    maximum=ours.MAXIMA,
    percents=st.tuples(ours.PERCENTS, ours.PERCENTS),
    faults=st.tuples(ours.WHOLE, ours.WHOLE),
)
def test_more_faults_never_earn_more_nor_does_a_lower_share(
    rule: DeductionRule,
    maximum: Decimal,
    percents: tuple[Decimal, Decimal],
    faults: tuple[Decimal, Decimal],
) -> None:
    low, high = sorted(percents)
    fewer, more = sorted(faults)
    best = award(rule, FaultsClaim(fewer, PercentClaim(high)), maximum)
    assert award(rule, FaultsClaim(more, PercentClaim(high)), maximum) <= best
    assert award(rule, FaultsClaim(fewer, PercentClaim(low)), maximum) <= best


@few
@given(data=st.data(), maximum=ours.MAXIMA)
def test_a_higher_figure_never_earns_less_in_ascending_bands(data: st.DataObject, maximum: Decimal) -> None:
    rule = data.draw(ours.covering_bands(ascending=True))
    figures = ours.WHOLE if rule.on is BandsOn.COUNT else ours.PERCENTS
    low, high = sorted([data.draw(figures), data.draw(figures)])
    claim = CountClaim if rule.on is BandsOn.COUNT else PercentClaim
    assert award(rule, claim(low), maximum) <= award(rule, claim(high), maximum)


@few
@given(data=st.data(), maximum=ours.MAXIMA)
def test_the_order_bands_are_written_in_changes_no_award(data: st.DataObject, maximum: Decimal) -> None:
    rule, claim = data.draw(ours.banded())
    assert award(replace(rule, bands=rule.bands[::-1]), claim, maximum) == award(rule, claim, maximum)


@few
@given(scale=ours.POSITIVE, maximum=ours.MAXIMA, values=st.tuples(ours.figures(0, 20), ours.figures(0, 20)))
def test_a_higher_external_figure_never_earns_less(
    scale: Decimal,
    maximum: Decimal,
    values: tuple[Decimal, Decimal],
) -> None:
    low, high = (award(ExternalRule(scale=scale), ValueClaim(value), maximum) for value in sorted(values))
    assert low <= high


@few
@given(points=st.lists(ours.figures(0, 5), min_size=2, max_size=6), data=st.data())
def test_one_option_more_never_raises_the_worst_nor_lowers_the_best(points: list[Decimal], data: st.DataObject) -> None:
    options = tuple(Option(str(place), "", given) for place, given in enumerate(points))
    keys = data.draw(st.lists(st.sampled_from([option.key for option in options]), min_size=2, unique=True))
    more, fewer = OptionClaim(tuple(keys)), OptionClaim(tuple(keys[1:]))
    worst, best = (ChoiceRule(options=options, pick=pick) for pick in (Pick.WORST, Pick.BEST))
    five = Decimal(5)
    assert award(worst, more, five) <= award(worst, fewer, five)
    assert award(best, more, five) >= award(best, fewer, five)
    assert award(worst, more, five) <= award(best, more, five)


@few
@given(
    counts=st.lists(st.integers(0, 30), min_size=5, max_size=5),
    place=st.integers(0, 3),
    basis=st.sampled_from(SurveyBasis),
)
def test_an_answer_that_turns_better_never_earns_less(counts: list[int], place: int, basis: SurveyBasis) -> None:
    before = list(counts)
    before[place] += 1
    after = list(counts)
    after[place + 1] += 1
    rule = SurveyRule(weights=tuple((str(value), Decimal(value)) for value in range(1, 6)), basis=basis)
    low, high = (
        award(rule, TallyClaim(tuple((str(n), Decimal(count)) for n, count in enumerate(tally, 1))), Decimal(4))
        for tally in (before, after)
    )
    assert low <= high


@few
@given(
    given_ballots=st.lists(
        st.builds(Ballot, st.sampled_from(["chairman", "vice", "member"]), ours.figures(0, 5)), min_size=1, max_size=8
    ),
    weights=st.tuples(ours.POSITIVE, ours.POSITIVE, ours.POSITIVE),
    order=st.randoms(use_true_random=False),
)
def test_a_mean_of_ballots_stands_between_the_lowest_and_the_highest(
    given_ballots: list[Ballot],
    weights: tuple[Decimal, Decimal, Decimal],
    order: random.Random,
) -> None:
    rule = BallotsRule(weights=tuple(zip(["chairman", "vice", "member"], weights, strict=True)))
    points = award(rule, BallotsClaim(tuple(given_ballots)), Decimal(5))
    assert min(b.points for b in given_ballots) <= points <= max(b.points for b in given_ballots)
    shuffled = list(given_ballots)
    order.shuffle(shuffled)
    assert award(rule, BallotsClaim(tuple(shuffled)), Decimal(5)) == points


@few
@given(
    points=st.lists(ours.figures(0, 5), min_size=3, max_size=3).map(sorted),
    better=st.sampled_from(Better),
    previous=st.integers(0, 4),
    currents=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_a_better_figure_this_year_never_earns_less(
    points: list[Decimal],
    better: Better,
    previous: int,
    currents: tuple[int, int],
) -> None:
    lower, equal, higher = points
    rule = PreviousPeriodRule(
        measures=(Measure("m", better),), combine=Combine.WORST, higher=higher, equal=equal, lower=lower
    )
    worse, improved = sorted(currents, reverse=better is Better.LOWER)
    earned = [
        award(rule, MeasuresClaim((Comparison("m", Decimal(previous), Decimal(now)),)), Decimal(5))
        for now in (worse, improved)
    ]
    assert earned[0] <= earned[1]


@pytest.mark.parametrize("kind", ["bands", "proportional"])
@few
@given(data=st.data(), ratio=ours.ratios(), times=st.integers(2, 10**6).map(Decimal))
def test_a_ratio_of_the_same_value_earns_the_same(
    kind: str,
    data: st.DataObject,
    ratio: RatioClaim,
    times: Decimal,
) -> None:
    """DOMAIN §2: ratios are exact; 17/20 and 85000000000/100000000000 are one figure."""
    rule, _, maximum = drawn_case(data, kind)
    if kind == "bands":
        rule = replace(rule, on=BandsOn.PERCENT)
    scaled = RatioClaim(ratio.numerator * times, ratio.denominator * times)
    assert award(rule, scaled, maximum) == award(rule, ratio, maximum)


@few
@given(part=st.integers(0, 10_000), whole=st.integers(1, 10_000), maximum=ours.MAXIMA)
def test_a_share_of_the_maximum_is_rounded_once(part: int, whole: int, maximum: Decimal) -> None:
    exact = min(Fraction(part, whole), 1) * Fraction(maximum)
    points = award(ProportionalRule(), RatioClaim(Decimal(part), Decimal(whole)), maximum)
    assert abs(Fraction(points) - exact) <= HALF_A_UNIT
