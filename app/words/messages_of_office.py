"""Refusals around the work of appraising agencies and the council's meeting, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

OFFICE_MESSAGES: Mapping[str, object] = {
    "agency_unknown": lazy_gettext("There is no such agency, or its work is not yours to divide."),
    "agency_unmanned": lazy_gettext(
        "%(agency)s has no active appraiser to tell. The administrator appoints one under Roles held."
    ),
    "chased_recently": lazy_gettext("%(agency)s was told within the last hour. It can be told again at %(until)s."),
    "minutes_missing": lazy_gettext("The council decides here: give the number and the day of its minutes."),
    "minutes_number_too_long": lazy_gettext("The number of the minutes takes %(most)s letters at most. Shorten it."),
    "not_oneself": lazy_gettext(
        "You may declare a recusal for yourself only; for others the secretariat of the council records it."
    ),
    "nothing_ticked": lazy_gettext("Tick at least one row that waits for a verdict."),
    "nothing_to_chase": lazy_gettext("No verdict is owed here: there is nobody to chase."),
    "recusal_exists": lazy_gettext("This person stays out of judging this unit already."),
    "recusal_of_another": lazy_gettext("Only who recorded the recusal can withdraw it."),
    "recusal_person_unfit": lazy_gettext(
        "This person judges nothing of this unit: neither an appraiser of its agencies nor of the secretariat. Choose another."
    ),
    "recusal_reason_missing": lazy_gettext(
        "Give the reason of the recusal: colleagues and the secretariat will read it."
    ),
    "recusal_reason_too_long": lazy_gettext("The reason of a recusal takes %(most)s letters at most. Shorten it."),
    "recusal_unknown": lazy_gettext("There is no such recusal, or it is not yours to see."),
    "recusal_withdrawn": lazy_gettext("The recusal was withdrawn already, at %(at)s."),
    "recused": lazy_gettext(
        "You stay out of judging this unit: a recusal is recorded. A colleague judges it; who recorded the recusal can withdraw it."
    ),
    "share_branch_unfit": lazy_gettext("The branch is no criterion of this campaign. Choose one of the list."),
    "share_exists": lazy_gettext("This person has exactly this share already."),
    "share_person_unfit": lazy_gettext(
        "This account is no active appraiser of the agency. Choose one of its people, or have the role given first."
    ),
    "share_scope_unfit": lazy_gettext("Choose all units, one group or one unit of this campaign."),
    "share_unknown": lazy_gettext("There is no such share, or it is not yours to see."),
    "snippet_empty": lazy_gettext("Write the text first."),
    "snippet_unknown": lazy_gettext("There is no such text, or it is not yours."),
    "too_many_snippets": lazy_gettext("%(most)s texts are kept already. Drop one that is no longer used."),
}
