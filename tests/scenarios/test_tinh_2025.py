"""A province, Phụ lục 2 of 11/2025, word by word: two appraisals, ask-for-more in the first alone, three indexes.

The tests play one campaign on, in the order of the paper. Dates, classes and the set are the seed's samples. A unit
scores 70 of the 100 points itself: CS01 34, CS02 16, CS03 20; last year's rank is unknown, so 3.4 gives 1 of 2.

| | Sở mẫu 02 | Sở Nội vụ |
|---|---|---|
| lost by the unit itself | 1.1.1: 0,15; 2.1.5: 1; 3.4: 1 | 1.1.2: 0,5; 2.1.3: 5; 3.1.4: 2; 3.4: 1 |
| first appraisal | 1.2.5: 2 (no explanation); 2.1.1: 2 (no document); 2.1.5: asked | – |
| second appraisal | 2.1.1: given back; 2.1.5: 4 → 3,5 | – |
| Chairman, Vice-chairmen 1.4.1 | (2×8 + (6+7+5)/3)/3 = 7,3333 | (2×6 + 7)/3 = 6,3333 |
| 1.4.2, mean ÷ 5 × 8 | 17/4: 6,8 | 13/3: 6,9333 |
| surveys 2.2.1 + 2.2.2 | 5,4 + 3,6 | 4,8 + 4 |
| portal 2.3 | 78,5 of 100: 3,14 | 60 of 100: 2,4 |
| Chỉ số 01 of 50 | 45,9833: 91,97% | 46,7666: 93,53% |
| Chỉ số 02 of 30 | 26,64: 88,80% | 22,2: 74,00% |
| Chỉ số 03 of 20 | 19: 95,00% | 17: 85,00% |
| combined | 91,6233 | 85,9666 |
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from app.db.session import reading
from app.domain.errors import DomainError, Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.submission import Severity
from app.domain.terms import GroupAction
from app.services.agency_evidence import Check, add_check, agency_evidence_of
from app.services.appraisal import case_view
from app.services.desk import desk
from app.services.explanations import answer_sheet
from app.services.external_figures import figures_view
from app.services.leader_sheets import my_sheet
from app.services.sheets import sheet
from app.services.submissions import review_sheet
from app.services.surveys import SurveyFacts
from app.services.verification import verify_publications
from tests.scenarios.play import Claim, Played, instant, start
from tests.scenarios.steps import ask, attach, blobs, figures, indexes, on_paper, on_screen, surveyed

SNV, S01, S02, SO = "T25_SNV", "T25_S01", "T25_S02", "t25_so"
SECRETARY, CHAIR = "thu_ky_t25", "chu_tich_hoi_dong_t25"
BY_SNV, BY_S01 = "tham_dinh_t25_snv", "tham_dinh_t25_s01"
SECRET = "3.1.5"
LOST: dict[str, dict[str, Claim]] = {
    S02: {
        "1.1.1": {"numerator": "95", "denominator": "100"},  # 95% x 3 = 2,85
        "2.1.5": {"numerator": "80", "denominator": "100"},  # 80% x 5 = 4
    },
    SNV: {
        "1.1.2": {"option": "2"},  # in January: 0,5 of 1
        "2.1.3": {"numerator": "94", "denominator": "100"},  # below 95%: 0 of 5
        "3.1.4": {"numerator": "59", "denominator": "100"},  # from 40%: 1 of 3
    },
}
PORTAL = "Cổng Dịch vụ công quốc gia"


@pytest.fixture(scope="module")
def year(house: Path) -> Played:
    return start("tinh_2025", house, at="2025-12-01 08:00", organiser="to_chuc_t25")


def own(year: Played, unit: str) -> list[str]:
    return [leaf.code for leaf in year.trees[unit].leaves if leaf.scored_by is not None and leaf.scored_by == "unit"]


def scored(year: Played) -> Played:
    """Every leaf explained but 1.2.5, every leaf proven but 2.1.1 and the secret one, of Sở mẫu 02."""
    if year.once("scored"):
        year.at("2025-12-10 08:00")
        year.fill(S02, LOST[S02], silent={"1.2.5", SECRET})
        year.fill(SNV, LOST[SNV])
        words = "Văn bản số 07-Mật/S02 ngày 03/11/2025, độ Mật: giải trình trực tiếp với Hội đồng"
        year.score(S02, SECRET, {"option": "1"}, words, version=1)
        attach(year, S02, [code for code in own(year, S02) if code not in {"2.1.1", SECRET}], "210/BC-S02")
        attach(year, SNV, own(year, SNV), "315/BC-SNV")
    return year


def sent(year: Played) -> Played:
    """No head approves in the portal: the source does not ask for it."""
    if scored(year).once("sent"):
        year.at("2025-12-15 16:59:59")
        for unit in (S02, SNV):
            year.send(unit)
    return year


def appraised(year: Played) -> Played:
    if sent(year).once("appraised"):
        year.at("2025-12-16 08:00")
        year.group(SO, GroupAction.OPEN_FIRST_APPRAISAL, SECRETARY)
        finding = "Đã xem bản gốc số 07-Mật/S02 khi đơn vị giải trình trực tiếp"
        check = Check("Giải trình trực tiếp với thành viên Hội đồng", dt.date(2025, 12, 16), finding)
        add_check(year.sheets[S02], SECRET, check, actor=year.who(BY_S01), clock=year.clock)
        ask(year, S02, "2.1.5", BY_SNV, "Trích xuất số hồ sơ trực tuyến từ Hệ thống thông tin giải quyết TTHC")
        year.verdict(S02, "1.2.5", BY_SNV, {"zero": "no_explanation"}, "Không có giải trình")
        year.verdict(S02, "2.1.1", BY_SNV, {"zero": "no_evidence"}, "Không có tài liệu kiểm chứng")
        for code in own(year, S02):
            if code not in {"2.1.5", "1.2.5", "2.1.1"}:
                year.verdict(S02, code, BY_S01 if code.startswith("3") else BY_SNV)
        year.appraise(SNV, BY_S01)
    return year


def released(year: Played) -> Played:
    if appraised(year).once("released"):
        year.at("2025-12-29 17:00")
        year.group(SO, GroupAction.RELEASE_FIRST_RESULTS, SECRETARY)
    return year


def answered(year: Played) -> Played:
    """The second time: a document for 2.1.1, figures for 2.1.5; of 1.2.5 nothing is said."""
    if released(year).once("answered"):
        year.at("2025-12-30 08:00")
        attach(year, S02, ["2.1.1"], "44/QĐ-S02")
        year.explain(S02, {"2.1.1": "Quyết định số 44/QĐ-S02, Điều 1", "2.1.5": "Số liệu trích từ Hệ thống: 700/1000"})
    return year


def led(year: Played) -> Played:
    """The Chairman on paper, three Vice-chairmen on screen; the third says nothing of Sở Nội vụ."""
    if answered(year).once("led"):
        both = {"1.4.1": "8", "1.4.2": "5"}, {"1.4.1": "6", "1.4.2": "4"}
        paper = "Phiếu đánh giá của Chủ tịch UBND tỉnh"
        cells = dict(zip((S02, SNV), both, strict=True))
        assert on_paper(year, SO, "lanh_dao_01_t25", cells, paper, by=SECRETARY) == 2
        on_screen(year, SO, "lanh_dao_02_t25", {S02: {"1.4.1": "6", "1.4.2": "4"}, SNV: {"1.4.1": "7", "1.4.2": "4"}})
        on_screen(year, SO, "lanh_dao_03_t25", {S02: {"1.4.1": "7", "1.4.2": "4"}, SNV: {"1.4.1": "7", "1.4.2": "5"}})
        on_screen(year, SO, "lanh_dao_04_t25", {S02: {"1.4.1": "5", "1.4.2": "4"}})
    return year


def entered(year: Played) -> Played:
    if led(year).once("entered"):
        people = SurveyFacts("Khảo sát hài lòng 2025", "Người dân, tổ chức", "200", "150", "Đơn vị khảo sát độc lập")
        counts = {
            S02: {"5": "60", "4": "30", "3": "10", "returned": "100"},  # 450/100/5 x 6 = 5,4
            SNV: {"4": "50", "returned": "50"},  # 4/5 x 6 = 4,8
        }
        surveyed(year, SO, people, "2.2.1", counts, by=SECRETARY)
        officials = SurveyFacts("Điều tra xã hội học 2025", "Lãnh đạo, công chức", "50", "42", "Đơn vị độc lập")
        counts = {S02: {"5": "10", "4": "10", "returned": "22"}, SNV: {"5": "20", "returned": "20"}}
        surveyed(year, SO, officials, "2.2.2", counts, by=SECRETARY)
        index = {S02: {"value": "78,5"}, SNV: {"value": "60"}}
        assert figures(year, SO, "2.3", index, PORTAL, dt.date(2025, 12, 25), by=SECRETARY) == 2
    return year


def second(year: Played) -> Played:
    if entered(year).once("second"):
        year.at("2026-01-06 17:00")
        year.group(SO, GroupAction.OPEN_SECOND_APPRAISAL, SECRETARY)
    return year


def published(year: Played) -> Played:
    if second(year).once("published"):
        year.at("2026-01-12 08:00")
        year.verdict(S02, "2.1.1", BY_SNV)
        year.verdict(S02, "2.1.5", BY_SNV, {"numerator": "700", "denominator": "1000"}, "Theo số liệu bổ sung: 70%")
        year.at("2026-01-16 08:00")
        year.group(SO, GroupAction.CONCLUDE, CHAIR, document="02/BB-HĐTĐ")
        year.group(SO, GroupAction.APPROVE, "phe_duyet_t25")
        assert year.published(SO, SECRETARY, "128/QĐ-UBND", "CHỦ TỊCH UBND TỈNH") == 1
    return year


def test_1a_units_are_scored_by_chi_so_01_02_and_03(year: Played) -> None:
    """“sở, ban, ngành, các đơn vị sự nghiệp công lập, UBND các xã, phường”: three groups, one set of three indexes."""
    assert set(year.stages) == {SO, "t25_dv", "t25_xa"}
    roots = [(root.code, root.maximum) for root in year.trees[S02].roots]
    assert roots == [("CS01", Decimal(50)), ("CS02", Decimal(30)), ("CS03", Decimal(20))]


def test_1a_what_has_no_explanation_or_no_document_is_named_before_it_is_sent(year: Played) -> None:
    """“… hoặc không có tài liệu kiểm chứng không được tính điểm”: warned here, the 0 is the appraisal's."""
    scored(year)
    found = review_sheet(year.sheets[S02], actor=year.who("tong_hop_t25_s02"), clock=year.clock).findings
    warned = {(each.code, each.leaf) for each in found if each.severity is Severity.WARNING}
    assert warned == {("no_explanation", "1.2.5"), ("no_evidence", "2.1.1"), ("no_evidence", SECRET)}


def test_1a_a_scan_with_the_seal_is_as_good_as_a_signed_file(year: Played) -> None:
    """“bản chụp … hoặc văn bản điện tử có chữ ký số”: Sở 02 attached scans alone, and none is asked about."""
    scored(year)
    lines = sheet(year.sheets[S02], actor=year.who("tong_hop_t25_s02"), clock=year.clock).own_lines
    assert {each.signed for line in lines for each in line.documents} == {False}
    found = review_sheet(year.sheets[S02], actor=year.who("tong_hop_t25_s02"), clock=year.clock).findings
    assert "not_signed" not in {each.code for each in found}


def test_2_nobody_appraises_the_own_unit(year: Played) -> None:
    """“tiến hành độc lập”: the sheet of Sở Nội vụ lies on the desk of Sở mẫu 01, and on nobody's own."""
    appraised(year)
    assert year.sheets[SNV] not in {leaf.assessment_id for leaf in desk(actor=year.who(BY_SNV), clock=year.clock)}
    with pytest.raises((NotFound, Forbidden)):
        year.verdict(SNV, "1.1.1", BY_SNV)


def test_1a_what_is_secret_is_explained_in_person_and_never_uploaded(year: Played) -> None:
    """“mức độ “Mật”, … giải trình trực tiếp”: words in its place, what was seen noted by the agency, full points."""
    appraised(year)
    shown = case_view(year.sheets[S02], SECRET, actor=year.who(BY_S01), clock=year.clock)
    assert (shown.pinned.documents, shown.verdicts[-1].points) == ((), Decimal(2))
    assert "07-Mật/S02" in shown.pinned.explanation
    (note,) = agency_evidence_of(year.sheets[S02], actor=year.who(BY_S01), clock=year.clock, code=SECRET)
    assert (note.system, note.name) == ("Giải trình trực tiếp với thành viên Hội đồng", "")


def test_2a_points_are_taken_with_the_reason_and_more_is_asked_for(year: Played) -> None:
    """The unit reads reasons and the request from the release, within three working days: 30/12, 31/12 and
    1/1, which is a day off only where the list of holidays says so.
    """
    released(year)
    shown = answer_sheet(year.sheets[S02], actor=year.who("tong_hop_t25_s02"), clock=year.clock)
    assert {leaf.node.code: (leaf.verdict.points, leaf.verdict.reason[:9]) for leaf in shown.leaves} == {
        "1.2.5": (Decimal(0), "Không có "),
        "2.1.1": (Decimal(0), "Không có "),
        "2.1.5": (None, "Trích xuấ"),
    }
    assert shown.due_at == instant("2026-01-02 17:00")  # 30/12, 31/12, 02/01: New Year's day is none


def test_3_the_chairmans_sheet_on_paper_and_the_vice_chairmens_on_screen(year: Played) -> None:
    """“bằng bản giấy hoặc bản điện tử”: what is sent is locked; the paper names its document."""
    led(year)
    vice = my_sheet(year.stages[SO], actor=year.who("lanh_dao_02_t25"), clock=year.clock)
    assert vice.submitted_at == year.now
    with pytest.raises(DomainError, match="leader_sheet_submitted"):
        on_screen(year, SO, "lanh_dao_02_t25", {S02: {"1.4.1": "8"}})
    with pytest.raises(DomainError, match="leader_sheet_on_paper"):
        on_screen(year, SO, "lanh_dao_01_t25", {S02: {"1.4.1": "8"}})
    chairman = my_sheet(year.stages[SO], actor=year.who("lanh_dao_01_t25"), clock=year.clock)
    assert chairman.paper.document == "Phiếu đánh giá của Chủ tịch UBND tỉnh"


def test_4_and_5_surveys_are_independent_and_the_portals_index_has_source_and_day(year: Played) -> None:
    entered(year)
    shown = figures_view(year.stages[SO], "2.3", actor=year.who(SECRETARY), clock=year.clock)
    rows = {row.unit_code: row for row in shown.grid.rows}
    assert (rows[S02].points, rows[S02].cells["source"], rows[S02].cells["on"]) == (
        Decimal("3.14"),
        PORTAL,
        "25/12/2025",
    )
    with pytest.raises(InputInvalid, match="lines_refused"):  # 101 of 100
        figures(year, SO, "2.3", {SNV: {"value": "101"}}, PORTAL, dt.date(2025, 12, 25), by=SECRETARY)
    facts = SurveyFacts("Khảo sát thử", "Người dân", "10", "8")
    with pytest.raises(InputInvalid, match="lines_refused"):  # 9 sheets of 8 that came back
        surveyed(year, SO, facts, "2.2.1", {SNV: {"5": "9", "returned": "9"}}, by=SECRETARY)


def test_2a_more_is_asked_for_in_the_first_appraisal_alone(year: Played) -> None:
    """“trường hợp này chỉ áp dụng cho thẩm định lần 1”."""
    second(year)
    if "published" not in year.steps:
        with pytest.raises(TransitionRefused, match="request_in_first_round_only"):
            ask(year, S02, "2.1.5", BY_SNV, "Bổ sung lần nữa")
    published(year)


def test_2b_the_second_decision_is_the_last(year: Played) -> None:
    published(year)
    said = {
        code: [
            (line.round, line.points)
            for line in case_view(year.sheets[S02], code, actor=year.who(BY_SNV), clock=year.clock).verdicts
        ]
        for code in ("2.1.1", "2.1.5", "1.2.5")
    }
    assert said == {
        "2.1.1": [(1, Decimal(0)), (2, Decimal(2))],
        "2.1.5": [(1, None), (2, Decimal("3.5"))],
        "1.2.5": [(1, Decimal(0))],
    }
    with pytest.raises((Forbidden, TransitionRefused)):
        year.verdict(S02, "2.1.1", BY_SNV, {"option": "2"}, "xem lại")


def test_the_three_indexes_and_the_combined_one_are_as_worked_out_by_hand(year: Played) -> None:
    table = published(year).table(SO, SECRETARY)
    assert indexes(year, SO, SECRETARY) == {
        S02: {"CS01": ("45.9833", "91.97"), "CS02": ("26.64", "88.80"), "CS03": ("19", "95.00")},
        SNV: {"CS01": ("46.7666", "93.53"), "CS02": ("22.2", "74.00"), "CS03": ("17", "85.00")},
    }
    assert table[S02] == ("91.6233", "100", "91.62", "Tốt", 1)
    assert table[SNV] == ("85.9666", "100", "85.97", "Tốt", 2)
    assert [unit for unit, line in table.items() if line[2:] == ("", "", None)] == [S01, "T25_S03"]
    with reading() as session:
        assert verify_publications(session, blobs(year), year.now) == (1, [])
