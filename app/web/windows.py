"""Windows: all of a group with the form that grants one, and those of one sheet with its rechecks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.terms import RecheckStatus, WindowGround
from app.domain.windows import GRANTED_BY_HAND
from app.services.case_file import unit_file
from app.services.sheets import sheet
from app.services.windows import GrantWindow, WindowStatus, close_window, grant_window, windows_of_group
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import as_number, number
from app.web.labels import VOCABULARIES
from app.web.marks import field_of, say
from app.web.records.fields import read_instant

blueprint = Blueprint("windows", __name__)

STATUSES: Mapping[WindowStatus, object] = {
    WindowStatus.OPEN: lazy_gettext("Open"),
    WindowStatus.COMING: lazy_gettext("Not yet open"),
    WindowStatus.OVER: lazy_gettext("Over"),
    WindowStatus.CLOSED: lazy_gettext("Closed early"),
}


def register(app: Flask) -> None:
    app.jinja_env.globals["ground_words"] = lambda ground: str(VOCABULARIES[WindowGround][ground])
    app.jinja_env.globals["window_status_words"] = lambda status: str(STATUSES[status])
    app.jinja_env.globals["recheck_words"] = lambda status: str(VOCABULARIES[RecheckStatus][status])


@blueprint.get("/board/<int:group_stage_id>/windows")
@access(Permission.GROUP_READ)
def group(group_stage_id: int) -> ResponseReturnValue:
    return _page(group_stage_id)


def _page(group_stage_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = windows_of_group(group_stage_id, actor=current_actor(), clock=clock())
    page = render_template(
        "windows/group.html",
        shown=shown,
        grounds=GRANTED_BY_HAND,
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/board/<int:group_stage_id>/windows")
@access(Permission.WINDOW_GRANT)
def grant(group_stage_id: int) -> ResponseReturnValue:
    """Open a window for one unit, or for every unit of the group that can use it."""
    try:
        units = grant_window(_command(group_stage_id), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(group_stage_id, refused)
    flash(gettext("The window is open for %(count)s units: %(units)s.", count=len(units), units=", ".join(units)))
    return redirect(url_for("windows.group", group_stage_id=group_stage_id))


def _command(group_stage_id: int) -> GrantWindow:
    ground = request.form.get("ground", "")
    if ground not in set(WindowGround):
        raise InputInvalid("ground_missing", field="ground")
    return GrantWindow(
        group_stage_id=group_stage_id,
        ground=WindowGround(ground),
        opens_at=_instant("opens_at"),
        due_at=_instant("due_at"),
        assessment_id=_unit(),
        code=request.form.get("code", "").strip(),
        document=request.form.get("document", ""),
        reason=request.form.get("reason", ""),
    )


def _instant(name: str) -> dt.datetime:
    text = request.form.get(name, "").strip()
    try:
        return read_instant(text)
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, field=name, **unreadable.details) from unreadable


def _unit() -> int | None:
    """Return the sheet chosen; "all" is every unit of the group. Raises InputInvalid("window_unit_missing")."""
    given = request.form.get("unit", "")
    if given == "all":
        return None
    if not (sheet := as_number(given)):
        raise InputInvalid("window_unit_missing", field="unit")
    return sheet


@blueprint.post("/windows/<int:window_id>/close")
@access(Permission.WINDOW_GRANT)
def close(window_id: int) -> ResponseReturnValue:
    """End a window before its term."""
    try:
        group_stage_id = close_window(window_id, request.form.get("reason", ""), actor=current_actor(), clock=clock())
    except DomainError as refused:
        group_of = number("group")
        if status_of(refused) == 404 or group_of is None:
            raise
        return _page(group_of, refused)
    flash(gettext("The window is closed."))
    return redirect(url_for("windows.group", group_stage_id=group_stage_id))


@blueprint.get("/sheets/<int:assessment_id>/windows")
@access(Permission.ASSESSMENT_READ)
def of_sheet(assessment_id: int) -> ResponseReturnValue:
    return sheet_page(assessment_id)


def sheet_page(assessment_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    """Draw the windows and rechecks of one sheet, with what stands against an act on them."""
    actor = current_actor()
    view = sheet(assessment_id, actor=actor, clock=clock())
    page = render_template(
        "windows/sheet.html",
        view=view,
        beside=unit_file(assessment_id, actor=actor, clock=clock()),
        assessment_id=assessment_id,
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)
