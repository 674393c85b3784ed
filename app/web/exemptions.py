"""Not applicable: a unit's claims by leaf or branch, the chair's decisions; the ledger of a campaign."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.reports.papers import xlsx
from app.services.exemptions import decide_exemptions, exemptions_view, propose_exemption, withdraw_exemption
from app.services.ledgers import exemptions_document, ledger
from app.services.proposals import CouncilDecision
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import field_of, say
from app.web.paper_words import in_vietnamese
from app.web.papers import MIME
from app.web.records.filters import LARGEST

blueprint = Blueprint("exemptions", __name__)

FILE_NAME = lazy_gettext("ledger-of-exemptions")


@blueprint.get("/sheets/<int:assessment_id>/exemptions")
@access(Permission.ASSESSMENT_READ)
def show(assessment_id: int) -> ResponseReturnValue:
    return _page(assessment_id)


def _page(assessment_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "exemptions/show.html",
        view=exemptions_view(assessment_id, actor=current_actor(), clock=clock()),
        assessment_id=assessment_id,
        refusal=say(refused),
        field=field_of(refused),
        typed=request.form,
        wanted=request.form.get("code") or request.args.get("code", ""),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/sheets/<int:assessment_id>/exemptions")
@access(Permission.EXEMPTION_PROPOSE)
def propose(assessment_id: int) -> ResponseReturnValue:
    """Claim a criterion, or all below a branch, as not applicable."""
    code, reason, document = (request.form.get(name, "") for name in ("code", "reason", "document"))
    try:
        codes = propose_exemption(assessment_id, code.strip(), reason, document, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(
        gettext(
            "Claimed as not applicable: %(codes)s. They are scored until the chair decides.", codes=", ".join(codes)
        )
    )
    return redirect(url_for("exemptions.show", assessment_id=assessment_id))


@blueprint.post("/sheets/<int:assessment_id>/exemptions/decide")
@access(Permission.EXEMPTION_DECIDE)
def decide(assessment_id: int) -> ResponseReturnValue:
    """Decide the ticked criteria on one document."""
    decision = CouncilDecision(
        accept=request.form.get("decision") == "accept",
        document=request.form.get("document", ""),
        reason=request.form.get("reason", ""),
    )
    chosen = [number for number in request.form.getlist("exemption", type=int) if 0 < number <= LARGEST]
    try:
        codes = decide_exemptions(assessment_id, chosen, decision, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(gettext("Decided: %(codes)s.", codes=", ".join(codes)))
    return redirect(url_for("exemptions.show", assessment_id=assessment_id))


@blueprint.post("/sheets/<int:assessment_id>/exemptions/<int:exemption_id>/withdraw")
@access(Permission.EXEMPTION_PROPOSE)
def withdraw(assessment_id: int, exemption_id: int) -> ResponseReturnValue:
    try:
        withdraw_exemption(assessment_id, exemption_id, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(gettext("Withdrawn. It stays in the ledger."))
    return redirect(url_for("exemptions.show", assessment_id=assessment_id))


@blueprint.get("/campaigns/<int:campaign_id>/ledger")
@access(Permission.GROUP_READ)
def campaign_ledger(campaign_id: int) -> ResponseReturnValue:
    """Show who was spared or given what, by whom, why, on which paper."""
    return render_template("ledgers/show.html", ledger=ledger(campaign_id, actor=current_actor()))


@blueprint.get("/campaigns/<int:campaign_id>/exemptions.xlsx")
@access(Permission.GROUP_READ)
def ledger_file(campaign_id: int) -> ResponseReturnValue:
    document = exemptions_document(ledger(campaign_id, actor=current_actor()), in_vietnamese)
    made = io.BytesIO(xlsx(document, sheet_name=document.heading.title))
    return send_file(made, mimetype=MIME["xlsx"], download_name=f"{FILE_NAME}-{campaign_id}.xlsx", max_age=0)
