"""Refusals around notices, mail and long work, by code."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

JOB_MESSAGES: Mapping[str, object] = {
    "job_broke": lazy_gettext(
        "Something went wrong on our side while this ran; nothing of it was kept. Ask for it again; if it breaks again, tell the administrator."
    ),
    "job_died": lazy_gettext(
        "The work was begun %(runs)s times and each time the server stopped in the middle; nothing of it was kept. Ask for it again, or tell the administrator."
    ),
    "job_not_stoppable": lazy_gettext(
        "This can no longer be cancelled: it has ended, or it is one step that is done as a whole or not at all."
    ),
    "job_unknown": lazy_gettext("There is no such work, or it is not yours to see."),
    "mail_choice_unknown": lazy_gettext("Choose one of the four: what asks you to act, everything, once a day, none."),
    "mail_unknown": lazy_gettext("There is no such mail, or it is on its way already."),
    "not_yours": lazy_gettext("This belongs to another account."),
    "notice_unknown": lazy_gettext("There is no such notice among yours."),
}
