"""Scoring, appraising and ranking public bodies against a criteria tree, with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Return the portal with its commands as an application; `settings` replace those of the environment.

    An environment it must not start in ends a `flask …` command with its reason. Raises for others:
    ConfigurationError, InputInvalid("clock_unreadable").
    """
    import click  # noqa: PLC0415  (importing app.domain must not import the web)

    from app.commands import register as register_commands  # noqa: PLC0415
    from app.commands.outcome import refuse  # noqa: PLC0415
    from app.domain.errors import DomainError  # noqa: PLC0415
    from app.web.factory import build  # noqa: PLC0415
    from config import ConfigurationError  # noqa: PLC0415

    try:
        app = build(settings)
    except (ConfigurationError, DomainError) as problem:
        if click.get_current_context(silent=True) is None:
            raise
        refuse(problem)
    register_commands(app)
    return app
