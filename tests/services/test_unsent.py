"""What is not sent is its unit's alone, and what one agency gave is not another's to read; each act read by its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app.db.campaigns import Campaign
from app.db.session import Database, unit_of_work
from app.domain.errors import NotFound
from app.domain.terms import GroupAction, Stage
from app.services.appraised import appraised_points
from app.services.ballots import ballot_sheet
from app.services.desk import desk
from app.services.explanations import answer_sheet, reply, send_explanation
from app.services.leaf_history import history
from app.services.library import open_document
from app.services.verdict_marks import Minutes
from tests.services.evidence_steps import (
    LOCK,
    SHEET,
    add_file,
    appraise,
    appraise_elsewhere,
    case,
    documents,
    returned_and_lapsed,
    take_off,
)
from tests.services.flow import FULL, Flow, start


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    made = start(tmp_path)
    made.fill("XM01", FULL)
    return made


def answered(flow: Flow) -> None:
    """The unit has written on 1.5 and sent nothing."""
    flow.send("XM01")
    appraise(flow)
    officer = flow.who("can_bo_01")
    reply(flow.world.sheets[SHEET], "1.5", "Kho bạc tính thiếu", actor=officer, clock=flow.clock)


def texts(flow: Flow, who: str) -> list[str]:
    leaves = answer_sheet(flow.world.sheets[SHEET], actor=flow.who(who), clock=flow.clock).leaves
    return [each.text for leaf in leaves for each in leaf.replies]


def acts(flow: Flow, code: str, who: str) -> list[str]:
    seen = history(flow.world.sheets[SHEET], code, actor=flow.who(who), clock=flow.clock)
    return [each.action for each in seen]


def test_a_reply_is_the_units_until_it_is_sent(flow: Flow) -> None:
    answered(flow)
    assert texts(flow, "can_bo_01") == ["Kho bạc tính thiếu"]
    assert texts(flow, "tham_dinh_pnv") == []
    assert case(flow, "1.5").replies == ()
    assert "reply_written" in acts(flow, "1.5", "can_bo_01")
    assert "reply_written" not in acts(flow, "1.5", "tham_dinh_pnv")
    send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock)
    assert texts(flow, "tham_dinh_pnv") == ["Kho bạc tính thiếu"]
    assert [each.text for each in case(flow, "1.5").replies] == ["Kho bạc tính thiếu"]


def test_a_reply_nobody_sent_counts_and_is_read_once_the_time_is_over(flow: Flow) -> None:
    """DOMAIN 5: what was written stands when the window ends, sent or not."""
    answered(flow)
    flow.now = max(flow.now, LOCK.replace(month=12, day=20))
    assert texts(flow, "tham_dinh_pnv") == ["Kho bạc tính thiếu"]


def test_the_verdict_of_one_agency_is_not_anothers_to_read(flow: Flow) -> None:
    """Both took points: 1.3 by the inspectorate, 1.5 by the interior office."""
    appraise_elsewhere(flow, "1.3")
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict(SHEET, "1.5", claim={"percent": "90"}, reason="theo Kho bạc")
    flow.verdict(SHEET, "1.3", who="tham_dinh_khac", claim={"numerator": "1", "denominator": "2"}, reason="sổ")
    for code in set(FULL) - {"1.3", "1.5"}:
        flow.verdict(SHEET, code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)

    def codes(who: str) -> list[str]:
        shown = answer_sheet(flow.world.sheets[SHEET], actor=flow.who(who), clock=flow.clock)
        return [leaf.node.code for leaf in shown.leaves]

    assert codes("can_bo_01") == ["1.3", "1.5"]
    assert codes("thu_ky") == ["1.3", "1.5"]
    assert codes("tham_dinh_pnv") == ["1.5"]
    assert codes("tham_dinh_khac") == ["1.3"]


def test_what_lapsed_is_neither_a_document_nor_an_act_for_others(flow: Flow) -> None:
    """A sheet returned, changed and not sent again in time reads as it was sent; the unit alone knows the rest."""
    sent = add_file(flow, "1.5", "sent", number="1/BC-UBND")
    flow.send("XM01")
    late: list[int] = []
    returned_and_lapsed(
        flow, lambda flow: take_off(flow, "1.5"), lambda flow: late.append(add_file(flow, "1.5", "late"))
    )
    before = acts(flow, "1.5", "can_bo_01")
    assert before[:2] == ["evidence_attached", "evidence_detached"]
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    agency = flow.who("tham_dinh_pnv")
    assert [each.document_id for each in documents(flow, "1.5", "tham_dinh_pnv").documents] == [sent]
    assert acts(flow, "1.5", "tham_dinh_pnv") == before[2:]
    open_document(sent, store=flow.blobs, actor=agency, clock=flow.clock)[0].close()
    with pytest.raises(NotFound, match="document_unknown"):
        open_document(late[0], store=flow.blobs, actor=agency, clock=flow.clock)


def test_the_leaders_sheets_are_the_councils(flow: Flow) -> None:
    sheets = flow.world.sheets[SHEET]
    assert [each.node.code for each in ballot_sheet(sheets, actor=flow.who("thu_ky"), clock=flow.clock).leaves] == [
        "2.1"
    ]
    for who in ("can_bo_01", "thu_truong_01", "tham_dinh_pnv"):
        with pytest.raises(NotFound, match="assessment_unknown"):
            ballot_sheet(sheets, actor=flow.who(who), clock=flow.clock)


def test_what_others_gave_is_read_by_the_council_once_concluded_and_by_the_unit_once_published(flow: Flow) -> None:
    """2.1 is the leaders', 2.2 the portal's: `others` gives both before the council concludes."""

    def read(who: str) -> set[str]:
        points = appraised_points(flow.world.sheets[SHEET], actor=flow.who(who), clock=flow.clock)
        return {"2.1", "2.2"} & set(points)

    answered(flow)
    flow.others("XM01")
    assert [read(who) for who in ("can_bo_01", "tham_dinh_pnv", "thu_ky")] == [set(), set(), set()]
    send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.verdict(SHEET, "1.5", said=1, claim={"percent": "95"}, reason="một phần")
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    assert [read(who) for who in ("can_bo_01", "tham_dinh_pnv", "thu_ky")] == [set(), set(), {"2.1", "2.2"}]
    flow.group_to_published()
    assert read("can_bo_01") == {"2.1", "2.2"}


def test_a_second_round_that_is_the_councils_waits_on_the_desk_of_its_secretariat(flow: Flow) -> None:
    """Source 002, Quảng Trị: the council decides what is contested; its secretariat records it."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        campaign.policies = {**campaign.policies, "round_two": "council"}
    answered(flow)

    def waiting(who: str) -> list[str]:
        return [leaf.node.code for leaf in desk(actor=flow.who(who), clock=flow.clock) if leaf.waits]

    assert waiting("thu_ky") == []
    flow.now = LOCK.replace(month=12, day=20)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    assert {leaf.stage for leaf in desk(actor=flow.who("thu_ky"), clock=flow.clock)} == {Stage.SECOND_APPRAISAL}
    assert waiting("thu_ky") == ["1.5"]
    assert waiting("tham_dinh_pnv") == []
    flow.verdict(SHEET, "1.5", said=1, who="thu_ky", minutes=Minutes("05/BB-HĐTĐ", dt.date(2024, 12, 20)))
    assert waiting("thu_ky") == []
