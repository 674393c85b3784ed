"""Who may do what, as one table. Asked at the route (coarse), in the service (real) and in list queries (`scope`).

A grant is a permission, a role and conditions on the subject; without a grant everything is denied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import Forbidden
from app.domain.terms import COUNCIL_ROLES, LeaderKind, Role, Stage, State


class Permission(StrEnum):
    UNIT_CONFIGURE = "unit:configure"
    SET_CONFIGURE = "set:configure"
    CAMPAIGN_CONFIGURE = "campaign:configure"
    CAMPAIGN_OPEN = "campaign:open"
    ACCOUNT_CONFIGURE = "account:configure"
    OFFICER_ASSIGN = "officer:assign"
    STORE_READ = "store:read"
    AUDIT_READ = "audit:read"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_SCORE = "assessment:score"
    ASSESSMENT_REQUEST_APPROVAL = "assessment:request_approval"
    ASSESSMENT_APPROVE = "assessment:approve"
    ASSESSMENT_SUBMIT = "assessment:submit"
    ASSESSMENT_RETURN = "assessment:return"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_ADD = "evidence:add"
    VERDICT_GIVE = "verdict:give"
    REPLY_WRITE = "reply:write"
    EXPLANATION_SEND = "explanation:send"
    BALLOT_ENTER = "ballot:enter"
    GROUP_READ = "group:read"
    GROUP_ACT = "group:act"
    GROUP_CONCLUDE = "group:conclude"
    GROUP_APPROVE = "group:approve"
    GROUP_PUBLISH = "group:publish"
    RESULT_READ = "result:read"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One role held in a unit or in a council; `covers_all_leaves` marks the tổng hợp officer."""

    role: Role
    unit_id: int | None = None
    council_id: int | None = None
    covers_all_leaves: bool = False
    leader_kind: LeaderKind | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as a value: no session, no request."""

    user_id: int
    username: str
    appointments: tuple[Appointment, ...]
    address: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.appointments)

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(held.unit_id for held in self.appointments if held.unit_id is not None)

    def roles_for(self, subject: Subject) -> frozenset[Role]:
        """Return the roles held in the subject's own unit or council: what its machine may be asked with."""
        return frozenset(
            held.role
            for held in self.appointments
            if (held.unit_id is not None and held.unit_id == subject.unit_id)
            or (held.council_id is not None and held.council_id == subject.council_id)
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts of what is acted upon. `leaf_user_ids` None: no leaf in particular is asked for.

    `writable` and `answerable`: whether claims, or replies, may be written at the instant asked.
    """

    unit_id: int | None = None
    council_id: int | None = None
    state: State | None = None
    stage: Stage | None = None
    writable: bool = False
    answerable: bool = False
    leaf_user_ids: frozenset[int] | None = None
    agency_ids: frozenset[int] = frozenset()
    published: bool = False


Condition = Callable[[Actor, Appointment, Subject], str | None]
"""Return the code of the refusal, or None when the condition holds."""


def own_unit(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    return None if held.unit_id is not None and held.unit_id == subject.unit_id else "not_own_unit"


def assigned_leaf(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    """An officer writes the leaves of the branches assigned to them; the tổng hợp officer every leaf."""
    if held.covers_all_leaves or subject.leaf_user_ids is None or actor.user_id in subject.leaf_user_ids:
        return None
    return "leaf_not_assigned"


def same_council(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    return None if held.council_id is not None and held.council_id == subject.council_id else "other_council"


def not_own_unit(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    """Nobody appraises the own unit, whatever the role it is tried with."""
    return "own_unit_refused" if subject.unit_id in actor.unit_ids else None


def own_agency(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    return None if held.unit_id in subject.agency_ids else "not_your_agency"


def window_open(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    return None if subject.writable else "deadline_passed"


def answer_open(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    return None if subject.answerable else "deadline_passed"


def published(actor: Actor, held: Appointment, subject: Subject) -> str | None:
    return None if subject.published else "not_published"


def in_stage(*stages: Stage) -> Condition:
    def condition(actor: Actor, held: Appointment, subject: Subject) -> str | None:
        return None if subject.stage in stages else "wrong_stage"

    return condition


def in_state(*states: State) -> Condition:
    def condition(actor: Actor, held: Appointment, subject: Subject) -> str | None:
        return None if subject.state in states else "wrong_state"

    return condition


@dataclass(frozen=True, slots=True)
class Grant:
    permission: Permission
    role: Role
    conditions: tuple[Condition, ...] = ()


def _grants(permission: Permission, roles: tuple[Role, ...], *conditions: Condition) -> tuple[Grant, ...]:
    return tuple(Grant(permission, role, conditions) for role in roles)


_CONFIGURERS = (Role.ADMINISTRATOR, Role.ORGANISER)
_UNIT_PEOPLE = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD)
_COUNCIL_PEOPLE = tuple(sorted(COUNCIL_ROLES - {Role.LEADER}))
_WRITERS = (Role.OFFICER, Role.COORDINATOR)
_SENDERS = (Role.COORDINATOR, Role.UNIT_HEAD)
_appraising = in_stage(Stage.FIRST_APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL)
_sent = in_state(State.SUBMITTED)

GRANTS: tuple[Grant, ...] = (
    *_grants(Permission.UNIT_CONFIGURE, _CONFIGURERS),
    *_grants(Permission.SET_CONFIGURE, _CONFIGURERS),
    *_grants(Permission.CAMPAIGN_CONFIGURE, _CONFIGURERS),
    *_grants(Permission.CAMPAIGN_OPEN, (Role.ORGANISER,)),
    *_grants(Permission.ACCOUNT_CONFIGURE, (Role.ADMINISTRATOR,)),
    *_grants(Permission.OFFICER_ASSIGN, _CONFIGURERS),
    *_grants(Permission.OFFICER_ASSIGN, _SENDERS, own_unit),
    *_grants(Permission.STORE_READ, (*_CONFIGURERS, Role.AUDITOR)),
    *_grants(Permission.AUDIT_READ, (*_CONFIGURERS, Role.AUDITOR)),
    *_grants(Permission.ASSESSMENT_READ, _UNIT_PEOPLE, own_unit),
    *_grants(Permission.ASSESSMENT_READ, (Role.APPRAISER,), own_agency, _sent),
    *_grants(Permission.ASSESSMENT_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.ASSESSMENT_READ, (Role.ORGANISER,)),
    *_grants(Permission.ASSESSMENT_SCORE, (Role.OFFICER,), own_unit, assigned_leaf, window_open),
    *_grants(Permission.ASSESSMENT_SCORE, (Role.COORDINATOR,), own_unit, window_open),
    *_grants(Permission.ASSESSMENT_REQUEST_APPROVAL, _WRITERS, own_unit, window_open),
    *_grants(Permission.ASSESSMENT_APPROVE, (Role.UNIT_HEAD,), own_unit),
    *_grants(Permission.ASSESSMENT_SUBMIT, _SENDERS, own_unit, window_open),
    *_grants(Permission.ASSESSMENT_RETURN, (Role.SECRETARIAT,), same_council, not_own_unit),
    *_grants(Permission.EVIDENCE_READ, _UNIT_PEOPLE, own_unit),
    *_grants(Permission.EVIDENCE_READ, (Role.APPRAISER,), own_agency, _sent),
    *_grants(Permission.EVIDENCE_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.EVIDENCE_ADD, (Role.OFFICER,), own_unit, assigned_leaf, window_open),
    *_grants(Permission.EVIDENCE_ADD, (Role.COORDINATOR,), own_unit, window_open),
    *_grants(Permission.VERDICT_GIVE, (Role.APPRAISER,), not_own_unit, own_agency, _appraising),
    *_grants(Permission.REPLY_WRITE, (Role.OFFICER,), own_unit, assigned_leaf, answer_open),
    *_grants(Permission.REPLY_WRITE, (Role.COORDINATOR,), own_unit, answer_open),
    *_grants(Permission.EXPLANATION_SEND, _SENDERS, own_unit, answer_open),
    *_grants(Permission.BALLOT_ENTER, (Role.SECRETARIAT,), same_council, not_own_unit),
    *_grants(Permission.GROUP_READ, _COUNCIL_PEOPLE, same_council),
    *_grants(Permission.GROUP_READ, (Role.ORGANISER,)),
    *_grants(Permission.GROUP_ACT, (Role.SECRETARIAT,), same_council),
    *_grants(Permission.GROUP_CONCLUDE, (Role.COUNCIL_CHAIR,), same_council),
    *_grants(Permission.GROUP_APPROVE, (Role.APPROVING_AUTHORITY,), same_council),
    *_grants(Permission.GROUP_PUBLISH, (Role.SECRETARIAT,), same_council),
    *_grants(Permission.RESULT_READ, tuple(Role), published),
    *_grants(Permission.RESULT_READ, _COUNCIL_PEOPLE, same_council),
)


def why_not(actor: Actor, permission: Permission, subject: Subject) -> str | None:
    """Return None when `actor` may, else the code of the refusal that comes nearest to a grant."""
    nearest, reached = "role_missing", -1
    for grant in GRANTS:
        if grant.permission is not permission:
            continue
        for held in actor.appointments:
            if held.role is not grant.role:
                continue
            refusal, place = _first_refusal(grant, actor, held, subject)
            if refusal is None:
                return None
            if place > reached:
                nearest, reached = refusal, place
    return nearest


def _first_refusal(grant: Grant, actor: Actor, held: Appointment, subject: Subject) -> tuple[str | None, int]:
    for place, condition in enumerate(grant.conditions):
        refusal = condition(actor, held, subject)
        if refusal is not None:
            return refusal, place
    return None, len(grant.conditions)


def allows(actor: Actor, permission: Permission, subject: Subject) -> bool:
    return why_not(actor, permission, subject) is None


def require(actor: Actor, permission: Permission, subject: Subject) -> None:
    """Raise Forbidden with the code of the refusal unless `actor` may."""
    refusal = why_not(actor, permission, subject)
    if refusal is not None:
        raise Forbidden(refusal, permission=permission.value)


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Return whether any of the actor's roles is granted `permission` on some subject: the coarse question of a route."""
    roles = actor.roles
    return any(grant.permission is permission and grant.role in roles for grant in GRANTS)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list query of one actor may show: everything, or the rows of these units, councils and agencies."""

    everything: bool
    unit_ids: frozenset[int]
    council_ids: frozenset[int]
    agency_ids: frozenset[int]


def scope(actor: Actor, permission: Permission) -> Scope:
    """Return the rows a list under `permission` may hold; state, stage and time are asked again for each row."""
    everything, units, councils, agencies = False, set(), set(), set()
    for grant in (grant for grant in GRANTS if grant.permission is permission):
        for held in (held for held in actor.appointments if held.role is grant.role):
            if own_unit in grant.conditions:
                units.add(held.unit_id)
            elif same_council in grant.conditions:
                councils.add(held.council_id)
            elif own_agency in grant.conditions:
                agencies.add(held.unit_id)
            elif published not in grant.conditions:
                everything = True
    return Scope(everything, _known(units), _known(councils), _known(agencies))


def _known(ids: set[int | None]) -> frozenset[int]:
    return frozenset(number for number in ids if number is not None)
