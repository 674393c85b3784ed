"""What waits for those who keep the house: campaigns to set up, reviews, findings, mails and jobs in trouble."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.campaigns import Campaign
from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.imports import CriteriaImport
from app.db.session import reading
from app.domain import policy
from app.domain.policy import Actor, Permission, Subject
from app.domain.terms import CampaignStatus, ImportStatus, Role, SetStatus, Severity
from app.services.jobs import failed_jobs, running_jobs
from app.services.outbox import troubled_count
from app.services.tasks import Task, TaskKind

#: for how long a job that failed is named to the administrator
_NAMED = dt.timedelta(days=7)
_MOST = 20


def house_tasks(*, actor: Actor, clock: Clock) -> list[Task]:
    """Return what waits for an organiser, an administrator, an auditor; and the own jobs that run."""
    tasks: list[Task] = []
    with reading() as session:
        now = clock.read(session)
        if policy.may_ever(actor, Permission.CAMPAIGN_OPEN):
            tasks += [*_set_up(session), *_imports(session), *_findings(session)]
    mails = troubled_count(actor=actor, clock=clock)
    if mails:
        tasks.append(Task(TaskKind.MAILS, count=mails))
    keeps = policy.allows(actor, Permission.MAIL_MANAGE, Subject())
    failed = failed_jobs(now - _NAMED, actor=actor) if keeps else 0
    running = running_jobs(actor=actor)
    if failed or running:
        tasks.append(Task(TaskKind.JOBS, count=running, note=str(failed) if failed else ""))
    if actor.has(Role.AUDITOR):
        tasks.append(Task(TaskKind.VERIFY))
    return tasks


def _set_up(session: Session) -> list[Task]:
    draft = select(Campaign.id, Campaign.name).where(Campaign.status == CampaignStatus.DRAFT)
    rows = session.execute(draft.order_by(Campaign.id.desc()).limit(_MOST))
    return [Task(TaskKind.SET_UP, campaign=row.name, target=row.id) for row in rows]


def _imports(session: Session) -> list[Task]:
    waiting = select(func.count()).select_from(CriteriaImport).where(CriteriaImport.status == ImportStatus.DRAFT)
    count = session.scalars(waiting).one()
    return [Task(TaskKind.IMPORTS, count=count)] if count else []


def _findings(session: Session) -> list[Task]:
    """Return the draft sets with findings that keep a campaign from opening."""
    statement = (
        select(CriteriaSet.id, CriteriaSet.name, func.count().label("open"))
        .join(Criterion, Criterion.set_id == CriteriaSet.id)
        .join(CriterionFinding, CriterionFinding.criterion_id == Criterion.id)
        .where(CriteriaSet.status == SetStatus.DRAFT)
        .where(CriterionFinding.settled.is_(False), CriterionFinding.severity == Severity.ERROR)
        .group_by(CriteriaSet.id, CriteriaSet.name)
        .order_by(CriteriaSet.id.desc())
        .limit(_MOST)
    )
    return [Task(TaskKind.FINDINGS, row.name, target=row.id, count=row.open) for row in session.execute(statement)]
