"""A unit that sends after its group has gone on runs alone, by the same acts, until it has caught up."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.session import Database, reading
from app.domain.errors import ClaimInvalid, Forbidden, InputInvalid, TransitionRefused
from app.domain.terms import GroupAction, Stage, State, UnitAction
from app.services.group_acts import preview
from app.services.leaf_history import history
from app.services.submissions import act
from tests.services.flow import FULL, LOCK, Flow, start


def sent(flow: Flow) -> int:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    return flow.world.sheets["XM01"]


@pytest.fixture
def late(database: Database, tmp_path: Path) -> Flow:
    """XM01 runs alone since its group went on to the explanation."""
    flow = start(tmp_path)
    flow.late()
    return flow


def own_stage(flow: Flow) -> Stage | None:
    with reading() as session:
        return session.get_one(Assessment, flow.world.sheets["XM01"]).stage


def test_it_starts_at_the_first_appraisal_and_joins_where_the_group_stands(late: Flow) -> None:
    assert own_stage(late) is Stage.FIRST_APPRAISAL
    with pytest.raises(TransitionRefused, match="undecided_leaves_named"):
        late.alone(GroupAction.RELEASE_FIRST_RESULTS)
    for code in FULL:
        late.verdict("XM01", code)
    assert late.alone(GroupAction.RELEASE_FIRST_RESULTS) is Stage.EXPLANATION
    assert own_stage(late) is None
    late.others("XM01")
    late.now += dt.timedelta(days=10)
    late.group(GroupAction.OPEN_SECOND_APPRAISAL)
    late.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    late.group(GroupAction.APPROVE, "phe_duyet")


def test_it_concludes_alone_when_the_group_concluded_before(late: Flow) -> None:
    late.now += dt.timedelta(days=10)
    late.group(GroupAction.OPEN_SECOND_APPRAISAL)
    late.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    for code in FULL:
        late.verdict("XM01", code)
    late.alone(GroupAction.RELEASE_FIRST_RESULTS)
    assert own_stage(late) is Stage.EXPLANATION
    late.others("XM01")
    late.now += dt.timedelta(days=10)
    late.alone(GroupAction.OPEN_SECOND_APPRAISAL)
    with pytest.raises(Forbidden):
        late.alone(GroupAction.CONCLUDE, document="02/BB")
    assert late.alone(GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB") is Stage.CONCLUDED
    assert own_stage(late) is None


def test_a_group_names_the_unit_that_may_still_send_again(database: Database, tmp_path: Path) -> None:
    flow = start(tmp_path)
    sheet, secretary = sent(flow), flow.who("thu_ky")
    act(sheet, UnitAction.RETURN_FOR_CORRECTION, actor=secretary, clock=flow.clock, reason="thiếu Bảng thống kê")
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    assert preview(flow.world.stage, actor=secretary, clock=flow.clock).open_windows == ("Xã mẫu 01",)


def test_a_unit_that_moves_with_its_group_is_not_moved_alone(database: Database, tmp_path: Path) -> None:
    flow = start(tmp_path)
    sent(flow)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    with pytest.raises(InputInvalid, match="unit_not_alone"):
        flow.alone(GroupAction.RELEASE_FIRST_RESULTS)


def test_a_verdict_gives_no_zero_without_a_ground(database: Database, tmp_path: Path) -> None:
    """DOMAIN §2: nobody enters points the rule cannot give, except a 0 with a named ground."""
    flow = start(tmp_path)
    sent(flow)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    with pytest.raises(ClaimInvalid, match="zero_without_ground"):
        flow.verdict("XM01", "1.5", claim={"declined": True}, reason="không rõ")


def test_the_history_tells_a_unit_nothing_before_the_release(database: Database, tmp_path: Path) -> None:
    flow = start(tmp_path)
    sheet = sent(flow)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        more = {"claim": {"percent": "90"}, "reason": "theo Kho bạc"} if code == "1.5" else {}
        flow.verdict("XM01", code, **more)
    flow.others("XM01")

    def acts(who: str, code: str) -> set[str]:
        return {change.action for change in history(sheet, code, actor=flow.who(who), clock=flow.clock)}

    assert acts("can_bo_01", "1.5") == {"self_score_entered"}
    assert acts("can_bo_01", "2.1") == set()
    assert acts("thu_ky", "1.5") == {"self_score_entered", "verdict_given"}
    assert acts("thu_ky", "2.1") == {"ballot_entered"}
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    assert acts("can_bo_01", "1.5") == {"self_score_entered", "verdict_given"}
    assert acts("can_bo_01", "2.1") == set()


def test_a_group_waits_for_what_is_being_written_on_its_sheets(database: Database, tmp_path: Path) -> None:
    """A save holds its sheet's row; the act on the group comes after it, never in its middle."""
    flow = start(tmp_path)
    sheet = sent(flow)
    done = threading.Event()

    def open_the_appraisal() -> None:
        flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
        done.set()

    writer = database.writer()
    writer.execute(select(Assessment.id).where(Assessment.id == sheet).with_for_update(key_share=True))
    other = threading.Thread(target=open_the_appraisal)
    other.start()
    assert not done.wait(0.5)
    writer.rollback()
    writer.close()
    assert done.wait(10)
    other.join()
    with reading() as session:
        assert session.get_one(Assessment, sheet).state is State.SUBMITTED
