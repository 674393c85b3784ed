"""The translator of printed papers: always Vietnamese, whatever the reader's screen speaks."""

from __future__ import annotations

from flask_babel import force_locale, gettext


def in_vietnamese(words: str) -> str:
    with force_locale("vi"):
        return str(gettext(words))
