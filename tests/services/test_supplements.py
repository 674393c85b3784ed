"""What a unit adds with its answers: its own list, under the rules of a reply, pinned by the explanation's receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.db.session import Database
from app.domain.errors import DomainError, InputInvalid, NotFound, TransitionRefused
from app.domain.leaf_acts import LeafActKind
from app.domain.terms import GroupAction, LeafStanding, WindowGround
from app.services.evidence import move_first
from app.services.explanations import answer_sheet, reply, send_explanation
from app.services.library import open_document
from tests.services.evidence_steps import (
    LOCK,
    SHEET,
    add_file,
    add_link,
    appraise,
    case,
    documents,
    open_window,
    returned_and_lapsed,
    take_off,
    withdraw,
)
from tests.services.flow import FULL, Flow, start


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """A sent sheet with a file on 1.5 and one on 1.1."""
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    add_file(made, "1.5", "first", number="1/BC-UBND")
    add_file(made, "1.1", "other", number="2/BC-UBND")
    made.send(SHEET)
    return made


@pytest.fixture
def answering(flow: Flow) -> Flow:
    appraise(flow)
    return flow


def send(flow: Flow) -> str:
    sheet = flow.world.sheets[SHEET]
    return send_explanation(sheet, actor=flow.who("dau_moi_01"), clock=flow.clock).content


def test_a_supplement_is_read_wherever_the_leaf_is(answering: Flow) -> None:
    """By the unit on both its pages at once, by the appraiser once sent; what was sent first stays apart."""
    document = add_file(answering, "1.5", "later", number="3/BC-UBND")
    link = add_link(answering, "1.5")
    shown = documents(answering, "1.5")
    assert [each.number for each in shown.documents] == ["1/BC-UBND"]
    assert [(each.position, each.document_id) for each in shown.supplements] == [(1, document), (2, link)]
    assert shown.supplementing
    answers = answer_sheet(
        answering.world.sheets[SHEET], actor=answering.who("can_bo_01"), clock=answering.clock
    ).leaves
    assert [each.document_id for each in answers[0].supplements] == [document, link]
    who, before = answering.who("tham_dinh_pnv"), case(answering, "1.5")
    assert [each.number for each in before.pinned.documents] == ["1/BC-UBND"]
    assert before.supplements == ()
    with pytest.raises(NotFound):
        open_document(document, store=answering.blobs, actor=who, clock=answering.clock)
    send(answering)
    assert [(each.number, each.url) for each in case(answering, "1.5").supplements] == [
        ("3/BC-UBND", ""),
        ("", "https://vbpl.example/1"),
    ]
    open_document(document, store=answering.blobs, actor=who, clock=answering.clock)[0].close()
    with pytest.raises(NotFound):
        other = answering.who("tham_dinh_khac")
        open_document(document, store=answering.blobs, actor=other, clock=answering.clock)


def test_a_supplement_is_withdrawn_and_put_first_until_the_explanation_is_sent(answering: Flow) -> None:
    add_file(answering, "1.5", "later", number="3/BC-UBND")
    add_link(answering, "1.5")
    second = documents(answering, "1.5").supplements[1]
    move_first(second.evidence_id, actor=answering.who("can_bo_01"), clock=answering.clock)
    assert [each.position for each in documents(answering, "1.5").supplements] == [1, 2]
    assert documents(answering, "1.5").supplements[0].url
    withdraw(answering, "1.5")
    assert [each.number for each in documents(answering, "1.5").supplements] == ["3/BC-UBND"]
    assert documents(answering, "1.5").why_not_withdraw is None
    send(answering)
    assert documents(answering, "1.5").why_not_withdraw == "explanation_not_sent"
    with pytest.raises(InputInvalid, match="evidence_already_sent"):
        withdraw(answering, "1.5")


def test_the_receipt_of_an_explanation_pins_its_supplements(answering: Flow) -> None:
    document = add_file(answering, "1.5", "later", number="3/BC-UBND")
    link = add_link(answering, "1.5")
    sha256 = documents(answering, "1.5").supplements[0].sha256
    assert json.loads(send(answering))["supplements"] == {
        "1.5": [
            {"document_id": document, "position": 1, "sha256": sha256, "number": "3/BC-UBND", "url": ""},
            {"document_id": link, "position": 2, "sha256": "", "number": "", "url": "https://vbpl.example/1"},
        ],
    }


def test_nothing_is_added_once_the_explanation_is_sent(answering: Flow) -> None:
    reply(answering.world.sheets[SHEET], "1.5", "xem Mục II", actor=answering.who("can_bo_01"), clock=answering.clock)
    send(answering)
    for add in (add_file, add_link):
        with pytest.raises(TransitionRefused, match="explanation_not_sent"):
            add(answering, "1.5")
    assert documents(answering, "1.5").why_not_add == "explanation_not_sent"


def test_an_agreed_leaf_takes_no_supplement(answering: Flow) -> None:
    for add in (add_file, add_link):
        with pytest.raises(TransitionRefused, match="nothing_to_answer"):
            add(answering, "1.1")
    shown = documents(answering, "1.1")
    assert (shown.why_not_add, shown.library) == ("nothing_to_answer", ())


def test_a_supplement_alone_answers_the_verdict(answering: Flow) -> None:
    """Sent without a word of reply, it is read in the second appraisal all the same."""
    add_file(answering, "1.5", "later")
    assert case(answering, "1.5").state.standing is LeafStanding.DISAGREED
    send(answering)
    assert case(answering, "1.5").state.standing is LeafStanding.CONTESTED
    answering.group(GroupAction.OPEN_SECOND_APPRAISAL)
    assert case(answering, "1.5").refusals[LeafActKind.AGREE] is None


def test_what_was_sent_first_is_not_taken_off_while_answering(answering: Flow) -> None:
    assert documents(answering, "1.5").why_not_remove == "evidence_already_sent"
    with pytest.raises(InputInvalid, match="evidence_already_sent"):
        take_off(answering, "1.5")


def test_a_window_on_one_leaf_opens_nothing_on_another(answering: Flow) -> None:
    open_window(answering, WindowGround.DATA_UPDATE, "1.1")
    with pytest.raises(InputInvalid, match="evidence_already_sent"):
        take_off(answering, "1.5")
    document = add_file(answering, "1.5", "later")
    shown = documents(answering, "1.5")
    assert [each.document_id for each in shown.supplements] == [document]
    assert len(shown.documents) == 1
    take_off(answering, "1.1")


def test_a_document_of_an_answer_goes_with_it_though_the_claim_may_be_changed(answering: Flow) -> None:
    """QĐ 1820, Điều 6: data are brought up to date to 14/12 while agencies ask: which one is meant, the act says."""
    open_window(answering, WindowGround.DATA_UPDATE, "1.5")
    document = add_file(answering, "1.5", "later", answers=True)
    shown = documents(answering, "1.5")
    assert [each.document_id for each in shown.supplements] == [document]
    assert (shown.either, shown.supplementing, len(shown.documents)) == (True, False, 1)
    with_claim = add_file(answering, "1.5", "updated")
    assert [each.document_id for each in documents(answering, "1.5").documents][1:] == [with_claim]
    with pytest.raises(TransitionRefused, match="nothing_to_answer"):
        add_file(answering, "1.1", "later", answers=True)
    send(answering)
    assert case(answering, "1.5").state.standing is LeafStanding.CONTESTED


def test_a_sheet_returned_and_not_sent_again_keeps_what_it_had_sent(flow: Flow) -> None:
    """It reads as submitted again: a document added with an answer is a supplement, the pinned one stays."""
    returned_and_lapsed(flow)
    appraise(flow)
    document = add_file(flow, "1.5", "later")
    shown = documents(flow, "1.5")
    assert [each.document_id for each in shown.supplements] == [document]
    with pytest.raises(InputInvalid, match="evidence_already_sent"):
        take_off(flow, "1.5")


def refusal(add: Callable[[], object]) -> str | None:
    try:
        add()
    except DomainError as refused:
        return refused.code
    return None


def test_the_pages_say_what_the_writes_say(answering: Flow) -> None:
    """Within the term and after it, on an agreed leaf and on one to answer: the same code from both."""
    for now in (answering.now, LOCK.replace(day=28)):
        answering.now = now
        for code in ("1.1", "1.5"):
            said = documents(answering, code).why_not_add
            assert refusal(partial(add_link, answering, code, f"https://vbpl.example/{now.day}")) == said
