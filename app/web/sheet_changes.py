"""What a new version changed on a running sheet: take a mark off once it was seen; print the sheet as it was."""

from __future__ import annotations

import io

from flask import Blueprint, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from app.domain.policy import Permission
from app.reports.papers import pdf
from app.services.adopted_flags import mark_seen
from app.services.adopted_sheets import old_sheet_paper
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.leaf_words import dom
from app.web.paper_words import in_vietnamese

blueprint = Blueprint("sheet_changes", __name__, url_prefix="/sheets")

#: what the file of a sheet by an earlier version is called
PAPER = lazy_gettext("score-sheet-earlier-version")


@blueprint.post("/<int:assessment_id>/entries/<code>/seen")
@access(Permission.ASSESSMENT_SCORE)
def seen(assessment_id: int, code: str) -> ResponseReturnValue:
    mark_seen(assessment_id, code, actor=current_actor(), clock=clock())
    if request.form.get("show") == "changed":  # more of them are left: on with the list
        return redirect(url_for("sheet.show", assessment_id=assessment_id, show="changed"))
    return redirect(url_for("sheet.show", assessment_id=assessment_id, open=code, _anchor=f"l-{dom(code)}"))


@blueprint.get("/<int:assessment_id>/versions/<int:adoption_id>.pdf")
@access(Permission.ASSESSMENT_READ)
def paper(assessment_id: int, adoption_id: int) -> ResponseReturnValue:
    document = old_sheet_paper(
        assessment_id, adoption_id, translate=in_vietnamese, actor=current_actor(), clock=clock()
    )
    name = f"{PAPER}-{assessment_id}-{adoption_id}.pdf"
    return send_file(io.BytesIO(pdf(document)), mimetype="application/pdf", download_name=name, max_age=0)
