"""Refusals of the API and around its keys, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

API_MESSAGES: Mapping[str, object] = {
    "body_too_large": lazy_gettext("What was sent is larger than 1 MB. Send one criterion at a time."),
    "body_unreadable": lazy_gettext("What was sent is no JSON object. Send one, with Content-Type application/json."),
    "body_missing_field": lazy_gettext("%(field)s is missing. Send it along."),
    "body_unknown_field": lazy_gettext("%(field)s is no field of this request. Leave it out."),
    "http_400": lazy_gettext("The request cannot be read. See /api/v1/openapi.json for what it takes."),
    "http_404": lazy_gettext("There is no such resource, or it is not this account's to see."),
    "page_unreadable": lazy_gettext('"%(text)s" is no number for %(name)s. Send a whole number from 0.'),
    "token_days_impossible": lazy_gettext("A key holds between 1 and %(most)s days. Type a whole number."),
    "token_missing": lazy_gettext(
        "No key, or one that no longer holds. Send Authorization: Bearer and a key that the administrator made for this account."
    ),
    "token_name_missing": lazy_gettext("Say which system the key is for, in at most %(limit)s characters."),
    "token_reads_only": lazy_gettext("This key may only read. The administrator can make one that writes."),
    "token_unknown": lazy_gettext("There is no such key."),
}
