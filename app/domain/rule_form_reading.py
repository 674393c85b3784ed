"""From the fields of a form to a rule: all faults at once, each at the field it is about, none of them guessed away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict, TypeVar

from app.domain.errors import DomainError, InputInvalid, RuleInvalid
from app.domain.points import parse_screen_number
from app.domain.rule_checks import check_rule
from app.domain.rule_form import LIST_OF, SHARES, YES, RuleForm
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

V = TypeVar("V", bound=StrEnum)
ZERO = Decimal(0)
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`field`: the name of the field ("options.0.points"), or of the list as a whole ("bands")."""

    field: str
    refusal: DomainError


@dataclass(frozen=True, slots=True)
class Reading:
    """`rule` None: something does not read, see `problems`. With a rule the problems are `check_rule`'s."""

    rule: Rule | None
    problems: tuple[FieldProblem, ...]

    def at(self, field: str) -> DomainError | None:
        """Return what stands against the value of one field."""
        return next((problem.refusal for problem in self.problems if problem.field == field), None)


class _Common(TypedDict):
    nothing_arose: Decimal | None
    zero_when: tuple[ZeroGround, ...]
    percent_offered: bool


def rule_of_form(form: RuleForm, maximum: Decimal) -> Reading:
    """Return the rule the fields say. Only what belongs to the chosen kind is read; the rest waits."""
    fields = _Fields(form)
    rule = _rule(form.kind, fields)
    if fields.problems:
        return Reading(None, tuple(fields.problems))
    try:
        check_rule(rule, maximum)
    except RuleInvalid as refused:
        return Reading(rule, (FieldProblem(_field_of(refused, form), refused),))
    return Reading(rule, ())


class _Fields:
    """Reads one field after the other; what does not read leaves a problem and a stand-in nobody sees."""

    def __init__(self, form: RuleForm) -> None:
        self.form = form
        self.problems: list[FieldProblem] = []

    def number(self, name: str) -> Decimal:
        return self._number(name, self.form.text(name))

    def number_or_none(self, name: str) -> Decimal | None:
        return self.number(name) if self.form.text(name).strip() else None

    def whole_or_none(self, name: str) -> int | None:
        value = self.number_or_none(name)
        if value is not None and value != value.to_integral_value():
            self._refuse(name, InputInvalid("not_whole", field=name.rpartition(".")[2]))
        return None if value is None else int(value)

    def one_of(self, name: str, vocabulary: type[V], otherwise: V) -> V:
        return self._member(name, self.form.text(name), vocabulary, otherwise)

    def cell(self, name: str, place: int, column: str) -> Decimal:
        return self._number(f"{name}.{place}.{column}", self._cell(name, place, column))

    def cell_or_none(self, name: str, place: int, column: str) -> Decimal | None:
        return self.cell(name, place, column) if self._cell(name, place, column).strip() else None

    def cell_one_of(self, name: str, place: int, column: str, vocabulary: type[V], *, otherwise: V) -> V:
        return self._member(f"{name}.{place}.{column}", self._cell(name, place, column), vocabulary, otherwise)

    def cell_yes(self, name: str, place: int, column: str) -> bool:
        return self._cell(name, place, column) == YES

    def words(self, name: str, place: int, column: str) -> str:
        """Return a text nobody may leave out, as typed but for the blanks around it."""
        text, at = self._cell(name, place, column).strip(), f"{name}.{place}.{column}"
        if not text:
            self._refuse(at, InputInvalid("rule_text_missing"))
        if len(text) > LONGEST:
            self._refuse(at, InputInvalid("text_too_long", field="text", most=LONGEST))
        if "\x00" in text:
            self._refuse(at, InputInvalid("text_with_nul"))
        return text

    def count(self, name: str) -> range:
        return range(len(self.form.lines(name)))

    def keys(self, name: str, fresh: str = "") -> list[str]:
        """Return the key of each line: what claims name it by. A new line gets the first free number."""
        given = [row.get("key", "") for row in self.form.lines(name)]
        taken, keys = set(given), []
        for key in given:
            number = 1
            while not key:
                key = "" if f"{fresh}{number}" in taken else f"{fresh}{number}"  # noqa: PLW2901
                number += 1
            taken.add(key)
            keys.append(key)
        return keys

    def _cell(self, name: str, place: int, column: str) -> str:
        return self.form.lines(name)[place].get(column, "")

    def _number(self, name: str, text: str) -> Decimal:
        try:
            return parse_screen_number(text)
        except InputInvalid as refused:
            code = "rule_figure_missing" if refused.code == "missing_number" else refused.code
            self._refuse(name, InputInvalid(code, **refused.details))
            return ZERO

    def _member(self, name: str, text: str, vocabulary: type[V], otherwise: V) -> V:
        if not text:
            return otherwise
        if text not in {member.value for member in vocabulary}:
            self._refuse(name, InputInvalid("wrong_type", field=name))
            return otherwise
        return vocabulary(text)

    def _refuse(self, name: str, refusal: DomainError) -> None:
        self.problems.append(FieldProblem(name, refusal))


def _rule(kind: str, fields: _Fields) -> Rule:  # noqa: C901 - one arm for each kind
    common: _Common = {
        "nothing_arose": fields.number_or_none("nothing_arose"),
        "zero_when": _grounds(fields),
        "percent_offered": kind in SHARES and fields.form.text("percent_offered") == YES,
    }
    match kind:
        case "choice":
            return ChoiceRule(options=_options(fields), pick=fields.one_of("choice.pick", Pick, Pick.ONE), **common)
        case "bands":
            on = fields.one_of("bands.on", BandsOn, BandsOn.PERCENT)
            return BandsRule(on=on, bands=tuple(_step(fields, place) for place in fields.count("bands")), **common)
        case "proportional":
            floor, cap = fields.number_or_none("proportional.floor"), fields.number_or_none("proportional.cap")
            closed = fields.form.text("proportional.floor_closed") in {YES, ""}
            return ProportionalRule(floor=floor, floor_closed=closed, cap=cap, **common)
        case "per_case":
            each = fields.number("per_case.each")
            return PerCaseRule(each=each, cap=fields.number_or_none("per_case.cap"), **common)
        case "deduction":
            return _deduction(fields, common)
        case "survey":
            basis = fields.one_of("survey.basis", SurveyBasis, SurveyBasis.SCALED)
            return SurveyRule(weights=_weights(fields, "answers"), basis=basis, **common)
        case "ballots":
            return BallotsRule(weights=_weights(fields, "leaders"), **common)
        case "previous_period":
            return _previous_period(fields, common)
        case "external":
            return ExternalRule(scale=fields.number("external.scale"), **common)
        case _:
            return JudgedRule(step=fields.number_or_none("judged.step"), **common)


def _grounds(fields: _Fields) -> tuple[ZeroGround, ...]:
    keys = fields.keys("zero_when", fresh="ground_")
    return tuple(ZeroGround(key, fields.words("zero_when", place, "text")) for place, key in enumerate(keys))


def _options(fields: _Fields) -> tuple[Option, ...]:
    return tuple(
        Option(key, fields.words("options", place, "text"), fields.cell("options", place, "points"))
        for place, key in enumerate(fields.keys("options"))
    )


def _step(fields: _Fields, place: int) -> Step:
    lower, upper = fields.cell_or_none("bands", place, "lower"), fields.cell_or_none("bands", place, "upper")
    return Step(
        lower=lower,
        lower_closed=lower is not None and fields.cell_yes("bands", place, "lower_closed"),
        upper=upper,
        upper_closed=upper is not None and fields.cell_yes("bands", place, "upper_closed"),
        points=fields.cell("bands", place, "points"),
    )


def _weights(fields: _Fields, name: str) -> tuple[tuple[str, Decimal], ...]:
    return tuple((fields.words(name, at, "key"), fields.cell(name, at, "weight")) for at in fields.count(name))


def _deduction(fields: _Fields, common: _Common) -> DeductionRule:
    return DeductionRule(
        threshold=fields.number_or_none("deduction.threshold"),
        start=fields.number_or_none("deduction.start"),
        each=fields.number("deduction.each"),
        floor=fields.number_or_none("deduction.floor") or ZERO,
        cut_off=fields.whole_or_none("deduction.cut_off"),
        **common,
    )


def _previous_period(fields: _Fields, common: _Common) -> PreviousPeriodRule:
    measures = tuple(
        Measure(
            fields.words("measures", place, "key"),
            fields.cell_one_of("measures", place, "better", Better, otherwise=Better.HIGHER),
        )
        for place in fields.count("measures")
    )
    return PreviousPeriodRule(
        measures=measures,
        combine=fields.one_of("previous_period.combine", Combine, Combine.ALL),
        higher=fields.number("previous_period.higher"),
        equal=fields.number("previous_period.equal"),
        lower=fields.number("previous_period.lower"),
        first_year=fields.number_or_none("previous_period.first_year"),
        **common,
    )


#: refusals about a list as a whole
_OF_LIST = frozenset(
    {"no_option", "option_key_twice", "no_measure", "measure_twice", "no_band_given", "band_empty", "bands_overlap"}
)
_FIELDS: Mapping[str, str] = {
    "nothing_arose_above_maximum": "nothing_arose",
    "zero_key_twice": "zero_when",
    "cut_off_not_positive": "deduction.cut_off",
}


def _field_of(refused: RuleInvalid, form: RuleForm) -> str:
    """Return the field a refusal of the whole rule is about."""
    if refused.code in _OF_LIST:
        return LIST_OF.get(form.kind, form.kind)
    if refused.code == "cap_not_positive":
        return f"{form.kind}.cap"
    if refused.code in _FIELDS:
        return _FIELDS[refused.code]
    if "points" in refused.details:
        return _holding(form, refused.details["points"], columns=("points", "start", "floor", "higher", "equal"))
    named = str(refused.details.get("field", ""))
    return _holding(form, ZERO, columns=("weight",)) if named == "weights" else f"{form.kind}.{named}"


def _holding(form: RuleForm, figure: object, *, columns: tuple[str, ...]) -> str:
    """Return the first field of the chosen kind that holds `figure`."""
    columns = (*columns, "lower", "first_year") if form.kind == "previous_period" else columns
    own = LIST_OF.get(form.kind, "")
    for name, text in form.values.items():
        belongs = name.startswith((f"{form.kind}.", f"{own}."))
        if belongs and name.rpartition(".")[2] in columns and _is(text, figure):
            return name
    return own or form.kind


def _is(text: str, figure: object) -> bool:
    try:
        return parse_screen_number(text) == figure
    except InputInvalid:
        return False
