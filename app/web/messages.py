"""Every refusal's sentence, by code: what, why, and who can change it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

MESSAGES: Mapping[str, object] = {
    "account_unknown": lazy_gettext("This account does not exist or was switched off. The administrator can help."),
    "password_differs": lazy_gettext("The two new passwords differ. Type the same one twice."),
    "password_guessable": lazy_gettext(
        "The new password is guessed first: it holds the account's name or a common word. Choose another.",
    ),
    "password_same": lazy_gettext("The new password is the present one. Choose another."),
    "password_too_long": lazy_gettext("The new password is longer than %(most)s characters. Choose a shorter one."),
    "password_too_short": lazy_gettext("The new password needs %(least)s characters or more."),
    "password_wrong": lazy_gettext("The present password is not right. Type it as printed or as you last chose it."),
}
