"""What the units never score: the overview of a group, its surveys, and figures of other systems or the council."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.entered_lines import DOCUMENT_KEY, ON_KEY, SOURCE_KEY, read_day
from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.entering_hub import hub
from app.services.external_figures import check_figures, enter_figures, figures_view
from app.services.line_entry import Checked
from app.services.survey_tallies import check_counts, counts_view, enter_counts
from app.services.surveys import SurveyFacts, add_survey, change_survey, survey_view, withdraw_survey
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.entered_forms import Entry, answer, faults_by_unit, workbook
from app.web.errors import status_of
from app.web.marks import say

blueprint = Blueprint("entered", __name__, url_prefix="/entered")

#: what lines may have in common
COMMON = (SOURCE_KEY, ON_KEY, DOCUMENT_KEY)


@blueprint.get("/<int:group_stage_id>")
@access(Permission.GROUP_READ)
def group(group_stage_id: int) -> ResponseReturnValue:
    return _hub(group_stage_id)


def _hub(group_stage_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = hub(group_stage_id, actor=current_actor(), clock=clock())
    page = render_template("entered/hub.html", hub=shown, refusal=say(refused), typed=request.form)
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:group_stage_id>/surveys")
@access(Permission.CLAIM_ENTER)
def add(group_stage_id: int) -> ResponseReturnValue:
    """Add a survey; a refusal keeps what was typed."""
    try:
        made = add_survey(group_stage_id, _facts(), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _hub(group_stage_id, refused)
    return redirect(url_for("entered.survey", survey_id=made))


def _facts() -> SurveyFacts:
    names = ("name", "audience", "sent", "returned", "carried_out_by", "document")
    given = {name: request.form.get(name, "") for name in names}
    return SurveyFacts(**given, documented_on=read_day(request.form.get("documented_on", ""), field="documented_on"))


@blueprint.get("/surveys/<int:survey_id>")
@access(Permission.GROUP_READ)
def survey(survey_id: int) -> ResponseReturnValue:
    return _survey(survey_id)


def _survey(survey_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = survey_view(survey_id, actor=current_actor(), clock=clock())
    page = render_template("entered/survey.html", survey=shown, refusal=say(refused), typed=request.form)
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/surveys/<int:survey_id>")
@access(Permission.CLAIM_ENTER)
def change(survey_id: int) -> ResponseReturnValue:
    """Correct a survey, or withdraw it with a reason."""
    try:
        if request.form.get("act") == "withdraw":
            withdraw_survey(survey_id, request.form.get("reason", ""), actor=current_actor(), clock=clock())
        else:
            change_survey(survey_id, _facts(), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _survey(survey_id, refused)
    flash(gettext("Saved."))
    return redirect(url_for("entered.survey", survey_id=survey_id))


@blueprint.get("/surveys/<int:survey_id>/<code>")
@access(Permission.GROUP_READ)
def counts(survey_id: int, code: str) -> ResponseReturnValue:
    return _counts(survey_id, code)


def _counts(survey_id: int, code: str, refused: DomainError | None = None, faults: Sequence[Checked[Any]] = ()) -> str:
    shown = counts_view(survey_id, code, actor=current_actor(), clock=clock())
    return render_template(
        "entered/counts.html",
        view=shown,
        refusal=say(refused),
        faults=faults_by_unit(faults),
        typed=request.form if refused else {},
    )


@blueprint.post("/surveys/<int:survey_id>/<code>")
@access(Permission.CLAIM_ENTER)
def count(survey_id: int, code: str) -> ResponseReturnValue:
    """Take counts from the grid or from a file."""
    actor, now = current_actor(), clock()
    shown = counts_view(survey_id, code, actor=actor, clock=now)
    return answer(
        Entry(
            title=f"{shown.survey} – {code}",
            grid=shown.grid,
            back=url_for("entered.counts", survey_id=survey_id, code=code),
            check=lambda lines: check_counts(survey_id, code, lines, actor=actor, clock=now),
            enter=lambda lines, good: enter_counts(survey_id, code, lines, only_good=good, actor=actor, clock=now),
            page=lambda refused, faults: _counts(survey_id, code, refused, faults),
        ),
    )


@blueprint.get("/surveys/<int:survey_id>/<code>/counts.xlsx")
@access(Permission.GROUP_READ)
def counts_file(survey_id: int, code: str) -> ResponseReturnValue:
    shown = counts_view(survey_id, code, actor=current_actor(), clock=clock())
    title = f"{shown.campaign} – {shown.survey}, {shown.audience}: {code} {shown.leaf.title}"
    return workbook(title, shown.grid, f"survey-{survey_id}-{code}")


@blueprint.get("/<int:group_stage_id>/figures/<code>")
@access(Permission.GROUP_READ)
def figures(group_stage_id: int, code: str) -> ResponseReturnValue:
    return _figures(group_stage_id, code)


def _figures(
    group_stage_id: int, code: str, refused: DomainError | None = None, faults: Sequence[Checked[Any]] = ()
) -> str:
    shown = figures_view(group_stage_id, code, actor=current_actor(), clock=clock())
    return render_template(
        "entered/figures.html",
        view=shown,
        refusal=say(refused),
        faults=faults_by_unit(faults),
        typed=request.form if refused else {},
    )


@blueprint.post("/<int:group_stage_id>/figures/<code>")
@access(Permission.CLAIM_ENTER)
def enter(group_stage_id: int, code: str) -> ResponseReturnValue:
    """Take figures from the grid or from a file, with the source, day and document common to them."""
    actor, now = current_actor(), clock()
    shown = figures_view(group_stage_id, code, actor=actor, clock=now)
    common = {name: request.form.get(f"common_{name}", "") for name in COMMON}
    return answer(
        Entry(
            title=f"{code} {shown.leaf.title}",
            grid=shown.grid,
            back=url_for("entered.figures", group_stage_id=group_stage_id, code=code),
            check=lambda lines: check_figures(group_stage_id, code, lines, common, actor=actor, clock=now),
            enter=lambda lines, good: enter_figures(
                group_stage_id, code, lines, common, only_good=good, actor=actor, clock=now
            ),
            page=lambda refused, faults: _figures(group_stage_id, code, refused, faults),
            carried=tuple(f"common_{name}" for name in COMMON),
        ),
    )


@blueprint.get("/<int:group_stage_id>/figures/<code>/figures.xlsx")
@access(Permission.GROUP_READ)
def figures_file(group_stage_id: int, code: str) -> ResponseReturnValue:
    shown = figures_view(group_stage_id, code, actor=current_actor(), clock=clock())
    return workbook(f"{shown.campaign} – {code} {shown.leaf.title}", shown.grid, f"figures-{group_stage_id}-{code}")
