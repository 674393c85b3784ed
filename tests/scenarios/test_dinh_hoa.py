"""UBND huyện Định Hóa, 11/2024, word by word: data to 20/11, report 22/11, lock 25/11 at 17:00:00, three sheets.

The tests play one campaign on, in the order of the paper. 78 points are the unit's own to score: 100 less 20 of the
leaders (I) and 2 the council gives in the first year (8.1, 8.2).

| unit | lost by the unit itself | self | appraised away | council | leaders | ends with |
|---|---|---|---|---|---|---|
| Xã mẫu 01 | 2.4.1: 0,5; 7.2: 0,29; 8.3.1: 0,5 | 76,71 | 2.1.1, 2.3.4: 1 each | 5.2.4.1: 2 → 1 | 17,6 | 93,31 |
| Xã mẫu 02 | 7.1: 3; X: 2; 3.6.2, 8.3.1, 8.3.2, 5.2.4.1: 1; 5.5.3.4: 0,5 | 68,5 | 4.2: 0,5 | – | 13,3333 | 83,3333 |
| Xã mẫu 03 | not sent: no points, no position | | | | | |

76,71 − 1 − 1 − 1 + 17,6 + 2 = 93,31; 68,5 − 0,5 + 13,3333 + 2 = 83,3333.
A leader's leaf: mean of three answers ÷ 5 × 4.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from app.db.campaigns import Campaign
from app.db.session import reading
from app.domain.campaign import Policies
from app.domain.claims import OptionClaim
from app.domain.errors import ClaimInvalid, DomainError, Forbidden, InputInvalid, TransitionRefused
from app.domain.scoring import LeafPresence
from app.domain.submission import SheetLeaf, review
from app.domain.terms import GroupAction, PhaseKind, Severity, UnitAction
from app.services.appraisal import case_view
from app.services.explanations import answer_sheet
from app.services.group_acts import preview
from app.services.leaf_settings import settings_view
from app.services.publication import ranking
from app.services.report_review import report_review
from app.services.sheet_paper import sheet_paper
from app.services.sheets import sheet
from app.services.submissions import review_sheet
from app.services.supplements import confirm_appraised, enter_supplement, supplement_view
from app.services.unit_reports import report_view
from app.services.verification import verify_publications
from tests.scenarios.play import Claim, Played, instant, start
from tests.scenarios.steps import attach, blobs, extension, on_paper, report


def measured(first: str, now: str, second: str, then: str) -> Claim:
    """Claim this year's two figures; what is said of last year's is never taken from the claim."""
    return {"measures": {first: {"previous": None, "current": now}, second: {"previous": None, "current": then}}}


X01, X02, X03, XA = "XM01", "XM02", "XM03", "xa"
SECRETARY, CHAIR = "thu_ky", "chu_tich_hoi_dong"
AGENCIES = ("pnv", "tth", "ptckh", "vpub", "pvhtt", "ptp")
#: position and satisfaction rank, CCHC and satisfaction index of the year before are the seed's baselines.csv
LOST: dict[str, dict[str, Claim]] = {
    X01: {
        "2.4.1": {"count": "1"},  # one meeting: 0 of 0,5
        "7.2": {"percent": "85.5"},  # 85,5% x 2 = 1,71 of 2
        "8.3.1": measured("cchc_rank", "1", "satisfaction_rank", "5"),  # 1 as before, 5 before 8: equal, 0,5 of 1
        "8.3.2": measured("cchc_index", "92", "satisfaction_index", "87.5"),  # above 91,25 and 86: 2 of 2
        "7.1": {"count": "0"},  # no task late: 5 of 5
        "5.2.4.1": {"options": ["4"]},
        "5.2.4.2": {"options": ["3"]},
    },
    X02: {
        "7.1": {"count": "4"},  # at most 5 tasks late: 2 of 5
        "X": {"numerator": "79", "denominator": "100"},  # below 80%: 0 of 2
        "3.6.2": {"options": ["2"]},  # recognised in the district: 1 of 2
        "5.5.3.4": {"numerator": "199", "denominator": "200", "faults": "1"},  # 1 - 0,5
        "8.3.1": measured("cchc_rank", "1", "satisfaction_rank", "16"),  # 16 behind 15: 0 of 1
        "8.3.2": measured("cchc_index", "90.5", "satisfaction_index", "83"),  # 90,5 as before: 1 of 2
        "5.2.4.1": {"options": ["3"]},  # hoàn thành tốt: 1 of 2
        "5.2.4.2": {"options": ["3"]},
        "2.3.4": {"nothing_arose": True},  # no petition in the year: 1 of 1
    },
}
#: answers to 1.1 … 1.5; X01: 13/3, 5, 4, 14/3, 4 of 5, times 4; X02: 3, 11/3, 3, 4, 3 of 5, times 4
LEADERS = {"lanh_dao_01": ("55453", "34245"), "lanh_dao_02": ("45454", "34341"), "lanh_dao_03": ("45445", "33443")}


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    """The day of QĐ 7171 and HD 7391."""
    return start("dinh_hoa_2024", house, at="2024-11-13 08:00", organiser="to_chuc")


def approved(year: Played, unit: str) -> None:
    year.act(unit, UnitAction.REQUEST_APPROVAL, "tong_hop")
    year.act(unit, UnitAction.APPROVE_BY_UNIT, "chu_tich")


def scored(year: Played) -> Played:
    if year.once("scored"):
        year.at("2024-11-21 08:00")
        for unit in (X01, X02):
            year.fill(unit, LOST[unit], given=("8.1", "8.2"))
        attach(year, X01, ["2.1.1", "2.1.2"], "15a/KH-UBND", signed=True)
    return year


def reported(year: Played) -> Played:
    """Xã mẫu 01 in the last minute of 22/11, Xã mẫu 02 in the first of 23/11."""
    if scored(year).once("reported"):
        year.at("2024-11-22 23:59:59")
        grade = "Hoàn thành xuất sắc nhiệm vụ"
        report(year, X01, "112/BC-UBND", "78,71", head="chu_tich", proposed_grade=grade)
        year.at("2024-11-23 00:00:00")
        report(year, X02, "98/BC-UBND", "70,5", head="chu_tich", proposed_grade="Hoàn thành tốt nhiệm vụ")
    return year


def sent(year: Played) -> Played:
    """Xã mẫu 01 sends in the last second; Xã mẫu 02 has one more day by decision."""
    if reported(year).once("sent"):
        year.at("2024-11-25 16:59:59")
        approved(year, X01)
        year.send(X01)
        extension(year, XA, X02, "2024-11-25 17:00", "2024-11-26 17:00", "7480/UBND-VP", by=SECRETARY)
    return year


def extended(year: Played) -> Played:
    if sent(year).once("extended"):
        year.at("2024-11-25 17:00:00")
        year.score(X02, "7.1", {"count": "3"}, "Mục 7.1: 03 nhiệm vụ quá hạn", version=1)
        year.at("2024-11-26 16:59:59")
        approved(year, X02)
        year.send(X02)
    return year


def released(year: Played) -> Played:
    if extended(year).once("released"):
        year.at("2024-11-27 08:00")
        year.group(XA, GroupAction.OPEN_FIRST_APPRAISAL, SECRETARY)
        zero = {
            "2.1.1": ({"zero": "inserted_number"}, "Kế hoạch mang số 15a/KH-UBND"),
            "2.3.4": ({"zero": "no_statistics_table"}, "Không lập biểu thống kê đơn thư"),
            "3.9.1": ({"zero": "unclear_explanation"}, "Không nêu kết quả tại mục nào"),
        }
        for agency in AGENCIES:
            year.appraise(X01, f"tham_dinh_{agency}", zero)
            year.appraise(X02, f"tham_dinh_{agency}", {"4.2": ({"zero": "no_evidence"}, "Chưa có tài liệu")})
        year.at("2024-12-05 17:00")
        year.group(XA, GroupAction.RELEASE_FIRST_RESULTS, SECRETARY)
    return year


def second(year: Played) -> Played:
    """3.9.1 is explained and given back; 2.1.1 is contested and the agency stays silent; of 2.3.4 nothing is said."""
    if released(year).once("second"):
        year.at("2024-12-06 08:00")
        year.explain(X01, {"3.9.1": "Mục II.3 Báo cáo số 101/BC-UBND", "2.1.1": "Số 15a do cấp nhầm"})
        for leader, answers in LEADERS.items():
            cells = {
                unit: {f"1.{place}": answer for place, answer in enumerate(each, start=1)}
                for unit, each in zip((X01, X02), answers, strict=True)
            }
            on_paper(year, XA, leader, cells, "03 Phiếu đánh giá của Lãnh đạo UBND huyện", by=SECRETARY)
        year.at("2024-12-09 17:00")
        year.group(XA, GroupAction.OPEN_SECOND_APPRAISAL, SECRETARY)
        year.verdict(X01, "3.9.1", "tham_dinh_pnv")
    return year


def published(year: Played) -> Played:
    if second(year).once("published"):
        year.at("2024-12-13 08:00")
        secretary = year.who(SECRETARY)
        minutes = "05/BB-HĐTĐ"
        found = enter_supplement(
            year.sheets[X01], "5.2.4.1", {"options": ["3"]}, minutes, actor=secretary, clock=year.clock
        )
        assert found == Decimal(1)
        for code, waiting in (("5.2.4.1", 1), ("5.2.4.2", 2), ("3.2.3", 2)):
            assert confirm_appraised(year.stages[XA], code, minutes, actor=secretary, clock=year.clock) == waiting
        year.at("2024-12-16 15:00")
        year.group(XA, GroupAction.CONCLUDE, CHAIR, document=minutes, named_seen=True)
        year.group(XA, GroupAction.APPROVE, "phe_duyet")
        assert year.published(XA, SECRETARY, "7990/QĐ-UBND", "CHỦ TỊCH UBND HUYỆN") == 1
    return year


def test_the_campaign_rests_on_qd_7171_and_counts_to_the_20th_of_november(year: Played) -> None:
    """“Căn cứ Quyết định số 7171/QĐ-UBND”; “Thời điểm chốt số liệu hết ngày 20/11/2024”."""
    with reading() as session:
        campaign = session.get_one(Campaign, year.campaign_id)
        assert campaign.legal_basis is not None
        assert campaign.legal_basis.number == "7171/QĐ-UBND"
        closes = {phase.kind: phase.closes_at for phase in campaign.phases}
        assert closes[PhaseKind.DATA_CUTOFF] == instant("2024-11-21 00:00")


def test_1_the_most_specific_branch_of_the_list_says_who_scores(year: Played) -> None:
    """“danh sách phân công”: công chức Tư pháp (02) scores 2.1 and 5.5.5, not 2.3, which is the reception's (04)."""
    year.at("2024-11-21 07:00")
    year.score(X03, "2.1.1", {"option": "1"}, "năm 2024, UBND xã đã ban hành …", by="can_bo_02")
    with pytest.raises(Forbidden, match="leaf_not_assigned"):
        year.score(X03, "2.3.1", {"option": "1"}, by="can_bo_02")


def test_2b_an_inserted_number_is_seen_at_the_review(year: Played) -> None:
    """“số văn bản a, b”: a warning at Rà soát, the 0 is the council's to give; 2.1.1 and 2.1.2 cite one document."""
    scored(year)
    found = review_sheet(year.sheets[X01], actor=year.who("tong_hop_xm01"), clock=year.clock).findings
    assert [(each.leaf, each.detail) for each in found if each.code == "inserted_number"] == [
        ("2.1.1", "15a/KH-UBND"),
        ("2.1.2", "15a/KH-UBND"),
    ]


def test_2a_a_document_without_a_digital_signature_is_named_at_the_review(year: Played) -> None:
    """“văn bản điện tử được ký số theo quy định”: 15a/KH-UBND is signed; a scan would be warned of."""
    scored(year)
    officer = year.who("tong_hop_xm01")
    assert "not_signed" not in _codes(year, X01)
    documents = sheet(year.sheets[X01], actor=officer, clock=year.clock).line("2.1.1").documents
    assert [each.signed for each in documents] == [True]
    with reading() as session:
        policies = Policies.from_json(session.get_one(Campaign, year.campaign_id).policies)
    scan = SheetLeaf("2.1.1", OptionClaim(("1",)), Decimal(1), "x", ("12/KH-UBND",), unsigned=1)
    assert [(each.code, each.severity) for each in review([scan], policies)] == [("not_signed", Severity.WARNING)]


def _codes(year: Played, unit: str) -> set[str]:
    found = review_sheet(year.sheets[unit], actor=year.who(f"tong_hop_{unit.lower()}"), clock=year.clock).findings
    return {each.code for each in found}


def test_1_step_3_the_sheet_is_reviewed_a_class_proposed_and_printed(year: Played) -> None:
    """The report's total is the sheet's: 76,71 and 2 of 8.1, 8.2. “In” prints it."""
    reported(year)
    head = year.who("chu_tich_xm01")
    shown = report_review(year.sheets[X01], actor=head, clock=year.clock)
    assert shown.report is not None
    assert shown.comparison is not None
    assert (shown.report.proposed_grade, shown.comparison.difference) == ("Hoàn thành xuất sắc nhiệm vụ", 0)
    view = sheet(year.sheets[X01], actor=head, clock=year.clock)
    assert sum(line.points or 0 for line in view.own_lines) == Decimal("76.71")
    assert sheet_paper(year.sheets[X01], translate=lambda words: words, actor=head, clock=year.clock)


def test_1e_the_report_is_due_when_the_22nd_of_november_is_over(year: Played) -> None:
    """“chậm nhất trong ngày 22/11/2024”: what comes on 23/11 is taken, and marked."""
    reported(year)
    for unit, late in ((X01, False), (X02, True)):
        shown = report_view(year.sheets[unit], actor=year.who(f"dau_moi_{unit.lower()}"), clock=year.clock)
        assert shown.due_at == instant("2024-11-23 00:00")
        assert [(line.late, line.approved_at is not None) for line in shown.versions] == [(late, True)]
    with pytest.raises(InputInvalid, match="grade_unknown"):
        report(year, X02, "99/BC-UBND", "70,5", head="chu_tich", proposed_grade="Xuất sắc")


def test_2c_leaves_not_yet_due_and_7_2_have_terms_of_their_own(year: Played) -> None:
    """“chưa đến thời hạn báo cáo”; 7.2: “Số liệu tính đến thời điểm gửi báo cáo tự chấm điểm”."""
    shown = settings_view(year.campaign_id, actor=year.who("to_chuc"))
    assert [line.code for line in shown.lines if line.not_yet_due] == ["3.2.3", "5.2.4.1", "5.2.4.2"]
    assert {line.code: line.cut_off for line in shown.lines if line.cut_off} == {"7.2": dt.date(2024, 11, 22)}


def test_8_1_and_8_2_are_given_by_the_council_in_the_first_year(year: Played) -> None:
    """“năm đầu tiên đánh giá, Hội đồng thẩm định chấm điểm tối đa”: no commune scores them."""
    scored(year)
    with pytest.raises(DomainError, match="leaf_not_scored_by_unit"):
        year.score(X01, "8.1", {"option": "1"})
    view = sheet(year.sheets[X01], actor=year.who("tong_hop_xm01"), clock=year.clock)
    assert [view.line(code).override for code in ("8.1", "8.2", "8.3.1")] == [Decimal(1), Decimal(1), None]


def test_8_3_is_compared_with_the_figures_of_the_year_before(year: Played) -> None:
    """Of two measures the worse decides; nobody types last year's figure, whatever is claimed of it."""
    scored(year)
    points = {}
    for unit in (X01, X02):
        view = sheet(year.sheets[unit], actor=year.who(f"tong_hop_{unit.lower()}"), clock=year.clock)
        points[unit] = [view.line(code).points for code in ("8.3.1", "8.3.2")]
    assert points == {X01: [Decimal("0.5"), Decimal(2)], X02: [Decimal(0), Decimal(1)]}
    with pytest.raises(ClaimInvalid, match="rank_impossible"):
        year.score(X03, "8.3.1", measured("cchc_rank", "0", "satisfaction_rank", "1"))


def test_the_portal_locks_itself_at_17_00_00_of_the_25th(year: Played) -> None:
    """“Từ 17 giờ 00 phút ngày 25/11/2024 phần mềm sẽ tự động khóa và không nhận báo cáo, văn bản gửi đến”."""
    if "extended" not in sent(year).steps:
        year.at("2024-11-25 16:59:59")
        year.score(X03, "2.1.2", {"option": "1"}, "mục 2")
        year.at("2024-11-25 17:00:00")
        with pytest.raises(Forbidden, match="deadline_passed"):
            year.score(X03, "2.1.3", {"option": "1"})
        with pytest.raises(Forbidden, match="deadline_passed"):
            attach(year, X03, ["2.1.2"], "9/BC-UBND")
        with pytest.raises(Forbidden, match="deadline_passed"):
            year.act(X03, UnitAction.REQUEST_APPROVAL, "tong_hop")
        with pytest.raises(InputInvalid, match="report_too_late"):
            report(year, X03, "77/BC-UBND", "70,5", head="chu_tich")
        report(year, X02, "99/BC-UBND", "70,5", head="chu_tich")  # who has a day more has it for the report too


def test_1_step_4_the_office_sends_and_nobody_else(year: Played) -> None:
    """“Bộ phận Văn phòng- Thống kê tiến hành gửi”: the officers' sheet is sent by the coordinator, with a receipt."""
    sent(year)
    with pytest.raises(Forbidden, match="role_missing"):
        year.act(X03, UnitAction.SUBMIT, "can_bo_02")
    view = sheet(year.sheets[X01], actor=year.who("dau_moi_xm01"), clock=year.clock)
    assert [line.at for line in view.receipts] == [instant("2024-11-25 16:59:59")]


def test_one_commune_has_a_day_more_by_decision_and_no_other(year: Played) -> None:
    """Xã mẫu 02 writes at 17:00:00 and sends a day later; an extension is a decision and bears a number."""
    extended(year)
    with pytest.raises(InputInvalid, match="document_missing"):
        extension(year, XA, X03, "2024-11-26 17:00", "2024-11-27 17:00", "", by=SECRETARY)
    year.at("2024-11-26 17:00:00")
    with pytest.raises(Forbidden):
        year.score(X02, "7.1", {"count": "0"}, version=2)
    shown = preview(year.stages[XA], actor=year.who(SECRETARY), clock=year.clock)
    assert len(shown.not_submitted) == 21
    assert "Xã mẫu 03" in shown.not_submitted


def test_2b_points_are_taken_by_the_grounds_the_letter_names(year: Played) -> None:
    """“chấm điểm không (0)”: by one of its grounds, with a reason; the unit reads each after the release."""
    released(year)
    shown = answer_sheet(year.sheets[X01], actor=year.who("tong_hop_xm01"), clock=year.clock)
    assert {leaf.node.code: leaf.verdict.claim for leaf in shown.leaves} == {
        "2.1.1": {"zero": "inserted_number"},
        "2.3.4": {"zero": "no_statistics_table"},
        "3.9.1": {"zero": "unclear_explanation"},
    }
    assert {leaf.verdict.points for leaf in shown.leaves} == {Decimal(0)}
    assert shown.due_at == instant("2024-12-07 17:00")
    other = answer_sheet(year.sheets[X02], actor=year.who("tong_hop_xm02"), clock=year.clock)
    assert [(leaf.node.code, leaf.verdict.claim) for leaf in other.leaves] == [("4.2", {"zero": "no_evidence"})]


def test_the_second_appraisal_ends_what_was_contested(year: Played) -> None:
    second(year)
    said = case_view(year.sheets[X01], "3.9.1", actor=year.who("tham_dinh_pnv"), clock=year.clock)
    assert [(line.round, line.points) for line in said.verdicts] == [(1, Decimal(0)), (2, Decimal(2))]
    with pytest.raises(TransitionRefused):
        year.verdict(X01, "2.3.4", "tham_dinh_tth")  # not contested: the first round ended it


def test_2c_leaves_not_yet_due_wait_for_what_the_council_assesses_additionally(year: Played) -> None:
    """“được Hội đồng thẩm định đánh giá bổ sung”: nobody is concluded without it."""
    second(year)
    if "published" not in year.steps:
        year.at("2024-12-10 08:00")
        with pytest.raises(TransitionRefused, match="entered_points_complete"):
            year.group(XA, GroupAction.CONCLUDE, CHAIR, document="01/BB", named_seen=True)
    published(year)
    shown = supplement_view(year.stages[XA], "5.2.4.1", actor=year.who(SECRETARY), clock=year.clock)
    assert {line.unit_code: (line.claimed, line.given, line.document) for line in shown.lines} == {
        X01: (Decimal(2), Decimal(1), "05/BB-HĐTĐ"),
        X02: (Decimal(1), Decimal(1), "05/BB-HĐTĐ"),
    }


def test_the_figures_come_out_as_worked_out_by_hand(year: Played) -> None:
    table = published(year).table(XA, SECRETARY)
    assert table[X01] == ("93.31", "100", "93.31", "Hoàn thành xuất sắc nhiệm vụ", 1)
    assert table[X02] == ("83.3333", "100", "83.33", "Hoàn thành tốt nhiệm vụ", 2)
    assert table[X03] == ("", "100", "", "", None)
    assert sum(line[4] is None for line in table.values()) == 21
    shown = ranking(year.stages[XA], actor=year.who("tong_hop_xm02"), clock=year.clock)
    rows = {each.unit_code: each for each in shown.results}
    sheets = [Decimal(text) for text in ("3.4667", "4", "3.2", "3.7333", "3.2")]
    assert [rows[X01].leaves[f"1.{place}"] for place in range(1, 6)] == sheets
    assert rows[X02].presence["2.3.4"] is LeafPresence.NOTHING_AROSE
    assert (rows[X02].leaves["2.3.4"], rows[X03].standing) == (Decimal(1), "not_submitted")
    with reading() as session:
        assert verify_publications(session, blobs(year), year.now) == (1, [])
