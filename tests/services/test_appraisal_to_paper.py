"""From the lock to the published paper: verdicts in two rounds, explanation, conclusion, ranking, recomputation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.audit_trail import verify
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Conflict, DomainError, Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.leaf_acts import LeafActKind
from app.domain.terms import GroupAction, Stage
from app.services.appraisal import case_view
from app.services.desk import desk
from app.services.explanations import answer_sheet, reply, send_explanation
from app.services.group_acts import preview
from app.services.publication import (
    exported,
    published_paper,
    ranking,
    rankings,
    results_paper,
)
from app.services.verification import verify_publications
from tests.services.flow import FULL, Flow, start

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def sent(flow: Flow) -> Flow:
    """XM01 sends in time, XM02 never does; the first appraisal is open."""
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    return flow


def appraised(flow: Flow) -> Flow:
    """Everything is agreed but 1.5, where the agency counts 90 % (3,6 of 4)."""
    sent(flow)
    for code in FULL:
        if code == "1.5":
            flow.verdict("XM01", code, claim={"percent": "90"}, reason="theo Kho bạc")
        else:
            flow.verdict("XM01", code)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    return flow


def test_the_first_appraisal_waits_for_the_lock_or_for_every_unit(flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    with pytest.raises(TransitionRefused, match="phase_over_or_all_submitted"):
        flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.now = LOCK
    shown = preview(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert shown.not_submitted == ("Xã mẫu 02",)
    assert shown.moving == ("Xã mẫu 01",)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)


def test_the_desk_offers_the_sent_leaves_to_their_agency_and_nobody_else(flow: Flow) -> None:
    sent(flow)
    mine = desk(actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert [leaf.node.code for leaf in mine] == list(FULL)
    assert all(leaf.waits for leaf in mine)
    assert desk(actor=flow.who("tham_dinh_khac"), clock=flow.clock) == []
    with pytest.raises(NotFound):
        case_view(flow.world.sheets["XM01"], "1.1", actor=flow.who("tham_dinh_khac"), clock=flow.clock)
    with pytest.raises((NotFound, Forbidden)):
        flow.verdict("XM01", "1.1", who="tham_dinh_khac")


def test_a_second_hand_on_one_leaf_meets_what_the_first_said(flow: Flow) -> None:
    sent(flow)
    flow.verdict("XM01", "1.1")
    with pytest.raises(Conflict, match="verdict_given_meanwhile"):
        flow.verdict("XM01", "1.1")


def test_a_disagreement_needs_a_reason_and_a_claim_the_rule_understands(flow: Flow) -> None:
    sent(flow)
    for more, code in (
        ({"claim": {"percent": "90"}, "reason": " "}, "reason_missing"),
        ({"reason": "vì"}, "claim_missing"),
        ({"claim": {"option": "1"}, "reason": "vì"}, "claim_shape"),
    ):
        with pytest.raises(DomainError, match=code):
            flow.verdict("XM01", "1.5", **more)


def test_last_years_figure_is_the_stored_one_in_a_verdict_too(flow: Flow) -> None:
    """Position 5 last year (the world's baseline); position 5 now is no better: 0,5 by the rule of 1.8."""
    sent(flow)
    measures = {"cchc_rank": {"previous": "99", "current": "5"}}
    flow.verdict("XM01", "1.8", claim={"measures": measures}, reason="theo bảng công bố")
    shown = case_view(flow.world.sheets["XM01"], "1.8", actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert shown.verdicts[0].points == Decimal("0.5")
    assert shown.verdicts[0].claim == {"measures": {"cchc_rank": {"previous": "5", "current": "5"}}}


def test_undecided_leaves_are_named_before_the_release(flow: Flow) -> None:
    sent(flow)
    flow.verdict("XM01", "1.1")
    with pytest.raises(TransitionRefused, match="undecided_leaves_named"):
        flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    shown = preview(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert shown.undecided == {"Xã mẫu 01": tuple(code for code in FULL if code != "1.1")}
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    flow.verdict("XM01", "1.2")


def test_the_unit_answers_within_two_days_to_the_second(flow: Flow) -> None:
    """Released on 25/11 at 18:00: two days, to 17:00 of the last (27/11)."""
    appraised(flow)
    sheet, officer = flow.world.sheets["XM01"], flow.who("can_bo_01")
    shown = answer_sheet(sheet, actor=officer, clock=flow.clock)
    assert [leaf.node.code for leaf in shown.leaves] == ["1.5"]
    assert shown.due_at == dt.datetime(2024, 11, 27, 10, 0, tzinfo=dt.UTC)
    flow.now = dt.datetime(2024, 11, 27, 9, 59, 59, tzinfo=dt.UTC)
    reply(sheet, "1.5", "xem Mục II", actor=officer, clock=flow.clock)
    with pytest.raises(TransitionRefused, match="nothing_to_answer"):
        reply(sheet, "1.1", "xem Mục II", actor=officer, clock=flow.clock)
    flow.now = dt.datetime(2024, 11, 27, 10, 0, tzinfo=dt.UTC)
    with pytest.raises(Forbidden, match="deadline_passed"):
        reply(sheet, "1.5", "muộn", actor=officer, clock=flow.clock)
    with pytest.raises(Forbidden, match="deadline_passed"):
        send_explanation(sheet, actor=flow.who("dau_moi_01"), clock=flow.clock)


def test_an_explanation_is_sent_once_and_the_same_key_gives_the_same_receipt(flow: Flow) -> None:
    appraised(flow)
    sheet, head = flow.world.sheets["XM01"], flow.who("dau_moi_01")
    reply(sheet, "1.5", "xem Mục II", actor=flow.who("can_bo_01"), clock=flow.clock)
    first = send_explanation(sheet, actor=head, clock=flow.clock, idempotency_key="k")
    assert send_explanation(sheet, actor=head, clock=flow.clock, idempotency_key="k") == first
    assert "xem Mục II" in first.content
    with pytest.raises(TransitionRefused, match="explanation_not_sent"):
        send_explanation(sheet, actor=head, clock=flow.clock, idempotency_key="other")


def paper(flow: Flow, which: str, kind: str, who: str) -> bytes:
    words = {"store": flow.blobs, "translate": str, "actor": flow.who(who), "clock": flow.clock}
    return results_paper(flow.world.stage, which, kind, **words)


def concluded(flow: Flow) -> Flow:
    appraised(flow)
    sheet = flow.world.sheets["XM01"]
    reply(sheet, "1.5", "xem Mục II", actor=flow.who("can_bo_01"), clock=flow.clock)
    send_explanation(sheet, actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.verdict("XM01", "1.5", said=1, claim={"percent": "95"}, reason="chấp nhận một phần")
    flow.others("XM01")
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    return flow


def test_only_what_was_contested_is_open_in_the_second_round(flow: Flow) -> None:
    appraised(flow)
    sheet = flow.world.sheets["XM01"]
    reply(sheet, "1.5", "xem Mục II", actor=flow.who("can_bo_01"), clock=flow.clock)
    send_explanation(sheet, actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    agreed = case_view(sheet, "1.1", actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert agreed.refusals[LeafActKind.AGREE] == "leaf_final"
    contested = case_view(sheet, "1.5", actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert contested.refusals[LeafActKind.AGREE] is None
    with pytest.raises(TransitionRefused, match="leaf_final"):
        flow.verdict("XM01", "1.1", said=1)


def test_nothing_is_concluded_while_points_of_others_are_missing(flow: Flow) -> None:
    appraised(flow)
    flow.now = dt.datetime(2024, 11, 27, 10, 0, tzinfo=dt.UTC)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    with pytest.raises(TransitionRefused, match="entered_points_complete"):
        flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    flow.others("XM01")
    with pytest.raises(TransitionRefused, match="minutes_given"):
        flow.group(GroupAction.CONCLUDE, "chu_tich_hd")
    with pytest.raises(Forbidden):
        flow.group(GroupAction.CONCLUDE, "thu_ky", document="01/BB-HDTD")


def test_the_published_ranking_recomputes_from_the_raw_answers(flow: Flow) -> None:
    """18 claimed less 4 − 3,8 on 1.5, plus 1 (leaders) and 0,8 (portal): 19,6 of 20 = 98,00 %, Tốt, first."""
    concluded(flow)
    flow.group(GroupAction.APPROVE, "phe_duyet")
    with pytest.raises(InputInvalid, match="not_published"):
        exported("thu_2024")
    assert flow.publish() == 1
    shown = ranking(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert shown.stage is Stage.PUBLISHED
    first, second = shown.results
    assert (first.row.line.obtained, first.row.index, first.row.grade, first.row.position) == (
        Decimal("19.6"),
        Decimal("98.00"),
        "Tốt",
        1,
    )
    assert (second.standing, second.row.index, second.row.position) == ("not_submitted", None, None)
    with reading() as session:
        assert verify_publications(session, flow.blobs, flow.now) == (1, [])
        assert verify(session)[1] is None
    rows = exported("thu_2024")
    assert [(row["unit"], row["index"], row["position"]) for row in rows] == [("XM01", "98", 1), ("XM02", None, None)]
    with published_paper(flow.world.stage, store=flow.blobs, actor=flow.who("can_bo_02")) as paper:
        assert paper.read(5) == b"%PDF-"


def test_verify_names_the_leaf_that_was_changed_behind_the_portal(flow: Flow) -> None:
    concluded(flow)
    flow.group(GroupAction.APPROVE, "phe_duyet")
    flow.publish()
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.execute(text("UPDATE entered_claim SET points = points - 1000"))
    with reading() as session:
        _, differences = verify_publications(session, flow.blobs, flow.now)
    assert any("XM01 obtained: published 19.6, recomputed 19.5" in words for words in differences)


def test_results_before_publication_are_the_councils_alone(flow: Flow) -> None:
    concluded(flow)
    assert rankings(actor=flow.who("can_bo_01")) == []
    with pytest.raises(NotFound):
        paper(flow, "ranking", "pdf", "can_bo_01")
    for which in ("ranking", "fields"):
        for kind, magic in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
            assert paper(flow, which, kind, "thu_ky").startswith(magic)
