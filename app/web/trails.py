"""The audit trail on screen: of one sheet, leaf or campaign; exports; the heads of a day, shown, printed, kept."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.db.audit_trail import Head
from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.policy import Permission
from app.domain.spreadsheets import harmless
from app.reports.papers import Document, pdf, xlsx
from app.reports.tables import Column
from app.services.papers import Issue, Translate, heading_of
from app.services.trails import (
    Asked,
    Trail,
    TrailLine,
    campaign_trail,
    day_heads,
    exported_trail,
    heads_as_csv,
    sheet_trail,
)
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.paper_words import in_vietnamese
from app.web.records.audited import audited_value
from app.web.records.fields import read_day
from app.web.records.words import ACTS, TABLES, person_in_words, stream_in_words
from app.words.numbers import instant_to_the_second
from app.words.refusals import sentence

blueprint = Blueprint("trails", __name__, url_prefix="/audit")

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TRAIL_FILE, HEADS_FILE = lazy_gettext("audit-trail"), lazy_gettext("audit-heads")


def act_in_words(action: str) -> str:
    return str(ACTS.get(action, action))


def changes_of(line: TrailLine) -> list[tuple[str, str, str]]:
    """Return what a line changed: the column's name, the value before and after, in words."""
    label = cast("Callable[[str, str], str]", current_app.jinja_env.globals["record_label"])
    return [
        (
            label(line.kind, column),
            audited_value(line.kind, column, line.old.get(column)),
            audited_value(line.kind, column, line.new.get(column)),
        )
        for column in dict.fromkeys([*line.old, *line.new])
    ]


def _asked(leaf: str = "") -> Asked:
    first, last = request.args.get("first", "").strip(), request.args.get("last", "").strip()
    return Asked(
        leaf=leaf or request.args.get("leaf", "").strip()[:64],
        who=request.args.get("who", "").strip()[:120],
        action=request.args.get("action", "").strip()[:64],
        first=read_day(first) if first else None,
        last=read_day(last) if last else None,
        page=request.args.get("page", default=1, type=int),
    )


@blueprint.get("/sheets/<int:assessment_id>")
@access(Permission.TRAIL_READ)
def sheet(assessment_id: int) -> ResponseReturnValue:
    """Show what was written on one sheet; `leaf` narrows it to one criterion."""
    actor = current_actor()
    whole = sheet_trail(assessment_id, Asked(page=request.args.get("page", default=1, type=int)), actor=actor)
    try:
        shown, refusal = sheet_trail(assessment_id, _asked(), actor=actor), None
    except DomainError as refused:
        shown, refusal = whole, refused
    export = _export_address("trails.sheet_export", assessment_id=assessment_id)
    return _page(shown, export, refusal, back=url_for("sheet.show", assessment_id=assessment_id))


@blueprint.get("/campaigns/<int:campaign_id>")
@access(Permission.AUDIT_READ)
def campaign(campaign_id: int) -> ResponseReturnValue:
    actor = current_actor()
    whole = campaign_trail(campaign_id, Asked(page=request.args.get("page", default=1, type=int)), actor=actor)
    try:
        shown, refusal = campaign_trail(campaign_id, _asked(), actor=actor), None
    except DomainError as refused:
        shown, refusal = whole, refused
    export = _export_address("trails.campaign_export", campaign_id=campaign_id)
    return _page(shown, export, refusal, back=url_for("AuditEventRecords.list"))


def _export_address(endpoint: str, **row: int) -> str:
    return f"{url_for(endpoint, **row)}?{urlencode(request.args)}"  # type: ignore[arg-type]


def _page(shown: Trail, export: str, refusal: DomainError | None, *, back: str) -> ResponseReturnValue:
    page = render_template(
        "trail/index.html",
        trail=shown,
        export=export,
        back=back,
        asked=request.args,
        page=min(max(request.args.get("page", default=1, type=int), 1), shown.pages),
        changes_of=changes_of,
        by_words=person_in_words,
        acts={action: act_in_words(action) for action in shown.actions},
        kinds=TABLES,
        refusal="" if refusal is None else sentence(refusal),
    )
    return page, 200 if refusal is None else status_of(refusal)


@blueprint.get("/sheets/<int:assessment_id>/trail.xlsx")
@access(Permission.TRAIL_READ)
def sheet_export(assessment_id: int) -> ResponseReturnValue:
    title, lines = exported_trail(_asked(), actor=current_actor(), assessment_id=assessment_id)
    return _export(title, lines)


@blueprint.get("/campaigns/<int:campaign_id>/trail.xlsx")
@access(Permission.AUDIT_READ)
def campaign_export(campaign_id: int) -> ResponseReturnValue:
    title, lines = exported_trail(_asked(), actor=current_actor(), campaign_id=campaign_id)
    return _export(title, lines)


def _export(title: str, lines: list[TrailLine]) -> Response:
    columns = (gettext("When"), gettext("Who"), gettext("Unit"), gettext("Row"), gettext("What"), gettext("Before"))
    more = (gettext("After"), gettext("Reason"), gettext("Address"), gettext("Number in the stream"), "SHA-256")
    cells = tuple(_cells(line) for line in lines)
    document = Document(
        heading=heading_of(in_vietnamese, Issue(""), gettext("AUDIT TRAIL"), title),
        columns=tuple(Column(words, 40) for words in (*columns, *more)),
        cells=cells,
        shown=(),
    )
    made = xlsx(document, sheet_name=str(TRAIL_FILE))
    return send_file(io.BytesIO(made), mimetype=MIME, download_name=f"{TRAIL_FILE}.xlsx", max_age=0)


def _cells(line: TrailLine) -> tuple[str | int, ...]:
    changes = changes_of(line)
    return (
        instant_to_the_second(line.at),
        harmless(person_in_words(line.by)),
        line.where,
        f"{TABLES.get(line.kind, line.kind)} {line.row}",
        act_in_words(line.action),
        "\n".join(f"{name}: {before}" for name, before, _ in changes),
        "\n".join(f"{name}: {after}" for name, _, after in changes),
        line.note,
        line.address,
        line.sequence,
        line.hash,
    )


@blueprint.get("/heads")
@access(Permission.AUDIT_READ)
def heads() -> ResponseReturnValue:
    """Show the head of every stream as a day ended; asked wrongly, say so and show today's."""
    given, refusal = request.args.get("day", "").strip(), None
    try:
        day, found = day_heads(read_day(given) if given else None, actor=current_actor(), clock=clock())
    except DomainError as refused:
        refusal = refused
        day, found = day_heads(None, actor=current_actor(), clock=clock())
    page = render_template(
        "trail/heads.html",
        heads=[(stream_in_words(head.stream), head) for head in found],
        day=day,
        given=given,
        refusal="" if refusal is None else sentence(refusal),
    )
    return page, 200 if refusal is None else status_of(refusal)


@blueprint.get("/heads/<day>.<kind>")
@access(Permission.AUDIT_READ)
def heads_file(day: str, kind: str) -> ResponseReturnValue:
    """Give the heads of a day to keep elsewhere: "csv" for `flask audit verify --heads`, "pdf" to print and sign."""
    if kind not in {"csv", "pdf"}:
        raise NotFound("paper_unknown")
    of, found = day_heads(_iso_day(day), actor=current_actor(), clock=clock())
    name = f"{HEADS_FILE}-{of.isoformat()}.{kind}"
    if kind == "csv":
        content = io.BytesIO(heads_as_csv(found).encode())
        return send_file(content, mimetype="text/csv", download_name=name, as_attachment=True)
    made = pdf(_heads_paper(of, found, in_vietnamese))
    return send_file(io.BytesIO(made), mimetype="application/pdf", download_name=name, max_age=0)


def _iso_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as wrong:
        raise InputInvalid("date_unreadable", text=text[:20]) from wrong


def _heads_paper(day: dt.date, found: list[Head], _: Translate) -> Document:
    rows = tuple(
        (stream_in_words(head.stream), str(head.sequence), instant_to_the_second(head.at), head.hash) for head in found
    )
    return Document(
        heading=heading_of(
            _,
            Issue(""),
            _("HEADS OF THE AUDIT TRAIL"),
            _("As the day %(day)s ended") % {"day": f"{day:%d/%m/%Y}"},
        ),
        columns=(
            Column(_("Stream"), 60),
            Column(_("Number in the stream"), 26, figure=True),
            Column(_("When"), 44),
            Column("SHA-256", 130),
        ),
        cells=rows,
        shown=rows,
        lines=(_("Whoever keeps this paper can tell whether rows were cut off or written anew since."),),
        wide=True,
        size=9,
    )
