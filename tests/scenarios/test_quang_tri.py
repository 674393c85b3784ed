"""QĐ 1820/QĐ-UBND, Quảng Trị 2024, clause by clause: two tiers, 25/11, two days, a second round by the council.

The tests play one campaign on, in the order of the paper. Sở mẫu 01 ends at exactly 80 %, the lower bound of "Tốt".

| unit | own leaves | lost by the unit itself | first round | council | others enter | ends with |
|---|---|---|---|---|---|---|
| Sở Nội vụ | 86 | – | – | – | 3.5: 6; 3.6: 3,14; 5.5: 3,7333 | 98,8733 |
| Sở mẫu 01 | 86 | 0,5 + 3 + 0,8 + 1,5 + 1,5 + 3,5 = 10,8 | – | – | 2,4; 0; 2,4 | 80 |
| Xã mẫu 01 | 80 | 0,5 + 0,25 = 0,75 | 7.2.1: 5 → 3 | 4 | 5,52; 8; 4 | 79,25 − 1 + 17,52 = 95,77 |
| Xã mẫu 02 | 80 | 5 + 5 + 2 + 3 + 1 + 2 = 18 | – | – | 1,2; 2; 2,4 | 62 + 5,6 = 67,6 |
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.db.session import reading
from app.domain.errors import ClaimInvalid, DomainError, Forbidden, NotFound, TransitionRefused
from app.domain.terms import GroupAction, UnitAction
from app.services.appraisal import case_view
from app.services.desk import desk
from app.services.explanations import answer_sheet
from app.services.group_acts import preview
from app.services.self_scoring import EnterSelfScore, enter
from app.services.verification import verify_publications
from app.storage.local import LocalBlobs
from tests.scenarios.play import Played, instant, start

SNV, S01, X01, X02, X03 = "QT_SNV", "QT_S01", "QT_H01_X01", "QT_H01_X02", "QT_H01_X03"
SO, XA = "qt_so", "qt_xa_h01"
LOST = {
    SNV: {},
    S01: {
        "1.3.1": {"numerator": "2", "denominator": "10"},  # từ 20%: 0,5 of 1
        "1.6": {"numerator": "26", "denominator": "30"},  # dưới 90%: 0 of 3
        "2.1": {"numerator": "4", "denominator": "5"},  # 80% x 4: 3,2
        "2.4": {"points": "0.5"},  # 0,5 of 2
        "6.1": {"numerator": "85", "denominator": "100"},  # từ 85%: 1,5 of 3
        "7.2.1": {"numerator": "30", "denominator": "100"},  # 30% x 5: 1,5
    },
    X01: {
        "1.1.1": {"option": "2"},  # trong tháng 01: 0,5 of 1
        "3.2.2": {"numerator": "190", "denominator": "200"},  # 95% x 5: 4,75
        "8.3": {"numerator": "110", "denominator": "100"},  # never above the maximum: 3 of 3
    },
    X02: {
        "3.2.2": {"numerator": "189", "denominator": "200"},  # dưới 95%: 0 of 5
        "7.2.1": {"numerator": "29", "denominator": "100"},  # dưới 30%: 0 of 5
        "7.3": {"numerator": "59", "denominator": "100"},  # từ 40%: 1 of 3
        "7.1": {"numerator": "474", "denominator": "500"},  # dưới 95%: 0 of 3
        "5.1": {"options": ["1", "2"]},  # có trường hợp chậm thủ tục: 1 of 2
        "6.2": {"numerator": "79", "denominator": "100"},  # dưới 80%: 0 of 2
    },
}
ENTERED = {
    SNV: {"3.5": {"tally": {"5": "10"}}, "3.6": {"value": "78.5"}, "5.5": {"tally": {"4": "1", "5": "2"}}},
    S01: {
        "3.5": {"tally": {"1": "1", "2": "1", "3": "1"}},
        "3.6": {"value": "0"},
        "5.5": {"tally": {"3": "3"}},
    },
    X01: {
        "3.4": {"tally": {"4": "2", "5": "3"}},
        "8.1": {"tally": {"3": "1", "4": "1", "5": "1"}},
        "8.2": {"tally": {"5": "3"}},
    },
    X02: {"3.4": {"tally": {"1": "10"}}, "8.1": {"tally": {"1": "5"}}, "8.2": {"tally": {"3": "3"}}},
}
DISTRICT = ("pnv", "vp", "ptp", "ptckh", "pvhtt")


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    """The campaign on the day its decision takes effect (Điều 3 of the decision: from the day it is signed)."""
    return start("quang_tri_2024", house, at="2024-07-24 08:00", organiser="to_chuc_qt")


def scored(year: Played) -> Played:
    if year.once("scored"):
        year.at("2024-11-20 08:00")
        for unit in (SNV, S01, X01, X02):
            year.fill(unit, LOST[unit])
    return year


def sent(year: Played) -> Played:
    if scored(year).once("sent"):
        for unit in (SNV, S01, X02):
            year.approved(unit)
            year.send(unit)
        year.approved(X01)
        year.at("2024-11-25 23:59:59")
        year.send(X01)
    return year


def appraised(year: Played) -> Played:
    if sent(year).once("appraised"):
        year.at("2024-11-26 08:00")
        year.group(SO, GroupAction.OPEN_FIRST_APPRAISAL, "to_thu_ky_qt")
        year.group(XA, GroupAction.OPEN_FIRST_APPRAISAL, "thu_ky_h01_qt")
        for unit in (SNV, S01):
            for agency in ("snv", "vpub", "stp", "stc", "stttt"):
                year.appraise(unit, f"tham_dinh_qt_{agency}")
        corrected = {"7.2.1": ({"numerator": "60", "denominator": "100"}, "Theo Hệ thống thông tin giải quyết TTHC")}
        for agency in DISTRICT:
            year.appraise(X01, f"tham_dinh_qt_h01_{agency}", corrected)
            year.appraise(X02, f"tham_dinh_qt_h01_{agency}")
    return year


def released(year: Played) -> Played:
    if appraised(year).once("released"):
        year.at("2024-12-16 09:00")
        year.group(SO, GroupAction.RELEASE_FIRST_RESULTS, "to_thu_ky_qt")
        year.group(XA, GroupAction.RELEASE_FIRST_RESULTS, "thu_ky_h01_qt")
    return year


def heard(year: Played) -> Played:
    """Xã mẫu 01 explains on the second day; what others enter is complete; the second round is open."""
    if released(year).once("heard"):
        year.at("2024-12-18 16:59:59")
        year.explain(X01, {"7.2.1": "Hệ thống đếm thiếu 20 hồ sơ tiếp nhận trực tuyến"})
        year.at("2024-12-20 08:00")
        for unit, claims in ENTERED.items():
            year.entered(unit, claims, "to_thu_ky_qt" if unit in (SNV, S01) else "thu_ky_h01_qt")
        year.group(SO, GroupAction.OPEN_SECOND_APPRAISAL, "to_thu_ky_qt")
        year.group(XA, GroupAction.OPEN_SECOND_APPRAISAL, "thu_ky_h01_qt")
    return year


def published(year: Played) -> Played:
    if heard(year).once("published"):
        year.at("2024-12-27 08:00")
        claim, reason = {"numerator": "80", "denominator": "100"}, "Hội đồng xem xét tại phiên họp"
        year.verdict(X01, "7.2.1", "thu_ky_h01_qt", claim, reason)
        for group, chair, authority, secretary, number, signer in (
            (SO, "chu_tich_hoi_dong_qt", "phe_duyet_qt", "to_thu_ky_qt", "3201/QĐ-UBND", "CHỦ TỊCH UBND TỈNH"),
            (XA, "chu_tich_hoi_dong_h01_qt", "phe_duyet_h01_qt", "thu_ky_h01_qt", "812/QĐ-UBND", "CHỦ TỊCH UBND HUYỆN"),
        ):
            year.group(group, GroupAction.CONCLUDE, chair, document="01/BB-HĐTĐ")
            year.group(group, GroupAction.APPROVE, authority)
            assert year.published(group, secretary, number, signer) == 1
    return year


def test_dieu_3_seven_fields_for_the_province_eight_for_district_and_commune_of_100_points(year: Played) -> None:
    """“7 lĩnh vực … đối với cấp tỉnh; và 8 lĩnh vực … đối với cấp huyện và cấp xã … Tổng điểm tối đa … là 100 điểm.”"""
    for unit, fields in ((SNV, 7), ("QT_H01", 8), (X01, 8)):
        roots = year.trees[unit].roots
        assert len(roots) == fields
        assert sum(root.maximum for root in roots) == 100


def test_dieu_5_buoc_1_a_unit_scores_in_the_portal_itself_and_only_its_own_sheet(year: Played) -> None:
    scored(year)
    foreign = EnterSelfScore(year.sheets[X01], "1.1.1", 0, claim={"option": "1"})
    with pytest.raises(NotFound):
        enter(foreign, actor=year.who("tong_hop_qt_h01_x02"), clock=year.clock)
    with pytest.raises(Forbidden, match="leaf_not_assigned"):  # cán bộ 01 answers for field I alone
        year.score(X01, "2.1", {"numerator": "1", "denominator": "1"}, by="can_bo_01")


def test_dieu_6_1_a_no_self_score_is_above_the_standard(year: Played) -> None:
    """“Điểm tự chấm không vượt quá điểm chuẩn quy định.” 110 % (8.3) earn 3 of 3; typed points are refused."""
    scored(year)
    with pytest.raises(ClaimInvalid, match="points_above_maximum"):
        year.score(S01, "2.4", {"points": "2.5"})


def test_dieu_6_1_b_nothing_is_sent_that_the_head_has_not_approved(year: Played) -> None:
    scored(year)
    if "sent" not in year.steps:
        with pytest.raises(TransitionRefused):
            year.send(SNV)
    sent(year)


def test_dieu_11_a_the_lock_falls_when_the_25th_of_november_is_over(year: Played) -> None:
    """Xã mẫu 01 sends in the last second of 25/11; Xã mẫu 03 comes one second later and is locked out."""
    sent(year)
    year.at("2024-11-26 00:00:00")
    with pytest.raises(DomainError, match=r"deadline_passed|can_write"):
        year.score(X03, "1.1.1", {"option": "1"})
    with pytest.raises(DomainError):
        year.act(X03, UnitAction.REQUEST_APPROVAL, "tong_hop")


def test_dieu_5_buoc_2_members_appraise_the_fields_given_to_them(year: Played) -> None:
    """Each agency the fields it was given; Sở Nội vụ never its own sheet, which goes to Văn phòng UBND tỉnh."""
    appraised(year)
    fields: dict[str, set[str]] = {}
    for agency in ("snv", "vpub", "stp", "stc", "stttt"):
        for leaf in desk(actor=year.who(f"tham_dinh_qt_{agency}"), clock=year.clock):
            if leaf.assessment_id == year.sheets[SNV]:
                fields.setdefault(agency, set()).add(leaf.node.code.split(".")[0])
    assert fields == {"vpub": {"1", "3", "4", "5"}, "stp": {"2"}, "stc": {"6"}, "stttt": {"7"}}


def test_dieu_6_2_each_tier_is_appraised_before_its_own_council(year: Played) -> None:
    """Province's people see nothing of the communes' sheets, a district's nothing of the departments'."""
    appraised(year)
    with pytest.raises(NotFound):
        preview(year.stages[XA], actor=year.who("to_thu_ky_qt"), clock=year.clock)
    with pytest.raises(NotFound):
        preview(year.stages[SO], actor=year.who("thu_ky_h01_qt"), clock=year.clock)
    with pytest.raises(NotFound):
        case_view(year.sheets[X01], "1.1.1", actor=year.who("tham_dinh_qt_snv"), clock=year.clock)


def test_dieu_5_buoc_3_the_secretariat_sends_the_result_to_each_unit(year: Played) -> None:
    """Nothing is read before the release; after it Xã mẫu 01 reads what was taken and why, and until when."""
    if "released" not in appraised(year).steps:
        with pytest.raises(Forbidden, match="wrong_stage"):
            answer_sheet(year.sheets[X01], actor=year.who("tong_hop_qt_h01_x01"), clock=year.clock)
    released(year)
    shown = answer_sheet(year.sheets[X01], actor=year.who("tong_hop_qt_h01_x01"), clock=year.clock)
    (leaf,) = shown.leaves
    assert (leaf.node.code, leaf.claimed, leaf.verdict.points) == ("7.2.1", Decimal(5), Decimal(3))
    assert leaf.verdict.reason == "Theo Hệ thống thông tin giải quyết TTHC"


def test_dieu_11_d_supplements_come_within_02_days(year: Played) -> None:
    """Released on 16/12: the second day is 18/12, to 17:00."""
    released(year)
    shown = answer_sheet(year.sheets[X01], actor=year.who("tong_hop_qt_h01_x01"), clock=year.clock)
    assert shown.due_at == instant("2024-12-18 17:00")
    heard(year)
    year.at("2024-12-18 17:00:00")
    with pytest.raises(DomainError):
        year.explain(X02, {"7.1": "Đề nghị tính lại"})


def test_dieu_5_buoc_5_the_council_considers_what_was_contested(year: Played) -> None:
    """The second verdict is the council's, recorded by its secretariat; the agency that spoke first has no second."""
    heard(year)
    if "published" not in year.steps:
        year.at("2024-12-23 08:00")
        with pytest.raises((Forbidden, TransitionRefused)):
            year.verdict(X01, "7.2.1", "tham_dinh_qt_h01_pvhtt", {"numerator": "70", "denominator": "100"}, "vì")
    published(year)
    shown = case_view(year.sheets[X01], "7.2.1", actor=year.who("thu_ky_h01_qt"), clock=year.clock)
    assert [(line.round, line.points) for line in shown.verdicts] == [(1, Decimal(3)), (2, Decimal(4))]


def test_dieu_6_3_the_index_and_its_classes(year: Played) -> None:
    """“Xếp loại tốt: từ 80% trở lên …; khá: từ 70% đến dưới 80%; trung bình: từ 60% đến dưới 70%; thấp: dưới 60%.”"""
    published(year)
    so, xa = year.table(SO, "to_thu_ky_qt"), year.table(XA, "thu_ky_h01_qt")
    assert so[SNV] == ("98.8733", "100", "98.87", "Tốt", 1)
    assert so[S01] == ("80", "100", "80", "Tốt", 2)
    assert xa[X01] == ("95.77", "100", "95.77", "Tốt", 1)
    assert xa[X02] == ("67.6", "100", "67.6", "Trung bình", 2)
    assert xa[X03][2:] == ("", "", None)
    assert sum(line[4] is None for line in so.values()) == 6


def test_dieu_6_4_each_authority_publishes_its_own_tier(year: Played) -> None:
    """“Chủ tịch UBND tỉnh công bố … Chủ tịch UBND cấp huyện công bố”: neither approves for the other; both verify."""
    published(year)
    with pytest.raises((NotFound, Forbidden)):
        year.group(SO, GroupAction.APPROVE, "phe_duyet_h01_qt")
    with reading() as session:
        assert verify_publications(session, LocalBlobs(str(year.folder / "blobs")), year.now) == (2, [])
