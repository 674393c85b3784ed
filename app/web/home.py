"""Việc của tôi: what waits for me by role, with deadlines; my unit's sheets; what changed since yesterday."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.services.appointments import appointments_of
from app.services.council_tasks import appraisal_tasks, council_tasks, leader_tasks, upward_tasks
from app.services.delegations import deputy_of
from app.services.house_tasks import house_tasks
from app.services.recent import changes_since_yesterday, progress_of_campaigns
from app.services.unit_tasks import unit_tasks
from app.web.access import current_actor, signed_in
from app.web.clocks import clock
from app.web.labels import PHASE_KINDS, role_words
from app.web.records.words import ACTS
from app.web.task_words import short_instant, shown_task, time_left

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        now = clock().read(session)
    of_unit, sheets = unit_tasks(actor=actor, clock=clock())
    tasks = [
        *of_unit,
        *appraisal_tasks(actor=actor, clock=clock()),
        *council_tasks(actor=actor, clock=clock()),
        *upward_tasks(actor=actor),
        *leader_tasks(actor=actor, clock=clock()),
        *house_tasks(actor=actor, clock=clock()),
    ]
    shown = [shown_task(task) for task in tasks]
    return render_template(
        "home/index.html",
        deputising=[(role_words(row.role), row) for row in deputy_of(actor=actor, clock=clock())],
        now=now,
        tasks=[task for task in shown if not task.calm],
        later=[task for task in shown if task.calm],
        next_due=min((task.due for task in tasks if task.due is not None and task.due > now), default=None),
        sheets=sheets,
        progress=progress_of_campaigns(actor=actor),
        phase_words=PHASE_KINDS,
        changes=changes_since_yesterday([each.line.assessment_id for each in sheets], actor=actor, clock=clock()),
        acts=ACTS,
        held=[(role_words(row.role), row.place) for row in appointments_of(actor=actor)],
        time_left=time_left,
        short_instant=short_instant,
    )
