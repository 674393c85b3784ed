"""The score sheet: read it, save a leaf, see its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.claim_codec import claim_from_json
from app.domain.deadlines import VIETNAM
from app.domain.errors import ClaimInvalid, Conflict, DomainError, InputInvalid, NotFound
from app.domain.policy import Permission, may_ever
from app.domain.submission import wants_document
from app.domain.workflow import Standing
from app.services.citations import citations
from app.services.leaf_history import history
from app.services.my_sheets import my_sheets
from app.services.self_scoring import EnterSelfScore, decline_remaining, enter
from app.services.sheets import LeafLine, SheetView, sheet
from app.web.access import access, current_actor
from app.web.claim_forms import claim_of_form, control_of, values_of_claim, values_of_form
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.leaf_words import dom, explained, standing_words, text_stamp
from app.words.refusals import sentence

blueprint = Blueprint("sheet", __name__, url_prefix="/sheets")

#: on its way to being sent: editing takes the sheet back to draft
#: what the people of a unit do with a whole sheet
SENDING = (Permission.ASSESSMENT_REQUEST_APPROVAL, Permission.ASSESSMENT_APPROVE, Permission.ASSESSMENT_SUBMIT)
APPROVING = frozenset({Standing.AWAITING_APPROVAL, Standing.UNIT_APPROVED})
FILTERS = ("all", "unscored", "undocumented", "mine", "changed")


@dataclass(frozen=True, slots=True)
class Problem:
    """A refused save: the leaf, the sentence, the field it is about, and what was typed, word for word."""

    code: str
    leaf: str
    words: str
    field: str
    typed: Mapping[str, list[str]]
    theirs: Mapping[str, Any] | None = None


@blueprint.get("/")
@access(Permission.ASSESSMENT_READ)
def index() -> ResponseReturnValue:
    return render_template("sheet/index.html", lines=my_sheets(actor=current_actor(), clock=clock()))


@blueprint.get("/<int:assessment_id>")
@access(Permission.ASSESSMENT_READ)
def show(assessment_id: int) -> ResponseReturnValue:
    return _page(assessment_id)


def _page(assessment_id: int, problem: Problem | None = None, status: int = 200) -> ResponseReturnValue:
    view = sheet(assessment_id, actor=current_actor(), clock=clock())
    wanted = request.args.get("show", "all")
    page = render_template(
        "sheet/sheet.html",
        view=view,
        assessment_id=assessment_id,
        wanted=wanted if wanted in FILTERS else "all",
        filters=_filters(view),
        shown_branches=_branches(view, _filters(view)[wanted if wanted in FILTERS else "all"]),
        approving=view.standing in APPROVING,
        problem=problem,
        **_words(view, problem),
    )
    return page, status


def _words(view: SheetView, problem: Problem | None) -> dict[str, Any]:
    """Return what the templates of page and fragments share."""

    def values(line: LeafLine) -> Mapping[str, list[str]]:
        if problem is not None and problem.leaf == line.node.code:
            return problem.typed
        return values_of_claim(line.claim)

    return {
        "values": values,
        "baselines": view.baselines,
        "citations": citations(view.assessment_id),
        "control_of": control_of,
        "explained": explained,
        "text_stamp": text_stamp,
        "standing": standing_words(view.standing),
        "sends": any(may_ever(current_actor(), act) for act in SENDING),
        "now": view.now.astimezone(VIETNAM),
        "left": _left(view),
    }


def _left(view: SheetView) -> dt.timedelta | None:
    closes = view.closes_at
    return None if closes is None else closes - view.now


def _branches(view: SheetView, codes: set[str]) -> set[str]:
    """Return the branches that hold one of the leaves."""
    return {node.code for code in codes for node in view.tree.path(code)[:-1]}


def _filters(view: SheetView) -> dict[str, set[str]]:
    """Return which own leaves each filter shows."""
    own = view.own_lines
    return {
        "all": {line.node.code for line in view.lines if line.node.rule is not None},
        "unscored": {line.node.code for line in own if line.claim is None},
        "undocumented": {line.node.code for line in own if _undocumented(line)},
        "mine": {line.node.code for line in own if line.mine},
        "changed": {line.node.code for line in own if line.change is not None},
    }


def _undocumented(line: LeafLine) -> bool:
    """As the review sees it: points are claimed, and nothing proves them."""
    claim = claim_from_json(line.claim) if line.claim else None
    return not line.documents and wants_document(claim, line.points)


@blueprint.route("/<int:assessment_id>/entries/<code>", methods=["PUT", "POST"])
@access(Permission.ASSESSMENT_SCORE)
def save(assessment_id: int, code: str) -> ResponseReturnValue:
    """Save the fields of one leaf that were touched; PUT answers the fragment, a plain POST the page."""
    view = sheet(assessment_id, actor=current_actor(), clock=clock())
    try:
        line = view.line(code)
    except StopIteration:
        raise NotFound("criterion_unknown", criterion=code) from None
    try:
        _save(assessment_id, line)
    except DomainError as refused:
        return _refused(assessment_id, line, refused)
    if request.method == "POST":
        return redirect(url_for("sheet.show", assessment_id=assessment_id, _anchor=f"l-{dom(code)}"))
    return _fragment(assessment_id, code, view.standing)


def _save(assessment_id: int, line: LeafLine) -> None:
    """Save what was touched. Figures that cannot be read or scored keep no words from being saved."""
    if line.node.rule is None:
        raise InputInvalid("leaf_not_scored_by_unit", criterion=line.node.code)
    words = EnterSelfScore(
        assessment_id, line.node.code, _version(), explanation=_touched_words(), drawn=_drawn(line.criterion_id)
    )
    try:
        claim = claim_of_form(line.node.rule, request.form)
        if text_stamp(values_of_claim(claim)) != request.form.get("was_claim"):
            # nothing filled in where something stood takes the claim back; a form that shows no stamp showed no claim
            _enter(replace(words, claim=claim, withdraw=claim is None and bool(request.form.get("was_claim"))))
            return
    except (ClaimInvalid, InputInvalid):
        _enter(words)
        raise
    _enter(words)


def _enter(command: EnterSelfScore) -> None:
    if command.claim is not None or command.withdraw or command.explanation is not None:
        enter(command, actor=current_actor(), clock=clock())


def _touched_words() -> str | None:
    given = request.form.get("explanation")
    if given is None or text_stamp(given.replace("\r\n", "\n")) == request.form.get("was_explanation"):
        return None
    return given.replace("\r\n", "\n")


def _version() -> int:
    """Return the version the page was drawn at: If-Match, or the hidden field of a plain form."""
    given = request.headers.get("If-Match", "").strip('" ') or request.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise InputInvalid("version_missing")
    return int(given)


def _drawn(present: int) -> int:
    """Return which criterion the page showed under this code; a form that does not say was drawn for this one."""
    given = request.form.get("drawn", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else present


#: refusals whose remedy "nothing arose" is named only where the criterion offers it
_NOTHING_AROSE = frozenset({"denominator_zero", "nothing_to_measure"})


def _sentence(line: LeafLine, refused: DomainError) -> str:
    if refused.code in _NOTHING_AROSE and line.node.rule is not None and line.node.rule.nothing_arose is None:
        return sentence(ClaimInvalid(f"{refused.code}_not_offered"))
    return sentence(refused)


def _refused(assessment_id: int, line: LeafLine, refused: DomainError) -> ResponseReturnValue:
    problem = Problem(
        code=refused.code,
        leaf=line.node.code,
        words=_sentence(line, refused),
        field=str(refused.details.get("field", "")),
        typed=values_of_form(request.form),
        theirs=refused.details if isinstance(refused, Conflict) else None,
    )
    if request.method == "POST":
        return _page(assessment_id, problem, status_of(refused))
    view = sheet(assessment_id, actor=current_actor(), clock=clock())
    page = render_template(
        "sheet/refused.html",
        view=view,
        line=view.line(line.node.code),
        assessment_id=assessment_id,
        problem=problem,
        words_saved=view.line(line.node.code).version > line.version and problem.theirs is None,
        **_words(view, problem),
    )
    return page, status_of(refused)


def _fragment(assessment_id: int, code: str, before: Standing) -> ResponseReturnValue:
    view = sheet(assessment_id, actor=current_actor(), clock=clock())
    line = view.line(code)
    page = render_template(
        "sheet/saved.html",
        view=view,
        line=line,
        assessment_id=assessment_id,
        filters=_filters(view),
        approval_left=before in APPROVING and view.standing not in APPROVING,
        **_words(view, None),
    )
    return page, 200, {"ETag": f'"{line.version}"'}


@blueprint.post("/<int:assessment_id>/decline-remaining")
@access(Permission.ASSESSMENT_SCORE)
def decline(assessment_id: int) -> ResponseReturnValue:
    """Mark what nobody has scored as left unscored, after the warning was ticked."""
    sure = request.form.get("sure") == "yes"
    count = decline_remaining(assessment_id, confirmed=sure, actor=current_actor(), clock=clock())
    flash(gettext("%(count)s criteria are left unscored and earn 0.", count=count))
    return redirect(url_for("sheet.show", assessment_id=assessment_id))


@blueprint.get("/<int:assessment_id>/entries/<code>/history")
@access(Permission.ASSESSMENT_READ)
def changes(assessment_id: int, code: str) -> ResponseReturnValue:
    rows = history(assessment_id, code, actor=current_actor(), clock=clock())
    return render_template("sheet/history.html", rows=rows, code=code, assessment_id=assessment_id)
