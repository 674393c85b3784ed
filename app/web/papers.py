"""Printed papers and workbooks: the sheet, the ranking, the summary by field, and the published original."""

from __future__ import annotations

import io

from flask import Blueprint, Response, current_app, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from app.domain.policy import Permission
from app.reports.papers import pdf, xlsx
from app.services.publication import published_paper, results_paper
from app.services.sheet_paper import sheet_paper
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.paper_words import in_vietnamese

blueprint = Blueprint("papers", __name__)

MIME = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


#: what a paper's file is called; ASCII, since some systems still lose other letters
NAMES = {
    "sheet": lazy_gettext("score-sheet"),
    "ranking": lazy_gettext("ranking"),
    "fields": lazy_gettext("by-field"),
    "published": lazy_gettext("published-ranking"),
    "notice": lazy_gettext("notice-of-result"),
    "upward": lazy_gettext("report-of-results"),
}


def file_name(which: str, number: int) -> str:
    """Return what a paper's file is called, in the reader's language, without accents."""
    return f"{NAMES.get(which, which)}-{number}"


def send(content: bytes, kind: str, name: str) -> Response:
    """Answer with a paper made for this request."""
    return send_file(io.BytesIO(content), mimetype=MIME[kind], download_name=f"{name}.{kind}", max_age=0)


@blueprint.get("/sheets/<int:assessment_id>/sheet.pdf")
@access(Permission.ASSESSMENT_READ)
def sheet_pdf(assessment_id: int) -> ResponseReturnValue:
    document = sheet_paper(assessment_id, translate=in_vietnamese, actor=current_actor(), clock=clock())
    return send(pdf(document), "pdf", file_name("sheet", assessment_id))


@blueprint.get("/sheets/<int:assessment_id>/sheet.xlsx")
@access(Permission.ASSESSMENT_READ)
def sheet_xlsx(assessment_id: int) -> ResponseReturnValue:
    document = sheet_paper(assessment_id, translate=in_vietnamese, actor=current_actor(), clock=clock())
    return send(xlsx(document, sheet_name=document.heading.title), "xlsx", file_name("sheet", assessment_id))


@blueprint.get("/results/<int:group_stage_id>/<which>.<kind>")
@access(Permission.RESULT_READ)
def results_file(group_stage_id: int, which: str, kind: str) -> ResponseReturnValue:
    made = results_paper(
        group_stage_id,
        which,
        kind,
        store=current_app.extensions["blobs"],
        translate=in_vietnamese,
        actor=current_actor(),
        clock=clock(),
    )
    return send(made, kind, file_name(which, group_stage_id))


@blueprint.get("/results/<int:group_stage_id>/published.pdf")
@access(Permission.RESULT_READ)
def published(group_stage_id: int) -> ResponseReturnValue:
    """Send the stored bytes of the newest edition, never a paper made anew."""
    stream = published_paper(group_stage_id, store=current_app.extensions["blobs"], actor=current_actor())
    return send_file(
        stream, mimetype=MIME["pdf"], download_name=f"{file_name('published', group_stage_id)}.pdf", max_age=0
    )
