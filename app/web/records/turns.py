"""What is checked is what is saved: generated screens write configuration one after the other, and wait for services.

FAB reads, lets us check, and writes much later. Without a turn two people could each save half of a change that breaks
the sum of a branch, or change a phase in the very second its campaign opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import false, select, text, update
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign

#: any number, the same for every process of the portal
_TURN = 7_241_120


def take_turn(session: Session) -> None:
    """Be the only generated screen that writes, until this transaction ends.

    SQLite has one writer at a time: a write that touches no row begins the transaction as that writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    else:
        session.execute(update(Campaign).where(false()).values(year=Campaign.year))


def hold(session: Session, roots: Iterable[Any]) -> None:
    """Lock the rows whose state decides, in the order of their ids, and read that state again."""
    for root in sorted(roots, key=lambda row: (row.__tablename__, row.id)):
        session.execute(select(type(root).id).where(type(root).id == root.id).with_for_update())
        session.refresh(root, ["status"])
