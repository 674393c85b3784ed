"""What the portal asks of itself as the day goes: reminders, the digest, mail that is due. Safe to ask at any time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, or_, select

from app.db.clock import Clock
from app.db.jobs import Job
from app.db.outbox import Mail
from app.db.session import current, unit_of_work
from app.domain.jobs import JobKind, JobState
from app.domain.notices import MailState
from app.domain.reminders import day_of, digest_instant, reminders_begin
from app.services.job_running import sweep
from app.services.jobs import enqueue
from app.services.outbox import Compose, Post, send_due
from app.services.reminders import digest, remind


def tick(*, clock: Clock) -> None:
    """Ask for what is due by now, each once; tell the queue again of jobs nobody heard of."""
    with unit_of_work(actor=None, clock=clock) as work:
        day = day_of(work.now)
        if work.now >= reminders_begin(day):
            enqueue(work, JobKind.REMINDERS, {"day": day.isoformat()}, key=f"reminders:{day}")
        if current().mails and work.now >= digest_instant(day):
            enqueue(work, JobKind.DIGEST, {"day": day.isoformat()}, key=f"digest:{day}")
        due = select(func.count()).select_from(Mail).where(Mail.state == MailState.QUEUED, Mail.next_at <= work.now)
        active = or_(Job.state == JobState.QUEUED, Job.state == JobState.RUNNING)
        sending = select(func.count()).select_from(Job).where(Job.kind == JobKind.MAIL, active)
        if current().mails and work.session.scalars(due).one() and not work.session.scalars(sending).one():
            enqueue(work, JobKind.MAIL, {}, key=f"mail:{work.now:%Y%m%d%H%M%S}")
    sweep(clock=clock)


def run_due(*, clock: Clock, post: Post | None, compose: Compose) -> tuple[int, int, int]:
    """Do at once what is due by now; return how many were reminded, digests queued, mails sent. Safe to repeat."""
    with unit_of_work(actor=None, clock=clock) as work:
        now = work.now
    day: dt.date = day_of(now)
    reminded = remind(day, clock=clock) if now >= reminders_begin(day) else 0
    digests = digest(day, clock=clock)
    sent = send_due(clock=clock, post=post, compose=compose) if post is not None else 0
    return reminded, digests, sent
