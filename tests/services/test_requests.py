"""Evidence asked for in the first round: its own term, answered at once or from the release, overdue, decided."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db.assessments import AnswerWindow, Receipt
from app.db.campaigns import Campaign, Phase
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Forbidden, InputInvalid, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.terms import Decision, GroupAction, LeafStanding, PhaseKind, ReceiptKind
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.desk import desk
from app.services.explanations import AnswerSheet, answer_sheet, reply, send_explanation
from app.services.group_acts import preview
from app.services.my_sheets import my_sheets
from app.services.windows import close_window, windows_of_group
from tests.services.evidence_steps import LOCK, SHEET, add_file, case, documents
from tests.services.flow import FULL, Flow, start

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def settle(flow: Flow, **policies: Any) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        campaign.policies = {**campaign.policies, **policies}


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """XM01 has sent; the first appraisal is open."""
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    made.send(SHEET)
    made.now = LOCK
    made.group(GroupAction.OPEN_FIRST_APPRAISAL)
    return made


def ask(flow: Flow, code: str, due: dt.datetime | None = None, *, said: int = 0, wanted: str = "Bảng thống kê") -> None:
    command = GiveVerdict(flow.world.sheets[SHEET], code, Decision.REQUEST_EVIDENCE, said, reason=wanted, due_at=due)
    give_verdict(command, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)


def answers(flow: Flow, who: str = "can_bo_01") -> AnswerSheet:
    return answer_sheet(flow.world.sheets[SHEET], actor=flow.who(who), clock=flow.clock)


def answer(flow: Flow, code: str) -> None:
    reply(flow.world.sheets[SHEET], code, "Xem phụ lục", actor=flow.who("can_bo_01"), clock=flow.clock)


def told(kind: NoticeKind) -> set[str]:
    with reading() as session:
        return {row.user.username for row in session.scalars(select(Notice).where(Notice.kind == kind))}


def standings(flow: Flow, *codes: str) -> list[LeafStanding]:
    return [case(flow, code).state.standing for code in codes]


def requests(flow: Flow) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    shown = preview(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    return dict(shown.requests_open), dict(shown.requests_overdue)


def test_a_request_from_the_release_is_hidden_until_then_and_has_its_own_term(flow: Flow) -> None:
    """Asked on 25/11: 1.5 until 28/11 17:00, 1.6 until 26/11 17:00; released on 27/11, explanation to 29/11 17:00."""
    ask(flow, "1.5", LOCK + 3 * DAY)
    ask(flow, "1.6", LOCK + DAY)
    assert told(NoticeKind.EVIDENCE_ASKED) == set()
    with pytest.raises(Forbidden, match="wrong_stage"):
        answers(flow)
    with pytest.raises(Forbidden):
        answer(flow, "1.5")
    assert documents(flow, "1.5").why_not_add is not None
    assert requests(flow) == ({"Xã mẫu 01": ("1.5", "1.6")}, {})
    flow.now = LOCK + 2 * DAY
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert told(NoticeKind.EVIDENCE_ASKED) == {"can_bo_01", "tong_hop_01", "dau_moi_01", "thu_truong_01"}
    shown = {leaf.node.code: leaf for leaf in answers(flow).leaves}
    assert {code: leaf.due_at for code, leaf in shown.items()} == {"1.5": LOCK + 3 * DAY, "1.6": LOCK + 4 * DAY}
    assert shown["1.5"].verdict.reason == "Bảng thống kê"
    answer(flow, "1.6")
    flow.now = LOCK + 3 * DAY
    with pytest.raises((Forbidden, TransitionRefused)):  # its own date has passed, the explanation goes on
        answer(flow, "1.5")
    answer(flow, "1.6")
    assert requests(flow) == ({"Xã mẫu 01": ("1.6",)}, {"Xã mẫu 01": ("1.5",)})
    assert [(leaf.node.code, leaf.overdue) for leaf in answers(flow).leaves] == [("1.5", True), ("1.6", False)]
    send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock)
    assert standings(flow, "1.5", "1.6") == [LeafStanding.ASKED, LeafStanding.ANSWERED]


def test_an_unanswered_request_blocks_the_conclusion_until_it_has_a_verdict(flow: Flow) -> None:
    for code in FULL:
        if code != "1.5":
            flow.verdict(SHEET, code)
    ask(flow, "1.5")
    flow.now = LOCK + DAY
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.now = LOCK + 5 * DAY
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.others(SHEET)
    assert requests(flow) == ({}, {"Xã mẫu 01": ("1.5",)})
    with pytest.raises(TransitionRefused, match="no_leaf_blocks"):
        flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    with pytest.raises(TransitionRefused, match="request_in_first_round_only"):
        ask(flow, "1.5", LOCK + 9 * DAY, said=1)
    flow.verdict(SHEET, "1.5", said=1, claim={"percent": "90"}, reason="không bổ sung")
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    assert standings(flow, "1.5") == [LeafStanding.FINAL]


def test_a_request_answerable_at_once_is_answered_under_a_receipt_of_its_own(flow: Flow) -> None:
    """While the appraisal goes on the unit reads the request and nothing of the verdicts; each leaf is sent alone."""
    settle(flow, request_answerable="at_once")
    flow.verdict(SHEET, "1.1", claim={"option": "2"}, reason="thiếu")
    ask(flow, "1.5", LOCK + 2 * DAY)
    ask(flow, "1.6", LOCK + 2 * DAY)
    assert "can_bo_01" in told(NoticeKind.EVIDENCE_ASKED)
    shown = answers(flow)
    assert shown.at_once
    assert [line.waits for line in my_sheets(actor=flow.who("can_bo_01"), clock=flow.clock)] == [True]
    assert [leaf.node.code for leaf in shown.leaves] == ["1.5", "1.6"]
    document = add_file(flow, "1.5", "later", number="3/BC-UBND")
    add_file(flow, "1.6", "other")
    assert case(flow, "1.5").supplements == ()
    answer(flow, "1.5")
    with reading() as session:
        row = session.scalars(select(Receipt).where(Receipt.kind == ReceiptKind.EXPLANATION)).one()
        content = json.loads(row.content)
    assert list(content["replies"]) == list(content["supplements"]) == ["1.5"]
    assert [each.document_id for each in case(flow, "1.5").supplements] == [document]
    assert case(flow, "1.6").supplements == ()
    assert standings(flow, "1.5", "1.6") == [LeafStanding.ANSWERED, LeafStanding.ASKED]
    shown = preview(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert dict(shown.requests_answered) == {"Xã mẫu 01": ("1.5",)}  # named, lest it is passed over by the release
    waiting = {leaf.node.code for leaf in desk(actor=flow.who("tham_dinh_pnv"), clock=flow.clock) if leaf.waits}
    assert waiting == set(FULL) - {"1.1", "1.6"}
    with pytest.raises(Forbidden):
        answer(flow, "1.1")
    flow.verdict(SHEET, "1.5", said=1)
    with pytest.raises(Forbidden):  # decided since: nothing is asked any more
        answer(flow, "1.5")
    flow.now = LOCK + 2 * DAY
    with pytest.raises(Forbidden, match="deadline_passed"):
        answer(flow, "1.6")
    assert standings(flow, "1.6") == [LeafStanding.ANSWERED]  # the document not sent counts once the time is over


def test_a_request_is_not_closed_by_hand(flow: Flow) -> None:
    """It would leave its leaf no time to explain: 1.5 is judged, released, and answered as others are."""
    settle(flow, request_answerable="at_once")
    ask(flow, "1.5", LOCK + 2 * DAY)
    (line,) = windows_of_group(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock).lines
    assert not line.may_close
    with pytest.raises(TransitionRefused, match="request_closed_by_verdict"):
        close_window(line.window_id, "x", actor=flow.who("thu_ky"), clock=flow.clock)
    flow.verdict(SHEET, "1.5", said=1, claim={"percent": "90"}, reason="thiếu")
    for code in FULL:
        if code != "1.5":
            flow.verdict(SHEET, code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    reply(flow.world.sheets[SHEET], "1.5", "đã gửi", actor=flow.who("can_bo_01"), clock=flow.clock)


def test_what_is_said_in_the_explanation_is_not_counted_as_sent_before(flow: Flow) -> None:
    """A receipt of one leaf is no explanation of the sheet; supplements of a leaf go on in rounds of their own."""
    settle(flow, request_answerable="at_once")
    ask(flow, "1.5", LOCK + 6 * DAY)
    add_file(flow, "1.5", "one")
    answer(flow, "1.5")
    flow.now = LOCK + HOUR
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert not answers(flow).sent
    add_file(flow, "1.5", "two")
    assert [each.round for each in documents(flow, "1.5").supplements] == [1, 2]
    receipt = send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock)
    assert len(json.loads(receipt.content)["supplements"]["1.5"]) == 1
    assert receipt.code.endswith("GT02")
    with pytest.raises(TransitionRefused, match="explanation_not_sent"):
        answer(flow, "1.5")


def test_what_cannot_be_asked_is_refused_and_nothing_opened(flow: Flow) -> None:
    settle(flow, request_answerable="at_once")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        closes = LOCK + 10 * DAY
        phase = Phase(campaign_id=flow.world.campaign, kind=PhaseKind.SECOND_APPRAISAL, closes_at=closes)
        work.session.add(phase)
    for wanted, due, code in (
        ("", None, "request_text_missing"),
        ("Bảng", LOCK, "request_due_past"),
        ("Bảng", LOCK + 11 * DAY, "request_due_too_late"),
    ):
        with pytest.raises(InputInvalid, match=code):
            ask(flow, "1.5", due, wanted=wanted)
    with pytest.raises(Forbidden, match="wrong_stage"):
        give_verdict(
            GiveVerdict(flow.world.sheets[SHEET], "1.5", Decision.REQUEST_EVIDENCE, 0, reason="x"),
            actor=flow.who("thu_ky"),
            clock=flow.clock,
        )
    with reading() as session:
        assert session.scalars(select(AnswerWindow)).all() == []
    ask(flow, "1.5")
    with reading() as session:  # two calendar days from Monday 25/11 17:00, to 17:00
        assert session.scalars(select(AnswerWindow)).one().due_at == LOCK + 2 * DAY
