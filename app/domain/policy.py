"""Who may do what: the questions. Asked at the route (coarse), in the service (real) and in list queries (`scope`).

The answers are one table, `grants.GRANTS`: a permission, a role, conditions on the subject. Without a grant everything
is denied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.errors import Forbidden
from app.domain.grants import GRANTS, Grant
from app.domain.policy_facts import Actor, Appointment, Permission, Subject

__all__ = [
    "GRANTS",
    "Actor",
    "Appointment",
    "Grant",
    "Permission",
    "Scope",
    "Subject",
    "allows",
    "may_ever",
    "require",
    "scope",
    "why_not",
]


def why_not(actor: Actor, permission: Permission, subject: Subject) -> str | None:
    """Return None when `actor` may, else the code of the refusal that comes nearest to a grant.

    Codes: role_missing, not_own_unit, own_unit_refused, leaf_not_assigned, other_council, not_your_agency, wrong_state,
    wrong_stage, deadline_passed, not_published, not_yours.
    """
    refusal, _rests_on = _answer(actor, permission, subject)
    return refusal


def _answer(actor: Actor, permission: Permission, subject: Subject) -> tuple[str | None, Appointment | None]:
    """Return the refusal, or None and the appointment the answer rests on: an own one before a deputy's."""
    nearest, reached, deputy = "role_missing", -1, None
    for grant in GRANTS:
        if grant.permission is not permission:
            continue
        for held in _held(actor, grant):
            refusal, place = _first_refusal(grant, actor, held, subject)
            if refusal is None and (held is None or held.acting_for is None):
                return None, held
            if refusal is None:
                deputy = deputy or held
            elif place > reached:
                nearest, reached = refusal, place
    return (nearest, None) if deputy is None else (None, deputy)


def allows(actor: Actor, permission: Permission, subject: Subject) -> bool:
    return why_not(actor, permission, subject) is None


def require(actor: Actor, permission: Permission, subject: Subject) -> None:
    """Raise Forbidden with the code of the refusal unless `actor` may; note in whose place a deputy does."""
    refusal, rests_on = _answer(actor, permission, subject)
    actor.rested_on[:] = [rests_on.acting_for] if rests_on is not None and rests_on.acting_for is not None else []
    if refusal is not None:
        locked = {"at": subject.locked_at} if refusal == "deadline_passed" and subject.locked_at is not None else {}
        raise Forbidden(refusal, permission=permission.value, **locked)


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor is granted `permission` on some subject: the coarse question of a route."""
    return any(grant.permission is permission and _held(actor, grant) for grant in GRANTS)


def _held(actor: Actor, grant: Grant) -> tuple[Appointment | None, ...]:
    """Return the appointments a grant may rest on; one to everyone signed in rests on none."""
    if grant.role is None:
        return (None,)
    return tuple(
        held
        for held in actor.appointments
        if held.role is grant.role and not (grant.of_house and held.council_id is not None)
    )


def _first_refusal(grant: Grant, actor: Actor, held: Appointment | None, subject: Subject) -> tuple[str | None, int]:
    for place, condition in enumerate(grant.conditions):
        if not condition.holds(actor, held, subject):
            return condition.refusal, place
    return None, len(grant.conditions)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list of one actor may show: everything, the published, or the rows of these units, councils, … people."""

    everything: bool = False
    published: bool = False
    unit_ids: frozenset[int] = frozenset()
    council_ids: frozenset[int] = frozenset()
    agency_ids: frozenset[int] = frozenset()
    user_ids: frozenset[int] = frozenset()

    def covers(self, subject: Subject) -> bool:
        """Return whether a row is in the scope: the sentence a list query writes in SQL."""
        return (
            self.everything
            or (self.published and subject.published)
            or subject.unit_id in self.unit_ids
            or subject.council_id in self.council_ids
            or subject.owner_id in self.user_ids
            or not self.agency_ids.isdisjoint(subject.agency_ids)
        )


def scope(actor: Actor, permission: Permission) -> Scope:
    """Return the rows a list under `permission` may hold. State, stage and time are asked again of each row."""
    reaches = [
        (_reach(grant, held), held)
        for grant in GRANTS
        if grant.permission is permission
        for held in _held(actor, grant)
    ]
    return Scope(
        everything=any(reach == "everything" for reach, _ in reaches),
        published=any(reach == "published" for reach, _ in reaches),
        unit_ids=_known(held.unit_id for reach, held in reaches if held and reach == "unit"),
        council_ids=_known(held.council_id for reach, held in reaches if held and reach == "council"),
        agency_ids=_known(held.unit_id for reach, held in reaches if held and reach == "agency"),
        user_ids=frozenset(actor.user_id for reach, _ in reaches if reach == "own"),
    )


def _reach(grant: Grant, held: Appointment | None) -> str:
    reach = next((condition.reach for condition in grant.conditions if condition.reach), "everything")
    if reach != "organised":
        return reach
    return "everything" if held is None or held.council_id is None else "council"


def _known(ids: Iterable[int | None]) -> frozenset[int]:
    return frozenset(number for number in ids if number is not None)
