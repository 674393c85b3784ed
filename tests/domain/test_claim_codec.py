"""Claims to JSON and back: thirteen shapes, each field in its place, each refusal by its code."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from app.domain.claim_codec import claim_dumps, claim_from_json, claim_to_json
from app.domain.claims import (
    Ballot,
    BallotsClaim,
    Claim,
    Comparison,
    CountClaim,
    DeclinedClaim,
    FaultsClaim,
    MeasuresClaim,
    NothingAroseClaim,
    OptionClaim,
    PercentClaim,
    PointsClaim,
    RatioClaim,
    TallyClaim,
    ValueClaim,
    ZeroClaim,
)
from app.domain.errors import ClaimInvalid
from tests.domain.rule_samples import Path, replaced, without

D = Decimal

CLAIMS: dict[str, tuple[dict[str, Any], Claim]] = {
    "declined": ({"declined": True}, DeclinedClaim()),
    "nothing_arose": ({"nothing_arose": True}, NothingAroseClaim()),
    "zero": ({"zero": "no_plan"}, ZeroClaim("no_plan")),
    "option": ({"option": "2"}, OptionClaim(("2",))),
    "options": ({"options": ["3", "1"]}, OptionClaim(("3", "1"))),
    "no option": ({"options": []}, OptionClaim(())),
    "ratio": ({"numerator": "84.5", "denominator": "100"}, RatioClaim(D("84.5"), D(100))),
    "percent": ({"percent": "84.999"}, PercentClaim(D("84.999"))),
    "count": ({"count": "5"}, CountClaim(D(5))),
    "faults of a ratio": (
        {"numerator": "99", "denominator": "100", "faults": "1"},
        FaultsClaim(D(1), RatioClaim(D(99), D(100))),
    ),
    "faults of a percent": ({"percent": "99", "faults": "1"}, FaultsClaim(D(1), PercentClaim(D(99)))),
    "faults alone": ({"faults": "1"}, FaultsClaim(D(1), None)),
    "tally": ({"tally": {"1": "0", "5": "12"}}, TallyClaim((("1", D(0)), ("5", D(12))))),
    "ballots": (
        {"ballots": [{"kind": "chairman", "points": "3.5"}, {"kind": "vice", "points": "2"}]},
        BallotsClaim((Ballot("chairman", D("3.5")), Ballot("vice", D(2)))),
    ),
    "measures": (
        {"measures": {"rank": {"previous": "5", "current": "4"}, "index": {"previous": None, "current": "80.5"}}},
        MeasuresClaim((Comparison("rank", D(5), D(4)), Comparison("index", None, D("80.5")))),
    ),
    "value": ({"value": "9.5"}, ValueClaim(D("9.5"))),
    "points": ({"points": "1.75"}, PointsClaim(D("1.75"))),
}
NUMBERS: list[tuple[str, Path]] = [
    ("ratio", ("numerator",)),
    ("ratio", ("denominator",)),
    ("percent", ("percent",)),
    ("count", ("count",)),
    ("faults alone", ("faults",)),
    ("faults of a ratio", ("faults",)),
    ("faults of a ratio", ("numerator",)),
    ("faults of a ratio", ("denominator",)),
    ("faults of a percent", ("percent",)),
    ("tally", ("tally", "5")),
    ("ballots", ("ballots", 0, "points")),
    ("measures", ("measures", "rank", "previous")),
    ("measures", ("measures", "rank", "current")),
    ("value", ("value",)),
    ("points", ("points",)),
]


def refusal(given: object) -> ClaimInvalid:
    with pytest.raises(ClaimInvalid) as refused:
        claim_from_json(given)
    return refused.value


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_read_from_its_fields(name: str) -> None:
    given, claim = CLAIMS[name]
    assert claim_from_json(given) == claim
    assert claim_from_json(json.dumps(given)) == claim


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_written_and_read_again_is_the_same(name: str) -> None:
    given, claim = CLAIMS[name]
    assert claim_to_json(claim) == given
    assert claim_from_json(claim_dumps(claim)) == claim


def test_every_shape_of_claim_is_tried_here() -> None:
    assert {type(claim) for _, claim in CLAIMS.values()} == set(Claim.__args__)  # type: ignore[attr-defined]


def test_one_option_in_a_list_is_written_as_one_option() -> None:
    assert claim_from_json({"options": ["2"]}) == OptionClaim(("2",))
    assert claim_dumps(OptionClaim(("2",))) == '{"option":"2"}'


def test_figures_are_written_as_strings_and_letters_as_letters() -> None:
    assert claim_dumps(PercentClaim(D("8.450E+1"))) == '{"percent":"84.5"}'
    assert claim_dumps(RatioClaim(D("10.00"), D("20"))) == '{"numerator":"10","denominator":"20"}'
    assert claim_dumps(ZeroClaim("lý do")) == '{"zero":"lý do"}'


def test_a_percentage_is_taken_exactly_as_typed() -> None:
    """ARCHITECTURE §5."""
    claim = claim_from_json({"percent": "84.999999999999"})
    assert claim == PercentClaim(D("84.999999999999"))


@pytest.mark.parametrize(("name", "path"), NUMBERS)
def test_a_number_is_a_string_or_a_whole_json_number(name: str, path: Path) -> None:
    given, _ = CLAIMS[name]
    assert claim_from_json(replaced(given, path, 3)) == claim_from_json(replaced(given, path, "3"))
    assert claim_from_json(replaced(given, path, "3,5")) == claim_from_json(replaced(given, path, "3.5"))


@pytest.mark.parametrize(("name", "path"), NUMBERS)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "float_refused"),
        (2.0, "float_refused"),
        (float("nan"), "float_refused"),
        (False, "not_a_number"),
        ([], "not_a_number"),
        ({}, "not_a_number"),
        ("", "not_a_number"),
        ("năm", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1e2", "not_a_number"),
        ("1.234,5", "grouped_number"),
        ("1000000000000", "number_too_large"),
    ],
    ids=repr,
)
def test_what_is_no_exact_number_is_refused_naming_its_field(
    name: str,
    path: Path,
    value: object,
    code: str,
) -> None:
    given, _ = CLAIMS[name]
    refused = refusal(replaced(given, path, value))
    assert refused.code == code
    assert refused.details["field"] == ("tally" if path[0] == "tally" else path[-1])


@pytest.mark.parametrize("bare", ["0.5", "5.0", "NaN", "Infinity", "1e2"])
def test_a_bare_float_in_json_text_is_refused(bare: str) -> None:
    refused = refusal(f'{{"count":{bare}}}')
    assert (refused.code, refused.details) == ("float_refused", {"field": "count"})


@pytest.mark.parametrize(("name", "path"), NUMBERS)
def test_only_last_year_s_figure_may_be_unknown(name: str, path: Path) -> None:
    given, _ = CLAIMS[name]
    empty = replaced(given, path, None)
    if path[-1] == "previous":
        assert claim_to_json(claim_from_json(empty)) == empty
    else:
        assert refusal(empty).code == "not_a_number"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ratio", ("numerator",)),
        ("ratio", ("denominator",)),
        ("faults of a ratio", ("numerator",)),
        ("faults of a ratio", ("denominator",)),
        ("ballots", ("ballots", 0, "kind")),
        ("ballots", ("ballots", 0, "points")),
        ("measures", ("measures", "rank", "previous")),
        ("measures", ("measures", "rank", "current")),
    ],
)
def test_a_missing_field_is_named(name: str, path: Path) -> None:
    refused = refusal(without(CLAIMS[name][0], path))
    assert (refused.code, refused.details) == ("claim_missing_field", {"field": path[-1]})


@pytest.mark.parametrize("name", CLAIMS)
def test_an_unknown_field_is_named(name: str) -> None:
    refused = refusal({**CLAIMS[name][0], "note": "x"})
    assert (refused.code, refused.details) == ("claim_unknown_field", {"field": "note"})


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        (("ballots", 0), {"kind": "vice", "points": "1", "name": "x"}),
        (("measures", "rank"), {"previous": "1", "current": "1", "name": "x"}),
    ],
)
def test_an_unknown_field_inside_is_named(path: Path, inner: dict[str, str]) -> None:
    given, _ = CLAIMS[str(path[0])]
    refused = refusal(replaced(given, path, inner))
    assert (refused.code, refused.details) == ("claim_unknown_field", {"field": "name"})
    assert refusal(replaced(given, path, "5")).code == "claim_not_an_object"


@pytest.mark.parametrize(
    "given",
    [
        {"option": "1", "options": ["1"]},
        {"option": "1", "count": "1"},
        {"declined": True, "points": "1"},
        {"nothing_arose": True, "percent": "100"},
        {"zero": "no_plan", "option": "1"},
        {"numerator": "1", "denominator": "2", "percent": "50"},
        {"faults": "1", "percent": "99", "numerator": "99", "denominator": "100"},
        {"percent": "50", "count": "1"},
        {"value": "1", "points": "1"},
    ],
    ids=json.dumps,
)
def test_two_claims_in_one_are_refused(given: dict[str, Any]) -> None:
    assert refusal(given).code == "claim_unknown_field"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"declined": False}, "declined"),
        ({"declined": "true"}, "declined"),
        ({"declined": 1}, "declined"),
        ({"declined": None}, "declined"),
        ({"nothing_arose": False}, "nothing_arose"),
        ({"nothing_arose": "0.5"}, "nothing_arose"),
        ({"zero": True}, "zero"),
        ({"zero": None}, "zero"),
        ({"option": 1}, "option"),
        ({"option": ["1"]}, "option"),
        ({"options": "1"}, "options"),
        ({"options": {"1": True}}, "options"),
        ({"options": ["1", 2]}, "options"),
        ({"options": [None]}, "options"),
        ({"tally": ["1"]}, "tally"),
        ({"tally": "5"}, "tally"),
        ({"ballots": {"chairman": "3"}}, "ballots"),
        ({"ballots": [{"kind": 1, "points": "3"}]}, "kind"),
        ({"measures": []}, "measures"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(given: dict[str, Any], field: str) -> None:
    refused = refusal(given)
    assert (refused.code, refused.details["field"]) == ("wrong_type", field)


def test_an_option_chosen_twice_is_refused() -> None:
    assert refusal({"options": ["1", "2", "1"]}).code == "option_twice"


@pytest.mark.parametrize("given", [{}, "{}", {"note": "x"}, {"kind": "choice"}])
def test_a_claim_of_no_known_shape_is_refused(given: object) -> None:
    assert refusal(given).code == "claim_shape"


@pytest.mark.parametrize("given", [None, 5, [], "[]", "5", "null", '"option"', True])
def test_json_that_is_no_object_is_refused(given: object) -> None:
    assert refusal(given).code == "claim_not_an_object"


@pytest.mark.parametrize(
    "text", ["", "{", "{'option': '1'}", '{"option":"1",}', "[" * 100_000], ids=lambda text: text[:20]
)
def test_text_that_is_no_json_is_refused(text: str) -> None:
    assert refusal(text).code == "not_json"
