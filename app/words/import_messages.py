"""Every refusal of the import review, by code: what, why, and how to right it."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

IMPORT_MESSAGES: Mapping[str, object] = {
    "agency_missing": lazy_gettext("Choose the unit, or type its name."),
    "decision_unknown": lazy_gettext("This decision is of a kind the portal does not know. Load the page again."),
    "finding_not_settled": lazy_gettext("This finding is open already."),
    "finding_settled": lazy_gettext("Somebody settled this finding meanwhile. Nothing was changed."),
    "finding_unknown": lazy_gettext("This finding is no longer there: what it was about was changed."),
    "import_changed": lazy_gettext(
        "%(by)s decided something here meanwhile. What you see now is the newest; what you typed still stands. Press again to go on."
    ),
    "import_closed": lazy_gettext("This review is closed: it was kept as a set, or put away."),
    "import_source_unknown": lazy_gettext("The file itself is not kept for this review."),
    "import_unknown": lazy_gettext("There is no such review."),
    "legal_basis_unknown": lazy_gettext("There is no such legal basis. Choose one of the list."),
    "maximum_missing": lazy_gettext("%(criterion)s has no maximum. Type it."),
    "appendix_not_chosen": lazy_gettext("Choose one of the appendices."),
    "code_missing": lazy_gettext("Give a code."),
    "title_missing": lazy_gettext("Give the criterion a title."),
    "note_missing": lazy_gettext("Write why it stays as printed."),
    "nothing_given": lazy_gettext("Choose a file or paste a table first."),
    "nothing_to_undo": lazy_gettext("There is no decision to take back."),
    "only_notes_together": lazy_gettext("Only notes are settled in one go. Look at each error and warning by itself."),
    "parent_below_itself": lazy_gettext("%(code)s stands below this criterion; it cannot be above it too."),
    "parent_unknown_code": lazy_gettext("There is no criterion %(code)s to put it under."),
    "remedy_unknown": lazy_gettext("This way out is not offered any more. Load the page again."),
    "row_decided_already": lazy_gettext("This row was left out or put back meanwhile."),
    "set_code_unreadable": lazy_gettext("The code of a set has no blanks and no slash, 64 letters at most: xa_2025."),
    "upload_gone": lazy_gettext("The file waited too long and was removed. Choose it again."),
    "year_out_of_range": lazy_gettext("The year is a number from 2000 to 2100."),
}
