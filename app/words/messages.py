"""Every refusal's sentence, by code: what, why, and who can change it."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

from app.words.exchange import EXCHANGE
from app.words.import_messages import IMPORT_MESSAGES
from app.words.messages_of_api import API_MESSAGES
from app.words.messages_of_entering import ENTERING_MESSAGES
from app.words.messages_of_items import ITEM_MESSAGES
from app.words.messages_of_jobs import JOB_MESSAGES
from app.words.messages_of_office import OFFICE_MESSAGES
from app.words.messages_of_results import RESULT_MESSAGES
from app.words.messages_of_setup import SETUP_MESSAGES
from app.words.messages_of_trails import TRAIL_MESSAGES
from app.words.messages_of_versions import VERSION_MESSAGES
from app.words.messages_of_windows import WINDOW_MESSAGES
from app.words.reading import READING
from app.words.rule_messages import RULE_MESSAGES

MESSAGES: Mapping[str, object] = {
    **EXCHANGE,
    **IMPORT_MESSAGES,
    **OFFICE_MESSAGES,
    **JOB_MESSAGES,
    **RULE_MESSAGES,
    **API_MESSAGES,
    **TRAIL_MESSAGES,
    **SETUP_MESSAGES,
    **ENTERING_MESSAGES,
    **ITEM_MESSAGES,
    **VERSION_MESSAGES,
    **WINDOW_MESSAGES,
    **RESULT_MESSAGES,
    **READING,
    "account_exists": lazy_gettext("There is an account %(username)s already. Choose another name."),
    "account_unknown": lazy_gettext("This account does not exist or was switched off. The administrator can help."),
    "action_unknown": lazy_gettext("This act does not exist here."),
    "ambiguous_grouping": lazy_gettext(
        '"%(text)s" can be read in two ways. Write 1234 for a thousand and more, or 1,234 with a comma for a fraction.'
    ),
    "answer_unknown": lazy_gettext('Criterion %(criterion)s has no answer "%(answer)s".'),
    "appendix_unknown": lazy_gettext("The file has no appendix number %(number)s. Choose one of those it has."),
    "appraiser_is_own_unit": lazy_gettext(
        "%(group)s, criterion %(criterion)s: %(unit)s would appraise itself. Assign a substitute for this unit."
    ),
    "appraiser_is_unit": lazy_gettext("%(unit)s would appraise itself. Choose another agency as its substitute."),
    "assessment_unknown": lazy_gettext("There is no such sheet, or it is not yours to see."),
    "already_sent": lazy_gettext(
        "The sheet was sent already, at %(at)s: receipt %(receipt)s. Nothing has to be sent again."
    ),
    "assignment_exists": lazy_gettext("There is such an assignment already. Change that one."),
    "band_above_hundred": lazy_gettext("A class cannot start above 100 percent."),
    "band_bound_twice": lazy_gettext("Two classes start at the same figure."),
    "band_empty": lazy_gettext("A step of the rule covers no figure."),
    "band_name_twice": lazy_gettext('There is a class "%(name)s" already.'),
    "bands_gap": lazy_gettext(
        "%(group)s, criterion %(criterion)s: no step of the rule takes figures between %(from)s and %(to)s."
    ),
    "bands_missing": lazy_gettext("The campaign has no classes yet. Add them, the lowest from 0."),
    "bands_overlap": lazy_gettext("Two steps of the rule overlap."),
    "bands_without_zero": lazy_gettext("The lowest class has to start at 0."),
    "branch_with_rule": lazy_gettext("%(criterion)s has criteria below it and cannot have a rule itself."),
    "branch_with_scorer": lazy_gettext("%(criterion)s is a branch: its points are the sum below it. Nobody scores it."),
    "campaign_open": lazy_gettext(
        "The campaign %(campaign)s is open: this changes only with a decision of the council."
    ),
    "campaign_unknown": lazy_gettext("There is no campaign %(code)s."),
    "campaign_without_group": lazy_gettext("The campaign has no group of units yet. Add one."),
    "cap_not_positive": lazy_gettext("The cap of the rule has to be above 0."),
    "cell_changed": lazy_gettext("Meanwhile somebody else wrote: %(now)s. Save once more to put yours in its place."),
    "cell_unknown": lazy_gettext("The request names no cell that can be changed here. Load the page again."),
    "choice_missing": lazy_gettext("Write what was chosen before the finding counts as settled."),
    "claim_missing": lazy_gettext("Say what is right: choose or fill in the corrected figures."),
    "claim_missing_field": lazy_gettext('The figure "%(field)s" is missing.'),
    "claim_shape": lazy_gettext("What was filled in does not fit this criterion. Fill in its own fields."),
    "code_in_use": lazy_gettext(
        "The code %(code)s stays: a campaign was opened with it, and its papers say so. Change the name instead."
    ),
    "code_exists": lazy_gettext("The code %(code)s is taken. Choose another."),
    "code_unreadable": lazy_gettext(
        "Criterion %(criterion)s: a code has a letter or figure, no slash, and no blank at its ends. Change it."
    ),
    "code_twice": lazy_gettext("The code %(criterion)s stands twice."),
    "collates_of_others": lazy_gettext("Only a scoring officer collates. Take the tick off."),
    "council_missing": lazy_gettext("This role is held in a council. Choose it."),
    "criterion_of_other_set": lazy_gettext(
        "Criterion %(criterion)s is not in a set of this campaign. Choose one that is."
    ),
    "criterion_unknown": lazy_gettext("There is no criterion %(criterion)s in this set."),
    "cut_off_not_positive": lazy_gettext("The cut-off of the rule has to be 1 or more."),
    "cycle": lazy_gettext("%(criterion)s stands below itself."),
    "database_busy": lazy_gettext("Many people are saving at this moment. Nothing was lost; save again."),
    "lock_not_seen": lazy_gettext("The scoring phase is over already. Tick the box to open the campaign all the same."),
    "date_missing": lazy_gettext("The date is missing. Write it as 25/11/2024."),
    "date_unreadable": lazy_gettext('"%(text)s" is not a date. Write it as 25/11/2024.'),
    "dates_reversed": lazy_gettext(
        "The unit is gone on %(last)s, not after its first day %(first)s. Leave it empty while the unit works."
    ),
    "deadline_passed": lazy_gettext(
        "The time to write here has passed, or has not come yet. Ask the secretariat of the council."
    ),
    "deadline_passed_at": lazy_gettext("Locked at %(at)s. Ask the secretariat of the council."),
    "no_criteria_table": lazy_gettext(
        "No table of criteria with points was found in this file. Choose the file that holds the appendix itself."
    ),
    "several_appendices": lazy_gettext("The file holds several appendices: %(names)s. Choose one."),
    "sheet_sent": lazy_gettext("The sheet was sent and is closed. Ask the secretariat to return it for correction."),
    "ballot_empty": lazy_gettext("Nothing is ticked on this sheet. Tick the leader's answers first."),
    "nothing_corrected": lazy_gettext("These are the unit's own figures. Correct them, or agree."),
    "rank_impossible": lazy_gettext("%(text)s is no position: write a whole number, 1 or more."),
    "index_impossible": lazy_gettext("%(text)s is no index: write a figure from 0 to 100."),
    "denominator_zero_not_offered": lazy_gettext("The total is 0, so there is no percentage. Correct the total."),
    "nothing_to_measure_not_offered": lazy_gettext(
        "0 of 0: there is nothing to measure. Say in the explanation why, leave the criterion unscored, or ask the council that it does not apply."
    ),
    "decision_missing": lazy_gettext("Choose: agree, disagree, or ask for more evidence."),
    "decline_not_confirmed": lazy_gettext("Tick the box first: the remaining criteria would earn 0 points."),
    "denominator_zero": lazy_gettext(
        "The total is 0, so there is no percentage. Correct the total, or choose that nothing arose."
    ),
    "document_not_chosen": lazy_gettext("Choose a PDF file, give a link, or take one of the unit's documents."),
    "document_number_unreadable": lazy_gettext(
        '"%(text)s" does not read as a number and symbol. Write it as 58/BC-UBND.'
    ),
    "document_unknown": lazy_gettext("There is no such document, or it is not yours to open."),
    "entry_changed": lazy_gettext(
        "Somebody else saved this criterion meanwhile. Both texts stand below; neither is lost."
    ),
    "every_own_leaf_settled": lazy_gettext(
        "Some criteria are not scored yet. Score them, or leave them unscored on purpose."
    ),
    "evidence_already_sent": lazy_gettext("This document was part of what was sent and stays."),
    "evidence_unknown": lazy_gettext("There is no such document on this criterion."),
    "exemption_by_service": lazy_gettext("Exemptions are decided by the council, not on this page."),
    "explanation_already_sent": lazy_gettext("The explanation was sent; nothing can be added now."),
    "explanation_days_not_positive": lazy_gettext("The term for explanations has to be one day or more."),
    "explanation_not_sent": lazy_gettext("The explanation was sent already."),
    "explanation_too_long": lazy_gettext(
        "The text is longer than %(limit)s characters. Shorten it, or attach a document."
    ),
    "faults_exceed_total": lazy_gettext("There are more faults than cases in all. Check the two figures."),
    "field_refused": lazy_gettext("%(words)s"),
    "first_password_expired": lazy_gettext(
        "The time of this first password is over. Ask the administrator for a new one; whoever runs the server gives one by: flask accounts renew."
    ),
    "figure_not_positive": lazy_gettext('The figure "%(field)s" has to be above 0.'),
    "file_cut_off": lazy_gettext(
        "The end of the file %(name)s is missing: it was cut off on its way. Save or scan the document again and upload that."
    ),
    "file_empty": lazy_gettext("The file %(name)s is empty. Choose the right file again."),
    "file_not_pdf": lazy_gettext(
        "The file %(name)s is not a PDF, whatever its name says. Save the document as PDF and upload that."
    ),
    "file_too_large": lazy_gettext("The file is larger than %(limit)s MB. Send a smaller one, or a link."),
    "filter_unreadable": lazy_gettext('"%(text)s" cannot be looked for here.'),
    "first_year_without_rule": lazy_gettext(
        "There is no figure of last year for this unit. The secretariat enters it."
    ),
    "group_exists": lazy_gettext("%(group)s takes part in this campaign already."),
    "group_not_in_campaign": lazy_gettext("%(group)s is not scored by the set of this criterion in this campaign."),
    "group_or_unit": lazy_gettext("An assignment is for a whole group or for one unit. Choose one of the two."),
    "group_unknown": lazy_gettext("There is no such group, or it is not your council's."),
    "group_without_council": lazy_gettext("%(group)s has no council. Choose one."),
    "group_without_set": lazy_gettext("%(group)s has no criteria set. Choose one."),
    "group_without_units": lazy_gettext("%(group)s has no units. Add them."),
    "grouped_number": lazy_gettext('"%(text)s" groups thousands. Write the digits without points or blanks.'),
    "instant_unreadable": lazy_gettext('"%(text)s" is not a time and date. Write it as 17:00 25/11/2024.'),
    "last_administrator": lazy_gettext(
        "This is the last account that can administer the portal. Give the role to another one first."
    ),
    "leader_kind_missing": lazy_gettext("Say whether this leader is the chairman or a vice chairman."),
    "leader_kind_of_others": lazy_gettext("Only a leader has a kind. Leave it empty."),
    "leader_unknown": lazy_gettext("This leader does not sit in the council."),
    "leaf_final": lazy_gettext("This criterion is final and takes no further verdict."),
    "leaf_not_assigned": lazy_gettext(
        "This criterion is assigned to another officer of the unit. The coordinator can change that."
    ),
    "leaf_not_open": lazy_gettext("This criterion takes no verdict at this stage."),
    "leaf_not_scored_by_leaders": lazy_gettext("Criterion %(criterion)s is not scored from leaders' sheets."),
    "leaf_not_scored_by_unit": lazy_gettext("Criterion %(criterion)s is not for the unit to score."),
    "leaf_scored_by_unit": lazy_gettext("Criterion %(criterion)s is scored by the unit itself."),
    "leaf_unknown": lazy_gettext("There is no criterion %(criterion)s to score."),
    "leaf_without_appraiser": lazy_gettext("%(group)s, criterion %(criterion)s: no agency appraises it. Assign one."),
    "leaf_without_rule": lazy_gettext("%(criterion)s has neither criteria below it nor a rule."),
    "leaf_without_scorer": lazy_gettext("Nobody scores %(criterion)s. Say who does."),
    "leaves_unsettled": lazy_gettext("%(count)s criteria are not scored yet: %(leaves)s."),
    "legal_basis_exists": lazy_gettext("%(number)s of %(issued_on)s is recorded already."),
    "link_twice": lazy_gettext("This document stands on %(criterion)s already."),
    "link_unreadable": lazy_gettext('"%(text)s" is not an address. Begin with https://.'),
    "maxima_changed": lazy_gettext(
        "Somebody else changed these maxima meanwhile. Load the page again; what you typed still stands below."
    ),
    "maximum_differs_from_children": lazy_gettext(
        "The maximum of %(criterion)s is %(maximum)s, the sum of the criteria below it %(children)s. Change both so that they agree."
    ),
    "maximum_negative": lazy_gettext("The maximum of %(criterion)s is below 0."),
    "measure_missing": lazy_gettext('The figure "%(measure)s" is missing.'),
    "measures_differ": lazy_gettext(
        "The measures moved in different directions; the paper does not say what counts. Ask the council."
    ),
    "membership_exists": lazy_gettext("This account holds this role there already."),
    "merged_into_itself": lazy_gettext("A unit cannot be merged into itself, not even by a detour."),
    "missing_number": lazy_gettext("A figure is missing. Fill in every figure of the criterion."),
    "named_undecided": lazy_gettext(
        "This criterion had a verdict when the results were released; it is decided again in the second appraisal only."
    ),
    "negative_figure": lazy_gettext("A figure cannot be below 0. Write it without the minus sign."),
    "no_band": lazy_gettext("The paper gives no points for this figure. Ask the organiser."),
    "no_leaf": lazy_gettext("The set has no criterion to score."),
    "no_full_option": lazy_gettext(
        "%(group)s, criterion %(criterion)s: no choice or step of the rule gives the maximum, %(maximum)s points."
    ),
    "no_zero_option": lazy_gettext("%(group)s, criterion %(criterion)s: no choice or step of the rule gives 0."),
    "no_scoring_phase": lazy_gettext("The campaign has no scoring phase with a first and last instant. Add it."),
    "not_a_number": lazy_gettext('"%(text)s" is not a figure. Write digits, with a comma for a fraction: 0,5.'),
    "not_from_here": lazy_gettext("This act is not possible at this stage. Load the page again."),
    "not_own_unit": lazy_gettext("This belongs to another unit."),
    "not_published": lazy_gettext("Nothing is published yet."),
    "not_replied": lazy_gettext("The unit has answered; the first verdict can no longer change."),
    "not_whole": lazy_gettext('The figure "%(field)s" has to be a whole number.'),
    "not_your_agency": lazy_gettext("Another agency appraises this criterion."),
    "nothing_arose_above_maximum": lazy_gettext(
        "The points where nothing arose (%(points)s) are above the maximum (%(maximum)s)."
    ),
    "text_too_long": lazy_gettext("The field “%(field)s” takes %(most)s letters at most. Shorten it."),
    "tie_breaker_unknown": lazy_gettext(
        "“%(code)s” is no code of the campaign's criteria sets. Type codes as the set has them, with commas."
    ),
    "zero_key_twice": lazy_gettext("Two grounds have the same key. Give each its own."),
    "hour_unreadable": lazy_gettext("Type the hour as 17:00."),
    "ground_unreadable": lazy_gettext(
        "“%(line)s” is no ground. Write a key in small letters, a colon, and the sentence."
    ),
    "unit_not_alone": lazy_gettext("This unit moves with its group."),
    "zero_without_ground": lazy_gettext(
        "A verdict cannot leave a criterion unscored: choose what is right, or one of the named grounds for 0."
    ),
    "nothing_arose_not_offered": lazy_gettext("The paper gives no points for this criterion where nothing arose."),
    "nothing_attainable": lazy_gettext("No criterion applies to %(unit)s: there is nothing to measure against."),
    "nothing_to_answer": lazy_gettext("No point was taken on this criterion: there is nothing to answer."),
    "nothing_to_measure": lazy_gettext(
        "Both figures are 0: there is nothing to measure. Choose that nothing arose where the paper offers it."
    ),
    "number_too_large": lazy_gettext('"%(text)s" has too many digits.'),
    "option_above_maximum": lazy_gettext("An option gives %(points)s points, more than the maximum %(maximum)s."),
    "option_missing": lazy_gettext("Choose one of the options."),
    "option_twice": lazy_gettext("One option was chosen twice."),
    "other_council": lazy_gettext("This is before another council."),
    "override_above_maximum": lazy_gettext("The council's points %(points)s are above the maximum %(maximum)s."),
    "override_unknown_leaf": lazy_gettext(
        "%(group)s: the council gives points on %(criterion)s, which is no criterion of its set."
    ),
    "own_account_kept": lazy_gettext("You are signed in with this account. Somebody else has to switch it off."),
    "own_password_reset": lazy_gettext("This is your own account. Change its password by the menu at your name."),
    "own_unit_refused": lazy_gettext("Nobody appraises the own unit. The substitute agency does it."),
    "paper_unknown": lazy_gettext("There is no such paper."),
    "parent_after_child": lazy_gettext("%(criterion)s stands before %(parent)s, under which it belongs."),
    "parent_of_other_set": lazy_gettext("The criterion above belongs to another set. Choose one of this set."),
    "parent_unknown": lazy_gettext("%(criterion)s stands under %(parent)s, which does not exist."),
    "parent_with_points": lazy_gettext(
        "%(criterion)s is scored itself. Take its points away on the page of maxima first."
    ),
    "password_differs": lazy_gettext("The two new passwords differ. Type the same one twice."),
    "password_guessable": lazy_gettext(
        "The new password is guessed first: without names, common words, years, and digits at the ends too little of it is left. Choose another, for example four words that do not belong together."
    ),
    "password_not_composed": lazy_gettext(
        "The new password needs a capital, a small letter, a digit and a sign such as # or !."
    ),
    "password_not_wanted": lazy_gettext(
        "A password does not belong here: everyone who appraises would read it. Take it out."
    ),
    "password_same": lazy_gettext("The new password is the present one. Choose another."),
    "password_too_long": lazy_gettext("The new password is longer than %(most)s characters. Choose a shorter one."),
    "password_too_short": lazy_gettext("The new password needs %(least)s characters or more."),
    "password_wrong": lazy_gettext("The present password is not right. Type it as printed or as you last chose it."),
    "percent_out_of_range": lazy_gettext('The percentage "%(field)s" of the rule has to lie between 0 and 100.'),
    "phase_exists": lazy_gettext("The campaign has this phase already. Change that one."),
    "phase_opens_after_it_closes": lazy_gettext("The phase opens after it closes. Correct one of the two."),
    "phases_out_of_order": lazy_gettext(
        "The phases overlap or stand out of order. Each begins when the one before is over."
    ),
    "points_above_maximum": lazy_gettext("The points are above the maximum %(maximum)s."),
    "points_negative": lazy_gettext("Points cannot be below 0."),
    "points_off_step": lazy_gettext("Points go in steps of %(step)s."),
    "points_without_support": lazy_gettext(
        "%(count)s criteria claim points without what the campaign insists on: %(leaves)s."
    ),
    "reason_given": lazy_gettext("Give the reason."),
    "reason_missing": lazy_gettext("Give the reason: the unit will read it."),
    "receipt_unknown": lazy_gettext("There is no such receipt."),
    "replaced_by_itself": lazy_gettext("A legal basis cannot replace itself."),
    "reply_missing": lazy_gettext("Write the answer first."),
    "request_in_first_round_only": lazy_gettext("More evidence is asked for in the first appraisal only."),
    "request_answerable_at_once": lazy_gettext(
        "What the agency asks for is answered once the first results are released."
    ),
    "role_missing": lazy_gettext("Your role does not do this."),
    "row_refused": lazy_gettext(
        "The database refused this: the code exists already, or something it points at is missing. Change it and save again."
    ),
    "row_used": lazy_gettext("This cannot be deleted: it is used by %(by)s."),
    "scoring_without_opening": lazy_gettext("Self-scoring needs the instant it opens at."),
    "set_does_not_sum": lazy_gettext(
        "%(group)s: the maximum of %(criterion)s is %(maximum)s, the sum of the criteria below it %(children)s."
    ),
    "set_frozen": lazy_gettext("The set %(set)s is frozen since its campaign opened. A change is a new version."),
    "sign_in_wrong": lazy_gettext(
        "Account or password is not right. Check capitals; the administrator can give a new password."
    ),
    "signer_missing": lazy_gettext("Fill in whose name the decision bears and the post of its signer."),
    "stage_is_scoring": lazy_gettext("The appraisal has begun; the sheet is no longer returned this way."),
    "successor_older": lazy_gettext("The replacing document is of %(last)s, before this one of %(first)s."),
    "text_with_nul": lazy_gettext(
        "What was typed holds a character that is no letter (NUL), perhaps copied from another program. Type the text again."
    ),
    "too_many_decimals": lazy_gettext('"%(text)s" has more than four decimals.'),
    "too_many_options": lazy_gettext("Choose one option only."),
    "unit_in_two_groups": lazy_gettext("%(unit)s stands in %(group)s and in %(other)s. Take it out of one."),
    "unit_missing": lazy_gettext("This role is held in a unit. Choose it."),
    "unit_not_in_campaign": lazy_gettext("%(unit)s is not scored by the set of this criterion in this campaign."),
    "unit_or_council": lazy_gettext("A role is held in a unit or in a council, not in both. Empty one of the two."),
    "unknown_option": lazy_gettext('The criterion has no option "%(option)s". Load the page again and choose.'),
    "unsettled_error_finding": lazy_gettext(
        "%(group)s, criterion %(criterion)s: a finding about the paper is not settled yet. Settle it with a choice."
    ),
    "user_of_other_unit": lazy_gettext("%(user)s is no scoring officer of %(unit)s. Choose one of its own."),
    "username_unreadable": lazy_gettext(
        '"%(username)s" cannot be a sign-in name. Use 3 to 64 small letters without accents, digits, and _ . - between them.'
    ),
    "verdict_given_meanwhile": lazy_gettext(
        "%(by)s decided this criterion meanwhile. Read that verdict, then decide again if needed."
    ),
    "version_missing": lazy_gettext("The page did not say which version it changes. Load it again."),
    "version_unknown": lazy_gettext("The page is newer than what is stored. Load it again."),
    "window_open": lazy_gettext("No window is open now."),
    "wrong_stage": lazy_gettext("This is not possible at the present stage."),
    "wrong_state": lazy_gettext("This is not possible while the sheet stands as it does."),
    "wrong_type": lazy_gettext('The field "%(field)s" holds something that does not fit.'),
    "zero_key_unknown": lazy_gettext("This ground for 0 points does not exist for this criterion."),
}
