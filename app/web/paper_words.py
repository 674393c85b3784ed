"""The translator of printed papers."""

from __future__ import annotations

from flask import current_app

from app.services.paper_language import vietnamese


def in_vietnamese(words: str) -> str:
    return vietnamese(current_app.config["TRANSLATIONS_DIR"])(words)
