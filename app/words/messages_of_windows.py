"""Refusals around windows, requests of evidence, rechecks, evidence of the agencies and days off, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

WINDOW_MESSAGES: Mapping[str, object] = {
    "agency_file_missing": lazy_gettext("Choose the PDF file of the agency first."),
    "agency_subject_missing": lazy_gettext("Say what the file is about: the unit reads it after the release."),
    "agency_text_too_long": lazy_gettext("The text is longer than %(limit)s characters. Shorten it, or attach a file."),
    "check_day_future": lazy_gettext("The check cannot be of %(day)s, a day to come. Correct the date."),
    "check_finding_missing": lazy_gettext("Write what was found on the system."),
    "correction_days_not_positive": lazy_gettext("The term for corrections has to be one day or more."),
    "document_too_long": lazy_gettext("The number of the document is longer than %(limit)s characters. Shorten it."),
    "explanation_over_at_release": lazy_gettext(
        "Counted from the day of the written request, the time to explain was over at %(due)s already. Correct the day, or leave it empty: the time then runs from the release."
    ),
    "ground_missing": lazy_gettext("Choose the ground of the window."),
    "holiday_exists": lazy_gettext("This day off is recorded already."),
    "minutes_day_future": lazy_gettext("The minutes cannot be of %(day)s, a day to come. Correct the date."),
    "minutes_number_missing": lazy_gettext("Give the number of the minutes, in at most %(limit)s characters."),
    "recheck_day_past": lazy_gettext(
        "%(day)s has passed: a recheck is ordered for today (%(today)s) or a day to come."
    ),
    "recheck_decided": lazy_gettext("This request for a recheck was decided already. Load the page again."),
    "recheck_finding_missing": lazy_gettext("Write what the recheck found."),
    "recheck_leaf_missing": lazy_gettext("Choose the criterion to look at on the spot, one your unit scores."),
    "recheck_not_ordered": lazy_gettext(
        "Minutes are kept once, of a recheck that was ordered. Load the page again and look at how it stands."
    ),
    "recheck_reason_missing": lazy_gettext("Write why the recheck is needed."),
    "recheck_refusal_without_reason": lazy_gettext("Write why the recheck is refused: the unit will read it."),
    "recheck_text_too_long": lazy_gettext("The text is longer than %(limit)s characters. Shorten it."),
    "recheck_unknown": lazy_gettext("There is no such recheck, or it is not yours to see."),
    "request_closed_by_verdict": lazy_gettext(
        "A request of evidence ends with the next verdict of its agency, not by hand. Ask the agency to decide."
    ),
    "request_days_not_positive": lazy_gettext("The term for answering a request has to be one day or more."),
    "request_due_past": lazy_gettext(
        "To be answered until: %(due)s has passed, it is %(now)s. Give the unit a time to come."
    ),
    "request_due_too_late": lazy_gettext(
        "The request would run to %(due)s; the campaign takes answers until %(last)s. Choose a time not after that."
    ),
    "request_text_missing": lazy_gettext("Write what is wanted: the unit will read it."),
    "seed_cell_empty": lazy_gettext("%(file)s, line %(line)s: the cell %(column)s is empty. Fill it in."),
    "system_name_missing": lazy_gettext("Name the system that was checked, in at most %(limit)s characters."),
    "unit_concluded": lazy_gettext(
        "The unit is concluded: no window opens anything for it. The chair of the council can reopen criteria."
    ),
    "unit_closed": lazy_gettext("%(unit)s was merged or left the campaign: its sheet has ended and takes no window."),
    "window_by_request": lazy_gettext(
        "This window opens by itself when an appraiser asks for more evidence. Choose another ground."
    ),
    "window_closing_reason_missing": lazy_gettext("Write why the window closes early."),
    "window_ends_before_it_begins": lazy_gettext(
        "The window would close at %(due)s, not after it opens at %(opens)s. Correct one of the two."
    ),
    "window_ends_in_the_past": lazy_gettext("The window would have closed at %(due)s already, it is %(now)s."),
    "window_needs_explanation_stage": lazy_gettext(
        "The unit explains only between the release of the first results and the second appraisal."
    ),
    "window_needs_return": lazy_gettext(
        "The sheet was not returned, so there is nothing to correct. Return it for correction first, or grant an extension."
    ),
    "window_needs_submission": lazy_gettext(
        "The unit has sent nothing that could be brought up to date. Grant it an extension by decision instead."
    ),
    "window_over": lazy_gettext("The window is over already."),
    "window_over_at": lazy_gettext("The window is over since %(at)s already."),
    "window_unit_missing": lazy_gettext("Choose a unit, or every unit of the group."),
    "window_unknown": lazy_gettext("There is no such window, or it is not your council's."),
    "written_request_future": lazy_gettext(
        "The written request cannot be of %(day)s, a day to come. Correct the date."
    ),
}
