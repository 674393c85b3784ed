"""Hand a person's work to a deputy from a day to a day; it ends by itself, no timer has to fire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from app.db.clock import Clock
from app.db.identity import Council, Membership, PortalUser, Unit
from app.db.session import Work, reading, unit_of_work
from app.db.setup import Delegation
from app.domain import policy
from app.domain.campaign_change import DOCUMENT_LIMIT
from app.domain.delegation import NEVER_HANDED_OVER, HandOver, check_hand_over, may_hand_over, vietnam_day
from app.domain.errors import Conflict, Forbidden, InputInvalid, NotFound
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Appointment, Permission, Subject
from app.domain.terms import Role
from app.services.notices import announce

Place = InstrumentedAttribute[int | None]


@dataclass(frozen=True, slots=True)
class RecordHandOver:
    """Hand over one appointment (a membership); `deputy_id` None: nobody, or no account, was named."""

    membership_id: int
    deputy_id: int | None
    from_day: dt.date
    to_day: dt.date
    reason: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment the actor may hand over."""

    membership_id: int
    person: str
    role: Role
    place: str


@dataclass(frozen=True, slots=True)
class HandOverLine:
    """One hand-over as the list shows it; `runs` today; `may_withdraw`: in force or to come, and the actor's to end."""

    delegation_id: int
    person: str
    deputy: str
    role: Role
    place: str
    from_day: dt.date
    to_day: dt.date
    reason: str
    document: str
    recorded_by: str
    withdrawn_at: dt.datetime | None
    runs: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class HandOvers:
    """What the page shows."""

    lines: tuple[HandOverLine, ...]
    appointments: tuple[AppointmentLine, ...]
    deputies: tuple[tuple[int, str], ...]


def record_hand_over(command: RecordHandOver, *, actor: Actor, clock: Clock) -> int:
    """Record a hand-over and tell both; return its row's id.

    Raises: Forbidden, NotFound("appointment_unknown"), InputInvalid deputy_without_account, delegation_to_recorder,
    delegation_without_reason, delegation_without_document (of an office of a council), text_too_long, and the codes of
    `check_hand_over`.
    """
    if not command.reason.strip():
        raise InputInvalid("delegation_without_reason", field="reason")
    if len(command.document.strip()) > DOCUMENT_LIMIT:
        raise InputInvalid("text_too_long", field="document", most=DOCUMENT_LIMIT)
    with unit_of_work(actor=actor, clock=clock) as work:
        held = _held(work, command.membership_id, command.deputy_id, actor)
        if held.council_id is not None and not command.document.strip():
            raise InputInvalid("delegation_without_document", field="document")
        deputy = _deputy(work.session, command.deputy_id, actor)
        wanted = HandOver(
            held.user_id, deputy.id, held.role, held.unit_id, held.council_id, command.from_day, command.to_day
        )
        others = [_value(row) for row in _in_force(work.session, (held.user_id, deputy.id))]
        check_hand_over(wanted, others, vietnam_day(work.now))
        row = Delegation(
            from_user_id=held.user_id,
            to_user_id=deputy.id,
            role=held.role,
            unit_id=held.unit_id,
            council_id=held.council_id,
            from_day=command.from_day,
            to_day=command.to_day,
            reason=command.reason.strip(),
            document=command.document.strip(),
            recorded_by_id=actor.user_id,
            recorded_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        _tell(work, row, held, deputy)
        return row.id


def _held(work: Work, membership_id: int, deputy_id: int | None, actor: Actor) -> Membership:
    """Return the appointment; its holder and the deputy are held, always in one order, against another hand-over.

    Raises: NotFound, Forbidden.
    """
    held = work.session.get(Membership, membership_id)
    if held is None:
        raise NotFound("appointment_unknown")
    _reach(actor, held, "appointment_unknown")
    if not may_hand_over(actor, _appointment(held)):
        raise Forbidden("delegation_not_yours")
    both = select(PortalUser.id).where(PortalUser.id.in_([held.user_id, deputy_id or 0])).order_by(PortalUser.id)
    work.session.execute(both.with_for_update(key_share=True))
    return held


def _reach(actor: Actor, row: Membership | Delegation, code: str) -> None:
    """Raise NotFound(code) for the work of another unit or council, Forbidden for whoever hands nothing over."""
    try:
        policy.require(actor, Permission.WORK_HAND_OVER, Subject(unit_id=row.unit_id, council_id=row.council_id))
    except Forbidden as refused:
        if refused.code == "role_missing":
            raise
        raise NotFound(code) from refused


def _deputy(session: Session, deputy_id: int | None, actor: Actor) -> PortalUser:
    """Return the deputy. Raises InputInvalid: an account that signs in, and not whoever records it for another."""
    deputy = None if deputy_id is None else session.get(PortalUser, deputy_id)
    if deputy is None or not deputy.active:
        raise InputInvalid("deputy_without_account", field="deputy")
    if deputy.id == actor.user_id:  # nor the one who organises the house: nobody takes an office by their own hand
        raise InputInvalid("delegation_to_recorder", field="deputy")
    if deputy.id not in {number for number, _ in _deputies(session, actor)} | {actor.user_id}:
        raise InputInvalid("deputy_not_colleague", field="deputy")
    return deputy


def _everywhere(actor: Actor) -> bool:
    """Whether the actor names people of the whole house."""
    roles = {Role.ADMINISTRATOR, Role.ORGANISER}
    return any(held.role in roles and held.council_id is None for held in actor.appointments)


def _appointment(held: Membership) -> Appointment:
    return Appointment(held.role, held.unit_id, held.council_id)


def _value(row: Delegation) -> HandOver:
    return HandOver(row.from_user_id, row.to_user_id, row.role, row.unit_id, row.council_id, row.from_day, row.to_day)


def _in_force(session: Session, user_ids: Sequence[int]) -> Sequence[Delegation]:
    of_either = or_(Delegation.from_user_id.in_(user_ids), Delegation.to_user_id.in_(user_ids))
    return session.scalars(select(Delegation).where(of_either, Delegation.withdrawn_at.is_(None))).all()


def _tell(work: Work, row: Delegation, held: Membership, deputy: PortalUser) -> None:
    place = str(held.unit or held.council or "")
    new = {
        "from_user": held.user.username,
        "to_user": deputy.username,
        "role": held.role.value,
        "held_in": place,
        "from_day": row.from_day.isoformat(),
        "to_day": row.to_day.isoformat(),
        "document": row.document,
    }
    work.audit("house", "work_handed_over", "delegation", row.id, new=new, note=row.reason)
    facts = {"unit": place, "until": row.to_day.strftime("%d/%m/%Y")}
    announce(work, NoticeKind.WORK_HANDED_OVER, (row.from_user_id, deputy.id), path="/hand-overs/", facts=facts)


def withdraw_hand_over(delegation_id: int, *, actor: Actor, clock: Clock) -> None:
    """End a hand-over before its time. Raises NotFound, Forbidden, Conflict("delegation_ended")."""
    with unit_of_work(actor=actor, clock=clock) as work:
        statement = select(Delegation).where(Delegation.id == delegation_id).with_for_update(of=Delegation)
        row = work.session.scalars(statement).one_or_none()
        if row is None:
            raise NotFound("delegation_unknown")
        _reach(actor, row, "delegation_unknown")
        if not may_hand_over(actor, Appointment(row.role, row.unit_id, row.council_id)):
            raise Forbidden("delegation_not_yours")
        if row.withdrawn_at is not None or row.to_day < vietnam_day(work.now):
            raise Conflict("delegation_ended")
        row.withdrawn_at, row.withdrawn_by_id = work.now, actor.user_id
        new = {"withdrawn_at": work.now.isoformat()}
        work.audit("house", "hand_over_withdrawn", "delegation", row.id, new=new)
        facts = {"unit": str(row.unit or row.council or ""), "until": vietnam_day(work.now).strftime("%d/%m/%Y")}
        told = (row.from_user_id, row.to_user_id)
        announce(work, NoticeKind.WORK_HANDED_OVER, told, path="/hand-overs/", facts=facts)


def hand_overs(*, actor: Actor, clock: Clock) -> HandOvers:
    """Return the hand-overs of the actor's people, newest first, and what may be handed over to whom.

    A constant number of statements.
    """
    with reading() as session:
        today = vietnam_day(clock.read(session))
        reach = policy.scope(actor, Permission.WORK_HAND_OVER)
        rows = session.scalars(
            select(Delegation)
            .where(*_reached(reach, Delegation.unit_id, Delegation.council_id))
            .options(
                joinedload(Delegation.from_user),
                joinedload(Delegation.to_user),
                joinedload(Delegation.recorded_by),
                joinedload(Delegation.unit),
                joinedload(Delegation.council),
            )
            .order_by(Delegation.id.desc())
        )
        return HandOvers(
            lines=tuple(_line(row, actor, today) for row in rows),
            appointments=_appointments(session, reach, actor),
            deputies=_deputies(session, actor),
        )


def _reached(reach: policy.Scope, unit: Place, council: Place) -> list[ColumnElement[bool]]:
    return [] if reach.everything else [or_(unit.in_(reach.unit_ids), council.in_(reach.council_ids))]


def _line(row: Delegation, actor: Actor, today: dt.date) -> HandOverLine:
    over = row.withdrawn_at is not None or row.to_day < today
    return HandOverLine(
        delegation_id=row.id,
        person=row.from_user.first_name,
        deputy=row.to_user.first_name,
        role=row.role,
        place=str(row.unit or row.council or ""),
        from_day=row.from_day,
        to_day=row.to_day,
        reason=row.reason,
        document=row.document,
        recorded_by=row.recorded_by.first_name,
        withdrawn_at=row.withdrawn_at,
        runs=not over and row.from_day <= today,
        may_withdraw=not over and may_hand_over(actor, Appointment(row.role, row.unit_id, row.council_id)),
    )


def _appointments(session: Session, reach: policy.Scope, actor: Actor) -> tuple[AppointmentLine, ...]:
    statement = (
        select(Membership)
        .join(Membership.user)
        .where(Membership.role.not_in(NEVER_HANDED_OVER), PortalUser.active.is_(True))
        .where(*_reached(reach, Membership.unit_id, Membership.council_id))
        .options(joinedload(Membership.user), joinedload(Membership.unit), joinedload(Membership.council))
        .order_by(PortalUser.username, Membership.id)
    )
    return tuple(
        AppointmentLine(row.id, row.user.first_name, row.role, str(row.unit or row.council or ""))
        for row in session.scalars(statement)
        if may_hand_over(actor, _appointment(row))
    )


def _deputies(session: Session, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Return whom work may go to: every account, for whoever names people of the house; else colleagues."""
    statement = select(PortalUser.id, PortalUser.first_name, PortalUser.username).where(PortalUser.active.is_(True))
    if not _everywhere(actor):
        councils = [held.council_id for held in actor.appointments if held.council_id is not None]
        near = or_(Membership.unit_id.in_(actor.unit_ids), Membership.council_id.in_(councils))
        statement = statement.where(PortalUser.id.in_(select(Membership.user_id).where(near)))
    rows = session.execute(statement.order_by(PortalUser.username))
    return tuple((row.id, f"{row.first_name} ({row.username})") for row in rows)


@dataclass(frozen=True, slots=True)
class DeputyOf:
    """An appointment held as a deputy today, for the person's own page."""

    role: Role
    place: str
    person: str
    until: dt.date


def deputy_of(*, actor: Actor, clock: Clock) -> list[DeputyOf]:
    """Return whose work the actor does today, and until when. One statement beside the clock."""
    person = aliased(PortalUser)
    with reading() as session:
        today = vietnam_day(clock.read(session))
        statement = (
            select(Delegation, person.first_name, Unit.name.label("unit"), Council.name.label("council"))
            .join(person, person.id == Delegation.from_user_id)
            .outerjoin(Unit, Unit.id == Delegation.unit_id)
            .outerjoin(Council, Council.id == Delegation.council_id)
            .where(Delegation.to_user_id == actor.user_id, Delegation.withdrawn_at.is_(None))
            .where(Delegation.from_day <= today, Delegation.to_day >= today)
            .order_by(Delegation.id)
        )
        return [
            DeputyOf(row.role, unit or council or "", name, row.to_day)
            for row, name, unit, council in session.execute(statement)
        ]
