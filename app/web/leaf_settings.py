"""What a campaign says of single leaves, on two pages: points the council gives, and terms; and last year's figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.entered_lines import read_day
from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission
from app.services.baseline_entry import accept_proposals, baselines_view, check_baselines, enter_baselines
from app.services.baseline_proposals import Origin, OwnFigure
from app.services.leaf_settings import (
    Grounds,
    set_override,
    set_term,
    settings_view,
    touched_by,
    withdraw_override,
)
from app.services.line_entry import Checked
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.entered_forms import Entry, answer, faults_by_unit, workbook
from app.web.errors import status_of
from app.web.form_values import as_number, number
from app.web.marks import say

blueprint = Blueprint("leaf_settings", __name__, url_prefix="/campaigns")


@blueprint.get("/<int:campaign_id>/overrides")
@access(Permission.CAMPAIGN_CONFIGURE)
def overrides(campaign_id: int) -> ResponseReturnValue:
    return _overrides(campaign_id)


def _overrides(campaign_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    """Draw the page; once a leaf is chosen, with whom an override would touch."""
    shown = settings_view(campaign_id, actor=current_actor())
    chosen = number("leaf")
    touched = None
    if chosen in {line.criterion_id for line in shown.lines}:
        assert chosen is not None
        touched = touched_by(campaign_id, chosen, actor=current_actor())
    page = render_template(
        "entered/overrides.html",
        view=shown,
        chosen=chosen,
        touched=touched,
        refusal=say(refused),
        typed=request.form,
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/overrides")
@access(Permission.CAMPAIGN_CONFIGURE)
def override(campaign_id: int) -> ResponseReturnValue:
    """Set or withdraw what the council gives on one leaf; without `sure` it shows first whom that touches."""
    act = request.form.get("act", "")
    grounds = Grounds(request.form.get("reason", ""), request.form.get("document", ""))
    try:
        leaf = _chosen_leaf(campaign_id)
        if act == "look":
            return redirect(url_for("leaf_settings.overrides", campaign_id=campaign_id, leaf=leaf))
        if act == "withdraw":
            withdraw_override(campaign_id, leaf, grounds, actor=current_actor(), clock=clock())
        else:
            points = request.form.get("points", "")
            set_override(campaign_id, leaf, points, grounds, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _overrides(campaign_id, refused)
    flash(gettext("Saved."))
    return redirect(url_for("leaf_settings.overrides", campaign_id=campaign_id))


@blueprint.get("/<int:campaign_id>/terms")
@access(Permission.CAMPAIGN_CONFIGURE)
def terms(campaign_id: int) -> ResponseReturnValue:
    return _terms(campaign_id)


def _chosen_leaf(campaign_id: int) -> int:
    """Return the leaf chosen of the page's list. Raises InputInvalid("leaf_not_chosen")."""
    leaf = number("leaf")
    if leaf is None or leaf not in {
        line.criterion_id for line in settings_view(campaign_id, actor=current_actor()).lines
    }:
        raise InputInvalid("leaf_not_chosen", field="leaf")
    return leaf


def _terms(campaign_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    shown = settings_view(campaign_id, actor=current_actor())
    page = render_template("entered/terms.html", view=shown, refusal=say(refused), typed=request.form)
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/terms")
@access(Permission.CAMPAIGN_CONFIGURE)
def term(campaign_id: int) -> ResponseReturnValue:
    """Set the term of one leaf, or take it back."""
    grounds = Grounds(request.form.get("reason", ""), request.form.get("document", ""))
    try:
        set_term(
            campaign_id,
            _chosen_leaf(campaign_id),
            read_day(request.form.get("cut_off", ""), field="cut_off"),
            grounds,
            not_yet_due=request.form.get("not_yet_due") == "yes",
            actor=current_actor(),
            clock=clock(),
        )
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _terms(campaign_id, refused)
    flash(gettext("Saved."))
    return redirect(url_for("leaf_settings.terms", campaign_id=campaign_id))


@blueprint.get("/<int:campaign_id>/baselines")
@access(Permission.CAMPAIGN_CONFIGURE)
def baselines(campaign_id: int) -> ResponseReturnValue:
    return _baselines(campaign_id)


def _origin() -> Origin | None:
    """Return which earlier figure is looked at, or None while none was chosen."""
    earlier, figure = number("from"), request.values.get("figure", "")
    if earlier is None or figure not in {each.value for each in OwnFigure}:
        return None
    return Origin(earlier, OwnFigure(figure), request.values.get("code", "").strip())


def _baselines(
    campaign_id: int, refused: DomainError | None = None, faults: Sequence[Checked[Any]] = ()
) -> ResponseReturnValue:
    shown = baselines_view(campaign_id, request.values.get("measure", ""), _origin(), actor=current_actor())
    page = render_template(
        "entered/baselines.html",
        view=shown,
        origin=_origin(),
        figures=list(OwnFigure),
        refusal=say(refused),
        faults=faults_by_unit(faults),
        typed=request.form if refused else {},
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:campaign_id>/baselines")
@access(Permission.CAMPAIGN_CONFIGURE)
def baseline(campaign_id: int) -> ResponseReturnValue:
    """Take what our publication proposes, or figures from the grid or a file."""
    actor, now, measure = current_actor(), clock(), request.form.get("measure", "")
    document = request.form.get("document", "")
    if request.form.get("act") == "propose":
        return _taken_from_ours(campaign_id, measure, document)
    shown = baselines_view(campaign_id, measure, None, actor=actor)

    def page(refused: DomainError, faults: Sequence[Checked[Any]]) -> str:
        drawn = _baselines(campaign_id, refused, faults)
        assert isinstance(drawn, tuple)
        return str(drawn[0])

    return answer(
        Entry(
            title=f"{shown.campaign} – {measure}",
            grid=shown.grid,
            back=url_for("leaf_settings.baselines", campaign_id=campaign_id, measure=measure),
            check=lambda lines: check_baselines(campaign_id, measure, lines, actor=actor),
            enter=lambda lines, good: enter_baselines(
                campaign_id, measure, lines, document, only_good=good, actor=actor, clock=now
            ),
            page=page,
            carried=("measure", "document"),
        ),
    )


def _taken_from_ours(campaign_id: int, measure: str, document: str) -> ResponseReturnValue:
    origin, prefix = _origin(), "pick."
    pairs = [
        (as_number(name.removeprefix(prefix)), as_number(given))
        for name, given in request.form.items()
        if name.startswith(prefix)
    ]
    picked = {sheet: unit for sheet, unit in pairs if sheet is not None and unit is not None}
    try:
        if origin is None:
            raise InputInvalid("origin_unknown", field="from")
        actor, now = current_actor(), clock()
        done = accept_proposals(campaign_id, measure, origin, picked, document, actor=actor, clock=now)
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _baselines(campaign_id, refused)
    flash(gettext("%(count)s figures taken over.", count=done))
    return redirect(url_for("leaf_settings.baselines", campaign_id=campaign_id, measure=measure))


@blueprint.get("/<int:campaign_id>/baselines.xlsx")
@access(Permission.CAMPAIGN_CONFIGURE)
def baselines_file(campaign_id: int) -> ResponseReturnValue:
    shown = baselines_view(campaign_id, request.args.get("measure", ""), None, actor=current_actor())
    return workbook(f"{shown.campaign} – {shown.measure}", shown.grid, f"baselines-{campaign_id}")
