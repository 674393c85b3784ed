"""Who depends on a row: named before a deletion, instead of the database's own refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from app.db.base import Model
from app.domain.errors import InputInvalid
from app.web.records.words import TABLES

#: how many dependents are named one by one
_NAMED = 3


def refuse_used(session: Session, item: Any, owned: Collection[str] = ()) -> None:
    """Name what still depends on the row. `owned` tables go along with it: who depends on those is named instead.

    What the database would take along by itself (assignments of a campaign) counts as a dependent: its deletion would
    leave no trace. Raises InputInvalid("row_used").
    """
    used: dict[str, int] = {}
    names: list[str] = []
    for table, column, ids in _pointing_at(session, item.__table__, [item.id], owned):
        count = session.scalar(select(func.count()).select_from(table).where(column.in_(ids))) or 0
        if count:
            used[table.name] = used.get(table.name, 0) + count
            names += _names(session, table, column, ids)
    if used:
        counted = [f"{count} {TABLES.get(name, name)}" for name, count in used.items()]
        shown = ", ".join(list(dict.fromkeys(names))[:_NAMED])
        raise InputInvalid("row_used", by=", ".join(counted) + (f" ({shown})" if shown else ""))


def _pointing_at(
    session: Session, table: Table, ids: list[int], owned: Collection[str]
) -> Iterator[tuple[Table, Any, list[int]]]:
    """Yield the columns of other tables that point at the rows, or at rows that go along with them."""
    for other in Model.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is not table or key.ondelete == "SET NULL":  # remembers the row, needs it no more
                continue
            if other.name not in owned:
                yield other, key.parent, ids
            elif other is not table and "id" in other.c:
                below = list(session.scalars(select(other.c.id).where(key.parent.in_(ids))))
                yield from _pointing_at(session, other, below, owned)


def _names(session: Session, table: Table, column: Any, ids: list[int]) -> list[str]:
    """Return what the first dependents are called, where their table has names."""
    mapped = next((mapper.class_ for mapper in Model.registry.mappers if mapper.local_table is table), None)
    if mapped is None or "__str__" not in vars(mapped):
        return []
    return [
        str(row) for row in session.scalars(select(mapped).where(column.in_(ids)).order_by(mapped.id).limit(_NAMED))
    ]
