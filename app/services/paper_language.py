"""The language of papers: Vietnamese, whatever the reader's screen speaks; the same for pages and commands."""

from __future__ import annotations

from functools import cache

from babel.support import NullTranslations, Translations

from app.services.papers import Translate


@cache
def vietnamese(folder: str) -> Translate:
    """Return the translator of the catalogue in `folder`. Raises FileNotFoundError: a paper is never half English."""
    loaded = Translations.load(folder, ["vi"])
    if type(loaded) is NullTranslations:
        raise FileNotFoundError(f"no Vietnamese catalogue in {folder}")
    translate: Translate = loaded.gettext
    return translate
