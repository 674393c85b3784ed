"""What appraisers keep beside the desk: recusals, and their short texts for reasons."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, NotFound
from app.domain.policy import Permission
from app.services.recusals import record_recusal, recusals, withdraw_recusal
from app.services.snippets import agencies_of, drop_snippet, keep_snippet, snippets
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import number
from app.web.marks import field_of, say

blueprint = Blueprint("appraisal_tools", __name__, url_prefix="/appraisal")


@blueprint.get("/recusals")
@access(Permission.RECUSAL_RECORD)
def show_recusals() -> ResponseReturnValue:
    return _recusals()


def _recusals(refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "office/recusals.html",
        recusals=recusals(actor=current_actor()),
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/recusals")
@access(Permission.RECUSAL_RECORD)
def record() -> ResponseReturnValue:
    """Record that somebody, or the reader, stays out of a unit."""
    sheet, person = number("sheet") or 0, number("person")
    try:
        record_recusal(sheet, person, request.form.get("reason", ""), actor=current_actor(), clock=clock())
    except NotFound:
        raise
    except DomainError as refused:
        return _recusals(refused)
    flash(gettext("The recusal is recorded."))
    return redirect(url_for("appraisal_tools.show_recusals"))


@blueprint.post("/recusals/<int:recusal_id>/withdraw")
@access(Permission.RECUSAL_RECORD)
def withdraw(recusal_id: int) -> ResponseReturnValue:
    withdraw_recusal(recusal_id, actor=current_actor(), clock=clock())
    flash(gettext("The recusal is withdrawn; it stays in the list."))
    return redirect(url_for("appraisal_tools.show_recusals"))


@blueprint.get("/snippets")
@access(Permission.SNIPPET_KEEP)
def show_snippets() -> ResponseReturnValue:
    return _snippets()


def _snippets(refused: DomainError | None = None, snippet_id: int | None = None) -> ResponseReturnValue:
    page = render_template(
        "office/snippets.html",
        snippets=snippets(actor=current_actor()),
        agencies=agencies_of(actor=current_actor()),
        refusal=say(refused),
        refused_row=snippet_id,
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/snippets")
@access(Permission.SNIPPET_KEEP)
def keep() -> ResponseReturnValue:
    return _keep(None)


@blueprint.post("/snippets/<int:snippet_id>")
@access(Permission.SNIPPET_KEEP)
def change(snippet_id: int) -> ResponseReturnValue:
    return _keep(snippet_id)


def _keep(snippet_id: int | None) -> ResponseReturnValue:
    text, agency = request.form.get("text", ""), request.form.get("agency", type=int)
    try:
        keep_snippet(text, agency_id=agency, snippet_id=snippet_id, actor=current_actor(), clock=clock())
    except NotFound:
        raise
    except DomainError as refused:
        return _snippets(refused, snippet_id)
    flash(gettext("The text is kept."))
    return redirect(url_for("appraisal_tools.show_snippets"))


@blueprint.post("/snippets/<int:snippet_id>/drop")
@access(Permission.SNIPPET_KEEP)
def drop(snippet_id: int) -> ResponseReturnValue:
    drop_snippet(snippet_id, actor=current_actor(), clock=clock())
    flash(gettext("The text is dropped."))
    return redirect(url_for("appraisal_tools.show_snippets"))
