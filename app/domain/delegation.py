"""A person's appointment in a deputy's hands: what may be handed over, by whom, when it runs.

Days are Vietnam's: it runs from the first second of the first day to the last second of the last one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.deadlines import VIETNAM
from app.domain.errors import Conflict, InputInvalid
from app.domain.policy_facts import Actor, Appointment
from app.domain.terms import Role

#: the house itself is administered by name, and a leader's sheet is the leader's own opinion
NEVER_HANDED_OVER = frozenset({Role.ADMINISTRATOR, Role.LEADER})
#: who may hand over which roles of the own unit or council; administrator and organiser those of everybody
_OF_UNIT: Mapping[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset({Role.OFFICER, Role.COORDINATOR}),
    Role.UNIT_HEAD: frozenset({Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD, Role.APPRAISER}),
}
_OF_COUNCIL: Mapping[Role, frozenset[Role]] = {
    Role.SECRETARIAT: frozenset({Role.SECRETARIAT}),
    Role.COUNCIL_CHAIR: frozenset({Role.SECRETARIAT, Role.COUNCIL_CHAIR}),
    Role.APPROVING_AUTHORITY: frozenset({Role.APPROVING_AUTHORITY}),
}


@dataclass(frozen=True, slots=True)
class HandOver:
    """An appointment of one account in the hands of another, from a day to a day."""

    from_user: int
    to_user: int
    role: Role
    unit_id: int | None
    council_id: int | None
    from_day: dt.date
    to_day: dt.date

    def runs_on(self, day: dt.date) -> bool:
        return self.from_day <= day <= self.to_day

    def overlaps(self, other: HandOver) -> bool:
        return self.from_day <= other.to_day and other.from_day <= self.to_day

    def same_work(self, other: HandOver) -> bool:
        """Whether both speak of one appointment."""
        mine = (self.from_user, self.role, self.unit_id, self.council_id)
        return mine == (other.from_user, other.role, other.unit_id, other.council_id)


def vietnam_day(instant: dt.datetime) -> dt.date:
    return instant.astimezone(VIETNAM).date()


def check_hand_over(wanted: HandOver, others: Iterable[HandOver], today: dt.date) -> None:
    """Refuse a hand-over that cannot be. `others`: those in force or to come of either account.

    Raises: InputInvalid delegation_to_oneself, delegation_role_kept, delegation_ends_before_it_begins,
    delegation_over_already; Conflict delegation_overlaps (the work is in other hands then), delegation_chain (the
    deputy's own work is in other hands then, or the person is a deputy then).
    """
    _check_itself(wanted, today)
    for other in others:
        if not wanted.overlaps(other):
            continue
        if wanted.same_work(other):
            raise Conflict("delegation_overlaps", first=other.from_day, last=other.to_day)
        if other.from_user == wanted.to_user or other.to_user == wanted.from_user:
            raise Conflict("delegation_chain", first=other.from_day, last=other.to_day)


def _check_itself(wanted: HandOver, today: dt.date) -> None:
    if wanted.from_user == wanted.to_user:
        raise InputInvalid("delegation_to_oneself", field="deputy")
    if wanted.role in NEVER_HANDED_OVER:
        raise InputInvalid("delegation_role_kept", field="appointment")
    if wanted.to_day < wanted.from_day:
        raise InputInvalid("delegation_ends_before_it_begins", field="to_day", first=wanted.from_day)
    if wanted.to_day < today:
        raise InputInvalid("delegation_over_already", field="to_day", last=wanted.to_day)


def may_hand_over(actor: Actor, held: Appointment) -> bool:
    """Return whether `actor` may hand over an appointment of somebody: by rank, in the own unit or council.

    A deputy hands nothing over: only own appointments count.
    """
    own = [each for each in actor.appointments if each.acting_for is None]
    if any(
        each.role in {Role.ADMINISTRATOR, Role.ORGANISER} and each.council_id in {None, held.council_id} for each in own
    ):
        return True
    if held.unit_id is not None:
        return any(each.unit_id == held.unit_id and held.role in _OF_UNIT.get(each.role, ()) for each in own)
    if held.council_id is not None:
        return any(each.council_id == held.council_id and held.role in _OF_COUNCIL.get(each.role, ()) for each in own)
    return False
