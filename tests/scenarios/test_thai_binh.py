"""Sở Nội vụ Thái Bình 2023, word by word: a report approved on paper, four steps to “Gửi đi”, two tiers of councils.

The tests play one campaign on, in the order of the paper. Dates and classes are the seed's samples.

| unit | own leaves | lost by the unit itself | first round | second round | others enter | ends with |
|---|---|---|---|---|---|---|
| Sở Nội vụ | 86 | 7.6: 1 (first year) | – | – | 3.5: 6; 3.6: 4; 5.5: 4 | 85 + 14 = 99 |
| Huyện mẫu 01 | 82 | 7.6: 1 (first year) | 2.2: 2 → 1 | no reply | 3.5: 3,14; 8.1: 8; 8.2: 2,4 | 80 + 13,54 = 93,54 |
| Xã mẫu 01 of Huyện mẫu 01 | 80 | – | 3.2.2: 5 → 4,75 | 4,975 | 3.4: 5,52; 8.1: 2; 8.2: 0,8 | 79,975 + 8,32 = 88,295 |
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import DomainError, NotFound
from app.domain.submission import Severity
from app.domain.terms import GroupAction
from app.services.desk import desk
from app.services.group_acts import preview
from app.services.submissions import review_sheet
from tests.scenarios.play import Claim, Played, start

SNV, HUYEN, XA = "TB_SNV", "TB_H01", "TB_H01_X01"
#: unit, its group, the secretariat of its council, the appraiser of its fields
ROADS = (
    (SNV, "tb_so", "thu_ky_tb", "tham_dinh_tb_s01"),
    (HUYEN, "tb_huyen", "thu_ky_tb", "tham_dinh_tb_snv"),
    (XA, "tb_xa_h01", "thu_ky_h01_tb", "tham_dinh_tb_h01_pnv"),
)
CORRECTED: dict[str, dict[str, tuple[Claim, str]]] = {
    SNV: {},
    HUYEN: {"2.2": ({"numerator": "7", "denominator": "10"}, "Còn 03 văn bản chưa xử lý")},
    XA: {"3.2.2": ({"numerator": "190", "denominator": "200"}, "Theo Hệ thống thông tin giải quyết TTHC")},
}
ENTERED: dict[str, dict[str, Claim]] = {
    SNV: {"3.5": {"tally": {"5": "10"}}, "3.6": {"value": "100"}, "5.5": {"tally": {"5": "3"}}},
    HUYEN: {"3.5": {"value": "78.5"}, "8.1": {"tally": {"3": "1", "4": "1", "5": "1"}}, "8.2": {"tally": {"3": "3"}}},
    XA: {"3.4": {"tally": {"4": "2", "5": "3"}}, "8.1": {"tally": {"1": "5"}}, "8.2": {"tally": {"1": "3"}}},
}


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    return start("thai_binh_2023", house, at="2023-11-30 08:00", organiser="to_chuc_tb")


def scored(year: Played) -> Played:
    """Bước 2: every leaf with a figure and an explanation; no document is attached."""
    if year.once("scored"):
        year.at("2023-12-08 08:00")
        for unit, *_ in ROADS:
            year.fill(unit, {})
    return year


def sent(year: Played) -> Played:
    if scored(year).once("sent"):
        year.at("2023-12-15 16:59:59")
        for unit, *_ in ROADS:
            year.send(unit)
    return year


def appraised(year: Played) -> Played:
    if sent(year).once("appraised"):
        year.at("2023-12-15 17:00:00")
        for unit, group, secretary, agency in ROADS:
            year.group(group, GroupAction.OPEN_FIRST_APPRAISAL, secretary)
            year.appraise(unit, agency, CORRECTED[unit])
    return year


def published(year: Played) -> Played:
    """Xã mẫu 01 answers and is heard; Huyện mẫu 01 says nothing and keeps what the first round gave."""
    if appraised(year).once("published"):
        year.at("2024-01-05 17:00")
        for _, group, secretary, _ in ROADS:
            year.group(group, GroupAction.RELEASE_FIRST_RESULTS, secretary)
        year.at("2024-01-08 08:00")
        year.explain(XA, {"3.2.2": "199 trong 200 hồ sơ đúng hạn, kèm danh sách"})
        year.at("2024-01-12 17:00")
        for unit, group, secretary, _ in ROADS:
            year.entered(unit, ENTERED[unit], secretary)
            year.group(group, GroupAction.OPEN_SECOND_APPRAISAL, secretary)
        claim: Claim = {"numerator": "199", "denominator": "200"}
        year.verdict(XA, "3.2.2", "tham_dinh_tb_h01_pnv", claim, "Theo danh sách đã bổ sung")
        for group, secretary, place in (
            ("tb_so", "thu_ky_tb", "tb"),
            ("tb_huyen", "thu_ky_tb", "tb"),
            ("tb_xa_h01", "thu_ky_h01_tb", "h01_tb"),
        ):
            year.group(group, GroupAction.CONCLUDE, f"chu_tich_hoi_dong_{place}", document="01/BB-HĐTĐ")
            year.group(group, GroupAction.APPROVE, f"phe_duyet_{place}")
            assert year.published(group, secretary, "120/QĐ-UBND", "CHỦ TỊCH") == 1
    return year


def test_2_buoc_2_results_are_entered_for_each_criterion_with_document_or_explanation(year: Played) -> None:
    """“… đính kèm file tài liệu kiểm chứng hoặc giải trình”: without a document a note, nothing that blocks."""
    scored(year)
    found = review_sheet(year.sheets[XA], actor=year.who("tong_hop_tb_h01_x01"), clock=year.clock).findings
    assert {(each.code, each.severity) for each in found} == {("no_evidence", Severity.INFO)}
    assert len(found) == 35


def test_2_buoc_4_what_was_approved_on_paper_is_sent_without_a_second_approval(year: Played) -> None:
    """“Trên cơ sở báo cáo đã phê duyệt … nhấp chuột vào mục “Gửi đi””: the sheet goes from draft, with a receipt."""
    scored(year)
    if "sent" not in year.steps:
        year.at("2023-12-15 16:59:59")
        assert all(year.send(unit).code for unit, *_ in ROADS)
        year.once("sent")


def test_4_after_the_date_of_the_plan_the_portal_locks_itself(year: Played) -> None:
    """“Sau thời hạn quy định trong Kế hoạch, phần mềm sẽ tự động khóa.” 17:00:00 is too late."""
    sent(year)
    year.at("2023-12-15 17:00:00")
    with pytest.raises(DomainError):
        year.score("TB_S02", "1.1.1", {"option": "1"})
    with pytest.raises(DomainError):
        year.send("TB_S02")


def test_4_the_province_appraises_departments_and_districts_a_district_its_communes(year: Played) -> None:
    """Sở Nội vụ appraises Huyện mẫu 01 but not itself; the communes are read by their district's council alone."""
    appraised(year)
    seen = {leaf.unit for leaf in desk(actor=year.who("tham_dinh_tb_snv"), clock=year.clock)}
    assert seen == {"Huyện mẫu 01"}
    assert {leaf.unit for leaf in desk(actor=year.who("tham_dinh_tb_s01"), clock=year.clock)} == {
        "Sở Nội vụ tỉnh Thái Bình"
    }
    with pytest.raises(NotFound):
        preview(year.stages["tb_xa_h01"], actor=year.who("thu_ky_tb"), clock=year.clock)
    with pytest.raises(NotFound):
        preview(year.stages["tb_huyen"], actor=year.who("thu_ky_h01_tb"), clock=year.clock)
    with pytest.raises(NotFound):
        preview(year.stages["tb_xa_h01"], actor=year.who("thu_ky_h02_tb"), clock=year.clock)


def test_the_figures_come_out_as_worked_out_by_hand(year: Played) -> None:
    """Each tier is ranked by itself; a unit that never sent has neither index nor position."""
    published(year)
    so = year.table("tb_so", "thu_ky_tb")
    assert so[SNV] == ("99", "100", "99", "Tốt", 1)
    assert [so[unit][2:] for unit in ("TB_S01", "TB_S02", "TB_S03")] == [("", "", None)] * 3
    assert year.table("tb_huyen", "thu_ky_tb")[HUYEN] == ("93.54", "100", "93.54", "Tốt", 1)
    assert year.table("tb_xa_h01", "thu_ky_h01_tb")[XA] == ("88.295", "100", "88.3", "Tốt", 1)
