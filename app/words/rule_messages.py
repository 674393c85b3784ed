"""Sentences about rules: what is refused of one, and what is only worth a look."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

#: refusals, merged into MESSAGES
RULE_MESSAGES: Mapping[str, object] = {
    "example_without_outcome": lazy_gettext("Type the points this claim must earn by the paper."),
    "example_unreadable": lazy_gettext("An example of the page cannot be read. Load the page again and add it anew."),
    "examples_broken": lazy_gettext(
        "The rule does not give what these examples say: %(examples)s. Change the rule, or confirm or take off each example."
    ),
    "measure_twice": lazy_gettext("The same figure is compared twice. Take one line off."),
    "measure_unknown": lazy_gettext('The rule compares no figure "%(measure)s".'),
    "no_band_given": lazy_gettext("There is no step yet. Add the first one."),
    "no_measure": lazy_gettext("Nothing is compared yet. Add a figure of last year."),
    "no_option": lazy_gettext("There is no line yet. Add the first one."),
    "option_key_twice": lazy_gettext("Two lines go by the same name. Give each its own."),
    "rule_changed": lazy_gettext(
        "Somebody else saved the rule of %(criterion)s meanwhile. Both stand below; nothing you typed is lost."
    ),
    "rule_figure_missing": lazy_gettext("A figure is missing here. Type it, for example 0,5."),
    "rule_kind_missing": lazy_gettext("The page did not say how the criterion is scored. Load it again."),
    "rule_text_missing": lazy_gettext("The words are missing. Write them as the paper has them, or take the line off."),
    "scorer_missing": lazy_gettext("Say who scores this criterion."),
    "too_many_examples": lazy_gettext("%(most)s examples are enough. Take some off."),
    "trial_nothing_to_measure": lazy_gettext("0 of 0: there is nothing to measure."),
    "trial_no_band": lazy_gettext("No step takes this figure."),
    "trial_missing": lazy_gettext("Fill in a claim to try first."),
}

#: figures of a rule, as a refusal names them
RULE_FIELDS: Mapping[str, object] = {
    "cap": lazy_gettext("cap"),
    "cut_off": lazy_gettext("cut-off"),
    "each": lazy_gettext("points each"),
    "floor": lazy_gettext("lower bound"),
    "scale": lazy_gettext("scale"),
    "step": lazy_gettext("step of points"),
    "threshold": lazy_gettext("threshold"),
    "weights": lazy_gettext("weight"),
}

#: codes of `rule_remarks` on the page of one criterion; at the opening of a campaign MESSAGES names group and criterion
REMARKS: Mapping[str, object] = {
    "above_maximum": lazy_gettext("Up to %(most)s points can be earned; above the maximum %(maximum)s nothing counts."),
    "band_unreachable": lazy_gettext("No figure ever falls into the step “%(band)s”."),
    "bands_gap": lazy_gettext("No step takes figures between %(from)s and %(to)s: such a claim is refused."),
    "bands_unordered": lazy_gettext(
        "The points go up and down again as the figure rises. Check the order of the steps."
    ),
    "comparison_unordered": lazy_gettext("Better than last year earns less than equal, or equal less than worse."),
    "cut_off_without_effect": lazy_gettext(
        "The cut-off at %(cut_off)s takes nothing away: the deductions reach 0 before it."
    ),
    "floor_above_start": lazy_gettext("Deductions stop at %(floor)s points, above the %(start)s they start from."),
    "full_out_of_reach": lazy_gettext("At most %(most)s points can be earned, less than the maximum %(maximum)s."),
    "no_full_option": lazy_gettext("No choice or step gives the maximum, %(maximum)s points."),
    "no_zero_option": lazy_gettext("No choice or step gives 0."),
    "options_alike": lazy_gettext("Two choices say the same: “%(text)s”."),
    "step_misses_maximum": lazy_gettext("In steps of %(step)s the maximum %(maximum)s is never met."),
}
