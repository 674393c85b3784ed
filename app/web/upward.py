"""Results of the councils below, as they are reported upward: read here, never examined again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, NotFound
from app.domain.policy import Permission
from app.reports.papers import pdf, xlsx
from app.services.upward import RecordReport, record_report, reports, upward_document
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import day
from app.web.marks import say
from app.web.paper_words import in_vietnamese
from app.web.papers import file_name, send

blueprint = Blueprint("upward", __name__, url_prefix="/upward")


@blueprint.get("/")
@access(Permission.UPWARD_READ)
def index() -> ResponseReturnValue:
    return _page()


def _page(refused: DomainError | None = None, about: tuple[int, int] | None = None) -> ResponseReturnValue:
    """Show every report; after a refusal the form it is `about` keeps what was typed, the others stay as they are."""
    page = render_template(
        "upward/index.html",
        reports=reports(actor=current_actor(), clock=clock()),
        refusal=say(refused),
        typed=request.form,
        about=about,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/<int:council_id>/report")
@access(Permission.UPWARD_REPORT)
def record(campaign_id: int, council_id: int) -> ResponseReturnValue:
    try:
        on = day("reported_on")
        command = RecordReport(campaign_id, council_id, request.form.get("number", ""), on)
        record_report(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(refused, (campaign_id, council_id))
    flash(gettext("The report is recorded."))
    return redirect(url_for("upward.index"))


@blueprint.get("/<int:campaign_id>/<int:council_id>/report.<kind>")
@access(Permission.UPWARD_READ)
def paper(campaign_id: int, council_id: int, kind: str) -> ResponseReturnValue:
    if kind not in {"pdf", "xlsx"}:
        raise NotFound("paper_unknown")
    document = upward_document(campaign_id, council_id, translate=in_vietnamese, actor=current_actor(), clock=clock())
    made = pdf(document) if kind == "pdf" else xlsx(document, sheet_name=document.heading.title)
    return send(made, kind, file_name("upward", council_id))
