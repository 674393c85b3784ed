"""Change an open campaign: choose what, see whom it concerns, give reason and document, confirm; and the list of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.campaign import Policies
from app.domain.campaign_change import ChangeKind, checked_words, difference
from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission, may_ever
from app.domain.terms import PhaseKind, Ties
from app.services.appraiser_changes import ChangeAppraiser, change_appraiser
from app.services.campaign_changes import change_phases, change_policies, change_ranking
from app.services.campaign_units import add_unit, close_sheet
from app.services.campaign_views import OpenCampaign, open_campaign_view, sheets_of, touched_by
from app.services.setup_units import setup_choices
from app.services.setup_views import PhaseView
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.labels import PHASE_KINDS, TIES
from app.web.marks import field_of, say
from app.web.records.policies import FIXED_FIELDS, form_of_policies, policies_of_form, settings_in_words
from app.web.records.values import record_value
from app.web.setup import typed
from app.web.setup.steps import weekday
from app.words.notices import CHANGES
from app.words.numbers import instant

blueprint = Blueprint("changes", __name__, url_prefix="/campaigns")

NAMES: Mapping[str, object] = {
    "opens_at": lazy_gettext("Opens at"),
    "closes_at": lazy_gettext("Closes at"),
    "branch": lazy_gettext("Criterion or branch"),
    "scope": lazy_gettext("Whole group or unit"),
    "agency": lazy_gettext("Agency"),
    "decimals": lazy_gettext("Decimals of the index"),
    "ties": lazy_gettext("Ties"),
    "bands": lazy_gettext("Classes"),
    "unit": lazy_gettext("Unit"),
    "group": lazy_gettext("Group"),
    "ground": lazy_gettext("Why"),
    "into": lazy_gettext("Merged into"),
}
GROUNDS = {"merged": lazy_gettext("merged into another unit"), "left": lazy_gettext("left the campaign")}


@blueprint.get("/<int:campaign_id>/changes")
@access(Permission.CAMPAIGN_CONFIGURE)
def index(campaign_id: int) -> ResponseReturnValue:
    shown = open_campaign_view(campaign_id, actor=current_actor())
    return render_template(
        "setup/changes.html",
        campaign_id=campaign_id,
        shown=shown,
        kinds=CHANGES,
        lines=[(each, _lines(each.kind, each.old, each.new)) for each in shown.changes],
        may_change=may_ever(current_actor(), Permission.CAMPAIGN_CHANGE),
    )


def _lines(kind: ChangeKind, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (what, before, after) of a change, in words."""
    if kind is ChangeKind.POLICIES:
        before, after = (dict(settings_in_words(Policies.from_json(each))) for each in (old, new))
        return [(name, was, now) for name, was, now in difference(before, after)]
    return [(_name(name), _words(name, was), _words(name, now)) for name, was, now in difference(old, new)]


def _name(name: str) -> str:
    return str(PHASE_KINDS[PhaseKind(name)] if name in set(PhaseKind) else NAMES.get(name, name))


def _words(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return " – ".join(instant(dt.datetime.fromisoformat(each)) for each in value.values() if each)
    if name == "ties" and value in set(Ties):
        return str(TIES[Ties(value)])
    if name == "ground" and value in GROUNDS:
        return str(GROUNDS[value])
    return "\n".join(value) if isinstance(value, list) else record_value(value)


@blueprint.get("/<int:campaign_id>/changes/<kind>")
@access(Permission.CAMPAIGN_CHANGE)
def form(campaign_id: int, kind: str) -> ResponseReturnValue:
    return _form(campaign_id, _kind(kind))


def _kind(kind: str) -> ChangeKind:
    if kind not in set(ChangeKind):
        raise InputInvalid("action_unknown")
    return ChangeKind(kind)


def _form(campaign_id: int, kind: ChangeKind, refused: DomainError | None = None, **more: Any) -> ResponseReturnValue:
    """Show the form of one kind of change, after a refusal or a preview with everything that was typed."""
    actor = current_actor()
    shown = open_campaign_view(campaign_id, actor=actor)
    page = render_template(
        "setup/change.html",
        campaign_id=campaign_id,
        shown=shown,
        kind=kind,
        kinds=CHANGES,
        typed=request.form,
        refusal=say(refused),
        field=field_of(refused),
        **_facts_of(campaign_id, kind, shown),
        **more,
    )
    return page, 200 if refused is None else status_of(refused)


def _facts_of(campaign_id: int, kind: ChangeKind, shown: OpenCampaign) -> dict[str, Any]:
    match kind:
        case ChangeKind.PHASES:
            phases = [PhaseView(each, shown.phases.get(each), sample=False, proposed=None) for each in PhaseKind]
            return {"phases": phases, "phase_kinds": PHASE_KINDS, "weekday": weekday, "written": _written}
        case ChangeKind.RANKING:
            return {"ties": TIES, "all_ties": list(Ties), "rows": typed.BAND_ROWS}
        case ChangeKind.POLICIES:
            form = form_of_policies(shown.policies)
            return {"form": form, "fixed": FIXED_FIELDS, "kept": settings_in_words(shown.policies, FIXED_FIELDS)}
        case ChangeKind.UNIT_ADDED:
            return {"units": setup_choices(actor=current_actor(), clock=clock()).units}
        case ChangeKind.UNIT_CLOSED:
            return {"sheets": sheets_of(campaign_id, actor=current_actor())}
        case ChangeKind.APPRAISER:
            return {}


def _written(moment: Any) -> str:
    return "" if moment is None else instant(moment)


@blueprint.post("/<int:campaign_id>/changes/<kind>")
@access(Permission.CAMPAIGN_CHANGE)
def perform(campaign_id: int, kind: str) -> ResponseReturnValue:
    """First show whom the change concerns; confirmed, make it."""
    wanted = _kind(kind)
    try:
        if request.form.get("act") != "confirm":
            checked_words(request.form.get("reason", ""), request.form.get("document", ""))
            command = _appraiser() if wanted is ChangeKind.APPRAISER else None
            return _form(campaign_id, wanted, touched=touched_by(campaign_id, command, actor=current_actor()))
        PERFORMED[wanted](campaign_id)
    except DomainError as refused:
        if status_of(refused) in {403, 404}:
            raise
        return _form(campaign_id, wanted, refused)
    flash(gettext("The change is made; whom it concerns is told."))
    return redirect(url_for("changes.index", campaign_id=campaign_id))


def _appraiser() -> ChangeAppraiser:
    group = typed.number("group")
    if group is None:
        raise InputInvalid("group_not_of_campaign", field="group")
    return ChangeAppraiser(group, request.form.get("branch", ""), typed.number("unit"), typed.number("agency"))


def _change_phases(campaign_id: int) -> None:
    change_phases(campaign_id, typed.spans(), typed.why(), actor=current_actor(), clock=clock())


def _change_appraiser(campaign_id: int) -> None:
    change_appraiser(campaign_id, _appraiser(), typed.why(), actor=current_actor(), clock=clock())


def _change_ranking(campaign_id: int) -> None:
    change_ranking(campaign_id, typed.ranking(), typed.why(), actor=current_actor(), clock=clock())


def _change_policies(campaign_id: int) -> None:
    shown = open_campaign_view(campaign_id, actor=current_actor())
    wanted = policies_of_form(shown.policies, shown.codes)
    change_policies(campaign_id, wanted, typed.why(), actor=current_actor(), clock=clock())


def _add_unit(campaign_id: int) -> None:
    group, unit = typed.number("group") or 0, typed.number("unit")
    add_unit(campaign_id, group, unit, typed.why(), actor=current_actor(), clock=clock())


def _close_sheet(campaign_id: int) -> None:
    sheet = typed.number("sheet")
    if sheet is None:
        raise InputInvalid("unit_missing_here", field="sheet")
    close_sheet(campaign_id, sheet, typed.why(), actor=current_actor(), clock=clock())


PERFORMED: Mapping[ChangeKind, Callable[[int], None]] = {
    ChangeKind.PHASES: _change_phases,
    ChangeKind.APPRAISER: _change_appraiser,
    ChangeKind.RANKING: _change_ranking,
    ChangeKind.POLICIES: _change_policies,
    ChangeKind.UNIT_ADDED: _add_unit,
    ChangeKind.UNIT_CLOSED: _close_sheet,
}
