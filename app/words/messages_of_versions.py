"""Refusals around versions of a set and their adoption, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

VERSION_MESSAGES: Mapping[str, object] = {
    "adoption_after_scoring": lazy_gettext(
        "%(group)s is being appraised already. Another version can be adopted only while the units score; the change waits for the next campaign."
    ),
    "campaign_not_open": lazy_gettext(
        "%(campaign)s is not open. Before the opening its set is simply chosen; nothing has to be adopted."
    ),
    "set_code_missing": lazy_gettext("Give the new set a code of its own, of at most %(limit)s characters."),
    "document_missing": lazy_gettext(
        "Give the number of the document that orders it, in at most %(limit)s characters."
    ),
    "draft_version_exists": lazy_gettext(
        "Version %(version)s of %(set)s is being drafted already. Go on with that one, or delete it first."
    ),
    "leaf_changed": lazy_gettext(
        "A new version of the criteria changed %(criterion)s while this page was open. Copy what you typed, load the page again and look at what changed."
    ),
    "legal_basis_missing": lazy_gettext(
        "Choose the document the new version rests on. Add it to the legal bases first."
    ),
    "mapping_doubtful": lazy_gettext(
        "%(count)s criteria were matched by likeness and nobody has confirmed it: %(criteria)s. Confirm or correct them on the page of the mapping."
    ),
    "mapping_twice": lazy_gettext(
        "%(criterion)s would become both %(first)s and %(second)s. A criterion continues in one only; leave the other as new."
    ),
    "set_name_missing": lazy_gettext("Give the new set a name, of at most %(limit)s characters."),
    "old_version_unknown": lazy_gettext("This sheet was not scored by such a version."),
    "option_changed": lazy_gettext("The option that was chosen is worded otherwise now."),
    "sent_not_seen": lazy_gettext(
        "%(count)s sheets go back to their units and have to be sent again. Tick the box once you have seen which."
    ),
    "set_already_used": lazy_gettext("The group is scored by this version already. Choose another."),
    "set_follows_itself": lazy_gettext("%(set)s comes from this set itself. Choose an older one."),
    "set_is_draft": lazy_gettext(
        "%(set)s is still a draft: change it as it stands. Only a frozen set needs a new version."
    ),
    "set_not_linked": lazy_gettext(
        "It is not known which criterion of %(set)s is which of the set in use. Compare the two and keep the mapping first."
    ),
    "set_unknown": lazy_gettext("There is no such criteria set."),
    "set_with_itself": lazy_gettext("A set does not differ from itself. Choose another one."),
    "set_without_origin": lazy_gettext(
        "%(set)s was not made from another set. Compare it with one and keep the mapping."
    ),
    "tie_breaker_moved": lazy_gettext(
        "The campaign decides ties by the points of %(criterion)s, which has another code in the new version. Keep that code."
    ),
    "version_without_reason": lazy_gettext(
        "Write why there is a new version: everybody who compares the two will read it."
    ),
    "year_impossible": lazy_gettext("%(year)s is no year of a set. Write a year from 2000 to 2100."),
}
