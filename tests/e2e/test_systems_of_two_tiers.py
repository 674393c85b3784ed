"""What is peculiar to the systems with two tiers of councils, in a real browser, in the order of the paper.

The parts that are not the point are played by services (tests/scenarios/play.py); what a seed does not say is set here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.identity import Council
from app.db.session import unit_of_work
from app.domain.adjustments import ItemMeasure
from app.domain.terms import AdjustmentKind, GroupAction
from app.services.group_acts import Act, act_alone
from tests.e2e.conftest import Enter
from tests.e2e.on_screen import Begin, begin, fill, pages_template, paper
from tests.e2e.test_journey import press
from tests.scenarios import quang_tri
from tests.scenarios import test_thai_binh as thai_binh
from tests.scenarios.play import Played

__all__ = ["begin", "pages_template"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_thai_binh_2023_a_report_approved_on_paper_comes_first_and_the_province_reads_what_a_district_published(
    begin: Begin, sit: Enter, tmp_path: Path
) -> None:
    """Bước 1 to 4, then the two tiers. Xã mẫu 01 reports 79,5 of its 80 and enters 80."""
    unit, group = "TB_H01_X01", "tb_xa_h01"
    year = begin("thai_binh_2023", "2023-12-08 08:00", "to_chuc_tb", report="before", report_missing="block")
    _reports_to(year, "TB_HDTD_H01", "TB_HDTD")
    sheet = f"/sheets/{year.sheets[unit]}"
    coordinator, head = sit("dau_moi_tb_h01_x01"), sit("thu_truong_tb_h01_x01")
    coordinator.goto(f"{sheet}/report")
    fill(coordinator, number="70/BC-UBND", issued_on="07/12/2023", total="79,5")
    coordinator.set_input_files('[name="file"]', paper(tmp_path, "70/BC-UBND"))
    press(coordinator, "Lưu báo cáo")
    expect(coordinator.locator("main")).to_contain_text("70/BC-UBND")
    expect(coordinator.locator('[name="total"]')).to_have_value("79,5")
    head.goto(f"{sheet}/report")
    press(head, "Phê duyệt báo cáo này")
    expect(head.locator("main")).to_contain_text("Đã phê duyệt")
    year.fill(unit, {})
    coordinator.goto(f"{sheet}/review")
    beside = coordinator.locator("#report")
    expect(beside).to_contain_text("79,5")
    expect(beside.locator("tfoot")).to_contain_text("0,50")
    beside.locator('tfoot [name="text"]').fill("7.2 tính lại theo số liệu cuối năm")
    press(coordinator, "Lưu")
    expect(coordinator.locator("#report tfoot [name=text]")).to_have_value("7.2 tính lại theo số liệu cuối năm")
    press(coordinator, "Gửi đi")
    coordinator.wait_for_url("**/receipts/1")
    _two_tiers(begin, sit, year, unit, group)


def _reports_to(year: Played, code: str, above: str) -> None:
    with unit_of_work(actor=None, clock=year.clock) as work:
        councils = {each.code: each for each in work.session.scalars(select(Council))}
        councils[code].reports_to = councils[above]


def _two_tiers(begin: Begin, sit: Enter, year: Played, unit: str, group: str) -> None:
    """“UBND huyện tổ chức thẩm định … cấp xã”: published by the district, read by the province, examined by nobody."""
    stage, secretary = year.stages[group], "thu_ky_h01_tb"
    province = sit("thu_ky_tb")
    province.goto("/upward/")
    expect(province.locator("main")).to_contain_text("chưa báo cáo")
    assert province.request.get(f"/board/{stage}").status == 404
    year.at("2023-12-15 17:00")
    year.group(group, GroupAction.OPEN_FIRST_APPRAISAL, secretary)
    year.appraise(unit, "tham_dinh_tb_h01_pnv")
    year.at("2024-01-05 17:00")
    year.group(group, GroupAction.RELEASE_FIRST_RESULTS, secretary)
    year.at("2024-01-12 17:00")
    year.entered(unit, thai_binh.ENTERED[unit], secretary)
    year.group(group, GroupAction.OPEN_SECOND_APPRAISAL, secretary)
    year.group(group, GroupAction.CONCLUDE, "chu_tich_hoi_dong_h01_tb", document="01/BB-HĐTĐ")
    year.group(group, GroupAction.APPROVE, "phe_duyet_h01_tb")
    year.published(group, secretary, "120/QĐ-UBND", "CHỦ TỊCH")
    district = sit(secretary)
    district.goto("/upward/")
    form = district.locator("section.panel", has_text="Tự đánh giá").locator("form")
    form.locator('[name="number"]').fill("15/BC-UBND")
    form.locator('[name="reported_on"]').fill("12/01/2024")
    with district.expect_navigation():
        form.get_by_role("button", name="Ghi nhận báo cáo").click()
    province.get_by_role("link", name="Kết quả cấp dưới", exact=True).click()
    expect(province.locator("main")).to_contain_text("15/BC-UBND")
    province.locator("main tbody a").first.click()
    # 80 of its own, 5,52 + 2 + 0,8 of others: 88,32 of 100
    expect(province.locator("tbody").first).to_contain_text("88,32%")
    assert province.request.get(f"/board/{stage}").status == 404


@pytest.mark.slow
def test_quang_tri_2024_an_exemption_and_a_penalty_a_notice_and_a_result_annulled(begin: Begin, sit: Enter) -> None:
    """Điều 3 (smaller maximum), 4.2c (1 point), 5 bước 7 (notice), 7 (annul). Xã mẫu 01 of Huyện mẫu 01.

    78 own points of 80: 8.3 (3) does not apply, 1 point off: 77 − 1 + 17,52 of others = 93,52 of 97: 96,41%.
    Annulled, 1.1.1 judged again at 0 of 1: 92,52 of 97: 95,38%.
    """
    unit, group, secretary, chair = "QT_H01_X01", "qt_xa_h01", "thu_ky_h01_qt", "chu_tich_hoi_dong_h01_qt"
    year = begin("quang_tri_2024", "2024-11-20 08:00", "to_chuc_qt")
    _penalised(year)
    year.fill(unit, {})
    year.approved(unit)
    year.send(unit)
    year.at("2024-11-26 08:00")
    sheet, stage = f"/sheets/{year.sheets[unit]}", year.stages[group]
    secretariat, chairman = sit(secretary), sit(chair)
    _exempted(secretariat, chairman, sheet)
    _one_point_off(secretariat, chairman, sheet)
    year.group(group, GroupAction.OPEN_FIRST_APPRAISAL, secretary)
    for agency in quang_tri.OF_DISTRICT:
        year.appraise(unit, agency)
    year.at("2024-12-16 09:00")
    year.group(group, GroupAction.RELEASE_FIRST_RESULTS, secretary)
    year.at("2024-12-20 08:00")
    year.entered(unit, quang_tri.ENTERED[quang_tri.X01], secretary)
    year.group(group, GroupAction.OPEN_SECOND_APPRAISAL, secretary)
    year.at("2024-12-27 08:00")
    year.group(group, GroupAction.CONCLUDE, chair, document="01/BB-HĐTĐ")
    year.group(group, GroupAction.APPROVE, "phe_duyet_h01_qt")
    year.published(group, secretary, "812/QĐ-UBND", "CHỦ TỊCH UBND HUYỆN")
    reader = sit("dau_moi_qt_h01_x01")
    reader.goto(f"/results/{stage}/units/{year.sheets[unit]}")
    reader.get_by_role("link", name="Thông báo chi tiết").click()
    notice = reader.locator("main")
    for words in ("96,41%", "93,52/97", "−1", "không có vi phạm phải xử lý"):
        expect(notice).to_contain_text(words)
    assert reader.request.get(f"/results/{stage}/units/{year.sheets[unit]}/notice.pdf").body()[:5] == b"%PDF-"
    _annulled(year, sit, secretariat, unit, group)


def _penalised(year: Played) -> None:
    with unit_of_work(actor=None, clock=year.clock) as work:
        campaign = work.session.get_one(Campaign, year.campaign_id)
        item = AdjustmentItem(campaign=campaign, code="c", kind=AdjustmentKind.PENALTY, measure=ItemMeasure.FIXED)
        item.text, item.points = "Văn bản chèn số, trùng số, ngày không đúng", Decimal(1)
        work.session.add(item)


def _exempted(secretariat: Page, chair: Page, sheet: str) -> None:
    secretariat.goto(f"{sheet}/exemptions")
    secretariat.locator('main select[name="code"]').select_option("8.3")
    fill(secretariat, reason="không có vi phạm phải xử lý", document="12/BC-UBND")
    press(secretariat, "Đề nghị")
    chair.goto(f"{sheet}/exemptions")
    expect(chair.locator(".metric b").first).to_have_text("100")
    chair.locator('[name="exemption"]').check()
    chair.locator('[name="document"]').fill("05/BB-HĐTĐ")
    chair.locator('[name="reason"]').fill("đúng quy định")
    press(chair, "Không áp dụng")
    expect(chair.locator(".metric b").first).to_have_text("97")


def _one_point_off(secretariat: Page, chair: Page, sheet: str) -> None:
    secretariat.goto(f"{sheet}/adjustments")
    secretariat.locator("summary", has_text="Đề nghị").last.click()  # the item made above stands last
    offered = secretariat.locator("details[open]").first
    offered.locator('[name="document"]').fill("09/BC-PNV")
    offered.locator('[name="reason"]').fill("02 văn bản trùng số")
    press(secretariat, "Đề nghị")
    chair.goto(f"{sheet}/adjustments")
    chair.locator('[name="document"]').first.fill("05/BB-HĐTĐ")
    chair.locator('[name="reason"]').first.fill("trừ 1 điểm một năm")
    press(chair, "Chấp nhận")
    expect(chair.locator(".metric b").nth(1)).to_have_text("−1")


def _annulled(year: Played, sit: Enter, secretariat: Page, unit: str, group: str) -> None:
    stage, sheet = year.stages[group], year.sheets[unit]
    year.at("2025-03-03 08:00")
    authority = sit("phe_duyet_h01_qt")
    authority.goto(f"/board/{stage}")
    authority.get_by_role("link", name=re.compile("Hủy kết quả")).click()
    authority.locator(f'[name="unit"][value="{sheet}"]').check()
    authority.locator('[name="leaf"][value="1.1.1"]').check()
    authority.locator('[name="positions"][value="recomputed"]').check()
    fill(authority, number="30/QĐ-UBND", decided_on="03/03/2025", reason="kế hoạch không có thật")
    press(authority, "Hủy kết quả")
    reader = sit("tong_hop_qt_h01_x01")
    reader.goto(f"/results/{stage}")
    expect(reader.locator("main")).to_contain_text("30/QĐ-UBND")
    expect(reader.locator("tbody").first).not_to_contain_text("96,41%")
    year.at("2025-03-04 08:00")
    secretariat.goto(f"/appraisal/{sheet}/1.1.1")
    again = secretariat.locator("form", has=secretariat.locator('[name="decision"][value="disagree"]'))
    again.locator('[name="option"]').last.check()
    again.locator('[name="reason"]').fill("không có kế hoạch trong năm")
    again.locator('[name="minutes_number"]').fill("02/BB-HĐTĐ")
    again.locator('[name="minutes_on"]').fill("04/03/2025")
    press(secretariat, "Không đồng ý")
    for action, by, more in (
        (GroupAction.CONCLUDE, "chu_tich_hoi_dong_h01_qt", {"document": "02/BB-HĐTĐ"}),
        (GroupAction.APPROVE, "phe_duyet_h01_qt", {}),
    ):
        act_alone(sheet, Act(action, **more), actor=year.who(by), clock=year.clock)
    secretariat.goto(f"/board/{stage}")
    secretariat.get_by_role("link", name=re.compile("Công bố lần tiếp theo")).click()
    fill(secretariat, document="31/QĐ-UBND", decided_on="03/03/2025", authority="UBND HUYỆN", signer="CHỦ TỊCH")
    press(secretariat, "Công bố")
    reader.goto(f"/results/{stage}")
    expect(reader.locator("tbody").first).to_contain_text("95,38%")
    fields = reader.locator("thead").nth(1).locator("th")  # eight fields of the commune's set, not its criteria
    expect(fields).to_have_text(["Đơn vị", "I", "II", "III", "IV", "V", "VI", "VII", "VIII"])
    reader.get_by_role("link", name="Các lần công bố").click()
    expect(reader.locator(".panel-h h2")).to_have_text(["Lần công bố 2", "Lần công bố 1"])
    for edition in (1, 2):
        assert reader.request.get(f"/results/{stage}/editions/{edition}.pdf").body()[:5] == b"%PDF-"
