"""The list of reviews, and how one begins: a file, a pasted table, or one of several appendices in a file."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid, NotFound
from app.domain.jobs import JobKind
from app.domain.policy import Permission
from app.reading.limits import LIGHT
from app.reading.own_files import is_unchanged_own
from app.services.import_views import imports_of_house
from app.services.imports import drop_import, paste_name, start_import, start_paste, take_up_import
from app.services.job_kinds import ask_to_read
from app.services.jobs import arguments_of
from app.services.set_exchange import import_set_content, read_set_file
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.imports.pages import blueprint, read_file, store, waiting
from app.words.exchange import say_in_vietnamese
from app.words.refusals import sentence

#: what the file field offers; the reader looks at the bytes, not at the name
ACCEPT = ".docx,.xlsx,.html,.htm,.txt,.tsv,.pdf,.json"
#: letters a pasted table is shown again with, beside a refusal
PASTED_SHOWN = 500_000


@blueprint.get("/")
@access(Permission.SET_CONFIGURE)
def index() -> ResponseReturnValue:
    return render_template("imports/index.html", lines=imports_of_house(actor=current_actor()))


@blueprint.get("/new")
@access(Permission.SET_CONFIGURE)
def new() -> ResponseReturnValue:
    return _page()


def _page(refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "imports/new.html",
        accept=ACCEPT,
        refusal="" if refused is None else sentence(refused),
        pasted=request.form.get("pasted", "")[:PASTED_SHOWN],
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/")
@access(Permission.SET_CONFIGURE)
def start() -> ResponseReturnValue:
    """Read what was brought and open its review; several appendices in one file are asked about first."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _started_from_paste()
    data, name = upload.stream.read(), upload.filename
    try:
        return _started(data, name)
    except DomainError as refused:
        if refused.code == "several_appendices":
            return _ask(refused, waiting().keep(data, current_actor().user_id), name)
        return _page(refused)


def _started(data: bytes, name: str, appendix: int | None = None) -> ResponseReturnValue:
    """Open a review; a file the portal wrote and nobody changed has nothing to review and becomes a draft at once."""
    if data.lstrip()[:1] == b"{":
        return _taken_exactly(data)
    if len(data) > LIGHT:
        who = current_actor()
        made = ask_to_read(data, name, uploads=waiting(), actor=who, clock=clock(), appendix=appendix)
        return redirect(url_for("jobs.show", job_id=made), 303)
    found = read_file()(data, name, appendix=appendix)
    if is_unchanged_own(found.appendix):
        return _taken_exactly(data)
    made = start_import(
        data,
        name,
        read=lambda *_, **__: found,
        store=store(),
        actor=current_actor(),
        clock=clock(),
        appendix=appendix,
    )
    return redirect(url_for("imports.show", import_id=made), 303)


def _taken_exactly(data: bytes) -> ResponseReturnValue:
    made = import_set_content(read_set_file(data), actor=current_actor(), clock=clock(), say=say_in_vietnamese)
    flash(
        gettext(
            "The file came from a portal unchanged: %(code)s, version %(version)s, is a draft, every rule as it was.",
            version=made.version,
            code=made.code,
        )
    )
    return redirect(url_for("CriteriaSetRecords.show", pk=made.set_id), 303)


def _started_from_paste() -> ResponseReturnValue:
    pasted = request.form.get("pasted_table", "") or request.form.get("pasted", "")
    try:
        made = start_paste(pasted, read=read_file(), store=store(), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if refused.code == "several_appendices":
            return _ask(refused, waiting().keep(pasted.encode(), current_actor().user_id), paste_name(pasted))
        return _page(refused)
    return redirect(url_for("imports.show", import_id=made), 303)


def _ask(several: DomainError, token: str, name: str, refused: DomainError | None = None) -> ResponseReturnValue:
    """Ask which appendix is meant; the file waits, nothing has to be brought again."""
    names = several.details.get("names")
    listed = [str(each) for each in names] if isinstance(names, list | tuple) else str(names or "").split("; ")
    words = "" if refused is None else sentence(refused)
    return render_template("imports/choose.html", names=listed, token=token, file_name=name, refusal=words), 200


@blueprint.get("/choose")
@access(Permission.SET_CONFIGURE)
def ask() -> ResponseReturnValue:
    """Ask which appendix of a file is meant that was read as a job."""
    number = request.args.get("job", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("job_unknown")
    given, noted = arguments_of(int(number), JobKind.IMPORT_READ, actor=current_actor())
    if waiting().read(given["token"], current_actor().user_id) is None:
        return _page(InputInvalid("upload_gone"))
    return _ask(InputInvalid("several_appendices", names=noted.get("names", "")), given["token"], given["name"])


@blueprint.post("/choose")
@access(Permission.SET_CONFIGURE)
def choose() -> ResponseReturnValue:
    """Read the appendix chosen out of a file that waits."""
    token, name, owner = request.form.get("token", ""), request.form.get("name", ""), current_actor().user_id
    data = waiting().read(token, owner)
    chosen = request.form.get("appendix", "", type=str)
    if data is None:
        return _page(InputInvalid("upload_gone"))
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 4 and int(chosen)):
        return _page(InputInvalid("appendix_not_chosen"))
    try:
        answer = _started(data, name, int(chosen))
    except DomainError as refused:
        return _page(refused)
    waiting().drop(token, owner)
    return answer


@blueprint.post("/<int:import_id>/drop")
@access(Permission.SET_CONFIGURE)
def drop(import_id: int) -> ResponseReturnValue:
    drop_import(import_id, actor=current_actor(), clock=clock())
    flash(gettext("Put away. It can be taken up again from the list."))
    return redirect(url_for("imports.index"), 303)


@blueprint.post("/<int:import_id>/take-up")
@access(Permission.SET_CONFIGURE)
def take_up(import_id: int) -> ResponseReturnValue:
    take_up_import(import_id, actor=current_actor(), clock=clock())
    return redirect(url_for("imports.show", import_id=import_id), 303)
