"""What a verdict carries beside its decision: the council's minutes, and in whose stead the author judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.domain.campaign import RoundTwo
from app.domain.errors import InputInvalid
from app.services.group_context import GroupContext
from app.services.office import instead_of

NUMBER_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes a decision of the council stands in: their number and day."""

    number: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Marks:
    minutes: Minutes | None
    instead_of: str

    def told(self) -> dict[str, str]:
        """Return what the audit trail says of them; nothing where there is none."""
        words = {"instead_of": self.instead_of} if self.instead_of else {}
        if self.minutes is not None:
            words |= {"minutes_number": self.minutes.number, "minutes_on": self.minutes.on.isoformat()}
        return words


def by_council(context: GroupContext, round_number: int | None) -> bool:
    """Whether a verdict of this round is the council's, recorded by its secretariat (Quảng Trị)."""
    return round_number == 2 and context.policies.round_two is RoundTwo.COUNCIL


def marks_of(
    session: Session,
    context: GroupContext,
    assessment: Assessment,
    code: str,
    *,
    round_number: int | None,
    author_id: int,
    minutes: Minutes | None,
) -> Marks:
    """Return the marks of a verdict about to be given.

    Raises: InputInvalid("minutes_missing") where the council decides and no minutes are named,
    InputInvalid("minutes_number_too_long").
    """
    if not by_council(context, round_number):
        return Marks(None, ", ".join(instead_of(session, context, assessment, code, author_id)))
    if minutes is None or not minutes.number.strip():
        raise InputInvalid("minutes_missing", field="minutes_number")
    if len(minutes.number.strip()) > NUMBER_LIMIT:
        raise InputInvalid("minutes_number_too_long", field="minutes_number", most=NUMBER_LIMIT)
    return Marks(Minutes(minutes.number.strip(), minutes.on), "")
