"""The one menu over our pages, the generated records and the editing desk: what an account may ever reach."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user

from app.domain.policy import Permission, may_ever
from app.web.access import SIGNED_IN, current_actor, needed_for


@dataclass(frozen=True, slots=True)
class Entry:
    words: object
    endpoint: str


@dataclass(frozen=True, slots=True)
class Shown:
    words: str
    address: str
    current: bool


WORK = (
    Entry(lazy_gettext("My work"), "home.index"),
    Entry(lazy_gettext("Score sheets"), "sheet.index"),
    Entry(lazy_gettext("Appraisal"), "appraisal.index"),
    Entry(lazy_gettext("My sheets"), "leader_sheets.index"),
    Entry(lazy_gettext("Board"), "board.index"),
    Entry(lazy_gettext("Results"), "results.index"),
    Entry(lazy_gettext("Reports of the tier below"), "upward.index"),
)

CONFIGURATION = (
    Entry(lazy_gettext("Campaigns"), "CampaignRecords.list"),
    Entry(lazy_gettext("Criteria sets"), "CriteriaSetRecords.list"),
    Entry(lazy_gettext("Read an appendix"), "imports.index"),
    Entry(lazy_gettext("Criteria"), "CriterionRecords.list"),
    Entry(lazy_gettext("Units"), "UnitRecords.list"),
    Entry(lazy_gettext("Peer groups"), "PeerGroupRecords.list"),
    Entry(lazy_gettext("Councils"), "CouncilRecords.list"),
    Entry(lazy_gettext("Legal bases"), "LegalBasisRecords.list"),
    Entry(lazy_gettext("Days off"), "HolidayRecords.list"),
    Entry(lazy_gettext("Accounts"), "AccountRecords.list"),
    Entry(lazy_gettext("Roles held"), "MembershipRecords.list"),
    Entry(lazy_gettext("Hand-overs"), "hand_overs.index"),
    Entry(lazy_gettext("Audit log"), "AuditEventRecords.list"),
    Entry(lazy_gettext("Heads of the audit trail"), "trails.heads"),
)

DESK = (
    Entry(lazy_gettext("Criteria of a draft"), "desk_criteria.index_view"),
    Entry(lazy_gettext("Officer assignments"), "desk_officers.index_view"),
    Entry(lazy_gettext("Appraiser assignments"), "desk_appraisers.index_view"),
    Entry(lazy_gettext("Evidence store"), "desk_store.index_view"),
    Entry(lazy_gettext("Work of an agency"), "shares.index"),
)


#: pages reached from an entry's own pages stand under it
_PAGES_OF = {
    "submission": "sheet",
    "evidence": "sheet",
    "explanation": "sheet",
    "opening": "CampaignRecords",
    "leaf_settings": "CampaignRecords",
    "entered": "board",
    "typed_sheets": "board",
    "unranked": "CampaignRecords",
    "editions": "results",
    "comparisons": "results",
    "unit_notice": "results",
    "reopening": "board",
    "rule_editor": "CriterionRecords",
    "adoption": "CampaignRecords",
    "set_versions": "CriteriaSetRecords",
    "sheet_changes": "sheet",
    "windows": "board",
    "rechecks": "board",
    "agency_evidence": "appraisal",
    "appraisal_criterion": "appraisal",
    "appraisal_tools": "appraisal",
    "disagreements": "appraisal",
    "matrix": "board",
    "council": "board",
    "setup": "CampaignRecords",
    "changes": "CampaignRecords",
    "merging": "UnitRecords",
    "adjustments": "sheet",
    "exemptions": "sheet",
    "unit_reports": "sheet",
    "fairness": "results",
}


def shown(entries: tuple[Entry, ...]) -> list[Shown]:
    """Return the entries the signed-in account may reach."""
    if not current_user or not current_user.is_authenticated or current_user.password_change_required:
        return []
    here = (request.endpoint or "").partition(".")[0]
    here = _PAGES_OF.get(here, here)
    return [
        Shown(str(entry.words), url_for(entry.endpoint), entry.endpoint.partition(".")[0] == here)
        for entry in entries
        if _reaches(entry.endpoint)
    ]


def _reaches(endpoint: str) -> bool:
    needed = needed_for(current_app._get_current_object(), endpoint)  # type: ignore[attr-defined] # noqa: SLF001
    if needed == SIGNED_IN:
        return True
    return isinstance(needed, Permission) and may_ever(current_actor(), needed)


def register(app: Flask) -> None:
    app.jinja_env.globals["reaches"] = _reaches
    app.jinja_env.globals["menu_work"] = lambda: shown(WORK)
    app.jinja_env.globals["menu_configuration"] = lambda: shown(CONFIGURATION)
    app.jinja_env.globals["menu_desk"] = lambda: shown(DESK)
