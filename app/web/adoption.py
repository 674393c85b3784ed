"""Let a group of an open campaign go over to another version: choose, look at what is touched and lost, confirm."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.adoption import AdoptVersion, adopt_version, adoption_choice, preview_adoption
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.words.refusals import sentence

blueprint = Blueprint("adoption", __name__, url_prefix="/campaigns")


@blueprint.get("/<int:campaign_id>/adoption")
@access(Permission.CAMPAIGN_CONFIGURE)
def choose(campaign_id: int) -> ResponseReturnValue:
    choice = adoption_choice(campaign_id, actor=current_actor())
    return render_template("versions/choose.html", campaign_id=campaign_id, choice=choice)


@blueprint.get("/<int:campaign_id>/groups/<int:group_id>/adoption/<int:set_id>")
@access(Permission.CAMPAIGN_CONFIGURE)
def preview(campaign_id: int, group_id: int, set_id: int) -> ResponseReturnValue:
    return _page(campaign_id, group_id, set_id)


def _page(campaign_id: int, group_id: int, set_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    """Show what the adoption does; what cannot be adopted at all is said instead."""
    shown, against = None, refused
    try:
        shown = preview_adoption(campaign_id, group_id, set_id, actor=current_actor())
    except DomainError as impossible:
        if status_of(impossible) in {403, 404}:
            raise
        against = refused or impossible
    page = render_template(
        "versions/adopt.html",
        campaign_id=campaign_id,
        group_id=group_id,
        set_id=set_id,
        shown=shown,
        problems=[sentence(problem) for problem in (shown.problems if shown else ())],
        refusal="" if against is None else sentence(against),
        field="" if refused is None or shown is None or shown.problems else str(refused.details.get("field", "")),
        typed=request.form,
    )
    return page, 200 if against is None else status_of(against)


@blueprint.post("/<int:campaign_id>/groups/<int:group_id>/adoption/<int:set_id>")
@access(Permission.CAMPAIGN_CONFIGURE)
def perform(campaign_id: int, group_id: int, set_id: int) -> ResponseReturnValue:
    command = AdoptVersion(
        campaign_id=campaign_id,
        group_id=group_id,
        set_id=set_id,
        reason=request.form.get("reason", ""),
        document=request.form.get("document", ""),
        sent_seen=request.form.get("sent_seen") == "yes",
    )
    try:
        count = adopt_version(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) in {403, 404}:
            raise
        return _page(campaign_id, group_id, set_id, refused)
    flash(
        gettext("The version is adopted. %(count)s sheets went back to their units.", count=count)
        if count
        else gettext("The version is adopted. No sheet that was sent had to go back.")
    )
    return redirect(url_for("CampaignRecords.show", pk=campaign_id))
