"""What a unit changed after sending and did not send again has lapsed: everybody meets what was sent."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Receipt
from app.db.campaigns import GroupStage
from app.db.session import Database, reading
from app.domain.errors import Forbidden, NotFound
from app.domain.terms import GroupAction, LeafStanding, UnitAction, WindowGround
from app.domain.workflow import Standing
from app.services.desk import desk
from app.services.group_acts import preview
from app.services.group_context import group_context
from app.services.my_sheets import my_sheets
from app.services.recount import answer_faults
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import LeafLine, sheet
from app.services.submissions import act, receipt_of
from tests.services.evidence_steps import SHEET, case, open_window, send_again
from tests.services.flow import FULL, Flow, start

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def returned(database: Database, tmp_path: Path) -> Flow:
    """XM01 sent 100 % at 1.5 (4 points), was returned after the lock, typed 50 % (0 points) and sent nothing."""
    flow = start(tmp_path)
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    number = flow.world.sheets["XM01"]
    act(number, UnitAction.RETURN_FOR_CORRECTION, actor=flow.who("thu_ky"), clock=flow.clock, reason="thiếu số liệu")
    command = EnterSelfScore(number, "1.5", 1, claim={"percent": "50"}, explanation="sửa chưa gửi")
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)
    return flow


def seen(flow: Flow, who: str) -> LeafLine:
    return sheet(flow.world.sheets["XM01"], actor=flow.who(who), clock=flow.clock).line("1.5")


def test_while_the_window_is_open_the_unit_works_on_its_draft(returned: Flow) -> None:
    assert seen(returned, "can_bo_01").points == Decimal(0)
    with pytest.raises(NotFound):  # it is with the unit again: no appraiser reads a draft
        seen(returned, "tham_dinh_pnv")


def test_once_it_is_over_everybody_meets_what_was_sent(returned: Flow) -> None:
    returned.now = LOCK + dt.timedelta(days=5)
    for who in ("can_bo_01", "tham_dinh_pnv", "thu_ky"):
        line = seen(returned, who)
        assert (line.points, line.explanation) == (Decimal(4), ""), who
        view = sheet(returned.world.sheets["XM01"], actor=returned.who(who), clock=returned.clock)
        assert view.obtained == Decimal(18)
        assert view.standing is Standing.SUBMITTED


@pytest.mark.parametrize("returned_at", [LOCK - dt.timedelta(hours=1), LOCK])
def test_what_was_corrected_is_what_is_sent_again(database: Database, tmp_path: Path, returned_at: dt.datetime) -> None:
    """Returned before the lock and after it: 1.5 was 100 % (4 points of 18), is 50 % (0) now; so the receipt says."""
    flow = start(tmp_path)
    flow.fill(SHEET, FULL)
    flow.send(SHEET)
    flow.now, sheet_id = returned_at, flow.world.sheets[SHEET]
    act(sheet_id, UnitAction.RETURN_FOR_CORRECTION, actor=flow.who("thu_ky"), clock=flow.clock, reason="đếm lại")
    enter(
        EnterSelfScore(sheet_id, "1.5", 1, claim={"percent": "50"}, explanation="đếm lại"),
        actor=flow.who("can_bo_01"),
        clock=flow.clock,
    )
    flow.send(SHEET)
    with reading() as session:
        sent = session.scalars(select(Receipt).order_by(Receipt.id.desc())).first()
        assert sent is not None
        number, content = sent.number, json.loads(sent.content)
    assert (number, content["leaves"]["1.5"]["claim"], content["total"]) == (2, {"percent": "50"}, "14")
    assert "kept" not in content
    shown = [receipt_of(sheet_id, each, actor=flow.who("can_bo_01"), clock=flow.clock).total for each in (1, 2)]
    assert shown == [Decimal(18), Decimal(14)]  # each receipt says what it pinned, whatever was sent after it
    flow.now = LOCK + dt.timedelta(days=1)
    assert seen(flow, "tham_dinh_pnv").points == Decimal(0)


def test_what_lapsed_is_not_sent_by_a_window_on_another_leaf(database: Database, tmp_path: Path) -> None:
    """ARCHITECTURE §4, "Unsent amendments lapse". 1.5 is changed in one window, not sent; 1.6 in a later one, and sent.

    1.6: 4 cases gave 2 points, 2 cases give 1 of them less: the sheet goes from 18 to 17, the points of 1.5 stay 4.
    """
    flow = start(tmp_path)
    flow.fill(SHEET, FULL)
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict(SHEET, "1.5")
    officer, number = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    open_window(flow, WindowGround.EXTENSION, "1.5")
    enter(EnterSelfScore(number, "1.5", 1, claim={"percent": "50"}), actor=officer, clock=flow.clock)
    flow.now += dt.timedelta(days=3)
    open_window(flow, WindowGround.EXTENSION, "1.6")
    enter(EnterSelfScore(number, "1.6", 1, claim={"count": "2"}), actor=officer, clock=flow.clock)
    assert (seen(flow, "can_bo_01").points, seen(flow, "can_bo_01").claim) == (Decimal(4), {"percent": "100"})
    send_again(flow)
    with reading() as session:
        sent = session.scalars(select(Receipt).order_by(Receipt.id.desc())).first()
        assert sent is not None
        content = json.loads(sent.content)
    assert content["leaves"]["1.5"]["claim"] == {"percent": "100"}
    assert content["leaves"]["1.6"]["claim"] == {"count": "2"}
    assert "1.5" in content["kept"]
    assert "1.6" not in content["kept"]
    assert content["total"] == str(sum(Decimal(leaf["points"]) for leaf in content["leaves"].values()))
    assert case(flow, "1.5").state.standing is LeafStanding.AGREED  # its verdict still counts
    with reading() as session:
        group = session.get_one(GroupStage, flow.world.stage)
        assert answer_faults(session, group_context(session, group, flow.now)) == []


def test_the_list_of_an_appraiser_holds_it_as_the_policy_does(returned: Flow) -> None:
    appraiser = returned.who("tham_dinh_pnv")
    assert my_sheets(actor=appraiser, clock=returned.clock) == []
    returned.now = LOCK + dt.timedelta(days=5)
    listed = my_sheets(actor=appraiser, clock=returned.clock)
    assert [(line.unit, line.standing) for line in listed] == [("Xã mẫu 01", Standing.SUBMITTED)]


def test_a_unit_that_never_sent_is_late_not_still_scoring(returned: Flow) -> None:
    (own,) = my_sheets(actor=returned.who("dau_moi_02"), clock=returned.clock)
    assert own.standing is Standing.NOT_SUBMITTED


def test_a_sheet_being_corrected_waits_on_no_desk_until_it_is_sent_again(returned: Flow) -> None:
    """The group goes ahead meanwhile; the agency meets the sheet once it is with the council again."""
    returned.group(GroupAction.OPEN_FIRST_APPRAISAL)
    agency = returned.who("tham_dinh_pnv")

    def still_open() -> tuple[str, ...]:
        return preview(returned.world.stage, actor=returned.who("thu_ky"), clock=returned.clock).open_windows

    assert still_open() == ("Xã mẫu 01",)
    assert desk(actor=agency, clock=returned.clock) == []
    with pytest.raises((Forbidden, NotFound)):
        returned.verdict("XM01", "1.1")
    returned.send("XM01")
    assert still_open() == ()
    assert [leaf.node.code for leaf in desk(actor=agency, clock=returned.clock)] == list(FULL)
    returned.verdict("XM01", "1.1")


def test_the_list_names_the_lock_of_the_window_and_what_waits_for_the_unit(returned: Flow) -> None:
    """Returned on Monday 25/11 after 17:00: three working days, to the end of Thursday; XM02 is late, nothing waits."""

    def own(who: str) -> tuple[bool, dt.datetime | None]:
        (line,) = my_sheets(actor=returned.who(who), clock=returned.clock)
        return line.waits, line.closes_at

    waits, closes = own("can_bo_01")
    assert waits
    assert (
        closes == sheet(returned.world.sheets["XM01"], actor=returned.who("can_bo_01"), clock=returned.clock).closes_at
    )
    assert closes is not None
    assert closes > LOCK
    assert own("can_bo_02") == (False, LOCK)
    returned.send("XM01")
    assert not own("can_bo_01")[0]
    returned.group(GroupAction.OPEN_FIRST_APPRAISAL)
    returned.verdict("XM01", "1.1")
    returned.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert own("can_bo_01")[0]
