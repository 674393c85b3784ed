"""The year of Quảng Trị as the tests of its paper play it on, step by step; every step stands on those before it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from app.db.audit_trail import verify
from app.db.identity import Council
from app.db.session import reading
from app.domain.editions import PositionsAfter
from app.domain.errors import Forbidden
from app.domain.rechecks import Minutes as MinutesOfRecheck
from app.domain.terms import GroupAction, PhaseKind, WindowGround
from app.services.agency_evidence import Check, add_check
from app.services.annulment import Annul, annul
from app.services.rechecks import answer_recheck, ask_recheck, record_recheck
from app.services.unit_notice import UnitNotice, unit_notice
from app.services.unit_reports import explain_difference
from app.services.upward import RecordReport, ReportLine, record_report, reports
from app.services.verdict_marks import Minutes
from app.services.verification import verify_publications
from app.services.windows import GrantWindow, grant_window
from tests.scenarios.play import Claim, Played, instant

SNV, S01, X01, X02, X03 = "QT_SNV", "QT_S01", "QT_H01_X01", "QT_H01_X02", "QT_H01_X03"
SO, XA = "qt_so", "qt_xa_h01"
PROVINCE, DISTRICT = "to_thu_ky_qt", "thu_ky_h01_qt"
LOST: dict[str, dict[str, Claim]] = {
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
        "2.1": {"nothing_arose": True},  # không phát sinh: 2 of 2
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
ENTERED: dict[str, dict[str, Claim]] = {
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
#: the last days the decision names, each to its end
CLOSES = {
    PhaseKind.DATA_CUTOFF: "2024-11-16 00:00",
    PhaseKind.REPORT_DUE: "2024-11-26 00:00",
    PhaseKind.SCORING: "2024-11-26 00:00",
    PhaseKind.SECOND_APPRAISAL: "2025-01-01 00:00",
    PhaseKind.UPWARD_REPORT: "2025-01-16 00:00",
}
#: what the signed reports say: what the sheets come to, but for Xã mẫu 01, whose report has 0,25 points more
REPORTED = {SNV: "82", S01: "75,2", X01: "79,5", X02: "62"}
MEMBERS = tuple(f"tham_dinh_qt_{name}" for name in ("snv", "vpub", "stp", "stc", "stttt"))
OF_DISTRICT = tuple(f"tham_dinh_qt_h01_{name}" for name in ("pnv", "vp", "ptp", "ptckh", "pvhtt"))
PVHTT = "tham_dinh_qt_h01_pvhtt"
MINUTES = Minutes("02/BB-HĐTĐ", dt.date(2024, 12, 26))
#: what the council takes back from Sở Nội vụ in March: 5 + 5 + 3 + 3 + 3 + 3 = 22 points
TAKEN_BACK: dict[str, Claim] = {
    "3.3.2": {"numerator": "94", "denominator": "100"},  # dưới 95%: 0 of 5
    "7.2.1": {"numerator": "29", "denominator": "100"},  # dưới 30%: 0 of 5
    "7.2.2": {"numerator": "0", "denominator": "100"},  # 0% x 3: 0 of 3
    "6.1": {"numerator": "84", "denominator": "100"},  # dưới 85%: 0 of 3
    "1.6": {"zero": "not_recognised"},  # Điều 10.3b, “không công nhận điểm tự chấm”: 0 of 3
    "7.1": {"numerator": "94", "denominator": "100"},  # dưới 95%: 0 of 3
}


def reported(year: Played) -> Played:
    """The heads approve the reports on 18/11; Sở Nội vụ has no task under 2.1 and says so in its own."""
    if year.once("reported"):
        year.at("2024-11-18 08:00")
        year.exempt(SNV, "2.1", "dau_moi_qt_snv", "Không được giao tham mưu văn bản quy phạm pháp luật")
        for unit, total in REPORTED.items():
            year.report(unit, total, "70/BC", difficulties="Thiếu người phụ trách", proposals="Tập huấn phần mềm")
        for unit in (SNV, X01, X02):
            year.approve_report(unit)
    return year


def scored(year: Played) -> Played:
    """Each unit enters its sheet from the report; the council decides what does not apply before it is sent."""
    if reported(year).once("scored"):
        year.at("2024-11-20 08:00")
        for unit in (SNV, S01, X01, X02):
            year.fill(unit, LOST[unit])
        explain_difference(
            year.sheets[X01], "", "Số liệu 3.2.2 sửa sau khi ký", actor=year.who("dau_moi_qt_h01_x01"), clock=year.clock
        )
        year.propose(SNV, "4.1b", "dau_moi_qt_snv", count="10")
        year.propose(S01, "4.1a", "dau_moi_qt_s01")
        year.at("2024-11-22 08:00")
        with pytest.raises(Forbidden, match="own_unit_refused"):  # Điều 8.1a: the chair is the Giám đốc Sở Nội vụ
            year.decided(SNV, "chu_tich_hoi_dong_qt")
        year.decided(SNV, "pho_chu_tich_hoi_dong_qt")
    return year


def sent(year: Played) -> Played:
    if scored(year).once("sent"):
        year.approve_report(S01)
        for unit in (SNV, S01, X02):
            year.approved(unit)
            year.send(unit)
        year.approved(X01)
        year.at("2024-11-25 23:59:59")
        year.send(X01)
    return year


def appraised(year: Played) -> Played:
    """One request of evidence, one check on a named system, one correction; 4.2c is found by two sides."""
    if sent(year).once("appraised"):
        year.at("2024-11-26 08:00")
        year.group(SO, GroupAction.OPEN_FIRST_APPRAISAL, PROVINCE)
        year.group(XA, GroupAction.OPEN_FIRST_APPRAISAL, DISTRICT)
        for unit in (SNV, S01):
            for member in MEMBERS:
                year.appraise(unit, member)
        system = Check("Hệ thống thông tin giải quyết TTHC", dt.date(2024, 11, 26), "60 trong 100 hồ sơ trực tuyến")
        add_check(year.sheets[X01], "7.2.1", system, actor=year.who(PVHTT), clock=year.clock)
        corrected: dict[str, tuple[Claim, str]] = {
            "7.2.1": ({"numerator": "60", "denominator": "100"}, "Theo Hệ thống thông tin giải quyết TTHC")
        }
        for member in OF_DISTRICT:
            year.appraise(X01, member, corrected)
            year.appraise(X02, member, asked={"6.4": "Văn bản gửi báo cáo quyết toán"})
        year.propose(S01, "4.2c", "tham_dinh_qt_stp")
        year.propose(S01, "4.2c", PROVINCE)
        year.propose(X02, "4.2a", DISTRICT, numerator="31", denominator="100")
    return year


def supplied(year: Played) -> Played:
    """Xã mẫu 02 answers in the last minute of the second day; its agency agrees."""
    if appraised(year).once("supplied"):
        year.at("2024-11-28 16:59:59")
        year.answer(X02, "6.4", "Công văn 15/CV gửi ngày 10/01/2024")
        year.at("2024-11-29 08:00")
        year.verdict(X02, "6.4", "tham_dinh_qt_h01_ptckh")
    return year


def updated(year: Played) -> Played:
    """The second data update, to the end of 14/12: Xã mẫu 01 has 195 of 200 on time now and sends again."""
    if supplied(year).once("updated"):
        year.at("2024-12-02 08:00")
        command = GrantWindow(
            year.stages[XA],
            WindowGround.DATA_UPDATE,
            opens_at=year.now,
            due_at=instant("2024-12-15 00:00"),
            document="88/SNV-CCHC",
        )
        grant_window(command, actor=year.who(DISTRICT), clock=year.clock)
        year.at("2024-12-14 23:59:00")
        year.score(X01, "3.2.2", {"numerator": "195", "denominator": "200"}, "Số liệu đến 14/12", version=1)
        year.at("2024-12-14 23:59:59")
        assert year.send(X01).number == 2
        year.at("2024-12-16 08:00")
        year.verdict(X01, "3.2.2", "tham_dinh_qt_h01_vp")
    return year


def released(year: Played) -> Played:
    """Sent out on 17/12 upon the written request of 16/12."""
    if updated(year).once("released"):
        year.at("2024-12-17 08:00")
        for group, secretary in ((SO, PROVINCE), (XA, DISTRICT)):
            written = {"document": "145/HĐTĐ", "dated_on": dt.date(2024, 12, 16)}
            year.group(group, GroupAction.RELEASE_FIRST_RESULTS, secretary, **written)
    return year


def heard(year: Played) -> Played:
    """Xã mẫu 01 explains and asks for a recheck; what others enter is complete; the second round is open."""
    if released(year).once("heard"):
        year.at("2024-12-18 16:59:58")
        head = year.who("thu_truong_qt_h01_x01")
        asked = ask_recheck(year.sheets[X01], "7.2.1", "Đề nghị đếm lại tại xã", actor=head, clock=year.clock)
        year.at("2024-12-18 16:59:59")
        year.explain(X01, {"7.2.1": "Hệ thống đếm thiếu 20 hồ sơ tiếp nhận trực tuyến"})
        year.at("2024-12-19 08:00")
        day, appraiser = year.today, year.who(PVHTT)
        answer_recheck(asked, day, "", actor=appraiser, clock=year.clock)
        found = MinutesOfRecheck("05/BB-KT", day, "Đại diện xã; chuyên viên", "80 trong 100 hồ sơ")
        record_recheck(asked, found, actor=appraiser, clock=year.clock)
        year.at("2024-12-20 08:00")
        for unit, claims in ENTERED.items():
            year.entered(unit, claims, PROVINCE if unit in (SNV, S01) else DISTRICT)
        year.group(SO, GroupAction.OPEN_SECOND_APPRAISAL, PROVINCE)
        year.group(XA, GroupAction.OPEN_SECOND_APPRAISAL, DISTRICT)
    return year


def published(year: Played) -> Played:
    """The councils meet on 26/12; both tiers are published on 27/12."""
    if heard(year).once("published"):
        year.at("2024-12-26 08:00")
        claim: Claim = {"numerator": "80", "denominator": "100"}
        year.verdict(X01, "7.2.1", DISTRICT, claim, "Hội đồng xem xét tại phiên họp", MINUTES)
        year.decided(S01, "chu_tich_hoi_dong_qt")
        year.decided(X02, "chu_tich_hoi_dong_h01_qt")
        year.at("2024-12-27 08:00")
        for group, chair, authority, secretary, number, signer in (
            (SO, "chu_tich_hoi_dong_qt", "phe_duyet_qt", PROVINCE, "3201/QĐ-UBND", "CHỦ TỊCH UBND TỈNH"),
            (XA, "chu_tich_hoi_dong_h01_qt", "phe_duyet_h01_qt", DISTRICT, "812/QĐ-UBND", "CHỦ TỊCH UBND HUYỆN"),
        ):
            year.group(group, GroupAction.CONCLUDE, chair, document="01/BB-HĐTĐ")
            year.group(group, GroupAction.APPROVE, authority)
            assert year.published(group, secretary, number, signer) == 1
    return year


def council(code: str) -> tuple[int, str]:
    """Return id and name of a council."""
    with reading() as session:
        found = session.scalars(select(Council).where(Council.code == code)).one()
        return found.id, found.name


def report_upward(year: Played, number: int, paper: str) -> None:
    command = RecordReport(year.campaign_id, number, paper, year.today)
    record_report(command, actor=year.who(DISTRICT), clock=year.clock)


def annul_snv(year: Played, positions: PositionsAfter | None) -> None:
    command = Annul(
        year.stages[SO],
        (year.sheets[SNV],),
        tuple(TAKEN_BACK),
        "410/QĐ-UBND",
        year.today,
        "Thanh tra phát hiện hồ sơ trễ hạn không được thống kê",
        positions,
    )
    annul(command, actor=year.who("phe_duyet_qt"), clock=year.clock)


def annulled(year: Played) -> Played:
    if published(year).once("annulled"):
        year.at("2025-03-03 08:00")
        annul_snv(year, PositionsAfter.RECOMPUTED)
    return year


def classed_again(year: Played) -> Played:
    """The council judges the six leaves again, in minutes of its own; edition 2 supersedes the first."""
    if annulled(year).once("again"):
        year.at("2025-03-10 08:00")
        minutes = Minutes("03/BB-HĐTĐ", year.today)
        for code, claim in TAKEN_BACK.items():
            year.verdict(SNV, code, PROVINCE, claim, "Theo kết luận thanh tra", minutes)
        year.alone(SNV, GroupAction.CONCLUDE, "chu_tich_hoi_dong_qt", document="03/BB-HĐTĐ")
        year.alone(SNV, GroupAction.APPROVE, "phe_duyet_qt")
        assert year.published(SO, PROVINCE, "455/QĐ-UBND", "CHỦ TỊCH UBND TỈNH") == 2
    return year


def verified(year: Played) -> tuple[int, list[str]]:
    """Return how many groups `flask results verify` would read, and what it would have against their editions."""
    with reading() as session:
        assert verify(session)[1] is None
        return verify_publications(session, year.blobs, year.now)


def notice(year: Played, unit: str, group: str, **more: int) -> UnitNotice:
    reader = year.who(f"dau_moi_{unit.lower()}")
    return unit_notice(year.stages[group], year.sheets[unit], actor=reader, clock=year.clock, **more)


def upward(year: Played, reader: str) -> dict[str, ReportLine]:
    return {line.council: line for line in reports(actor=year.who(reader), clock=year.clock)}
