"""Bonus and penalty of one unit: the campaign's items, what was proposed, what the council decided."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.adjustments import (
    ProposeAdjustment,
    adjustments_view,
    decide_adjustment,
    propose_adjustment,
    withdraw_adjustment,
)
from app.services.proposals import CouncilDecision
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import field_of, say
from app.web.records.filters import LARGEST

blueprint = Blueprint("adjustments", __name__, url_prefix="/sheets/<int:assessment_id>/adjustments")

FIGURES = ("count", "numerator", "denominator")


@blueprint.get("")
@access(Permission.ASSESSMENT_READ)
def show(assessment_id: int) -> ResponseReturnValue:
    return _page(assessment_id)


def _page(assessment_id: int, refused: DomainError | None = None, about: int = 0) -> ResponseReturnValue:
    """Draw the page; `about`: the proposal a refused decision was of, 0 for a new one."""
    page = render_template(
        "adjustments/show.html",
        view=adjustments_view(assessment_id, actor=current_actor(), clock=clock()),
        assessment_id=assessment_id,
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
        about=about,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("")
@access(Permission.ADJUSTMENT_PROPOSE)
def propose(assessment_id: int) -> ResponseReturnValue:
    """Propose a bonus or a penalty on one of the campaign's items."""
    chosen = request.form.get("item", type=int) or 0
    command = ProposeAdjustment(
        item_id=chosen if 0 < chosen <= LARGEST else 0,
        figures={name: request.form.get(name, "") for name in FIGURES},
        reason=request.form.get("reason", ""),
        document=request.form.get("document", ""),
    )
    try:
        propose_adjustment(assessment_id, command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(gettext("Proposed. The chair of the council decides."))
    return redirect(url_for("adjustments.show", assessment_id=assessment_id))


@blueprint.post("/<int:adjustment_id>/decide")
@access(Permission.ADJUSTMENT_DECIDE)
def decide(assessment_id: int, adjustment_id: int) -> ResponseReturnValue:
    """Accept or refuse, with the council's own figures where they were changed."""
    decision = CouncilDecision(
        accept=request.form.get("decision") == "accept",
        document=request.form.get("document", ""),
        reason=request.form.get("reason", ""),
    )
    figures = {name: request.form[name] for name in FIGURES if name in request.form}
    try:
        decide_adjustment(
            assessment_id, adjustment_id, decision, actor=current_actor(), clock=clock(), figures=figures or None
        )
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused, adjustment_id)
    flash(gettext("Decided."))
    return redirect(url_for("adjustments.show", assessment_id=assessment_id))


@blueprint.post("/<int:adjustment_id>/withdraw")
@access(Permission.ADJUSTMENT_PROPOSE)
def withdraw(assessment_id: int, adjustment_id: int) -> ResponseReturnValue:
    try:
        withdraw_adjustment(assessment_id, adjustment_id, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused, adjustment_id)
    flash(gettext("Withdrawn. It stays in the ledger."))
    return redirect(url_for("adjustments.show", assessment_id=assessment_id))
