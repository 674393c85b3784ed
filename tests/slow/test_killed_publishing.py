"""A worker killed in the middle of publishing leaves the whole old edition, or the whole new one, on both databases."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.audit_trail import verify
from app.db.campaigns import GroupStage
from app.db.clock import FixedClock
from app.db.jobs import Job
from app.db.results import Publication, PublishedResult, StageAct
from app.db.session import Database, reading
from app.domain.jobs import JobState
from app.domain.terms import GroupAction, Stage
from app.services.job_kinds import ask_to_publish, handlers
from app.services.job_running import run_waiting
from app.services.verification import verify_publications
from tests.services.flow import Flow
from tests.services.test_jobs import approved, command, the, tools_of

pytestmark = pytest.mark.slow

#: where the worker dies: a function of the publication's module, before or after it did its work; or the commit itself
POINTS = (
    "pdf before",
    "next_order after",
    "move before",
    "move after",
    "enqueue after",
    "commit before",
    "commit after",
)

WORKER = """
import os, signal, sys
import sqlalchemy.orm
from pathlib import Path
from app.db.session import Database, use
from app.db.clock import FixedClock
from app.services import publication
import datetime as dt

url, folder, now, job, point = sys.argv[1:]
name, when = point.split()
use(Database(url))

def deadly(whole):
    def dies(*given, **named):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = whole(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return answer
    return dies

from tests.services.flow import Flow
from tests.services.test_jobs import tools_of
from app.services.job_kinds import handlers
from app.services import job_running
from app.storage.local import LocalBlobs

clock = FixedClock(dt.datetime.fromisoformat(now))
run = job_running._take(int(job), clock)
if name == "commit":
    sqlalchemy.orm.Session.commit = deadly(sqlalchemy.orm.Session.commit)
else:
    setattr(publication, name, deadly(getattr(publication, name)))

class Played:
    blobs = LocalBlobs(str(Path(folder) / "blobs"))

handlers(tools_of(Played, Path(folder)))[run.kind](run)
"""


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return approved(tmp_path)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_publication_is_whole_or_is_not(flow: Flow, database: Database, tmp_path: Path, point: str) -> None:
    job = ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock)
    words = [sys.executable, "-c", WORKER, database.url, str(tmp_path), flow.now.isoformat(), str(job), point]
    ended = subprocess.run(words, capture_output=True, check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    whole = point == "commit after"
    assert counts(flow) == ((Stage.PUBLISHED, 1, 2, 1) if whole else (Stage.APPROVED, 0, 0, 0))
    assert the(job, flow).state is (JobState.DONE if whole else JobState.RUNNING)
    flow.now += dt.timedelta(minutes=6)  # its lease is over
    run_waiting(handlers(tools_of(flow, tmp_path)), clock=flow.clock)
    assert counts(flow) == (Stage.PUBLISHED, 1, 2, 1)
    assert the(job, flow).state is JobState.DONE
    with reading() as session:
        assert verify(session)[1] is None
        assert verify_publications(session, flow.blobs, FixedClock(flow.now).read(session)) == (1, [])
        assert session.scalars(select(func.count()).select_from(Job).where(Job.state == JobState.DONE)).one() == 2


def counts(flow: Flow) -> tuple[Stage, int, int, int]:
    """Return where the group stands, its editions, their rows, and the acts that published it."""
    with reading() as session:
        stage = session.get_one(GroupStage, flow.world.stage).stage
        editions, rows = (
            session.scalars(select(func.count()).select_from(table)).one() for table in (Publication, PublishedResult)
        )
        published = select(func.count()).select_from(StageAct).where(StageAct.action == GroupAction.PUBLISH)
        return stage, editions, rows, session.scalars(published).one()
