"""Values of the audit log in words: what a column held, by the type it has in its table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import Column, Enum

from app.db import Model, db
from app.db.columns import Points
from app.domain.campaign import Policies
from app.domain.errors import DomainError
from app.web.labels import VOCABULARIES
from app.web.leaf_words import claim_in_words
from app.web.records.policies import settings_in_words
from app.web.records.values import NOTHING, record_value
from app.web.records.words import audit_value
from app.web.rule_words import rule_in_words

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\S+")


def audited_value(table: str, column: str, value: Any) -> str:
    """Return one value of an audit row as people read it; rows it names by number are called by their names."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Mapping) and column in {"policies", "rule"}:
        return _settings(column, value)
    if column == "examples" and isinstance(value, list):
        return "\n".join(_example(each) for each in value) or NOTHING
    stored = _columns(table).get(column)
    if stored is not None and isinstance(value, int | str) and not isinstance(value, bool):
        return _of_column(stored, column, value)
    if isinstance(value, str):
        return _of_text(column, value)
    return audit_value(column, value)


def _example(value: Mapping[str, Any]) -> str:
    """Return one example of a rule: the claim, what it must earn, and why."""
    expected = gettext("refused") if value["expected"] is None else record_value(Decimal(value["expected"]))
    note = f" ({value['note']})" if value["note"] else ""
    return f"{claim_in_words(value['claim'])} → {expected}{note}"


def _columns(table: str) -> Mapping[str, Column[Any]]:
    found = Model.metadata.tables.get(table)
    return {} if found is None else found.columns


def _settings(column: str, value: Mapping[str, Any]) -> str:
    try:
        if column == "rule":
            return "\n".join(rule_in_words(value)) or NOTHING
        return "\n".join(f"{name}: {words}" for name, words in settings_in_words(Policies.from_json(value)))
    except DomainError:  # kept by a release that read it otherwise
        return record_value(value)


def _of_column(stored: Column[Any], column: str, value: int | str) -> str:
    kind = stored.type.enum_class if isinstance(stored.type, Enum) else None
    if kind is not None and kind in VOCABULARIES:
        return record_value(kind(value))
    if isinstance(stored.type, Points):
        return record_value(Decimal(value))
    target = next((key.column.table.name for key in stored.foreign_keys), None)
    if target is not None:
        return _named(target, int(value))
    return _of_text(column, value) if isinstance(value, str) else record_value(value)


def _named(table: str, number: int) -> str:
    """Return what a row is called; a row that was deleted since keeps its number."""
    kind = next(mapper.class_ for mapper in Model.registry.mappers if mapper.local_table.name == table)
    row = db.session.get(kind, number)
    return f"#{number}" if row is None else record_value(row)


def _of_text(column: str, value: str) -> str:
    if column == "points":
        return record_value(Decimal(value))
    if _DAY.fullmatch(value):
        return record_value(dt.date.fromisoformat(value))
    if _INSTANT.fullmatch(value):
        return record_value(dt.datetime.fromisoformat(value))
    return audit_value(column, value)
