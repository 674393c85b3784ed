"""Words for the closed vocabularies, and the filters templates write figures and instants with."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import get_locale, lazy_gettext

from app.domain.terms import Role
from app.web import numbers

ROLES: Mapping[Role, object] = {
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.ORGANISER: lazy_gettext("Organiser of the campaign"),
    Role.OFFICER: lazy_gettext("Scoring officer"),
    Role.COORDINATOR: lazy_gettext("Coordinator of the unit"),
    Role.UNIT_HEAD: lazy_gettext("Head of the unit"),
    Role.APPRAISER: lazy_gettext("Appraiser"),
    Role.SECRETARIAT: lazy_gettext("Secretariat"),
    Role.COUNCIL_CHAIR: lazy_gettext("Chair of the council"),
    Role.LEADER: lazy_gettext("Leader"),
    Role.APPROVING_AUTHORITY: lazy_gettext("Approving authority"),
    Role.AUDITOR: lazy_gettext("Auditor"),
}


def role_words(role: Role) -> str:
    return str(ROLES[role])


def register(app: Flask) -> None:
    for name in ("figure", "percent", "instant", "instant_to_the_second", "time_of_day", "day"):
        app.jinja_env.filters[name] = getattr(numbers, name)
    app.jinja_env.globals["language"] = lambda: str(get_locale() or "vi")[:2]
