"""Run jobs: taken by one worker at a time, alive by a lease, ended in the transaction of what they did.

Whoever takes a job begins its next run; every later write of a run says which it is. A worker believed dead that comes
back finds another run begun, and what it wanted to write is rolled back as a whole.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from app.db.clock import Clock
from app.db.jobs import Job
from app.db.session import Work, current, reading, unit_of_work
from app.domain.errors import Conflict, DomainError
from app.domain.jobs import HANDLING, LEASE, OF_THE_PORTAL, JobKind, JobState
from app.domain.notices import NoticeKind
from app.services.jobs import details_to_json
from app.services.notices import Occasion, tell

_log = logging.getLogger(__name__)

#: a job that waits longer than this is told to the queue again
UNHEARD = dt.timedelta(seconds=30)
#: how long jobs that only sent mail are kept
MAIL_JOBS_KEPT = dt.timedelta(days=7)


class Stopped(Exception):
    """The job was asked to stop, and stops between two steps."""


class TakenOver(Exception):
    """Another worker has begun this job again: nothing this one writes counts any more."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one job, as a value."""

    job_id: int
    kind: JobKind
    arguments: Mapping[str, Any]
    asked_by_id: int | None
    number: int
    clock: Clock

    def step(self, done: int, total: int) -> None:
        """Say how far the job is, which renews its lease. Raises Stopped, TakenOver."""
        with unit_of_work(actor=None, clock=self.clock) as work:
            values = {"done": min(done, total), "total": total, "lease_until": work.now + LEASE}
            statement = update(Job).where(_held(self)).values(**values).returning(Job.stop_asked)
            stop = work.session.scalars(statement).one_or_none()
        if stop is None:
            raise TakenOver
        if stop:
            raise Stopped

    def finish(self, work: Work, result: str = "", noted: Mapping[str, object] | None = None) -> None:
        """End the job in the transaction of what it did. Raises TakenOver: then nothing of it is kept."""
        values = {
            "state": JobState.DONE,
            "done": Job.total,
            "result": result,
            "details": details_to_json(noted or {}),
            "ended_at": work.now,
            "lease_until": None,
        }
        work.session.flush()
        statement = update(Job).where(_held(self)).values(**values).returning(Job.id)
        if work.session.scalars(statement.execution_options(synchronize_session=False)).one_or_none() is None:
            raise TakenOver
        _tell_owner(work, self, "done", result or f"/jobs/{self.job_id}")


#: a kind → what runs it; it ends by `Run.finish`, by a refusal, or by what it was stopped with
Handlers = Mapping[JobKind, Callable[[Run], None]]


def _held(run: Run) -> ColumnElement[bool]:
    return and_(Job.id == run.job_id, Job.state == JobState.RUNNING, Job.runs == run.number)


def _takeable(now: dt.datetime) -> ColumnElement[bool]:
    lapsed = and_(Job.state == JobState.RUNNING, Job.lease_until <= now)
    return or_(Job.state == JobState.QUEUED, lapsed)


def run_job(job_id: int, handlers: Handlers, *, clock: Clock) -> bool:
    """Run one job, if it waits and nobody else took it; return whether it was run here."""
    run = _take(job_id, clock)
    if run is None:
        return False
    try:
        handlers[run.kind](run)
    except Stopped:
        _end(run, JobState.CANCELLED, None)
    except TakenOver:
        _log.warning("job %s was begun again elsewhere", run.job_id)
    except DomainError as refusal:
        _end(run, JobState.FAILED, refusal)
    except Exception:
        _log.exception("job %s broke", run.job_id)
        if run.kind not in OF_THE_PORTAL or run.number >= HANDLING[run.kind].runs:
            _end(run, JobState.FAILED, Conflict("job_broke"))  # else its lease runs out, and it is begun again
    return True


def run_waiting(handlers: Handlers, *, clock: Clock) -> int:
    """Run every job that waits, one after the other; return how many."""
    count = 0
    while (waiting := _waiting(clock)) and any(run_job(number, handlers, clock=clock) for number in waiting):
        count += 1
    return count


def _waiting(clock: Clock) -> list[int]:
    with reading() as session:
        return list(session.scalars(select(Job.id).where(_takeable(clock.read(session))).order_by(Job.id)))


def _take(job_id: int, clock: Clock) -> Run | None:
    """Begin the next run of a job; the condition of the UPDATE lets one of several workers have it."""
    with unit_of_work(actor=None, clock=clock) as work:
        now = work.now
        mine = (
            update(Job)
            .where(Job.id == job_id, _takeable(now))
            .values(state=JobState.RUNNING, runs=Job.runs + 1, begun_at=now, lease_until=now + LEASE)
            .returning(Job.id)
        )
        if work.session.scalars(mine.execution_options(synchronize_session=False)).one_or_none() is None:
            return None
        row = work.session.get_one(Job, job_id)
        run = Run(row.id, row.kind, row.arguments, row.asked_by_id, row.runs, clock)
        if row.runs > HANDLING[row.kind].runs:
            _ended(work, run, JobState.FAILED, Conflict("job_died", runs=row.runs - 1))
            return None
        if row.stop_asked:
            _ended(work, run, JobState.CANCELLED, None)
            return None
        return run


def _end(run: Run, state: JobState, refusal: DomainError | None) -> None:
    with unit_of_work(actor=None, clock=run.clock) as work:
        _ended(work, run, state, refusal)


def _ended(work: Work, run: Run, state: JobState, refusal: DomainError | None) -> None:
    values: dict[str, Any] = {"state": state, "ended_at": work.now, "lease_until": None}
    if refusal is not None:
        values |= {"refusal": refusal.code, "details": details_to_json(refusal.details)}
    statement = update(Job).where(_held(run)).values(**values).returning(Job.id)
    ended = work.session.scalars(statement.execution_options(synchronize_session=False)).one_or_none()
    if ended is not None and state is JobState.FAILED:
        _tell_owner(work, run, "failed", f"/jobs/{run.job_id}")


def _tell_owner(work: Work, run: Run, outcome: str, path: str) -> None:
    if run.asked_by_id is not None and run.kind not in OF_THE_PORTAL:
        facts = {"job": run.kind.value, "outcome": outcome}
        tell(work, Occasion(NoticeKind.JOB_ENDED, path, facts, f"job:{run.job_id}"), [run.asked_by_id])


def sweep(*, clock: Clock) -> list[int]:
    """Tell the queue again of jobs nobody heard of, or whose worker died; return which. Old mail jobs go."""
    with unit_of_work(actor=None, clock=clock) as work:
        now = work.now
        old = and_(Job.kind == JobKind.MAIL, Job.state == JobState.DONE, Job.ended_at < now - MAIL_JOBS_KEPT)
        work.session.execute(delete(Job).where(old).execution_options(synchronize_session=False))
        lost = and_(_takeable(now), Job.asked_at <= now - UNHEARD)
        found = list(work.session.scalars(select(Job.id).where(lost).order_by(Job.id).limit(500)))
        work.afterwards.extend(partial(current().bell, number) for number in found)
        return found
