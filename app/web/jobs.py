"""Việc đang chạy: long work with its progress, to be left and found again, and its result or what stood against it."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError
from app.domain.jobs import ENDED, JobState
from app.domain.policy import Permission
from app.services.jobs import cancel, job_of, jobs_of
from app.web.access import access, current_actor
from app.web.clocks import clock
from app.web.errors import status_of
from app.web.marks import say
from app.words.notices import JOBS
from app.words.refusals import sentence

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

STATES: dict[JobState, object] = {
    JobState.QUEUED: lazy_gettext("Waits for its turn"),
    JobState.RUNNING: lazy_gettext("Runs"),
    JobState.DONE: lazy_gettext("Done"),
    JobState.FAILED: lazy_gettext("Not done"),
    JobState.CANCELLED: lazy_gettext("Cancelled"),
}


@blueprint.get("/")
@access(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    return render_template("jobs/index.html", jobs=jobs_of(actor=current_actor()), states=STATES, ended=ENDED)


@blueprint.get("/<int:job_id>")
@access(Permission.JOB_READ)
def show(job_id: int) -> ResponseReturnValue:
    """Show how far a job is: the whole page, or for a page that asks again by itself the part that changes."""
    return _page(job_id)


def _page(job_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    asks_again = request.headers.get("HX-Request") == "true"
    page = render_template(
        "jobs/progress.html" if asks_again else "jobs/show.html",
        job=job_of(job_id, actor=current_actor()),
        states=STATES,
        ended=ENDED,
        refusal=say(refused),
    )
    return page, 200 if refused is None else status_of(refused)


@blueprint.post("/<int:job_id>/cancel")
@access(Permission.JOB_CANCEL)
def stop(job_id: int) -> ResponseReturnValue:
    try:
        state = cancel(job_id, actor=current_actor(), clock=clock())
    except DomainError as refused:
        if status_of(refused) in {403, 404}:
            raise
        return _page(job_id, refused)
    flash(gettext("Cancelled.") if state is JobState.CANCELLED else gettext("It stops after the step it is at."))
    return redirect(url_for("jobs.show", job_id=job_id))


def register(app: Flask) -> None:
    app.jinja_env.globals["job_words"] = lambda kind: str(JOBS[kind])
    app.jinja_env.globals["refusal_sentence"] = sentence
