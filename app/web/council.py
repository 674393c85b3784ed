"""The council's meeting: its open points, both sides beside each other, and its decisions with their minutes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.criteria import Node
from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.policy import Permission
from app.domain.terms import Decision
from app.reports.papers import pdf
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.disagreements import Disagreements, OpenPoint, open_points
from app.services.office_papers import council_document
from app.services.verdict_lines import give_many
from app.web.access import access, current_actor
from app.web.appraisal_criterion import RowProblem, refused_words
from app.web.claim_forms import control_of, values_of_claim, values_of_form
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.paper_words import in_vietnamese
from app.web.papers import MIME
from app.web.verdict_forms import INSERT, minutes_of_form, verdict_of_form, with_snippet
from app.words.refusals import sentence

blueprint = Blueprint("council", __name__, url_prefix="/board")

#: what the list of open points is called as a file
PAPER = lazy_gettext("open-points")


@dataclass(frozen=True, slots=True)
class PointField:
    """The rule's control of one point: its node bears the sheet's number, so that no two fields share an id."""

    node: Node
    point: OpenPoint


@dataclass(frozen=True, slots=True)
class Typed:
    """The point whose own form was sent back, or none: then the form of all of them."""

    name: str = ""
    refused: DomainError | None = None


def _name(point: OpenPoint) -> str:
    return f"{point.node.code}-{point.assessment_id}"


def _points(group_stage_id: int) -> Disagreements:
    return open_points(group_stage_id, actor=current_actor(), clock=clock())


@blueprint.get("/<int:group_stage_id>/council")
@access(Permission.GROUP_READ)
def show(group_stage_id: int) -> ResponseReturnValue:
    return _page(_points(group_stage_id), Typed())


def _page(shown: Disagreements, typed: Typed, *, notice: str = "", status: int | None = None) -> ResponseReturnValue:
    refused = typed.refused

    def values(field: PointField) -> Any:
        if typed.name and _name(field.point) == typed.name:
            return values_of_form(request.form)
        return values_of_claim(field.point.pinned.claim)

    page = render_template(
        "board/council.html",
        shown=shown,
        fields={_name(point): PointField(replace(point.node, code=_name(point)), point) for point in shown.points},
        name_of=_name,
        typed_in=typed.name,
        problem=None if refused is None else RowProblem(typed.name, str(refused.details.get("field", ""))),
        refusal=notice or ("" if refused is None else sentence(refused)),
        typed=with_snippet(request.form),
        minutes={name: request.values.get(name, "") for name in ("minutes_number", "minutes_on")},
        values=values,
        control_of=control_of,
        baselines={},
    )
    return page, status or (200 if refused is None else status_of(refused))


@blueprint.get("/<int:group_stage_id>/council.pdf")
@access(Permission.GROUP_READ)
def paper(group_stage_id: int) -> ResponseReturnValue:
    made = pdf(council_document(_points(group_stage_id), in_vietnamese))
    name = f"{PAPER}-{group_stage_id}.pdf"
    return send_file(io.BytesIO(made), mimetype=MIME["pdf"], download_name=name, max_age=0)


def _back(group_stage_id: int) -> ResponseReturnValue:
    """Lead back with the minutes filled in: the next point stands in the same ones."""
    kept: dict[str, Any] = {name: request.form.get(name, "") for name in ("minutes_number", "minutes_on")}
    return redirect(url_for("council.show", group_stage_id=group_stage_id, **kept))


@blueprint.post("/<int:group_stage_id>/council/<int:assessment_id>/<code>")
@access(Permission.VERDICT_GIVE)
def decide(group_stage_id: int, assessment_id: int, code: str) -> ResponseReturnValue:
    """Record one decision with its minutes; a refusal keeps what was typed."""
    shown = _points(group_stage_id)
    point = _point(shown, assessment_id, code)
    if INSERT in request.form:
        return _page(shown, Typed(_name(point)))
    try:
        command = verdict_of_form(assessment_id, point.node, request.form, said=point.said)
        give_verdict(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(shown, Typed(_name(point), refused))
    flash(gettext("Decided: %(code)s, %(unit)s.", code=code, unit=point.unit))
    return _back(group_stage_id)


def _point(shown: Disagreements, assessment_id: int, code: str) -> OpenPoint:
    for point in shown.points:
        if (point.assessment_id, point.node.code) == (assessment_id, code):
            return point
    raise NotFound("assessment_unknown")


@blueprint.post("/<int:group_stage_id>/council")
@access(Permission.VERDICT_GIVE)
def decide_all(group_stage_id: int) -> ResponseReturnValue:
    """Record every point chosen on the page, each its own verdict; what is refused is named, the others stand."""
    shown = _points(group_stage_id)
    try:
        commands = list(_chosen(shown))
    except InputInvalid as refused:
        return _page(shown, Typed(refused=refused))
    many = give_many(commands, actor=current_actor(), clock=clock())
    if many.given:
        flash(gettext("Decided by the council: %(points)s.", points="; ".join(many.given)))
    if many.refused:
        return _page(_points(group_stage_id), Typed(), notice=refused_words(many), status=422)
    return _back(group_stage_id)


def _chosen(shown: Disagreements) -> Iterator[tuple[str, GiveVerdict]]:
    """Yield what was chosen of each point: the unit's own claim, or what the first round gave.

    Raises: InputInvalid("nothing_ticked", "minutes_missing", "date_unreadable").
    """
    minutes, chosen = minutes_of_form(request.form), 0
    for point in shown.points:
        name = _name(point)
        choice = request.form.get(f"choice.{name}", "")
        keeps = choice == "first" and point.first is not None
        if choice != "claim" and not keeps:
            continue
        chosen += 1
        claim = point.first.claim if keeps and point.first is not None else None
        yield (
            f"{point.node.code}, {point.unit}",
            GiveVerdict(
                assessment_id=point.assessment_id,
                code=point.node.code,
                decision=Decision.AGREE if claim is None else Decision.DISAGREE,
                said=request.form.get(f"said.{name}", point.said, type=int),
                claim=claim,
                reason=request.form.get(f"reason.{name}", ""),
                minutes=minutes,
            ),
        )
    if not chosen:
        raise InputInvalid("nothing_ticked")
