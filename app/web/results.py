"""Results: the ranking of each group, and a unit's page with every lost point and why."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission, may_ever
from app.services.lost_points import lost_points
from app.services.publication import ranking, rankings
from app.web.access import access, current_actor
from app.web.clocks import clock

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.get("/")
@access(Permission.RESULT_READ)
def index() -> ResponseReturnValue:
    return render_template("results/index.html", rankings=rankings(actor=current_actor()))


@blueprint.get("/<int:group_stage_id>")
@access(Permission.RESULT_READ)
def group(group_stage_id: int) -> ResponseReturnValue:
    shown = ranking(group_stage_id, actor=current_actor(), clock=clock())
    fair = shown.publication is not None or may_ever(current_actor(), Permission.GROUP_READ)
    return render_template("results/group.html", ranking=shown, fair=fair)


@blueprint.get("/<int:group_stage_id>/units/<int:assessment_id>")
@access(Permission.RESULT_READ)
def unit(group_stage_id: int, assessment_id: int) -> ResponseReturnValue:
    shown = lost_points(group_stage_id, assessment_id, actor=current_actor(), clock=clock())
    return render_template("results/unit.html", unit=shown, group_stage_id=group_stage_id)
