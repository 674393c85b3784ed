"""The clock of this application."""

from __future__ import annotations

from typing import cast

from flask import current_app

from app.db.clock import Clock


def clock() -> Clock:
    return cast("Clock", current_app.extensions["clock"])
