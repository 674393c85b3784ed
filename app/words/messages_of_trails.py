"""Refusals around the audit trail and the verification of papers, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

TRAIL_MESSAGES: Mapping[str, object] = {
    "day_in_future": lazy_gettext("%(day)s has not come yet. Choose today or an earlier day."),
    "days_out_of_order": lazy_gettext("The last day lies before the first. Change one of them."),
    "fingerprint_unreadable": lazy_gettext(
        "A fingerprint has 64 letters, 0–9 and a–f. Copy all of it, or write the code of the receipt, a blank, and the first 8 letters."
    ),
    "heads_unreadable": lazy_gettext(
        "%(file)s, line %(line)s: not a file of heads. Give the file that the page of the heads or flask audit heads wrote, unchanged."
    ),
}
