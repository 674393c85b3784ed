"""The rule editor as plain values: what was typed, what its buttons ask, what the rule makes of it.

Nothing here knows where a rule is kept: a criterion of a set and a line of an import use the same parts. The fields of
a rule go by "r." and their name in `domain.rule_form`, examples by "e.0.", and the tried claim as on the sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from app.domain.boundary_claims import BoundaryCase, boundary_claims
from app.domain.claim_codec import claim_dumps, claim_from_json
from app.domain.claims import Claim
from app.domain.criteria import Node
from app.domain.errors import ClaimInvalid, DomainError, InputInvalid
from app.domain.points import parse_screen_number, plain, to_units
from app.domain.rule_codec import rule_dumps
from app.domain.rule_examples import MOST_EXAMPLES, Example, ExampleRun, run_examples
from app.domain.rule_form import LIST_OF, SHARES, RuleForm, form_of_rule, form_of_values, typed
from app.domain.rule_form_acts import act_on, of_kind
from app.domain.rule_form_reading import Reading, rule_of_form
from app.domain.rule_picture import Picture, picture_of
from app.domain.rule_remarks import all_remarks
from app.domain.rule_trial import Explained, explain
from app.domain.rules import Remark, Rule
from app.domain.terms import ExampleOrigin, ScoredBy
from app.web.claim_forms import Form, claim_of_form, control_of

RULE, EXAMPLE = "r.", "e."
#: fields of the editor that are none of the claim's
_OWN = frozenset(
    {"csrf_token", "act", "part", "stamp", "scored_by", "control", "choose_kind", "try_expected", "try_note"}
)
#: said of a field that was never filled in only once somebody wants to save
_MISSING = frozenset({"rule_figure_missing", "rule_text_missing"})


@dataclass(frozen=True, slots=True)
class ExampleTyped:
    """`claim` as stored, `expected` as typed; `refusal`: the code the claim must be refused with, or ""."""

    claim: Claim
    expected: str
    refusal: str = ""
    note: str = ""
    origin: str = ExampleOrigin.TYPED.value

    @property
    def claim_text(self) -> str:
        return claim_dumps(self.claim)

    def read(self) -> Example:
        """Return the example. Raises InputInvalid as the expected points do not read."""
        expected = None
        if not self.refusal:
            expected = parse_screen_number(self.expected)
            to_units(expected)
        return Example(self.claim, expected, self.refusal or None, self.note.strip(), ExampleOrigin(self.origin))


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything the editor's form holds. `stamp`: the state of the rule it was drawn from.

    `other_kind`: another kind was chosen just now, and the form is that kind's already.
    """

    form: RuleForm
    scored_by: str = ScoredBy.UNIT.value
    examples: tuple[ExampleTyped, ...] = ()
    claim: Form = field(default_factory=MultiDict)
    stamp: str = ""
    try_expected: str = ""
    try_note: str = ""
    control: str = ""
    other_kind: bool = False


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """One example as shown: `run` None while it or the rule does not read, `problem` says why."""

    typed: ExampleTyped
    run: ExampleRun | None
    problem: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Editor:
    """The form with what the rule, if it reads, makes of the tried claim, its bounds and its examples.

    `strict`: somebody wants to save, so that empty fields are faults too. `refused`: what stands against the save.
    """

    typed: Typed
    maximum: Decimal
    reading: Reading
    strict: bool = False
    refused: DomainError | None = None
    trial: Claim | None = None
    outcome: Explained | None = None
    trial_problem: DomainError | None = None
    cases: tuple[BoundaryCase, ...] = ()
    remarks: tuple[Remark, ...] = ()
    picture: Picture | None = None
    examples: tuple[ExampleLine, ...] = ()

    @property
    def form(self) -> RuleForm:
        return self.typed.form

    @property
    def rule(self) -> Rule | None:
        """The rule where it can be relied upon."""
        return None if self.reading.problems else self.reading.rule

    def problem(self, field: str) -> DomainError | None:
        found = self.reading.at(field)
        return None if found is not None and found.code in _MISSING and not self.strict else found

    @property
    def problems(self) -> list[tuple[str, DomainError]]:
        return [(each.field, each.refusal) for each in self.reading.problems]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed for other kinds: it goes along unseen, and is there again where one of them is chosen back."""
        own = (f"{self.form.kind}.", f"{LIST_OF.get(self.form.kind, '.')}.", "zero_when.")
        drawn = {"nothing_arose", *(["percent_offered"] if self.form.kind in SHARES else [])}
        found = self.form.values.items()
        return [(name, text) for name, text in found if not name.startswith(own) and name not in drawn]

    @property
    def control(self) -> str:
        """What the fields of the tried claim depend on: where it changed, they are drawn anew."""
        return "" if self.rule is None else control_stamp(self.rule)

    @property
    def line(self) -> TrialLine:
        """The leaf as the sheet's own control takes it."""
        return TrialLine(Node("trial", None, "", self.maximum, self.rule, None, 0))


@dataclass(frozen=True, slots=True)
class TrialLine:
    node: Node


def form_from_rule(
    rule: Rule, *, scored_by: str = ScoredBy.UNIT.value, examples: Sequence[Example] = (), stamp: str = ""
) -> Typed:
    """Return the editor's form of a stored rule and its examples."""
    shown = tuple(
        ExampleTyped(each.claim, typed(each.expected), each.refusal or "", each.note, each.origin.value)
        for each in examples
    )
    return Typed(form_of_rule(rule), scored_by, shown, MultiDict(), stamp)


def rule_from_form(sent: Form) -> Typed:
    """Return what a form sent, word for word. Raises InputInvalid example_unreadable, rule_kind_missing: not typed."""
    values = {name.removeprefix(RULE): text for name, text in sent.items() if name.startswith(RULE)}
    form = form_of_values({name: text.replace("\r\n", "\n") for name, text in values.items()})
    wanted = of_kind(form, sent.get("choose_kind", form.kind))
    rest = [(name, text) for name, text in sent.items(multi=True) if not name.startswith((RULE, EXAMPLE))]
    return Typed(
        form=wanted,
        scored_by=sent.get("scored_by", ""),
        examples=_examples(sent),
        claim=MultiDict([(name, text) for name, text in rest if name not in _OWN]),
        stamp=sent.get("stamp", ""),
        try_expected=sent.get("try_expected", ""),
        try_note=sent.get("try_note", ""),
        control=sent.get("control", ""),
        other_kind=wanted is not form,
    )


def _examples(sent: Form) -> tuple[ExampleTyped, ...]:
    numbers = sorted({int(name.split(".")[1]) for name in sent if _is_example(name)})[:MOST_EXAMPLES]
    found = []
    for number in numbers:
        at = f"{EXAMPLE}{number}."
        try:
            claim = claim_from_json(sent.get(f"{at}claim", ""))
            origin = ExampleOrigin(sent.get(f"{at}origin", ExampleOrigin.TYPED.value)).value
        except (ClaimInvalid, ValueError) as unreadable:
            raise InputInvalid("example_unreadable") from unreadable
        expected, refusal, note = (sent.get(f"{at}{name}", "") for name in ("expected", "refusal", "note"))
        found.append(ExampleTyped(claim, expected, refusal, note, origin))
    return tuple(found)


def _is_example(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[0] == "e" and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 4


def after_act(given: Typed, act: str, maximum: Decimal) -> Typed:
    """Return the form after one of its buttons. Raises InputInvalid, ClaimInvalid: a trial that cannot be kept.

    "add:options", "remove:options:0", "up:options:1", "down:options:1"; "example:add", "example:remove:0",
    "example:confirm:0" (as the rule now answers it). Others change nothing.
    """
    what, _, rest = act.partition(":")
    if what != "example":
        return replace(given, form=act_on(given.form, act))
    name, _, number = rest.partition(":")
    if name == "add":
        return _with_trial(given, maximum)
    if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(given.examples)):
        return given
    return replace(given, examples=_changed(given, name, int(number), maximum))


def _changed(given: Typed, name: str, place: int, maximum: Decimal) -> tuple[ExampleTyped, ...]:
    one, before, after = given.examples[place], given.examples[:place], given.examples[place + 1 :]
    if name == "remove":
        return before + after
    reading = rule_of_form(given.form, maximum)
    if name != "confirm" or reading.rule is None or reading.problems:
        return given.examples
    outcome = explain(reading.rule, one.claim, maximum)
    return (*before, replace(one, expected=typed(outcome.points), refusal=_refusal(outcome)), *after)


def _refusal(outcome: Explained) -> str:
    return outcome.code if outcome.refused else ""


def _with_trial(given: Typed, maximum: Decimal) -> Typed:
    """Add the tried claim with the points a person expects of it; none typed means that it has to be refused."""
    reading = rule_of_form(given.form, maximum)
    claim = None if reading.rule is None or reading.problems else claim_tried(reading.rule, given.claim)
    if claim is None or reading.rule is None:
        raise InputInvalid("trial_missing", field="")
    outcome = explain(reading.rule, claim, maximum)
    if given.try_expected.strip() or not outcome.refused:
        try:
            expected = parse_screen_number(given.try_expected)
            to_units(expected)
        except InputInvalid as refused:
            code = "example_without_outcome" if refused.code == "missing_number" else refused.code
            raise InputInvalid(code, **{**refused.details, "field": "try_expected"}) from refused
        added = ExampleTyped(claim, typed(expected), "", given.try_note.strip())
    else:
        added = ExampleTyped(claim, "", outcome.code, given.try_note.strip())
    if len(given.examples) >= MOST_EXAMPLES:
        raise InputInvalid("too_many_examples", most=MOST_EXAMPLES)
    return replace(given, examples=(*given.examples, added), try_expected="", try_note="")


def claim_tried(rule: Rule, form: Form) -> Claim | None:
    """Return the claim of the trial's fields, None while nothing is filled in; last year's figures are typed too.

    Raises: InputInvalid naming the field, ClaimInvalid.
    """
    filled = any(text.strip() for name, text in form.items(multi=True) if not name.endswith(".n"))
    given = claim_of_form(rule, form) if filled else None
    if given is None:
        return None
    for key, pair in given.get("measures", {}).items():
        name = f"previous.{key}"
        if form.get(name, "").strip():
            try:
                pair["previous"] = plain(parse_screen_number(form[name]))
            except InputInvalid as refused:
                raise InputInvalid(refused.code, **{**refused.details, "field": name}) from refused
    return claim_from_json(given)


def control_stamp(rule: Rule) -> str:
    """Return a stamp of what the fields of a claim show of a rule."""
    shown = rule_dumps(rule) if control_of(rule) not in {"ratio", "count", "deduction"} else str(_specials(rule))
    return hashlib.sha256(f"{control_of(rule)} {shown}".encode()).hexdigest()[:12]


def _specials(rule: Rule) -> tuple[object, ...]:
    return rule.nothing_arose, rule.zero_when, rule.percent_offered


def editor_of(
    given: Typed,
    maximum: Decimal,
    *,
    strict: bool = False,
    refused: DomainError | None = None,
    trial_problem: DomainError | None = None,
) -> Editor:
    """Return the form with everything the rule makes of it; of a rule that does not read, the form and its faults."""
    reading = rule_of_form(given.form, maximum)
    made = Editor(given, maximum, reading, strict, refused, trial_problem=trial_problem)
    if made.rule is None:
        return replace(made, examples=tuple(ExampleLine(each, None) for each in given.examples))
    claim, outcome, problem = _tried(made.rule, given, maximum)
    return replace(
        made,
        trial=claim,
        outcome=outcome,
        trial_problem=trial_problem or problem,
        cases=boundary_claims(made.rule, maximum),
        remarks=tuple(all_remarks(made.rule, maximum)),
        picture=picture_of(made.rule, maximum),
        examples=tuple(_line(made.rule, maximum, each) for each in given.examples),
    )


def _tried(rule: Rule, given: Typed, maximum: Decimal) -> tuple[Claim | None, Explained | None, DomainError | None]:
    try:
        claim = claim_tried(rule, given.claim)
    except (InputInvalid, ClaimInvalid) as refused:
        return None, None, refused
    return claim, None if claim is None else explain(rule, claim, maximum), None


def _line(rule: Rule, maximum: Decimal, given: ExampleTyped) -> ExampleLine:
    try:
        (run,) = run_examples(rule, maximum, [given.read()])
    except InputInvalid as refused:
        outcome = explain(rule, given.claim, maximum)
        return ExampleLine(given, ExampleRun(Example(given.claim), outcome), refused)
    return ExampleLine(given, run)
