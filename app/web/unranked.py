"""Who of a campaign is scored and classed, but not ranked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.services.unranked import Exclude, exclude, exclusions
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import as_number
from app.web.marks import say

blueprint = Blueprint("unranked", __name__, url_prefix="/campaigns")


@blueprint.get("/<int:campaign_id>/unranked")
@access(Permission.RANKING_EXCLUDE)
def show(campaign_id: int) -> ResponseReturnValue:
    return _page(campaign_id)


def _page(campaign_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "opening/unranked.html",
        shown=exclusions(campaign_id, actor=current_actor()),
        refusal=say(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/unranked")
@access(Permission.RANKING_EXCLUDE)
def perform(campaign_id: int) -> ResponseReturnValue:
    """Keep one act; `of` is "group" or "group:unit"."""
    group, _, unit = request.form.get("of", "").partition(":")
    try:
        of_group, of_unit = as_number(group), as_number(unit)
        if of_group is None or (unit and of_unit is None):
            raise InputInvalid("units_named", field="of")
        command = Exclude(
            campaign_id=campaign_id,
            group_id=of_group,
            unit_id=of_unit,
            excluded=request.form.get("excluded", "yes") == "yes",
            reason=request.form.get("reason", ""),
            document=request.form.get("document", ""),
        )
        exclude(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(campaign_id, refused)
    flash(gettext("Kept."))
    return redirect(url_for("unranked.show", campaign_id=campaign_id))
