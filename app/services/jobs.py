"""Long work as jobs: asked for within a transaction, looked after, cancelled. How they run: `job_running`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from app.db.clock import Clock
from app.db.jobs import Job
from app.db.session import Work, current, reading, unit_of_work
from app.domain import policy
from app.domain.errors import Conflict, DomainError, NotFound
from app.domain.jobs import OF_THE_PORTAL, JobKind, JobState, may_cancel
from app.domain.policy import Actor, Permission, Subject

ROWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its people see it; what it was asked with is nobody's to read. `refusal`: what stood against it."""

    id: int
    kind: JobKind
    state: JobState
    done: int
    total: int
    result: str
    refusal: DomainError | None
    asked_by: str
    mine: bool
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    stopping: bool
    may_cancel: bool


def enqueue(work: Work, kind: JobKind, arguments: Mapping[str, Any], *, key: str, total: int = 1) -> int:
    """Ask for a job in a running transaction; return its number. The same `key` names the same job, asked once.

    The queue hears of it once the transaction is committed; were it not to, the sweep tells it again.
    """
    asked_by = None if kind in OF_THE_PORTAL else work.acting.user_id
    work.session.flush()
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"kind": kind, "asked_by_id": asked_by, "arguments": dict(arguments), "total": total}
    statement = (
        dialect.insert(Job)
        .values(idempotency_key=key, asked_at=work.now, **row)
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Job.id)
    )
    made = work.session.scalars(statement).one_or_none()
    if made is None:
        return work.session.scalars(select(Job.id).where(Job.idempotency_key == key)).one()
    work.afterwards.append(lambda: current().bell(made))
    number: int = made
    return number


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Write the policy's scope in SQL."""
    scope = policy.scope(actor, Permission.JOB_READ)
    return true() if scope.everything else Job.asked_by_id.in_(scope.user_ids)


def jobs_of(*, actor: Actor) -> list[JobView]:
    """Return the jobs the actor may read, newest first: the own, or all."""
    with reading() as session:
        statement = select(Job).where(_visible(actor)).options(joinedload(Job.asked_by)).order_by(Job.id.desc())
        return [_view(row, actor) for row in session.scalars(statement.limit(ROWS_SHOWN))]


def job_of(job_id: int, *, actor: Actor) -> JobView:
    """Return one job. Raises NotFound("job_unknown") for anybody else's."""
    with reading() as session:
        return _view(_found(session, job_id, actor), actor)


def failed_jobs(since: dt.datetime, *, actor: Actor) -> int:
    """Return how many jobs failed since an instant that the actor may read."""
    with reading() as session:
        failed = _visible(actor) & (Job.state == JobState.FAILED) & (Job.ended_at >= since)
        return session.scalars(select(func.count()).select_from(Job).where(failed)).one()


def running_jobs(*, actor: Actor) -> int:
    """Return how many of the actor's own jobs have not ended."""
    with reading() as session:
        waiting = or_(Job.state == JobState.QUEUED, Job.state == JobState.RUNNING)
        mine = select(func.count()).select_from(Job).where(Job.asked_by_id == actor.user_id, waiting)
        return session.scalars(mine).one()


def arguments_of(job_id: int, kind: JobKind, *, actor: Actor) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what the actor's own job was asked with and what it noted. Raises NotFound("job_unknown")."""
    with reading() as session:
        row = _found(session, job_id, actor)
        if row.asked_by_id != actor.user_id or row.kind is not kind:
            raise NotFound("job_unknown")
        return row.arguments, row.details


def _found(session: Session, job_id: int, actor: Actor) -> Job:
    row = session.scalars(select(Job).where(Job.id == job_id).options(joinedload(Job.asked_by))).one_or_none()
    if row is None or not policy.allows(actor, Permission.JOB_READ, Subject(owner_id=row.asked_by_id)):
        raise NotFound("job_unknown")
    return row


def _view(row: Job, actor: Actor) -> JobView:
    stops = policy.allows(actor, Permission.JOB_CANCEL, Subject(owner_id=row.asked_by_id))
    return JobView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        done=row.done,
        total=row.total,
        result=row.result,
        refusal=DomainError(row.refusal, **details_from_json(row.details)) if row.refusal else None,
        asked_by="" if row.asked_by is None else row.asked_by.first_name,
        mine=row.asked_by_id == actor.user_id,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        stopping=row.stop_asked,
        may_cancel=stops and not row.stop_asked and may_cancel(row.kind, row.state),
    )


def cancel(job_id: int, *, actor: Actor, clock: Clock) -> JobState:
    """Cancel a job that waits; ask one that runs to stop after its step. Return where it is now.

    Raises: NotFound("job_unknown"), Forbidden, Conflict("job_not_stoppable") once nothing can be undone any more.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        row = work.session.get(Job, job_id, with_for_update=True)
        subject = Subject(owner_id=None if row is None else row.asked_by_id)
        if row is None or not policy.allows(actor, Permission.JOB_READ, subject):
            raise NotFound("job_unknown")
        policy.require(actor, Permission.JOB_CANCEL, subject)
        if not may_cancel(row.kind, row.state):
            raise Conflict("job_not_stoppable", kind=row.kind.value)
        old = row.state
        row.stop_asked = True
        if old is JobState.QUEUED:
            row.state, row.ended_at = JobState.CANCELLED, work.now
        said = {"kind": row.kind.value, "state": row.state.value}
        work.audit("house", "job_cancelled", "job", row.id, old={"state": old.value}, new=said)
        return row.state


def details_to_json(details: Mapping[str, object]) -> dict[str, Any]:
    """Return what a refusal names so that its sentence is the same when it is read back."""
    return {name: _to_json(value) for name, value in details.items()}


def _to_json(value: object) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case dt.datetime():
            return {"instant": value.isoformat()}
        case dt.date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"figure": str(value)}
        case list() | tuple():
            return [_to_json(each) for each in value]
        case _:
            return str(value)


def details_from_json(given: Mapping[str, Any]) -> dict[str, object]:
    return {name: _from_json(value) for name, value in given.items()}


def _from_json(value: Any) -> object:
    match value:
        case {"instant": str(text)}:
            return dt.datetime.fromisoformat(text)
        case {"day": str(text)}:
            return dt.date.fromisoformat(text)
        case {"figure": str(text)}:
            return Decimal(text)
        case list():
            return [_from_json(each) for each in value]
        case _:
            return value
