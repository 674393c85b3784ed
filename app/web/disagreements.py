"""The disagreement list of the second round: the council's whole one, an agency's own part."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission
from app.services.disagreements import disagreements
from app.web.access import access, current_actor
from app.web.clocks import clock

blueprint = Blueprint("disagreements", __name__, url_prefix="/appraisal/disagreements")


@blueprint.get("/<int:group_stage_id>")
@access(Permission.VERDICT_READ)
def show(group_stage_id: int) -> ResponseReturnValue:
    agency = request.args.get("agency", type=int)
    shown = disagreements(group_stage_id, actor=current_actor(), clock=clock(), agency_id=agency)
    return render_template("appraisal/disagreements.html", shown=shown, agency=agency)
