"""Việc của tôi: each role finds what waits for it, with its deadline; the page costs the same however much there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from app.db.assessments import Assessment, Exemption
from app.db.campaigns import Campaign, Phase
from app.db.clock import FixedClock
from app.db.identity import Unit
from app.db.imports import CriteriaImport
from app.db.jobs import Job
from app.db.notices import Notice
from app.db.session import unit_of_work
from app.domain.jobs import JobKind, JobState
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, PhaseKind, State, UnitTier
from app.services.adjustments import withdraw_adjustment
from app.services.council_tasks import appraisal_tasks, council_tasks, leader_tasks, upward_tasks
from app.services.exemptions import exemptions_view, propose_exemption, withdraw_exemption
from app.services.house_tasks import house_tasks
from app.services.recent import changes_since_yesterday, progress_of_campaigns
from app.services.tasks import Task, TaskKind
from app.services.unit_reports import approve_report
from app.services.unit_tasks import unit_tasks
from app.web.task_words import shown_task
from tests.services.flow import FULL, Flow, go_on
from tests.services.item_steps import add_items, decide, propose, report
from tests.services.office_steps import setting
from tests.web.conftest import SignIn
from tests.web.world import World

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
REPORT = dt.datetime(2024, 12, 1, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    played = go_on(world, tmp_path)
    portal.extensions["clock"] = FixedClock(played.now)
    return played


def waiting(flow: Flow, who: str) -> list[Task]:
    actor = flow.who(who)
    return [
        *unit_tasks(actor=actor, clock=flow.clock)[0],
        *appraisal_tasks(actor=actor, clock=flow.clock),
        *council_tasks(actor=actor, clock=flow.clock),
        *upward_tasks(actor=actor),
        *leader_tasks(actor=actor, clock=flow.clock),
        *house_tasks(actor=actor, clock=flow.clock),
    ]


def kinds(flow: Flow, who: str) -> list[tuple[TaskKind, int]]:
    return [(task.kind, task.count) for task in waiting(flow, who)]


def test_before_the_lock_each_of_a_unit_finds_the_own_part(flow: Flow) -> None:
    flow.fill("XM01", {code: FULL[code] for code in ("1.1", "1.2")})
    [scoring] = waiting(flow, "can_bo_01")
    assert (scoring.kind, scoring.count, scoring.names[0], scoring.due) == (TaskKind.SCORE, 7, "1.3", LOCK)
    assert kinds(flow, "dau_moi_01") == [(TaskKind.SCORE, 7), (TaskKind.NOT_SENT, 7)]
    assert kinds(flow, "thu_truong_01") == [(TaskKind.NOT_SENT, 7)]
    late = (TaskKind.LATE_UNITS, 2)
    assert kinds(flow, "thu_ky") == [late, (TaskKind.ACT, 0)]  # the act waits for the lock: last
    assert kinds(flow, "chu_tich_hd") == []
    assert kinds(flow, "lanh_dao_01") == [(TaskKind.LEADER_SHEETS, 2)]
    assert kinds(flow, "kiem_toan") == [(TaskKind.VERIFY, 0)]
    flow.fill("XM01", {code: FULL[code] for code in FULL if code not in {"1.1", "1.2"}})
    assert kinds(flow, "can_bo_01") == [(TaskKind.REVIEW, 0)]
    assert kinds(flow, "dau_moi_01") == [(TaskKind.REVIEW, 0)]


def test_the_report_waits_for_who_enters_it_then_for_the_head_however_far_the_sheet_is(
    flow: Flow, sign_in: SignIn
) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.add(Phase(campaign_id=flow.world.campaign, kind=PhaseKind.REPORT_DUE, closes_at=REPORT))
    flow.fill("XM01", FULL)
    flow.send("XM01")
    assert kinds(flow, "dau_moi_01") == []  # the campaign asks for none
    setting(flow, report="after")
    to_enter = (TaskKind.REPORT, 0)
    assert kinds(flow, "can_bo_01") == []
    assert kinds(flow, "dau_moi_01") == [to_enter]
    [waits] = waiting(flow, "thu_truong_01")
    assert (waits.kind, waits.due) == (TaskKind.REPORT, REPORT)
    page, address = sign_in("thu_truong_01").get("/").get_data(as_text=True), f"/sheets/{waits.target}/report"
    assert address in page
    version = report(flow)
    assert kinds(flow, "dau_moi_01") == []
    assert kinds(flow, "thu_truong_01") == [(TaskKind.APPROVE_REPORT, 0)]
    assert address in sign_in("thu_truong_01").get("/").get_data(as_text=True)
    approve_report(waits.target, version, actor=flow.who("thu_truong_01"), clock=flow.clock)
    assert kinds(flow, "thu_truong_01") == []
    flow.now = REPORT
    report(flow)  # a later version waits again, its date over or not
    assert kinds(flow, "thu_truong_01") == [(TaskKind.APPROVE_REPORT, 0)]


def test_a_report_nobody_takes_any_more_is_no_task(flow: Flow) -> None:
    setting(flow, report="after", report_late="block")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.add(Phase(campaign_id=flow.world.campaign, kind=PhaseKind.REPORT_DUE, closes_at=REPORT))
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = REPORT - dt.timedelta(seconds=1)
    assert kinds(flow, "dau_moi_01") == [(TaskKind.REPORT, 0)]
    flow.now = REPORT
    assert kinds(flow, "dau_moi_01") == []


def test_what_was_sent_waits_for_its_appraisers_then_for_answers_then_for_the_council(flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    assert kinds(flow, "dau_moi_01") == []
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    [verdicts] = waiting(flow, "tham_dinh_pnv")
    assert (verdicts.kind, verdicts.count, verdicts.names) == (TaskKind.APPRAISE, 9, ("1 (9)",))
    assert kinds(flow, "tham_dinh_khac") == []
    assert (TaskKind.LATE_AGENCIES, 1) in kinds(flow, "thu_ky")
    for code in FULL:
        flow.verdict("XM01", code, **({"claim": {"percent": "90"}, "reason": "x"} if code == "1.5" else {}))
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    [answer] = waiting(flow, "can_bo_01")
    assert (answer.kind, answer.count, answer.names) == (TaskKind.ANSWER, 1, ("1.5",))
    assert kinds(flow, "thu_truong_01") == [(TaskKind.SEND_EXPLANATION, 1)]
    assert (TaskKind.WINDOWS_ENDING, 1) in kinds(flow, "thu_ky")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        sheet = flow.world.sheets["XM01"]
        work.session.add(Exemption(assessment_id=sheet, criterion_id=2, reason="x"))
    flow.now += dt.timedelta(days=3)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    chair = waiting(flow, "chu_tich_hd")
    assert [(task.kind, task.action) for task in chair] == [
        (TaskKind.PROPOSALS, None),
        (TaskKind.ACT, GroupAction.CONCLUDE),
    ]
    assert chair[1].refusal == "exemptions_decided"  # what was proposed is decided first


def test_a_proposal_taken_back_or_decided_with_other_figures_waits_for_nobody(flow: Flow) -> None:
    """What was proposed stays as a row out of force, still marked as proposed."""
    add_items(flow)
    sheet, unit, chair = flow.world.sheets["XM01"], flow.who("dau_moi_01"), flow.who("chu_tich_hd")
    counted, fixed = propose(flow, "4.1b", "dau_moi_01", count="15"), propose(flow, "4.1a", "dau_moi_01")
    propose_exemption(sheet, "1.6", "không có", "1/CV", actor=unit, clock=flow.clock)
    assert kinds(flow, "chu_tich_hd") == [(TaskKind.PROPOSALS, 3)]
    decide(flow, counted, count="11")
    assert kinds(flow, "chu_tich_hd") == [(TaskKind.PROPOSALS, 2)]
    withdraw_adjustment(sheet, fixed, actor=unit, clock=flow.clock)
    assert kinds(flow, "chu_tich_hd") == [(TaskKind.PROPOSALS, 1)]
    [claimed] = exemptions_view(sheet, actor=chair, clock=flow.clock).lines
    withdraw_exemption(sheet, claimed.exemption_id, actor=unit, clock=flow.clock)
    assert kinds(flow, "chu_tich_hd") == []


def test_who_keeps_the_house_finds_what_is_unfinished_or_in_trouble(flow: Flow) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.add(Campaign(code="nam_sau", name="Kỳ năm sau", year=2025))
        job = Job(kind=JobKind.REMINDERS, arguments={}, state=JobState.FAILED, asked_at=work.now, ended_at=work.now)
        work.session.add(job)
    assert kinds(flow, "to_chuc") == [(TaskKind.SET_UP, 0)]
    [jobs] = waiting(flow, "quan_tri")
    assert (jobs.kind, jobs.note) == (TaskKind.JOBS, "1")


def test_what_changed_since_yesterday_is_told_to_whom_it_concerns(flow: Flow, portal: Flask, sign_in: SignIn) -> None:
    flow.fill("XM01", {code: FULL[code] for code in ("1.1", "1.2")})
    mine = [flow.world.sheets["XM01"]]
    [change] = changes_since_yesterday(mine, actor=flow.who("dau_moi_01"), clock=flow.clock)
    assert (change.who, change.action, change.objects, change.count) == (
        "can_bo_01",
        "self_score_entered",
        ("1.2", "1.1"),
        2,
    )
    theirs = [flow.world.sheets["XM02"]]
    assert changes_since_yesterday(theirs, actor=flow.who("dau_moi_02"), clock=flow.clock) == []
    [progress] = progress_of_campaigns(actor=flow.who("thu_ky"))
    assert (progress.sent, progress.units) == (0, 2)
    flow.now += dt.timedelta(days=2)
    assert changes_since_yesterday(mine, actor=flow.who("dau_moi_01"), clock=flow.clock) == []
    page = sign_in("dau_moi_01").get("/").get_data(as_text=True)
    assert "2/9" in page
    assert f"/sheets/{mine[0]}?show=mine" in page
    assert f"/sheets/{theirs[0]}" not in page


def test_every_kind_of_task_has_its_words_and_leads_to_a_page(portal: Flask) -> None:
    with portal.test_request_context():
        for kind in TaskKind:
            shown = shown_task(Task(kind, "Xã mẫu 01", "Kỳ", 1, 2, action=GroupAction.CONCLUDE))
            assert shown.what, kind
            path = portal.url_map.bind("").match(shown.address.split("?")[0])
            assert path, kind


def test_a_unit_that_runs_alone_is_on_the_page_of_who_acts_on_it(flow: Flow, portal: Flask, sign_in: SignIn) -> None:
    flow.late()
    portal.extensions["clock"] = flow.clock
    page = sign_in("thu_ky").get("/").get_data(as_text=True)
    assert "Thông báo kết quả thẩm định lần một cho đơn vị: Xã mẫu 01" in page
    assert f"/board/{flow.world.stage}" in page


@contextmanager
def counted(portal: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    engine = portal.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", count)
    yield seen
    event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize(
    "who", ["can_bo_01", "dau_moi_01", "tham_dinh_pnv", "thu_ky", "chu_tich_hd", "to_chuc", "quan_tri", "lanh_dao_01"]
)
def test_the_page_costs_the_same_however_much_there_is(flow: Flow, portal: Flask, sign_in: SignIn, who: str) -> None:
    """Twelve more units, forty notices, five reviews, five jobs: as many statements as before."""
    client = sign_in(who)
    client.get("/")
    with counted(portal) as before:
        assert client.get("/").status_code == 200
    with unit_of_work(actor=None, clock=flow.clock) as work:
        for number in range(12):
            unit = Unit(code=f"XT{number}", name=f"Xã {number}", tier=UnitTier.COMMUNE, valid_from=dt.date(2020, 1, 1))
            sheet = Assessment(
                campaign_id=flow.world.campaign, group_stage_id=flow.world.stage, unit=unit, state=State.DRAFT
            )
            work.session.add(sheet)
        for number in range(40):
            told = {"user_id": flow.world.users[who], "facts": {"unit": str(number)}, "path": "/", "at": work.now}
            work.session.add(Notice(kind=NoticeKind.APPROVAL_REQUESTED, **told))
        for _ in range(5):
            work.session.add(Job(kind=JobKind.MAIL, arguments={}, asked_at=work.now))
            row = {"created_by_id": flow.world.users["to_chuc"], "created_at": work.now, "updated_at": work.now}
            work.session.add(CriteriaImport(file_name="x", format="text", document={}, appendix={}, **row))
    with counted(portal) as after:
        assert client.get("/").status_code == 200
    assert len(after) == len(before), after[len(before) :]
