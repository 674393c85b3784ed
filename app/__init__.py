"""Scoring, appraising and ranking public bodies against a criteria tree, with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Return the portal with its commands as an application; `settings` replace those of the environment."""
    from app.commands import register as register_commands  # noqa: PLC0415  (importing app.domain must not import
    from app.web.factory import build  # noqa: PLC0415  the web)

    app = build(settings)
    register_commands(app)
    return app
