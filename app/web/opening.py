"""Check a draft campaign and open it: every problem is named before, nothing is frozen by half."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission, may_ever
from app.services.campaign_opening import open_campaign, opening_report
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import sentence, status_of

blueprint = Blueprint("opening", __name__, url_prefix="/campaigns")


@blueprint.get("/<int:campaign_id>/opening")
@access(Permission.CAMPAIGN_CONFIGURE)
def report(campaign_id: int) -> ResponseReturnValue:
    return _page(campaign_id, [sentence(problem) for problem in opening_report(campaign_id)])


def _page(campaign_id: int, problems: list[str], status: int = 200) -> ResponseReturnValue:
    may_open = may_ever(current_actor(), Permission.CAMPAIGN_OPEN)
    page = render_template("opening/report.html", campaign_id=campaign_id, problems=problems, may_open=may_open)
    return page, status


@blueprint.post("/<int:campaign_id>/opening")
@access(Permission.CAMPAIGN_OPEN)
def perform(campaign_id: int) -> ResponseReturnValue:
    try:
        open_campaign(campaign_id, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _page(campaign_id, [sentence(refused)], status_of(refused))
    flash(gettext("The campaign is open."))
    return redirect(url_for("CampaignRecords.show", pk=campaign_id))
