"""Every edition of a group's results, each with the paper it was printed on."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission
from app.services.editions import editions
from app.services.publication import published_paper
from app.web.access import access, current_actor
from app.web.papers import MIME, file_name

blueprint = Blueprint("editions", __name__, url_prefix="/results")


@blueprint.get("/<int:group_stage_id>/editions")
@access(Permission.RESULT_READ)
def index(group_stage_id: int) -> ResponseReturnValue:
    return render_template("results/editions.html", shown=editions(group_stage_id, actor=current_actor()))


@blueprint.get("/<int:group_stage_id>/editions/<int:edition>.pdf")
@access(Permission.RESULT_READ)
def paper(group_stage_id: int, edition: int) -> ResponseReturnValue:
    """Send the stored bytes of one edition, superseded or not."""
    store = current_app.extensions["blobs"]
    stream = published_paper(group_stage_id, store=store, actor=current_actor(), edition=edition)
    name = f"{file_name('published', group_stage_id)}-{edition}.pdf"
    return send_file(stream, mimetype=MIME["pdf"], download_name=name, max_age=0)
