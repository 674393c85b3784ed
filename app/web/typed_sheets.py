"""The secretariat's part of leaders' sheets and of leaves not yet due: typing paper, printing it empty, the council."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.entered_lines import read_day
from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.entering_hub import hub
from app.services.leader_paper import blank_sheets
from app.services.leader_sheet_writing import reopen_leader_sheet, save_leader_lines
from app.services.leader_sheets import Paper, check_leader_lines, leader_sheet
from app.services.line_entry import Checked
from app.services.supplements import confirm_appraised, enter_supplement, supplement_case, supplement_view
from app.web.access import access, current_actor
from app.web.claim_forms import Claim, claim_of_form, control_of, values_of_claim, values_of_form
from app.web.clocks import clock
from app.web.entered_forms import Entry, answer, faults_by_unit, workbook
from app.web.errors import status_of
from app.web.marks import say
from app.web.paper_words import in_vietnamese

blueprint = Blueprint("typed_sheets", __name__, url_prefix="/entered")

PDF = "application/pdf"


@blueprint.get("/<int:group_stage_id>/leaders/<int:leader_id>")
@access(Permission.BALLOT_ENTER)
def leader(group_stage_id: int, leader_id: int) -> ResponseReturnValue:
    return _leader(group_stage_id, leader_id)


def _leader(
    group_stage_id: int, leader_id: int, refused: DomainError | None = None, faults: Sequence[Checked[Any]] = ()
) -> str:
    shown = leader_sheet(group_stage_id, leader_id, actor=current_actor(), clock=clock())
    return render_template(
        "entered/leader.html",
        sheet=shown,
        refusal=say(refused),
        faults=faults_by_unit(faults),
        typed=request.form if refused else {},
    )


@blueprint.post("/<int:group_stage_id>/leaders/<int:leader_id>")
@access(Permission.BALLOT_ENTER)
def type_in(group_stage_id: int, leader_id: int) -> ResponseReturnValue:
    """Take a paper sheet from the grid or from a file."""
    actor, now = current_actor(), clock()
    shown = leader_sheet(group_stage_id, leader_id, actor=actor, clock=now)

    def enter(lines: Any, good: bool) -> int:  # noqa: FBT001 - called by the form alone
        paper = Paper(
            request.form.get("document", ""),
            request.form.get("signed_by", ""),
            read_day(request.form.get("signed_on", ""), field="signed_on"),
            over_screen=request.form.get("drafts_seen") == "yes",
        )
        return save_leader_lines(group_stage_id, leader_id, lines, paper, only_good=good, actor=actor, clock=now)

    return answer(
        Entry(
            title=gettext("Leader's sheet") + f" – {shown.leader}",
            grid=shown.grid,
            back=url_for("typed_sheets.leader", group_stage_id=group_stage_id, leader_id=leader_id),
            check=lambda lines: check_leader_lines(group_stage_id, leader_id, lines, actor=actor, clock=now),
            enter=enter,
            page=lambda refused, faults: _leader(group_stage_id, leader_id, refused, faults),
            carried=("document", "signed_by", "signed_on", "drafts_seen"),
            by_cell=True,
        ),
    )


@blueprint.post("/<int:group_stage_id>/leaders/<int:leader_id>/reopen")
@access(Permission.BALLOT_ENTER)
def reopen(group_stage_id: int, leader_id: int) -> ResponseReturnValue:
    """Give a sheet back to its leader."""
    reason = request.form.get("reason", "")
    try:
        reopen_leader_sheet(group_stage_id, leader_id, reason, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _leader(group_stage_id, leader_id, refused), status_of(refused)
    flash(gettext("The sheet is open to its leader again."))
    return redirect(url_for("typed_sheets.leader", group_stage_id=group_stage_id, leader_id=leader_id))


@blueprint.get("/<int:group_stage_id>/leaders/<int:leader_id>/sheet.xlsx")
@access(Permission.BALLOT_ENTER)
def leader_file(group_stage_id: int, leader_id: int) -> ResponseReturnValue:
    shown = leader_sheet(group_stage_id, leader_id, actor=current_actor(), clock=clock())
    return workbook(f"{shown.campaign} – {shown.leader}", shown.grid, f"leader-{group_stage_id}-{leader_id}")


@blueprint.get("/<int:group_stage_id>/leaders/blank.pdf")
@access(Permission.BALLOT_ENTER)
def blanks(group_stage_id: int) -> ResponseReturnValue:
    """Send the empty sheets of every leader, each on a page of its own."""
    leaders = hub(group_stage_id, actor=current_actor(), clock=clock()).leaders
    return _blank(group_stage_id, tuple(each.leader_id for each in leaders))


@blueprint.get("/<int:group_stage_id>/leaders/<int:leader_id>/blank.pdf")
@access(Permission.BALLOT_ENTER)
def blank(group_stage_id: int, leader_id: int) -> ResponseReturnValue:
    return _blank(group_stage_id, (leader_id,))


def _blank(group_stage_id: int, leaders: tuple[int, ...]) -> ResponseReturnValue:
    made = blank_sheets(group_stage_id, leaders, translate=in_vietnamese, actor=current_actor(), clock=clock())
    return send_file(io.BytesIO(made), mimetype=PDF, download_name=f"leader-sheets-{group_stage_id}.pdf", max_age=0)


@blueprint.get("/<int:group_stage_id>/supplements/<code>")
@access(Permission.GROUP_READ)
def supplements(group_stage_id: int, code: str) -> ResponseReturnValue:
    return _supplements(group_stage_id, code)


def _supplements(group_stage_id: int, code: str, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = supplement_view(group_stage_id, code, actor=current_actor(), clock=clock())
    page = render_template("entered/supplements.html", view=shown, refusal=say(refused), typed=request.form)
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:group_stage_id>/supplements/<code>")
@access(Permission.CLAIM_ENTER)
def confirm(group_stage_id: int, code: str) -> ResponseReturnValue:
    """Record that the council finds as the agencies did, for every unit that still waits."""
    document = request.form.get("document", "")
    try:
        done = confirm_appraised(group_stage_id, code, document, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _supplements(group_stage_id, code, refused)
    flash(gettext("%(count)s units settled.", count=done))
    return redirect(url_for("typed_sheets.supplements", group_stage_id=group_stage_id, code=code))


@blueprint.get("/sheets/<int:assessment_id>/supplements/<code>")
@access(Permission.GROUP_READ)
def supplement(assessment_id: int, code: str) -> ResponseReturnValue:
    return _supplement(assessment_id, code)


def _supplement(assessment_id: int, code: str, refused: DomainError | None = None) -> ResponseReturnValue:
    case = supplement_case(assessment_id, code, actor=current_actor(), clock=clock())
    page = render_template(
        "entered/supplement.html",
        case=case,
        problem=None,
        refusal=say(refused),
        typed=request.form,
        values=lambda _case: values_of_form(request.form) if refused else values_of_claim(case.claim),
        control_of=control_of,
        baselines=case.baselines,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/sheets/<int:assessment_id>/supplements/<code>")
@access(Permission.CLAIM_ENTER)
def assess(assessment_id: int, code: str) -> ResponseReturnValue:
    """Record what the council found on one unit's leaf, by its rule."""
    case = supplement_case(assessment_id, code, actor=current_actor(), clock=clock())
    document = request.form.get("document", "")
    try:
        claim = _claim(case.node.rule)
        enter_supplement(assessment_id, code, claim, document, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _supplement(assessment_id, code, refused)
    flash(gettext("Recorded: %(code)s, %(unit)s.", code=code, unit=case.unit))
    return redirect(url_for("typed_sheets.supplements", group_stage_id=case.group_stage_id, code=code))


def _claim(rule: Any) -> Claim | None:
    ground = request.form.get("ground", "")
    return {"zero": ground} if ground else claim_of_form(rule, request.form)
