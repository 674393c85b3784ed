"""What stands against a page's act, said on it and marked at the field it is about."""

from __future__ import annotations

from flask import Flask, g
from markupsafe import Markup

from app.domain.errors import DomainError
from app.words.refusals import sentence


def register(app: Flask) -> None:
    app.jinja_env.globals["marked"] = marked


def say(refused: DomainError | None) -> str:
    """Return the sentence of a refusal, empty where there is none; `marked` knows its field from here on."""
    g.refused_field = "" if refused is None else str(refused.details.get("field", ""))
    return "" if refused is None else sentence(refused)


def marked(name: str, kind: str = "form-control") -> Markup:
    """Return name and class of a control, marked where the refusal said on this page is about it."""
    if g.get("refused_field") == name:
        return Markup('class="{} is-bad" aria-invalid="true" name="{}"').format(kind, name)
    return Markup('class="{}" name="{}"').format(kind, name)
