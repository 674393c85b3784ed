"""Tell people of something, in the transaction of what it tells: an act that is rolled back was never told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from app.db.notices import Notice
from app.db.session import Work
from app.domain.notices import NoticeKind, is_local
from app.services.outbox import mail_notices


def announce(
    work: Work,
    kind: NoticeKind,
    user_ids: Iterable[int],
    *,
    path: str,
    facts: Mapping[str, str | int],
    once: str | None = None,
) -> None:
    """Tell each of `user_ids`, but for whoever acts; `once` names an occasion nobody is told of twice.

    The mails they have asked for are written in the same transaction. Raises ValueError for a path to elsewhere.
    """
    acting = None if work.actor is None else work.actor.user_id
    tell(work, Occasion(kind, path, facts, once), {number for number in user_ids if number != acting})


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is told, where it leads, and the name under which nobody is told of it twice."""

    kind: NoticeKind
    path: str
    facts: Mapping[str, str | int]
    once: str | None = None


def tell(work: Work, what: Occasion, user_ids: Iterable[int]) -> int:
    """Tell each account, whoever acts; return how many did not know yet. Raises ValueError for a path to elsewhere."""
    if not is_local(what.path):
        raise ValueError(f"a notice leads nowhere but to this portal: {what.path}")
    row = {"kind": what.kind, "facts": dict(what.facts), "path": what.path, "once": what.once, "at": work.now}
    rows = [{"user_id": number, **row} for number in sorted(set(user_ids))]
    written = _insert(work, rows) if rows else {}
    mail_notices(work, what.kind, written)
    return len(written)


def _insert(work: Work, rows: list[dict[str, Any]]) -> dict[int, int]:
    """Write the notices that are new; return account → notice. Whoever tells of an occasion second tells nobody."""
    work.session.flush()
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(Notice)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["user_id", "once"], index_where=text("once IS NOT NULL"))
        .returning(Notice.user_id, Notice.id)
    )
    return {row.user_id: row.id for row in work.session.execute(statement)}
