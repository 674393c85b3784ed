"""Bonus, penalty, exemption and report of one campaign, on both databases; figures worked out by hand.

The world: XM01 claims 18 of its 18 points; the leader's sheet gives 1 of 1, the portal 0,8 of 1; the set has 20.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Adjustment, Assessment, Exemption
from app.db.notices import Notice
from app.db.results import Publication
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.scoring import LeafPresence
from app.domain.terms import GroupAction, ItemStatus, UnitAction
from app.services.adjustments import (
    adjustments_view,
    withdraw_adjustment,
)
from app.services.exemptions import decide_exemptions, exemptions_view, propose_exemption, withdraw_exemption
from app.services.fairness import fairness
from app.services.ledgers import ledger
from app.services.proposals import CouncilDecision
from app.services.publication import ranking
from app.services.sheets import sheet
from app.services.submissions import act
from app.services.verification import verify_publications
from tests.services.flow import FULL, Flow
from tests.services.item_steps import LOCK, NO, YES, approved, conclude, decide, exempt, item, play, propose, refused


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return play(tmp_path)


def test_the_published_index_counts_items_once_caps_and_the_units_own_maximum(flow: Flow) -> None:
    """1.6 (1 point) does not apply: 18 − 1 + 1 + 0,8 = 18,8 of 19; +2 and −1: 19,8 × 100 / 19 = 104,21%."""
    exempt(flow, "1.6")
    flow.fill("XM01", {code: claim for code, claim in FULL.items() if code != "1.6"})
    bonuses = [propose(flow, "4.1a", "dau_moi_01"), propose(flow, "4.1b", "dau_moi_01", count="12")]
    approved(flow, total="17")
    flow.send("XM01")
    faults = [propose(flow, "4.2c", "thu_ky") for _ in range(4)]
    late = propose(flow, "4.2a", "thu_ky", numerator="4", denominator="10")
    for number in (*bonuses, *faults):
        decide(flow, number)
    conclude(flow)
    with pytest.raises(TransitionRefused, match="adjustments_settled"):
        flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    decide(flow, late, NO)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    flow.group_to_published()
    shown = ranking(flow.world.stage, actor=flow.who("can_bo_02"), clock=flow.clock)
    row = next(each for each in shown.results if each.unit_code == "XM01")
    line = row.row.line
    assert (line.obtained, line.attainable, row.whole) == (Decimal("18.8"), Decimal(19), Decimal(20))
    assert (line.bonus, line.penalty, row.row.index) == (Decimal(2), Decimal(1), Decimal("104.21"))
    assert row.presence["1.6"] is LeafPresence.NOT_APPLICABLE
    _the_snapshot_keeps_what_was_granted(flow)


def _the_snapshot_keeps_what_was_granted(flow: Flow) -> None:
    with reading() as session:
        kept = json.loads(session.scalars(select(Publication.snapshot)).one())
        unit = next(each for each in kept["units"] if each["unit"] == "XM01")
        assert [each["item"] for each in unit["adjustments"]] == ["4.1a", "4.1b", "4.2c", "4.2c", "4.2c", "4.2c"]
        assert kept["items"]["4.1b"]["steps"] == ">=10: 1"
        assert verify_publications(session, flow.blobs, flow.now) == (1, [])
    with unit_of_work(actor=None, clock=flow.clock) as work:
        articles = work.session.scalars(select(Adjustment).where(Adjustment.item_id == item("4.1b"))).one()
        articles.points = Decimal("0.5")
    with reading() as session:
        found = verify_publications(session, flow.blobs, flow.now)[1]
    assert any("4.1b bonus: stored 0.5, the item gives 1" in words for words in found)
    assert any("bonus: published 2, recomputed 1.5" in words for words in found)


def test_who_proposes_what_and_how_a_decision_keeps_its_history(flow: Flow) -> None:
    unit, chair = flow.who("dau_moi_01"), flow.who("chu_tich_hd")
    sheet_id = flow.world.sheets["XM01"]
    assert refused(lambda: propose(flow, "4.2c", "dau_moi_01")) == "penalty_by_unit"
    assert refused(lambda: propose(flow, "4.1b", "dau_moi_01", count="9")) == "item_gives_nothing"
    assert refused(lambda: propose(flow, "4.1b", "dau_moi_01", count="chín")) == "not_a_number"
    assert refused(lambda: propose(flow, "4.1a", "dau_moi_02")) == "assessment_unknown"
    assert refused(lambda: propose(flow, "4.1a", "can_bo_01")) == "role_missing"
    number = propose(flow, "4.1b", "dau_moi_01", count="15")
    assert refused(lambda: propose(flow, "4.1b", "dau_moi_01", count="16")) == "item_already_proposed"
    assert refused(lambda: decide(flow, number, CouncilDecision(True, "", "x"))) == "document_missing"
    now = decide(flow, number, YES, count="11")
    view = adjustments_view(sheet_id, actor=unit, clock=flow.clock)
    assert [(line.claim, line.status, line.points) for line in view.lines] == [
        ({"count": "11"}, ItemStatus.ACCEPTED, Decimal(1)),
    ]
    assert [(line.claim, line.status) for line in view.history] == [({"count": "15"}, ItemStatus.PROPOSED)]
    assert refused(lambda: decide(flow, number)) == "proposal_not_current"
    again = decide(flow, now, NO)
    view = adjustments_view(sheet_id, actor=chair, clock=flow.clock)
    assert (view.lines[0].adjustment_id, view.lines[0].status, view.sums.bonus) == (
        again,
        ItemStatus.REFUSED,
        Decimal(0),
    )
    assert len(view.history) == 2
    withdrawn = propose(flow, "4.1a", "dau_moi_01")
    with pytest.raises(InputInvalid, match="proposal_of_others"):
        withdraw_adjustment(sheet_id, withdrawn, actor=flow.who("thu_ky"), clock=flow.clock)
    withdraw_adjustment(sheet_id, withdrawn, actor=unit, clock=flow.clock)
    states = sorted(line.state for line in ledger(flow.world.campaign, actor=chair).adjustments)
    assert states == ["refused", "superseded", "superseded", "withdrawn"]


def test_a_unit_reads_what_others_propose_only_from_the_release_on(flow: Flow) -> None:
    sheet_id, unit = flow.world.sheets["XM01"], flow.who("dau_moi_01")
    flow.fill("XM01", FULL)
    approved(flow)
    flow.send("XM01")
    number = propose(flow, "4.2c", "thu_ky")
    decide(flow, number)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    agency = propose(flow, "4.2a", "tham_dinh_pnv", numerator="1", denominator="2")
    hidden = adjustments_view(sheet_id, actor=unit, clock=flow.clock)
    assert (hidden.lines, hidden.sums.penalty) == ((), Decimal(0))
    seen = adjustments_view(sheet_id, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert [line.adjustment_id for line in seen.lines] == [agency]
    with pytest.raises(NotFound):
        adjustments_view(sheet_id, actor=flow.who("tham_dinh_khac"), clock=flow.clock)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert len(adjustments_view(sheet_id, actor=unit, clock=flow.clock).lines) == 2
    with reading() as session:
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.ADJUSTMENT_DECIDED)).all()
    assert told == []  # decided before the release: nothing leaks
    decide(flow, agency, NO)
    with reading() as session:
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.ADJUSTMENT_DECIDED)).all()
        assert {row.path for row in told} == {f"/sheets/{sheet_id}/adjustments"}


def test_an_exemption_is_scored_until_decided_then_leaves_the_maximum_and_may_come_back(flow: Flow) -> None:
    sheet_id, unit, chair = flow.world.sheets["XM01"], flow.who("can_bo_01"), flow.who("chu_tich_hd")
    flow.fill("XM01", FULL)
    codes = propose_exemption(sheet_id, "2", "không có", "1/CV", actor=unit, clock=flow.clock)
    assert codes == ("2.1", "2.2")
    assert propose_exemption(sheet_id, "1.6", "không có", "1/CV", actor=unit, clock=flow.clock) == ("1.6",)
    line = sheet(sheet_id, actor=unit, clock=flow.clock).line("1.6")
    assert (line.own, line.points, line.exemption) == (True, Decimal(1), ItemStatus.PROPOSED)
    rows = {
        each.node.code: each.exemption_id for each in exemptions_view(sheet_id, actor=chair, clock=flow.clock).lines
    }
    decide_exemptions(sheet_id, rows.values(), YES, actor=chair, clock=flow.clock)
    view = sheet(sheet_id, actor=unit, clock=flow.clock)
    assert (view.obtained, view.attainable, view.maximum) == (Decimal(17), Decimal(17), Decimal(20))
    assert (view.line("1.6").own, view.line("1.6").points, view.line("1.6").applicable) == (False, None, False)
    assert _self_total(sheet_id) == Decimal(17)
    now = exemptions_view(sheet_id, actor=chair, clock=flow.clock)
    assert (now.maximum, now.attainable) == (Decimal(20), Decimal(17))
    decide_exemptions(sheet_id, [rows["1.6"]], NO, actor=chair, clock=flow.clock)
    assert _self_total(sheet_id) == Decimal(18)
    back = exemptions_view(sheet_id, actor=unit, clock=flow.clock)
    assert {each.node.code: each.status for each in back.lines}["1.6"] is ItemStatus.REFUSED
    assert [(each.node.code, each.status) for each in back.history] == [("1.6", ItemStatus.ACCEPTED)]
    with reading() as session:
        assert set(session.scalars(select(Notice.kind))) == {NoticeKind.EXEMPTION_DECIDED}


def _self_total(sheet_id: int) -> Decimal:
    with reading() as session:
        return session.get_one(Assessment, sheet_id).self_total


def test_what_an_exemption_may_not_do(flow: Flow) -> None:
    sheet_id, unit, chair = flow.world.sheets["XM01"], flow.who("dau_moi_01"), flow.who("chu_tich_hd")

    def ask(code: str, who: str = "dau_moi_01", reason: str = "x", document: str = "1/CV") -> tuple[str, ...]:
        return propose_exemption(sheet_id, code, reason, document, actor=flow.who(who), clock=flow.clock)

    assert ask("1")
    assert refused(lambda: ask("2")) == "exemption_of_every_leaf"
    assert refused(lambda: ask("1.1")) == "exemption_exists"
    assert refused(lambda: ask("9.9")) == "exemption_code_missing"
    assert refused(lambda: ask("2.1", document="")) == "document_missing"
    assert refused(lambda: ask("2.1", reason=" ")) == "proposal_reason_missing"
    assert refused(lambda: ask("2.1", who="dau_moi_02")) == "assessment_unknown"
    rows = exemptions_view(sheet_id, actor=unit, clock=flow.clock).lines
    assert (
        refused(lambda: decide_exemptions(sheet_id, [], YES, actor=chair, clock=flow.clock)) == "exemption_not_chosen"
    )
    other = flow.world.sheets["XM02"]
    number = rows[0].exemption_id
    assert (
        refused(lambda: decide_exemptions(other, [number], YES, actor=chair, clock=flow.clock)) == "exemption_unknown"
    )
    with pytest.raises(Forbidden, match="role_missing"):
        decide_exemptions(sheet_id, [number], YES, actor=unit, clock=flow.clock)
    withdraw_exemption(sheet_id, number, actor=unit, clock=flow.clock)
    assert refused(lambda: withdraw_exemption(sheet_id, number, actor=unit, clock=flow.clock)) == "proposal_not_current"
    decide_exemptions(sheet_id, [rows[1].exemption_id], NO, actor=chair, clock=flow.clock)
    later = rows[1].exemption_id
    assert refused(lambda: withdraw_exemption(sheet_id, later, actor=unit, clock=flow.clock)) == "proposal_decided"
    assert ask("1.2") == ("1.2",)  # what was refused may be asked for again, and the refusal stays
    with reading() as session:
        again = session.scalars(select(Exemption).where(Exemption.supersedes_id == later)).one()
        assert again.status is ItemStatus.PROPOSED


def test_a_leaf_left_out_of_a_sent_sheet_does_not_come_back_behind_the_units_back(flow: Flow) -> None:
    sheet_id, chair = flow.world.sheets["XM01"], flow.who("chu_tich_hd")
    exempt(flow, "1.6")
    flow.fill("XM01", {code: claim for code, claim in FULL.items() if code != "1.6"})
    approved(flow, total="17")
    flow.send("XM01")
    (line,) = exemptions_view(sheet_id, actor=chair, clock=flow.clock).lines

    def back() -> object:
        return decide_exemptions(sheet_id, [line.exemption_id], NO, actor=chair, clock=flow.clock)

    assert refused(back) == "exempt_leaf_not_sent"
    secretary = flow.who("thu_ky")
    act(sheet_id, UnitAction.RETURN_FOR_CORRECTION, actor=secretary, clock=flow.clock, reason="1.6 có áp dụng")
    assert back() == ("1.6",)


def test_the_ledger_and_the_common_leaves_are_the_councils(flow: Flow) -> None:
    """XM02 has no 1.6: both are compared on 19 points."""
    exempt(flow, "1.6", unit="XM02")
    found = ledger(flow.world.campaign, actor=flow.who("kiem_toan"))
    (line,) = found.exemptions
    assert (line.unit, line.what, line.points, line.state, line.document) == (
        "Xã mẫu 02",
        "1.6",
        Decimal(1),
        "accepted",
        "05/BB-HĐTĐ",
    )
    for name in ("dau_moi_01", "tham_dinh_pnv"):
        with pytest.raises(NotFound):
            ledger(flow.world.campaign, actor=flow.who(name))
    with pytest.raises(NotFound):
        fairness(flow.world.stage, by_common=False, actor=flow.who("lanh_dao_01"), clock=flow.clock)
    assert fairness(flow.world.stage, by_common=True, actor=flow.who("thu_ky"), clock=flow.clock).codes == ()
