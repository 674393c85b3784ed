"""A rule's form: every rule of every kind comes back as it was; every fault stands at its own field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InputInvalid
from app.domain.rule_codec import rule_from_json
from app.domain.rule_form import KINDS, RuleForm, form_of_rule, form_of_values
from app.domain.rule_form_acts import act_on, of_kind
from app.domain.rule_form_reading import rule_of_form
from app.domain.rules import BandsRule, ChoiceRule, DeductionRule, ProportionalRule, Rule, ZeroGround
from tests.domain import strategies as ours
from tests.domain.rule_samples import SAMPLES

PLENTY = Decimal(1000)


def worded(rule: Rule, nothing_arose: Decimal | None, grounds: tuple[ZeroGround, ...]) -> Rule:
    """Give the strategies' rules the texts a form insists on, and points nobody refuses."""
    common = {"nothing_arose": nothing_arose, "zero_when": tuple(ZeroGround(g.key, f"không {g.key}") for g in grounds)}
    if isinstance(rule, ChoiceRule):
        options = tuple(replace(each, text=f"mức {each.key}", points=abs(each.points)) for each in rule.options)
        return replace(rule, options=options, **common)
    if isinstance(rule, BandsRule):
        return replace(rule, bands=tuple(replace(band, points=abs(band.points)) for band in rule.bands), **common)
    names = ("higher", "equal", "lower", "first_year")
    points = {name: abs(getattr(rule, name)) for name in names if hasattr(rule, name)}
    return replace(rule, **points, **common)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_rule_comes_back_from_its_form_as_it_was(kind: str, data: st.DataObject) -> None:
    drawn, _claim = data.draw(ours.cases(kind, Decimal(5)))
    rule = worded(drawn, data.draw(st.none() | ours.figures(0, 5)), data.draw(ours.GROUNDS))
    form = form_of_values(form_of_rule(rule).values)
    assert rule_of_form(form, PLENTY).rule == rule


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
def test_each_sample_reads_back_without_a_problem(sample: object) -> None:
    rule = rule_from_json(sample.json(nothing_arose="0.25"))  # type: ignore[attr-defined]
    reading = rule_of_form(form_of_rule(rule), sample.maximum)  # type: ignore[attr-defined]
    assert (reading.rule, reading.problems) == (rule, ())


def test_figures_are_typed_with_a_comma() -> None:
    form = form_of_rule(DeductionRule(threshold=None, start=None, each=Decimal("0.5"), floor=Decimal(0), cut_off=2))
    assert form.text("deduction.each") == "0,5"
    assert form.text("deduction.threshold") == ""
    assert form.text("deduction.cut_off") == "2"


CHOICE = RuleForm(
    "choice",
    {"choice.pick": "one"},
    {"options": ({"key": "1", "text": "đủ", "points": "1"}, {"key": "2", "text": "thiếu", "points": "0"})},
)


def problems(form: RuleForm, maximum: int = 1) -> list[tuple[str, str]]:
    found = rule_of_form(form, Decimal(maximum)).problems
    return [(problem.field, problem.refusal.code) for problem in found]


def test_every_fault_is_named_at_once_at_its_own_field() -> None:
    broken = replace(
        CHOICE,
        fields={**CHOICE.fields, "nothing_arose": "một"},
        rows={"options": ({"key": "1", "text": " ", "points": "1.234"}, {"key": "2", "text": "thiếu", "points": ""})},
    )
    assert problems(broken) == [
        ("nothing_arose", "not_a_number"),
        ("options.0.text", "rule_text_missing"),
        ("options.0.points", "ambiguous_grouping"),
        ("options.1.points", "rule_figure_missing"),
    ]
    assert broken.values["options.0.points"] == "1.234"  # nothing typed is lost


@pytest.mark.parametrize(
    ("fields", "rows", "found"),
    [
        ({"kind": "choice"}, {}, ("options", "no_option")),
        (
            {"kind": "choice"},
            {"options": ({"key": "1", "text": "đủ", "points": "2"},)},
            ("options.0.points", "option_above_maximum"),
        ),
        ({"kind": "judged", "nothing_arose": "1,5"}, {}, ("nothing_arose", "nothing_arose_above_maximum")),
        ({"kind": "judged", "judged.step": "0"}, {}, ("judged.step", "figure_not_positive")),
        ({"kind": "per_case", "per_case.each": "1", "per_case.cap": "0"}, {}, ("per_case.cap", "cap_not_positive")),
        ({"kind": "proportional", "proportional.floor": "101"}, {}, ("proportional.floor", "percent_out_of_range")),
        (
            {"kind": "deduction", "deduction.each": "1", "deduction.cut_off": "1,5"},
            {},
            ("deduction.cut_off", "not_whole"),
        ),
        (
            {"kind": "deduction", "deduction.each": "1", "deduction.cut_off": "0"},
            {},
            ("deduction.cut_off", "cut_off_not_positive"),
        ),
        (
            {"kind": "deduction", "deduction.each": "1", "deduction.start": "2"},
            {},
            ("deduction.start", "option_above_maximum"),
        ),
        (
            {"kind": "survey"},
            {"answers": ({"key": "1", "weight": "1"}, {"key": "1", "weight": "2"})},
            ("answers", "option_key_twice"),
        ),
        (
            {"kind": "survey"},
            {"answers": ({"key": "1", "weight": "1"}, {"key": "2", "weight": "0"})},
            ("answers.1.weight", "figure_not_positive"),
        ),
        (
            {"kind": "bands"},
            {
                "bands": (
                    {"lower": "", "upper": "80", "upper_closed": "yes", "points": "0"},
                    {"lower": "80", "lower_closed": "yes", "upper": "", "points": "1"},
                )
            },
            ("bands", "bands_overlap"),
        ),
        (
            {
                "kind": "previous_period",
                "previous_period.higher": "1",
                "previous_period.equal": "1",
                "previous_period.lower": "3",
            },
            {"measures": ({"key": "cchc_rank", "better": "lower"},)},
            ("previous_period.lower", "option_above_maximum"),
        ),
        ({"kind": "external", "external.scale": "-1"}, {}, ("external.scale", "negative_figure")),
    ],
)
def test_a_refusal_of_the_rule_stands_at_the_field_it_is_about(
    fields: dict[str, str], rows: dict[str, tuple[dict[str, str], ...]], found: tuple[str, str]
) -> None:
    values = RuleForm(fields["kind"], {name: text for name, text in fields.items() if name != "kind"}, rows).values
    assert problems(form_of_values(values)) == [found]


def test_a_new_option_gets_a_key_no_other_has_and_the_old_ones_keep_theirs() -> None:
    more = act_on(CHOICE, "add:options")
    rows = (*more.lines("options")[:2], {"key": "", "text": "khác", "points": "0,5"})
    rule = rule_of_form(replace(more, rows={"options": (rows[2], rows[0], rows[1])}), Decimal(1)).rule
    assert isinstance(rule, ChoiceRule)
    assert [(option.key, option.text) for option in rule.options] == [("3", "khác"), ("1", "đủ"), ("2", "thiếu")]


def texts(form: RuleForm) -> list[str]:
    return [row["text"] for row in form.lines("options")]


def test_options_move_up_and_down_and_go() -> None:
    assert texts(act_on(CHOICE, "up:options:1")) == ["thiếu", "đủ"]
    assert texts(act_on(CHOICE, "down:options:0")) == ["thiếu", "đủ"]
    assert texts(act_on(CHOICE, "up:options:0")) == ["đủ", "thiếu"]
    assert texts(act_on(CHOICE, "remove:options:0")) == ["thiếu"]


@pytest.mark.parametrize("act", ["remove:options:9", "up:options:x", "add:nothing", "", "remove:options:²"])
def test_a_button_of_an_old_page_changes_nothing(act: str) -> None:
    assert act_on(CHOICE, act).values == CHOICE.values


def test_another_kind_takes_over_the_points_and_the_first_one_keeps_its_words() -> None:
    banded = of_kind(CHOICE, "bands")
    assert [row["points"] for row in banded.lines("bands")] == ["1", "0"]
    assert of_kind(banded, "choice").lines("options") == CHOICE.lines("options")


def test_a_floor_becomes_the_threshold_of_a_deduction_and_back() -> None:
    form = of_kind(form_of_rule(ProportionalRule(floor=Decimal(80))), "deduction")
    assert form.text("deduction.threshold") == "80"
    typed = replace(form, fields={**form.fields, "proportional.floor": "", "deduction.threshold": "85"})
    assert of_kind(typed, "proportional").text("proportional.floor") == "85"


@pytest.mark.parametrize("kind", ["", "formula"])
def test_a_form_of_no_known_kind_is_refused_and_none_guessed(kind: str) -> None:
    with pytest.raises(InputInvalid, match="rule_kind_missing"):
        form_of_values({"kind": kind, "judged.step": "1"})


def test_gaps_in_the_numbers_of_lines_close() -> None:
    form = form_of_values({"kind": "choice", "options.7.text": "b", "options.2.text": "a", "options.2.nonsense": "x"})
    assert [dict(row) for row in form.lines("options")] == [{"text": "a"}, {"text": "b"}]
