"""What each kind of job does. Every one may be run twice: what it wrote and that it ended are one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.campaigns import GroupStage
from app.db.clock import Clock
from app.db.queries.people import actor_of, people_of_council, people_of_units
from app.db.results import Publication
from app.db.session import Work, reading, unit_of_work
from app.domain.errors import InputInvalid
from app.domain.jobs import JobKind
from app.domain.notices import NoticeKind
from app.domain.policy import Actor, Permission, Subject, require
from app.domain.terms import Role
from app.reading.own_files import is_unchanged_own
from app.services.decisions import check_decision_day
from app.services.group_context import find_group
from app.services.imports import Brought, ReadFile, keep_import
from app.services.job_running import Handlers, Run
from app.services.jobs import enqueue
from app.services.notices import Occasion, tell
from app.services.outbox import Compose, Post, send_due
from app.services.papers import Translate
from app.services.publication import Publish, decision_of, publish
from app.services.reminders import digest, remind
from app.services.set_exchange import Imported, Say, import_set_content, read_set_file
from app.storage.blobs import BlobStore
from app.storage.waiting import WaitingUploads

UNIT_PEOPLE = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_HEAD)
COUNCIL_PEOPLE = (Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY)


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with. `post` None: the portal sends no mail."""

    store: BlobStore
    translate: Translate
    read: ReadFile
    uploads: WaitingUploads
    say: Say
    compose: Compose
    post: Post | None


def handlers(tools: Tools) -> Handlers:
    """Return what runs each kind of job."""
    return {
        JobKind.PUBLISH: partial(_publish, tools),
        JobKind.PUBLICATION_NOTICES: _tell_of_edition,
        JobKind.IMPORT_READ: partial(_read, tools),
        JobKind.REMINDERS: lambda run: _daily(run, remind),
        JobKind.DIGEST: lambda run: _daily(run, digest),
        JobKind.MAIL: partial(_mail, tools),
    }


def _asking(run: Run) -> Actor:
    """Return who asked, with the appointments held now. Raises NotFound("account_unknown") for one switched off."""
    with reading() as session:
        return actor_of(session, run.asked_by_id or 0)


# ── publishing


def ask_to_publish(command: Publish, key: str, *, actor: Actor, clock: Clock) -> int:
    """Ask for the next edition as a job; return its number. What can be known at once is refused at once.

    Raises: NotFound, Forbidden, InputInvalid as `publish`. The same `key` is one asking.
    """
    decision_of(command)
    with unit_of_work(actor=actor, clock=clock) as work:
        check_decision_day(command.decided_on, work.now)
        group = find_group(work.session, command.group_stage_id)
        require(actor, Permission.GROUP_PUBLISH, Subject(council_id=group.council_id, stage=group.stage))
        arguments = {
            "group_stage_id": command.group_stage_id,
            "number": command.number,
            "decided_on": command.decided_on.isoformat(),
            "authority": command.authority,
            "signer": command.signer,
            "place": command.place,
        }
        return enqueue(work, JobKind.PUBLISH, arguments, key=f"publish:{actor.user_id}:{key}")


def _publish(tools: Tools, run: Run) -> None:
    """Publish and end in one transaction: a worker that dies leaves the whole old edition, or the whole new one."""
    given = dict(run.arguments)
    command = Publish(**{**given, "decided_on": dt.date.fromisoformat(given["decided_on"])})
    publish(
        command,
        store=tools.store,
        translate=tools.translate,
        actor=_asking(run),
        clock=run.clock,
        also=lambda work: run.finish(work, f"/results/{command.group_stage_id}"),
    )


def _tell_of_edition(run: Run) -> None:
    """Tell the people of the group's units and council, each of one edition once."""
    with unit_of_work(actor=None, clock=run.clock) as work:
        group = work.session.get_one(GroupStage, run.arguments["group_stage_id"])
        edition = run.arguments["edition"]
        units = select(Assessment.unit_id).where(Assessment.group_stage_id == group.id)
        people = people_of_units(work.session, work.session.scalars(units).all(), UNIT_PEOPLE)
        people += people_of_council(work.session, group.council_id, COUNCIL_PEOPLE)
        row = select(Publication.by_id).where(Publication.group_stage_id == group.id, Publication.edition == edition)
        published_by = work.session.scalars(row).one()
        facts = {"group": group.group.name, "edition": edition}
        once = f"published:{group.id}:{edition}"
        what = Occasion(NoticeKind.RESULT_PUBLISHED, f"/results/{group.id}", facts, once)
        tell(work, what, (number for number in people if number != published_by))
        run.finish(work)


# ── reading an appendix


def ask_to_read(
    data: bytes, name: str, *, uploads: WaitingUploads, actor: Actor, clock: Clock, appendix: int | None = None
) -> int:
    """Ask for the reading of a file as a job; return its number. Raises Forbidden."""
    require(actor, Permission.SET_CONFIGURE, Subject())
    token = uploads.keep(data, actor.user_id)
    with unit_of_work(actor=actor, clock=clock) as work:
        arguments = {"token": token, "name": name, "appendix": appendix}
        return enqueue(work, JobKind.IMPORT_READ, arguments, key=f"read:{token}", total=2)


def _read(tools: Tools, run: Run) -> None:
    """Read a file, then store what was read; of several appendices in it the person is asked first."""
    actor, token = _asking(run), run.arguments["token"]
    require(actor, Permission.SET_CONFIGURE, Subject())
    data = tools.uploads.read(token, actor.user_id)
    if data is None:
        raise InputInvalid("upload_gone")
    try:
        found = tools.read(data, run.arguments["name"], appendix=run.arguments["appendix"])
    except InputInvalid as refused:
        if refused.code != "several_appendices":
            raise
        _ask_which(run, refused)
        return
    run.step(1, 2)
    if is_unchanged_own(found.appendix):
        _take_exactly(tools, run, data, actor)
    else:
        _keep(tools, run, Brought(data, run.arguments["name"], found), actor)
    tools.uploads.drop(token, actor.user_id)


def _take_exactly(tools: Tools, run: Run, data: bytes, actor: Actor) -> None:
    def finish(work: Work, made: Imported) -> None:
        run.finish(work, f"/criteriasetrecords/show/{made.set_id}")

    import_set_content(read_set_file(data), actor=actor, clock=run.clock, say=tools.say, also=finish)


def _keep(tools: Tools, run: Run, brought: Brought, actor: Actor) -> None:
    def finish(work: Work, made: int) -> None:
        run.finish(work, f"/imports/{made}")

    keep_import(brought, store=tools.store, actor=actor, clock=run.clock, also=finish)


def _ask_which(run: Run, several: InputInvalid) -> None:
    with unit_of_work(actor=None, clock=run.clock) as work:
        run.finish(work, f"/imports/choose?job={run.job_id}", {"names": several.details.get("names", "")})


# ── notices and mail


class Daily(Protocol):
    """What is done once a day, step by step."""

    def __call__(self, day: dt.date, *, clock: Clock, after_each: Callable[[int, int], None]) -> int: ...


def _daily(run: Run, what: Daily) -> None:
    what(dt.date.fromisoformat(run.arguments["day"]), clock=run.clock, after_each=run.step)
    with unit_of_work(actor=None, clock=run.clock) as work:
        run.finish(work)


def _mail(tools: Tools, run: Run) -> None:
    tried = 0

    def step() -> None:
        nonlocal tried
        tried += 1
        run.step(tried, tried + 1)

    if tools.post is not None:
        send_due(clock=run.clock, post=tools.post, compose=tools.compose, after_each=step)
    with unit_of_work(actor=None, clock=run.clock) as work:
        run.finish(work)
