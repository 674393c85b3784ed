"""The lock: 16:59:59 is in time and 17:00:00 is not, for every write a unit has, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.assessments import AnswerWindow, Assessment, Receipt, ScoreEntry
from app.db.audit import AuditEvent
from app.db.evidence import Document, Evidence
from app.db.session import Database, reading, unit_of_work
from app.domain.deadlines import VIETNAM
from app.domain.errors import Conflict, Forbidden
from app.domain.terms import GroupAction, State, UnitAction, WindowGround
from app.services.evidence import (
    Described,
    FileOffered,
    attach_file,
    attach_link,
    attach_stored,
    detach,
    move_first,
)
from app.services.explanations import answer_sheet, reply, send_explanation
from app.services.self_scoring import EnterSelfScore, decline_remaining, enter
from app.services.submissions import act, receipt_of
from tests.services.flow import FULL, Flow, start

#: 17:00 of 25/11/2024 in Vietnam, the lock of source 003
LOCK = dt.datetime(2024, 11, 25, 17, 0, tzinfo=VIETNAM)
LAST_SECOND = LOCK - dt.timedelta(seconds=1)
SHEET = "XM01"


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """A filled sheet with two documents on 1.1."""
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    for number in ("1", "2"):
        attach_link(
            made.world.sheets[SHEET],
            "1.1",
            f"https://vbpl.example/{number}",
            Described(subject=f"Kế hoạch {number}"),
            actor=made.who("can_bo_01"),
            clock=made.clock,
        )
    return made


def _evidence(place: int) -> int:
    with reading() as session:
        return session.scalars(select(Evidence.id).order_by(Evidence.id)).all()[place]


def _document() -> int:
    with reading() as session:
        return session.scalars(select(Document.id).order_by(Document.id).limit(1)).one()


def _enter(flow: Flow) -> None:
    command = EnterSelfScore(flow.world.sheets[SHEET], "1.5", 1, claim={"percent": "50"})
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)


def _explain(flow: Flow) -> None:
    command = EnterSelfScore(flow.world.sheets[SHEET], "1.5", 1, explanation="muộn")
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)


def _decline(flow: Flow) -> None:
    decline_remaining(flow.world.sheets[SHEET], confirmed=True, actor=flow.who("dau_moi_01"), clock=flow.clock)


def _file(flow: Flow) -> None:
    offered = FileOffered(BytesIO(b"%PDF-1.4\n%%EOF\n"), "a.pdf")
    who, sheet = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    attach_file(sheet, "1.2", offered, Described(), store=flow.blobs, actor=who, clock=flow.clock)


def _link(flow: Flow) -> None:
    who, sheet = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    attach_link(sheet, "1.2", "https://vbpl.example/3", Described(), actor=who, clock=flow.clock)


def _supplement(flow: Flow) -> None:
    who, sheet = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    attach_link(sheet, "1.5", "https://vbpl.example/3", Described(), actor=who, clock=flow.clock)


def _stored(flow: Flow) -> None:
    attach_stored(flow.world.sheets[SHEET], "1.2", _document(), actor=flow.who("can_bo_01"), clock=flow.clock)


def _order(flow: Flow) -> None:
    move_first(_evidence(1), actor=flow.who("can_bo_01"), clock=flow.clock)


def _take_off(flow: Flow) -> None:
    detach(_evidence(0), actor=flow.who("can_bo_01"), clock=flow.clock)


def _acts(*steps: tuple[UnitAction, str]) -> tuple[Callable[[Flow], None], ...]:
    def step(action: UnitAction, who: str) -> Callable[[Flow], None]:
        return lambda flow: act(flow.world.sheets[SHEET], action, actor=flow.who(who), clock=flow.clock) and None

    return tuple(step(action, who) for action, who in steps)


def _extend(flow: Flow) -> None:
    """What was sent is amended within a window the council granted, up to the same instant."""
    with unit_of_work(actor=flow.who("thu_ky"), clock=flow.clock) as work:
        work.session.add(
            AnswerWindow(
                assessment_id=flow.world.sheets[SHEET],
                ground=WindowGround.EXTENSION,
                opens_at=flow.now,
                due_at=LOCK,
                granted_by_id=flow.who("thu_ky").user_id,
            ),
        )


_ASK = (UnitAction.REQUEST_APPROVAL, "can_bo_01")
_APPROVE = (UnitAction.APPROVE_BY_UNIT, "thu_truong_01")
_SEND = (UnitAction.SUBMIT, "dau_moi_01")

#: name → what came before the last second, what comes at it
WRITES: dict[str, tuple[tuple[Callable[[Flow], None], ...], Callable[[Flow], None]]] = {
    "score": ((), _enter),
    "explanation": ((), _explain),
    "decline": ((), _decline),
    "file": ((), _file),
    "link": ((), _link),
    "stored document": ((), _stored),
    "order of documents": ((), _order),
    "document taken off": ((), _take_off),
    "asking for approval": ((), _acts(_ASK)[0]),
    "approval": (_acts(_ASK), _acts(_APPROVE)[0]),
    "sending": (_acts(_ASK, _APPROVE), _acts(_SEND)[0]),
    "score after sending": ((*_acts(_ASK, _APPROVE, _SEND), _extend), _enter),
    "document after sending": ((*_acts(_ASK, _APPROVE, _SEND), _extend), _link),
    "sending again": ((*_acts(_ASK, _APPROVE, _SEND), _extend, _enter), _acts(_SEND)[0]),
}


def _rows() -> tuple[int, ...]:
    with reading() as session:
        counted = (AuditEvent, ScoreEntry, Evidence, Document, Receipt)
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in counted)


@pytest.mark.parametrize("name", WRITES)
def test_every_write_of_a_unit_is_open_at_16_59_59(flow: Flow, name: str) -> None:
    before, write = WRITES[name]
    for step in before:
        step(flow)
        flow.now += dt.timedelta(seconds=1)
    flow.now = LAST_SECOND
    was = _rows()
    write(flow)
    assert _rows() != was or name == "decline"  # a full sheet leaves nothing to decline


@pytest.mark.parametrize("name", WRITES)
def test_every_write_of_a_unit_is_refused_at_17_00_00(flow: Flow, name: str) -> None:
    before, write = WRITES[name]
    for step in before:
        step(flow)
        flow.now += dt.timedelta(seconds=1)
    flow.now = LOCK
    was = _rows()
    with pytest.raises(Forbidden) as refused:
        write(flow)
    assert refused.value.code == "deadline_passed"
    assert _rows() == was


def test_a_head_may_still_give_a_sheet_back_but_nobody_can_send_it(flow: Flow) -> None:
    sheet = flow.world.sheets[SHEET]
    _acts(_ASK)[0](flow)
    flow.now = LOCK
    act(sheet, UnitAction.RETURN_TO_DRAFT, actor=flow.who("thu_truong_01"), clock=flow.clock, reason="chưa đúng")
    with reading() as session:
        assert session.get_one(Assessment, sheet).state is State.DRAFT
    with pytest.raises(Forbidden, match="deadline_passed"):
        _acts(_ASK)[0](flow)


def test_the_receipt_bears_the_instant_and_the_same_key_gives_the_same_receipt(flow: Flow) -> None:
    sheet = flow.world.sheets[SHEET]
    for step in _acts(_ASK, _APPROVE):
        step(flow)
    flow.now = LAST_SECOND
    who = flow.who("dau_moi_01")
    first = act(sheet, UnitAction.SUBMIT, actor=who, clock=flow.clock, idempotency_key="k1")
    assert first is not None
    assert first.at == LAST_SECOND
    # the answer got lost on the way; the browser asks again after the lock
    flow.now = LOCK + dt.timedelta(minutes=2)
    again = act(sheet, UnitAction.SUBMIT, actor=who, clock=flow.clock, idempotency_key="k1")
    assert again == first
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1
    assert receipt_of(sheet, 1, actor=who, clock=flow.clock).sha256 == first.sha256
    with pytest.raises(Conflict, match="already_sent") as refused:  # a second page, with a key of its own
        act(sheet, UnitAction.SUBMIT, actor=who, clock=flow.clock, idempotency_key="k2")
    assert refused.value.details == {"receipt": first.code, "at": LAST_SECOND}


@pytest.fixture
def answering(flow: Flow) -> Flow:
    """1.5 lost points in the first appraisal; the unit's three working days to answer have begun."""
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        more = {"claim": {"percent": "90"}, "reason": "theo Kho bạc"} if code == "1.5" else {}
        flow.verdict(SHEET, code, **more)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    return flow


def _due(flow: Flow) -> dt.datetime:
    due = answer_sheet(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock).due_at
    assert due is not None
    return due


ANSWERS: dict[str, Callable[[Flow], object]] = {
    "reply": lambda flow: reply(
        flow.world.sheets[SHEET], "1.5", "có quyết toán kèm theo", actor=flow.who("can_bo_01"), clock=flow.clock
    ),
    "supplement": _supplement,
    "sending": lambda flow: send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_open_to_the_last_second_of_its_term_and_no_longer(answering: Flow, name: str) -> None:
    due = _due(answering)
    answering.now = due
    was = _rows()
    with pytest.raises(Forbidden, match="deadline_passed"):
        ANSWERS[name](answering)
    assert _rows() == was
    answering.now = due - dt.timedelta(seconds=1)
    ANSWERS[name](answering)
    assert _rows() != was


def test_what_was_sent_is_not_touched_without_a_window(flow: Flow) -> None:
    for step in _acts(_ASK, _APPROVE, _SEND):
        step(flow)
    for write in (_enter, _link):
        with pytest.raises(Forbidden, match="deadline_passed"):
            write(flow)
