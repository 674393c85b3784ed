"""Rules to JSON and back: every field read into its place, nothing unknown, no float, each refusal by its code."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from app.domain.errors import RuleInvalid
from app.domain.rule_codec import kind_of, rule_dumps, rule_from_json, rule_to_json
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
from tests.domain.rule_samples import BY_KIND, SAMPLES, Path, Sample, replaced, without

D = Decimal

#: what SAMPLES say, typed as values: a field read into a neighbour's place would show here
READ: dict[str, Rule] = {
    "choice": ChoiceRule(
        options=(
            Option("1", "đầy đủ", D(1)),
            Option("2", "không đầy đủ", D("0.5")),
            Option("3", "không ban hành", D(0)),
        ),
        pick=Pick.ONE,
    ),
    "bands": BandsRule(
        on=BandsOn.PERCENT,
        bands=(
            Step(None, False, D(70), False, D(0)),
            Step(D(70), True, D(90), True, D(1)),
            Step(D(90), False, None, False, D(2)),
        ),
    ),
    "proportional": ProportionalRule(floor=D(80), floor_closed=True, cap=D(100)),
    "per_case": PerCaseRule(each=D("0.5"), cap=D("1.5")),
    "deduction": DeductionRule(threshold=D(99), start=D("1.5"), each=D("0.5"), floor=D("0.25"), cut_off=3),
    "survey": SurveyRule(
        weights=(("1", D(1)), ("2", D(2)), ("3", D(3)), ("4", D(4)), ("5", D(5))),
        basis=SurveyBasis.SCALED,
    ),
    "ballots": BallotsRule(weights=(("chairman", D(2)), ("vice", D(1)))),
    "previous_period": PreviousPeriodRule(
        measures=(Measure("rank", Better.LOWER), Measure("index", Better.HIGHER)),
        combine=Combine.ALL,
        higher=D(2),
        equal=D(1),
        lower=D("0.25"),
        first_year=D("1.5"),
    ),
    "external": ExternalRule(scale=D(100)),
    "judged": JudgedRule(step=D("0.25")),
}

#: every number in a rule of each kind; those of NULLABLE may be null
NUMBERS: list[tuple[str, Path]] = [
    ("choice", ("options", 0, "points")),
    ("bands", ("bands", 1, "from")),
    ("bands", ("bands", 1, "to")),
    ("bands", ("bands", 1, "points")),
    ("proportional", ("floor",)),
    ("proportional", ("cap",)),
    ("per_case", ("each",)),
    ("per_case", ("cap",)),
    ("deduction", ("threshold",)),
    ("deduction", ("start",)),
    ("deduction", ("each",)),
    ("deduction", ("floor",)),
    ("deduction", ("cut_off",)),
    ("survey", ("weights", "5")),
    ("ballots", ("weights", "vice")),
    ("previous_period", ("higher",)),
    ("previous_period", ("equal",)),
    ("previous_period", ("lower",)),
    ("previous_period", ("first_year",)),
    ("external", ("scale",)),
    ("judged", ("step",)),
    *((kind, ("nothing_arose",)) for kind in BY_KIND),
]
NULLABLE = {"from", "to", "cap", "threshold", "start", "cut_off", "first_year", "step", "nothing_arose"} | {
    "proportional floor",
}
FIELDS = [(sample, (name,)) for sample in SAMPLES for name in sample.json()]
INNER: list[tuple[Sample, Path]] = [
    *((BY_KIND["choice"], ("options", 0, name)) for name in ("key", "text", "points")),
    *((BY_KIND["bands"], ("bands", 1, name)) for name in ("from", "from_closed", "to", "to_closed", "points")),
    *((BY_KIND["previous_period"], ("measures", 0, name)) for name in ("key", "better")),
]
GROUNDS = [{"key": "no_plan", "text": "Không ban hành kế hoạch"}]


def refusal(given: object) -> RuleInvalid:
    with pytest.raises(RuleInvalid) as refused:
        rule_from_json(given)
    return refused.value


def named(kind_or_sample: object) -> str | None:
    if isinstance(kind_or_sample, Sample):
        return kind_or_sample.kind
    return "-".join(map(str, kind_or_sample)) if isinstance(kind_or_sample, tuple) else None


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_each_field_is_read_into_its_place(sample: Sample) -> None:
    assert rule_from_json(sample.json()) == READ[sample.kind]
    assert kind_of(READ[sample.kind]) == sample.kind


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_a_rule_written_and_read_again_is_the_same_text(sample: Sample) -> None:
    for given in (sample.json(), sample.json(zero_when=GROUNDS), {**sample.json(), "nothing_arose": "0.5"}):
        text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
        assert rule_dumps(rule_from_json(text)) == text


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_text_and_parsed_object_say_the_same(sample: Sample) -> None:
    assert rule_from_json(json.dumps(sample.json())) == rule_from_json(sample.json())


def test_the_example_of_the_design_comes_back_letter_by_letter() -> None:
    """ARCHITECTURE §5, 5.5.3.4."""
    text = (
        '{"kind":"deduction","version":1,"nothing_arose":null,"threshold":"99","start":null,'
        '"each":"0.5","floor":"0","cut_off":2}'
    )
    rule = rule_from_json(text)
    assert rule == DeductionRule(threshold=D(99), start=None, each=D("0.5"), floor=D(0), cut_off=2)
    assert rule_dumps(rule) == text


def test_what_every_rule_may_carry_is_read() -> None:
    rule = rule_from_json({**BY_KIND["judged"].json(zero_when=GROUNDS), "nothing_arose": "0.5"})
    assert rule.nothing_arose == D("0.5")
    assert rule.zero_when == (ZeroGround("no_plan", "Không ban hành kế hoạch"),)


def test_a_rule_without_grounds_writes_none() -> None:
    assert "zero_when" not in rule_to_json(JudgedRule())
    assert rule_from_json(BY_KIND["judged"].json(zero_when=[])).zero_when == ()


@pytest.mark.parametrize("kind", ["bands", "proportional", "deduction"])
def test_a_rule_of_shares_may_offer_a_bare_percentage(kind: str) -> None:
    """ARCHITECTURE §5: the sheet offers percent only where no counts exist (7.2)."""
    offered = BY_KIND[kind].json(percent_offered=True)
    assert rule_from_json(offered).percent_offered is True
    assert rule_to_json(rule_from_json(offered)) == offered
    assert rule_from_json(BY_KIND[kind].json(percent_offered=False)) == READ[kind]
    assert refusal(BY_KIND[kind].json(percent_offered="true")).code == "wrong_type"


@pytest.mark.parametrize("kind", sorted(set(BY_KIND) - {"bands", "proportional", "deduction"}))
def test_a_rule_that_measures_no_share_offers_no_percentage(kind: str) -> None:
    assert refusal(BY_KIND[kind].json(percent_offered=True)).details == {"field": "percent_offered"}


def test_figures_are_written_as_strings_without_exponent_or_trailing_zeros() -> None:
    assert rule_to_json(ExternalRule(scale=D("1E+2")))["scale"] == "100"
    assert rule_to_json(JudgedRule(step=D("0.2500")))["step"] == "0.25"
    assert rule_to_json(JudgedRule(nothing_arose=D("0.50")))["nothing_arose"] == "0.5"


@pytest.mark.parametrize(("kind", "path"), NUMBERS, ids=named)
def test_a_number_is_a_string_or_a_whole_json_number(kind: str, path: Path) -> None:
    given = BY_KIND[kind].json()
    assert rule_from_json(replaced(given, path, 3)) == rule_from_json(replaced(given, path, "3"))
    assert rule_from_json(replaced(given, path, "3,0")) == rule_from_json(replaced(given, path, "3.0"))


@pytest.mark.parametrize(("kind", "path"), NUMBERS, ids=named)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "float_refused"),
        (1.0, "float_refused"),
        (float("nan"), "float_refused"),
        (float("inf"), "float_refused"),
        (True, "not_a_number"),
        (["1"], "not_a_number"),
        ({"value": "1"}, "not_a_number"),
        ("", "not_a_number"),
        ("một", "not_a_number"),
        ("NaN", "not_a_number"),
        ("1e3", "not_a_number"),
        ("1.234,5", "grouped_number"),
        ("1000000000000", "number_too_large"),
        (1_000_000_000_000, "number_too_large"),
    ],
    ids=repr,
)
def test_what_is_no_exact_number_is_refused_naming_its_field(
    kind: str,
    path: Path,
    value: object,
    code: str,
) -> None:
    refused = refusal(replaced(BY_KIND[kind].json(), path, value))
    assert refused.code == code
    assert refused.details["field"] == ("weights" if path[0] == "weights" else path[-1])


@pytest.mark.parametrize("bare", ["0.5", "1.0", "1e2", "NaN", "Infinity", "-Infinity", "1e400"])
def test_a_bare_float_in_json_text_is_refused(bare: str) -> None:
    text = f'{{"kind":"external","version":1,"nothing_arose":null,"scale":{bare}}}'
    refused = refusal(text)
    assert (refused.code, refused.details) == ("float_refused", {"field": "scale"})


@pytest.mark.parametrize(("kind", "path"), NUMBERS, ids=named)
def test_only_what_may_be_unbounded_may_be_null(kind: str, path: Path) -> None:
    given = replaced(BY_KIND[kind].json(), path, None)
    if path[-1] in NULLABLE or f"{kind} {path[-1]}" in NULLABLE:
        assert rule_from_json(rule_dumps(rule_from_json(given))) == rule_from_json(given)
    else:
        assert refusal(given).code == "not_a_number"


@pytest.mark.parametrize(("sample", "path"), [*FIELDS, *INNER], ids=named)
def test_a_missing_field_is_named(sample: Sample, path: Path) -> None:
    refused = refusal(without(sample.json(), path))
    assert (refused.code, refused.details) == ("rule_missing_field", {"field": path[-1]})


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_an_unknown_field_is_named(sample: Sample) -> None:
    refused = refusal(sample.json(maximum="1"))
    assert (refused.code, refused.details) == ("rule_unknown_field", {"field": "maximum"})
    both = refusal(sample.json(zeta="1", alpha="1"))
    assert both.details == {"field": "alpha, zeta"}


@pytest.mark.parametrize(
    ("sample", "path"),
    [
        (BY_KIND["choice"], ("options", 0)),
        (BY_KIND["bands"], ("bands", 0)),
        (BY_KIND["previous_period"], ("measures", 0)),
    ],
    ids=named,
)
def test_an_unknown_field_inside_a_list_is_named(sample: Sample, path: Path) -> None:
    given = sample.json()
    inner = given[str(path[0])][0]
    refused = refusal(replaced(given, path, {**inner, "note": "x"}))
    assert (refused.code, refused.details) == ("rule_unknown_field", {"field": "note"})
    assert refusal(replaced(given, path, "text")).code == "rule_not_an_object"


@pytest.mark.parametrize("kind", ["", "Choice", "formula", "choice ", "prose"])
def test_an_unknown_kind_is_refused_never_scored(kind: str) -> None:
    refused = refusal({"kind": kind, "version": 1, "nothing_arose": None})
    assert (refused.code, refused.details) == ("unknown_kind", {"kind": kind})


def test_a_field_of_another_kind_does_not_fit() -> None:
    assert refusal({**BY_KIND["per_case"].json(), "kind": "external"}).code == "rule_missing_field"
    assert refusal(BY_KIND["external"].json(step="1")).code == "rule_unknown_field"


@pytest.mark.parametrize("version", [0, 2, -1, "1", "2", None, True, [], {}], ids=repr)
@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_an_unknown_version_is_refused(sample: Sample, version: object) -> None:
    refused = refusal({**sample.json(), "version": version})
    assert (refused.code, refused.details) == ("unknown_version", {"version": str(version)})


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("choice", ("kind",), 1),
        ("choice", ("kind",), None),
        ("choice", ("pick",), "first"),
        ("choice", ("pick",), "ONE"),
        ("choice", ("pick",), None),
        ("choice", ("options",), {}),
        ("choice", ("options",), "1"),
        ("choice", ("options", 0, "key"), 1),
        ("choice", ("options", 0, "text"), None),
        ("bands", ("on",), "ratio"),
        ("bands", ("bands",), None),
        ("bands", ("bands", 0, "from_closed"), "true"),
        ("bands", ("bands", 0, "from_closed"), 1),
        ("bands", ("bands", 0, "to_closed"), None),
        ("proportional", ("floor_closed",), 0),
        ("proportional", ("floor_closed",), None),
        ("deduction", ("cut_off",), "1.5"),
        ("survey", ("basis",), "median"),
        ("survey", ("weights",), ["1", "2"]),
        ("survey", ("weights",), None),
        ("ballots", ("weights",), "chairman"),
        ("previous_period", ("combine",), "best"),
        ("previous_period", ("measures",), {}),
        ("previous_period", ("measures", 0, "better"), "up"),
        ("previous_period", ("measures", 0, "key"), 5),
    ],
)
def test_a_value_of_the_wrong_type_is_named(kind: str, path: Path, value: object) -> None:
    refused = refusal(replaced(BY_KIND[kind].json(), path, value))
    assert (refused.code, refused.details["field"]) == ("wrong_type", path[-1])


@pytest.mark.parametrize(
    ("grounds", "code"),
    [
        (None, "wrong_type"),
        ({}, "wrong_type"),
        (["no_plan"], "rule_not_an_object"),
        ([{"key": "no_plan"}], "rule_missing_field"),
        ([{"text": "x"}], "rule_missing_field"),
        ([{"key": "no_plan", "text": "x", "points": "0"}], "rule_unknown_field"),
        ([{"key": 1, "text": "x"}], "wrong_type"),
    ],
)
def test_grounds_for_nothing_are_read_as_strictly(grounds: object, code: str) -> None:
    assert refusal(BY_KIND["judged"].json(zero_when=grounds)).code == code


def test_a_cut_off_may_be_written_as_a_string() -> None:
    rule = rule_from_json(replaced(BY_KIND["deduction"].json(), ("cut_off",), "2"))
    assert isinstance(rule, DeductionRule)
    assert rule.cut_off == 2
    assert rule_to_json(rule)["cut_off"] == 2


@pytest.mark.parametrize("vocabulary", [Pick, BandsOn, SurveyBasis, Combine, Better])
def test_every_word_of_a_vocabulary_is_read(vocabulary: Any) -> None:
    places: dict[Any, tuple[str, Path]] = {
        Pick: ("choice", ("pick",)),
        BandsOn: ("bands", ("on",)),
        SurveyBasis: ("survey", ("basis",)),
        Combine: ("previous_period", ("combine",)),
        Better: ("previous_period", ("measures", 0, "better")),
    }
    kind, path = places[vocabulary]
    for word in vocabulary:
        given = replaced(BY_KIND[kind].json(), path, word.value)
        assert rule_to_json(rule_from_json(given)) == given


@pytest.mark.parametrize("given", [None, 5, [], "[]", "5", "null", '"choice"', True])
def test_json_that_is_no_object_is_refused(given: object) -> None:
    assert refusal(given).code == "rule_not_an_object"


@pytest.mark.parametrize(
    "text",
    ["", "{", "{'kind': 'choice'}", "kind: choice", '{"kind":"choice",}', "[" * 100_000],
    ids=lambda text: text[:20],
)
def test_text_that_is_no_json_is_refused(text: str) -> None:
    assert refusal(text).code == "not_json"


def test_vietnamese_is_written_as_letters() -> None:
    assert "không đầy đủ" in rule_dumps(READ["choice"])
