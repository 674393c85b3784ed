"""A unit answers its first results, leaf by leaf, and sends its explanation."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.case_file import unit_file
from app.services.explanations import answer_sheet, reply, send_explanation
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import say

blueprint = Blueprint("explanation", __name__, url_prefix="/sheets")


@blueprint.get("/<int:assessment_id>/answers")
@access(Permission.VERDICT_READ)
def show(assessment_id: int) -> ResponseReturnValue:
    return _page(assessment_id)


def _page(assessment_id: int, refused: DomainError | None = None, code: str = "") -> ResponseReturnValue:
    shown = answer_sheet(assessment_id, actor=current_actor(), clock=clock())
    page = render_template(
        "explanation/show.html",
        answers=shown,
        assessment_id=assessment_id,
        key=secrets.token_urlsafe(16),
        refusal=say(refused),
        refused_leaf=code,
        typed=request.form,
        beside=unit_file(assessment_id, actor=current_actor(), clock=clock()),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:assessment_id>/answers/<code>")
@access(Permission.REPLY_WRITE)
def write(assessment_id: int, code: str) -> ResponseReturnValue:
    try:
        reply(assessment_id, code, request.form.get("text", ""), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused, code)
    if answer_sheet(assessment_id, actor=current_actor(), clock=clock()).at_once:
        flash(gettext("The answer on %(code)s is sent.", code=code))
    else:
        flash(gettext("The answer on %(code)s is kept; it is sent with the explanation.", code=code))
    return redirect(url_for("explanation.show", assessment_id=assessment_id))


@blueprint.post("/<int:assessment_id>/answers")
@access(Permission.EXPLANATION_SEND)
def send(assessment_id: int) -> ResponseReturnValue:
    try:
        key = request.form.get("key") or None
        receipt = send_explanation(assessment_id, actor=current_actor(), clock=clock(), idempotency_key=key)
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(assessment_id, refused)
    flash(gettext("Sent. Receipt %(code)s, SHA-256 %(hash)s.", code=receipt.code, hash=receipt.sha256))
    return redirect(url_for("explanation.show", assessment_id=assessment_id))
