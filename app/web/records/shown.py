"""What the templates of generated records ask: values in words, what may be done, addresses of pages and orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from flask_babel import gettext

from app.web import numbers
from app.web.labels import VOCABULARIES
from app.web.records.base import Records


def record_value(value: Any) -> str:  # noqa: C901 - one arm for each type of column
    """Return any value of a row as people read it."""
    match value:
        case None | "":
            return "–"
        case bool():
            return str(gettext("yes")) if value else str(gettext("no"))
        case StrEnum():
            return str(VOCABULARIES.get(type(value), {}).get(value, value.value))
        case Decimal():
            return numbers.figure(value)
        case dt.datetime():
            return numbers.instant(value if value.tzinfo else value.replace(tzinfo=dt.UTC))
        case dt.date():
            return numbers.day(value)
        case list():
            return ", ".join(record_value(each) for each in value) or "–"
        case Mapping():
            return "; ".join(f"{key}: {inner}" for key, inner in value.items())
        case _:
            return str(value)


def register(app: Flask, views: Mapping[str, type[Records]]) -> None:
    def may(name: str, what: str) -> bool:
        allowed = views[name].base_permissions
        return allowed is None or f"can_{what}" in allowed

    def query(**more: Any) -> str:
        return urlencode({**request.args, **more})

    def order_query(name: str, column: str) -> str:
        up = request.args.get(f"_od_{name}") == "asc" and request.args.get(f"_oc_{name}") == column
        return query(**{f"_oc_{name}": column, f"_od_{name}": "desc" if up else "asc"})

    def cell(name: str, column: str, value: Any) -> str:
        """Return a value in words; the framework hands closed vocabularies over as plain text."""
        stored = views[name].datamodel.obj.__table__.columns.get(column)
        vocabulary = getattr(getattr(stored, "type", None), "enum_class", None)
        return record_value(vocabulary(value) if vocabulary and value else value)

    app.jinja_env.globals.update(
        record_may=may,
        record_cell=cell,
        record_quick=lambda name: views[name].quick_search,
        record_empty=lambda name: views[name].empty_words,
        order_query=order_query,
        page_query=lambda name, number: query(**{f"page_{name}": number}),
    )
