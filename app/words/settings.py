"""What the settings of a campaign are called, on their page and where a refusal names them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

LABELS: Mapping[str, object] = {
    "internal_approval": lazy_gettext("The head of the unit approves before sending"),
    "explanation": lazy_gettext("A criterion without explanation"),
    "evidence": lazy_gettext("A criterion without document"),
    "signature": lazy_gettext("A file without a digital signature"),
    "inserted_number": lazy_gettext("A document number with an inserted letter (a, b)"),
    "zero_grounds": lazy_gettext("Grounds for 0 points at the appraisal"),
    "explanation_days": lazy_gettext("Days to explain"),
    "day_count": lazy_gettext("Days are counted as"),
    "explanation_closes": lazy_gettext("Hour at which the last day closes"),
    "request_answerable": lazy_gettext("Evidence asked for may be answered"),
    "request_days": lazy_gettext("Days to answer a request of evidence"),
    "correction_days": lazy_gettext("Days to correct a returned sheet"),
    "round_two": lazy_gettext("The second verdict is given by"),
    "supplementary_required": lazy_gettext("A criterion not yet due waits for the council before the conclusion"),
    "rank_on": lazy_gettext("Class and position are decided on"),
    "cap_index": lazy_gettext("The index never exceeds 100"),
    "tie_breakers": lazy_gettext("Ties are decided by the points of"),
    "public_results": lazy_gettext("Published rankings are read by everybody, without an account"),
    "bonus_cap": lazy_gettext("All bonuses of a unit give at most (points)"),
    "penalty_cap": lazy_gettext("All penalties of a unit take off at most (points)"),
    "report": lazy_gettext("The signed report of the unit"),
    "report_missing": lazy_gettext("A sheet without the report"),
    "report_late": lazy_gettext("A report after its date"),
    "indexes": lazy_gettext("Indexes of the campaign"),
}

#: what a campaign stores under one name and its page asks for in several fields, or calls otherwise
STORED: Mapping[str, tuple[str, ...]] = {
    "support_policy": ("explanation", "evidence"),
    "explanation_days": ("explanation_days", "day_count", "explanation_closes"),
}


def settings_named(stored: str) -> str:
    """Return the labels of the settings a refusal lists by the names they are stored under: "a, b"."""
    names = [field for name in stored.split(", ") for field in STORED.get(name, (name,))]
    return "; ".join(str(LABELS.get(name, name)) for name in names)
