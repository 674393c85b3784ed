"""QĐ 1820/QĐ-UBND, Quảng Trị 2024, clause by clause: two tiers, 25/11, two days, a second round by the council.

The tests play one campaign on, in the order of the year. Sở mẫu 01 ends at exactly 80 %, the lower bound of "Tốt".

| unit | own leaves | lost by the unit itself | first round | council | others enter | points |
|---|---|---|---|---|---|---|
| Sở Nội vụ | 86 − 4 (2.1 does not apply) | – | – | – | 3.5: 6; 3.6: 3,14; 5.5: 3,7333 | 94,8733 of 96 |
| Sở mẫu 01 | 86 | 0,5 + 3 + 0,8 + 1,5 + 1,5 + 3,5 = 10,8 | – | – | 2,4; 0; 2,4 | 80 |
| Xã mẫu 01 | 80 | 0,5 + 0,25 (0,125 after the update) | 7.2.1: 5 → 3 | 4 | 5,52; 8; 4 | 79,375 − 1 + 17,52 = 95,895 |
| Xã mẫu 02 | 80 | 5 + 5 + 2 + 3 + 1 + 2 = 18 | – | – | 1,2; 2; 2,4 | 62 + 5,6 = 67,6 |

| unit | bonus | penalty | index |
|---|---|---|---|
| Sở Nội vụ | 4.1b: 1 | – | 95,8733 / 96 = 99,868… → 99,87 Tốt |
| Sở mẫu 01 | 4.1a: 1 | 4.2c, found twice: 1 | (80 + 1 − 1) / 100 = 80 Tốt |
| Xã mẫu 01 | – | – | 95,895 → 95,9 Tốt |
| Xã mẫu 02 | – | 4.2a, 31 of 100: 1 | (67,6 − 1) / 100 = 66,6 Trung bình |
| Sở Nội vụ, edition 2 | 1 | – | (94,8733 − 22 + 1) / 96 = 76,951… → 76,95 Khá, behind Sở mẫu 01 |
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from app.db.campaigns import Campaign
from app.db.session import reading
from app.domain.editions import PositionsAfter
from app.domain.errors import ClaimInvalid, DomainError, Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.scoring import LeafPresence
from app.domain.submission import Severity
from app.domain.terms import AdjustmentKind, GroupAction, LeafStanding, PhaseKind, RecheckStatus, UnitAction
from app.services.adjustments import adjustments_view
from app.services.agency_evidence import agency_evidence_of
from app.services.appraisal import case_view
from app.services.desk import desk
from app.services.editions import editions
from app.services.exemptions import exemptions_view
from app.services.explanations import answer_sheet
from app.services.group_acts import preview
from app.services.public_results import public_ranking, public_rankings
from app.services.publication import published_paper
from app.services.rechecks import rechecks_of_sheet
from app.services.report_review import report_review
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import sheet
from app.services.submissions import review_sheet
from app.services.unit_notice import unit_notice
from app.services.unit_reports import report_view
from tests.scenarios import quang_tri as qt
from tests.scenarios.play import Played, instant, start


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    """The campaign on the day its decision takes effect (Điều 3 of the decision: from the day it is signed)."""
    return start("quang_tri_2024", house, at="2024-07-24 08:00", organiser="to_chuc_qt")


def test_dieu_3_seven_fields_for_the_province_eight_for_district_and_commune_of_100_points(year: Played) -> None:
    """“7 lĩnh vực … đối với cấp tỉnh; và 8 lĩnh vực … đối với cấp huyện và cấp xã … Tổng điểm tối đa … là 100 điểm.”"""
    for unit, fields in ((qt.SNV, 7), ("QT_H01", 8), (qt.X01, 8)):
        roots = year.trees[unit].roots
        assert len(roots) == fields
        assert sum(root.maximum for root in roots) == 100


def test_dieu_11_the_dates_of_the_year_are_those_of_the_decision(year: Played) -> None:
    """“25/11”; “từ ngày 15/12 của năm trước … đến 15/11”; “31/12”; Điều 6.4 “15/01”: each day counts to its end."""
    with reading() as session:
        phases = {phase.kind: phase for phase in session.get_one(Campaign, year.campaign_id).phases}
        assert phases[PhaseKind.DATA_CUTOFF].opens_at == instant("2023-12-15 00:00")
        closes = {kind: phase.closes_at for kind, phase in phases.items() if not phase.sample}
    assert closes == {kind: instant(day) for kind, day in qt.CLOSES.items()}


def test_dieu_6_1_b_the_report_says_total_what_does_not_apply_difficulties_and_is_approved_by_the_head(
    year: Played,
) -> None:
    """“Tổng số điểm tự chấm; số điểm được trừ vào tổng số điểm tối đa (… ghi rõ các tiêu chí …)”; the head approves."""
    qt.reported(year)
    (line,) = report_view(year.sheets[qt.SNV], actor=year.who("dau_moi_qt_snv"), clock=year.clock).versions
    assert (line.total, line.exemptions, line.difficulties) == (Decimal(82), ("2.1",), "Thiếu người phụ trách")
    assert line.approved_by == "Thủ trưởng – Sở Nội vụ tỉnh Quảng Trị"
    with pytest.raises(DomainError, match="role_missing"):
        year.act(qt.S01, UnitAction.APPROVE_BY_UNIT, "dau_moi")


def test_dieu_6_1_c_the_sheet_is_compared_with_the_approved_report(year: Played) -> None:
    """Xã mẫu 01 enters 79,25, its report says 79,5: 0,25 apart, said why; the others agree to the point."""
    qt.scored(year)
    shown = {}
    for unit in qt.REPORTED:
        beside = report_review(year.sheets[unit], actor=year.who(f"dau_moi_{unit.lower()}"), clock=year.clock)
        assert beside.comparison is not None
        shown[unit] = (beside.comparison.sheet, beside.comparison.difference, len(beside.explained))
    agree = {qt.SNV: (82, 0, 0), qt.S01: (Decimal("75.2"), 0, 0), qt.X02: (62, 0, 0)}
    assert shown == agree | {qt.X01: (Decimal("79.25"), Decimal("-0.25"), 1)}


def test_dieu_5_buoc_1_a_unit_scores_in_the_portal_itself_and_only_its_own_sheet(year: Played) -> None:
    qt.scored(year)
    foreign = EnterSelfScore(year.sheets[qt.X01], "1.1.1", 0, claim={"option": "1"})
    with pytest.raises(NotFound):
        enter(foreign, actor=year.who("tong_hop_qt_h01_x02"), clock=year.clock)
    with pytest.raises(Forbidden, match="leaf_not_assigned"):  # cán bộ 01 answers for field I alone
        year.score(qt.X01, "2.1", {"numerator": "1", "denominator": "1"}, by="can_bo_01")


def test_dieu_6_1_a_no_self_score_is_above_the_standard(year: Played) -> None:
    """“Điểm tự chấm không vượt quá điểm chuẩn quy định.” 110 % (8.3) earn 3 of 3; typed points are refused."""
    qt.scored(year)
    with pytest.raises(ClaimInvalid, match="points_above_maximum"):
        year.score(qt.S01, "2.4", {"points": "2.5"})


def test_dieu_3_a_task_a_unit_does_not_have_shrinks_its_maximum_and_both_totals_are_shown(year: Played) -> None:
    """“… một số cơ quan, đơn vị không có một số nhiệm vụ … nên tổng số điểm tối đa … nhỏ hơn tổng điểm tối đa.”"""
    qt.scored(year)
    shown = exemptions_view(year.sheets[qt.SNV], actor=year.who("dau_moi_qt_snv"), clock=year.clock)
    assert (shown.maximum, shown.attainable) == (Decimal(100), Decimal(96))
    (line,) = shown.lines
    assert (line.node.code, line.document) == ("2.1", "02/BB-HĐTĐ")  # Điều 8.1: the chair heads this sở
    assert line.decided_by == "Phó Chủ tịch Hội đồng thẩm định – Phó Chánh Văn phòng UBND tỉnh"


def test_dieu_4_1_b_ten_articles_earn_the_bonus_nine_do_not(year: Played) -> None:
    """“Có từ 10 tin, bài/năm …: 01 điểm.” A unit asks for bonuses alone; what lowers others it cannot propose."""
    qt.scored(year)
    with pytest.raises(InputInvalid, match="item_gives_nothing"):
        year.propose(qt.S01, "4.1b", "dau_moi_qt_s01", count="9")
    with pytest.raises(InputInvalid, match="penalty_by_unit"):
        year.propose(qt.S01, "4.2b", "dau_moi_qt_s01")
    with pytest.raises(InputInvalid, match="item_gives_nothing"):  # 4.2a: “trên 30%”, and 30 of 100 are not
        year.propose(qt.X02, "4.2a", qt.DISTRICT, numerator="30", denominator="100")
    sums = adjustments_view(year.sheets[qt.SNV], actor=year.who("dau_moi_qt_snv"), clock=year.clock).sums
    assert (sums.bonus, sums.penalty) == (Decimal(1), Decimal(0))


def test_dieu_6_1_b_nothing_is_sent_that_the_head_has_not_approved(year: Played) -> None:
    """Neither a sheet without approval, nor one whose report nobody approved: that one is no report."""
    qt.scored(year)
    if "sent" not in year.steps:
        with pytest.raises(TransitionRefused):
            year.send(qt.SNV)
        found = review_sheet(year.sheets[qt.S01], actor=year.who("dau_moi_qt_s01"), clock=year.clock).findings
        assert ("report_not_approved", Severity.ERROR) in {(each.code, each.severity) for each in found}
    qt.sent(year)


def test_dieu_11_a_the_lock_falls_when_the_25th_of_november_is_over(year: Played) -> None:
    """Xã mẫu 01 sends in the last second of 25/11; Xã mẫu 03 comes one second later and is locked out."""
    qt.sent(year)
    year.at("2024-11-26 00:00:00")
    with pytest.raises(DomainError, match=r"deadline_passed|can_write"):
        year.score(qt.X03, "1.1.1", {"option": "1"})
    with pytest.raises(DomainError):
        year.act(qt.X03, UnitAction.REQUEST_APPROVAL, "tong_hop")


def test_dieu_5_buoc_2_members_appraise_the_fields_given_to_them(year: Played) -> None:
    """Each agency the fields it was given; Sở Nội vụ never its own sheet, which goes to Văn phòng UBND tỉnh."""
    qt.appraised(year)
    fields: dict[str, set[str]] = {}
    for agency in ("snv", "vpub", "stp", "stc", "stttt"):
        for leaf in desk(actor=year.who(f"tham_dinh_qt_{agency}"), clock=year.clock):
            if leaf.assessment_id == year.sheets[qt.SNV]:
                fields.setdefault(agency, set()).add(leaf.node.code.split(".")[0])
    assert fields == {"vpub": {"1", "3", "4", "5"}, "stp": {"2"}, "stc": {"6"}, "stttt": {"7"}}


def test_dieu_6_2_each_tier_is_appraised_before_its_own_council(year: Played) -> None:
    """Province's people see nothing of the communes' sheets, a district's nothing of the departments'."""
    qt.appraised(year)
    with pytest.raises(NotFound):
        preview(year.stages[qt.XA], actor=year.who(qt.PROVINCE), clock=year.clock)
    with pytest.raises(NotFound):
        preview(year.stages[qt.SO], actor=year.who(qt.DISTRICT), clock=year.clock)
    with pytest.raises(NotFound):
        case_view(year.sheets[qt.X01], "1.1.1", actor=year.who("tham_dinh_qt_snv"), clock=year.clock)


def test_dieu_10_3_b_an_agency_supplies_what_it_found_itself(year: Played) -> None:
    """“Cung cấp tài liệu nhằm chứng minh …; công nhận hoặc không công nhận điểm tự chấm”: read from the release on."""
    qt.appraised(year)
    unit = year.who("tong_hop_qt_h01_x01")
    assert agency_evidence_of(year.sheets[qt.X01], actor=unit, clock=year.clock) == []
    qt.released(year)
    (found,) = agency_evidence_of(year.sheets[qt.X01], actor=unit, clock=year.clock)
    assert (found.code, found.system) == ("7.2.1", "Hệ thống thông tin giải quyết TTHC")
    assert found.finding == "60 trong 100 hồ sơ trực tuyến"


def test_dieu_11_d_what_an_agency_asks_for_comes_within_02_days_of_the_request(year: Played) -> None:
    """Asked on 26/11: to 17:00 of 28/11. Xã mẫu 02 answers a second before; its agency then agrees."""
    qt.supplied(year)
    shown = case_view(year.sheets[qt.X02], "6.4", actor=year.who("tham_dinh_qt_h01_ptckh"), clock=year.clock)
    assert shown.verdicts[0].due_at == instant("2024-11-28 17:00")
    assert (shown.state.standing, [each.sent for each in shown.replies]) == (LeafStanding.AGREED, [True])


def test_dieu_11_a_figures_are_updated_a_second_time_up_to_the_14th_of_december(year: Played) -> None:
    """“… và cập nhật bổ sung số liệu (lần 2) đến ngày 14/12”: after the lock, under a receipt of its own."""
    qt.updated(year)
    shown = sheet(year.sheets[qt.X01], actor=year.who("tong_hop_qt_h01_x01"), clock=year.clock)
    assert [receipt.number for receipt in shown.receipts] == [1, 2]
    assert shown.line("3.2.2").points == Decimal("4.875")
    year.at("2024-12-15 00:00:00")
    with pytest.raises(Forbidden, match="deadline_passed"):
        year.score(qt.X01, "3.2.2", {"numerator": "200", "denominator": "200"}, version=2)


def test_dieu_5_buoc_3_the_secretariat_sends_the_result_to_each_unit(year: Played) -> None:
    """After the release Xã mẫu 01 reads what was taken and why."""
    qt.released(year)
    shown = answer_sheet(year.sheets[qt.X01], actor=year.who("tong_hop_qt_h01_x01"), clock=year.clock)
    (leaf,) = shown.leaves
    assert (leaf.node.code, leaf.claimed, leaf.verdict.points) == ("7.2.1", Decimal(5), Decimal(3))
    assert leaf.verdict.reason == "Theo Hệ thống thông tin giải quyết TTHC"


def test_dieu_11_d_supplements_come_within_02_days(year: Played) -> None:
    """“trong vòng 02 ngày sau khi có văn bản yêu cầu”: written on 16/12, sent out on 17/12, over on 18/12 at 17:00."""
    qt.released(year)
    shown = answer_sheet(year.sheets[qt.X01], actor=year.who("tong_hop_qt_h01_x01"), clock=year.clock)
    assert shown.due_at == instant("2024-12-18 17:00")
    qt.heard(year)
    year.at("2024-12-18 17:00:00")
    with pytest.raises(DomainError):
        year.explain(qt.X02, {"7.1": "Đề nghị tính lại"})


def test_dieu_5_buoc_4_a_unit_explains_what_it_does_not_agree_with(year: Played) -> None:
    qt.heard(year)
    (said,) = case_view(year.sheets[qt.X01], "7.2.1", actor=year.who(qt.PVHTT), clock=year.clock).replies
    assert (said.text, said.sent) == ("Hệ thống đếm thiếu 20 hồ sơ tiếp nhận trực tuyến", True)


def test_dieu_10_3_c_a_recheck_on_site_at_the_wish_of_the_unit(year: Played) -> None:
    """“Tổ chức kiểm tra, phúc tra thực tế tại cơ quan, đơn vị khi cần thiết hoặc theo đề nghị của cơ quan, đơn vị”."""
    qt.heard(year)
    (found,) = rechecks_of_sheet(year.sheets[qt.X01], actor=year.who("thu_truong_qt_h01_x01"), clock=year.clock)
    assert (found.code, found.status, found.planned_on) == ("7.2.1", RecheckStatus.RECORDED, dt.date(2024, 12, 19))
    assert (found.minutes_number, found.finding) == ("05/BB-KT", "80 trong 100 hồ sơ")


def test_dieu_5_buoc_5_the_council_considers_what_was_contested(year: Played) -> None:
    """The second verdict is the council's, recorded in its minutes; the agency that spoke first has no second."""
    qt.heard(year)
    if "published" not in year.steps:
        year.at("2024-12-23 08:00")
        other = {"numerator": "70", "denominator": "100"}
        with pytest.raises((Forbidden, TransitionRefused)):
            year.verdict(qt.X01, "7.2.1", qt.PVHTT, other, "vì")
        with pytest.raises(InputInvalid, match="minutes_missing"):
            year.verdict(qt.X01, "7.2.1", qt.DISTRICT, other, "vì")
    qt.published(year)
    shown = case_view(year.sheets[qt.X01], "7.2.1", actor=year.who(qt.DISTRICT), clock=year.clock)
    said = [(line.round, line.points, line.minutes) for line in shown.verdicts]
    assert said == [(1, Decimal(3), None), (2, Decimal(4), qt.MINUTES)]


def test_dieu_4_2_c_costs_one_point_a_year_however_often_it_is_found(year: Played) -> None:
    """“… chèn số … hoặc trùng số hoặc ngày … không trùng khớp: 01 điểm”: two findings on Sở mẫu 01, 1 point."""
    qt.published(year)
    sums = adjustments_view(year.sheets[qt.S01], actor=year.who(qt.PROVINCE), clock=year.clock).sums
    assert [(each.code, each.found, int(each.points)) for each in sums.items] == [("4.1a", 1, 1), ("4.2c", 2, 1)]
    assert (sums.bonus, sums.penalty) == (Decimal(1), Decimal(1))


def test_dieu_6_3_the_index_and_its_classes(year: Played) -> None:
    """“Xếp loại tốt: từ 80% trở lên …; khá: từ 70% đến dưới 80%; trung bình: từ 60% đến dưới 70%; thấp: dưới 60%.”

    A unit that never scored has neither points nor place: “chưa chấm” is not 0.
    """
    qt.published(year)
    so = year.table(qt.SO, qt.PROVINCE)
    assert so[qt.SNV] == ("94.8733", "96", "99.87", "Tốt", 1)
    assert so[qt.S01] == ("80", "100", "80", "Tốt", 2)
    assert sum(line[4] is None for line in so.values()) == 6
    xa = year.table(qt.XA, qt.DISTRICT)
    assert xa[qt.X01] == ("95.895", "100", "95.9", "Tốt", 1)
    assert xa[qt.X02] == ("67.6", "100", "66.6", "Trung bình", 2)
    assert xa[qt.X03][2:] == ("", "", None)


def test_dieu_6_4_each_authority_publishes_its_own_tier(year: Played) -> None:
    """“Chủ tịch UBND tỉnh công bố … Chủ tịch UBND cấp huyện công bố”: neither approves for the other; both verify."""
    qt.published(year)
    with pytest.raises((NotFound, Forbidden)):
        year.group(qt.SO, GroupAction.APPROVE, "phe_duyet_h01_qt")
    assert qt.verified(year) == (2, [])


def test_dieu_11_e_the_results_are_approved_before_the_31st_of_december_is_over(year: Played) -> None:
    """“… trình UBND tỉnh xem xét, phê duyệt kết quả chậm nhất vào ngày 31/12 hàng năm.”"""
    qt.published(year)
    for group, reader in ((qt.SO, qt.PROVINCE), (qt.XA, qt.DISTRICT)):
        first = editions(year.stages[group], actor=year.who(reader)).editions[-1]
        assert first.decided_on == dt.date(2024, 12, 27)
        assert first.at < instant("2025-01-01 00:00")


def test_dieu_2_3_published_results_are_read_by_everybody(year: Played) -> None:
    qt.published(year)
    assert {each.group_stage_id for each in public_rankings()} == {year.stages[qt.SO], year.stages[qt.XA]}
    shown = {each.unit_code: each.row.position for each in public_ranking(year.stages[qt.XA], clock=year.clock).results}
    assert (shown[qt.X01], shown[qt.X02], shown[qt.X03]) == (1, 2, None)


def test_dieu_5_buoc_7_a_unit_is_told_every_point_it_lost(year: Played) -> None:
    """“Thông báo kết quả chi tiết đến từng cơ quan, đơn vị”: 0,5 + 0,125 + 0,48 + 1 + 2 = 4,105 lost of 100."""
    qt.published(year)
    shown = qt.notice(year, qt.X01, qt.XA)
    lost = {each.code: f"{each.lost.normalize():f}" for each in shown.losses}
    assert lost == {"1.1.1": "0.5", "3.2.2": "0.125", "3.4": "0.48", "7.2.1": "1", "8.1": "2"}
    contested = next(each for each in shown.losses if each.code == "7.2.1")
    assert (contested.claimed, contested.points, contested.round) == (Decimal(5), Decimal(4), 2)
    assert contested.reason == "Hội đồng xem xét tại phiên họp"
    assert (shown.obtained, shown.index) == (Decimal("95.895"), Decimal("95.9"))
    assert (shown.grade, shown.decision_number) == ("Tốt", "812/QĐ-UBND")
    with pytest.raises(NotFound):
        unit_notice(year.stages[qt.XA], year.sheets[qt.X01], actor=year.who("dau_moi_qt_h01_x02"), clock=year.clock)


def test_dieu_3_three_kinds_of_nothing_are_told_apart_in_the_notice(year: Played) -> None:
    """2.1 of Sở Nội vụ does not apply, 2.1 of Xã mẫu 01 did not arise (2 of 2), 3.2.2 of Xã mẫu 02 is 0."""
    qt.published(year)
    spared, arose = qt.notice(year, qt.SNV, qt.SO, edition=1), qt.notice(year, qt.X01, qt.XA)
    (none,) = spared.others
    assert (none.code, none.presence, none.document) == ("2.1", LeafPresence.NOT_APPLICABLE, "02/BB-HĐTĐ")
    assert (spared.obtained, spared.attainable, spared.bonus) == (Decimal("94.8733"), Decimal(96), Decimal(1))
    assert [(each.kind, each.points) for each in spared.items] == [(AdjustmentKind.BONUS, Decimal(1))]
    (none,) = arose.others
    assert (none.code, none.presence, none.points) == ("2.1", LeafPresence.NOTHING_AROSE, Decimal(2))
    zero = next(each for each in qt.notice(year, qt.X02, qt.XA).losses if each.code == "3.2.2")
    assert (zero.points, zero.lost) == (Decimal(0), Decimal(5))
    with pytest.raises(NotFound):
        qt.notice(year, qt.X03, qt.XA)


def test_dieu_6_4_the_communes_results_are_reported_to_the_province_by_the_15th_of_january(year: Played) -> None:
    """“… báo cáo kết quả gửi UBND tỉnh (qua Sở Nội vụ) chậm nhất ngày 15/01”: read there, never examined again."""
    qt.published(year)
    (number, h01), (_, h02) = qt.council("QT_HDTD_H01"), qt.council("QT_HDTD_H02")
    year.at("2025-01-10 08:00")
    qt.report_upward(year, number, "05/BC-UBND")
    line = qt.upward(year, qt.PROVINCE)[h01]
    told = (line.number, line.reported_on, line.late, line.may_report)
    assert told == ("05/BC-UBND", dt.date(2025, 1, 10), False, False)
    assert [each.publication.number for each in line.groups if each.publication] == ["812/QĐ-UBND"]
    with pytest.raises(NotFound):
        preview(year.stages[qt.XA], actor=year.who(qt.PROVINCE), clock=year.clock)
    with pytest.raises(NotFound):
        case_view(year.sheets[qt.X01], "7.2.1", actor=year.who(qt.PROVINCE), clock=year.clock)
    year.at("2025-01-15 23:59:59")
    assert not qt.upward(year, qt.PROVINCE)[h02].late
    year.at("2025-01-16 00:00:00")
    assert qt.upward(year, qt.PROVINCE)[h02].late
    qt.report_upward(year, number, "06/BC-UBND")  # once more, dated 16/01: the first was in time
    assert not qt.upward(year, qt.PROVINCE)[h01].late


def test_dieu_7_a_result_is_annulled_by_the_authority_that_approved_it(year: Played) -> None:
    """“… sau đó phát hiện có khuyết điểm … thì hủy bỏ kết quả”: the others' positions have to be decided on, too."""
    qt.published(year)
    year.at("2025-03-03 08:00")
    with pytest.raises(InputInvalid, match="positions_unanswered"):
        qt.annul_snv(year, None)
    qt.annulled(year)
    so = year.table(qt.SO, qt.PROVINCE)
    assert so[qt.SNV][2:] == ("", "", None)
    assert so[qt.S01][2:] == ("80", "Tốt", 2)
    assert qt.notice(year, qt.SNV, qt.SO).annulled
    (line,) = editions(year.stages[qt.SO], actor=year.who(qt.PROVINCE)).editions[-1].annulments
    assert (line.number, line.positions) == ("410/QĐ-UBND", PositionsAfter.RECOMPUTED)


def test_dieu_7_and_the_unit_is_classed_anew_in_an_edition_that_supersedes_the_first(year: Played) -> None:
    """“… và xếp loại lại”: 22 points less, Khá, behind Sở mẫu 01, which moves up; both editions are kept and verify."""
    qt.classed_again(year)
    so = year.table(qt.SO, qt.PROVINCE)
    assert so[qt.SNV] == ("72.8733", "96", "76.95", "Khá", 2)
    assert so[qt.S01] == ("80", "100", "80", "Tốt", 1)
    first, second = qt.notice(year, qt.SNV, qt.SO, edition=1), qt.notice(year, qt.SNV, qt.SO)
    assert (first.annulled, first.index, first.grade) == (True, Decimal("99.87"), "Tốt")
    assert (second.annulled, second.index, second.grade, second.edition) == (False, Decimal("76.95"), "Khá", 2)
    assert sum(each.lost for each in second.losses) == Decimal("23.1267")  # 22 + 0,86 + 0,2667
    reader = year.who(qt.PROVINCE)
    for edition in (1, 2):
        with published_paper(year.stages[qt.SO], store=year.blobs, actor=reader, edition=edition) as paper:
            assert paper.read(5) == b"%PDF-"
    assert qt.verified(year) == (2, [])
