"""Steps with documents: attach a file or a link, open a window, hold a leaf's documents and an appraiser's case."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

from sqlalchemy import select

from app.db.assessments import AnswerWindow
from app.db.campaigns import AppraiserAssignment
from app.db.criteria import Criterion
from app.db.session import unit_of_work
from app.domain.deadlines import VIETNAM
from app.domain.terms import GroupAction, UnitAction, WindowGround
from app.services.appraisal import CaseView, case_view
from app.services.evidence import Described, attach_file, attach_link, detach
from app.services.library import LeafDocuments, leaf_documents
from app.services.pdf_files import FileOffered
from app.services.submissions import act
from tests.services.flow import FULL, Flow

SHEET = "XM01"
#: 17:00 of 25/11/2024 in Vietnam, the lock of source 003
LOCK = dt.datetime(2024, 11, 25, 17, 0, tzinfo=VIETNAM)
PDF = b"%PDF-1.4\n"
END = b"\n%%EOF\n"


def add_file(
    flow: Flow, code: str, words: str = "a", *, number: str = "", name: str = "a.pdf", answers: bool = False
) -> int:
    """Attach a PDF that holds `words`; return the document's id."""
    offered = FileOffered(BytesIO(PDF + words.encode() + END), name)
    who, sheet = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    described = Described(number=number, with_answer=answers)
    return attach_file(sheet, code, offered, described, store=flow.blobs, actor=who, clock=flow.clock)


def add_link(flow: Flow, code: str, url: str = "https://vbpl.example/1") -> int:
    who, sheet = flow.who("can_bo_01"), flow.world.sheets[SHEET]
    return attach_link(sheet, code, url, Described(), actor=who, clock=flow.clock)


def documents(flow: Flow, code: str, who: str = "can_bo_01") -> LeafDocuments:
    return leaf_documents(flow.world.sheets[SHEET], code, actor=flow.who(who), clock=flow.clock)


def take_off(flow: Flow, code: str, place: int = 0) -> None:
    """Take off what came with the claim."""
    detach(documents(flow, code).documents[place].evidence_id, actor=flow.who("can_bo_01"), clock=flow.clock)


def withdraw(flow: Flow, code: str, place: int = 0) -> None:
    """Take off a supplement."""
    detach(documents(flow, code).supplements[place].evidence_id, actor=flow.who("can_bo_01"), clock=flow.clock)


def case(flow: Flow, code: str, who: str = "tham_dinh_pnv") -> CaseView:
    return case_view(flow.world.sheets[SHEET], code, actor=flow.who(who), clock=flow.clock)


def open_window(flow: Flow, ground: WindowGround, code: str | None = None, *, days: int = 1) -> None:
    """Grant the unit a window from now on; `code`: for this leaf alone."""
    with unit_of_work(actor=flow.who("thu_ky"), clock=flow.clock) as work:
        leaf = select(Criterion.id).where(Criterion.set_id == flow.world.set, Criterion.code == code)
        work.session.add(
            AnswerWindow(
                assessment_id=flow.world.sheets[SHEET],
                criterion_id=None if code is None else work.session.scalars(leaf).one(),
                ground=ground,
                opens_at=flow.now,
                due_at=flow.now + dt.timedelta(days=days),
                granted_by_id=flow.who("thu_ky").user_id,
            ),
        )


def appraise_elsewhere(flow: Flow, code: str) -> None:
    """Give one leaf to the other agency."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        leaf = select(Criterion).where(Criterion.set_id == flow.world.set, Criterion.code == code)
        given = work.session.scalars(select(AppraiserAssignment).order_by(AppraiserAssignment.id).limit(1)).one()
        work.session.add(
            AppraiserAssignment(
                campaign_id=flow.world.campaign,
                criterion=work.session.scalars(leaf).one(),
                group_id=given.group_id,
                agency_id=flow.world.units["TTH"],
            ),
        )


def send_again(flow: Flow) -> None:
    act(flow.world.sheets[SHEET], UnitAction.SUBMIT, actor=flow.who("dau_moi_01"), clock=flow.clock)


def returned_and_lapsed(flow: Flow, *steps: object) -> None:
    """After the lock the sheet is returned; `steps` are done in its window, nothing is sent, the window ends."""
    flow.now = LOCK + dt.timedelta(hours=1)
    secretary = flow.who("thu_ky")
    sheet = flow.world.sheets[SHEET]
    act(sheet, UnitAction.RETURN_FOR_CORRECTION, actor=secretary, clock=flow.clock, reason="thiếu")
    for step in steps:
        assert callable(step)
        step(flow)
    flow.now += dt.timedelta(days=20)


def appraise(flow: Flow) -> None:
    """1.5 loses points in the first appraisal, everything else is agreed; the unit's time to answer begins."""
    flow.now = max(flow.now, LOCK)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        more = {"claim": {"percent": "90"}, "reason": "theo Kho bạc"} if code == "1.5" else {}
        flow.verdict(SHEET, code, **more)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
