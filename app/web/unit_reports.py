"""The unit's signed report: enter it as it stands on paper, approve it, open it, explain where the sheet differs."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.pdf_files import FileOffered
from app.services.report_review import report_review
from app.services.unit_reports import (
    EnterReport,
    approve_report,
    enter_report,
    explain_difference,
    open_report,
    report_view,
)
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import day_if_given
from app.web.marks import field_of, say

blueprint = Blueprint("unit_reports", __name__, url_prefix="/sheets/<int:assessment_id>/report")

POINTS = "points."


@blueprint.get("")
@access(Permission.ASSESSMENT_READ)
def show(assessment_id: int) -> ResponseReturnValue:
    return _page(assessment_id)


def _page(assessment_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    actor, now = current_actor(), clock()
    page = render_template(
        "report/show.html",
        view=report_view(assessment_id, actor=actor, clock=now),
        beside=report_review(assessment_id, actor=actor, clock=now),
        assessment_id=assessment_id,
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("")
@access(Permission.REPORT_WRITE)
def enter(assessment_id: int) -> ResponseReturnValue:
    """Enter the report, or its next version; a refusal keeps every figure typed."""
    try:
        command = _command()
        enter_report(
            assessment_id, command, store=current_app.extensions["blobs"], actor=current_actor(), clock=clock()
        )
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(gettext("The report is kept."))
    return redirect(url_for("unit_reports.show", assessment_id=assessment_id))


def _command() -> EnterReport:
    upload, given = request.files.get("file"), request.form
    offered = FileOffered(upload.stream, upload.filename) if upload is not None and upload.filename else None  # type: ignore[arg-type]
    return EnterReport(
        number=given.get("number", ""),
        issued_on=day_if_given("issued_on"),
        total=given.get("total", ""),
        totals={name.removeprefix(POINTS): text for name, text in given.items() if name.startswith(POINTS)},
        difficulties=given.get("difficulties", "").replace("\r\n", "\n"),
        proposals=given.get("proposals", "").replace("\r\n", "\n"),
        proposed_grade=given.get("proposed_grade", ""),
        file=offered,
        url=given.get("url", ""),
    )


@blueprint.post("/<int:number>/approve")
@access(Permission.REPORT_APPROVE)
def approve(assessment_id: int, number: int) -> ResponseReturnValue:
    """Mark version `number` as approved by the head."""
    try:
        approve_report(assessment_id, number, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(gettext("The report is approved."))
    return redirect(url_for("unit_reports.show", assessment_id=assessment_id))


@blueprint.post("/differences")
@access(Permission.REPORT_WRITE)
def explain(assessment_id: int) -> ResponseReturnValue:
    """Keep why sheet and report differ, at one field or in total."""
    code, text = request.form.get("code", "").strip(), request.form.get("text", "")
    try:
        explain_difference(assessment_id, code, text.replace("\r\n", "\n"), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    return redirect(url_for("submission.review", assessment_id=assessment_id, _anchor="report"))


@blueprint.get("/<int:number>/file")
@access(Permission.EVIDENCE_READ)
def open_file(assessment_id: int, number: int) -> Response:
    """Send the file of version `number` to those who may read evidence, to be saved and never shown in the page."""
    store = current_app.extensions["blobs"]
    stream, name, size = open_report(assessment_id, number, store=store, actor=current_actor(), clock=clock())
    response = send_file(stream, mimetype="application/pdf", max_age=0)
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
