"""A campaign in five steps from a profile: each is saved at once, left and found again; then the checklist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from app.domain.campaign import Policies
from app.domain.deadlines import VIETNAM
from app.domain.errors import DomainError, InputInvalid
from app.domain.policy import Permission, may_ever
from app.domain.terms import Ties, UnitTier
from app.services.profiles import profile_choices
from app.services.setup import SetChoice, StartCampaign, start_campaign
from app.services.setup_checklist import Mend, checklist, open_checked
from app.services.setup_people import Carried, copy_appraisers, copy_officers, people_view
from app.services.setup_steps import GroupWanted, save_dates, save_groups, save_ranking, save_start
from app.services.setup_units import save_group_units, setup_choices
from app.services.setup_views import setup_view
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.labels import PHASE_KINDS, ROLES, TIERS, TIES
from app.web.marks import field_of, say
from app.web.records.policies import settings_in_words
from app.web.setup import typed
from app.words.numbers import instant
from app.words.refusals import sentence

blueprint = Blueprint("setup", __name__, url_prefix="/campaigns")

STEPS: dict[str, object] = {
    "start": lazy_gettext("Name and profile"),
    "groups": lazy_gettext("Units and groups"),
    "dates": lazy_gettext("Dates"),
    "people": lazy_gettext("People"),
    "ranking": lazy_gettext("Settings and classes"),
    "checklist": lazy_gettext("Checklist"),
}
SET_CHOICES: dict[SetChoice, object] = {
    SetChoice.SAME: lazy_gettext("The same set"),
    SetChoice.NEWEST: lazy_gettext("Its newest version"),
    SetChoice.COPY: lazy_gettext("A copy for the new year, as a draft"),
}
WEEKDAYS = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)
LEFT_BEHIND = {
    "criterion_gone": lazy_gettext("the criterion is gone"),
    "unit_left": lazy_gettext("the unit takes no part"),
    "group_left": lazy_gettext("the group takes no part"),
    "person_left": lazy_gettext("no officer of the unit any more"),
    "sets_unrelated": lazy_gettext("the two sets are not compared"),
}


def weekday(moment: Any) -> tuple[str, bool]:
    """Return the day of the week in Vietnam, and whether offices are closed then."""
    day = moment.astimezone(VIETNAM).weekday()
    return str(WEEKDAYS[day]), day > 4


@blueprint.get("/new")
@access(Permission.CAMPAIGN_CONFIGURE)
def new() -> ResponseReturnValue:
    return _new()


def _new(refused: DomainError | None = None) -> ResponseReturnValue:
    actor = current_actor()
    page = render_template(
        "setup/new.html",
        profiles=profile_choices(actor=actor),
        bases=setup_choices(actor=actor, clock=clock()).bases,
        set_choices=SET_CHOICES,
        steps=STEPS,
        typed=request.values,
        **_said(refused),
    )
    return page, 200 if refused is None else status_of(refused)


def _said(refused: DomainError | None) -> dict[str, str]:
    field = field_of(refused)
    return {"refusal": say(refused), "field": field}


@blueprint.post("/new")
@access(Permission.CAMPAIGN_CONFIGURE)
def create() -> ResponseReturnValue:
    sets = request.form.get("sets", "")
    try:
        command = StartCampaign(
            name=request.form.get("name", ""),
            year=typed.year(),
            profile=request.form.get("profile", ""),
            legal_basis_id=typed.number("legal_basis"),
            code=request.form.get("code", ""),
            sets=SetChoice(sets) if sets in set(SetChoice) else SetChoice.SAME,
        )
        made = start_campaign(command, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) == 403:
            raise
        return _new(refused)
    flash(gettext("The draft is made. Each step is saved by itself; you can leave and come back."))
    return redirect(url_for("setup.step", campaign_id=made, name="groups"))


@blueprint.get("/<int:campaign_id>/setup/<name>")
@access(Permission.CAMPAIGN_CONFIGURE)
def step(campaign_id: int, name: str) -> ResponseReturnValue:
    if name not in STEPS:
        raise InputInvalid("step_unknown")
    return _step(campaign_id, name)


def _step(campaign_id: int, name: str, refused: DomainError | None = None, **more: Any) -> ResponseReturnValue:
    """Show one step; after a refusal with everything that was typed."""
    shown = setup_view(campaign_id, actor=current_actor(), clock=clock())
    page = render_template(
        f"setup/{name}.html",
        shown=shown,
        name=name,
        steps=STEPS,
        typed=request.form if refused is not None else MultiDict(),
        **_facts_of(campaign_id, name, shown),
        **_said(refused),
        **more,
    )
    return page, 200 if refused is None else status_of(refused)


def _facts_of(campaign_id: int, name: str, shown: Any) -> dict[str, Any]:
    actor = current_actor()
    match name:
        case "start":
            return {"bases": setup_choices(actor=actor, clock=clock()).bases}
        case "groups":
            return _choices()
        case "dates":
            return {"kinds": PHASE_KINDS, "weekday": weekday, "written": _written}
        case "people":
            return {"people": people_view(campaign_id, actor=actor), "roles": ROLES, "left_behind": LEFT_BEHIND}
        case "ranking":
            settings = settings_in_words(Policies.from_json(shown.policies))
            return {"ties": TIES, "all_ties": list(Ties), "settings": settings, "rows": typed.BAND_ROWS}
        case _:
            found = checklist(campaign_id, actor=actor, clock=clock())
            return {
                "found": found,
                "sentence": sentence,
                "address": lambda mend: _mended_at(campaign_id, mend),
                "may_open": may_ever(actor, Permission.CAMPAIGN_OPEN),
            }


def _written(moment: Any) -> str:
    return "" if moment is None else instant(moment)


def _choices() -> dict[str, Any]:
    given = request.values.get("tier", "")
    tier = UnitTier(given) if given in set(UnitTier) else None
    choices = setup_choices(actor=current_actor(), clock=clock(), tier=tier)
    return {"choices": choices, "tiers": TIERS, "tier": tier, "group": typed.number("of")}


def _mended_at(campaign_id: int, mend: Mend) -> str:
    """Return the page on which something of the checklist is put right; none where the administrator has to."""
    steps = {Mend.DATES: "dates", Mend.GROUPS: "groups", Mend.PEOPLE: "people", Mend.RANKING: "ranking"}
    if mend in steps:
        return url_for("setup.step", campaign_id=campaign_id, name=steps[mend])
    grids = {Mend.OFFICERS: "desk_officers.create_view", Mend.APPRAISERS: "desk_appraisers.create_view"}
    if mend in grids:
        return url_for(grids[mend], campaign=campaign_id)
    if mend is Mend.TERMS:
        return url_for("leaf_settings.terms", campaign_id=campaign_id)
    if mend in {Mend.MEMBERSHIPS, Mend.ACCOUNTS} and not may_ever(current_actor(), Permission.ACCOUNT_CONFIGURE):
        return ""
    lists = {
        Mend.MEMBERSHIPS: "MembershipRecords.list",
        Mend.ACCOUNTS: "AccountRecords.list",
        Mend.SETS: "CriteriaSetRecords.list",
        Mend.BASELINES: "CampaignRecords.list",
        Mend.ITEMS: "AdjustmentItemRecords.list",
        Mend.HOLIDAYS: "HolidayRecords.list",
    }
    return url_for(lists[mend]) if mend is not Mend.BASELINES else url_for("CampaignRecords.show", pk=campaign_id)


def _next(campaign_id: int, name: str) -> ResponseReturnValue:
    flash(gettext("Saved."))
    names = list(STEPS)
    return redirect(url_for("setup.step", campaign_id=campaign_id, name=names[names.index(name) + 1]))


@blueprint.post("/<int:campaign_id>/setup/start")
@access(Permission.CAMPAIGN_CONFIGURE)
def keep_start(campaign_id: int) -> ResponseReturnValue:
    name, basis = request.form.get("name", ""), typed.number("legal_basis")
    try:
        save_start(campaign_id, name, typed.year(), basis, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "start", refused)
    return _next(campaign_id, "start")


def _refused(campaign_id: int, name: str, refused: DomainError) -> ResponseReturnValue:
    if status_of(refused) in {403, 404}:
        raise refused
    return _step(campaign_id, name, refused)


@blueprint.post("/<int:campaign_id>/setup/groups")
@access(Permission.CAMPAIGN_CONFIGURE)
def keep_groups(campaign_id: int) -> ResponseReturnValue:
    """Keep the groups that stand on the page, and the one chosen below them."""
    groups = typed.numbers(request.form.getlist("group"))
    wanted = [
        GroupWanted(group, typed.number(f"council.{group}"), typed.number(f"set.{group}"))
        for group in groups
        if request.form.get(f"drop.{group}") != "yes"
    ]
    added = typed.number("group_added")
    if added is not None:
        wanted.append(GroupWanted(added, typed.number("council_added"), typed.number("set_added")))
    try:
        save_groups(campaign_id, wanted, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "groups", refused)
    if added is not None or len(wanted) < len(groups):
        flash(gettext("Saved."))
        return redirect(url_for("setup.step", campaign_id=campaign_id, name="groups"))
    return _next(campaign_id, "groups")


@blueprint.post("/<int:campaign_id>/setup/units")
@access(Permission.UNIT_CONFIGURE)
def keep_units(campaign_id: int) -> ResponseReturnValue:
    """Put the units ticked into a group, a new one where none was chosen."""
    shown, chosen = (typed.numbers(request.form.getlist(name)) for name in ("shown", "unit"))
    code, called = request.form.get("code", ""), request.form.get("called", "")
    try:
        made = save_group_units(typed.number("of"), code, called, shown, chosen, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "groups", refused)
    flash(gettext("The units of the group are kept."))
    tier = request.form.get("tier", "")
    return redirect(url_for("setup.step", campaign_id=campaign_id, name="groups", of=made, tier=tier or None))


@blueprint.post("/<int:campaign_id>/setup/dates")
@access(Permission.CAMPAIGN_CONFIGURE)
def keep_dates(campaign_id: int) -> ResponseReturnValue:
    try:
        save_dates(campaign_id, typed.spans(), actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "dates", refused)
    return _next(campaign_id, "dates")


@blueprint.post("/<int:campaign_id>/setup/people")
@access(Permission.CAMPAIGN_CONFIGURE)
def copy_people(campaign_id: int) -> ResponseReturnValue:
    """Take over appraisers or officers of another campaign; what was left behind is named."""
    copies = {"appraisers": copy_appraisers, "officers": copy_officers}
    copied = copies.get(request.form.get("which", ""))
    if copied is None:
        raise InputInvalid("action_unknown")
    try:
        carried: Carried = copied(campaign_id, typed.number("source"), actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "people", refused)
    return _step(campaign_id, "people", carried=carried)


@blueprint.post("/<int:campaign_id>/setup/ranking")
@access(Permission.CAMPAIGN_CONFIGURE)
def keep_ranking(campaign_id: int) -> ResponseReturnValue:
    try:
        save_ranking(campaign_id, typed.ranking(), actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "ranking", refused)
    return _next(campaign_id, "ranking")


@blueprint.post("/<int:campaign_id>/setup/checklist")
@access(Permission.CAMPAIGN_OPEN)
def open_it(campaign_id: int) -> ResponseReturnValue:
    seen, locked = (request.form.get(name) == "yes" for name in ("missing_seen", "locked_seen"))
    try:
        open_checked(campaign_id, missing_seen=seen, locked_seen=locked, actor=current_actor(), clock=clock())
    except DomainError as refused:
        return _refused(campaign_id, "checklist", refused)
    flash(gettext("The campaign is open."))
    return redirect(url_for("CampaignRecords.show", pk=campaign_id))
