"""What the templates of generated records ask: values in words, what may be done, addresses of orders and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, url_for

from app.db.columns import Points
from app.domain.terms import ScoredBy
from app.web.records.audited import audited_value
from app.web.records.base import Records
from app.web.records.listing import address, order_address
from app.web.records.values import NOTHING, record_value, shortened
from app.web.records.words import ACTS, FIELDS, SCORERS, TABLES, person_in_words, stream_in_words
from app.web.rule_words import rule_in_words


def cell(column: str, item: Any) -> str:
    """Return one value of a row in words, short enough for a cell."""
    value = getattr(item, column)
    match column, value:
        case "rule", _:
            return "\n".join(rule_in_words(value)) or NOTHING
        case "action", str():
            return str(ACTS.get(value, value))
        case (("actor_name" | "stream"), str()):
            return {"actor_name": person_in_words, "stream": stream_in_words}[column](value)
        case "object_type", str():
            return str(TABLES.get(value, value))
        case _, ScoredBy():
            return str(SCORERS[value])
        case _, bool():
            return record_value(value) if value else NOTHING
        case _, list():
            return shortened(value)
        case _:
            return record_value(value)


def fact(column: str, item: Any) -> str:
    """Return one value of a row in words, in full, as its own page has room for."""
    value = getattr(item, column)
    return record_value(value) if isinstance(value, list) else cell(column, item)


def column_class(view: Records, column: str) -> str:
    """Return how a column is set: figures to the right, stories over several lines."""
    stored = view.datamodel.list_columns.get(column)
    if stored is not None and isinstance(stored.type, Points):
        return "n num"
    if column in {"rule", "original", "requirement", "evidence"}:
        return "pre sm"
    return "num nw" if view.datamodel.is_datetime(column) or view.datamodel.is_date(column) else ""


def register(app: Flask, views: Mapping[str, type[Records]], made: Mapping[str, Records]) -> None:
    def may(name: str, what: str) -> bool:
        return f"can_{what}" in made[name].base_permissions

    def parts(view: Records, item: Any) -> list[dict[str, Any]]:
        """Return the rows shown under a row, by their own views."""
        return [_part(made[name], column, item) for name, column in view.parts]

    def kind_of(table: str) -> str | None:
        """Return the view that shows the rows of a table the audit log speaks of."""
        return next((name for name, view in views.items() if view.datamodel.obj.__tablename__ == table), None)

    def label_of(table: str, column: str) -> str:
        """Return what the screens call a column the audit log speaks of."""
        name = kind_of(table)
        labels = views[name].label_columns if name else {}
        for asked in (column.removesuffix("_id"), column):
            given = labels.get(asked)
            if given is not None and str(given) != asked.replace("_", " ").title():  # the framework's own guess
                return str(given)
        return str(FIELDS.get(column, column))

    app.jinja_env.globals.update(
        record_may=may,
        record_cell=cell,
        record_fact=fact,
        record_value=record_value,
        audited_value=audited_value,
        record_class=column_class,
        record_parts=parts,
        record_kind=kind_of,
        record_label=label_of,
        list_address=address,
        order_address=order_address,
    )


def _part(view: Records, column: str, item: Any) -> dict[str, Any]:
    name, model = type(view).__name__, view.datamodel.obj
    first, direction = view.base_order
    order = getattr(model, first)
    (local,) = getattr(model, column).property.local_columns
    query = view.datamodel.session.query(model).filter(local == item.id)
    rows = query.order_by(order.desc() if direction == "desc" else order, model.id).limit(200).all()
    columns = [each for each in view.list_columns if each != column]
    more = url_for(f"{name}.list", **{column: item.id}) if column in view.search_columns else ""
    return {"view": view, "name": name, "column": column, "rows": rows, "columns": columns, "more": more}
