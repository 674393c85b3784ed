"""The council's board: every group with its stage, the next act behind a preview, leaders' sheets, publication."""

from __future__ import annotations

import datetime as dt
import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission, may_ever
from app.domain.terms import GroupAction, Stage
from app.services.ballots import ballot_sheet
from app.services.board import groups_of, units_of
from app.services.group_acts import Act, ActOnGroup, act_alone, act_on_group, group_of, preview
from app.services.job_kinds import ask_to_publish
from app.services.publication import Publish
from app.services.windows import open_of_group
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import day, day_if_given
from app.web.marks import say

blueprint = Blueprint("board", __name__, url_prefix="/board")

ACTIONS: dict[GroupAction, object] = {
    GroupAction.OPEN_FIRST_APPRAISAL: lazy_gettext("Open the first appraisal"),
    GroupAction.RELEASE_FIRST_RESULTS: lazy_gettext("Release the first results"),
    GroupAction.OPEN_SECOND_APPRAISAL: lazy_gettext("Open the second appraisal"),
    GroupAction.CONCLUDE: lazy_gettext("Conclude"),
    GroupAction.APPROVE: lazy_gettext("Approve the results"),
    GroupAction.PUBLISH: lazy_gettext("Publish"),
}

UNMET: dict[str, object] = {
    "phase_over_or_all_submitted": lazy_gettext("The scoring phase still runs and not every unit has sent."),
    "undecided_leaves_named": lazy_gettext("Leaves without a verdict have to be seen first."),
    "explanations_done_or_over": lazy_gettext("Units still have time to explain."),
    "no_leaf_blocks": lazy_gettext("Leaves without a final verdict block."),
    "entered_points_complete": lazy_gettext("Leaders' sheets or entered points are missing."),
    "adjustments_settled": lazy_gettext("A bonus or penalty waits for its decision."),
    "exemptions_decided": lazy_gettext("An exemption waits for its decision."),
    "minutes_given": lazy_gettext("The number of the minutes is needed."),
    "decision_given": lazy_gettext("The number of the decision is needed."),
}


@blueprint.get("/")
@access(Permission.GROUP_READ)
def index() -> ResponseReturnValue:
    return render_template("board/index.html", groups=groups_of(actor=current_actor()))


@blueprint.get("/<int:group_stage_id>")
@access(Permission.GROUP_READ)
def group(group_stage_id: int) -> ResponseReturnValue:
    return _page(group_stage_id)


def _page(group_stage_id: int, refused: DomainError | None = None, *, alone: int | None = None) -> ResponseReturnValue:
    """Draw the page; `alone`: the unit that runs alone whose act was refused."""
    shown = preview(group_stage_id, actor=current_actor(), clock=clock())
    page = render_template(
        "board/group.html",
        group=shown,
        units=units_of(group_stage_id, actor=current_actor(), clock=clock()),
        open_windows=open_of_group(group_stage_id, actor=current_actor(), clock=clock()),
        enters_ballots=may_ever(current_actor(), Permission.BALLOT_ENTER),
        stages=list(Stage),
        actions=ACTIONS,
        unmet=UNMET,
        refusal="" if refused is None else UNMET.get(refused.code, say(refused, number="document")),
        typed=request.form,
        alone=alone,
        key=secrets.token_hex(16),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:group_stage_id>/acts/<action>")
@access(Permission.GROUP_READ)
def perform(group_stage_id: int, action: str) -> ResponseReturnValue:
    """Do the group's next act; what stands against it is said on the page, with what was typed."""
    if action not in {each.value for each in ACTIONS}:
        raise InputInvalid("action_unknown", action=action)
    try:
        if action == GroupAction.PUBLISH:
            return redirect(url_for("jobs.show", job_id=_publish(group_stage_id)))
        act_on_group(_command(group_stage_id, GroupAction(action)), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(group_stage_id, refused)
    flash(gettext("Done: %(action)s.", action=ACTIONS[GroupAction(action)]))
    return redirect(url_for("board.group", group_stage_id=group_stage_id))


def _command(group_stage_id: int, action: GroupAction) -> ActOnGroup:
    return ActOnGroup(
        group_stage_id=group_stage_id,
        action=action,
        named_seen=request.form.get("seen") == "yes",
        document=request.form.get("document", ""),
        reason=request.form.get("reason", ""),
        dated_on=_dated(action),
    )


def _dated(action: GroupAction) -> dt.date | None:
    """Return the day of the written request a release rests on, where one is given."""
    return day_if_given("dated_on") if action is GroupAction.RELEASE_FIRST_RESULTS else None


@blueprint.post("/sheets/<int:assessment_id>/acts/<action>")
@access(Permission.GROUP_READ)
def perform_alone(assessment_id: int, action: str) -> ResponseReturnValue:
    """Move one unit that runs alone after its group; what stands against it is said on the group's page."""
    if action not in {each.value for each in ACTIONS}:
        raise InputInvalid("action_unknown", action=action)
    group_stage_id = group_of(assessment_id, actor=current_actor())
    named_seen = request.form.get("seen") == "yes"
    try:
        act = Act(
            GroupAction(action),
            request.form.get("document", ""),
            named_seen=named_seen,
            dated_on=_dated(GroupAction(action)),
        )
        act_alone(assessment_id, act, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(group_stage_id, refused, alone=assessment_id)
    flash(gettext("Done: %(action)s.", action=ACTIONS[GroupAction(action)]))
    return redirect(url_for("board.group", group_stage_id=group_stage_id))


def _publish(group_stage_id: int) -> int:
    """Ask for the publication as a job; the same form sent twice is one asking."""
    decided_on = day("decided_on")
    command = Publish(
        group_stage_id=group_stage_id,
        number=request.form.get("document", ""),
        decided_on=decided_on,
        authority=request.form.get("authority", ""),
        signer=request.form.get("signer", ""),
        place=request.form.get("place", ""),
    )
    key = request.form.get("key", "")[:64] or secrets.token_hex(16)
    return ask_to_publish(command, key, actor=current_actor(), clock=clock())


@blueprint.get("/sheets/<int:assessment_id>")
@access(Permission.BALLOT_ENTER)
def ballots(assessment_id: int) -> ResponseReturnValue:
    """Show what leaders and others gave one unit; it is entered for the whole group."""
    shown = ballot_sheet(assessment_id, actor=current_actor(), clock=clock())
    return render_template("board/ballots.html", ballots=shown)
