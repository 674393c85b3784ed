"""Versions of a criteria set on screen: make the next, copy for another year, compare, say which criterion is which."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.set_diff import ChangeKind
from app.reports.papers import pdf
from app.services.set_comparison import correct_mapping, diff_of, in_order, link_previous, mapping_of
from app.services.set_paper import set_paper
from app.services.set_versions import all_sets, copy_for_year, legal_bases, new_version, set_head
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import field_of, say
from app.web.paper_words import in_vietnamese

blueprint = Blueprint("set_versions", __name__, url_prefix="/criteria-sets")

#: what the file of a printed set is called
PAPER = lazy_gettext("criteria-set")
#: a year is four figures; what is longer is no year
YEAR_LENGTH = 4


@blueprint.get("/<int:set_id>/new-version")
@access(Permission.SET_CONFIGURE)
def version_form(set_id: int) -> ResponseReturnValue:
    return _version_form(set_id)


def _version_form(set_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    head = set_head(set_id, actor=current_actor())
    page = render_template(
        "versions/new.html",
        head=head,
        bases=legal_bases(actor=current_actor()),
        typed=request.form,
        refusal=say(refused),
        field=field_of(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:set_id>/new-version")
@access(Permission.SET_CONFIGURE)
def make_version(set_id: int) -> ResponseReturnValue:
    basis = _number(request.form.get("legal_basis", ""))
    try:
        made = new_version(set_id, request.form.get("reason", ""), basis, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _version_form(set_id, refused)
    flash(gettext("The draft of the new version is made. Change what the document changes."))
    return redirect(url_for("CriteriaSetRecords.show", pk=made))


@blueprint.get("/<int:set_id>/copy")
@access(Permission.SET_CONFIGURE)
def copy_form(set_id: int) -> ResponseReturnValue:
    return _copy_form(set_id)


def _copy_form(set_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "versions/copy.html",
        head=set_head(set_id, actor=current_actor()),
        typed=request.form,
        refusal=say(refused),
        field=field_of(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:set_id>/copy")
@access(Permission.SET_CONFIGURE)
def make_copy(set_id: int) -> ResponseReturnValue:
    code, name = request.form.get("code", ""), request.form.get("name", "")
    year = request.form.get("year", "").strip()[: YEAR_LENGTH + 1]
    try:
        if _number(year) is None or len(year) > YEAR_LENGTH:
            raise InputInvalid("year_impossible", field="year", year=year)
        made = copy_for_year(set_id, code, int(year), name, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _copy_form(set_id, refused)
    flash(gettext("The draft for another year is made."))
    return redirect(url_for("CriteriaSetRecords.show", pk=made))


@blueprint.get("/<int:set_id>/compare")
@access(Permission.SET_CONFIGURE)
def compare(set_id: int) -> ResponseReturnValue:
    """Show two sets side by side; without another one, offer which."""
    actor = current_actor()
    head = set_head(set_id, actor=actor)
    other = _number(request.args.get("with", "")) or head.previous_id
    others = [each for each in all_sets(actor=actor) if each.id != set_id]
    shown = None if other is None else diff_of(*in_order(set_id, other, actor=actor), actor=actor)
    wanted = request.args.get("show", "")
    kind = ChangeKind(wanted) if wanted in set(ChangeKind) else None
    found = () if shown is None else tuple(row for row in shown.found if kind is None or kind in row.kinds)
    return render_template(
        "versions/compare.html",
        head=head,
        other=other,
        others=others,
        shown=shown,
        found=found,
        kind=kind,
        kinds=list(ChangeKind),
    )


@blueprint.get("/<int:set_id>/mapping")
@access(Permission.SET_CONFIGURE)
def mapping(set_id: int) -> ResponseReturnValue:
    return _mapping(set_id)


def _mapping(set_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    """Show the mapping; after a refusal with everything that was typed."""
    page = render_template(
        "versions/mapping.html",
        view=mapping_of(set_id, actor=current_actor()),
        typed=request.form,
        refusal=say(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:set_id>/mapping")
@access(Permission.SET_CONFIGURE)
def correct(set_id: int) -> ResponseReturnValue:
    """Keep the origins typed, all of them or none."""
    origins = {name.removeprefix("old."): text for name, text in request.form.items() if name.startswith("old.")}
    sure = frozenset(request.form.getlist("sure"))
    try:
        count = correct_mapping(set_id, origins, sure, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404 or refused.code == "set_without_origin":
            raise
        return _mapping(set_id, refused)
    flash(gettext("%(count)s matches changed.", count=count))
    return redirect(url_for("set_versions.mapping", set_id=set_id))


@blueprint.post("/<int:set_id>/mapping/from")
@access(Permission.SET_CONFIGURE)
def link(set_id: int) -> ResponseReturnValue:
    """Keep the set that was compared with as the one this draft comes from, with the mapping found."""
    old = _number(request.form.get("old", ""))
    if old is None:
        raise InputInvalid("set_without_origin", set=set_head(set_id, actor=current_actor()).code)
    doubtful = link_previous(set_id, old, actor=current_actor(), clock=clock())
    if doubtful:
        flash(gettext("%(count)s matches are doubtful. Confirm or correct them.", count=doubtful), "warning")
    return redirect(url_for("set_versions.mapping", set_id=set_id))


@blueprint.get("/<int:set_id>/set.pdf")
@access(Permission.SET_CONFIGURE)
def paper(set_id: int) -> ResponseReturnValue:
    document = set_paper(set_id, translate=in_vietnamese, actor=current_actor())
    name = f"{PAPER}-{set_id}.pdf"
    return send_file(io.BytesIO(pdf(document)), mimetype="application/pdf", download_name=name, max_age=0)


def _number(text: str) -> int | None:
    """Return a row's number as a form or an address names it, or None."""
    given = text.strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
