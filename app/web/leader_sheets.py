"""A leader's own sheets: every unit of a group on one page, kept as it is filled, then sent and locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.services.leader_sheet_writing import save_my_lines, submit_my_sheet
from app.services.leader_sheets import my_groups, my_sheet
from app.services.line_entry import Checked
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.entered_forms import faults_by_unit, lines_of_grid
from app.web.errors import status_of
from app.web.marks import say

blueprint = Blueprint("leader_sheets", __name__, url_prefix="/leader-sheets")


@blueprint.get("/")
@access(Permission.BALLOT_OWN)
def index() -> ResponseReturnValue:
    return render_template("entered/my_groups.html", groups=my_groups(actor=current_actor()))


@blueprint.get("/<int:group_stage_id>")
@access(Permission.BALLOT_OWN)
def show(group_stage_id: int) -> ResponseReturnValue:
    return _page(group_stage_id)


def _page(
    group_stage_id: int, refused: DomainError | None = None, faults: Sequence[Checked[Any]] = ()
) -> ResponseReturnValue:
    shown = my_sheet(group_stage_id, actor=current_actor(), clock=clock())
    page = render_template(
        "entered/my_sheet.html",
        sheet=shown,
        refusal=say(refused),
        faults=faults_by_unit(faults),
        typed=request.form if refused else {},
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:group_stage_id>")
@access(Permission.BALLOT_OWN)
def save(group_stage_id: int) -> ResponseReturnValue:
    """Keep what was filled, unit by unit; then send the sheet, where that was asked."""
    actor, now = current_actor(), clock()
    shown = my_sheet(group_stage_id, actor=actor, clock=now)
    try:
        faults = save_my_lines(group_stage_id, lines_of_grid(shown.grid, by_cell=True), actor=actor, clock=now)
        if faults:
            return _page(group_stage_id, InputInvalid("units_left_out", count=len(faults)), faults)
        if request.form.get("act") == "send":
            submit_my_sheet(group_stage_id, gaps_seen=request.form.get("seen") == "yes", actor=actor, clock=now)
            flash(gettext("Your sheet is sent. It is locked now; the secretariat can open it again."))
        else:
            flash(gettext("Saved."))
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(group_stage_id, refused)
    return redirect(url_for("leader_sheets.show", group_stage_id=group_stage_id))
