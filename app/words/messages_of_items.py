"""Refusals around bonus and penalty, exemptions, the unit's report and what criteria cite, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

ITEM_MESSAGES: Mapping[str, object] = {
    "adjustment_unknown": lazy_gettext("There is no such bonus or penalty, or it is not yours to see."),
    "basis_cited_twice": lazy_gettext("The criterion cites %(number)s with these words already."),
    "difference_unexplained": lazy_gettext("Write why report and sheet differ."),
    "exempt_leaf_not_sent": lazy_gettext(
        "The unit sent its sheet without %(criteria)s. Return the sheet for correction first, then decide that it applies."
    ),
    "exemption_code_missing": lazy_gettext("Choose the criterion, or the branch, that does not apply."),
    "exemption_exists": lazy_gettext(
        "Everything under %(criterion)s is claimed as not applicable already. See the list above."
    ),
    "exemption_not_chosen": lazy_gettext("Tick the criteria that are decided on this document."),
    "exemption_of_every_leaf": lazy_gettext(
        "Nothing would be left to measure %(unit)s by. Leave at least one criterion that applies."
    ),
    "exemption_unknown": lazy_gettext("There is no such exemption, or it is not yours to see."),
    "grade_unknown": lazy_gettext("The campaign has no such class. Choose one of the list."),
    "item_already_proposed": lazy_gettext(
        "%(item)s counts once a year and is proposed already. Withdraw that proposal to send other figures."
    ),
    "item_cap_below_points": lazy_gettext(
        "The item gives up to %(points)s points, its cap is %(cap)s. Raise the cap, or leave it empty."
    ),
    "item_exists": lazy_gettext("The campaign has an item %(code)s already."),
    "item_gives_nothing": lazy_gettext(
        "By these figures %(item)s gives no points: nothing would be added or taken off."
    ),
    "item_points_missing": lazy_gettext("Write how many points it gives: more than 0."),
    "item_step_twice": lazy_gettext('Two lines start at the same figure: "%(text)s". Keep one.'),
    "item_steps_missing": lazy_gettext("Write from which figure on it gives how many points: >30: 1"),
    "item_steps_unreadable": lazy_gettext(
        '"%(text)s" cannot be read. Write > (above) or >= (from), the figure, a colon, the points: >=10: 1'
    ),
    "item_unknown": lazy_gettext("Choose one of the items of the campaign."),
    "penalty_by_unit": lazy_gettext(
        "%(item)s takes points off. The appraising agency or the secretariat proposes it, not the unit."
    ),
    "proposal_decided": lazy_gettext("The council has decided it already. Only the chair can decide it anew."),
    "proposal_not_current": lazy_gettext(
        "It was withdrawn, or decided anew meanwhile. Load the page again and look at how it stands."
    ),
    "proposal_of_others": lazy_gettext("It was proposed by others. They can withdraw it, or the chair can refuse it."),
    "proposal_reason_missing": lazy_gettext("Give the reason: it stands in the ledger with the decision."),
    "proposal_text_too_long": lazy_gettext("The text is longer than %(limit)s characters. Shorten it."),
    "report_above_maximum": lazy_gettext(
        "%(criterion)s has a maximum of %(maximum)s points. Check the figure on the paper."
    ),
    "report_approved": lazy_gettext("The head has approved this report already."),
    "report_criterion_unknown": lazy_gettext("The set has no criterion %(criterion)s."),
    "report_document_missing": lazy_gettext(
        "Choose the signed report as a PDF file, or give the address where it can be opened."
    ),
    "report_not_asked": lazy_gettext("The campaign asks for no report, or none is entered yet."),
    "report_not_newest": lazy_gettext("Version %(version)s was entered since. Look at that one."),
    "report_too_late": lazy_gettext("This campaign takes no report after %(due)s. The secretariat can be asked."),
    "report_unknown": lazy_gettext("There is no such report, or it is not yours to open."),
}
