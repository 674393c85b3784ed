"""Windows granted by hand: one unit, one leaf, a whole group; what each opens, closed early, seen, told of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db.assessments import AnswerWindow
from app.db.audit import AuditEvent
from app.db.campaigns import Campaign
from app.db.holidays import Holiday
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, LeafStanding, UnitAction, WindowGround
from app.services.explanations import reply
from app.services.my_sheets import my_sheets
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import sheet
from app.services.submissions import act
from app.services.windows import (
    GrantWindow,
    WindowStatus,
    close_window,
    grant_window,
    windows_of_group,
    windows_of_sheet,
)
from tests.services.evidence_steps import LOCK, SHEET, appraise, case, send_again
from tests.services.flow import FULL, Flow, start

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """XM01 has sent, XM02 has not; the lock has passed."""
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    made.send(SHEET)
    made.now = LOCK
    return made


def grant(flow: Flow, unit: str | None, ground: WindowGround, *, who: str = "thu_ky", **more: Any) -> list[str]:
    number = None if unit is None else flow.world.sheets[unit]
    given = {"opens_at": flow.now, "due_at": flow.now + 2 * DAY, "document": "15/QĐ-HĐTĐ", **more}
    command = GrantWindow(flow.world.stage, ground, assessment_id=number, **given)
    return grant_window(command, actor=flow.who(who), clock=flow.clock)


def claim(flow: Flow, unit: str, code: str, given: dict[str, Any], version: int = 1) -> None:
    command = EnterSelfScore(flow.world.sheets[unit], code, version, claim=given)
    enter(command, actor=flow.who(f"can_bo_{unit[-2:]}"), clock=flow.clock)


def lines(flow: Flow) -> list[tuple[str, str, WindowStatus]]:
    shown = windows_of_group(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock).lines
    return [(line.unit, line.leaf, line.status) for line in shown]


def test_an_extension_by_decision_lets_a_late_unit_in_until_it_is_over(flow: Flow) -> None:
    """XM02 missed the lock of 25/11 17:00; a decision gives it two days."""
    with pytest.raises(Forbidden, match="deadline_passed"):
        claim(flow, "XM02", "1.1", {"option": "1"}, 0)
    assert grant(flow, "XM02", WindowGround.EXTENSION) == ["Xã mẫu 02"]
    claim(flow, "XM02", "1.1", {"option": "1"}, 0)
    with reading() as session:
        told = {
            row.user.username for row in session.scalars(select(Notice).where(Notice.kind == NoticeKind.WINDOW_OPENED))
        }
        granted = select(AuditEvent.new).where(AuditEvent.action == "window_granted")
        new = session.scalars(granted).one()
    assert told == {"can_bo_02", "dau_moi_02"}
    assert new is not None
    assert new["document"] == "15/QĐ-HĐTĐ"
    assert lines(flow) == [("Xã mẫu 02", "", WindowStatus.OPEN)]
    flow.now = LOCK + 2 * DAY
    with pytest.raises(Forbidden, match="deadline_passed"):
        claim(flow, "XM02", "1.2", {"options": ["1"]}, 0)
    assert lines(flow) == [("Xã mẫu 02", "", WindowStatus.OVER)]


def test_the_second_data_update_is_granted_to_a_whole_group_at_once(flow: Flow) -> None:
    """QĐ 1820, Điều 11: data up to 14/12. XM01 amends 1.5 and sends again: receipt 2, its verdict counts no more."""
    appraise(flow)
    flow.now = dt.datetime(2024, 12, 10, 1, 0, tzinfo=dt.UTC)
    due = dt.datetime(2024, 12, 14, 17, 0, tzinfo=dt.UTC)
    assert grant(flow, None, WindowGround.DATA_UPDATE, document="", due_at=due) == ["Xã mẫu 01"]
    with pytest.raises(TransitionRefused, match="window_needs_submission"):
        grant(flow, "XM02", WindowGround.DATA_UPDATE, document="", due_at=due)
    claim(flow, SHEET, "1.5", {"percent": "95"})
    assert case(flow, "1.5").state.standing is LeafStanding.DISAGREED
    send_again(flow)
    assert case(flow, "1.5").state.standing is LeafStanding.UNDECIDED
    assert case(flow, "1.1").state.standing is LeafStanding.AGREED
    view = sheet(flow.world.sheets[SHEET], actor=flow.who("thu_ky"), clock=flow.clock)
    assert [row.number for row in view.receipts] == [1, 2]
    claim(flow, SHEET, "1.5", {"percent": "50"}, 2)
    flow.now = due
    shown = sheet(flow.world.sheets[SHEET], actor=flow.who("can_bo_01"), clock=flow.clock)
    assert shown.line("1.5").points == Decimal("3.8")  # 95 % of 4: what was not sent has lapsed


def test_a_window_on_one_leaf_opens_that_leaf_alone_and_closes_early_for_a_reason(flow: Flow) -> None:
    grant(flow, SHEET, WindowGround.EXTENSION, code="1.5")
    claim(flow, SHEET, "1.5", {"percent": "95"})
    with pytest.raises(Forbidden):
        claim(flow, SHEET, "1.6", {"count": "1"})
    (line,) = windows_of_sheet(flow.world.sheets[SHEET], actor=flow.who("can_bo_01"), clock=flow.clock)
    assert (line.leaf, line.due_at, line.may_close) == ("1.5", LOCK + 2 * DAY, False)
    secretary = flow.who("thu_ky")
    with pytest.raises(InputInvalid, match="window_closing_reason_missing"):
        close_window(line.window_id, " ", actor=secretary, clock=flow.clock)
    with pytest.raises(Forbidden):
        close_window(line.window_id, "x", actor=flow.who("chu_tich_hd"), clock=flow.clock)
    flow.now = LOCK + HOUR
    close_window(line.window_id, "cấp nhầm", actor=secretary, clock=flow.clock)
    with pytest.raises(Forbidden, match="deadline_passed"):
        claim(flow, SHEET, "1.5", {"percent": "96"}, 2)
    (line,) = windows_of_group(flow.world.stage, actor=secretary, clock=flow.clock).lines
    assert (line.status, line.due_at, line.ends_at, line.closed_reason) == (
        WindowStatus.CLOSED,
        LOCK + 2 * DAY,
        LOCK + HOUR,
        "cấp nhầm",
    )
    with pytest.raises(TransitionRefused, match="window_over"):
        close_window(line.window_id, "x", actor=secretary, clock=flow.clock)
    (own,) = my_sheets(actor=flow.who("can_bo_01"), clock=flow.clock)
    assert own.closes_at == LOCK


def test_a_window_that_is_not_open_yet_opens_at_its_instant(flow: Flow) -> None:
    grant(flow, SHEET, WindowGround.EXTENSION, opens_at=LOCK + DAY)
    assert lines(flow) == [("Xã mẫu 01", "", WindowStatus.COMING)]
    with pytest.raises(Forbidden):
        claim(flow, SHEET, "1.5", {"percent": "95"})
    flow.now = LOCK + DAY
    claim(flow, SHEET, "1.5", {"percent": "95"})


def test_a_longer_explanation_goes_on_where_the_first_ended(flow: Flow) -> None:
    """Released on 25/11, two days to 27/11 17:00; on 27/11 16:00 the unit gets until 29/11 16:00."""
    appraise(flow)
    flow.now = LOCK + 2 * DAY - HOUR
    grant(flow, SHEET, WindowGround.EXPLANATION)
    flow.now = LOCK + 3 * DAY
    reply(flow.world.sheets[SHEET], "1.5", "xem lại", actor=flow.who("can_bo_01"), clock=flow.clock)
    with pytest.raises(TransitionRefused, match="explanations_done_or_over"):
        flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.now = LOCK + 4 * DAY
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"due_at": LOCK - DAY, "opens_at": LOCK}, "window_ends_before_it_begins"),
        ({"due_at": LOCK - DAY, "opens_at": LOCK - 2 * DAY}, "window_ends_in_the_past"),
        ({"document": ""}, "document_missing"),
        ({"code": "9.9"}, "leaf_unknown"),
        ({"code": "2.1"}, "leaf_not_scored_by_unit"),
        ({"ground": WindowGround.CORRECTION, "reason": "sai số"}, "window_needs_return"),
        ({"ground": WindowGround.EXPLANATION}, "window_needs_explanation_stage"),
        ({"unit": None, "ground": WindowGround.EXPLANATION}, "window_needs_explanation_stage"),
        ({"who": "chu_tich_hd"}, "role_missing"),
    ],
)
def test_what_cannot_be_granted_is_refused_and_nothing_opens(
    sqlite_database: Database, tmp_path: Path, changed: dict[str, Any], code: str
) -> None:
    flow = start(tmp_path)
    flow.fill(SHEET, FULL)
    flow.send(SHEET)
    flow.now = LOCK
    given = {"unit": SHEET, "ground": WindowGround.EXTENSION, **changed}
    with pytest.raises((InputInvalid, TransitionRefused, Forbidden), match=code):
        grant(flow, given.pop("unit"), given.pop("ground"), **given)
    with reading() as session:
        assert session.scalars(select(AnswerWindow)).all() == []


def test_a_concluded_unit_takes_no_window_from_anybody(flow: Flow) -> None:
    appraise(flow)
    flow.now = LOCK + 5 * DAY
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.others(SHEET)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    with pytest.raises(TransitionRefused, match="unit_concluded"):
        grant(flow, SHEET, WindowGround.EXTENSION, who="to_chuc")
    with pytest.raises(Forbidden, match="wrong_stage"):
        grant(flow, SHEET, WindowGround.EXTENSION)
    with pytest.raises(NotFound):
        close_window(999, "x", actor=flow.who("thu_ky"), clock=flow.clock)


def test_a_returned_sheet_has_the_days_for_corrections_counted_without_days_off(flow: Flow) -> None:
    """Returned on Monday 25/11 17:00, three working days, Tuesday 26/11 off: to Friday 29/11 17:00."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        terms = {"days": 1, "counting": "working", "closes": "17:00"}
        campaign.policies = {"explanation_days": terms, "correction_days": 3}
        work.session.add(Holiday(day=dt.date(2024, 11, 26), name="Nghỉ bù"))
    number = flow.world.sheets[SHEET]
    act(number, UnitAction.RETURN_FOR_CORRECTION, actor=flow.who("thu_ky"), clock=flow.clock, reason="thiếu số liệu")
    with reading() as session:
        assert session.scalars(select(AnswerWindow)).one().due_at == LOCK + 4 * DAY
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.SHEET_RETURNED)).all()
        assert {row.facts["reason"] for row in told} == {"thiếu số liệu"}
    flow.now = LOCK + 4 * DAY
    assert grant(flow, SHEET, WindowGround.CORRECTION, document="", reason="còn sai") == ["Xã mẫu 01"]
    claim(flow, SHEET, "1.5", {"percent": "95"})


def test_the_time_to_explain_runs_from_the_written_request(flow: Flow) -> None:
    """QĐ 1820, Điều 11d: two days after the written request. Of 26/11, released on 27/11 09:00: to 28/11 17:00."""
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict(SHEET, code)
    flow.now = dt.datetime(2024, 11, 27, 2, 0, tzinfo=dt.UTC)
    release = GroupAction.RELEASE_FIRST_RESULTS
    for given, code in (
        ({"dated_on": dt.date(2024, 11, 26)}, "document_missing"),
        ({"document": "7/TTK", "dated_on": dt.date(2024, 11, 28)}, "written_request_future"),
        ({"document": "7/TTK", "dated_on": dt.date(2024, 11, 24)}, "explanation_over_at_release"),
    ):
        with pytest.raises(InputInvalid, match=code):
            flow.group(release, **given)
    flow.group(release, document="7/TTK", dated_on=dt.date(2024, 11, 26))
    with reading() as session:
        window = session.scalars(select(AnswerWindow)).one()
        assert (window.due_at, window.document) == (LOCK + 3 * DAY, "7/TTK")
        assert window.dated_on == dt.date(2024, 11, 26)
    view = windows_of_group(flow.world.stage, actor=flow.who("kiem_toan"), clock=flow.clock)
    assert not view.may_grant
