"""Notices as mail: subject and text, in Vietnamese, with the address of each on the portal."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale, gettext

from app.services.outbox import Compose, Told
from app.words.notices import notice_words


def composer(base_url: str, owner: str) -> Compose:
    """Return what puts notices into words, leading to the portal at `base_url`; needs an application's context."""

    def compose(told: Sequence[Told]) -> tuple[str, str]:
        with force_locale("vi"):
            return _subject(told, owner), _body(told, base_url)

    return compose


def _subject(told: Sequence[Told], owner: str) -> str:
    house = owner or str(gettext("Scoring portal"))
    if len(told) == 1:
        return f"{house}: {notice_words(told[0].kind, told[0].facts)}"
    return f"{house}: " + str(gettext("%(count)s notices of the day", count=len(told)))


def _body(told: Sequence[Told], base_url: str) -> str:
    blocks = [f"{notice_words(each.kind, each.facts)}\n{base_url}{each.path}" for each in told]
    foot = str(gettext("What is mailed to you is chosen here: %(address)s", address=f"{base_url}/notices/choice"))
    return "\n\n".join([*blocks, "--\n" + foot]) + "\n"
