"""Reminders 7, 3, 1 days before a deadline and on its day: to whom it concerns, while it is not met, once."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import AnswerWindow
from app.db.campaigns import Phase
from app.db.clock import FixedClock
from app.db.identity import Membership, PortalUser
from app.db.notices import Notice
from app.db.queries.people import actor_of
from app.db.session import Database, reading, unit_of_work
from app.domain.entered_lines import Line
from app.domain.notices import NoticeKind
from app.domain.reminders import days_left, is_reminded
from app.domain.terms import GroupAction, PhaseKind, WindowGround
from app.services.campaign_changes import Why
from app.services.campaign_units import close_sheet
from app.services.council_tasks import appraisal_tasks, leader_tasks, upward_tasks
from app.services.delegations import RecordHandOver, record_hand_over
from app.services.leader_sheet_writing import save_my_lines, submit_my_sheet
from app.services.reminders import remind
from app.services.self_scoring import EnterSelfScore, enter
from app.services.tasks import TaskKind
from app.services.unit_reports import approve_report
from app.services.upward import RecordReport, record_report
from tests.services.evidence_steps import open_window, send_again
from tests.services.flow import FULL, Flow, start
from tests.services.item_steps import report
from tests.services.office_steps import both_sent, closing, recuse, setting, share, staff
from tests.services.results_world import REPORT_DUE, make_world

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)  # 17:00 in Vietnam


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def on(day: dt.date) -> FixedClock:
    """08:00 of a day in Vietnam."""
    return FixedClock(dt.datetime.combine(day, dt.time(1, 0), tzinfo=dt.UTC))


def told(after: int = 0) -> list[tuple[str, str, int, int]]:
    """Return who was told of what: account, what is due, criteria, days left."""
    with reading() as session:
        statement = (
            select(PortalUser.username, Notice.facts)
            .join(Notice.user)
            .where(Notice.id > after, Notice.kind == NoticeKind.DEADLINE_NEAR)
        )
        rows = session.execute(statement.order_by(PortalUser.username, Notice.id)).all()
    return [(name, facts["phase"], facts["count"], facts["days"]) for name, facts in rows]


def last() -> int:
    with reading() as session:
        return max(session.scalars(select(Notice.id)), default=0)


def test_a_day_is_one_of_four_before_the_last_one() -> None:
    days = [dt.date(2024, 11, number) for number in range(16, 27)]
    assert [day.day for day in days if is_reminded(LOCK, day)] == [18, 22, 24, 25]
    midnight = dt.datetime(2024, 11, 25, 17, 0, tzinfo=dt.UTC)  # the end of 25/11 in Vietnam
    assert days_left(midnight, dt.date(2024, 11, 25)) == 0


def test_who_still_has_to_score_or_send_is_reminded_and_nobody_else(flow: Flow) -> None:
    """XM01: 9 leaves of its own, can_bo_01 answers for all, tong_hop_01 collates; three are scored on 18/11.

    XM02 has no head, and can_bo_02 answers for its 9.
    """
    flow.now = on(dt.date(2024, 11, 18)).instant
    flow.fill("XM01", {code: FULL[code] for code in ("1.1", "1.2", "1.9")})
    assert remind(dt.date(2024, 11, 18), clock=flow.clock) == 6
    assert told() == [
        ("can_bo_01", "scoring", 6, 7),
        ("can_bo_02", "scoring", 9, 7),
        ("dau_moi_01", "sending", 0, 7),
        ("dau_moi_02", "sending", 0, 7),
        ("thu_truong_01", "sending", 0, 7),
        ("tong_hop_01", "scoring", 6, 7),
    ]
    assert remind(dt.date(2024, 11, 18), clock=flow.clock) == 0
    assert remind(dt.date(2024, 11, 19), clock=on(dt.date(2024, 11, 19))) == 0
    flow.fill("XM01", {code: FULL[code] for code in FULL if code not in {"1.1", "1.2", "1.9"}})
    flow.send("XM01")
    seen = last()
    assert remind(dt.date(2024, 11, 25), clock=on(dt.date(2024, 11, 25))) == 2
    assert told(seen) == [("can_bo_02", "scoring", 9, 0), ("dau_moi_02", "sending", 0, 0)]
    assert remind(dt.date(2024, 11, 25), clock=FixedClock(LOCK)) == 0  # it is over


def test_who_deputises_is_reminded_too_and_a_unit_that_left_is_not(flow: Flow) -> None:
    """can_bo_02 stands in for dau_moi_01 of XM01 to 26/11; XM02 has left, so of it nobody is told."""
    with reading() as session:
        held = session.scalars(select(Membership.id).where(Membership.user_id == flow.world.users["dau_moi_01"])).one()
    deputy, first, until = flow.world.users["can_bo_02"], dt.date(2024, 11, 24), dt.date(2024, 11, 26)
    command = RecordHandOver(held, deputy, first, until, "Đi học", "5/QĐ")
    record_hand_over(command, actor=flow.who("to_chuc"), clock=on(first))
    why = Why("chuyển về tỉnh", "6/QĐ")
    close_sheet(flow.world.campaign, flow.world.sheets["XM02"], why, actor=flow.who("to_chuc"), clock=on(first))
    seen = last()
    remind(dt.date(2024, 11, 25), clock=on(dt.date(2024, 11, 25)))
    assert [each[:2] for each in told(seen)] == [
        ("can_bo_01", "scoring"),
        ("can_bo_02", "sending"),
        ("dau_moi_01", "sending"),
        ("thu_truong_01", "sending"),
        ("tong_hop_01", "scoring"),
    ]


def test_a_deadline_that_is_moved_is_reminded_of_anew(flow: Flow) -> None:
    clock = on(dt.date(2024, 11, 25))
    assert remind(dt.date(2024, 11, 25), clock=clock) == 6
    with unit_of_work(actor=None, clock=clock) as work:
        window = AnswerWindow(
            assessment_id=flow.world.sheets["XM02"],
            ground=WindowGround.EXTENSION,
            opens_at=clock.instant,
            due_at=LOCK + dt.timedelta(days=1),
            granted_by_id=flow.world.users["thu_ky"],
        )
        work.session.add(window)
    seen = last()
    assert remind(dt.date(2024, 11, 25), clock=clock) == 2
    assert told(seen) == [("can_bo_02", "scoring", 9, 1), ("dau_moi_02", "sending", 0, 1)]


def test_agencies_council_and_units_are_reminded_of_what_waits_for_them(flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        for kind, day in ((PhaseKind.FIRST_APPRAISAL, 9), (PhaseKind.SECOND_APPRAISAL, 20)):
            closes = dt.datetime(2024, 12, day, 10, 0, tzinfo=dt.UTC)
            work.session.add(Phase(campaign_id=flow.world.campaign, kind=kind, closes_at=closes))
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in ("1.1", "1.2", "1.3", "1.4"):
        flow.verdict("XM01", code)
    remind(dt.date(2024, 12, 2), clock=on(dt.date(2024, 12, 2)))
    assert told() == [("tham_dinh_pnv", "first_appraisal", 5, 7), ("thu_ky", "release", 0, 7)]
    for code in ("1.5", "1.6", "1.7", "1.8", "1.9"):
        flow.verdict("XM01", code, **({"claim": {"percent": "90"}, "reason": "theo Kho bạc"} if code == "1.5" else {}))
    flow.now = dt.datetime(2024, 12, 9, 2, 0, tzinfo=dt.UTC)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)  # two days to explain: until 17:00 of 11/12
    seen = last()
    remind(dt.date(2024, 12, 10), clock=on(dt.date(2024, 12, 10)))
    assert told(seen) == [
        ("can_bo_01", "explanation", 1, 1),
        ("dau_moi_01", "explanation", 0, 1),
        ("thu_truong_01", "explanation", 0, 1),
        ("tong_hop_01", "explanation", 1, 1),
    ]
    flow.now = dt.datetime(2024, 12, 12, 2, 0, tzinfo=dt.UTC)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    seen = last()
    remind(dt.date(2024, 12, 20), clock=on(dt.date(2024, 12, 20)))
    assert told(seen) == [
        ("chu_tich_hd", "conclusion", 0, 0),
        ("lanh_dao_01", "leader_sheet", 2, 0),
        ("thu_ky", "conclusion", 0, 0),
    ]


def test_a_report_is_reminded_of_until_its_newest_version_is_approved(flow: Flow) -> None:
    """Due on 01/12 at 17:00, after the lock: XM01 has sent its sheet, which is not its report."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        closes = dt.datetime(2024, 12, 1, 10, 0, tzinfo=dt.UTC)
        work.session.add(Phase(campaign_id=flow.world.campaign, kind=PhaseKind.REPORT_DUE, closes_at=closes))
    flow.fill("XM01", FULL)
    flow.send("XM01")
    last_day = dt.date(2024, 12, 1)
    assert remind(dt.date(2024, 11, 28), clock=on(dt.date(2024, 11, 28))) == 0  # no report is asked for
    setting(flow, report="after")
    remind(dt.date(2024, 11, 28), clock=on(dt.date(2024, 11, 28)))
    of_both = [("dau_moi_01", "report_due", 0, 3), ("dau_moi_02", "report_due", 0, 3)]
    assert told() == [*of_both, ("thu_truong_01", "report_due", 0, 3)]
    version, seen = report(flow), last()
    remind(dt.date(2024, 11, 30), clock=on(dt.date(2024, 11, 30)))
    assert [each[0] for each in told(seen)] == ["dau_moi_01", "dau_moi_02", "thu_truong_01"]
    approve_report(flow.world.sheets["XM01"], version, actor=flow.who("thu_truong_01"), clock=flow.clock)
    seen = last()
    remind(last_day, clock=on(last_day))
    assert told(seen) == [("dau_moi_02", "report_due", 0, 0)]


def test_a_unit_that_runs_alone_is_reminded_of_by_the_phase_of_its_own_stage(flow: Flow) -> None:
    """Its group explains already; XM01's nine leaves wait for the first appraisal, which ends on 09/12."""
    flow.late()
    closing(flow)
    day = dt.date(2024, 12, 2)
    remind(day, clock=on(day))
    assert told() == [("tham_dinh_pnv", "first_appraisal", 9, 7), ("thu_ky", "release", 0, 7)]
    with reading() as session:
        releases = session.scalars(select(Notice.facts).join(Notice.user).where(PortalUser.username == "thu_ky"))
        assert [facts["unit"] for facts in releases if facts.get("phase") == "release"] == ["Xã mẫu 01"]


def test_each_appraiser_is_reminded_of_the_own_share_and_of_nobodys(flow: Flow) -> None:
    """Of PNV: 1.1 is tham_dinh_pnv's, 1.5 tham_dinh_hai's, who stays out of XM02; seven more leaves are nobody's.

    tham_dinh_pnv: 1 + 7 of XM01, and of XM02, where 1.5 is nobody's now, 1 + 8. tham_dinh_hai: 1 + 7 of XM01.
    tham_dinh_xm01 is of XM01 and judges none of it: 8 nobody's of XM02. tham_dinh_khac has no leaf.
    """
    both_sent(closing(staff(flow)))
    share(flow, "tham_dinh_pnv", "1.1")
    share(flow, "tham_dinh_hai", "1.5")
    recuse(flow, "XM02", "tham_dinh_hai")
    day, seen = dt.date(2024, 12, 2), last()
    expected = {"tham_dinh_pnv": 17, "tham_dinh_hai": 8, "tham_dinh_xm01": 8}
    clock = on(day)
    for who, count in expected.items():
        assert [task.count for task in appraisal_tasks(actor=flow.who(who), clock=clock)] == [count], who
    remind(day, clock=clock)
    of_agencies = [(name, count) for name, what, count, _ in told(seen) if what == "first_appraisal"]
    assert of_agencies == sorted(expected.items())
    recuse(flow, "XM01", "tham_dinh_hai")
    seen, clock = last(), on(dt.date(2024, 12, 6))
    remind(dt.date(2024, 12, 6), clock=clock)
    assert "tham_dinh_hai" not in {name for name, *_ in told(seen)}
    assert appraisal_tasks(actor=flow.who("tham_dinh_hai"), clock=clock) == []


def test_a_deputy_is_reminded_of_the_share_of_whom_it_stands_in_for(flow: Flow) -> None:
    """All of XM01 is tham_dinh_hai's; tham_dinh_pnv stands in to 05/12. XM02 has sent nothing."""
    staff(flow)
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    closing(flow).group(GroupAction.OPEN_FIRST_APPRAISAL)
    share(flow, "tham_dinh_hai")
    with reading() as session:
        of_hai = Membership.user_id == flow.world.users["tham_dinh_hai"]
        held = session.scalars(select(Membership.id).where(of_hai)).one()
    deputy, first, until = flow.world.users["tham_dinh_pnv"], dt.date(2024, 12, 1), dt.date(2024, 12, 5)
    command = RecordHandOver(held, deputy, first, until, "Đi học", "5/QĐ")
    record_hand_over(command, actor=flow.who("thu_truong_pnv"), clock=on(first))
    seen, clock = last(), on(dt.date(2024, 12, 2))
    with reading() as session:
        acting = actor_of(session, deputy, clock=clock)
    assert [task.count for task in appraisal_tasks(actor=acting, clock=clock)] == [9]
    remind(dt.date(2024, 12, 2), clock=clock)
    of_agencies = [(name, count) for name, what, count, _ in told(seen) if what == "first_appraisal"]
    assert of_agencies == [("tham_dinh_hai", 9), ("tham_dinh_pnv", 9)]


def test_a_leader_is_reminded_until_the_sheet_is_sent_by_the_end_of_the_second_appraisal(flow: Flow) -> None:
    """2.1 is asked of both units; the phase ends on 20/12 at 17:00."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        closes = dt.datetime(2024, 12, 20, 10, 0, tzinfo=dt.UTC)
        work.session.add(Phase(campaign_id=flow.world.campaign, kind=PhaseKind.SECOND_APPRAISAL, closes_at=closes))
    leader, first = flow.who("lanh_dao_01"), on(dt.date(2024, 12, 13))
    lines = [Line(1, unit, {"2.1": "5"}) for unit in ("XM01", "XM02")]
    save_my_lines(flow.world.stage, lines, actor=leader, clock=first)
    remind(dt.date(2024, 12, 13), clock=first)
    assert told() == [("lanh_dao_01", "leader_sheet", 2, 7)]  # typed, not sent: it counts for nothing yet
    [task] = leader_tasks(actor=leader, clock=first)
    assert task.due == closes
    submit_my_sheet(flow.world.stage, gaps_seen=False, actor=leader, clock=first)
    assert remind(dt.date(2024, 12, 17), clock=on(dt.date(2024, 12, 17))) == 0


def test_what_was_changed_on_a_sent_sheet_is_reminded_of_while_it_is_not_sent_again(flow: Flow) -> None:
    """XM01 has sent; from the lock on it has three days to bring its figures up to date."""
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    open_window(flow, WindowGround.DATA_UPDATE, days=3)
    open_window(flow, WindowGround.EXTENSION, "1.4", days=1)
    assert remind(dt.date(2024, 11, 27), clock=on(dt.date(2024, 11, 27))) == 0  # nothing was changed
    given = {"numerator": "8", "denominator": "10"}
    enter(
        EnterSelfScore(flow.world.sheets["XM01"], "1.3", 1, claim=given), actor=flow.who("can_bo_01"), clock=flow.clock
    )
    seen = last()
    remind(dt.date(2024, 11, 27), clock=on(dt.date(2024, 11, 27)))
    assert told(seen) == [
        ("can_bo_01", "amendment", 1, 1),
        ("dau_moi_01", "amendment", 0, 1),
        ("thu_truong_01", "amendment", 0, 1),
        ("tong_hop_01", "amendment", 1, 1),
    ]
    send_again(flow)
    assert remind(dt.date(2024, 11, 28), clock=on(dt.date(2024, 11, 28))) == 0


def test_the_secretariat_is_reminded_of_the_report_upward_until_it_is_recorded(
    database: Database, tmp_path: Path
) -> None:
    """Due on 15/01/2025 at 17:00, by the council below to the one above, which owes nothing itself."""
    played = make_world(tmp_path).concluded()
    assert upward_tasks(actor=played.who("thu_ky")) == []  # there is nothing to report yet
    remind(dt.date(2025, 1, 8), clock=on(dt.date(2025, 1, 8)))
    assert told() == [("thu_ky", "upward_report", 0, 7)]
    played.group(GroupAction.APPROVE, "phe_duyet")
    played.publish()
    [task] = upward_tasks(actor=played.who("thu_ky"))
    assert (task.kind, task.where, task.due) == (TaskKind.UPWARD_REPORT, "Hội đồng huyện", REPORT_DUE)
    for who in ("thu_ky_tren", "chu_tich_hd", "dau_moi_A"):
        assert upward_tasks(actor=played.who(who)) == []
    played.now = dt.datetime(2025, 1, 13, 2, 0, tzinfo=dt.UTC)
    command = RecordReport(played.campaign, played.council, "5/BC-UBND", dt.date(2025, 1, 13))
    record_report(command, actor=played.who("thu_ky"), clock=played.clock)
    assert upward_tasks(actor=played.who("thu_ky")) == []
    assert remind(dt.date(2025, 1, 14), clock=on(dt.date(2025, 1, 14))) == 0


def test_two_runners_at_once_remind_everybody_once(flow: Flow) -> None:
    ready = threading.Barrier(3)
    counts: list[int] = []

    def runner() -> None:
        ready.wait()
        counts.append(remind(dt.date(2024, 11, 18), clock=on(dt.date(2024, 11, 18))))

    threads = [threading.Thread(target=runner) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(counts) == 6
    assert len(told()) == len(set(told())) == 6
