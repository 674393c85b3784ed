"""One metadata for everything: the frameworks' tables and ours."""

from __future__ import annotations

from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA

#: `db.Model is Model` and `db.metadata is Model.metadata`: migrations and generated views see every table.
db = SQLA(model_class=Model)

__all__ = ["Model", "db"]
