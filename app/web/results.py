"""Results: the ranking of each group, and a unit's page with every lost point and why."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission, may_ever
from app.services.editions import open_annulments
from app.services.last_year import changes_of_group
from app.services.publication import ranking, rankings
from app.services.side_by_side import group_losses
from app.services.unit_standing import unit_standing
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
    actor = current_actor()
    shown = ranking(group_stage_id, actor=actor, clock=clock())
    return render_template(
        "results/group.html",
        ranking=shown,
        changes=changes_of_group(group_stage_id, actor=actor, clock=clock()),
        annulments=open_annulments(group_stage_id, actor=actor),
        losses=group_losses(group_stage_id, actor=actor, clock=clock()),
        fair=shown.publication is not None or may_ever(actor, Permission.GROUP_READ),
    )


@blueprint.get("/<int:group_stage_id>/units/<int:assessment_id>")
@access(Permission.RESULT_READ)
def unit(group_stage_id: int, assessment_id: int) -> ResponseReturnValue:
    shown = unit_standing(group_stage_id, assessment_id, actor=current_actor(), clock=clock())
    return render_template(
        "results/unit.html",
        unit=shown.losses,
        shown=shown,
        group_stage_id=group_stage_id,
        assessment_id=assessment_id,
    )
