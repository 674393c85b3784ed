"""Sở Nội vụ Thái Bình 2023, word by word: a report approved on paper, four steps to “Gửi đi”, two tiers of councils.

The tests play one campaign on, in the order of the paper. Dates and classes are the seed's samples.

| unit | own leaves | lost by the unit itself | first round | second round | others enter | ends with |
|---|---|---|---|---|---|---|
| Sở Nội vụ | 86 | 7.6: 1 (first year) | – | – | 3.5: 6; 3.6: 4; 5.5: 4 | 85 + 14 = 99 |
| Huyện mẫu 01 | 82 | 7.6: 1 (first year) | 2.2: 2 → 1 | no reply | 3.5: 3,14; 8.1: 8; 8.2: 2,4 | 80 + 13,54 = 93,54 |
| Xã mẫu 01 of Huyện mẫu 01 | 80 | – | 3.2.2: 5 → 4,75 | 4,975 | 3.4: 5,52; 8.1: 2; 8.2: 0,8 | 79,975 + 8,32 = 88,295 |
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.db.campaigns import Campaign
from app.db.session import reading
from app.domain.campaign import Policies
from app.domain.claims import PointsClaim
from app.domain.errors import DomainError, NotFound, TransitionRefused
from app.domain.submission import Severity, SheetLeaf, review
from app.domain.terms import Decision, GroupAction
from app.services.appraisal import case_view
from app.services.citations import citations
from app.services.desk import desk
from app.services.group_acts import preview
from app.services.report_review import report_review
from app.services.sheets import sheet
from app.services.submissions import review_sheet
from app.services.unit_reports import approve_report, explain_difference, report_view
from app.services.upward import reports
from app.services.verification import verify_publications
from tests.scenarios.play import Claim, Played, instant, start

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
#: asked for on Friday 29/12; nobody answers, the second round decides without
ASKED = {HUYEN: {"3.3.1": "Quyết định danh mục TTHC"}}
ENTERED: dict[str, dict[str, Claim]] = {
    SNV: {"3.5": {"tally": {"5": "10"}}, "3.6": {"value": "100"}, "5.5": {"tally": {"5": "3"}}},
    HUYEN: {"3.5": {"value": "78.5"}, "8.1": {"tally": {"3": "1", "4": "1", "5": "1"}}, "8.2": {"tally": {"3": "3"}}},
    XA: {"3.4": {"tally": {"4": "2", "5": "3"}}, "8.1": {"tally": {"1": "5"}}, "8.2": {"tally": {"1": "3"}}},
}


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    return start("thai_binh_2023", house, at="2023-11-30 08:00", organiser="to_chuc_tb")


def reported(year: Played) -> Played:
    """On paper first. Huyện mẫu 01 is late, and its report has half a point more than its sheet will have."""
    if year.once("reported"):
        year.at("2023-12-08 23:59:59")
        for unit, total in ((SNV, "85"), (XA, "80")):
            year.report(
                unit, total, "70/BC", difficulties="Phần mềm một cửa hay lỗi", proposals="Nâng cấp đường truyền"
            )
        year.approve_report(XA)
        year.at("2023-12-09 00:00:00")
        year.report(HUYEN, "81,5", "71/BC-UBND")
        year.approve_report(HUYEN)
    return year


def scored(year: Played) -> Played:
    """Bước 2: every leaf with a figure and an explanation; no document is attached."""
    if reported(year).once("scored"):
        year.at("2023-12-11 08:00")
        for unit, *_ in ROADS:
            year.fill(unit, {})
    return year


def sent(year: Played) -> Played:
    if scored(year).once("sent"):
        year.at("2023-12-15 16:59:59")
        year.approve_report(SNV)
        for unit, *_ in ROADS:
            year.send(unit)
    return year


def appraised(year: Played) -> Played:
    if sent(year).once("appraised"):
        year.at("2023-12-29 08:00:00")
        for unit, group, secretary, agency in ROADS:
            year.group(group, GroupAction.OPEN_FIRST_APPRAISAL, secretary)
            year.appraise(unit, agency, CORRECTED[unit], asked=ASKED.get(unit))
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
        year.verdict(HUYEN, "3.3.1", "tham_dinh_tb_snv")
        for group, secretary, place in (
            ("tb_so", "thu_ky_tb", "tb"),
            ("tb_huyen", "thu_ky_tb", "tb"),
            ("tb_xa_h01", "thu_ky_h01_tb", "h01_tb"),
        ):
            year.group(group, GroupAction.CONCLUDE, f"chu_tich_hoi_dong_{place}", document="01/BB-HĐTĐ")
            year.group(group, GroupAction.APPROVE, f"phe_duyet_{place}")
            assert year.published(group, secretary, "120/QĐ-UBND", "CHỦ TỊCH") == 1
    return year


def test_1_the_report_is_approved_on_paper_before_anything_is_entered(year: Played) -> None:
    """“Báo cáo … phải do lãnh đạo … phê duyệt”; difficulties and proposals stand in it; what comes late is marked."""
    reported(year)
    said = {}
    for unit, *_ in ROADS:
        (line,) = report_view(year.sheets[unit], actor=year.who(f"dau_moi_{unit.lower()}"), clock=year.clock).versions
        said[unit] = (line.approved_at is not None, line.late, line.difficulties)
    assert said == {
        SNV: (False, False, "Phần mềm một cửa hay lỗi"),
        HUYEN: (True, True, ""),
        XA: (True, False, "Phần mềm một cửa hay lỗi"),
    }
    with pytest.raises(DomainError):  # leaders alone approve
        approve_report(year.sheets[SNV], 1, actor=year.who("dau_moi_tb_snv"), clock=year.clock)


def test_1_an_amended_norm_applies_by_itself(year: Played) -> None:
    """“… được sửa đổi, bổ sung hoặc thay thế bằng một văn bản khác thì được áp dụng theo … văn bản sửa đổi”."""
    for unit, code in ((SNV, "3.3.1"), (HUYEN, "3.3.1"), (XA, "3.2.1")):
        (cited,) = citations(year.sheets[unit])[code]
        assert (cited.printed, cited.in_force.number) == ("Nghị định số 61/2018/NĐ-CP", "107/2021/NĐ-CP")


def test_2_buoc_2_results_are_entered_for_each_criterion_with_document_or_explanation(year: Played) -> None:
    """“… đính kèm file tài liệu kiểm chứng hoặc giải trình”: without a document a note, nothing that blocks."""
    scored(year)
    found = review_sheet(year.sheets[XA], actor=year.who("tong_hop_tb_h01_x01"), clock=year.clock).findings
    assert {(each.code, each.severity) for each in found} == {("no_evidence", Severity.INFO)}
    assert len(found) == 35


def test_3_a_scan_or_a_signed_file_is_taken(year: Played) -> None:
    """“bản chụp của văn bản giấy dưới dạng ảnh … hoặc văn bản điện tử có chữ ký số”: nobody is asked which it is."""
    with reading() as session:
        policies = Policies.from_json(session.get_one(Campaign, year.campaign_id).policies)
    scan = SheetLeaf("1.1", PointsClaim(Decimal(1)), Decimal(1), "x", ("12/BC-UBND",), unsigned=1)
    assert review([scan], policies) == []


def test_2_buoc_3_the_sheet_agrees_with_the_approved_report(year: Played) -> None:
    """“… phải trùng khớp với nội dung tại báo cáo đã phê duyệt”: half a point apart is shown, and may be explained."""
    scored(year)
    met = {}
    for unit, *_ in ROADS:
        beside = report_review(year.sheets[unit], actor=year.who(f"dau_moi_{unit.lower()}"), clock=year.clock)
        assert beside.comparison is not None
        met[unit] = (beside.comparison.report, beside.comparison.sheet)
    assert met == {SNV: (85, 85), HUYEN: (Decimal("81.5"), 81), XA: (80, 80)}
    head = year.who("dau_moi_tb_h01")

    def differs() -> list[Severity]:
        found = review_sheet(year.sheets[HUYEN], actor=head, clock=year.clock).findings
        return [each.severity for each in found if each.code == "report_differs"]

    if "sent" not in year.steps:
        assert differs() == [Severity.WARNING]
    explain_difference(year.sheets[HUYEN], "", "Tiêu chí 7.6: năm đầu xếp hạng", actor=head, clock=year.clock)
    assert differs() == [Severity.INFO]


def test_2_a_report_nobody_approved_is_no_report_to_enter_from(year: Played) -> None:
    """“Trên cơ sở báo cáo đã phê duyệt …”: Sở Nội vụ cannot send while its own still lies with its leader."""
    scored(year)
    if "sent" not in year.steps:
        with pytest.raises(TransitionRefused, match="support_policy_met"):
            year.send(SNV)
    sent(year)


def test_2_buoc_4_what_was_approved_on_paper_is_sent_without_a_second_approval(year: Played) -> None:
    """“Trên cơ sở báo cáo đã phê duyệt … nhấp chuột vào mục “Gửi đi””: the sheet goes from draft, with a receipt."""
    sent(year)
    for unit, *_ in ROADS:
        shown = sheet(year.sheets[unit], actor=year.who(f"dau_moi_{unit.lower()}"), clock=year.clock)
        assert [receipt.number for receipt in shown.receipts] == [1]


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


def test_3_more_is_asked_for_in_working_days(year: Played) -> None:
    """Three working days from Friday 29/12: 01/01 is Tết, so 02, 03 and 04/01, to 17:00. No answer is decided on.

    The source speaks of further documents “(nếu có) đủ độ tin cậy”; days and hours are the seed's samples.
    """
    published(year)
    shown = case_view(year.sheets[HUYEN], "3.3.1", actor=year.who("thu_ky_tb"), clock=year.clock)
    assert [(each.round, each.decision) for each in shown.verdicts] == [
        (1, Decision.REQUEST_EVIDENCE),
        (2, Decision.AGREE),
    ]
    assert shown.verdicts[0].due_at == instant("2024-01-04 17:00")


def test_4_what_a_district_published_is_read_by_the_province_in_its_report(year: Played) -> None:
    published(year)
    year.at("2024-01-20 08:00")
    above = reports(actor=year.who("thu_ky_tb"), clock=year.clock)
    (line,) = [each for each in above if each.campaign_id == year.campaign_id and "01" in each.council]
    assert [each.publication.number for each in line.groups if each.publication] == ["120/QĐ-UBND"]
    assert (line.above, line.may_report) == ("Hội đồng thẩm định kết quả Chỉ số CCHC của tỉnh", False)
    with reading() as session:
        assert verify_publications(session, year.blobs, year.now) == (3, [])


def test_the_figures_come_out_as_worked_out_by_hand(year: Played) -> None:
    """Each tier is ranked by itself; a unit that never sent has neither index nor position."""
    published(year)
    so = year.table("tb_so", "thu_ky_tb")
    assert so[SNV] == ("99", "100", "99", "Tốt", 1)
    assert [so[unit][2:] for unit in ("TB_S01", "TB_S02", "TB_S03")] == [("", "", None)] * 3
    assert year.table("tb_huyen", "thu_ky_tb")[HUYEN] == ("93.54", "100", "93.54", "Tốt", 1)
    assert year.table("tb_xa_h01", "thu_ky_h01_tb")[XA] == ("88.295", "100", "88.3", "Tốt", 1)
