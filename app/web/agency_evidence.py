"""Evidence an agency brings itself: a PDF, or a check on a named system; opened by those who may read it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.services.agency_evidence import Check, FileSaid, add_check, add_file, open_agency_file
from app.services.pdf_files import FileOffered
from app.storage.blobs import BlobStore
from app.web.access import access, current_actor
from app.web.appraisal import case_page
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.records.fields import read_day

blueprint = Blueprint("agency_evidence", __name__)


def _store() -> BlobStore:
    store: BlobStore = current_app.extensions["blobs"]
    return store


@blueprint.post("/appraisal/<int:assessment_id>/<code>/agency-evidence")
@access(Permission.AGENCY_EVIDENCE_ADD)
def add(assessment_id: int, code: str) -> ResponseReturnValue:
    """Keep a file or a check beside the leaf; a refusal keeps what was typed."""
    try:
        _add(assessment_id, code)
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return case_page(assessment_id, code, refused)
    flash(gettext("Kept beside %(code)s.", code=code))
    return redirect(url_for("appraisal.case", assessment_id=assessment_id, code=code))


def _add(assessment_id: int, code: str) -> None:
    actor = current_actor()
    if request.form.get("kind") == "check":
        day = _day("checked_on")
        if day is None:
            raise InputInvalid("date_missing", field="checked_on")
        check = Check(request.form.get("system", ""), day, request.form.get("found", ""))
        add_check(assessment_id, code, check, actor=actor, clock=clock())
        return
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InputInvalid("agency_file_missing", field="file")
    said = FileSaid(request.form.get("subject", ""), request.form.get("number", ""), _day("issued_on"))
    offered = FileOffered(upload.stream, upload.filename)  # type: ignore[arg-type]
    add_file(assessment_id, code, offered, said, store=_store(), actor=actor, clock=clock())


def _day(name: str) -> dt.date | None:
    text = request.form.get(name, "").strip()
    try:
        return read_day(text) if text else None
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, field=name, **unreadable.details) from unreadable


@blueprint.get("/agency-evidence/<int:proof_id>/file")
@access(Permission.AGENCY_EVIDENCE_READ)
def open_file(proof_id: int) -> Response:
    """Send the file to those who may read it, to be saved and never shown in the page; to others it does not exist."""
    stream, name, size = open_agency_file(proof_id, store=_store(), actor=current_actor(), clock=clock())
    response = send_file(stream, mimetype="application/pdf", max_age=0)
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
