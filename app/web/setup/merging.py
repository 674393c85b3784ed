"""Merge a unit into another in mid-year, and say what becomes of its sheets."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.policy import Permission
from app.services.unit_merging import MergeUnit, merge_unit, merging_of
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.form_values import day
from app.web.marks import field_of, say
from app.web.setup import typed

blueprint = Blueprint("merging", __name__, url_prefix="/units")


@blueprint.get("/<int:unit_id>/merging")
@access(Permission.UNIT_CONFIGURE)
def show(unit_id: int) -> ResponseReturnValue:
    return _page(unit_id)


def _page(unit_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "setup/merging.html",
        unit_id=unit_id,
        shown=merging_of(unit_id, actor=current_actor()),
        typed=request.form,
        refusal=say(refused),
        field=field_of(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:unit_id>/merging")
@access(Permission.UNIT_CONFIGURE)
def perform(unit_id: int) -> ResponseReturnValue:
    try:
        ending = frozenset(typed.numbers(name.removeprefix("end.") for name in request.form if name.startswith("end.")))
        chosen = frozenset(number for number in ending if request.form.get(f"end.{number}") == "yes")
        command = MergeUnit(unit_id, typed.number("into"), day("from_day"), chosen)
        merge_unit(command, typed.why(), actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 404:
            raise
        return _page(unit_id, refused)
    flash(gettext("The unit is merged. A sheet that ended stays readable and printable."))
    return redirect(url_for("UnitRecords.show", pk=unit_id))
