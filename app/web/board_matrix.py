"""The secretariat's board: units × fields, a cell's leaves, the workbook, and the click that chases agencies."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.domain.terms import Stage
from app.reports.papers import xlsx
from app.services.agency_progress import chase
from app.services.matrix import cell_view, matrix
from app.services.office_papers import matrix_document
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import say
from app.web.paper_words import in_vietnamese
from app.web.papers import MIME

blueprint = Blueprint("matrix", __name__, url_prefix="/board")

#: what the file of the board is called
WORKBOOK = lazy_gettext("summary-board")

#: what the cells show
VIEWS = {
    "marks": lazy_gettext("Marks"),
    "own": lazy_gettext("Self-score"),
    "first": lazy_gettext("Round 1"),
    "second": lazy_gettext("Round 2"),
    "final": lazy_gettext("In the end"),
}


def _deep() -> bool | None:
    return {"fields": True, "parts": False}.get(request.args.get("by", ""))


@blueprint.get("/<int:group_stage_id>/matrix")
@access(Permission.GROUP_READ)
def show(group_stage_id: int) -> ResponseReturnValue:
    return _page(group_stage_id)


def _page(group_stage_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = matrix(group_stage_id, actor=current_actor(), clock=clock(), deep=_deep())
    view = request.args.get("show", "")
    folded = request.args.get("fold") == "settled"
    rows = [row for row in shown.rows if not (folded and row.sent and row.total.marks.settled)]
    page = render_template(
        "board/matrix.html",
        matrix=shown,
        rows=rows,
        hidden=len(shown.rows) - len(rows),
        folded=folded,
        views=VIEWS,
        view=view if view in VIEWS else "marks",
        by={True: "fields", False: "parts"}[shown.deep],
        stages=list(Stage),
        refusal=say(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.get("/<int:group_stage_id>/matrix.xlsx")
@access(Permission.GROUP_READ)
def workbook(group_stage_id: int) -> ResponseReturnValue:
    shown = matrix(group_stage_id, actor=current_actor(), clock=clock(), deep=_deep())
    made = xlsx(matrix_document(shown, in_vietnamese), sheet_name=in_vietnamese("Summary board"))
    name = f"{WORKBOOK}-{group_stage_id}.xlsx"
    return send_file(io.BytesIO(made), mimetype=MIME["xlsx"], download_name=name, as_attachment=True, max_age=0)


@blueprint.get("/<int:group_stage_id>/units/<int:assessment_id>/<code>")
@access(Permission.GROUP_READ)
def cell(group_stage_id: int, assessment_id: int, code: str) -> ResponseReturnValue:
    shown = cell_view(group_stage_id, assessment_id, code, actor=current_actor(), clock=clock())
    return render_template("board/cell.html", view=shown)


@blueprint.post("/<int:group_stage_id>/chase")
@access(Permission.AGENCY_CHASE)
def remind(group_stage_id: int) -> ResponseReturnValue:
    """Tell one agency, or every one that owes verdicts, and go back to where the click was."""
    back = "disagreements.show" if request.form.get("back") == "disagreements" else "matrix.show"
    try:
        told = chase(group_stage_id, request.form.get("agency", type=int), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(group_stage_id, refused)
    flash(gettext("Told: %(agencies)s.", agencies=", ".join(told)))
    return redirect(url_for(back, group_stage_id=group_stage_id))
