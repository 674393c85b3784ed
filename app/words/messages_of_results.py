"""Refusals around indexes, positions, annulments, editions and the report to the tier above, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

RESULT_MESSAGES: Mapping[str, object] = {
    "index_branch_moved": lazy_gettext(
        "Index %(index)s counts %(criterion)s, which has another code in the new version. Keep that code."
    ),
    "index_branch_unknown": lazy_gettext(
        'Index %(index)s names "%(criterion)s", which is no criterion of the set. Write the code as the set has it.'
    ),
    "index_branches_missing": lazy_gettext("An index needs a code, a name and the criteria it counts."),
    "index_code_twice": lazy_gettext("Two indexes have one code. Give each its own."),
    "index_leaf_outside": lazy_gettext(
        "%(criterion)s is counted by no index, and a weighted mean would leave its points out. Add it to one."
    ),
    "index_leaf_twice": lazy_gettext("%(criterion)s is counted by %(first)s and by %(second)s. Leave it in one."),
    "index_line_unreadable": lazy_gettext(
        '"%(line)s" is no index. Write one a line: code; name; codes of criteria with commas; weight or nothing.'
    ),
    "index_weight_not_positive": lazy_gettext("The weight of index %(index)s must be above 0."),
    "index_weights_mixed": lazy_gettext("Give every index a weight, or none: then points are summed as a whole."),
    "leaves_named": lazy_gettext("Name the criteria that are judged again."),
    "positions_unanswered": lazy_gettext(
        "Say whether the other units keep their positions or all are ranked anew: the answer is recorded."
    ),
    "ranking_settled": lazy_gettext(
        "%(group)s is concluded: who is ranked stands in its table. The chair of the council can reopen results, not this."
    ),
    "report_before_decision": lazy_gettext("The results were decided on %(on)s. The report cannot be older."),
    "report_before_publication": lazy_gettext(
        "%(group)s is not published yet. The report goes up once every group of the council is."
    ),
    "report_of_the_future": lazy_gettext("%(on)s is still to come. Write the day the report went out."),
    "upward_report_unknown": lazy_gettext("There is no such report, or it is not yours to see."),
    "decision_day_far": lazy_gettext(
        "The decision cannot be of %(day)s, more than a year away from today. Correct the year."
    ),
    "reports_to_itself": lazy_gettext("A council cannot report to itself, not by way of others either."),
    "result_not_yet": lazy_gettext("This unit has no result yet."),
    "too_many_compared": lazy_gettext("At most %(most)s units stand side by side. Take some out."),
    "units_named": lazy_gettext("Name at least one unit."),
}
