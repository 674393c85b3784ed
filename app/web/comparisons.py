"""Units of a group side by side, up to four."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.side_by_side import MOST, compared
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import numbers
from app.words.refusals import sentence

blueprint = Blueprint("comparisons", __name__, url_prefix="/results")


@blueprint.get("/<int:group_stage_id>/compare")
@access(Permission.RESULT_READ)
def show(group_stage_id: int) -> ResponseReturnValue:
    asked = numbers(request.args.getlist("unit"))
    status, refusal = 200, ""
    try:
        shown = compared(group_stage_id, asked, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        status, refusal = status_of(refused), sentence(refused)
        shown = compared(group_stage_id, asked[:MOST], actor=current_actor(), clock=clock())
    page = render_template("results/compare.html", shown=shown, asked=asked, refusal=refusal)
    return page, status
