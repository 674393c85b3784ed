"""What forms of verdicts have in common: a snippet put into the reason, the minutes, the words both are shown with."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.domain.criteria import Node
from app.domain.errors import InputInvalid
from app.domain.terms import Decision
from app.services.appraisal import GiveVerdict
from app.services.snippets import snippets
from app.services.verdict_marks import Minutes
from app.web.access import current_actor
from app.web.claim_forms import Claim, Form, claim_of_form
from app.web.records.fields import read_day
from app.words.numbers import day

#: the button that puts the chosen snippet into the reason and shows the form again, nothing written
INSERT = "insert"


def with_snippet(form: Form) -> Form:
    """Return the form as typed; after the button of the snippets, with the chosen text at the end of the reason."""
    chosen = form.get("snippet", "").strip()
    if INSERT not in form or not chosen:
        return form
    filled: Form = MultiDict(form)
    typed = form.get("reason", "").rstrip()
    filled["reason"] = f"{typed}\n{chosen}" if typed else chosen
    return filled


def minutes_of_form(form: Form) -> Minutes | None:
    """Return the minutes a form names; None where it names none.

    Raises: InputInvalid("minutes_missing") for half of them, InputInvalid("date_unreadable").
    """
    number, on = form.get("minutes_number", "").strip(), form.get("minutes_on", "").strip()
    if not number and not on:
        return None
    if not on:
        raise InputInvalid("minutes_missing", field="minutes_on")
    try:
        return Minutes(number, read_day(on))
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": "minutes_on"}) from refused


def decision_of_form(form: Form) -> Decision:
    """Return agree or disagree. Raises InputInvalid("decision_missing")."""
    given = form.get("decision", "")
    if given not in {Decision.AGREE, Decision.DISAGREE}:
        raise InputInvalid("decision_missing", field="decision")
    return Decision(given)


def verdict_of_form(assessment_id: int, node: Node, form: Form, *, said: int) -> GiveVerdict:
    """Return the verdict a row's form gives on a leaf: agree, or disagree with what the rule's own fields say.

    Raises: InputInvalid naming the field.
    """
    decision = decision_of_form(form)
    claim: Claim | None = None
    if decision is Decision.DISAGREE:
        ground = form.get("ground", "")
        claim = {"zero": ground} if ground else None if node.rule is None else claim_of_form(node.rule, form)
    shown = form.get("said", type=int)
    return GiveVerdict(
        assessment_id=assessment_id,
        code=node.code,
        decision=decision,
        said=said if shown is None else shown,
        claim=claim,
        reason=form.get("reason", ""),
        minutes=minutes_of_form(form),
    )


def minutes_words(minutes: Minutes) -> str:
    return str(gettext("minutes %(number)s of %(day)s", number=minutes.number, day=day(minutes.on)))


def register(app: Flask) -> None:
    app.jinja_env.globals["minutes_words"] = minutes_words
    app.jinja_env.globals["reason_snippets"] = lambda: snippets(actor=current_actor())
