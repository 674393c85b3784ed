"""Check a draft campaign and open it: every problem is named before, nothing is frozen by half."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission, may_ever
from app.services.campaign_opening import open_campaign, opening_report
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.words.refusals import sentence

blueprint = Blueprint("opening", __name__, url_prefix="/campaigns")


@blueprint.get("/<int:campaign_id>/opening")
@access(Permission.CAMPAIGN_CONFIGURE)
def report(campaign_id: int) -> ResponseReturnValue:
    return _page(campaign_id)


def _page(campaign_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = opening_report(campaign_id, clock=clock())
    page = render_template(
        "opening/report.html",
        campaign_id=campaign_id,
        report=shown,
        problems=[sentence(problem) for problem in ([refused] if refused else shown.problems)],
        remarks=[sentence(remark) for remark in shown.remarks],
        may_open=may_ever(current_actor(), Permission.CAMPAIGN_OPEN),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/opening")
@access(Permission.CAMPAIGN_OPEN)
def perform(campaign_id: int) -> ResponseReturnValue:
    if opening_report(campaign_id, clock=clock()).locked_at and request.form.get("locked_seen") != "yes":
        return _page(campaign_id, InputInvalid("lock_not_seen"))
    try:
        open_campaign(campaign_id, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(campaign_id, refused)
    flash(gettext("The campaign is open."))
    return redirect(url_for("CampaignRecords.show", pk=campaign_id))
