"""UBND huyện Phù Yên 2022, word by word: communes score, the head approves or returns, documents or explanations.

The tests play one campaign on, in the order of the paper. Dates, classes and the two appraisals are the seed's samples.

| unit | own leaves | lost by the unit itself | appraised away | others enter | ends with |
|---|---|---|---|---|---|
| Xã mẫu 01 | 80 | 1.2: 0,5 | – | 3.4: 6; 8.1: 9,3333; 8.2: 3,2 | 79,5 + 18,5333 = 98,0333 |
| Xã mẫu 02 | 80 | – | 2.3: 2 (no document, no explanation) | 3.4: 6; 8.1: 9,3333; 8.2: 3,2 | 78 + 18,5333 = 96,5333 |
| Thị trấn mẫu 01 | 80 | – | 1.2: 2 → 0 | 3.4: 6; 8.1: 9,3333; 8.2: 3,2 | 78 + 18,5333 = 96,5333 |
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.errors import DomainError, Forbidden, TransitionRefused
from app.domain.submission import Severity
from app.domain.terms import GroupAction, UnitAction
from app.services.citations import citations
from app.services.report_review import report_review
from app.services.sheets import sheet
from app.services.submissions import review_sheet
from app.services.unit_reports import explain_difference, report_view
from tests.scenarios.play import Claim, Played, start
from tests.scenarios.steps import attach, report

X01, X02, X03, TT = "PY_X01", "PY_X02", "PY_X03", "PY_TT01"
XA = "py_xa"
SECRETARY, AGENCY = "thu_ky_py", "tham_dinh_py_pnv"
SURVEYED: dict[str, Claim] = {
    "3.4": {"tally": {"5": "10"}},
    "8.1": {"tally": {"4": "1", "5": "2"}},  # (4 + 5 + 5)/3/5 x 10 = 9,3333
    "8.2": {"tally": {"4": "3"}},  # 4/5 x 4 = 3,2
}


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    return start("phu_yen_2022", house, at="2022-11-30 08:00", organiser="to_chuc_py")


def reported(year: Played) -> Played:
    """The report is approved by the head before the portal is filled in; that of the town counts one point less."""
    if year.once("reported"):
        year.at("2022-12-02 08:00")
        words = {"difficulties": "Đường truyền chưa ổn định", "proposals": "Mở lớp tập huấn"}
        report(year, X01, "120/BC-UBND", "79,5", head="thu_truong", **words)
        report(year, X02, "88/BC-UBND", "80", head="thu_truong")
        report(year, TT, "61/BC-UBND", "79", head="thu_truong")
    return year


def scored(year: Played) -> Played:
    """Each leaf with an explanation, but 2.3 of Xã mẫu 02 with none; Xã mẫu 01 alone attaches a document."""
    if reported(year).once("scored"):
        year.at("2022-12-05 08:00")
        year.fill(X01, {"1.2": {"faults": "1"}})
        attach(year, X01, ["2.1", "2.2"], "77/BC-UBND")
        year.fill(X02, {}, silent={"2.3"})
        year.fill(TT, {})
    return year


def returned(year: Played) -> Played:
    """The head of Xã mẫu 01 returns the sheet once, then approves it."""
    if scored(year).once("returned"):
        year.act(X01, UnitAction.REQUEST_APPROVAL, "tong_hop")
        year.act(X01, UnitAction.RETURN_TO_DRAFT, "thu_truong", reason="Tiêu chí 1.2: giải trình báo cáo gửi chậm")
        year.at("2022-12-06 08:00")
        year.score(X01, "1.2", {"faults": "1"}, "Mục 1.2: báo cáo quý II gửi chậm 01 ngày", version=1)
    return year


def sent(year: Played) -> Played:
    if returned(year).once("sent"):
        for unit in (X01, X02, TT):
            year.approved(unit)
            year.send(unit)
    return year


def published(year: Played) -> Played:
    if sent(year).once("published"):
        year.at("2022-12-15 17:00:00")
        year.group(XA, GroupAction.OPEN_FIRST_APPRAISAL, SECRETARY)
        year.appraise(X01, AGENCY)
        year.appraise(X02, AGENCY, {"2.3": ({"zero": "not_proven"}, "Không có tài liệu, không giải trình")})
        year.appraise(TT, AGENCY, {"1.2": ({"faults": "4"}, "Theo dõi của Phòng Nội vụ: 04 báo cáo gửi chậm")})
        year.at("2022-12-30 17:00")
        year.group(XA, GroupAction.RELEASE_FIRST_RESULTS, SECRETARY)
        year.at("2023-01-06 17:00")
        for unit in (X01, X02, TT):
            year.entered(unit, SURVEYED, SECRETARY)
        year.group(XA, GroupAction.OPEN_SECOND_APPRAISAL, SECRETARY)
        year.group(XA, GroupAction.CONCLUDE, "chu_tich_hoi_dong_py", document="01/BB-HĐTĐ")
        year.group(XA, GroupAction.APPROVE, "phe_duyet_py")
        assert year.published(XA, SECRETARY, "15/QĐ-UBND", "CHỦ TỊCH") == 1
    return year


def test_1_the_criteria_are_scored_one_by_one_from_when_the_portal_is_open(year: Played) -> None:
    """“Đến thời điểm đánh giá, Phòng Nội vụ sẽ hướng dẫn … đăng nhập”: before it nothing is taken."""
    if "scored" not in year.steps:
        with pytest.raises(DomainError):
            year.score(X01, "1.2", {"faults": "0"})
    scored(year)


def test_1_the_head_approves_or_returns_with_a_reason(year: Played) -> None:
    """“… phải do người đứng đầu cơ quan, đơn vị phê duyệt”: nobody else, and not without a word why not."""
    scored(year)
    if "returned" not in year.steps:
        with pytest.raises(TransitionRefused):
            year.send(X01)
        with pytest.raises((Forbidden, TransitionRefused)):
            year.act(X01, UnitAction.APPROVE_BY_UNIT, "tong_hop")
    returned(year)
    if "sent" not in year.steps:
        year.act(TT, UnitAction.REQUEST_APPROVAL, "tong_hop")
        with pytest.raises(TransitionRefused, match="reason_given"):
            year.act(TT, UnitAction.RETURN_TO_DRAFT, "thu_truong")
        year.act(TT, UnitAction.RETURN_TO_DRAFT, "thu_truong", reason="Xem lại")


def test_1_the_report_is_approved_first_with_difficulties_and_proposals(year: Played) -> None:
    """“Những khó khăn, vướng mắc, kiến nghị (nếu có)”; whoever enters a sheet without a report is told so."""
    scored(year)
    shown = report_view(year.sheets[X01], actor=year.who("dau_moi_py_x01"), clock=year.clock)
    (line,) = shown.versions
    assert (line.difficulties, line.proposals) == ("Đường truyền chưa ổn định", "Mở lớp tập huấn")
    assert (line.late, line.approved_at is not None) == (False, True)
    for unit, codes in ((X01, set()), (X03, {"no_report"})):
        assert {code for code, _ in said_of_the_report(year, unit)} == codes


def test_1_the_sheet_agrees_with_the_report_or_the_difference_is_explained(year: Played) -> None:
    """“Bảng tổng hợp kết quả”: the town's report says 79, its sheet 80; explained, the warning becomes a note."""
    head, own = scored(year).who("thu_truong_py_tt01"), year.sheets[TT]
    compared = report_review(own, actor=head, clock=year.clock).comparison
    assert compared is not None
    assert compared.difference == Decimal(1)
    if year.once("explained"):
        assert said_of_the_report(year, TT) == [("report_differs", Severity.WARNING)]
        explain_difference(own, "", "1.2 chấm lại sau khi ký", actor=year.who("dau_moi_py_tt01"), clock=year.clock)
    assert said_of_the_report(year, TT) == [("report_differs", Severity.INFO)]


def said_of_the_report(year: Played, unit: str) -> list[tuple[str, Severity]]:
    found = review_sheet(year.sheets[unit], actor=year.who(f"tong_hop_{unit.lower()}"), clock=year.clock).findings
    return [(each.code, each.severity) for each in found if "report" in each.code]


def test_1_what_amended_a_norm_is_shown_with_it(year: Played) -> None:
    """“được sửa đổi, bổ sung … thì được áp dụng theo quy định tại các văn bản sửa đổi”: 2.1 cites a sample."""
    (cited,) = citations(year.sheets[X01])["2.1"]
    assert (cited.document.number, cited.in_force.number) == ("34/2016/NĐ-CP", "154/2020/NĐ-CP")
    assert cited.in_force.issued_on == dt.date(2020, 12, 31)


def test_2_other_documents_than_the_annex_lists_may_be_attached(year: Played) -> None:
    """“có thể bổ sung các tài liệu kiểm chứng khác”: one report proves 2.1 and 2.2, of which the annex names none."""
    scored(year)
    view = sheet(year.sheets[X01], actor=year.who("tong_hop_py_x01"), clock=year.clock)
    proofs = [view.line(code).documents for code in ("2.1", "2.2")]
    assert [[each.number for each in found] for found in proofs] == [["77/BC-UBND"], ["77/BC-UBND"]]


def test_2_a_scan_or_a_signed_file_proves_alike(year: Played) -> None:
    """“bản chụp của văn bản giấy dưới dạng ảnh … hoặc văn bản điện tử có chữ ký số”: 77/BC-UBND is a scan."""
    scored(year)
    officer = year.who("tong_hop_py_x01")
    (scan,) = sheet(year.sheets[X01], actor=officer, clock=year.clock).line("2.1").documents
    found = review_sheet(year.sheets[X01], actor=officer, clock=year.clock).findings
    assert scan.signed is False
    assert "not_signed" not in {each.code for each in found}


def test_2_a_leaf_without_document_needs_an_explanation(year: Played) -> None:
    """“Đối với các TC, TCTP không có tài liệu … giải trình rõ”: a note where explained, a warning where not."""
    returned(year)
    found = review_sheet(year.sheets[X02], actor=year.who("tong_hop_py_x02"), clock=year.clock).findings
    assert [(each.code, each.leaf) for each in found if each.severity is Severity.WARNING] == [
        ("no_explanation", "2.3")
    ]
    assert sum(each.code == "no_evidence" and each.severity is Severity.INFO for each in found) == 35
    assert not [each for each in found if each.severity is Severity.ERROR]


def test_3_the_approved_result_is_sent_and_what_comes_too_late_is_not(year: Played) -> None:
    sent(year)
    year.at("2022-12-15 17:00:00")
    with pytest.raises(DomainError):
        year.score(X03, "1.2", {"faults": "0"})


def test_the_figures_come_out_as_worked_out_by_hand(year: Played) -> None:
    """Two units of equal index share the second position; the next would be fourth. Three never sent: no 0, no rank."""
    table = published(year).table(XA, SECRETARY)
    assert table[X01] == ("98.0333", "100", "98.03", "Tốt", 1)
    assert table[X02] == ("96.5333", "100", "96.53", "Tốt", 2)
    assert table[TT] == ("96.5333", "100", "96.53", "Tốt", 2)
    assert [unit for unit, line in table.items() if line[2:] == ("", "", None)] == [X03, "PY_X04", "PY_X05"]
