"""An agency's office: shares, recusals, one criterion across units; on both databases. Sources 000 (2), DOMAIN §5."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, select

from app.db.assessments import AnswerWindow
from app.db.audit import AuditEvent
from app.db.campaigns import GroupStage
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Conflict, DomainError, Forbidden, NotFound
from app.domain.leaf_acts import LeafActKind
from app.domain.terms import Decision, GroupAction, LeafStanding, WindowGround
from app.services.agency_progress import chase
from app.services.appraisal import GiveVerdict
from app.services.appraisal_shares import agencies_to_divide, division, take_share_back
from app.services.criterion_desk import CriterionDesk, criterion_desk
from app.services.desk import desk
from app.services.matrix import matrix
from app.services.recusals import record_recusal, recusals, withdraw_recusal
from app.services.snippets import drop_snippet, keep_snippet, snippets
from app.services.verdict_lines import give_many
from app.services.verdict_marks import Minutes
from tests.services.evidence_steps import LOCK, case
from tests.services.flow import FULL, Flow, start
from tests.services.office_steps import both_sent, by_council, contested, recuse, send_second, share, staff


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return staff(start(tmp_path))


def mine(flow: Flow, who: str) -> set[tuple[str, str]]:
    return {(leaf.unit, leaf.node.code) for leaf in desk(actor=flow.who(who), clock=flow.clock) if leaf.mine}


def across(flow: Flow, code: str, who: str = "tham_dinh_pnv") -> CriterionDesk:
    with reading() as session:
        group = session.get_one(GroupStage, flow.world.stage).group_id
    return criterion_desk(flow.world.campaign, group, code, actor=flow.who(who), clock=flow.clock)


def test_shares_divide_the_desk_and_a_colleague_stands_in_by_name(flow: Flow) -> None:
    both_sent(flow)
    everything = mine(flow, "tham_dinh_pnv")
    assert len(everything) == 18
    assert mine(flow, "tham_dinh_hai") == everything
    share(flow, "tham_dinh_pnv", "1.1")
    share(flow, "tham_dinh_hai", "1.5", unit_id=flow.world.units["XM02"])
    assert mine(flow, "tham_dinh_pnv") == {("Xã mẫu 01", "1.1"), ("Xã mẫu 02", "1.1")}
    assert mine(flow, "tham_dinh_hai") == {("Xã mẫu 02", "1.5")}
    others = [leaf for leaf in desk(actor=flow.who("tham_dinh_hai"), clock=flow.clock) if leaf.nobodys]
    assert len(others) == 15
    # the whole agency still judges everything; who judges a colleague's leaf is written down as standing in
    flow.verdict("XM02", "1.5", who="tham_dinh_pnv")
    flow.verdict("XM02", "1.1", who="tham_dinh_pnv")
    flow.verdict("XM01", "1.9", who="tham_dinh_hai")
    with reading() as session:
        told = select(AuditEvent).where(AuditEvent.action == "verdict_given").order_by(AuditEvent.id)
        assert [row.new.get("instead_of") for row in session.scalars(told)] == ["tham_dinh_hai", None, None]
    shown = division(flow.world.campaign, flow.world.units["PNV"], actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    counts = {line.name: (line.leaves, line.waiting) for line in shown.people}
    assert counts["tham_dinh_pnv"] == (2, 1)
    assert counts["tham_dinh_hai"] == (1, 0)
    assert (shown.nobodys, shown.nobodys_waiting) == (15, 14)


def test_the_head_and_the_organiser_divide_and_nobody_else(flow: Flow) -> None:
    share(flow, "tham_dinh_hai", "1", who="to_chuc")
    with pytest.raises(Conflict, match="share_exists"):
        share(flow, "tham_dinh_hai", "1")
    with pytest.raises(Forbidden, match="role_missing"):
        share(flow, "tham_dinh_hai", who="tham_dinh_pnv")
    for stranger in ("thu_truong_tth", "tham_dinh_khac", "thu_truong_01"):
        with pytest.raises(NotFound, match="agency_unknown"):
            share(flow, "tham_dinh_hai", who=stranger)
    with pytest.raises(DomainError, match="share_person_unfit"):
        share(flow, "tham_dinh_khac")
    with pytest.raises(DomainError, match="share_scope_unfit"):
        share(flow, "tham_dinh_hai", unit_id=flow.world.units["PNV"])
    heads = agencies_to_divide(actor=flow.who("thu_truong_pnv"))
    assert [(each.agency, each.shares, each.may_assign) for each in heads] == [("Phòng Nội vụ", 1, True)]
    shown = division(flow.world.campaign, flow.world.units["PNV"], actor=flow.who("thu_truong_pnv"), clock=flow.clock)
    with pytest.raises(NotFound, match="share_unknown"):
        take_share_back(shown.shares[0].share_id, actor=flow.who("thu_truong_tth"), clock=flow.clock)
    take_share_back(shown.shares[0].share_id, actor=flow.who("thu_truong_pnv"), clock=flow.clock)
    with reading() as session:
        acts = set(session.scalars(select(AuditEvent.action)))
    assert {"share_given", "share_taken_back"} <= acts


def test_who_stays_out_gives_no_verdict_by_any_way(flow: Flow) -> None:
    both_sent(flow)
    share(flow, "tham_dinh_pnv")
    share(flow, "tham_dinh_hai", "1.1")
    recuse(flow, "XM01", "tham_dinh_pnv")
    with pytest.raises(Forbidden, match="recused"):
        flow.verdict("XM01", "1.2")
    with pytest.raises(Forbidden, match="recused"):
        flow.verdict("XM01", "1.5", claim={"percent": "90"}, reason="theo Kho bạc")
    one = GiveVerdict(flow.world.sheets["XM01"], "1.2", Decision.AGREE, 0)
    other = GiveVerdict(flow.world.sheets["XM02"], "1.2", Decision.AGREE, 0)
    many = give_many([("một", one), ("hai", other)], actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert many.given == ("hai",)
    assert [(words, refusal.code) for words, refusal in many.refused] == [("một", "recused")]
    assert case(flow, "1.2").refusals[LeafActKind.AGREE] == "recused"
    rows = {row.unit: row.refusal for row in across(flow, "1.2").rows}
    assert rows == {"Xã mẫu 01": "recused", "Xã mẫu 02": None}
    waiting = {leaf.unit for leaf in desk(actor=flow.who("tham_dinh_pnv"), clock=flow.clock) if leaf.waits}
    assert waiting == {"Xã mẫu 02"}
    # the colleague judges it; whose share it was is still written down
    flow.verdict("XM01", "1.2", who="tham_dinh_hai")
    assert case(flow, "1.2").verdicts[0].instead_of == "tham_dinh_pnv"


def test_a_recusal_of_the_secretariat_holds_in_the_council_too(flow: Flow) -> None:
    contested(by_council(flow))
    recuse(flow, "XM01", "thu_ky")
    minutes = Minutes("05/BB-HĐTĐ", LOCK.date())
    with pytest.raises(Forbidden, match="recused"):
        flow.verdict("XM01", "1.5", said=1, who="thu_ky", minutes=minutes)


def test_a_recusal_is_withdrawn_by_who_recorded_it_and_stays_in_the_list(flow: Flow) -> None:
    recuse(flow, "XM01", "thu_ky", "tham_dinh_pnv")
    with pytest.raises(Conflict, match="recusal_exists"):
        recuse(flow, "XM01", "tham_dinh_pnv")
    with pytest.raises(Forbidden, match="not_oneself"):
        recuse(flow, "XM01", "tham_dinh_pnv", "tham_dinh_hai")
    with pytest.raises(DomainError, match="recusal_person_unfit"):
        recuse(flow, "XM01", "thu_ky", "can_bo_02")
    for stranger in ("tham_dinh_khac", "can_bo_01", "chu_tich_hd"):
        with pytest.raises(NotFound, match="assessment_unknown"):
            recuse(flow, "XM01", stranger)
    with pytest.raises(DomainError, match="recusal_reason_missing"):
        record_recusal(flow.world.sheets["XM02"], None, " ", actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    number = recusals(actor=flow.who("thu_ky")).lines[0].recusal_id
    with pytest.raises(Forbidden, match="recusal_of_another"):
        withdraw_recusal(number, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    with pytest.raises(NotFound, match="recusal_unknown"):
        withdraw_recusal(number, actor=flow.who("tham_dinh_khac"), clock=flow.clock)
    withdraw_recusal(number, actor=flow.who("thu_ky"), clock=flow.clock)
    with pytest.raises(Conflict, match="recusal_withdrawn"):
        withdraw_recusal(number, actor=flow.who("thu_ky"), clock=flow.clock)
    both_sent(flow)
    flow.verdict("XM01", "1.2")
    assert [line.withdrawn_at is None for line in recusals(actor=flow.who("tham_dinh_hai")).lines] == [False]
    assert recusals(actor=flow.who("tham_dinh_khac")).lines == ()


def test_the_board_names_units_an_agency_has_nobody_left_for(flow: Flow) -> None:
    both_sent(flow)
    for name in ("tham_dinh_pnv", "tham_dinh_hai"):
        recuse(flow, "XM01", name)
    board = matrix(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    # the third appraiser is of XM01 itself: nobody appraises the own unit
    assert [each.unmanned for each in board.progress] == [("Xã mẫu 01",)]
    assert chase(flow.world.stage, None, actor=flow.who("thu_ky"), clock=flow.clock) == ("Phòng Nội vụ",)


def test_one_criterion_stands_side_by_side_across_the_units(flow: Flow) -> None:
    both_sent(flow)
    flow.verdict("XM01", "1.5", claim={"percent": "90"}, reason="theo Kho bạc")
    shown = across(flow, "1.5")
    assert shown.original == "Nguyên văn của tiêu chí"
    assert shown.neighbours == ("1.4", "1.6")
    assert [(row.unit, row.pinned.points, row.state.standing, row.leaf.waits) for row in shown.rows] == [
        ("Xã mẫu 01", Decimal(4), LeafStanding.DISAGREED, False),
        ("Xã mẫu 02", Decimal(4), LeafStanding.UNDECIDED, True),
    ]
    assert [line.points for line in shown.rows[0].verdicts] == [Decimal("3.6")]
    # last year's position stands by its unit where the rule compares with it
    assert across(flow, "1.8").rows[1].baselines == {"cchc_rank": Decimal(5)}
    # a tick on a page that is older than the other hand's verdict is refused, the other row stands
    rows = [("XM01", 0), ("XM02", 0)]
    commands = [(unit, GiveVerdict(flow.world.sheets[unit], "1.5", Decision.AGREE, said)) for unit, said in rows]
    many = give_many(commands, actor=flow.who("tham_dinh_hai"), clock=flow.clock)
    assert many.given == ("XM02",)
    assert [refusal.code for _, refusal in many.refused] == ["verdict_given_meanwhile"]
    # of the own unit nothing stands there
    assert [row.unit for row in across(flow, "1.5", "tham_dinh_xm01").rows] == ["Xã mẫu 02"]
    with pytest.raises(NotFound):
        across(flow, "1.5", "tham_dinh_khac")


def test_snippets_are_a_persons_own_or_the_agencys(flow: Flow) -> None:
    first, second = flow.who("tham_dinh_pnv"), flow.who("tham_dinh_hai")
    keep_snippet("thiếu số liệu", actor=first, clock=flow.clock)
    keep_snippet("sai mẫu", agency_id=flow.world.units["PNV"], actor=first, clock=flow.clock)
    assert [each.text for each in snippets(actor=first)] == ["thiếu số liệu", "sai mẫu"]
    assert [(each.text, each.agency) for each in snippets(actor=second)] == [("sai mẫu", "Phòng Nội vụ")]
    assert snippets(actor=flow.who("tham_dinh_khac")) == []
    own, shared = (each.snippet_id for each in snippets(actor=first))
    with pytest.raises(NotFound, match="snippet_unknown"):
        keep_snippet("x", snippet_id=own, actor=second, clock=flow.clock)
    with pytest.raises(NotFound, match="agency_unknown"):
        keep_snippet("x", agency_id=flow.world.units["TTH"], actor=first, clock=flow.clock)
    for words, code in ((" ", "snippet_empty"), ("x" * 1001, "text_too_long")):
        with pytest.raises(DomainError, match=code):
            keep_snippet(words, actor=first, clock=flow.clock)
    keep_snippet("sai biểu mẫu", snippet_id=shared, actor=second, clock=flow.clock)
    drop_snippet(own, actor=first, clock=flow.clock)
    assert [each.text for each in snippets(actor=first)] == ["sai biểu mẫu"]


def test_many_rows_take_no_more_statements_than_one(flow: Flow, database: Database) -> None:
    """The desk of one criterion and the board cost the same for one sent unit as for two."""
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))

    def cost() -> tuple[int, int]:
        seen.clear()
        across(flow, "1.5")
        desk_cost = len(seen)
        seen.clear()
        matrix(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
        return desk_cost, len(seen)

    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict("XM01", "1.5")
    cost()
    one = cost()
    _late(flow)
    flow.verdict("XM02", "1.5", who="tham_dinh_hai")
    assert cost() == one


def _late(flow: Flow) -> None:
    """XM02 sends while the first appraisal runs: in a window of its own."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.add(
            AnswerWindow(
                assessment_id=flow.world.sheets["XM02"],
                ground=WindowGround.EXTENSION,
                opens_at=flow.now,
                due_at=flow.now + dt.timedelta(hours=1),
                granted_by_id=flow.world.users["thu_ky"],
            )
        )
    flow.fill("XM02", FULL)
    send_second(flow)
    flow.now += dt.timedelta(hours=2)
