"""A leaf the release named undecided, judged while the unit explains: whoever loses points is heard, however late.

Sources: khung Định Hóa 2024, mục 1b; QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 5 bước 4.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import AnswerWindow
from app.db.campaigns import Campaign, Phase
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import InputInvalid, TransitionRefused
from app.domain.leaf_acts import LeafActKind
from app.domain.notices import NoticeKind
from app.domain.terms import Decision, GroupAction, LeafStanding, PhaseKind
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.explanations import AnswerLeaf, answer_sheet, reply, send_explanation
from app.services.tasks import TaskKind
from app.services.unit_tasks import unit_tasks
from tests.services.evidence_steps import LOCK, SHEET, add_file, case
from tests.services.flow import FULL, Flow, start

LATE = {"claim": {"count": "2"}, "reason": "chỉ có 2 sáng kiến"}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def explaining(database: Database, tmp_path: Path) -> Flow:
    """1.5 lost points, 1.6 was named undecided; the unit answered 1.5 and sent its explanation."""
    flow = start(tmp_path)
    flow.fill(SHEET, FULL)
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        if code != "1.6":
            flow.verdict(SHEET, code, **({"claim": {"percent": "90"}, "reason": "x"} if code == "1.5" else {}))
    flow.now += HOUR
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    flow.now += HOUR
    answer(flow, "1.5")
    send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.now += HOUR
    return flow


def answer(flow: Flow, code: str) -> None:
    reply(flow.world.sheets[SHEET], code, "đã có đủ", actor=flow.who("can_bo_01"), clock=flow.clock)


def shown(flow: Flow) -> dict[str, AnswerLeaf]:
    found = answer_sheet(flow.world.sheets[SHEET], actor=flow.who("can_bo_01"), clock=flow.clock)
    return {leaf.node.code: leaf for leaf in found.leaves}


def waiting(flow: Flow) -> list[tuple[object, dt.datetime | None]]:
    """What the officer's own page says is to be answered."""
    tasks, _sheets = unit_tasks(actor=flow.who("can_bo_01"), clock=flow.clock)
    return [(task.names, task.due) for task in tasks if task.kind is TaskKind.ANSWER]


def notices(flow: Flow) -> int:
    with reading() as session:
        of_unit = (Notice.kind == NoticeKind.FIRST_RESULTS_RELEASED, Notice.user_id == flow.world.users["can_bo_01"])
        return len(session.scalars(select(Notice).where(*of_unit)).all())


def test_a_leaf_judged_after_the_explanation_was_sent_is_answered_by_itself(explaining: Flow) -> None:
    flow, told = explaining, notices(explaining)
    flow.verdict(SHEET, "1.6", **LATE)
    assert notices(flow) == told + 1
    flow.now += HOUR
    leaves = shown(flow)
    assert (leaves["1.6"].late, leaves["1.5"].late) == (True, False)
    assert waiting(flow) == [(("1.6",), leaves["1.6"].due_at)]
    with pytest.raises(TransitionRefused, match="explanations_done_or_over"):
        flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    with pytest.raises(TransitionRefused, match="explanation_not_sent"):
        answer(flow, "1.5")
    add_file(flow, "1.6", "bốn sáng kiến")
    answer(flow, "1.6")
    assert case(flow, "1.6").state.standing is LeafStanding.CONTESTED
    assert waiting(flow) == []
    flow.now += HOUR
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    assert case(flow, "1.6").refusals[LeafActKind.AGREE] is None


def test_nobody_waits_longer_than_the_time_such_a_leaf_has(explaining: Flow) -> None:
    """Two days, as for every explanation of this campaign; unanswered the leaf keeps the points of its verdict."""
    flow = explaining
    flow.verdict(SHEET, "1.6", **LATE)
    due = shown(flow)["1.6"].due_at
    assert due is not None
    flow.now = due
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    assert case(flow, "1.6").state.standing is LeafStanding.FINAL


def test_leaves_judged_late_on_one_day_are_told_of_once(database: Database, tmp_path: Path) -> None:
    flow = start(tmp_path)
    flow.fill(SHEET, FULL)
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    told = notices(flow)
    flow.now += HOUR
    flow.verdict(SHEET, "1.6", **LATE)
    flow.verdict(SHEET, "1.5", claim={"percent": "90"}, reason="x")
    flow.verdict(SHEET, "1.6", said=1, **{**LATE, "claim": {"count": "1"}})
    assert notices(flow) == told + 1
    with reading() as session:
        named = select(AnswerWindow).where(AnswerWindow.criterion_id.is_not(None))
        assert len(session.scalars(named).all()) == 2  # the second verdict on 1.6 finds its time running


def test_a_late_agreement_opens_nothing(explaining: Flow) -> None:
    told = notices(explaining)
    explaining.verdict(SHEET, "1.6")
    assert (notices(explaining), shown(explaining).get("1.6")) == (told, None)
    explaining.group(GroupAction.OPEN_SECOND_APPRAISAL)


def test_a_request_holds_the_group_up_no_longer_than_the_explanations(database: Database, tmp_path: Path) -> None:
    """The campaign takes explanations to a day: an agency cannot ask beyond it and make 124 units wait."""
    flow = start(tmp_path)
    flow.fill(SHEET, FULL)
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    explanations_until(flow, LOCK + dt.timedelta(days=10))

    def ask(days: int, said: int = 0) -> None:
        wanted = GiveVerdict(
            flow.world.sheets[SHEET],
            "1.6",
            Decision.REQUEST_EVIDENCE,
            said,
            reason="danh sách",
            due_at=LOCK + dt.timedelta(days=days),
        )
        give_verdict(wanted, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)

    with pytest.raises(InputInvalid, match="request_due_too_late"):
        ask(11)
    ask(10)
    flow.now = LOCK + dt.timedelta(days=10)
    with pytest.raises(InputInvalid, match="request_due_past"):
        ask(10, said=1)
    ask(11, said=1)  # that day is past: nobody is held up by what the campaign itself does not date any more


def explanations_until(flow: Flow, closes_at: dt.datetime) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        campaign.phases.append(Phase(kind=PhaseKind.EXPLANATION, opens_at=LOCK, closes_at=closes_at))
