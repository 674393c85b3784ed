"""A NUL is no letter: every text somebody types is refused with its code, on both databases, and nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.appraisals import EnteredClaim, LeaderBallot, Reply, Verdict
from app.db.assessments import Receipt, ScoreEntry
from app.db.audit import AuditEvent
from app.db.evidence import Document, Evidence
from app.db.identity import Membership
from app.db.results import StageAct
from app.db.session import Database, reading
from app.domain.errors import DomainError
from app.domain.terms import GroupAction, Role, UnitAction
from app.services.evidence import Described, attach_link
from app.services.explanations import reply, send_explanation
from app.services.self_scoring import EnterSelfScore, enter
from app.services.submissions import act
from tests.services.entering import enter_figure, type_sheet
from tests.services.evidence_steps import LOCK, SHEET, add_file, appraise
from tests.services.flow import FULL, Flow, start

NUL = "Mục\x00II"


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    return made


def _enter(flow: Flow, code: str = "1.2", **more: object) -> None:
    command = EnterSelfScore(flow.world.sheets[SHEET], code, 1, **more)  # type: ignore[arg-type]
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)


def _link(flow: Flow, url: str = "https://vbpl.example/1", **described: str) -> None:
    who, sheet = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    attach_link(sheet, "1.1", url, Described(**described), actor=who, clock=flow.clock)  # type: ignore[arg-type]


def _return(flow: Flow) -> None:
    flow.send(SHEET)
    who, sheet = flow.who("thu_ky"), flow.world.sheets[SHEET]
    act(sheet, UnitAction.RETURN_FOR_CORRECTION, actor=who, clock=flow.clock, reason=NUL)


def _send_with_key(flow: Flow) -> None:
    who, sheet = flow.who("dau_moi_01"), flow.world.sheets[SHEET]
    act(sheet, UnitAction.SUBMIT, actor=who, clock=flow.clock, idempotency_key=NUL)


def _reply(flow: Flow) -> None:
    flow.send(SHEET)
    appraise(flow)
    reply(flow.world.sheets[SHEET], "1.5", NUL, actor=flow.who("can_bo_01"), clock=flow.clock)


def _explain_with_key(flow: Flow) -> None:
    flow.send(SHEET)
    appraise(flow)
    who, sheet = flow.who("dau_moi_01"), flow.world.sheets[SHEET]
    send_explanation(sheet, actor=who, clock=flow.clock, idempotency_key=NUL)


def _verdict(flow: Flow) -> None:
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict(SHEET, "1.5", claim={"percent": "90"}, reason=NUL)


def _group(flow: Flow, **more: str) -> None:
    flow.send(SHEET)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL, **more)


def _claim(flow: Flow, value: str = "80", document: str = "x") -> None:
    who, sheet = flow.who("thu_ky"), flow.world.sheets[SHEET]
    enter_figure(sheet, "2.2", value, document=document, actor=who, clock=flow.clock)


def _ballot(flow: Flow) -> None:
    with reading() as session:
        leader = session.scalars(select(Membership.id).where(Membership.role == Role.LEADER)).one()
    type_sheet(flow.world.sheets[SHEET], leader, {"2.1": "5\x00"}, actor=flow.who("thu_ky"), clock=flow.clock)


#: what is typed → the act, and the code where the text is judged before it is kept
TYPED: dict[str, tuple[Callable[[Flow], None], str]] = {
    "explanation": (lambda flow: _enter(flow, explanation=NUL), "text_with_nul"),
    "option": (lambda flow: _enter(flow, claim={"options": ["1\x00"]}), "unknown_option"),
    "figure": (lambda flow: _enter(flow, "1.5", claim={"percent": "90\x00"}), "not_a_number"),
    "ground of 0": (lambda flow: _enter(flow, "1.4", claim={"zero": "x\x00"}), "zero_key_unknown"),
    "measure": (
        lambda flow: _enter(flow, "1.8", claim={"measures": {"x\x00": {"previous": None, "current": "1"}}}),
        "measure_missing|measure_unknown|claim_shape",
    ),
    "number of a document": (lambda flow: _link(flow, number=NUL), "text_with_nul"),
    "subject of a document": (lambda flow: _link(flow, subject=NUL), "text_with_nul"),
    "issuer of a document": (lambda flow: _link(flow, issuer=NUL), "text_with_nul"),
    "address": (lambda flow: _link(flow, "https://vbpl.example/\x00"), "text_with_nul"),
    "number of a file": (lambda flow: add_file(flow, "1.1", number=NUL) and None, "text_with_nul"),
    "reason of returning": (_return, "text_with_nul"),
    "key of a sending": (_send_with_key, "text_with_nul"),
    "reply": (_reply, "text_with_nul"),
    "key of an explanation": (_explain_with_key, "text_with_nul"),
    "reason of a verdict": (_verdict, "text_with_nul"),
    "document of a group's act": (lambda flow: _group(flow, document=NUL), "text_with_nul"),
    "reason of a group's act": (lambda flow: _group(flow, reason=NUL), "text_with_nul"),
    "document of an entered figure": (lambda flow: _claim(flow, document=NUL), "text_with_nul"),
    "entered figure": (lambda flow: _claim(flow, value="80\x00"), "lines_refused"),
    "answer of a leader": (_ballot, "lines_refused"),
}

KEPT = (AuditEvent, ScoreEntry, Evidence, Document, Receipt, Reply, Verdict, StageAct, EnteredClaim, LeaderBallot)


def _rows(flow: Flow) -> tuple[int, ...]:
    with reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in KEPT)


@pytest.mark.parametrize("what", TYPED)
def test_a_nul_is_refused_wherever_it_is_typed(flow: Flow, what: str) -> None:
    write, code = TYPED[what]
    with pytest.raises(DomainError, match=code):
        write(flow)


def test_a_refused_text_leaves_nothing_behind(flow: Flow) -> None:
    was = _rows(flow)
    for what in ("explanation", "number of a document", "address", "document of an entered figure"):
        with pytest.raises(DomainError):
            TYPED[what][0](flow)
    assert _rows(flow) == was


def test_a_backslash_and_digits_are_letters(flow: Flow) -> None:
    """Typed as six characters, as a manual of programming would have it, it is text like any other."""
    _enter(flow, explanation="\\u0000")
    flow.now += dt.timedelta(seconds=1)
    flow.send(SHEET)
