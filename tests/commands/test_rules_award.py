"""`flask rules award`: what a claim earns, worked by hand; every unreadable claim has a code and none a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.commands.conftest import House, done

_BASE = {"version": 1, "nothing_arose": None}
SHARE: dict[str, Any] = {**_BASE, "kind": "proportional", "floor": "80", "floor_closed": True, "cap": "100"}
CASES: dict[str, Any] = {**_BASE, "kind": "per_case", "each": "0.25", "cap": "1"}
CHOICE: dict[str, Any] = {
    **_BASE,
    "kind": "choice",
    "nothing_arose": "1",
    "options": [{"key": "1", "text": "Đủ", "points": "1"}, {"key": "2", "text": "Thiếu", "points": "0.5"}],
    "pick": "one",
}
NESTED = "[" * 100_000

#: rule, claim, maximum, points
EARNED = [
    (SHARE, {"percent": "81.25"}, "4", "3.25"),  # 81,25% of 4
    (SHARE, {"percent": "81,25"}, "4", "3.25"),  # a decimal comma reads the same
    (SHARE, {"numerator": "18", "denominator": "20"}, "1", "0.9"),  # 90% of 1
    (SHARE, {"numerator": 18, "denominator": 20}, "0,5", "0.45"),  # whole JSON numbers are exact
    (SHARE, {"percent": "93.33"}, "1.5", "1.4"),  # 1,39995: four decimals, half up
    (SHARE, {"percent": "79.99"}, "4", "0"),  # below the floor
    (SHARE, {"percent": "80"}, "4", "3.2"),  # on the floor
    (SHARE, {"percent": "120"}, "4", "4"),  # above the cap
    (CASES, {"count": "2"}, "1", "0.5"),
    (CASES, {"count": "9"}, "1", "1"),
    (CASES, {"declined": True}, "1", "0"),
    (CHOICE, {"option": "2"}, "1", "0.5"),
    (CHOICE, {"nothing_arose": True}, "1", "1"),
]

#: rule, claim, maximum as typed, the code of the refusal
REFUSED: dict[str, tuple[Any, Any, str, str]] = {
    "claim is no JSON": (SHARE, "{", "1", "not_json"),
    "claim is empty": (SHARE, "", "1", "not_json"),
    "claim is nested without end": (SHARE, NESTED, "1", "not_json"),
    "claim has a figure of 5000 digits": (SHARE, '{"percent":' + "9" * 5000 + "}", "1", "not_json"),
    "claim is a list": (SHARE, "[]", "1", "claim_not_an_object"),
    "claim is null": (SHARE, "null", "1", "claim_not_an_object"),
    "claim is a text": (SHARE, '"90"', "1", "claim_not_an_object"),
    "claim says nothing": (SHARE, {}, "1", "claim_shape"),
    "claim of another kind": (SHARE, {"option": "1"}, "1", "claim_shape"),
    "claim with a field too many": (SHARE, {"percent": "90", "note": "x"}, "1", "claim_unknown_field"),
    "claim is a float": (SHARE, '{"percent":90.5}', "1", "float_refused"),
    "claim is NaN": (SHARE, '{"percent":NaN}', "1", "float_refused"),
    "claim is infinite": (SHARE, '{"percent":-Infinity}', "1", "float_refused"),
    "claim has a huge exponent": (SHARE, '{"percent":1e999999999}', "1", "float_refused"),
    "claim quotes a huge exponent": (SHARE, {"percent": "1e999999999"}, "1", "not_a_number"),
    "claim quotes NaN": (SHARE, {"percent": "NaN"}, "1", "not_a_number"),
    "claim is letters": (SHARE, {"percent": "abc"}, "1", "not_a_number"),
    "claim is blank": (SHARE, {"percent": " "}, "1", "not_a_number"),
    "claim is true": (SHARE, {"percent": True}, "1", "not_a_number"),
    "claim is grouped": (SHARE, {"percent": "1.234,5"}, "1", "grouped_number"),
    "claim has 13 digits": (SHARE, {"percent": "9" * 13}, "1", "number_too_large"),
    "claim is negative": (SHARE, {"percent": "-1"}, "1", "negative_figure"),
    "three of nothing": (SHARE, {"numerator": "3", "denominator": "0"}, "1", "denominator_zero"),
    "nothing of nothing": (SHARE, {"numerator": "0", "denominator": "0"}, "1", "nothing_to_measure"),
    "half a case": (CASES, {"count": "0.5"}, "1", "not_whole"),
    "an option nobody offered": (CHOICE, {"option": "3"}, "1", "unknown_option"),
    "two options of one": (CHOICE, {"options": ["1", "2"]}, "1", "too_many_options"),
    "rule is no JSON": ("kind: choice", {}, "1", "not_json"),
    "rule is nested without end": (NESTED, {}, "1", "not_json"),
    "rule is a list": ("[]", {}, "1", "rule_not_an_object"),
    "rule without kind": ({"version": 1}, {}, "1", "rule_missing_field"),
    "rule of an unknown kind": ({**_BASE, "kind": "oracle"}, {}, "1", "unknown_kind"),
    "rule of another version": ({**SHARE, "version": 2}, {}, "1", "unknown_version"),
    "rule of a version that is a float": ({**SHARE, "version": 1.0}, {}, "1", "float_refused"),
    "rule of a version nested deep": ({**SHARE, "version": [[[[]]]]}, {}, "1", "unknown_version"),
    "rule with a field too many": ({**SHARE, "eval": "1+1"}, {}, "1", "rule_unknown_field"),
    "rule with a float": ({**SHARE, "floor": 80.5}, {}, "1", "float_refused"),
    "rule with a negative figure": ({**CASES, "each": "-1"}, {}, "1", "figure_not_positive"),
    "rule gives more than the maximum": (CHOICE, {"option": "1"}, "0.5", "option_above_maximum"),
    "maximum is negative": (SHARE, {"percent": "90"}, "-1", "negative_figure"),
    "maximum is negative with a comma": (SHARE, {"percent": "90"}, "-0,5", "negative_figure"),
    "half a surrogate pair for a kind": (
        '{"kind":"\\ud800","version":1,"nothing_arose":null}',
        {},
        "1",
        "unknown_kind",
    ),
    "half a surrogate pair for an option": (CHOICE, '{"option":"\\udfff"}', "1", "unknown_option"),
    "a byte of no letter": (SHARE, '{"percent":"\udcff"}', "1", "not_a_number"),
    "maximum is letters": (SHARE, {"percent": "90"}, "abc", "not_a_number"),
    "maximum is NaN": (SHARE, {"percent": "90"}, "NaN", "not_a_number"),
    "maximum has a huge exponent": (SHARE, {"percent": "90"}, "1e999999999", "not_a_number"),
    "maximum is blank": (SHARE, {"percent": "90"}, "", "missing_number"),
    "maximum has 5000 digits": (SHARE, {"percent": "90"}, "9" * 5000, "number_too_large"),
}


def as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize(("rule", "claim", "maximum", "points"), EARNED)
def test_a_claim_earns_what_was_worked_by_hand(tool: House, rule: Any, claim: Any, maximum: str, points: str) -> None:
    words = ("--rule", as_json(rule), "--claim", as_json(claim), "--maximum", maximum)
    printed = done(tool.flask("rules", "award", *words))
    assert printed == f'{{"points": "{points}"}}\n'


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_scored_prints_its_code_and_ends_with_2(tool: House, name: str) -> None:
    rule, claim, maximum, code = REFUSED[name]
    words = ("--rule", as_json(rule), "--claim", as_json(claim), "--maximum", maximum)
    result = tool.flask("rules", "award", *words)
    assert result.exit_code == 2, (result.output, result.exception)
    answer = json.loads(result.stdout)
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"code", "message"}
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]


def line(rule: Any = SHARE, claim: Any = None, maximum: Any = "1") -> str:
    return json.dumps({"rule": rule, "claim": {"percent": "90"} if claim is None else claim, "maximum": maximum})


def answers(tool: House, typed: str | bytes) -> list[Any]:
    return [json.loads(each) for each in done(tool.flask("rules", "award", "--stdin", typed=typed)).splitlines()]


def test_lines_are_answered_one_by_one_in_their_order(tool: House) -> None:
    typed = "\n".join(line(claim={"percent": str(percent)}, maximum="10") for percent in (80, 100, 79, 95))
    assert answers(tool, typed) == [{"points": "8"}, {"points": "10"}, {"points": "0"}, {"points": "9.5"}]


def test_no_line_asks_for_no_answer(tool: House) -> None:
    assert answers(tool, "") == []


def test_a_line_may_hold_rule_and_claim_as_texts(tool: House) -> None:
    assert answers(tool, line(json.dumps(SHARE), '{"percent":"90"}')) == [{"points": "0.9"}]


_DEEP = "[" * 200 + "]" * 200
_DEEPER = "[" * 960 + "]" * 960

#: what stands between two good lines, and the code it is answered with
MALFORMED: dict[str, tuple[str | bytes, str]] = {
    "an empty line": ("", "not_json"),
    "a line nested without end": (NESTED, "not_json"),
    "objects nested without end": ('{"rule":' * 100_000, "not_json"),
    "a rule almost too deep to read": (
        f'{{"rule":{{"kind":"x","version":{_DEEPER}}},"claim":0,"maximum":1}}',
        "unknown_version|not_json",
    ),
    "bytes of another encoding": ("điểm".encode("cp1258", "replace") + b"\xf0\xff", "line_not_utf8"),
    "UTF-16": ("{}".encode("utf-16-le") + b"\xd8", "line_not_utf8"),
    "half a surrogate pair": (line().replace("proportional", "\\ud800"), "unknown_kind"),
    "a negative maximum": (line(maximum="-1"), "negative_figure"),
    "a negative whole maximum": (line(maximum=-1), "negative_figure"),
    "a version that is a float": (line({**SHARE, "version": 1.0}), "float_refused"),
    "half an object": ("{", "not_json"),
    "words": ("điểm", "not_json"),
    "a NUL": ("\0", "not_json"),
    "two objects on a line": (f"{line()} {line()}", "not_json"),
    "a figure of 5000 digits": (f'{{"rule":{"9" * 5000}}}', "not_json"),
    "a list": ("[]", "line_needs_rule_claim_maximum"),
    "a number": ("1", "line_needs_rule_claim_maximum"),
    "a text": ('"x"', "line_needs_rule_claim_maximum"),
    "null": ("null", "line_needs_rule_claim_maximum"),
    "NaN": ("NaN", "line_needs_rule_claim_maximum"),
    "no claim": ('{"rule":{},"maximum":"1"}', "line_needs_rule_claim_maximum"),
    "a field too many": ('{"rule":{},"claim":{},"maximum":"1","id":1}', "line_needs_rule_claim_maximum"),
    "a rule nested deep": (f'{{"rule":{_DEEP},"claim":{{}},"maximum":"1"}}', "rule_not_an_object"),
    "a rule quoted and nested without end": (line(NESTED), "not_json"),
    "a claim nested deep": (line(claim={"percent": [[[[]]]]}), "not_a_number"),
    "a claim that is a float": (line(claim={"percent": 0.5}), "float_refused"),
    "a claim that is NaN": (line(claim={"percent": float("nan")}), "float_refused"),
    "a claim that is infinite": (line(claim={"percent": float("inf")}), "float_refused"),
    "a claim with a huge exponent": (line().replace('"90"', "1e999999999"), "float_refused"),
    "a claim that quotes one": (line(claim={"percent": "1e999999999"}), "not_a_number"),
    "a maximum that is a float": (line(maximum=1.5), "not_a_number"),
    "a maximum that is NaN": (line(maximum=float("nan")), "not_a_number"),
    "a maximum that is true": (line(maximum=True), "not_a_number"),
    "a maximum that is null": (line(maximum=None), "not_a_number"),
    "a maximum that is a list": (line(maximum=["1"]), "not_a_number"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_line_has_its_answer_and_stops_nothing(tool: House, name: str) -> None:
    text, code = MALFORMED[name]
    raw = text if isinstance(text, bytes) else text.encode()
    typed = b"\n".join((line().encode(), raw, line(maximum="2").encode()))
    before, found, after = answers(tool, typed)
    assert found["error"]["code"] in code.split("|")
    assert (before, after) == ({"points": "0.9"}, {"points": "1.8"})
