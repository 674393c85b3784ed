"""Long work: asked for once, run by one worker at a time, ended with what it did, found by its owner alone."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.clock import FixedClock
from app.db.identity import Membership
from app.db.imports import CriteriaImport
from app.db.jobs import Job
from app.db.notices import Notice
from app.db.results import Publication
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Conflict, Forbidden, InputInvalid, NotFound
from app.domain.jobs import JobKind, JobState
from app.domain.terms import GroupAction
from app.reading.document import Document
from app.services.job_kinds import Tools, ask_to_publish, ask_to_read, handlers
from app.services.job_running import TakenOver, run_job, run_waiting, sweep
from app.services.job_schedule import tick
from app.services.jobs import JobView, arguments_of, cancel, enqueue, job_of, jobs_of
from app.services.outbox import Told
from app.services.publication import Publish
from app.storage.waiting import WaitingUploads
from tests.reading.appendix_samples import APPENDIX
from tests.services.flow import FULL, Flow, start
from tests.services.test_imports import Read, Reader

AFTER_THE_LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


def compose(told: Sequence[Told]) -> tuple[str, str]:
    return str(len(told)), ""


def tools_of(flow: Flow, folder: Path, reader: Reader | None = None) -> Tools:
    return Tools(
        store=flow.blobs,
        translate=lambda words: words,
        read=reader or Reader(Read(Document("text", ()), APPENDIX)),
        uploads=WaitingUploads(str(folder / "waiting")),
        say=lambda code, _details: code,
        compose=compose,
        post=None,
    )


def approved(folder: Path) -> Flow:
    """A group whose results are approved: the next act is to publish."""
    flow = start(folder)
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = AFTER_THE_LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    flow.group(GroupAction.APPROVE, "phe_duyet")
    return flow


def command(flow: Flow) -> Publish:
    return Publish(flow.world.stage, "12/QĐ-UBND", dt.date(2024, 12, 20), "UBND HUYỆN", "CHỦ TỊCH")


def editions() -> int:
    with reading() as session:
        return session.scalars(select(func.count()).select_from(Publication)).one()


def the(job_id: int, flow: Flow, who: str = "thu_ky") -> JobView:
    return job_of(job_id, actor=flow.who(who))


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return approved(tmp_path)


def test_a_publication_is_asked_for_once_and_its_people_are_told_once(flow: Flow, tmp_path: Path) -> None:
    asked = [ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock) for _ in range(2)]
    assert asked[0] == asked[1]
    assert editions() == 0
    run_waiting(handlers(tools_of(flow, tmp_path)), clock=flow.clock)
    assert editions() == 1
    done = the(asked[0], flow)
    assert (done.state, done.done, done.total, done.result) == (JobState.DONE, 1, 1, f"/results/{flow.world.stage}")
    assert run_job(asked[0], handlers(tools_of(flow, tmp_path)), clock=flow.clock) is False
    with reading() as session:
        told = session.execute(select(Notice.user_id, Notice.kind).where(Notice.kind == "result_published")).all()
        ended = session.scalars(select(Notice.user_id).where(Notice.kind == "job_ended")).all()
    users = flow.world.users
    expected = ["can_bo_01", "can_bo_02", "tong_hop_01", "dau_moi_01", "dau_moi_02", "thu_truong_01"]
    expected += ["chu_tich_hd", "phe_duyet"]  # and not the secretary, who published
    assert sorted(row.user_id for row in told) == sorted(users[name] for name in expected)
    assert ended == [users["thu_ky"]]


def test_a_worker_that_is_believed_dead_and_comes_back_publishes_nothing(
    flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first worker prints, its lease runs out, another publishes; what the first then writes is undone."""
    job = ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock)
    runs = handlers(tools_of(flow, tmp_path))
    stale: list[BaseException] = []

    def slow(run: object) -> None:
        later = FixedClock(flow.now + dt.timedelta(minutes=6))
        assert run_job(job, runs, clock=later)
        try:
            with unit_of_work(actor=None, clock=flow.clock) as work:
                run.finish(work, "/elsewhere")  # type: ignore[attr-defined]
        except TakenOver as over:
            stale.append(over)
            raise

    assert run_job(job, {**runs, JobKind.PUBLISH: slow}, clock=flow.clock)
    assert len(stale) == 1
    assert editions() == 1
    assert the(job, flow).result == f"/results/{flow.world.stage}"


def test_a_job_whose_workers_die_is_begun_again_and_ends_failed_at_last(flow: Flow, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def dies(_run: object) -> None:
        raise Killed

    job = ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock)
    dying = {**handlers(tools_of(flow, tmp_path)), JobKind.PUBLISH: dies}
    for attempt in range(3):
        with pytest.raises(Killed):
            run_job(job, dying, clock=flow.clock)
        assert run_job(job, dying, clock=flow.clock) is False, attempt  # its lease still runs
        flow.now += dt.timedelta(minutes=5)
        assert sweep(clock=flow.clock) == [job]
    assert run_job(job, dying, clock=flow.clock) is False
    refusal = the(job, flow).refusal
    assert the(job, flow).state is JobState.FAILED
    assert refusal is not None
    assert (refusal.code, refusal.details) == ("job_died", {"runs": 3})
    assert editions() == 0


def test_what_stands_against_it_is_the_job_s_end(flow: Flow, tmp_path: Path) -> None:
    """The secretary lost the role between asking and running; what cannot be published is refused when it is asked."""
    with pytest.raises(InputInvalid, match="document_number"):
        ask_to_publish(replace(command(flow), number="?"), "a", actor=flow.who("thu_ky"), clock=flow.clock)
    far = replace(command(flow), decided_on=dt.date(2042, 12, 20))
    with pytest.raises(InputInvalid, match="decision_day_far"):  # said at the form, not by a job that failed
        ask_to_publish(far, "a", actor=flow.who("thu_ky"), clock=flow.clock)
    with pytest.raises(Forbidden):
        ask_to_publish(command(flow), "a", actor=flow.who("chu_tich_hd"), clock=flow.clock)
    job = ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        held = select(Membership).where(Membership.user_id == flow.world.users["thu_ky"])
        work.session.delete(work.session.scalars(held).one())
    run_waiting(handlers(tools_of(flow, tmp_path)), clock=flow.clock)
    refusal = the(job, flow).refusal
    assert refusal is not None
    assert refusal.code == "role_missing"
    assert editions() == 0


def test_a_job_is_its_owner_s_and_an_auditor_s_to_read(flow: Flow) -> None:
    job = ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock)
    for stranger in ("chu_tich_hd", "can_bo_01", "to_chuc"):
        assert jobs_of(actor=flow.who(stranger)) == []
        with pytest.raises(NotFound):
            the(job, flow, stranger)
        with pytest.raises(NotFound):
            cancel(job, actor=flow.who(stranger), clock=flow.clock)
    for reader in ("kiem_toan", "quan_tri"):
        assert [each.id for each in jobs_of(actor=flow.who(reader))] == [job]
        assert not the(job, flow, reader).mine
        with pytest.raises(NotFound):  # what it was asked with is nobody else's
            arguments_of(job, JobKind.PUBLISH, actor=flow.who(reader))
    with pytest.raises(Forbidden):
        cancel(job, actor=flow.who("kiem_toan"), clock=flow.clock)
    assert "UBND HUYỆN" not in repr(the(job, flow))


def test_what_waits_is_cancelled_and_what_is_done_is_not(flow: Flow, tmp_path: Path) -> None:
    actor = flow.who("thu_ky")
    job = ask_to_publish(command(flow), "form", actor=actor, clock=flow.clock)
    assert cancel(job, actor=actor, clock=flow.clock) is JobState.CANCELLED
    assert run_waiting(handlers(tools_of(flow, tmp_path)), clock=flow.clock) == 0
    assert editions() == 0
    with pytest.raises(Conflict):
        cancel(job, actor=actor, clock=flow.clock)


def test_a_reading_stops_between_its_steps_and_else_ends_at_its_review(flow: Flow, tmp_path: Path) -> None:
    organiser = flow.who("to_chuc")
    uploads = WaitingUploads(str(tmp_path / "waiting"))

    class Stopping(Reader):
        def __call__(self, data: bytes, name: str, *, appendix: int | None = None) -> Read:
            if self.given:
                assert cancel(job, actor=organiser, clock=flow.clock) is JobState.RUNNING
            return super().__call__(data, name, appendix=appendix)

    reader = Stopping(Read(Document("text", ()), APPENDIX))
    tools = tools_of(flow, tmp_path, reader)
    first = ask_to_read(b"x", "a.txt", uploads=uploads, actor=organiser, clock=flow.clock)
    run_waiting(handlers(tools), clock=flow.clock)
    with reading() as session:
        [kept] = session.scalars(select(CriteriaImport.id))
    assert the(first, flow, "to_chuc").result == f"/imports/{kept}"
    job = ask_to_read(b"y", "b.txt", uploads=uploads, actor=organiser, clock=flow.clock)
    run_waiting(handlers(tools), clock=flow.clock)
    assert the(job, flow, "to_chuc").state is JobState.CANCELLED
    with reading() as session:
        assert session.scalars(select(CriteriaImport.id)).all() == [kept]
    lost = ask_to_read(b"z", "c.txt", uploads=uploads, actor=organiser, clock=flow.clock)
    for path in (tmp_path / "waiting").iterdir():
        path.unlink()
    run_waiting(handlers(tools), clock=flow.clock)
    refusal = the(lost, flow, "to_chuc").refusal
    assert refusal is not None
    assert refusal.code == "upload_gone"


def test_the_bell_is_rung_after_the_commit_and_by_the_sweep_where_nobody_heard(flow: Flow, database: Database) -> None:
    heard: list[tuple[int, bool]] = []

    def listen(job_id: int) -> None:
        with reading() as session:
            heard.append((job_id, session.get(Job, job_id) is not None))

    database.bell = listen
    with pytest.raises(ZeroDivisionError), unit_of_work(actor=flow.who("thu_ky"), clock=flow.clock) as work:
        enqueue(work, JobKind.MAIL, {}, key="a")
        raise ZeroDivisionError
    assert heard == []
    job = ask_to_publish(command(flow), "form", actor=flow.who("thu_ky"), clock=flow.clock)
    assert heard == [(job, True)]
    assert sweep(clock=flow.clock) == []
    flow.now += dt.timedelta(seconds=31)
    assert sweep(clock=flow.clock) == [job]
    assert heard == [(job, True)] * 2


def test_the_day_s_work_is_asked_for_once_whoever_asks(database: Database, tmp_path: Path) -> None:
    """Two schedulers tick at once, each three times, at 07:30 of a day in Vietnam: 00:30 UTC."""
    flow = start(tmp_path)
    database.mails = True
    flow.now = dt.datetime(2024, 11, 18, 0, 30, tzinfo=dt.UTC)
    ready = threading.Barrier(2)

    def scheduler() -> None:
        ready.wait()
        for _ in range(3):
            tick(clock=flow.clock)

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with reading() as session:
        keys = session.scalars(select(Job.idempotency_key).order_by(Job.idempotency_key)).all()
    assert keys == ["digest:2024-11-18", "reminders:2024-11-18"]
