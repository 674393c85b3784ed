"""The rule of one criterion under review, typed and tried by the portal's rule editor; saving it is a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import ClaimInvalid, DomainError, InputInvalid, NotFound
from app.domain.policy import Permission
from app.domain.rule_checks import check_rule
from app.domain.rule_codec import rule_to_json
from app.domain.rule_examples import check_examples, example_to_json
from app.domain.rules import JudgedRule
from app.domain.terms import ScoredBy, Severity
from app.reading.decisions import EditFields
from app.reading.review_nodes import ReviewNode
from app.services.import_views import ImportView, review_of
from app.services.imports import decide
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.imports.pages import blueprint
from app.web.rule_forms import Editor, Typed, after_act, editor_of, form_from_rule, rule_from_form
from app.web.rule_pages import Urls, editor_context, fragment_of
from app.web.rule_words import rule_in_words
from app.words.findings import finding_words, remedy_words


@dataclass(frozen=True, slots=True)
class FindingBeside:
    severity: Severity
    message: str
    settled: bool
    choice: str


@dataclass(frozen=True, slots=True)
class RuleUnderReview:
    """What stands beside the editor: the paper's words of one criterion, as `rule/source.html` takes them."""

    set_name: str
    path: tuple[tuple[str, str], ...]
    code: str
    title: str
    original: str
    requirement: str
    evidence: str
    findings: tuple[FindingBeside, ...]


@blueprint.get("/<int:import_id>/criteria/<int:place>/rule")
@access(Permission.SET_CONFIGURE)
def rule(import_id: int, place: int) -> ResponseReturnValue:
    view, node = _found(import_id, place)
    return _page(view, node, editor_of(_stored(view, node), _maximum(node)))


@blueprint.post("/<int:import_id>/criteria/<int:place>/rule")
@access(Permission.SET_CONFIGURE)
def save_rule(import_id: int, place: int) -> ResponseReturnValue:
    """Do what the pressed button says; every button sends the whole form, so that nothing typed is ever lost."""
    view, node = _found(import_id, place)
    typed, act = rule_from_form(request.form), request.form.get("act", "")
    if act == "save" and not typed.other_kind:
        return _saved(view, node, typed)
    try:
        typed = after_act(typed, act, _maximum(node))
    except (InputInvalid, ClaimInvalid) as refused:
        return _answer(view, node, editor_of(typed, _maximum(node), trial_problem=refused), status_of(refused))
    return _answer(view, node, editor_of(typed, _maximum(node)))


def _saved(view: ImportView, node: ReviewNode, typed: Typed) -> ResponseReturnValue:
    editor = editor_of(typed, _maximum(node), strict=True)
    stamp = typed.stamp if typed.stamp.isascii() and typed.stamp.isdigit() else "0"
    try:
        change = EditFields(node.place, _changes(editor, _maximum(node)))
        decide(view.id, int(stamp[:9]), change, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) in {403, 404}:
            raise
        return _refused(view, node, typed, refused)
    flash(gettext("The rule of %(criterion)s is saved.", criterion=node.criterion.code))
    if request.headers.get("HX-Request") == "true":
        return "", 204, {"HX-Redirect": _back(view, node)}
    return redirect(_back(view, node), 303)


def _changes(editor: Editor, maximum: Decimal) -> dict[str, Any]:
    """Return what is decided. Raises the first fault of the form, or of its examples."""
    for problem in editor.reading.problems:
        raise problem.refusal
    typed_rule = editor.reading.rule
    assert typed_rule is not None
    if editor.typed.scored_by not in set(ScoredBy):
        raise InputInvalid("scorer_missing")
    examples = [example.read() for example in editor.typed.examples]
    check_rule(typed_rule, maximum)
    check_examples(typed_rule, maximum, examples)
    return {
        "rule": rule_to_json(typed_rule),
        "scored_by": editor.typed.scored_by,
        "examples": [example_to_json(example) for example in examples],
    }


def _refused(view: ImportView, node: ReviewNode, typed: Typed, refused: DomainError) -> ResponseReturnValue:
    """Draw the form again as typed; after a clash it goes on from what others decided, shown beside it."""
    more: dict[str, Any] = {}
    if refused.code == "import_changed":
        typed = replace(typed, stamp=str(view.version))
        reading = editor_of(typed, _maximum(node)).rule
        more = {
            "mine": [] if reading is None else rule_in_words(rule_to_json(reading)),
            "theirs": [] if node.criterion.rule is None else rule_in_words(rule_to_json(node.criterion.rule)),
        }
    editor = editor_of(typed, _maximum(node), strict=True, refused=refused)
    return _answer(view, node, editor, status_of(refused), **more)


def _found(import_id: int, place: int) -> tuple[ImportView, ReviewNode]:
    """Return the review and the criterion; one with rows below it has no rule of its own. Raises NotFound."""
    view = review_of(import_id, actor=current_actor(), clock=clock())
    node = view.review.node(place)
    if view.review.children(place) or node.left_out or not view.open:
        raise NotFound("leaf_unknown", criterion=node.criterion.code)
    return view, node


def _maximum(node: ReviewNode) -> Decimal:
    """The maximum of the criterion. Raises InputInvalid("maximum_missing"): a rule is held against it."""
    if node.criterion.maximum is None:
        raise InputInvalid("maximum_missing", criterion=node.criterion.code)
    return node.criterion.maximum


def _stored(view: ImportView, node: ReviewNode) -> Typed:
    criterion = node.criterion
    scorer = (criterion.scored_by or ScoredBy.UNIT).value
    return form_from_rule(
        criterion.rule or JudgedRule(), scored_by=scorer, examples=node.examples, stamp=str(view.version)
    )


def _source(view: ImportView, node: ReviewNode) -> RuleUnderReview:
    criterion = node.criterion
    above = view.review.path(node.place)[:-1]
    return RuleUnderReview(
        set_name=view.title,
        path=tuple((each.criterion.code, each.criterion.title) for each in above),
        code=criterion.code,
        title=criterion.title,
        original=criterion.original,
        requirement=criterion.requirement,
        evidence="\n".join(criterion.evidence),
        findings=tuple(_findings(view, node.place)),
    )


def _findings(view: ImportView, place: int) -> list[FindingBeside]:
    found = []
    for each in view.review.findings_at(place):
        settled, choice = each.settlement, ""
        if settled is not None:
            choice = settled.note if settled.remedy is None else remedy_words(settled.remedy)
        found.append(FindingBeside(each.finding.severity, finding_words(each.finding), not each.open, choice))
    return found


def _back(view: ImportView, node: ReviewNode) -> str:
    return url_for("imports.show", import_id=view.id, at=node.place, tab="criteria", _anchor="criterion")


def _urls(view: ImportView, node: ReviewNode) -> Urls:
    return Urls(url_for("imports.save_rule", import_id=view.id, place=node.place), _back(view, node))


def _answer(view: ImportView, node: ReviewNode, editor: Editor, status: int = 200, **more: Any) -> ResponseReturnValue:
    if request.headers.get("HX-Request") == "true":
        return fragment_of(editor, _urls(view, node), **more), status
    page, _status = _page(view, node, editor, **more)
    return page, status


def _page(view: ImportView, node: ReviewNode, editor: Editor, **more: Any) -> tuple[str, int]:
    source = _source(view, node)
    page = render_template(
        "rule/page.html",
        title=f"{source.code} {source.title}",
        source=source,
        frozen=None,
        in_words=[],
        **editor_context(editor, _urls(view, node)),
        **more,
    )
    return page, 200
