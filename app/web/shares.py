"""Who of an agency judges what: its people with their open leaves, the shares, a form to give one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.services.appraisal_shares import NewShare, agencies_to_divide, division, share_out, take_share_back
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import field_of, say

blueprint = Blueprint("shares", __name__, url_prefix="/appraisal/shares")


@blueprint.get("/")
@access(Permission.SHARE_READ)
def index() -> ResponseReturnValue:
    return render_template("office/agencies.html", agencies=agencies_to_divide(actor=current_actor()))


@blueprint.get("/<int:campaign_id>/<int:agency_id>")
@access(Permission.SHARE_READ)
def show(campaign_id: int, agency_id: int) -> ResponseReturnValue:
    return _page(campaign_id, agency_id)


def _page(campaign_id: int, agency_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = division(campaign_id, agency_id, actor=current_actor(), clock=clock())
    page = render_template(
        "office/division.html",
        division=shown,
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/<int:agency_id>")
@access(Permission.SHARE_ASSIGN)
def give(campaign_id: int, agency_id: int) -> ResponseReturnValue:
    """Give one share; `scope` is "all", "group:3" or "unit:7"."""
    try:
        share_out(_command(campaign_id, agency_id), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(campaign_id, agency_id, refused)
    flash(gettext("The share is given."))
    return redirect(url_for("shares.show", campaign_id=campaign_id, agency_id=agency_id))


def _command(campaign_id: int, agency_id: int) -> NewShare:
    person = request.form.get("person", type=int)
    if person is None:
        raise InputInvalid("share_person_unfit", field="person")
    kind, _, number = request.form.get("scope", "all").partition(":")
    if kind not in {"all", "group", "unit"} or (kind != "all" and not (number.isascii() and number.isdigit())):
        raise InputInvalid("share_scope_unfit", field="scope")
    branch = request.form.get("branch", "")
    if branch and not (branch.isascii() and branch.isdigit()):
        raise InputInvalid("share_branch_unfit", field="branch")
    return NewShare(
        campaign_id=campaign_id,
        agency_id=agency_id,
        user_id=person,
        criterion_id=int(branch) if branch else None,
        group_id=int(number) if kind == "group" else None,
        unit_id=int(number) if kind == "unit" else None,
    )


@blueprint.post("/<int:share_id>/take-back")
@access(Permission.SHARE_ASSIGN)
def take_back(share_id: int) -> ResponseReturnValue:
    campaign_id, agency_id = take_share_back(share_id, actor=current_actor(), clock=clock())
    flash(gettext("The share is taken back."))
    return redirect(url_for("shares.show", campaign_id=campaign_id, agency_id=agency_id))
