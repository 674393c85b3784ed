"""What stands against a file of ours that was edited, and what is noted about a set that came from one."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import force_locale, lazy_gettext

EXCHANGE: Mapping[str, object] = {
    "criterion_examples_broken": lazy_gettext(
        "Criterion %(criterion)s: its rule does not give what these of its examples say: %(examples)s. Correct the rule, or correct or take off each example."
    ),
    "criterion_field_too_long": lazy_gettext(
        "Criterion %(criterion)s: the field “%(field)s” takes %(most)s letters at most. Shorten it."
    ),
    "criterion_without_title": lazy_gettext("Criterion %(criterion)s has no title. Write it."),
    "document_changed": lazy_gettext(
        "The text of this appendix is not what the portal wrote. Changed: %(changed)s; gone: %(removed)s; added: %(added)s. Drop the file on the page where appendices are read: what was changed is read anew there."
    ),
    "document_not_ours": lazy_gettext(
        "This Word file holds no criteria set of the portal. Drop it on the page where appendices are read."
    ),
    "examples_without_rule": lazy_gettext(
        "Criterion %(criterion)s brings examples but no rule. Take the examples off, or write the rule."
    ),
    "export_kind_unknown": lazy_gettext('A set is not written as "%(kind)s". Choose one of: %(known)s.'),
    "set_file_unreadable": lazy_gettext("The file %(path)s cannot be read: %(reason)s."),
    "set_file_unwritable": lazy_gettext("The file %(path)s cannot be written: %(reason)s."),
    "key_not_writable": lazy_gettext(
        'Criterion %(criterion)s: the key "%(key)s" of its rule cannot stand in a workbook. Give it a key without ";", ":" or line breaks, or take the set out as JSON.'
    ),
    "own_file_too_large": lazy_gettext("The file is larger than any criteria set. Choose the right file."),
    "own_file_unreadable": lazy_gettext("The file is broken. Save it again, or take the set out of the portal anew."),
    "rule_without_rows": lazy_gettext("Criterion %(criterion)s: its rule has no step. Complete the rule first."),
    "set_field_missing": lazy_gettext('The file does not say the field "%(field)s" of the set. Write it.'),
    "set_file_not_ours": lazy_gettext(
        "This is no file a portal wrote: JSON, workbook or Word appendix of a criteria set. Drop a decree's own appendix on the page where appendices are read."
    ),
    "set_missing_field": lazy_gettext('JSON, criterion %(criterion)s: the field "%(field)s" is missing. Write it.'),
    "set_not_an_object": lazy_gettext("The JSON file holds no criteria set."),
    "set_of_name_unknown": lazy_gettext("There is no criteria set %(set)s."),
    "set_unknown_field": lazy_gettext(
        'JSON, criterion %(criterion)s: the field "%(field)s" is not known here. Take it off.'
    ),
    "set_version_unknown": lazy_gettext(
        "The JSON file is of version %(version)s, which this portal does not read. Take the set out of the portal anew."
    ),
    "text_too_long_for_workbook": lazy_gettext(
        'Criterion %(criterion)s: the text under "%(column)s" is longer than the %(limit)s letters one cell holds. Take the set out as a Word appendix or JSON.'
    ),
    "workbook_cell_beside": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: "%(text)s" stands beside the table, under no heading. Move it into the table or delete it.'
    ),
    "workbook_cell_missing": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: the cell under "%(column)s" is empty. Fill it in.'
    ),
    "workbook_cell_type": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": "%(text)s" is a date, an error or a yes/no. Format the cell as text and write it again.'
    ),
    "workbook_cell_unused": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: nothing is read from "%(text)s" under "%(column)s" in a row of this kind. Delete it, or move it to where it belongs.'
    ),
    "workbook_claim_unreadable": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: the example "%(text)s" is not understood. Write it as: %(examples)s.'
    ),
    "workbook_code_twice": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: the code %(criterion)s stands in row %(first)s already. Give one of them another code.'
    ),
    "workbook_code_unknown": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: the code %(criterion)s has no row on the sheet of the tree. Correct the code or add the row.'
    ),
    "workbook_column_missing": lazy_gettext(
        'Sheet "%(sheet)s": the column "%(column)s" is missing. Put the heading back as the template has it.'
    ),
    "workbook_column_unknown": lazy_gettext(
        'Sheet "%(sheet)s": the column "%(column)s" is not of the template, or stands twice. Take it off.'
    ),
    "workbook_fact_missing": lazy_gettext(
        'Sheet "%(sheet)s": the row "%(fact)s" is missing. Put it back as the template has it.'
    ),
    "workbook_fact_twice": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: "%(fact)s" stands twice. Delete one of the rows.'
    ),
    "workbook_formula": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": a formula (%(text)s) is not read. Put its value in the cell.'
    ),
    "workbook_item_missing": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: criterion %(criterion)s has no row "%(item)s". Add it; write "%(none)s" where there is none.'
    ),
    "workbook_item_twice": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: criterion %(criterion)s has "%(item)s" twice. Delete one of the rows.'
    ),
    "workbook_item_unknown": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: "%(text)s" is no row of this way of scoring (criterion %(criterion)s). Correct the word or delete the row.'
    ),
    "workbook_kind_differs": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: "%(text)s" here, "%(first)s" above for the same criterion. Make them the same.'
    ),
    "workbook_not_ours": lazy_gettext(
        "This workbook is not of the portal's template. Take the set out of the portal and edit that file, or drop this one on the page where appendices are read."
    ),
    "workbook_number_not_whole": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": %(text)s is no whole number. Write one.'
    ),
    "workbook_number_unreadable": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": "%(text)s" is no figure. Write digits, with a comma for a fraction: 0,5.'
    ),
    "workbook_parent_unknown": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: %(criterion)s stands under %(parent)s, which has no row above it. Correct it, or move the row below %(parent)s.'
    ),
    "workbook_percent_format": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": the cell is formatted as a percentage, so 85 may mean 0.85. Format it as a number and write 85.'
    ),
    "workbook_rule_missing": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: criterion %(criterion)s is scored, but has no row on the sheet of rules. Add its rule, or empty the cell that says who scores.'
    ),
    "workbook_scorer_missing": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: criterion %(criterion)s has a rule, but nobody scores it. Say who scores, or delete its rows on the sheet of rules.'
    ),
    "workbook_span_of_shares": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: "%(text)s" speaks of percent, but the criterion counts cases. Take the sign off, or choose the way of scoring by percentages.'
    ),
    "workbook_span_unreadable": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s: the span "%(text)s" is not understood. Write it as: %(examples)s.'
    ),
    "workbook_text_is_number": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": %(text)s is stored as a number, so a nought at its end may be lost. Format the cell as text and write it again.'
    ),
    "workbook_too_many_rows": lazy_gettext(
        'Sheet "%(sheet)s" has more than %(limit)s rows. Delete what is no criterion.'
    ),
    "workbook_too_wide": lazy_gettext(
        "The workbook holds something right of its first %(limit)s columns. Delete what stands beside the tables."
    ),
    "workbook_version_unknown": lazy_gettext(
        "The workbook is of template %(version)s, which this portal does not read. Take the set out of the portal anew."
    ),
    "workbook_word_unknown": lazy_gettext(
        'Sheet "%(sheet)s", row %(row)s, column "%(column)s": "%(text)s" is not known. Write one of: %(known)s.'
    ),
    "year_beyond_reach": lazy_gettext("The year %(year)s is not between %(least)s and %(most)s. Correct it."),
}

#: what is noted about a set that was read from a file: code → sentence
NOTED: Mapping[str, object] = {
    "agency_unknown": lazy_gettext("“%(text)s” is no unit of this portal; the name stays as printed."),
    "legal_basis_unknown": lazy_gettext("Legal basis: %(number)s (not among those of this portal)."),
}


def say_in_vietnamese(code: str, details: Mapping[str, object]) -> str:
    """Return the sentence of what is noted, as it is stored: in the language of the papers."""
    with force_locale("vi"):
        return str(NOTED[code]) % details
