"""Documents of a leaf: upload, link, choose from the unit's store, order, take off, open."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.services.evidence import (
    Described,
    attach_file,
    attach_link,
    attach_stored,
    detach,
    move_first,
)
from app.services.library import leaf_documents, open_document
from app.services.pdf_files import FileOffered
from app.services.sheets import sheet
from app.storage.blobs import BlobStore
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.records.fields import read_day
from app.web.records.filters import LARGEST
from app.words.refusals import sentence

blueprint = Blueprint("evidence", __name__)


def _store() -> BlobStore:
    store: BlobStore = current_app.extensions["blobs"]
    return store


@blueprint.get("/sheets/<int:assessment_id>/entries/<code>/evidence")
@access(Permission.EVIDENCE_READ)
def leaf(assessment_id: int, code: str) -> ResponseReturnValue:
    return _page(assessment_id, code)


def _answers() -> bool:
    """Whether the page was come to from the answers: what is added goes with one of them where it may."""
    return request.args.get("answers") == "1"


def _page(assessment_id: int, code: str, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    found = leaf_documents(assessment_id, code, actor=actor, clock=clock(), answers=_answers())
    view = sheet(assessment_id, actor=actor, clock=clock())
    page = render_template(
        "evidence/leaf.html",
        view=view,
        line=view.line(code),
        assessment_id=assessment_id,
        found=found,
        answers=_answers(),
        refusal=refusal,
        typed=request.form,
    )
    return page, status


@blueprint.post("/sheets/<int:assessment_id>/entries/<code>/evidence")
@access(Permission.EVIDENCE_ADD)
def add(assessment_id: int, code: str) -> ResponseReturnValue:
    """Attach a file, a link or a stored document; a refusal keeps what was typed about it."""
    try:
        _attach(assessment_id, code)
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, code, sentence(refused), status_of(refused))
    flash(gettext("Attached to %(code)s.", code=code))
    answers = "1" if _answers() else None
    return redirect(url_for("evidence.leaf", assessment_id=assessment_id, code=code, answers=answers))


def _attach(assessment_id: int, code: str) -> None:
    actor, now = current_actor(), clock()
    if request.form.get("document_id"):
        document_id = request.form.get("document_id", type=int)
        if document_id is None or not 0 < document_id <= LARGEST:
            raise InputInvalid("document_not_chosen")
        attach_stored(assessment_id, code, document_id, actor=actor, clock=now, answers=_answers())
        return
    described = Described(
        number=request.form.get("number", ""),
        issued_on=_day(request.form.get("issued_on", "")),
        issuer=request.form.get("issuer", ""),
        subject=request.form.get("subject", ""),
        with_answer=_answers(),
    )
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        offered = FileOffered(upload.stream, upload.filename)  # type: ignore[arg-type]
        attach_file(assessment_id, code, offered, described, store=_store(), actor=actor, clock=now)
    elif request.form.get("url", "").strip():
        attach_link(assessment_id, code, request.form["url"], described, actor=actor, clock=now)
    else:
        raise InputInvalid("document_not_chosen")


def _day(text: str) -> dt.date | None:
    return read_day(text.strip()) if text.strip() else None


@blueprint.post("/evidence/<int:evidence_id>/remove")
@access(Permission.EVIDENCE_REMOVE)
def remove(evidence_id: int) -> ResponseReturnValue:
    assessment_id, code = detach(evidence_id, actor=current_actor(), clock=clock())
    return redirect(url_for("evidence.leaf", assessment_id=assessment_id, code=code))


@blueprint.post("/evidence/<int:evidence_id>/first")
@access(Permission.EVIDENCE_ADD)
def first(evidence_id: int) -> ResponseReturnValue:
    assessment_id, code = move_first(evidence_id, actor=current_actor(), clock=clock())
    return redirect(url_for("evidence.leaf", assessment_id=assessment_id, code=code))


@blueprint.get("/documents/<int:document_id>/file")
@access(Permission.EVIDENCE_READ)
def open_file(document_id: int) -> Response:
    """Send the file to those who may read it, to be saved and never shown in the page; to others it does not exist."""
    stream, name, size = open_document(document_id, store=_store(), actor=current_actor(), clock=clock())
    response = send_file(stream, mimetype="application/pdf", max_age=0)
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
