"""Flask-Admin's form fields, built by the same table as those of the records: exact points, days, words, rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter

from app.domain.points import plain
from app.web.records.typed import field_of
from app.words.numbers import spelled


class DeskConverter(AdminModelConverter):
    """Flask-Admin drops a column whose type it does not know; this one asks `records.typed`, which knows them all."""

    def convert(self, model: Any, mapper: Any, name: str, prop: Any, field_args: Any, hidden_pk: bool) -> Any:  # noqa: ARG002, FBT001 - the library's signature
        return field_of(self.view, name)


def typed_text(value: Any) -> str:
    """Return a stored value as its field would be filled in: what a cell is compared with before it is written."""
    match value:
        case None:
            return ""
        case Decimal():
            return spelled(plain(value))
        case str():
            return value
        case _:
            return str(value.id)
