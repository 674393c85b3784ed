"""What stands against a page's act, said on it and marked at the field it is about."""

from __future__ import annotations

from flask import Flask, g
from markupsafe import Markup

from app.domain.errors import DomainError
from app.words.refusals import sentence


def register(app: Flask) -> None:
    app.jinja_env.globals.update(marked=marked, refused_at=refused_at)


def say(refused: DomainError | None, **called: str) -> str:
    """Return the sentence of a refusal, empty where there is none; `marked` knows its field from here on.

    `called`: what the page's form calls a field the service named otherwise.
    """
    field = field_of(refused)
    g.refused_field = called.get(field, field)
    return "" if refused is None else sentence(refused)


def field_of(refused: DomainError | None) -> str:
    """Return the field a refusal is about, as the service calls it; empty where it is about none."""
    return "" if refused is None else str(refused.details.get("field", ""))


def refused_at(name: str) -> bool:
    """Whether the refusal said on this page is about the field."""
    return bool(name) and g.get("refused_field") == name


def marked(name: str, kind: str = "form-control", *, here: bool = True) -> Markup:
    """Return name and class of a control, marked where the refusal said on this page is about it.

    `here`: whether it is about this form, on a page that has several.
    """
    if here and refused_at(name):
        return Markup('class="{} is-bad" aria-invalid="true" name="{}"').format(kind, name)
    return Markup('class="{}" name="{}"').format(kind, name)
