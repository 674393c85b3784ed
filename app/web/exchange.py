"""A criteria set as a file to take away: workbook, Word appendix, JSON."""

from __future__ import annotations

import io

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from app.domain.policy import Permission
from app.services.set_exchange import export_set
from app.web.access import access, current_actor

blueprint = Blueprint("exchange", __name__)

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


@blueprint.get("/criteria-sets/<int:set_id>/export.<any(xlsx, docx, json):kind>")
@access(Permission.SET_CONFIGURE)
def export(set_id: int, kind: str) -> ResponseReturnValue:
    """Send the set as it stands now; nothing of it is kept on the way."""
    name, content = export_set(set_id, kind, actor=current_actor())
    return send_file(
        io.BytesIO(content), mimetype=MIME[kind], as_attachment=True, download_name=name, max_age=0, etag=False
    )
