"""Scoring, appraising and ranking public bodies against a criteria tree, with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Return the portal as an application; `settings` replace those of the environment."""
    from app.web.factory import build  # noqa: PLC0415  (importing app.domain must not import the web)

    return build(settings)
