"""What the unit never scores: surveys, leaders' sheets, figures of others, as secretariat and leaders enter them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.appraisals import EnteredClaim
from app.db.criteria import Criterion
from app.db.entering import ReplacedClaim, SurveyTally
from app.db.identity import Membership
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Conflict, DomainError, Forbidden, InputInvalid, NotFound
from app.domain.terms import Role
from app.services.board import units_of
from app.services.external_figures import check_figures, enter_figures, figures_view
from app.services.group_context import find_group, group_context
from app.services.leader_paper import blank_sheets
from app.services.leader_sheet_writing import (
    reopen_leader_sheet,
    save_leader_lines,
    save_my_lines,
    submit_my_sheet,
)
from app.services.leader_sheets import Paper, leader_sheet, my_groups, my_sheet
from app.services.leaf_settings import Grounds, set_term
from app.services.recount import answer_faults
from app.services.sheets import sheet
from app.services.survey_tallies import check_counts, counts_view, enter_counts
from app.services.surveys import SurveyFacts, add_survey, change_survey, survey_view, withdraw_survey
from tests.services.entered_world import begin, line
from tests.services.flow import Flow, go_on
from tests.services.version_steps import adopt, change, second_version


def entered(flow: Flow, unit: str, code: str) -> Decimal | None:
    """What the group's table would count on a leaf now."""
    with reading() as session:
        context = group_context(session, find_group(session, flow.world.stage), flow.now)
        return context.entered.get((flow.world.sheets[unit], code))


def survey(flow: Flow, audience: str, sent: str, returned: str) -> int:
    facts = SurveyFacts(f"Điều tra {audience}", audience, sent, returned, "Đơn vị khảo sát", "12/BC-SNV")
    return add_survey(flow.world.stage, facts, actor=flow.who("thu_ky"), clock=flow.clock)


RESIDENTS = line(4, "XM01", a1="0", a2="1", a3="2", a4="3", a5="4", returned="12")
ENTERPRISES = line(4, "XM01", a1="1", a3="1", a4="2", a5="1", returned="5")


def test_two_surveys_feed_one_criterion_and_their_counts_stay_apart(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Residents (2 + 6 + 12 + 20)/10, enterprises (1 + 3 + 8 + 5)/5: together 57/15 = 3,8; scaled 3,8/5 × 4 = 3,04."""
    flow = begin(monkeypatch, tmp_path)
    who, clock = flow.who("thu_ky"), flow.clock
    first, second = survey(flow, "Người dân", "15", "12"), survey(flow, "Doanh nghiệp", "6", "5")
    for code in ("2.3", "2.4"):
        assert enter_counts(first, code, [RESIDENTS], only_good=False, actor=who, clock=clock) == 1
        enter_counts(second, code, [ENTERPRISES], only_good=False, actor=who, clock=clock)
    assert (entered(flow, "XM01", "2.3"), entered(flow, "XM01", "2.4")) == (Decimal("3.04"), Decimal("3.8"))
    view = counts_view(second, "2.3", actor=who, clock=clock)
    assert view.samples[flow.world.sheets["XM01"]] == (("Người dân", 10, 12), ("Doanh nghiệp", 5, 5))
    # a correction: one enterprise more chose 5, (57 + 5)/16 = 3,875; scaled 3,875/5 × 4 = 3,1
    more = line(1, "XM01", a1="1", a3="1", a4="2", a5="2", returned="6")
    with pytest.raises(InputInvalid, match="lines_refused"):  # six sheets of five that came back
        enter_counts(second, "2.3", [more], only_good=False, actor=who, clock=clock)
    facts = survey_view(second, actor=who, clock=clock).facts
    change_survey(second, SurveyFacts(facts.name, facts.audience, "6", "6"), actor=who, clock=clock)
    enter_counts(second, "2.3", [more], only_good=False, actor=who, clock=clock)
    assert entered(flow, "XM01", "2.3") == Decimal("3.1")
    with pytest.raises(InputInvalid, match="survey_below_its_units"):
        change_survey(second, SurveyFacts(facts.name, facts.audience, "6", "5"), actor=who, clock=clock)
    # withdrawn: 40/10 = 4; 4/5 × 4 = 3,2; nothing that was entered is gone
    withdraw_survey(second, "phát nhầm phiếu", actor=who, clock=clock)
    assert entered(flow, "XM01", "2.3") == Decimal("3.2")
    with reading() as session:
        counts = session.scalars(select(SurveyTally).where(SurveyTally.survey_id == second)).all()
        assert sorted(sum(row.counts.values()) for row in counts) == [5, 5, 6]
        past = session.scalars(select(ReplacedClaim).order_by(ReplacedClaim.id)).all()
        assert Decimal("3.04") in {row.points for row in past}
        context = group_context(session, find_group(session, flow.world.stage), flow.now)
        assert answer_faults(session, context) == []
    with pytest.raises(Conflict, match="survey_withdrawn"):
        enter_counts(second, "2.3", [more], only_good=False, actor=who, clock=clock)
    # emptied: the unit has no counts left
    enter_counts(first, "2.3", [line(1, "XM01", a5="", returned="")], only_good=False, actor=who, clock=clock)
    assert entered(flow, "XM01", "2.3") is None


def test_bad_lines_are_named_one_by_one_and_the_user_chooses(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = begin(monkeypatch, tmp_path)
    who, clock, number = flow.who("thu_ky"), flow.clock, survey(flow, "Người dân", "15", "12")
    lines = [
        line(4, "XM01", a5="3", returned="2"),
        line(5, "XM99", a5="3", returned="3"),
        line(6, "XM02", a5="3", returned="3"),
    ]
    checked = check_counts(number, "2.3", lines, actor=who, clock=clock)
    assert [each.problem.code if each.problem else "" for each in checked] == [
        "counts_exceed_sheets",
        "line_unit_unknown",
        "",
    ]
    with pytest.raises(InputInvalid, match="lines_refused"):
        enter_counts(number, "2.3", lines, only_good=False, actor=who, clock=clock)
    assert entered(flow, "XM02", "2.3") is None  # not a line of a refused file was taken
    assert enter_counts(number, "2.3", lines, only_good=True, actor=who, clock=clock) == 1
    assert entered(flow, "XM02", "2.3") == Decimal(4)  # 15/3 = 5; 5/5 × 4
    assert entered(flow, "XM01", "2.3") is None
    twice = [line(4, "XM01", a5="1", returned="1"), line(5, "XM01", a5="2", returned="2")]
    checked = check_counts(number, "2.3", twice, actor=who, clock=clock)
    assert {each.problem.code for each in checked if each.problem} == {"line_unit_twice"}
    with pytest.raises(InputInvalid, match="no_line_to_take"):
        enter_counts(number, "2.3", twice, only_good=True, actor=who, clock=clock)
    with pytest.raises(InputInvalid, match="survey_returned_above_sent"):
        survey(flow, "Cán bộ, công chức", "5", "6")
    with pytest.raises(Forbidden):  # the chair reads, and enters nothing
        enter_counts(number, "2.3", lines, only_good=True, actor=flow.who("chu_tich_hd"), clock=clock)
    with pytest.raises(NotFound):  # a unit's own people learn nothing of it
        survey_view(number, actor=flow.who("dau_moi_01"), clock=clock)


def test_a_leader_s_sheet_counts_and_shows_once_it_is_sent(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chairman gives 8, a vice chairman 6,5: (2×8 + 1×6,5)/3 = 7,5."""
    flow = begin(monkeypatch, tmp_path)
    stage, clock, secretary = flow.world.stage, flow.clock, flow.who("thu_ky")
    chairman, vice = flow.who("lanh_dao_01"), flow.who("pho_chu_tich")
    assert [each.submitted_at for each in my_groups(actor=chairman)] == [None]
    bad = save_my_lines(
        stage,
        [line(1, "XM01", c2_1="5", c2_5="8"), line(2, "XM02", c2_1="1", c2_5="11")],
        actor=chairman,
        clock=clock,
    )
    assert [(each.line.unit_code, each.problem.code) for each in bad if each.problem] == [
        ("XM02", "points_above_maximum")
    ]
    mine = my_sheet(stage, actor=chairman, clock=clock)
    assert (mine.left, mine.cells, mine.units_left) == (2, 4, 1)
    ids = {row.kind: row.leader_id for row in (mine, my_sheet(stage, actor=vice, clock=clock))}
    # nobody else sees it, and it counts for nothing
    assert entered(flow, "XM01", "2.5") is None
    seen = leader_sheet(stage, mine.leader_id, actor=secretary, clock=clock)
    assert all(not row.cells for row in seen.grid.rows)
    assert all(not row.cells for row in my_sheet(stage, actor=vice, clock=clock).grid.rows)
    with pytest.raises(NotFound):
        leader_sheet(stage, mine.leader_id, actor=vice, clock=clock)
    with pytest.raises(InputInvalid, match="leader_sheet_gaps"):
        submit_my_sheet(stage, gaps_seen=False, actor=chairman, clock=clock)
    submit_my_sheet(stage, gaps_seen=True, actor=chairman, clock=clock)
    assert entered(flow, "XM01", "2.5") == Decimal(8)
    save_my_lines(stage, [line(1, "XM01", c2_5="6,5")], actor=vice, clock=clock)
    submit_my_sheet(stage, gaps_seen=True, actor=vice, clock=clock)
    assert entered(flow, "XM01", "2.5") == Decimal("7.5")
    # sent is locked, for the leader and for the secretariat, until it is given back with a reason
    with pytest.raises(Conflict, match="leader_sheet_submitted"):
        save_my_lines(stage, [line(1, "XM01", c2_5="9")], actor=chairman, clock=clock)
    paper = Paper("Phiếu 01", "Chủ tịch", dt.date(2024, 11, 20))
    typed = [line(1, "XM01", c2_5="9")]
    with pytest.raises(Conflict, match="leader_sheet_submitted"):
        save_leader_lines(stage, ids[mine.kind], typed, paper, only_good=False, actor=secretary, clock=clock)
    with pytest.raises(InputInvalid, match="entered_reason_missing"):
        reopen_leader_sheet(stage, mine.leader_id, " ", actor=secretary, clock=clock)
    reopen_leader_sheet(stage, mine.leader_id, "chấm nhầm đơn vị", actor=secretary, clock=clock)
    assert entered(flow, "XM01", "2.5") == Decimal("6.5")  # only the vice chairman's sheet is in
    # from paper: counts at once; (2×9 + 6,5)/3 = 8,1667
    with pytest.raises(InputInvalid, match="paper_missing"):
        save_leader_lines(stage, mine.leader_id, typed, Paper(), only_good=False, actor=secretary, clock=clock)
    over = dataclasses.replace(paper, over_screen=True)  # given back, it is the leader's to fill: see test_one_door
    save_leader_lines(stage, mine.leader_id, typed, over, only_good=False, actor=secretary, clock=clock)
    assert entered(flow, "XM01", "2.5") == Decimal("8.1667")
    with pytest.raises(Conflict, match="leader_sheet_on_paper"):
        save_my_lines(stage, [line(1, "XM01", c2_5="1")], actor=chairman, clock=clock)
    with reading() as session:
        context = group_context(session, find_group(session, stage), flow.now)
        assert answer_faults(session, context) == []
    made = blank_sheets(stage, tuple(ids.values()), translate=lambda words: words, actor=secretary, clock=clock)
    assert made.startswith(b"%PDF")


def test_a_leader_does_not_score_the_own_unit(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = begin(monkeypatch, tmp_path)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        held = Membership(
            role=Role.UNIT_HEAD, user_id=flow.world.users["pho_chu_tich"], unit_id=flow.world.units["XM02"]
        )
        work.session.add(held)
    again = go_on(flow.world, tmp_path)
    vice, stage = again.who("pho_chu_tich"), flow.world.stage
    mine = my_sheet(stage, actor=vice, clock=flow.clock)
    assert [row.refusal for row in mine.grid.rows] == [None, "own_unit_refused"]
    assert mine.cells == 2  # two criteria of one unit
    bad = save_my_lines(stage, [line(2, "XM02", c2_5="10")], actor=vice, clock=flow.clock)
    assert [each.problem.code for each in bad if each.problem] == ["own_unit_refused"]


def test_a_figure_keeps_its_source_and_what_it_replaced(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """80 of 100 on a maximum of 1 is 0,8; corrected to 81,5 it is 0,815."""
    flow = begin(monkeypatch, tmp_path)
    stage, who, clock = flow.world.stage, flow.who("thu_ky"), flow.clock
    common = {"source": "Cổng Dịch vụ công quốc gia", "on": "20/11/2024"}
    lines = [line(4, "XM01", value="80"), line(5, "XM02", value="101"), line(6, "XM03", value="5")]
    checked = check_figures(stage, "2.2", lines, common, actor=who, clock=clock)
    assert [each.problem.code if each.problem else "" for each in checked] == [
        "",
        "figure_above_scale",
        "line_unit_unknown",
    ]
    missing = check_figures(stage, "2.2", lines[:1], {}, actor=who, clock=clock)
    assert [each.problem.code for each in missing if each.problem] == ["figure_source_missing"]
    assert enter_figures(stage, "2.2", lines, common, only_good=True, actor=who, clock=clock) == 1
    assert entered(flow, "XM01", "2.2") == Decimal("0.8")
    again = [line(1, "XM01", value="81,5", source="Cổng DVC, cập nhật", on="22/11/2024")]
    enter_figures(stage, "2.2", again, {}, only_good=False, actor=who, clock=clock)
    view = figures_view(stage, "2.2", actor=who, clock=clock)
    assert view.grid.rows[0].points == Decimal("0.815")
    assert [(each.text, each.source, each.on) for each in view.past] == [
        ("80", "Cổng Dịch vụ công quốc gia", dt.date(2024, 11, 20))
    ]
    enter_figures(stage, "2.2", again, {}, only_good=False, actor=who, clock=clock)  # the same again changes nothing
    assert len(figures_view(stage, "2.2", actor=who, clock=clock).past) == 1
    enter_figures(stage, "2.2", [line(1, "XM01", value="")], {}, only_good=False, actor=who, clock=clock)
    with reading() as session:
        assert session.scalars(select(EnteredClaim)).all() == []
        assert {row.points for row in session.scalars(select(ReplacedClaim))} == {Decimal("0.8"), Decimal("0.815")}
    assert units_of(stage, actor=who, clock=clock)
    with pytest.raises(DomainError):
        enter_figures(stage, "2.2", again, {}, only_good=False, actor=flow.who("can_bo_01"), clock=clock)


def test_counts_and_terms_go_along_with_another_version_of_the_set(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """40/10 = 4 of 5 is 3,2 of the old maximum 4, and 4,8 of the new one, 6; what comes later is added to it."""
    flow = begin(monkeypatch, tmp_path)
    who, clock, number = flow.who("thu_ky"), flow.clock, survey(flow, "Người dân", "15", "12")
    enter_counts(number, "2.3", [RESIDENTS], only_good=False, actor=who, clock=clock)
    with reading() as session:
        held = (Criterion.set_id == flow.world.set, Criterion.code == "1.5")
        leaf = session.scalars(select(Criterion.id).where(*held)).one()
    until, by = dt.date(2024, 11, 20), Grounds("chưa đến thời hạn", "05/QĐ")
    set_term(flow.world.campaign, leaf, until, by, not_yet_due=True, actor=flow.who("to_chuc"), clock=clock)
    second = second_version(flow)
    change(flow, second, "2.3", maximum=Decimal(6))
    change(flow, second, "2", maximum=Decimal(22))  # 1 + 1 + 6 + 4 + 10
    adopt(flow, second)
    assert entered(flow, "XM01", "2.3") == Decimal("4.8")
    assert sheet(flow.world.sheets["XM01"], actor=flow.who("can_bo_01"), clock=clock).terms["1.5"].not_yet_due
    other = survey(flow, "Doanh nghiệp", "6", "5")
    enter_counts(other, "2.3", [ENTERPRISES], only_good=False, actor=who, clock=clock)
    assert entered(flow, "XM01", "2.3") == Decimal("4.56")  # 57/15 = 3,8; 3,8/5 × 6
