"""A unit's detailed notice: the page and the paper."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission
from app.reports.papers import pdf
from app.services.notice_paper import notice_document
from app.services.unit_notice import UnitNotice
from app.services.unit_notice import unit_notice as read_notice
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.paper_words import in_vietnamese
from app.web.papers import file_name, send

blueprint = Blueprint("unit_notice", __name__, url_prefix="/results")


def _notice(group_stage_id: int, assessment_id: int) -> UnitNotice:
    asked = request.args.get("edition", "")
    edition = int(asked[:6]) if asked.isascii() and asked.isdigit() else None
    return read_notice(group_stage_id, assessment_id, actor=current_actor(), clock=clock(), edition=edition)


@blueprint.get("/<int:group_stage_id>/units/<int:assessment_id>/notice")
@access(Permission.NOTICE_READ)
def show(group_stage_id: int, assessment_id: int) -> ResponseReturnValue:
    return render_template("results/notice.html", notice=_notice(group_stage_id, assessment_id))


@blueprint.get("/<int:group_stage_id>/units/<int:assessment_id>/notice.pdf")
@access(Permission.NOTICE_READ)
def paper(group_stage_id: int, assessment_id: int) -> ResponseReturnValue:
    document = notice_document(_notice(group_stage_id, assessment_id), in_vietnamese)
    return send(pdf(document), "pdf", file_name("notice", assessment_id))
