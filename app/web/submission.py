"""Review → request approval → approve → send: the acts on a whole sheet, and the receipt."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.domain.submission import ReviewFinding
from app.domain.terms import UnitAction
from app.services.report_review import report_review
from app.services.sheets import sheet
from app.services.submissions import act, receipt_of, review_sheet
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.words.refusals import sentence

blueprint = Blueprint("submission", __name__, url_prefix="/sheets")

ACTIONS: Mapping[UnitAction, object] = {
    UnitAction.REQUEST_APPROVAL: lazy_gettext("Ask for approval"),
    UnitAction.RETURN_TO_DRAFT: lazy_gettext("Return to the officers"),
    UnitAction.APPROVE_BY_UNIT: lazy_gettext("Approve"),
    UnitAction.SUBMIT: lazy_gettext("Send"),
    UnitAction.RETURN_FOR_CORRECTION: lazy_gettext("Return for correction"),
}
WITH_REASON = frozenset({UnitAction.RETURN_TO_DRAFT, UnitAction.RETURN_FOR_CORRECTION})

FINDINGS: Mapping[str, object] = {
    "unsettled": lazy_gettext("Not scored yet: score it, or leave it unscored on purpose"),
    "declined": lazy_gettext("Left unscored: 0 points"),
    "no_explanation": lazy_gettext("Points are claimed without an explanation"),
    "no_evidence": lazy_gettext("Points are claimed without a document"),
    "above_hundred_percent": lazy_gettext("More was done than the total: check the two figures"),
    "faults_below_late": lazy_gettext("More cases were not in time than faults are filled in: check the figures"),
    "not_signed": lazy_gettext("A file bears no digital signature"),
    "inserted_number": lazy_gettext("A document number with an inserted letter (a, b): appraisers look closely"),
    "no_report": lazy_gettext("The signed report is not attached yet"),
    "report_not_approved": lazy_gettext("The head has not approved the report yet"),
    "report_late": lazy_gettext("The report came after its date"),
    "report_differs": lazy_gettext("The sheet differs from the signed report"),
    "report_wrong_sum": lazy_gettext("The fields of the report do not sum to its total"),
    "document_number_unreadable": lazy_gettext("A document number that does not read as one"),
}

UNMET: Mapping[str, object] = {
    "can_write": lazy_gettext("The lock has passed. Ask the secretariat of the council."),
    "every_own_leaf_settled": lazy_gettext("Some criteria are not scored yet."),
    "support_policy_met": lazy_gettext("Explanations or documents the campaign insists on are missing."),
    "reason_given": lazy_gettext("A reason is needed."),
    "internal_approval_off": lazy_gettext("The head approves first."),
    "stage_is_scoring": lazy_gettext("The appraisal has begun."),
    "amended_leaves": lazy_gettext("Nothing was changed since it was last sent."),
    "window_open": lazy_gettext("No window is open."),
}


@blueprint.get("/<int:assessment_id>/review")
@access(Permission.ASSESSMENT_READ)
def review(assessment_id: int) -> ResponseReturnValue:
    return _page(assessment_id)


def _page(assessment_id: int, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    view = sheet(assessment_id, actor=current_actor(), clock=clock())
    found = review_sheet(assessment_id, actor=current_actor(), clock=clock())
    page = render_template(
        "submission/review.html",
        view=view,
        review=found,
        groups=_grouped(found.findings),
        beside=report_review(assessment_id, actor=current_actor(), clock=clock()),
        assessment_id=assessment_id,
        refusal=refusal,
        key=secrets.token_urlsafe(16),
        actions=ACTIONS,
        with_reason=WITH_REASON,
        finding_words=FINDINGS,
        unmet_words=UNMET,
        typed=request.form,
    )
    return page, status


def _grouped(findings: tuple[ReviewFinding, ...]) -> list[tuple[str, list[ReviewFinding]]]:
    """Gather findings of one kind; kinds keep the order of their first, so what blocks stays above."""
    groups: dict[str, list[ReviewFinding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    return list(groups.items())


@blueprint.post("/<int:assessment_id>/acts/<action>")
@access(Permission.ASSESSMENT_READ)
def perform(assessment_id: int, action: str) -> ResponseReturnValue:
    """Move the sheet; what stands against it is said on the page, with what was typed."""
    if action not in set(UnitAction):
        raise InputInvalid("action_unknown", action=action)
    try:
        receipt = act(
            assessment_id,
            UnitAction(action),
            actor=current_actor(),
            clock=clock(),
            reason=request.form.get("reason", ""),
            idempotency_key=request.form.get("key") or None,
        )
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        words = UNMET.get(refused.code) or sentence(refused)
        return _page(assessment_id, str(words), status_of(refused))
    if receipt is not None:
        return redirect(url_for("submission.receipt", assessment_id=assessment_id, number=receipt.number))
    flash(gettext("Done: %(action)s.", action=ACTIONS[UnitAction(action)]))
    return redirect(url_for("submission.review", assessment_id=assessment_id))


@blueprint.get("/<int:assessment_id>/receipts/<int:number>")
@access(Permission.ASSESSMENT_READ)
def receipt(assessment_id: int, number: int) -> ResponseReturnValue:
    shown = receipt_of(assessment_id, number, actor=current_actor(), clock=clock())
    view = sheet(assessment_id, actor=current_actor(), clock=clock())
    return render_template("submission/receipt.html", receipt=shown, view=view, assessment_id=assessment_id)
