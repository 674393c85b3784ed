"""Evidence a decision rests on stays; every change of what is pinned is an edit and can be sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.evidence import Document
from app.db.session import Database, reading
from app.domain.deadlines import VIETNAM
from app.domain.errors import Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.terms import GroupAction, State, UnitAction, WindowGround
from app.services.evidence import Described, attach_file, move_first
from app.services.library import open_document
from app.services.pdf_files import FileOffered
from app.services.submissions import act, review_sheet
from tests.services.evidence_steps import (
    END,
    LOCK,
    PDF,
    SHEET,
    add_file,
    add_link,
    appraise_elsewhere,
    case,
    documents,
    open_window,
    returned_and_lapsed,
    send_again,
    take_off,
)
from tests.services.flow import FULL, Flow, start


@pytest.fixture
def filled(database: Database, tmp_path: Path) -> Flow:
    """A filled sheet with a file and a link on 1.1."""
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    add_file(made, "1.1", "first", number="1/BC-UBND")
    add_link(made, "1.1")
    return made


@pytest.fixture
def flow(filled: Flow) -> Flow:
    filled.send(SHEET)
    return filled


def put_first(flow: Flow) -> None:
    second = documents(flow, "1.1").documents[1]
    move_first(second.evidence_id, actor=flow.who("can_bo_01"), clock=flow.clock)


def state(flow: Flow) -> State:
    with reading() as session:
        return session.get_one(Assessment, flow.world.sheets[SHEET]).state


def test_a_pinned_document_opens_after_it_was_taken_off(flow: Flow) -> None:
    document = documents(flow, "1.1").documents[0].document_id
    returned_and_lapsed(flow, lambda made: take_off(made, "1.1"))
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    assert document in [each.document_id for each in case(flow, "1.1").pinned.documents]
    for who in ("tham_dinh_pnv", "thu_ky", "kiem_toan", "can_bo_01"):
        stream, _, _ = open_document(document, store=flow.blobs, actor=flow.who(who), clock=flow.clock)
        with stream:
            assert stream.read(5) == b"%PDF-"
    for who in ("tham_dinh_khac", "can_bo_02", "to_chuc"):
        with pytest.raises(NotFound):
            open_document(document, store=flow.blobs, actor=flow.who(who), clock=flow.clock)


CHANGES: dict[str, Callable[[Flow], object]] = {
    "a document taken off": lambda flow: take_off(flow, "1.1"),
    "a document put first": put_first,
    "a document added": lambda flow: add_file(flow, "1.2", "later"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_documents_alone_is_sent_again(flow: Flow, what: str) -> None:
    flow.now = LOCK
    open_window(flow, WindowGround.EXTENSION)
    with pytest.raises(TransitionRefused, match="amended_leaves"):
        send_again(flow)
    CHANGES[what](flow)
    offers = review_sheet(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock).offers
    assert {offer.action: offer.refusal for offer in offers}[UnitAction.SUBMIT] is None
    send_again(flow)
    with pytest.raises(TransitionRefused, match="amended_leaves"):
        send_again(flow)


def test_a_change_taken_back_leaves_nothing_to_send(flow: Flow) -> None:
    flow.now = LOCK
    open_window(flow, WindowGround.EXTENSION)
    put_first(flow)
    put_first(flow)
    with pytest.raises(TransitionRefused, match="amended_leaves"):
        send_again(flow)


def test_a_new_order_of_documents_takes_the_heads_approval_back(filled: Flow) -> None:
    sheet = filled.world.sheets[SHEET]
    act(sheet, UnitAction.REQUEST_APPROVAL, actor=filled.who("can_bo_01"), clock=filled.clock)
    act(sheet, UnitAction.APPROVE_BY_UNIT, actor=filled.who("thu_truong_01"), clock=filled.clock)
    put_first(filled)
    assert state(filled) is State.DRAFT


def test_a_pinned_link_bears_its_address(flow: Flow) -> None:
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    assert [each.url for each in case(flow, "1.1").pinned.documents] == ["", "https://vbpl.example/1"]


def test_a_link_is_opened_on_the_day_it_is_in_vietnam(filled: Flow) -> None:
    """01:30 of 21/11 there is 18:30 of 20/11 in Greenwich."""
    filled.now = dt.datetime(2024, 11, 21, 1, 30, tzinfo=VIETNAM)
    link = add_link(filled, "1.2", "https://vbpl.example/2")
    with reading() as session:
        assert session.get_one(Document, link).opened_on == dt.date(2024, 11, 21)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://vbpl.example/1", "https://", "vbpl.example", "http://[::1"]
)
def test_what_no_browser_opens_in_public_is_no_link(filled: Flow, url: str) -> None:
    with pytest.raises(InputInvalid, match="link_unreadable"):
        add_link(filled, "1.2", url)


def test_an_appraiser_of_one_leaf_reads_the_documents_of_that_leaf_alone(filled: Flow) -> None:
    appraise_elsewhere(filled, "1.3")
    filled.send(SHEET)
    assert documents(filled, "1.3", "tham_dinh_khac").library == ()
    with pytest.raises(Forbidden, match="not_your_agency"):
        documents(filled, "1.1", "tham_dinh_khac")
    assert len(documents(filled, "1.1", "tham_dinh_pnv").documents) == 2


def test_the_library_is_read_by_whoever_may_add_from_it(filled: Flow) -> None:
    assert len(documents(filled, "1.2").library) == 2
    assert documents(filled, "1.2", "thu_truong_01").library == ()


def test_the_key_of_a_receipt_opens_it_to_nobody_else(filled: Flow) -> None:
    sheet = filled.world.sheets[SHEET]
    act(sheet, UnitAction.REQUEST_APPROVAL, actor=filled.who("can_bo_01"), clock=filled.clock)
    act(sheet, UnitAction.APPROVE_BY_UNIT, actor=filled.who("thu_truong_01"), clock=filled.clock)
    act(sheet, UnitAction.SUBMIT, actor=filled.who("dau_moi_01"), clock=filled.clock, idempotency_key="k")
    with pytest.raises(NotFound, match="assessment_unknown"):
        act(sheet, UnitAction.SUBMIT, actor=filled.who("dau_moi_02"), clock=filled.clock, idempotency_key="k")


#: what arrives as a.pdf → the code it is refused with; the rest stands in tests/domain/test_file_checks.py
DISGUISED = {
    "page": (b"<html>%PDF-1.4" + END, "file_not_pdf"),
    "program": (b"MZ%PDF-1.4" + END, "file_not_pdf"),
    "archive": (b"PK\x03\x04%PDF-1.4" + END, "file_not_pdf"),
    "nothing": (b"", "file_empty"),
    "half": (PDF + b"x" * 5000, "file_cut_off"),
    "end too early": (PDF + END + b"x" * 5000, "file_cut_off"),
}


@pytest.mark.parametrize("what", DISGUISED)
def test_what_is_no_whole_pdf_is_refused_before_it_is_kept(filled: Flow, what: str) -> None:
    content, code = DISGUISED[what]
    kept = sorted(Path(filled.blobs._folder).rglob("*"))
    with pytest.raises(InputInvalid, match=code):
        attach_file(
            filled.world.sheets[SHEET],
            "1.2",
            FileOffered(BytesIO(content), "a.pdf"),
            Described(),
            store=filled.blobs,
            actor=filled.who("can_bo_01"),
            clock=filled.clock,
        )
    assert sorted(Path(filled.blobs._folder).rglob("*")) == kept


@pytest.mark.parametrize(("mark", "signed"), [(b"/ByteRange [0 9 9 9]", True), (b"", False)])
def test_a_file_is_known_to_bear_a_signature(filled: Flow, mark: bytes, signed: bool) -> None:
    assert _signed(filled, PDF + mark + END) is signed


def test_a_signature_is_found_wherever_it_stands_and_a_link_bears_none(filled: Flow) -> None:
    """The mark lies across the end of the first million bytes that are read at once."""
    inside = b"x" * (1024 * 1024 - len(PDF) - 4)
    assert _signed(filled, PDF + inside + b"/ByteRange [0 9 9 9]" + END) is True
    add_link(filled, "1.3", "https://example.invalid/a")
    with reading() as session:
        assert session.scalars(select(Document.signed).filter_by(url="https://example.invalid/a")).all() == [None]


def _signed(filled: Flow, content: bytes) -> bool | None:
    sheet, who = filled.world.sheets[SHEET], filled.who("can_bo_01")
    offered = FileOffered(BytesIO(content), "a.pdf")
    number = attach_file(sheet, "1.2", offered, Described(), store=filled.blobs, actor=who, clock=filled.clock)
    with reading() as session:
        return session.get_one(Document, number).signed


def test_a_large_file_is_kept_byte_for_byte_under_its_hash_alone(filled: Flow) -> None:
    document = add_file(filled, "1.2", "x" * 3_000_000, name="../..\\CON.pdf")
    with reading() as session:
        row = session.scalars(select(Document).where(Document.id == document)).one()
        sha256, name = row.sha256, row.original_name
    assert sha256 is not None
    assert name == "_CON.pdf"
    kept = [path for path in Path(filled.blobs._folder).rglob("*") if path.is_file()]
    assert Path(filled.blobs._folder) / sha256[:2] / sha256[2:4] / sha256 in kept
    with filled.blobs.open(sha256) as stream:
        assert stream.read() == PDF + b"x" * 3_000_000 + END
