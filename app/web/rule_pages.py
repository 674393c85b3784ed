"""What the templates of the rule editor ask, wherever they stand: words, choices, and the two kinds of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_babel import gettext, lazy_gettext

from app.domain.claim_codec import claim_to_json
from app.domain.claims import Claim
from app.domain.rule_form import KINDS
from app.domain.rules import Rule
from app.domain.terms import ScoredBy
from app.web import labels, leaf_words
from app.web.claim_forms import control_of
from app.web.records.words import SCORERS
from app.web.rule_drawings import drawing_of
from app.web.rule_forms import Editor, TrialLine
from app.web.trial_words import claim_words, outcome_words, reason_words, remark_words, tried_words
from app.words.refusals import sentence

KIND_WORDS: Mapping[str, object] = {
    "choice": lazy_gettext("Choose one of several lines"),
    "bands": lazy_gettext("Steps by a percentage or a count"),
    "proportional": lazy_gettext("In proportion to a percentage"),
    "per_case": lazy_gettext("So much for each case"),
    "deduction": lazy_gettext("Threshold, less for each fault"),
    "previous_period": lazy_gettext("Compared with last year"),
    "external": lazy_gettext("Figure of another system"),
    "survey": lazy_gettext("Mean of a survey"),
    "ballots": lazy_gettext("Leaders' sheets"),
    "judged": lazy_gettext("Given by judgement"),
}
#: lists and fields of a form, as a list of faults names them
_FIELD_WORDS: Mapping[str, object] = {
    "options": lazy_gettext("Choice %(number)s"),
    "bands": lazy_gettext("Step %(number)s"),
    "answers": lazy_gettext("Line %(number)s"),
    "leaders": lazy_gettext("Line %(number)s"),
    "measures": lazy_gettext("Figure %(number)s"),
    "zero_when": lazy_gettext("Ground %(number)s"),
    "nothing_arose": lazy_gettext("Where nothing arose"),
    "each": lazy_gettext("Each"),
    "cap": lazy_gettext("At most"),
    "floor": lazy_gettext("Lower bound"),
    "threshold": lazy_gettext("0 points below"),
    "start": lazy_gettext("Points before deduction"),
    "cut_off": lazy_gettext("0 points from"),
    "higher": lazy_gettext("Better"),
    "equal": lazy_gettext("Equal"),
    "lower": lazy_gettext("Worse"),
    "first_year": lazy_gettext("Without a figure of last year"),
    "scale": lazy_gettext("The full figure of the other system"),
    "step": lazy_gettext("Points go in steps of"),
}
_LISTS: Mapping[str, object] = {
    "options": lazy_gettext("Choices"),
    "bands": lazy_gettext("Steps"),
    "answers": lazy_gettext("Answer on the sheet"),
    "leaders": lazy_gettext("Kind of leader"),
    "measures": lazy_gettext("What is compared"),
    "zero_when": lazy_gettext("Grounds for 0 points"),
}


@dataclass(frozen=True, slots=True)
class Urls:
    """`post`: where the form goes, every button of it; `cancel`: where the page was come from."""

    post: str
    cancel: str


def editor_context(editor: Editor, urls: Urls) -> dict[str, Any]:
    """Return what `rule/editor.html` and its parts want, beside the globals of `register`."""
    fault = editor.trial_problem
    field = "" if fault is None else str(fault.details.get("field", ""))

    def values(_line: TrialLine) -> Mapping[str, list[str]]:
        return dict(editor.typed.claim.lists())

    return {
        "editor": editor,
        "urls": urls,
        "values": values,
        "problem": SimpleNamespace(leaf="trial", field=field),
        "baselines": {},
        "control_of": control_of,
    }


def fragment_of(editor: Editor, urls: Urls, **more: Any) -> str:
    """Return what an htmx request of the editor swaps in: the part it asked for, or the whole editor."""
    part = request.form.get("part")
    context = {**editor_context(editor, urls), **more}
    if part not in {"rule", "claim"}:
        return render_template("rule/editor.html", **context)
    fresh = part == "rule" and editor.rule is not None and editor.control != editor.typed.control
    return render_template("rule/answer.html", **context, redraw_control=fresh, redraw_examples=part == "rule")


def field_words(field: str) -> str:
    """Return what a field is called in a list of faults: "Choice 2", "Lower bound"."""
    head, _, rest = field.partition(".")
    number = rest.partition(".")[0]
    if number.isdigit():
        return str(_FIELD_WORDS[head]) % {"number": int(number) + 1}
    return str(_FIELD_WORDS.get(rest or head) or _LISTS.get(head, field))


def _measure_choices(present: str) -> Sequence[tuple[str, str]]:
    known = [(key, str(words)) for key, words in leaf_words.MEASURES.items()]
    if present and present not in leaf_words.MEASURES:
        known.append((present, present))
    return known if present else [("", str(gettext("choose"))), *known]


def claim_line(rule: Rule | None, claim: Claim) -> str:
    """Return a claim in words; of an option of a rule that does not read, its number."""
    return leaf_words.claim_in_words(claim_to_json(claim)) if rule is None else claim_words(rule, claim)


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        refusal_sentence=sentence,
        outcome_words=outcome_words,
        reason_words=reason_words,
        remark_words=remark_words,
        claim_line=claim_line,
        tried_words=tried_words,
        drawing_of=drawing_of,
        field_words=field_words,
        kind_choices=lambda: [(kind, str(KIND_WORDS[kind])) for kind in KINDS],
        scorer_choices=lambda: [(each.value, str(SCORERS[each])) for each in ScoredBy],
        leader_choices=lambda: tuple((kind.value, str(words)) for kind, words in labels.LEADER_KINDS.items()),
        measure_choices=_measure_choices,
    )
