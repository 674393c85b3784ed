"""What makes a rule wrong under its maximum (refused) and what is only doubtful (remarked)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.domain.errors import RuleInvalid
from app.domain.rule_checks import check_rule, rule_remarks
from app.domain.rule_codec import rule_from_json
from app.domain.rules import BandsOn, BandsRule, Remark, Step
from tests.domain.rule_samples import BY_KIND, SAMPLES, Path, Sample, replaced

KINDS = tuple(BY_KIND)


def checked(kind: str, changes: dict[Path, object], maximum: str | None = None) -> str:
    """Return the code the sample of `kind` is refused with once `changes` are made, or "fine"."""
    given = BY_KIND[kind].json()
    for path, new in changes.items():
        given = replaced(given, path, new)
    try:
        check_rule(rule_from_json(given), BY_KIND[kind].maximum if maximum is None else Decimal(maximum))
    except RuleInvalid as refused:
        return refused.code
    return "fine"


def band(written: str, points: str = "1") -> Step:
    """Return a band written as in a textbook: "[70;90)" holds 70 and not 90; nothing beside ; is unbounded."""
    lower, upper = written[1:-1].split(";")
    return Step(
        Decimal(lower) if lower else None,
        written[0] == "[",
        Decimal(upper) if upper else None,
        written[-1] == "]",
        Decimal(points),
    )


def bands(*written: str, on: BandsOn = BandsOn.PERCENT) -> BandsRule:
    return BandsRule(on=on, bands=tuple(band(text) for text in written))


def bands_checked(*written: str, on: BandsOn = BandsOn.PERCENT) -> str:
    try:
        check_rule(bands(*written, on=on), Decimal(1))
    except RuleInvalid as refused:
        return refused.code
    return "fine"


def remarks(rule: BandsRule, maximum: str = "1") -> list[str]:
    return [remark.code for remark in rule_remarks(rule, Decimal(maximum))]


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_sound_rule_of_every_kind_passes(sample: Sample) -> None:
    check_rule(rule_from_json(sample.json()), sample.maximum)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("choice", ("options", 1, "points")),
        ("bands", ("bands", 0, "points")),
        ("deduction", ("start",)),
        ("deduction", ("floor",)),
        ("previous_period", ("higher",)),
        ("previous_period", ("equal",)),
        ("previous_period", ("lower",)),
        ("previous_period", ("first_year",)),
    ],
)
def test_points_written_in_a_rule_stand_between_nothing_and_the_maximum(kind: str, path: Path) -> None:
    maximum = BY_KIND[kind].maximum
    assert checked(kind, {path: "0"}) == "fine"
    assert checked(kind, {path: str(maximum)}) == "fine"
    assert checked(kind, {path: str(maximum + Decimal("0.0001"))}) == "option_above_maximum"
    assert checked(kind, {path: "-0.0001"}) == "points_negative"


def test_points_above_the_maximum_are_named_with_it() -> None:
    with pytest.raises(RuleInvalid) as refused:
        check_rule(rule_from_json(BY_KIND["choice"].json()), Decimal("0.75"))
    assert refused.value.details == {"points": Decimal(1), "maximum": Decimal("0.75")}


def test_a_lowered_maximum_is_checked_against_the_rule_again() -> None:
    """ARCHITECTURE §5: the maximum lives on the criterion alone; an edit re-validates the rule."""
    assert checked("bands", {}, maximum="2") == "fine"
    assert checked("bands", {}, maximum="1.9999") == "option_above_maximum"


@pytest.mark.parametrize("kind", KINDS)
def test_points_for_nothing_arose_stand_between_nothing_and_the_maximum(kind: str) -> None:
    maximum = BY_KIND[kind].maximum
    for fine in ("0", str(maximum), "0.5", None):
        assert checked(kind, {("nothing_arose",): fine}) == "fine"
    for refused in (str(maximum + Decimal("0.0001")), "-0.0001"):
        assert checked(kind, {("nothing_arose",): refused}) == "nothing_arose_above_maximum"


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_ground_for_nothing_stands_once(sample: Sample) -> None:
    one, other = {"key": "no_plan", "text": "x"}, {"key": "unfinished_task", "text": "x"}
    check_rule(rule_from_json(sample.json(zero_when=[one, other])), sample.maximum)
    with pytest.raises(RuleInvalid) as refused:
        check_rule(rule_from_json(sample.json(zero_when=[one, other, one])), sample.maximum)
    assert refused.value.code == "zero_key_twice"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("per_case", ("each",)),
        ("deduction", ("each",)),
        ("survey", ("weights", "3")),
        ("ballots", ("weights", "vice")),
        ("external", ("scale",)),
        ("judged", ("step",)),
    ],
)
def test_a_figure_that_multiplies_or_divides_is_above_nothing(kind: str, path: Path) -> None:
    assert checked(kind, {path: "0.0001"}) == "fine"
    assert checked(kind, {path: "0"}) == "figure_not_positive"
    assert checked(kind, {path: "-1"}) == "figure_not_positive"


def test_a_judged_rule_needs_no_step() -> None:
    assert checked("judged", {("step",): None}) == "fine"


@pytest.mark.parametrize(("kind", "field"), [("proportional", "floor"), ("deduction", "threshold")])
def test_a_percentage_stands_between_nothing_and_a_hundred(kind: str, field: str) -> None:
    for fine in ("0", "100", "84.999", None):
        assert checked(kind, {(field,): fine}) == "fine"
    for refused in ("100.0001", "-0.0001"):
        assert checked(kind, {(field,): refused}) == "percent_out_of_range"


def test_a_cap_of_percent_is_above_nothing_and_may_pass_a_hundred() -> None:
    for fine in ("0.0001", "100", "120", None):
        assert checked("proportional", {("cap",): fine}) == "fine"
    for refused in ("0", "-5"):
        assert checked("proportional", {("cap",): refused}) == "cap_not_positive"


def test_a_cut_off_counts_from_one() -> None:
    for fine in (1, 2, None):
        assert checked("deduction", {("cut_off",): fine}) == "fine"
    for refused in (0, -1):
        assert checked("deduction", {("cut_off",): refused}) == "cut_off_not_positive"


@pytest.mark.parametrize(
    ("kind", "field", "empty", "code"),
    [
        ("choice", "options", [], "no_option"),
        ("bands", "bands", [], "no_band_given"),
        ("survey", "weights", {}, "no_option"),
        ("ballots", "weights", {}, "no_option"),
        ("previous_period", "measures", [], "no_measure"),
    ],
)
def test_a_rule_of_nothing_is_refused(kind: str, field: str, empty: object, code: str) -> None:
    assert checked(kind, {(field,): empty}) == code


def test_a_key_stands_once() -> None:
    assert checked("choice", {("options", 2, "key"): "1"}) == "option_key_twice"
    assert checked("previous_period", {("measures", 1, "key"): "rank"}) == "measure_twice"


@pytest.mark.parametrize(
    "written",
    [
        ("(;70)", "[70;90]", "(90;)"),
        ("(90;)", "[70;90]", "(;70)"),
        ("[0;5]", "[6;)"),
        ("[0;0]", "[1;1]", "[2;)"),
        ("(;70)", "(70;)"),
        ("[0;50)", "[60;100]"),
        ("(;)",),
        ("[100;100]", "(;100)"),
        ("[0;0]", "(0;5]"),
    ],
    ids=" ".join,
)
def test_bands_that_do_not_meet_twice_pass_with_or_without_a_gap(written: tuple[str, ...]) -> None:
    assert bands_checked(*written) == "fine"
    assert bands_checked(*written, on=BandsOn.COUNT) == "fine"


@pytest.mark.parametrize(
    "written",
    [
        ("(;70]", "[70;)"),
        ("[70;)", "(;70]"),
        ("(;71)", "[70;)"),
        ("[0;50]", "[40;60]"),
        ("[0;100]", "[40;60]"),
        ("(;50)", "(;40)"),
        ("[50;)", "[60;)"),
        ("(;)", "[10;20]"),
        ("[10;20]", "(;)"),
        ("(;)", "(;)"),
        ("[0;5]", "[5;9]", "[10;)"),
        ("[0;4]", "[5;9]", "[9;)"),
        ("[5;5]", "[5;5]"),
        ("[0;10]", "[0;10]"),
    ],
    ids=" ".join,
)
def test_bands_that_meet_twice_are_refused(written: tuple[str, ...]) -> None:
    assert bands_checked(*written) == "bands_overlap"


def test_the_figure_two_bands_share_is_named() -> None:
    with pytest.raises(RuleInvalid) as refused:
        check_rule(bands("[0;70]", "[70;100]"), Decimal(1))
    assert refused.value.details == {"at": Decimal(70)}


@pytest.mark.parametrize("written", ["[5;4]", "(5;5)", "[5;5)", "(5;5]", "(90;70)"])
def test_a_band_no_figure_falls_in_is_refused(written: str) -> None:
    assert bands_checked(written) == "band_empty"
    assert bands_checked("[0;1]", written) == "band_empty"


@pytest.mark.parametrize("on", BandsOn)
@pytest.mark.parametrize("written", [("(;70)", "[70;)"), ("(;70]", "(70;)"), ("(70;)", "(;70]")], ids=" ".join)
def test_bands_that_adjoin_leave_no_gap(written: tuple[str, ...], on: BandsOn) -> None:
    assert "bands_gap" not in remarks(bands(*written, on=on))


def test_a_figure_left_between_two_bands_is_remarked() -> None:
    rule = bands("(;70)", "(70;)")
    check_rule(rule, Decimal(1))
    assert Remark("bands_gap", {"from": Decimal(70), "to": Decimal(70)}) in rule_remarks(rule, Decimal(1))
    assert "bands_gap" in remarks(bands("(;70)", "(70;)", on=BandsOn.COUNT))


def test_one_meeting_falls_between_none_and_two() -> None:
    """Phụ lục II, 2.4.1: the text has no option for exactly one meeting."""
    rule = bands("[0;0]", "[2;)", on=BandsOn.COUNT)
    assert [remark for remark in rule_remarks(rule, Decimal(1)) if remark.code == "bands_gap"] == [
        Remark("bands_gap", {"from": Decimal(0), "to": Decimal(2)}),
    ]


def test_whole_numbers_next_to_each_other_leave_no_gap_but_percentages_do() -> None:
    """Phụ lục II, 7.1: up to 05 tasks, from 06 tasks."""
    assert "bands_gap" not in remarks(bands("[0;5]", "[6;)", on=BandsOn.COUNT))
    assert "bands_gap" in remarks(bands("[0;5]", "[6;)", on=BandsOn.PERCENT))
    assert "bands_gap" in remarks(bands("[0;5)", "[6;)", on=BandsOn.COUNT))
    assert "bands_gap" in remarks(bands("[0;5]", "(6;)", on=BandsOn.COUNT))


def test_each_gap_is_remarked_in_ascending_order() -> None:
    rule = bands("[80;100]", "[0;20]", "[40;60]")
    assert [remark.details for remark in rule_remarks(rule, Decimal(1)) if remark.code == "bands_gap"] == [
        {"from": Decimal(20), "to": Decimal(40)},
        {"from": Decimal(60), "to": Decimal(80)},
    ]


def scored(kind: str, *points: str) -> Any:
    """Return a rule of `kind`, choice or bands, whose ways earn `points`."""
    if kind == "bands":
        return BandsRule(
            on=BandsOn.COUNT,
            bands=tuple(band(f"[{place};{place}]", given) for place, given in enumerate(points)),
        )
    options = [{"key": str(place), "text": "", "points": given} for place, given in enumerate(points)]
    return rule_from_json(replaced(BY_KIND["choice"].json(), ("options",), options))


@pytest.mark.parametrize("kind", ["choice", "bands"])
def test_no_way_to_nothing_and_no_way_to_the_maximum_are_remarked(kind: str) -> None:
    two = Decimal(2)
    assert rule_remarks(scored(kind, "0", "1", "2"), two) == []
    assert rule_remarks(scored(kind, "0.0000", "2.0"), two) == []
    assert rule_remarks(scored(kind, "1", "2"), two) == [Remark("no_zero_option")]
    assert rule_remarks(scored(kind, "0", "1.9999"), two) == [Remark("no_full_option", {"maximum": two})]
    assert rule_remarks(scored(kind, "1"), two) == [
        Remark("no_zero_option"),
        Remark("no_full_option", {"maximum": two}),
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"choice", "bands"}])
def test_rules_that_reckon_have_nothing_to_remark(kind: str) -> None:
    assert rule_remarks(rule_from_json(BY_KIND[kind].json()), BY_KIND[kind].maximum) == []


def test_a_doubtful_rule_is_not_refused() -> None:
    rule = scored("choice", "1")
    assert rule_remarks(rule, Decimal(2)) != []
    check_rule(rule, Decimal(2))
