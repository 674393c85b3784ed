"""Hand a person's work to a deputy with dates, or every open branch of an officer to another; and the list of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission, may_ever
from app.services.delegations import RecordHandOver, hand_overs, record_hand_over, withdraw_hand_over
from app.services.officer_handover import officers_of, officers_with_work, reassign_officer
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import day
from app.web.labels import ROLES
from app.web.marks import field_of, say
from app.web.setup import typed

blueprint = Blueprint("hand_overs", __name__, url_prefix="/hand-overs")


@blueprint.get("/")
@access(Permission.WORK_HAND_OVER)
def index() -> ResponseReturnValue:
    return _page()


def _page(refused: DomainError | None = None) -> ResponseReturnValue:
    actor = current_actor()
    officers = may_ever(actor, Permission.OFFICER_ASSIGN)
    page = render_template(
        "setup/hand_overs.html",
        shown=hand_overs(actor=actor, clock=clock()),
        roles=ROLES,
        working=officers_with_work(actor=actor) if officers else [],
        officers=officers_of(actor=actor) if officers else [],
        typed=request.form,
        refusal=say(refused),
        field=field_of(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/")
@access(Permission.WORK_HAND_OVER)
def record() -> ResponseReturnValue:
    try:
        appointment = typed.number("appointment")
        if appointment is None:
            raise InputInvalid("appointment_missing", field="appointment")
        command = RecordHandOver(
            membership_id=appointment,
            deputy_id=typed.number("deputy"),
            from_day=day("from_day"),
            to_day=day("to_day"),
            reason=request.form.get("reason", ""),
            document=request.form.get("document", ""),
        )
        record_hand_over(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(refused)
    flash(gettext("The hand-over is recorded; both are told. It ends by itself."))
    return redirect(url_for("hand_overs.index"))


@blueprint.post("/<int:delegation_id>/withdraw")
@access(Permission.WORK_HAND_OVER)
def withdraw(delegation_id: int) -> ResponseReturnValue:
    withdraw_hand_over(delegation_id, actor=current_actor(), clock=clock())
    flash(gettext("The hand-over has ended."))
    return redirect(url_for("hand_overs.index"))


@blueprint.post("/officers")
@access(Permission.OFFICER_ASSIGN)
def reassign() -> ResponseReturnValue:
    """Give every open branch of an officer of a unit to another."""
    unit, _, officer = request.form.get("officer_from", "").partition(":")
    try:
        numbers = typed.numbers([unit, officer])
        if len(numbers) != 2:
            raise InputInvalid("officer_missing", field="officer_from")
        reason, to = request.form.get("officer_reason", ""), typed.number("officer")
        count = reassign_officer(numbers[0], numbers[1], to, reason, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(refused)
    flash(gettext("%(count)s branches were given on.", count=count))
    return redirect(url_for("hand_overs.index"))
