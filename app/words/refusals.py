"""A refusal as people read it, in their language: what, why, since when, and what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import has_app_context
from flask_babel import force_locale, gettext

from app.domain.errors import DomainError
from app.words.fields import FIGURES
from app.words.messages import MESSAGES
from app.words.numbers import shown
from app.words.rule_messages import RULE_FIELDS
from app.words.settings import settings_named


def in_plain_words(refusal: DomainError) -> str:
    """Return the Vietnamese sentence of a refusal outside a request, or "" where none stands: a command prints it."""
    if refusal.code not in MESSAGES or not has_app_context():
        return ""
    with force_locale("vi"):
        return sentence(refusal)


def sentence(refusal: DomainError) -> str:
    """Return what stands against the act, in the reader's language: what, why, since when, and what to do."""
    known_since = MESSAGES.get(f"{refusal.code}_at") if "at" in refusal.details else None
    words = known_since or MESSAGES.get(refusal.code)
    if words is None:
        return str(gettext("Refused (%(code)s).", code=refusal.code))
    answer: str = str(words) % _Shown(refusal.details)
    return answer


class _Shown(dict[str, Any]):
    """The details of a refusal as people read them; one that was not given leaves its place empty."""

    def __getitem__(self, name: str) -> str:
        value = self.get(name, "")
        if name == "settings" and isinstance(value, str):
            return settings_named(value)
        return (
            str(FIGURES.get(value) or RULE_FIELDS.get(value, value))
            if name == "field" and isinstance(value, str)
            else shown(value)
        )


def refusal_words(code: str, at: dt.datetime | None = None) -> str:
    """Return the sentence of a refusal of which only the code is known, as a policy answers; `at`: locked since."""
    return sentence(DomainError(code, **({} if at is None else {"at": at})))
