"""Words for the closed vocabularies, and the filters templates write figures and instants with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import get_locale, lazy_gettext

from app.domain.adjustments import ItemMeasure
from app.domain.campaign import Answerable, Consequence, LateReport, ReportMode, RoundTwo, Signature
from app.domain.deadlines import DayCount
from app.domain.ranking import RankOn
from app.domain.terms import (
    AdjustmentKind,
    AgencyProof,
    CampaignStatus,
    DocumentKind,
    ImportStatus,
    LeaderKind,
    PhaseKind,
    RecheckStatus,
    Role,
    ScoredBy,
    SetStatus,
    Severity,
    Stage,
    Ties,
    UnitTier,
    WindowGround,
)
from app.web.leaf_words import SCORED_BY, STAGES
from app.words import numbers

ROLES: Mapping[Role, object] = {
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.ORGANISER: lazy_gettext("Organiser of the campaign"),
    Role.OFFICER: lazy_gettext("Scoring officer"),
    Role.COORDINATOR: lazy_gettext("Coordinator of the unit"),
    Role.UNIT_HEAD: lazy_gettext("Head of the unit"),
    Role.APPRAISER: lazy_gettext("Appraiser"),
    Role.SECRETARIAT: lazy_gettext("Secretariat"),
    Role.COUNCIL_CHAIR: lazy_gettext("Chair of the council"),
    Role.LEADER: lazy_gettext("Leader"),
    Role.APPROVING_AUTHORITY: lazy_gettext("Approving authority"),
    Role.AUDITOR: lazy_gettext("Auditor"),
}


TIERS: Mapping[UnitTier, object] = {
    UnitTier.PROVINCE: lazy_gettext("Province"),
    UnitTier.DEPARTMENT: lazy_gettext("Department of the province"),
    UnitTier.DISTRICT: lazy_gettext("District"),
    UnitTier.AGENCY: lazy_gettext("Agency of the district"),
    UnitTier.COMMUNE: lazy_gettext("Commune"),
    UnitTier.PUBLIC_SERVICE: lazy_gettext("Public service unit"),
}

TIES: Mapping[Ties, object] = {
    Ties.COMPETITION: lazy_gettext("1-2-2-4"),
    Ties.DENSE: lazy_gettext("1-2-2-3"),
}

PHASE_KINDS: Mapping[PhaseKind, object] = {
    PhaseKind.DATA_CUTOFF: lazy_gettext("Data up to"),
    PhaseKind.REPORT_DUE: lazy_gettext("Report due"),
    PhaseKind.SCORING: lazy_gettext("Self-scoring"),
    PhaseKind.FIRST_APPRAISAL: lazy_gettext("First appraisal"),
    PhaseKind.EXPLANATION: lazy_gettext("Explanation"),
    PhaseKind.SECOND_APPRAISAL: lazy_gettext("Second appraisal"),
    PhaseKind.UPWARD_REPORT: lazy_gettext("Report to the tier above"),
}

LEADER_KINDS: Mapping[LeaderKind, object] = {
    LeaderKind.CHAIRMAN: lazy_gettext("Chairman"),
    LeaderKind.VICE_CHAIRMAN: lazy_gettext("Vice chairman"),
}

CONSEQUENCES: Mapping[Consequence, object] = {
    Consequence.NOTE: lazy_gettext("is noted at the review"),
    Consequence.WARN: lazy_gettext("is warned of at the review"),
    Consequence.BLOCK: lazy_gettext("blocks the sending"),
}

SIGNATURES: Mapping[Signature, object] = {
    Signature.ACCEPT: lazy_gettext("is accepted: a scan with the seal is enough"),
    Signature.WARN: lazy_gettext("is warned of at the review"),
    Signature.BLOCK: lazy_gettext("blocks the sending"),
}

DAY_COUNTS: Mapping[DayCount, object] = {
    DayCount.CALENDAR: lazy_gettext("calendar days"),
    DayCount.WORKING: lazy_gettext("working days"),
}

ANSWERABLE: Mapping[Answerable, object] = {
    Answerable.AT_ONCE: lazy_gettext("at once, while the first appraisal goes on"),
    Answerable.RELEASE: lazy_gettext("once the first results are released"),
}

ROUND_TWO: Mapping[RoundTwo, object] = {
    RoundTwo.AGENCY: lazy_gettext("the appraiser agency"),
    RoundTwo.COUNCIL: lazy_gettext("the council, recorded by the secretariat"),
}

RANK_ON: Mapping[RankOn, object] = {
    RankOn.ROUNDED: lazy_gettext("the printed index"),
    RankOn.EXACT: lazy_gettext("the exact index"),
}

REPORT_MODES: Mapping[ReportMode, object] = {
    ReportMode.NONE: lazy_gettext("none is asked for"),
    ReportMode.AFTER: lazy_gettext("sent by its own date"),
    ReportMode.BEFORE: lazy_gettext("approved first, then entered"),
}

LATE_REPORT: Mapping[LateReport, object] = {
    LateReport.MARK: lazy_gettext("is taken and marked"),
    LateReport.UNTIL_LOCK: lazy_gettext("is taken and marked until the lock of scoring"),
    LateReport.BLOCK: lazy_gettext("is refused"),
}

VOCABULARIES: Mapping[type[StrEnum], Mapping[Any, object]] = {
    AdjustmentKind: {AdjustmentKind.BONUS: lazy_gettext("Bonus"), AdjustmentKind.PENALTY: lazy_gettext("Penalty")},
    ItemMeasure: {
        ItemMeasure.FIXED: lazy_gettext("whether it is so"),
        ItemMeasure.PER_CASE: lazy_gettext("each case"),
        ItemMeasure.COUNT: lazy_gettext("how many there are"),
        ItemMeasure.PERCENT: lazy_gettext("the share of one figure in another"),
    },
    Role: ROLES,
    UnitTier: TIERS,
    Ties: TIES,
    PhaseKind: PHASE_KINDS,
    LeaderKind: LEADER_KINDS,
    ScoredBy: SCORED_BY,
    Stage: STAGES,
    CampaignStatus: {
        CampaignStatus.DRAFT: lazy_gettext("Draft"),
        CampaignStatus.OPEN: lazy_gettext("Open"),
        CampaignStatus.CLOSED: lazy_gettext("Closed"),
    },
    SetStatus: {SetStatus.DRAFT: lazy_gettext("Draft"), SetStatus.FROZEN: lazy_gettext("Frozen")},
    ImportStatus: {
        ImportStatus.DRAFT: lazy_gettext("Under review"),
        ImportStatus.SAVED: lazy_gettext("Kept as a criteria set"),
        ImportStatus.DROPPED: lazy_gettext("Dropped"),
    },
    DocumentKind: {DocumentKind.FILE: lazy_gettext("File"), DocumentKind.LINK: lazy_gettext("Link")},
    WindowGround: {
        WindowGround.EXTENSION: lazy_gettext("Extension"),
        WindowGround.CORRECTION: lazy_gettext("Correction after return"),
        WindowGround.DATA_UPDATE: lazy_gettext("Data update"),
        WindowGround.EVIDENCE_REQUEST: lazy_gettext("Evidence asked for"),
        WindowGround.EXPLANATION: lazy_gettext("Explanation"),
    },
    RecheckStatus: {
        RecheckStatus.ASKED: lazy_gettext("Asked for by the unit"),
        RecheckStatus.ORDERED: lazy_gettext("Ordered"),
        RecheckStatus.REFUSED: lazy_gettext("Refused"),
        RecheckStatus.RECORDED: lazy_gettext("Recorded with minutes"),
    },
    AgencyProof: {AgencyProof.FILE: lazy_gettext("File"), AgencyProof.CHECK: lazy_gettext("Check on a system")},
    Severity: {
        Severity.ERROR: lazy_gettext("Error"),
        Severity.WARNING: lazy_gettext("Warning"),
        Severity.INFO: lazy_gettext("Note"),
    },
}


def role_words(role: Role) -> str:
    return str(ROLES[role])


def leader_words(key: str) -> str:
    """Return what a kind of leader is called; a key of the paper's own is its own name."""
    return str(LEADER_KINDS[LeaderKind(key)]) if key in set(LeaderKind) else key


def register(app: Flask) -> None:
    for name in ("figure", "spelled", "percent", "instant", "instant_to_the_second", "time_of_day", "day"):
        app.jinja_env.filters[name] = getattr(numbers, name)
    app.jinja_env.globals["leader_words"] = leader_words
    app.jinja_env.globals["language"] = lambda: str(get_locale() or "vi")[:2]
