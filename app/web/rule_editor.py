"""The page of one criterion's rule: typed, tried, kept with its examples. A frozen set's is shown and stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import ClaimInvalid, Conflict, DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.rule_codec import rule_to_json
from app.domain.terms import ScoredBy
from app.services.rule_editing import RuleForEditing, SaveRule, rule_for_editing, save_rule
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.records.listing import address
from app.web.rule_forms import Editor, Typed, after_act, editor_of, form_from_rule, rule_from_form
from app.web.rule_pages import Urls, editor_context, fragment_of
from app.web.rule_words import rule_in_words

blueprint = Blueprint("rule_editor", __name__, url_prefix="/criteria")


@blueprint.get("/<int:criterion_id>/rule")
@access(Permission.SET_CONFIGURE)
def show(criterion_id: int) -> ResponseReturnValue:
    source = rule_for_editing(criterion_id, actor=current_actor())
    return _page(source, editor_of(_stored(source), source.maximum))


@blueprint.post("/<int:criterion_id>/rule")
@access(Permission.SET_CONFIGURE)
def save(criterion_id: int) -> ResponseReturnValue:
    """Do what the pressed button says; every button sends the whole form, so that nothing typed is ever lost."""
    source = rule_for_editing(criterion_id, actor=current_actor())
    if source.frozen:
        refused = Conflict("set_frozen", set=source.set_code)
        return _answer(source, editor_of(_stored(source), source.maximum), status_of(refused))
    typed, act = rule_from_form(request.form), request.form.get("act", "")
    if act == "save" and not typed.other_kind:
        return _saved(source, typed)
    try:
        typed = after_act(typed, act, source.maximum)
    except (InputInvalid, ClaimInvalid) as refused:
        return _answer(source, editor_of(typed, source.maximum, trial_problem=refused), status_of(refused))
    return _answer(source, editor_of(typed, source.maximum))


def _saved(source: RuleForEditing, typed: Typed) -> ResponseReturnValue:
    editor = editor_of(typed, source.maximum, strict=True)
    try:
        save_rule(_command(source, editor), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) in {403, 404}:
            raise
        return _refused(source, typed, refused)
    flash(gettext("The rule of %(criterion)s is saved.", criterion=source.code))
    if request.headers.get("HX-Request") == "true":
        return "", 204, {"HX-Redirect": _tree(source)}
    return redirect(_tree(source))


def _command(source: RuleForEditing, editor: Editor) -> SaveRule:
    """Return what is to be saved. Raises the first fault of the form."""
    for problem in editor.reading.problems:
        raise problem.refusal
    assert editor.reading.rule is not None
    if editor.typed.scored_by not in set(ScoredBy):
        raise InputInvalid("scorer_missing")
    return SaveRule(
        criterion_id=source.criterion_id,
        stamp=editor.typed.stamp,
        rule=editor.reading.rule,
        scored_by=ScoredBy(editor.typed.scored_by),
        examples=[example.read() for example in editor.typed.examples],
    )


def _refused(source: RuleForEditing, typed: Typed, refused: DomainError) -> ResponseReturnValue:
    """Draw the form again as typed. After a clash it goes on from what was saved meanwhile, shown beside it."""
    more: dict[str, Any] = {}
    if refused.code == "rule_changed":
        now = rule_for_editing(source.criterion_id, actor=current_actor())
        typed = replace(typed, stamp=now.stamp)
        reading = editor_of(typed, now.maximum).rule
        more = {
            "mine": [] if reading is None else rule_in_words(rule_to_json(reading)),
            "theirs": [*rule_in_words(rule_to_json(now.rule)), *_examples_counted(now)],
        }
        source = now
    return _answer(source, editor_of(typed, source.maximum, strict=True, refused=refused), status_of(refused), **more)


def _examples_counted(source: RuleForEditing) -> list[str]:
    return [str(gettext("Examples: %(count)s", count=len(source.examples)))]


def _stored(source: RuleForEditing) -> Typed:
    return form_from_rule(source.rule, scored_by=source.scored_by.value, examples=source.examples, stamp=source.stamp)


def _tree(source: RuleForEditing) -> str:
    """Return the list of the set, at this criterion."""
    listed = url_for("CriterionRecords.list") + address(criteria_set=source.set_id)
    return f"{listed}#c-{source.criterion_id}"


def _urls(source: RuleForEditing) -> Urls:
    return Urls(url_for("rule_editor.save", criterion_id=source.criterion_id), _tree(source))


def _answer(source: RuleForEditing, editor: Editor, status: int = 200, **more: Any) -> ResponseReturnValue:
    if request.headers.get("HX-Request") == "true" and not source.frozen:
        return fragment_of(editor, _urls(source), **more), status
    page, _status = _page(source, editor, **more)
    return page, status


def _page(source: RuleForEditing, editor: Editor, **more: Any) -> tuple[str, int]:
    page = render_template(
        "rule/page.html",
        title=f"{source.code} {source.title}",
        source=source,
        frozen=Conflict("set_frozen", set=source.set_code) if source.frozen else None,
        in_words=rule_in_words(rule_to_json(source.rule)),
        **editor_context(editor, _urls(source)),
        **more,
    )
    return page, 200
