"""What an appointment has to be: some roles are held in a unit, some before a council, the rest anywhere."""

from __future__ import annotations

from app.domain.errors import InputInvalid
from app.domain.policy_facts import Appointment
from app.domain.terms import Role

IN_A_UNIT = frozenset({Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD, Role.APPRAISER})
IN_A_COUNCIL = frozenset({Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY, Role.LEADER})


def check_appointment(held: Appointment) -> None:
    """Refuse an appointment that grants nothing it seems to grant.

    Raises: InputInvalid with code unit_or_council, unit_missing, council_missing, leader_kind_missing,
    leader_kind_of_others, collates_of_others.
    """
    if held.unit_id is not None and held.council_id is not None:
        raise InputInvalid("unit_or_council")
    if held.role in IN_A_UNIT and held.unit_id is None:
        raise InputInvalid("unit_missing")
    if held.role in IN_A_COUNCIL and held.council_id is None:
        raise InputInvalid("council_missing")
    if held.role is Role.LEADER and held.leader_kind is None:
        raise InputInvalid("leader_kind_missing")
    if held.role is not Role.LEADER and held.leader_kind is not None:
        raise InputInvalid("leader_kind_of_others")
    if held.role is not Role.OFFICER and held.covers_all_leaves:
        raise InputInvalid("collates_of_others")
