"""One review: its page, and the decisions made on it. What is refused comes back with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.points import parse_screen_number, plain
from app.domain.policy import Permission
from app.domain.rule_codec import rule_to_json
from app.domain.terms import ScoredBy
from app.reading.decisions import (
    ApplyRemedy,
    Decision,
    DeleteRow,
    EditFields,
    MatchAgency,
    RestoreRow,
    Settle,
    SettleMany,
    Undo,
    Unsettle,
)
from app.reading.review import Review
from app.services.import_views import review_of
from app.services.imports import compare_with, decide, open_source
from app.web.access import access, current_actor
from app.web.claim_forms import control_of
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.imports.pages import blueprint, page_of, store, where, whole, whole_or_none
from app.web.imports.screen import FILTERS, TABS, Place, Screen
from app.web.imports.trial import trial_of
from app.web.records.words import SCORERS
from app.web.rule_words import rule_in_words
from app.words.refusals import sentence

#: fields of the form that changes a criterion
EDITED = ("code", "title", "maximum", "agency", "scored_by", "parent")


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision that was refused: which button, about what, the sentence, the field, and what was typed."""

    act: str
    about: str
    words: str
    field: str
    typed: Mapping[str, str]


@blueprint.get("/<int:import_id>")
@access(Permission.SET_CONFIGURE)
def show(import_id: int) -> ResponseReturnValue:
    return _page(import_id)


def _place() -> Place:
    show, tab = request.values.get("show", ""), request.values.get("tab", "")
    at = request.values.get("at", "")
    return Place(
        at=int(at) if at.isascii() and at.isdigit() and len(at) < 8 else None,
        finding=request.values.get("finding", ""),
        after=request.args.get("after", ""),
        show=show if show in FILTERS else "open",
        tab=tab if tab in TABS else "findings",
        tree=request.values.get("tree", ""),
        start=whole_or_none("from"),
        page=whole_or_none("page"),
    )


def _page(import_id: int, refused: Refused | None = None, status: int = 200) -> ResponseReturnValue:
    view = review_of(import_id, actor=current_actor(), clock=clock())
    screen = Screen(view, _place())
    trial = None if screen.node is None else trial_of(screen.node, request.args)
    page = render_template(
        "imports/review.html",
        view=view,
        screen=screen,
        refused=refused,
        trial=trial,
        problem=None if trial is None else trial.problem,
        values=lambda tried: tried.typed,
        control_of=control_of,
        rule_words_of=lambda rule: [] if rule is None else rule_in_words(rule_to_json(rule)),
        scorers={scorer.value: words for scorer, words in SCORERS.items()},
        page_of=lambda anchor="", **changes: page_of(import_id, anchor, **changes),
        where=where(),
        baselines={},
    )
    return page, status


@blueprint.post("/<int:import_id>/decisions")
@access(Permission.SET_CONFIGURE)
def make(import_id: int) -> ResponseReturnValue:
    """Make one decision; the page goes on to the next finding, or comes back with the refusal and what was typed."""
    act, about = _pressed()
    try:
        decision = _decision(act, about)
        decide(import_id, whole("version"), decision, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) in {403, 404} and refused.code in {"import_unknown", "role_missing"}:
            raise
        typed = {name: text for name, text in request.form.items() if name != "csrf_token"}
        told = Refused(act, about, sentence(refused), str(refused.details.get("field", "")), typed)
        return _page(import_id, told, status_of(refused))
    if isinstance(decision, ApplyRemedy | Settle):
        return redirect(page_of(import_id, "finding", at="", finding="", after=about), 303)
    return redirect(page_of(import_id), 303)


def _pressed() -> tuple[str, str]:
    """Return which button was pressed, and what it is about: a finding by its key, else a criterion by its place."""
    return request.form.get("act", ""), request.form.get("finding_key", "") or request.form.get("place", "")


def _decision(act: str, about: str) -> Decision:  # noqa: C901 - one arm for each button
    """Return the decision a form makes. Raises InputInvalid("decision_unknown")."""
    button, _, number = act.partition(":")
    match button:
        case "remedy" if number.isascii() and number.isdigit() and len(number) < 4:
            return ApplyRemedy(about, int(number))
        case "settle":
            return Settle(about, request.form.get("note", ""))
        case "seen":
            return Settle(about, _seen())
        case "seen_all":
            return SettleMany(tuple(request.form.getlist("keys")), _seen())
        case "unsettle":
            return Unsettle(about)
        case "agency":
            return MatchAgency(request.form.get("text", ""), request.form.get("agency", ""))
        case "edit":
            return EditFields(whole("place"), _changes())
        case "delete":
            return DeleteRow(whole("place"))
        case "restore":
            return RestoreRow(whole("place"))
        case "undo":
            return Undo()
        case _:
            raise InputInvalid("decision_unknown", kind=act[:40])


def _seen() -> str:
    """What is kept for a finding that was looked at and changes nothing: in the language of the paper."""
    with force_locale("vi"):
        return str(gettext("Seen"))


def _changes() -> dict[str, Any]:
    """Return the fields of the form that differ from what they held when the page was drawn."""
    changes: dict[str, Any] = {}
    for name in EDITED:
        given = request.form.get(name)
        if given is None or given.strip() == request.form.get(f"was.{name}", "").strip():
            continue
        changes[name] = _figure(given) if name == "maximum" else given.strip()
    if changes.get("scored_by") not in {None, "", *ScoredBy}:
        raise InputInvalid("wrong_type", field="scored_by")
    return changes


def _figure(text: str) -> str:
    try:
        return plain(parse_screen_number(text))
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": "maximum"}) from refused


@blueprint.post("/<int:import_id>/compare")
@access(Permission.SET_CONFIGURE)
def compare(import_id: int) -> ResponseReturnValue:
    """Lay another set beside the review, or none."""
    chosen = whole("set_id") if request.form.get("set_id") else None
    compare_with(import_id, chosen, actor=current_actor(), clock=clock())
    return redirect(page_of(import_id), 303)


@blueprint.get("/<int:import_id>/source")
@access(Permission.SET_CONFIGURE)
def source(import_id: int) -> Response:
    """Give the file back as it came, to be saved and never shown in the page."""
    stream, name = open_source(import_id, store=store(), actor=current_actor())
    response = send_file(stream, mimetype="application/octet-stream", max_age=0)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def obstacles_at(review: Review) -> list[tuple[int | None, str, str]]:
    """Return what keeps a review from being a set: the place, its code, the sentence."""
    return [
        (place, "" if place is None else review.node(place).criterion.code, sentence(problem))
        for place, problem in review.obstacles
    ]
