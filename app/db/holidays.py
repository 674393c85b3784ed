"""Days off: every term counted in working days leaves them out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Model


class Holiday(Model):
    """One day nobody works, by the calendar of the state or a decision on days swapped."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("day", name="uq_holiday_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(400), default="")

    def __str__(self) -> str:
        return self.name


def holidays_of(session: Session) -> frozenset[dt.date]:
    """Return every day off there is; one statement."""
    return frozenset(session.scalars(select(Holiday.day)))
