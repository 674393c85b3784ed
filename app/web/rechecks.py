"""On-site rechecks: the council's list, what the unit asks for, what the agency orders and records."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.rechecks import Minutes
from app.services.group_acts import preview
from app.services.rechecks import answer_recheck, ask_recheck, order_recheck, rechecks_of_group, record_recheck
from app.web.access import access, current_actor
from app.web.appraisal import case_page
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.records.fields import read_day
from app.web.windows import sheet_page

blueprint = Blueprint("rechecks", __name__)


@blueprint.get("/board/<int:group_stage_id>/rechecks")
@access(Permission.GROUP_READ)
def group(group_stage_id: int) -> ResponseReturnValue:
    return render_template(
        "rechecks/group.html",
        group=preview(group_stage_id, actor=current_actor(), clock=clock()),
        rechecks=rechecks_of_group(group_stage_id, actor=current_actor(), clock=clock()),
    )


@blueprint.post("/sheets/<int:assessment_id>/rechecks")
@access(Permission.RECHECK_ASK)
def ask(assessment_id: int) -> ResponseReturnValue:
    code, reason = request.form.get("code", ""), request.form.get("reason", "")
    try:
        ask_recheck(assessment_id, code, reason, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return sheet_page(assessment_id, refused)
    flash(gettext("The recheck of %(code)s is asked for.", code=code))
    return redirect(url_for("windows.of_sheet", assessment_id=assessment_id))


@blueprint.post("/appraisal/<int:assessment_id>/<code>/rechecks")
@access(Permission.RECHECK_ORDER)
def order(assessment_id: int, code: str) -> ResponseReturnValue:
    reason = request.form.get("recheck_reason", "")
    try:
        order_recheck(assessment_id, code, reason, _day("planned_on"), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return case_page(assessment_id, code, refused)
    flash(gettext("The recheck is ordered; the unit is told."))
    return redirect(url_for("appraisal.case", assessment_id=assessment_id, code=code))


@blueprint.post("/rechecks/<int:recheck_id>/answer")
@access(Permission.RECHECK_ORDER)
def answer(recheck_id: int) -> ResponseReturnValue:
    """Order what the unit asked for, on a day, or refuse it with the reason."""
    try:
        orders = request.form.get("decision") == "order"
        planned_on = _day("planned_on") if orders else None
        words = request.form.get("answer", "")
        assessment_id, code = answer_recheck(recheck_id, planned_on, words, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(refused)
    flash(gettext("The recheck is ordered; the unit is told.") if orders else gettext("The recheck is refused."))
    return redirect(url_for("appraisal.case", assessment_id=assessment_id, code=code))


@blueprint.post("/rechecks/<int:recheck_id>/record")
@access(Permission.RECHECK_ORDER)
def record(recheck_id: int) -> ResponseReturnValue:
    """Keep the minutes of a recheck that was made."""
    try:
        minutes = Minutes(
            number=request.form.get("minutes_number", ""),
            on=_day("minutes_on"),
            took_part=request.form.get("took_part", ""),
            finding=request.form.get("finding", ""),
        )
        assessment_id, code = record_recheck(recheck_id, minutes, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(refused)
    flash(gettext("The minutes are kept."))
    return redirect(url_for("appraisal.case", assessment_id=assessment_id, code=code))


def _refused(refused: DomainError) -> ResponseReturnValue:
    """Draw the case the form stood on again; a form that does not say which gets the refusal's own page."""
    sheet, code = request.form.get("sheet", ""), request.form.get("code", "")
    if status_of(refused) == 404 or not (sheet.isascii() and sheet.isdigit() and len(sheet) < 10 and code):
        raise refused
    return case_page(int(sheet), code, refused)


def _day(name: str) -> dt.date:
    text = request.form.get(name, "").strip()
    try:
        return read_day(text)
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, field=name, **unreadable.details) from unreadable
