"""The editing desk (Flask-Admin): grids in which office staff change dozens of rows in place."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort
from flask_admin import Admin, AdminIndexView, expose

from app.db import db
from app.web.desk import assignments, criteria, store
from app.web.menu import DESK, shown

URL = "/desk"


class DeskHome(AdminIndexView):
    """What the desk holds for this account."""

    @expose("/")
    def index(self) -> Any:
        entries = shown(DESK)
        if not entries:
            abort(403)
        return self.render("desk/index.html", entries=entries)


def register(app: Flask) -> None:
    """Add the grids; each names its endpoint, or the two frameworks would both go by class names."""
    words = app.config["TRANSLATIONS_DIR"]
    home = DeskHome(url=URL, endpoint="desk")
    admin = Admin(app, url=URL, endpoint="desk", index_view=home, translations_path=words)
    for endpoint, view in (
        ("criteria", criteria.CriteriaGrid),
        ("officers", assignments.OfficerGrid),
        ("appraisers", assignments.AppraiserGrid),
        ("store", store.StoreGrid),
    ):
        model = view.datamodel.obj
        admin.add_view(view(model, db, name=str(endpoint), endpoint=f"desk_{endpoint}", url=endpoint))
