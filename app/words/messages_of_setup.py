"""Refusals around the set-up of a campaign, its changes while open, hand-overs and mergers, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

SETUP_MESSAGES: Mapping[str, object] = {
    # profiles
    "profile_decimals": lazy_gettext("%(file)s: decimals of the index are 0 to 4."),
    "profile_item_twice": lazy_gettext('%(file)s: item "%(code)s" stands twice.'),
    "profile_missing_field": lazy_gettext('%(file)s: the profile lacks "%(field)s".'),
    "profile_moment_unreadable": lazy_gettext(
        '%(file)s: "%(text)s" is no moment. Write 25/11 17:00, 15/01+1 17:00 for the year after, or +14d 17:00.'
    ),
    "profile_not_an_object": lazy_gettext("%(file)s: a profile is an object of JSON with named fields."),
    "profile_phase_twice": lazy_gettext("%(file)s: the profile dates a phase twice."),
    "profile_unknown": lazy_gettext("Choose a profile to start from: one of the list, or another campaign."),
    "profile_unknown_field": lazy_gettext('%(file)s: the profile has a field nobody knows: "%(field)s".'),
    # the steps
    "band_without_name": lazy_gettext("Give the class a name, of at most 120 characters."),
    "campaign_name_missing": lazy_gettext("Give the campaign a name, of at most %(limit)s characters."),
    "council_missing_here": lazy_gettext("Choose the council of %(group)s."),
    "decimals_impossible": lazy_gettext("The index has 0 to 4 decimals."),
    "group_code_missing": lazy_gettext("Give the new group a code, of at most %(limit)s characters."),
    "group_name_missing": lazy_gettext("Give the new group a name, of at most %(limit)s characters."),
    "group_unknown_here": lazy_gettext("There is no such peer group. Choose one of the list."),
    "basis_not_here": lazy_gettext("There is no such document. Choose one of the list, or add it first."),
    "phase_without_closing": lazy_gettext("Write when the phase closes, or leave the opening empty too."),
    "set_missing_here": lazy_gettext("Choose the criteria set of %(group)s."),
    "source_missing": lazy_gettext("Choose the campaign to take over from: another one than this."),
    "step_unknown": lazy_gettext("The set-up has no such step."),
    "ties_missing": lazy_gettext("Choose how positions go on after two units share one."),
    "unit_missing_here": lazy_gettext("Choose the unit: one of the list."),
    "year_of_campaign": lazy_gettext('"%(year)s" is no year of a campaign. Write a year from 2000 to 2100.'),
    # the checklist
    "agencies_without_people": lazy_gettext("Agencies that appraise, without anybody who does: %(names)s."),
    "baselines_missing": lazy_gettext("%(count)s units lack figures of last year to be compared with: %(names)s."),
    "bonus_items_missing": lazy_gettext(
        "Bonus points are capped at %(cap)s, but no item of the decision gives any. Items can be added before the opening only."
    ),
    "council_without_authority": lazy_gettext("No approving authority: %(names)s."),
    "council_without_chair": lazy_gettext("No chair: %(names)s."),
    "council_without_leaders": lazy_gettext("Leaders score criteria of the set, but no leader is named: %(names)s."),
    "council_without_secretariat": lazy_gettext("No secretariat: %(names)s."),
    "dates_not_checked": lazy_gettext("The dates were moved to %(year)s and nobody has looked at them yet."),
    "penalty_items_missing": lazy_gettext(
        "Penalty points are capped at %(cap)s, but no item of the decision takes any. Items can be added before the opening only."
    ),
    "terms_not_taken_over": lazy_gettext(
        "Criteria with a term of their own in the campaign this one was made from, that have none here: %(names)s."
    ),
    "first_passwords_unused": lazy_gettext("%(count)s accounts were never signed in to: %(names)s."),
    "leaves_without_officer": lazy_gettext("Criteria no officer answers for, in %(count)s units: %(names)s."),
    "missing_not_seen": lazy_gettext(
        "%(count)s things are still missing. Tick the box once you have seen them, or put them right first."
    ),
    "profile_unresolved": lazy_gettext("The profile names what is not here: %(names)s."),
    "days_off_missing": lazy_gettext("Terms are counted in working days, but no day off of %(names)s is recorded."),
    "report_due_missing": lazy_gettext("No day is set for the report of the units."),
    "units_ended": lazy_gettext("%(count)s units of the groups do not work any more: %(names)s."),
    "units_without_coordinator": lazy_gettext("%(count)s units have no coordinator: %(names)s."),
    "units_without_head": lazy_gettext("%(count)s units have no head who approves: %(names)s."),
    "units_without_officer": lazy_gettext("%(count)s units have no officer: %(names)s."),
    # changes of an open campaign
    "agency_not_chosen": lazy_gettext("Choose the agency: one of the list."),
    "agency_without_people": lazy_gettext("%(agency)s has nobody who appraises. The administrator names people first."),
    "branch_of_other_set": lazy_gettext('The set of the group has no criterion "%(branch)s". Write its code: 2.1.'),
    "change_after_conclusion": lazy_gettext(
        "A result of the campaign is concluded: what it was worked out by stays. The change waits for the next campaign."
    ),
    "change_without_reason": lazy_gettext("Write why: everybody it concerns will read it."),
    "group_concluded": lazy_gettext("%(group)s is concluded already. The unit enters the next campaign."),
    "group_not_of_campaign": lazy_gettext("Choose a group of this campaign."),
    "nothing_changed": lazy_gettext("Nothing differs from how it is. Change something first."),
    "phase_began": lazy_gettext("The phase has begun already: its opening stays, its closing can be moved."),
    "phase_into_past": lazy_gettext("This moment is over. Write one that is still to come."),
    "phase_kept": lazy_gettext("A phase of an open campaign is not taken away. Write when it closes."),
    "policy_fixed": lazy_gettext("These settings stay as the campaign was opened with them: %(settings)s."),
    "sheet_concluded": lazy_gettext(
        "The group of %(unit)s is concluded or was published: its sheet stays. The approving authority can annul a result."
    ),
    "sheet_ended": lazy_gettext("The sheet of %(unit)s has ended already."),
    "unit_ended": lazy_gettext("%(unit)s does not work any more. Choose the unit it went into."),
    "unit_in_campaign": lazy_gettext("%(unit)s has, or had, a sheet in this campaign already."),
    # mergers
    "merged_into_ended": lazy_gettext("%(unit)s ends itself. Choose a unit that goes on."),
    "merger_target_missing": lazy_gettext("Choose the unit it goes into."),
    "unit_merged_already": lazy_gettext("%(unit)s was merged into %(into)s already."),
    "unit_unknown": lazy_gettext("There is no such unit here."),
    # hand-overs
    "appointment_missing": lazy_gettext("Choose whose work is handed over."),
    "appointment_unknown": lazy_gettext("Nobody holds this role any more. Load the page again."),
    "delegation_chain": lazy_gettext(
        "From %(first)s to %(last)s one of the two has a deputy, or is one. Work is handed over once, not on and on: choose other days or another deputy."
    ),
    "delegation_ended": lazy_gettext("The hand-over has ended already."),
    "delegation_ends_before_it_begins": lazy_gettext("The last day is before the first, %(first)s."),
    "delegation_not_yours": lazy_gettext(
        "Your role does not hand over this work. The head of the unit, or the administrator, can."
    ),
    "delegation_over_already": lazy_gettext(
        "The last day, %(last)s, is over. Nothing is handed over for days gone by."
    ),
    "delegation_overlaps": lazy_gettext("This work is in a deputy's hands already from %(first)s to %(last)s."),
    "delegation_role_kept": lazy_gettext(
        "This role is not handed over: the administrator gives it to somebody by name."
    ),
    "delegation_to_oneself": lazy_gettext("Work is handed over to somebody else. Choose another person."),
    "delegation_to_recorder": lazy_gettext(
        "You cannot make yourself the deputy. The head of the unit, or the administrator, records it."
    ),
    "delegation_unknown": lazy_gettext("There is no such hand-over."),
    "delegation_without_document": lazy_gettext(
        "An office of a council is handed over by a document: write its number."
    ),
    "delegation_without_reason": lazy_gettext("Write why the work is handed over."),
    "deputy_not_colleague": lazy_gettext(
        "The deputy is somebody of your own unit or council. The administrator can name others."
    ),
    "deputy_without_account": lazy_gettext("Choose a deputy who has an account that is switched on."),
    "nothing_to_hand_over": lazy_gettext("This officer has no branch of an open campaign."),
    "officer_missing": lazy_gettext("Choose the officer whose branches are given on."),
    "officer_of_other_unit": lazy_gettext("Choose an officer of the same unit, with an account that is switched on."),
}
