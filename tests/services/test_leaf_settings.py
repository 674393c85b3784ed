"""Points the council gives to all, criteria not yet due, and figures of the year before out of our publication."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment
from app.db.campaigns import Baseline, Campaign, CampaignOverride, GroupStage
from app.db.criteria import Criterion
from app.db.entering import BaselineRecord
from app.db.identity import PeerGroup, Unit
from app.db.session import Database, reading, unit_of_work
from app.domain.entered_lines import Line
from app.domain.errors import Conflict, Forbidden, InputInvalid, TransitionRefused
from app.domain.terms import GroupAction, UnitTier
from app.services.baseline_entry import accept_proposals, baselines_view, check_baselines, enter_baselines
from app.services.baseline_proposals import Origin, OwnFigure
from app.services.entering_hub import hub
from app.services.explanations import reply
from app.services.leaf_settings import Grounds, set_override, set_term, settings_view, touched_by, withdraw_override
from app.services.publication import ranking
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import sheet
from app.services.supplements import confirm_appraised, enter_supplement, supplement_view
from tests.services.flow import FULL, Flow, start

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
BY = Grounds("năm đầu tiên đánh giá", "05/QĐ-HĐTĐ")


def leaf(flow: Flow, code: str) -> int:
    with reading() as session:
        wanted = (Criterion.set_id == flow.world.set, Criterion.code == code)
        return session.scalars(select(Criterion.id).where(*wanted)).one()


def total(flow: Flow, unit: str) -> Decimal:
    with reading() as session:
        return session.get_one(Assessment, flow.world.sheets[unit]).self_total


def to_second_appraisal(flow: Flow) -> None:
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    overridden = set()
    with reading() as session:
        for number in session.scalars(select(CampaignOverride.criterion_id)):
            overridden.add(session.get_one(Criterion, number).code)
    for code in FULL:
        if code not in overridden:
            flow.verdict("XM01", code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)


def test_an_override_of_an_open_campaign_needs_reason_and_paper_and_is_kept(database: Database, tmp_path: Path) -> None:
    """XM01 claims 5 at 1.4; the council gives the maximum, 5, to all: its own total loses the 5, and has it again."""
    flow = start(tmp_path)
    campaign, number, organiser, clock = flow.world.campaign, leaf(flow, "1.4"), flow.who("to_chuc"), flow.clock
    flow.fill("XM01", FULL)
    assert total(flow, "XM01") == Decimal(18)
    touched = touched_by(campaign, number, actor=organiser)
    assert (touched.units, touched.scored) == (("Xã mẫu 01", "Xã mẫu 02"), {"Xã mẫu 01": Decimal(5)})
    with pytest.raises(InputInvalid, match="document_missing"):
        set_override(campaign, number, "", Grounds("năm đầu"), actor=organiser, clock=clock)
    with pytest.raises(InputInvalid, match="override_above_maximum"):
        set_override(campaign, number, "5,5", BY, actor=organiser, clock=clock)
    with pytest.raises(Forbidden):
        set_override(campaign, number, "", BY, actor=flow.who("quan_tri"), clock=clock)
    set_override(campaign, number, "", BY, actor=organiser, clock=clock)
    line = sheet(flow.world.sheets["XM01"], actor=flow.who("can_bo_01"), clock=clock).line("1.4")
    assert (line.own, line.override, total(flow, "XM01")) == (False, Decimal(5), Decimal(13))
    with pytest.raises(Conflict, match="override_exists"):
        set_override(campaign, number, "1", BY, actor=organiser, clock=clock)
    withdraw_override(campaign, number, Grounds("nhập nhầm", "06/QĐ-HĐTĐ"), actor=organiser, clock=clock)
    assert total(flow, "XM01") == Decimal(18)
    kept = settings_view(campaign, actor=organiser).decisions
    assert [(each.old is None, each.new is None, each.document) for each in kept] == [
        (False, True, "06/QĐ-HĐTĐ"),
        (True, False, "05/QĐ-HĐTĐ"),
    ]
    # once a unit has sent without the leaf, the points stay; after the conclusion nothing of it changes
    set_override(campaign, number, "", BY, actor=organiser, clock=clock)
    to_second_appraisal(flow)
    with pytest.raises(Conflict, match="override_relied_upon"):
        withdraw_override(campaign, number, BY, actor=organiser, clock=flow.clock)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    with pytest.raises(Conflict, match="leaf_setting_after_conclusion"):
        set_override(campaign, leaf(flow, "1.1"), "", BY, actor=organiser, clock=flow.clock)


def test_a_criterion_not_yet_due_waits_for_the_council(database: Database, tmp_path: Path) -> None:
    """Định Hóa 2024, mục II: figures up to 20/11/2024, "được Hội đồng thẩm định đánh giá bổ sung"."""
    flow = start(tmp_path)
    campaign, organiser, secretary = flow.world.campaign, flow.who("to_chuc"), flow.who("thu_ky")
    stage, one = flow.world.stage, flow.world.sheets["XM01"]
    for code in ("1.5", "1.9"):
        number = leaf(flow, code)
        until = dt.date(2024, 11, 20)
        set_term(campaign, number, until, BY, not_yet_due=True, actor=organiser, clock=flow.clock)
    with pytest.raises(InputInvalid, match="term_of_others"):
        set_term(campaign, leaf(flow, "2.2"), None, BY, not_yet_due=True, actor=organiser, clock=flow.clock)
    flow.fill("XM01", FULL)
    view = sheet(one, actor=flow.who("can_bo_01"), clock=flow.clock)
    assert (view.terms["1.5"].cut_off, view.terms["1.5"].not_yet_due) == (dt.date(2024, 11, 20), True)
    assert view.line("1.5").own  # the unit scores it, with the figures there are
    flow.send("XM01")
    with pytest.raises(TransitionRefused, match="supplement_too_early"):
        enter_supplement(one, "1.5", {"percent": "90"}, "BB 02", actor=secretary, clock=flow.clock)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    waiting = hub(stage, actor=secretary, clock=flow.clock).waiting
    assert [(each.node.code, each.waiting) for each in waiting] == [("1.5", ("Xã mẫu 01",)), ("1.9", ("Xã mẫu 01",))]
    with pytest.raises(TransitionRefused, match="entered_points_complete"):
        flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    with pytest.raises(InputInvalid, match="council_minutes_missing"):
        enter_supplement(one, "1.5", {"percent": "90"}, " ", actor=secretary, clock=flow.clock)
    # 90 % of a maximum of 4, from 80 % on: 90 × 4/100 = 3,6
    given = enter_supplement(one, "1.5", {"percent": "90"}, "BB 02", actor=secretary, clock=flow.clock)
    assert given == Decimal("3.6")
    assert confirm_appraised(stage, "1.9", "BB 02", actor=secretary, clock=flow.clock) == 1  # as the agency: 1 of 1
    assert supplement_view(stage, "1.9", actor=secretary, clock=flow.clock).lines[0].given == Decimal(1)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    flow.group_to_published()
    # 18 − 4 + 3,6 = 17,6 by the unit's own criteria, 1 by the leader, 0,8 by the portal: 19,4 of 20 = 97 %
    shown = ranking(stage, actor=flow.who("can_bo_01"), clock=flow.clock)
    assert shown.results[0].row.index == Decimal("97.00")


def test_last_year_is_taken_from_our_publication_or_decided_with_its_source(database: Database, tmp_path: Path) -> None:
    """Published 2024: XM01 has 18 + 1 + 0,8 = 19,8 of 20, which is 99,00 %, and the first place."""
    flow = start(tmp_path)
    flow.fill("XM01", FULL)
    to_second_appraisal(flow)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    flow.group_to_published()
    organiser, clock = flow.who("to_chuc"), flow.clock
    with unit_of_work(actor=None, clock=clock) as work:
        session = work.session
        new = Unit(code="XM10", name="Xã mới", tier=UnitTier.COMMUNE, valid_from=dt.date(2025, 7, 1))
        session.add(new)
        session.flush()
        old = session.get_one(Unit, flow.world.units["XM01"])
        old.merged_into_id, old.valid_to = new.id, dt.date(2025, 7, 1)
        stage = session.get_one(GroupStage, flow.world.stage)
        group = PeerGroup(code="xa25", name="Xã 2025", units=[new, session.get_one(Unit, flow.world.units["XM02"])])
        session.add(group)
        made = Campaign(code="thu_2025", name="Chấm điểm thử 2025", year=2025)
        made.groups = [GroupStage(group=group, council=stage.council, criteria_set=stage.criteria_set)]
        session.add(made)
        session.flush()
        campaign, unit = made.id, new.id
    origin = Origin(flow.world.campaign, OwnFigure.POSITION)
    view = baselines_view(campaign, "", origin, actor=organiser)
    assert [(each.key, each.codes, each.known) for each in view.measures] == [("cchc_rank", ("1.8",), 0)]
    assert [each.campaign_id for each in view.earlier] == [flow.world.campaign]
    found = view.proposed[unit]
    assert [(each.value, each.own, each.from_unit) for each in found] == [(Decimal(1), False, "Xã mẫu 01")]
    assert "12/QĐ-UBND" in found[0].source
    assert "công bố lần 1" in found[0].source
    assert view.proposed[flow.world.units["XM02"]] == ()  # it sent nothing, so it was never ranked
    index = baselines_view(campaign, "", Origin(flow.world.campaign, OwnFigure.INDEX), actor=organiser)
    assert index.proposed[unit][0].value == Decimal("99.00")
    points = baselines_view(campaign, "", Origin(flow.world.campaign, OwnFigure.POINTS, "2.2"), actor=organiser)
    assert points.proposed[unit][0].value == Decimal("0.8")
    picked = {unit: flow.world.units["XM01"]}
    assert accept_proposals(campaign, "cchc_rank", origin, picked, "", actor=organiser, clock=clock) == 1
    lines = [
        Line(4, "XM02", {"value": "2", "source": "Quyết định 9/QĐ-UBND ngày 01/02/2025"}),
        Line(5, "XM10", {"value": "1,5", "source": "trung bình hai xã"}),
        Line(6, "XM99", {"value": "3", "source": "x"}),
    ]
    checked = check_baselines(campaign, "cchc_rank", lines, actor=organiser)
    assert [each.problem.code if each.problem else "" for each in checked] == [
        "",
        "rank_impossible",
        "line_unit_unknown",
    ]
    unsaid = check_baselines(campaign, "cchc_rank", [Line(1, "XM02", {"value": "2"})], actor=organiser)
    assert [each.problem.code for each in unsaid if each.problem] == ["baseline_source_missing"]
    enter_baselines(campaign, "cchc_rank", lines, "", only_good=True, actor=organiser, clock=clock)
    again = [Line(1, "XM10", {"value": "3", "source": "Hội đồng quyết định lấy theo xã đông dân hơn"})]
    enter_baselines(campaign, "cchc_rank", again, "", only_good=False, actor=organiser, clock=clock)
    with reading() as session:
        stored = {row.unit.code: row.value for row in session.scalars(select(Baseline).filter_by(campaign_id=campaign))}
        kept = session.scalars(select(BaselineRecord.value).filter_by(campaign_id=campaign, unit_id=unit)).all()
    assert stored == {"XM02": Decimal(2), "XM10": Decimal(3)}
    assert list(kept) == [Decimal(1), Decimal(3)]


def test_what_waits_for_a_second_verdict_is_not_confirmed(database: Database, tmp_path: Path) -> None:
    """1.5 was disagreed and answered: confirmed now, its second verdict would count for nothing."""
    flow = start(tmp_path)
    set_term(
        flow.world.campaign, leaf(flow, "1.5"), None, BY, not_yet_due=True, actor=flow.who("to_chuc"), clock=flow.clock
    )
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code, **({"claim": {"percent": "85"}, "reason": "x"} if code == "1.5" else {}))
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    reply(flow.world.sheets["XM01"], "1.5", "có thêm số liệu", actor=flow.who("can_bo_01"), clock=flow.clock)
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    secretary = flow.who("thu_ky")
    with pytest.raises(TransitionRefused, match="supplement_too_early"):
        confirm_appraised(flow.world.stage, "1.5", "BB 02", actor=secretary, clock=flow.clock)
    flow.verdict("XM01", "1.5", said=1)
    assert confirm_appraised(flow.world.stage, "1.5", "BB 02", actor=secretary, clock=flow.clock) == 1


def test_a_figure_of_the_year_before_a_unit_has_scored_by_stays(database: Database, tmp_path: Path) -> None:
    flow = start(tmp_path)
    claim = {"measures": {"cchc_rank": {"previous": None, "current": "3"}}}
    command = EnterSelfScore(flow.world.sheets["XM01"], "1.8", 0, claim=claim)
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)
    campaign, organiser = flow.world.campaign, flow.who("to_chuc")
    lines = [Line(number, code, {"value": "4", "source": "công bố lại"}) for number, code in ((1, "XM01"), (2, "XM02"))]
    checked = check_baselines(campaign, "cchc_rank", lines, actor=organiser)
    assert [each.problem.code if each.problem else "" for each in checked] == ["baseline_in_use", ""]
    with pytest.raises(InputInvalid, match="document_missing"):
        enter_baselines(campaign, "cchc_rank", lines, " ", only_good=True, actor=organiser, clock=flow.clock)
    enter_baselines(campaign, "cchc_rank", lines, "07/TB", only_good=True, actor=organiser, clock=flow.clock)
    with reading() as session:
        stored = {row.unit.code: row.value for row in session.scalars(select(Baseline))}
    assert stored == {"XM01": Decimal(5), "XM02": Decimal(4)}
