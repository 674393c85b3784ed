"""Rules with claims they take, of every kind, for Hypothesis: figures are decimals, never floats."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
    CountClaim,
    FaultsClaim,
    MeasuresClaim,
    OptionClaim,
    PercentClaim,
    PointsClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
)
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    Better,
    ChoiceRule,
    Combine,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    Measure,
    Option,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyBasis,
    SurveyRule,
    ZeroGround,
)

Draw = st.DrawFn
Case = tuple[Rule, Claim]


def figures(lowest: int, highest: int, *, places: int = 4) -> st.SearchStrategy[Decimal]:
    """Return decimals from `lowest` to `highest` with up to `places` decimals."""
    return st.integers(lowest * 10**places, highest * 10**places).map(lambda units: Decimal(units).scaleb(-places))


MAXIMA = figures(0, 10)
#: points a careless editor may write: below 0, above the maximum, finer than a leaf carries
POINTS = figures(-3, 15, places=6)
POSITIVE = figures(0, 12).filter(bool)
WHOLE = st.integers(0, 200).map(Decimal)
PERCENTS = st.one_of(figures(0, 130), st.sampled_from([Decimal(0), Decimal(70), Decimal(85), Decimal(100)]))
KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True)


@st.composite
def ratios(draw: Draw) -> RatioClaim:
    return RatioClaim(draw(WHOLE), draw(WHOLE.filter(bool)))


SHARES = st.one_of(ratios(), PERCENTS.map(PercentClaim))


@st.composite
def choices(draw: Draw) -> Case:
    keys = draw(KEYS)
    pick = draw(st.sampled_from(Pick))
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=1 if pick is Pick.ONE else 5, unique=True))
    return ChoiceRule(options=tuple(Option(key, "", draw(POINTS)) for key in keys), pick=pick), OptionClaim(
        tuple(chosen),
    )


@st.composite
def covering_bands(draw: Draw, *, ascending: bool = False) -> BandsRule:
    """Return bands no figure falls between; with `ascending`, a higher band never earns less."""
    on = draw(st.sampled_from(BandsOn))
    cuts = sorted(draw(st.lists(WHOLE if on is BandsOn.COUNT else PERCENTS, max_size=4, unique=True)))
    points = draw(st.lists(POINTS, min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    below = [draw(st.booleans()) for _ in cuts]
    bounds = [None, *cuts, None]
    bands = [
        Step(
            lower=bounds[place],
            lower_closed=place > 0 and not below[place - 1],
            upper=bounds[place + 1],
            upper_closed=place < len(cuts) and below[place],
            points=given,
        )
        for place, given in enumerate(sorted(points) if ascending else points)
    ]
    return BandsRule(on=on, bands=tuple(draw(st.permutations(bands))))


@st.composite
def banded(draw: Draw) -> Case:
    rule = draw(covering_bands())
    return rule, draw(WHOLE.map(CountClaim) if rule.on is BandsOn.COUNT else SHARES)


@st.composite
def proportional_rules(draw: Draw) -> ProportionalRule:
    return ProportionalRule(
        floor=draw(st.none() | figures(0, 100)),
        floor_closed=draw(st.booleans()),
        cap=draw(st.none() | figures(1, 130)),
    )


@st.composite
def per_case_rules(draw: Draw) -> PerCaseRule:
    return PerCaseRule(each=draw(POSITIVE), cap=draw(st.none() | POSITIVE))


@st.composite
def deduction_rules(draw: Draw) -> DeductionRule:
    return DeductionRule(
        threshold=draw(st.none() | figures(0, 100)),
        start=draw(st.none() | figures(0, 15)),
        each=draw(POSITIVE),
        floor=draw(figures(0, 3)),
        cut_off=draw(st.none() | st.integers(1, 30)),
    )


@st.composite
def deducted(draw: Draw) -> Case:
    faults = draw(st.integers(0, 40).map(Decimal))
    total = draw(st.integers(max(int(faults), 1), 200).map(Decimal))
    share = draw(st.one_of(WHOLE.map(lambda part: RatioClaim(part, total)), PERCENTS.map(PercentClaim)))
    return draw(deduction_rules()), FaultsClaim(faults, share)


@st.composite
def surveyed(draw: Draw) -> Case:
    keys = draw(KEYS)
    rule = SurveyRule(weights=tuple((key, draw(POSITIVE)) for key in keys), basis=draw(st.sampled_from(SurveyBasis)))
    counts = draw(st.lists(WHOLE, min_size=len(keys), max_size=len(keys)).filter(any))
    return rule, TallyClaim(tuple(zip(keys, counts, strict=True)))


@st.composite
def balloted(draw: Draw) -> Case:
    keys = draw(KEYS)
    ballot = st.builds(Ballot, st.sampled_from(keys), figures(0, 15))
    rule = BallotsRule(weights=tuple((key, draw(POSITIVE)) for key in keys))
    return rule, BallotsClaim(tuple(draw(st.lists(ballot, min_size=1, max_size=8))))


@st.composite
def compared(draw: Draw) -> Case:
    """Measures are combined by the worst: of `all`, most draws would be refused."""
    keys = draw(KEYS)
    measures = tuple(Measure(key, draw(st.sampled_from(Better))) for key in keys)
    higher, equal, lower, first = (draw(POINTS) for _ in range(4))
    rule = PreviousPeriodRule(
        measures=measures, combine=Combine.WORST, higher=higher, equal=equal, lower=lower, first_year=first
    )
    known = st.integers(0, 5).map(Decimal)
    return rule, MeasuresClaim(tuple(Comparison(key, draw(st.none() | known), draw(known)) for key in keys))


@st.composite
def judged(draw: Draw, maximum: Decimal) -> Case:
    """Return points of whole steps up to the maximum: everything else is refused."""
    step = draw(st.none() | POSITIVE)
    unit = step or Decimal("0.0001")
    return JudgedRule(step=step), PointsClaim(unit * draw(st.integers(0, int(maximum / unit))))


def cases(kind: str, maximum: Decimal) -> st.SearchStrategy[Case]:
    """Return rules of `kind`, each with a claim it measures under `maximum`."""
    found: dict[str, st.SearchStrategy[Case]] = {
        "choice": choices(),
        "bands": banded(),
        "proportional": st.tuples(proportional_rules(), SHARES),
        "per_case": st.tuples(per_case_rules(), WHOLE.map(CountClaim)),
        "deduction": deducted(),
        "survey": surveyed(),
        "ballots": balloted(),
        "previous_period": compared(),
        "external": st.tuples(st.builds(ExternalRule, scale=POSITIVE), figures(0, 200).map(ValueClaim)),
        "judged": judged(maximum),
    }
    return found[kind]


GROUNDS = st.lists(st.sampled_from(["no_plan", "no_evidence"]), unique=True).map(
    lambda keys: tuple(ZeroGround(key, "") for key in keys),
)

#: letters of papers, and what a spreadsheet could take for a formula
WORDS = st.text("aăâbcdđeêghikôơưáàảãạỳ 0123456789%,.;:/()-“”=+@'\"<>&\t\n", max_size=40)
KINDS = (
    "choice",
    "bands",
    "proportional",
    "per_case",
    "deduction",
    "survey",
    "ballots",
    "previous_period",
    "external",
    "judged",
)


@st.composite
def whole_rules(draw: Draw, kind: str) -> Rule:
    """Return a rule of `kind` with every field it can carry drawn: words, grounds, nothing arose, percent offered."""
    rule, _ = draw(cases(kind, Decimal(10)))
    common = {
        "nothing_arose": draw(st.none() | POINTS),
        "zero_when": tuple(ZeroGround(key, draw(WORDS)) for key in draw(st.lists(KEYS.map("".join), unique=True))),
        "percent_offered": kind in {"bands", "proportional", "deduction"} and draw(st.booleans()),
    }
    if isinstance(rule, ChoiceRule):
        rule = replace(rule, options=tuple(replace(option, text=draw(WORDS)) for option in rule.options))
    if isinstance(rule, PreviousPeriodRule):
        combine = draw(st.sampled_from(Combine))
        rule = replace(rule, combine=combine, first_year=draw(st.none() | POINTS))
    if isinstance(rule, BallotsRule):
        rule = replace(rule, weights=(*rule.weights, ("chairman", Decimal(2)), ("vice_chairman", Decimal("1.5"))))
    return replace(rule, **common)
