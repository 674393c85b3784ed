"""Units of a group on the leaves that apply to all of them, beside the index each has by its own maximum."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission
from app.services.fairness import fairness
from app.web.access import access, current_actor
from app.web.clocks import clock

blueprint = Blueprint("fairness", __name__, url_prefix="/results")


@blueprint.get("/<int:group_stage_id>/fairness")
@access(Permission.RESULT_READ)
def show(group_stage_id: int) -> ResponseReturnValue:
    by_common = request.args.get("by") == "common"
    view = fairness(group_stage_id, by_common=by_common, actor=current_actor(), clock=clock())
    return render_template("results/fairness.html", view=view)
