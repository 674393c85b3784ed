"""A whole set to JSON and back: exact, and every refusal names the criterion and the field."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.claims import OptionClaim
from app.domain.errors import InputInvalid
from app.domain.rule_examples import Example
from app.domain.rules import JudgedRule
from app.domain.set_content import set_dumps, set_from_json, set_to_json, writable
from app.domain.terms import ExampleOrigin
from tests.domain.rule_samples import replaced, without
from tests.domain.strategies import KINDS, whole_rules
from tests.reading.seed_set import seed_set, small_set

#: files are written and read: how long a machine takes for one is not what is asked
UNHURRIED = settings(deadline=None, max_examples=40)
LEAF = ("criteria", 1)


def described() -> dict[str, Any]:
    return set_to_json(small_set(JudgedRule(step=Decimal("0.5"))))


def with_example(**changes: object) -> object:
    """Return the set with one example at its leaf, fields of it changed or added."""
    example = {"claim": {"points": "5"}, "expected": "5", "refusal": None, "note": "", "origin": "typed", **changes}
    return replaced(described(), LEAF, {**described()["criteria"][1], "examples": [example]})


def test_the_seed_comes_back_as_it_was() -> None:
    content = seed_set()
    assert (len(content.nodes), sum(node.rule is not None for node in content.nodes)) == (113, 80)
    assert set_from_json(set_dumps(content)) == content


@pytest.mark.parametrize("kind", KINDS)
@UNHURRIED
@given(data=st.data())
def test_a_rule_of_every_kind_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    content = small_set(data.draw(whole_rules(kind)))
    assert set_from_json(set_dumps(content)) == content


def test_the_reason_of_a_version_comes_back() -> None:
    content = replace(small_set(JudgedRule()), reason="Quyết định 12 sửa điểm tối đa")
    assert set_from_json(set_dumps(content)) == content


def test_examples_come_back_with_points_refusals_and_notes() -> None:
    examples = (
        Example(OptionClaim(("1",)), Decimal("0.5"), note="như báo cáo năm trước"),
        Example(OptionClaim(()), None, refusal="option_missing", origin=ExampleOrigin.IMPORTED),
    )
    content = small_set(JudgedRule(), examples=examples)
    assert set_from_json(set_dumps(content)).nodes[1].examples == examples


@pytest.mark.parametrize(
    ("given_set", "code", "details"),
    [
        (without(described(), (*LEAF, "title")), "set_missing_field", {"criterion": "1.1", "field": "title"}),
        (without(described(), ("year",)), "set_missing_field", {"criterion": "–", "field": "year"}),
        (
            replaced(described(), LEAF, {**described()["criteria"][1], "weight": "1"}),
            "set_unknown_field",
            {"criterion": "1.1", "field": "weight"},
        ),
        ({**described(), "colour": "x"}, "set_unknown_field", {"field": "colour"}),
        (replaced(described(), (*LEAF, "maximum"), 0.5), "float_refused", {"criterion": "1.1", "field": "maximum"}),
        (replaced(described(), (*LEAF, "maximum"), "1.234,5"), "grouped_number", {"criterion": "1.1"}),
        (replaced(described(), (*LEAF, "rule", "kind"), "magic"), "unknown_kind", {"criterion": "1.1"}),
        (replaced(described(), (*LEAF, "rule"), "judged"), "wrong_type", {"criterion": "1.1", "field": "rule"}),
        (replaced(described(), (*LEAF, "scored_by"), "nobody"), "wrong_type", {"field": "scored_by"}),
        (with_example(origin="dreamt"), "wrong_type", {"criterion": "1.1", "field": "origin"}),
        (with_example(claim="mức 1"), "wrong_type", {"criterion": "1.1", "field": "claim"}),
        (with_example(claim={"points": 1.5}), "float_refused", {"criterion": "1.1", "field": "points"}),
        (with_example(expected=0.5), "float_refused", {"criterion": "1.1", "field": "expected"}),
        (with_example(weight="1"), "set_unknown_field", {"criterion": "1.1", "field": "weight"}),
        (
            replaced(described(), LEAF, {**described()["criteria"][1], "examples": [{}]}),
            "set_missing_field",
            {"criterion": "1.1", "field": "claim"},
        ),
        (replaced(described(), ("version",), 2), "set_version_unknown", {"version": "2"}),
        (replaced(described(), ("version",), True), "set_version_unknown", {"version": "True"}),
        (replaced(described(), ("criteria",), {}), "wrong_type", {"field": "criteria"}),
        (replaced(described(), ("criteria",), ["1.1"]), "set_not_an_object", {"criterion": 1}),
        ([], "set_not_an_object", {}),
        ("{", "not_json", {}),
        ("[" * 100_000, "not_json", {}),
    ],
)
def test_json_that_says_anything_else_is_refused_by_its_place(
    given_set: object, code: str, details: dict[str, object]
) -> None:
    with pytest.raises(InputInvalid) as refused:
        set_from_json(given_set)
    assert refused.value.code == code
    assert {name: refused.value.details.get(name) for name in details} == details


def test_the_text_is_stable_so_that_two_sets_can_be_compared_line_by_line() -> None:
    one = set_dumps(seed_set())
    other = set_dumps(replace(seed_set(), year=2025))
    changed = [pair for pair in zip(one.splitlines(), other.splitlines(), strict=True) if pair[0] != pair[1]]
    assert changed == [('  "year": 2024,', '  "year": 2025,')]
    assert json.loads(one)["version"] == 1


def test_line_ends_of_every_system_and_control_letters_are_written_in_one_way() -> None:
    assert writable("a\r\nb\rc\n\x00d\x0be\tf\ufffe") == "a\nb\nc\nde\tf"
