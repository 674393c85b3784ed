"""Refusals around what the units never score: surveys, leaders' sheets, figures of others, terms of criteria."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

ENTERING_MESSAGES: Mapping[str, object] = {
    "baseline_in_use": lazy_gettext(
        "The unit has scored %(criterion)s by another figure of the year before already. It stays as long as that score stands."
    ),
    "baseline_source_missing": lazy_gettext(
        "Say where the figure of the year before comes from, in at most %(limit)s characters."
    ),
    "council_minutes_missing": lazy_gettext("Give the number of the council's minutes."),
    "count_negative": lazy_gettext("Column %(column)s holds %(text)s: nobody can be counted below 0."),
    "count_not_whole": lazy_gettext(
        "Column %(column)s holds “%(text)s”, which is no whole number of people or sheets."
    ),
    "counts_exceed_sheets": lazy_gettext(
        "%(count)s answers were counted, but only %(sheets)s sheets came back. One sheet gives one answer."
    ),
    "entered_day_unreadable": lazy_gettext("“%(text)s” is no day. Write it as 20/11/2024."),
    "entered_reason_missing": lazy_gettext("Write the reason: it is kept with the change."),
    "figure_above_scale": lazy_gettext("%(figure)s is above the scale of this criterion, %(scale)s. Check the figure."),
    "file_missing": lazy_gettext("Choose the file first."),
    "leader_kind_without_weight": lazy_gettext(
        "The rule of %(criterion)s gives this kind of leader no weight. The administrator sets the kind under Roles held."
    ),
    "leader_sheet_begun": lazy_gettext(
        "The leader has begun this sheet on screen and not sent it. Let the leader send it; or, where there is a signed paper, tick that it takes the place of what was filled on screen."
    ),
    "leader_sheet_empty": lazy_gettext("Nothing is filled in yet. Fill at least one cell before sending."),
    "leader_sheet_gaps": lazy_gettext(
        "%(count)s cells are still empty. Fill them, or tick that the sheet is sent although cells are empty."
    ),
    "leader_sheet_on_paper": lazy_gettext(
        "The secretariat has typed this sheet from paper. It can be filled on screen once the secretariat gives it back."
    ),
    "leader_sheet_open": lazy_gettext("The sheet is with its leader already."),
    "leader_sheet_submitted": lazy_gettext(
        "The leader has sent this sheet; it is locked. The secretariat can give it back, with a reason."
    ),
    "leaf_not_chosen": lazy_gettext("Choose a criterion of the list."),
    "leaf_not_applicable": lazy_gettext("The criterion does not apply to this unit, by decision of the council."),
    "leaf_not_awaited": lazy_gettext(
        "Criterion %(criterion)s is not one the council assesses additionally for this unit."
    ),
    "leaf_not_surveyed": lazy_gettext("Criterion %(criterion)s is not scored by a survey here."),
    "leaf_setting_after_conclusion": lazy_gettext(
        "%(group)s is concluded: its criteria change no more. The chair of the council can reopen the result."
    ),
    "leaf_without_figure": lazy_gettext("Criterion %(criterion)s does not take one figure a unit here."),
    "line_unit_twice": lazy_gettext("Unit %(unit)s stands on more than one line. Keep one of them."),
    "line_unit_unknown": lazy_gettext("There is no unit with the code %(unit)s in this group."),
    "line_without_unit": lazy_gettext("The line has no code of a unit."),
    "lines_refused": lazy_gettext(
        "%(count)s lines are wrong, so nothing was saved. Correct them; what you typed is still here."
    ),
    "lines_unreadable": lazy_gettext("The lines that were looked at came back damaged. Bring the file again."),
    "measure_not_compared": lazy_gettext("No criterion of this campaign compares %(measure)s with the year before."),
    "no_line_to_take": lazy_gettext("There is no line that can be taken."),
    "nobody_answered": lazy_gettext("Nobody answered, so there is no mean. Leave the whole line empty instead."),
    "origin_unknown": lazy_gettext("Choose which figure of which earlier campaign is meant."),
    "override_exists": lazy_gettext(
        "The council gives points on %(criterion)s already. Withdraw that first; both stay on record."
    ),
    "override_relied_upon": lazy_gettext(
        "%(unit)s has sent its sheet without scoring %(criterion)s, since the council gives the points. They stay."
    ),
    "override_unknown": lazy_gettext("The council gives no points on this criterion."),
    "paper_missing": lazy_gettext("Give the number or mark of the paper sheet and who signed it."),
    "proposal_gone": lazy_gettext("What was proposed for %(unit)s has changed. Look at the proposals again."),
    "sheets_exceed_survey": lazy_gettext(
        "%(sheets)s sheets for one unit are more than came back in the whole survey, %(returned)s."
    ),
    "sheets_missing": lazy_gettext("Give how many sheets came back."),
    "source_day_missing": lazy_gettext("Give the day of the figure, as 20/11/2024."),
    "figure_source_missing": lazy_gettext("Say where the figure was taken from."),
    "supplement_missing": lazy_gettext("Choose or type what the council finds."),
    "supplement_too_early": lazy_gettext(
        "The council assesses what was not yet due in the second appraisal, once the agency's score is settled."
    ),
    "survey_audience_missing": lazy_gettext("Say which group of people was asked."),
    "survey_below_its_units": lazy_gettext(
        "A unit has %(sheets)s sheets of this survey, so at least as many came back. Correct the counts first."
    ),
    "survey_name_missing": lazy_gettext("Give the survey a name."),
    "survey_returned_above_sent": lazy_gettext("%(returned)s sheets cannot come back of %(sent)s that were sent out."),
    "survey_sheets_missing": lazy_gettext("Give how many sheets were sent out and how many came back."),
    "survey_unknown": lazy_gettext("There is no such survey, or it is not yours to see."),
    "survey_withdrawn": lazy_gettext("The survey was withdrawn; its counts count no more. Add it anew if it holds."),
    "table_heading_twice": lazy_gettext("The column “%(column)s” stands twice in the file. Keep one."),
    "table_without_columns": lazy_gettext("The file has none of the columns that are entered here: %(columns)s."),
    "table_without_heading": lazy_gettext(
        "The file has no row with the heading “%(column)s”. Take the template out and fill that."
    ),
    "term_of_others": lazy_gettext(
        "The units do not score %(criterion)s, so it cannot be not yet due. Only a day for its figures can be set."
    ),
    "too_many_lines": lazy_gettext("More than %(limit)s lines at once are not taken."),
    "units_left_out": lazy_gettext("%(count)s units could not be saved; they are marked below. The others are saved."),
}
