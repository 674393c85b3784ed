"""What is peculiar to a system with one council, in a real browser, in the order of its paper.

The parts that are not the point are played by services (tests/scenarios/play.py); what a seed does not say is set here.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.domain.terms import GroupAction, ScoredBy, UnitAction
from tests.e2e.conftest import Enter
from tests.e2e.on_screen import Begin, begin, fill, pages_template
from tests.e2e.test_journey import leaf, press
from tests.scenarios.play import Played, full

__all__ = ["begin", "pages_template"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASK = "Đề nghị bổ sung tài liệu kiểm chứng"


def test_phu_yen_2022_the_head_returns_then_approves_then_it_is_sent(begin: Begin, sit: Enter) -> None:
    """“… phải do người đứng đầu cơ quan, đơn vị phê duyệt”: one year of Xã mẫu 01, in three seats."""
    year = begin("phu_yen_2022", "2022-12-05 08:00", "to_chuc_py")
    year.fill("PY_X01", {"1.2": {"faults": "1"}}, silent={"1.2"})
    sheet = f"/sheets/{year.sheets['PY_X01']}"
    officer, head, coordinator = sit("tong_hop_py_x01"), sit("thu_truong_py_x01"), sit("dau_moi_py_x01")
    coordinator.goto(f"{sheet}/review")
    expect(coordinator.get_by_role("button", name="Gửi đi")).to_have_attribute("aria-disabled", "true")
    officer.goto(f"{sheet}/review")
    press(officer, "Trình duyệt")
    head.goto("/")
    expect(head.locator("main")).to_contain_text("Xã mẫu 01")
    head.goto(f"{sheet}/review")
    press(head, "Trả lại cán bộ")
    expect(head.get_by_role("alert")).to_contain_text("lý do")  # never without a word why not
    head.fill('[name="reason"]', "Tiêu chí 1.2: giải trình báo cáo gửi chậm")
    press(head, "Trả lại cán bộ")
    officer.goto("/")
    expect(officer.locator("main")).to_contain_text("giải trình báo cáo gửi chậm")
    officer.goto(sheet)
    leaf(officer, "1.2").locator("textarea").fill("Mục 1.2: báo cáo quý II gửi chậm 01 ngày")
    officer.locator("#e-1_2").blur()
    expect(officer.locator("#o-1_2 .saved")).to_be_visible()
    officer.goto(f"{sheet}/review")
    press(officer, "Trình duyệt")
    head.goto(f"{sheet}/review")
    press(head, "Phê duyệt")
    coordinator.goto(f"{sheet}/review")
    press(coordinator, "Gửi đi")
    coordinator.wait_for_url("**/receipts/1")
    expect(coordinator.locator("main")).to_contain_text("05/12/2022")


def test_tinh_2025_more_is_asked_for_in_round_one_alone_a_leader_scores_and_three_indexes_stand(
    begin: Begin, sit: Enter
) -> None:
    """Đơn vị sự nghiệp mẫu 01: 2a “đề nghị bổ sung” in round one, 3 the leaders, 1a Chỉ số 01, 02, 03.

    The unit claims all of its points; others enter nothing but the one leader's 8 of 8 and 4 of 5.
    """
    unit, group, secretary, agency = "T25_DV01", "t25_dv", "thu_ky_t25", "tham_dinh_t25_snv"
    three = [
        {"code": f"CS0{number}", "name": f"Chỉ số 0{number}", "branches": [f"CS0{number}"], "weight": None}
        for number in (1, 2, 3)
    ]
    year = begin("tinh_2025", "2025-12-02 08:00", "to_chuc_t25", indexes=three)
    year.fill(unit, {})
    year.send(unit)
    year.at("2025-12-15 17:00")
    year.group(group, GroupAction.OPEN_FIRST_APPRAISAL, secretary)
    sheet, case = f"/sheets/{year.sheets[unit]}", f"/appraisal/{year.sheets[unit]}/1.1.1"
    appraiser = sit(agency)
    appraiser.goto(case)
    appraiser.locator("summary", has_text=ASK).click()
    fill(appraiser, wanted="Kế hoạch có số, ngày ban hành", due_at="17:00 02/01/2026")
    press(appraiser, ASK)
    appraiser.goto(case)
    expect(appraiser.locator("main")).to_contain_text("Kế hoạch có số, ngày ban hành")
    year.appraise_but(unit, agency, "1.1.1")
    year.appraise_but(unit, "tham_dinh_t25_s01")
    year.at("2025-12-29 17:00")
    year.group(group, GroupAction.RELEASE_FIRST_RESULTS, secretary)
    _answered(sit, sheet)
    year.at("2026-01-06 17:00")
    year.group(group, GroupAction.OPEN_SECOND_APPRAISAL, secretary)
    appraiser.goto(case)
    expect(appraiser.locator("main")).to_contain_text("Kế hoạch số 12/KH-DV ngày 05/01/2025")
    expect(appraiser.get_by_text(ASK)).to_have_count(0)
    expect(appraiser.locator('[name="wanted"]')).to_have_count(0)
    press(appraiser, re.compile("^Đồng ý"))
    _a_leader_scores(sit("lanh_dao_01_t25"))
    reader = sit(secretary)
    reader.goto(f"/results/{year.stages[group]}")
    heads = reader.locator("thead").first.locator("th")
    expect(heads).to_contain_text(["Hạng", "Đơn vị", "Điểm", "CS01", "CS02", "CS03", "Chỉ số"])


def _answered(sit: Enter, sheet: str) -> None:
    officer = sit("tong_hop_t25_dv01")
    officer.goto(f"{sheet}/answers")
    expect(officer.locator("main")).to_contain_text("17:00 02/01/2026")
    officer.locator('main textarea[name="text"]').first.fill("Kế hoạch số 12/KH-DV ngày 05/01/2025")
    press(officer, "Lưu giải trình")
    coordinator = sit("dau_moi_t25_dv01")
    coordinator.goto(f"{sheet}/answers")
    press(coordinator, re.compile("Gửi giải trình"))


def _a_leader_scores(leader: Page) -> None:
    """“Phiếu đánh giá, chấm điểm bằng bản giấy hoặc bản điện tử”: a whole group on one page, sent once."""
    leader.get_by_role("link", name="Phiếu của tôi", exact=True).click()
    leader.locator("main").get_by_role("link", name=re.compile("sự nghiệp")).first.click()
    cells = leader.locator("main tbody tr").first.locator("input:not([type=hidden]), select")
    cells.nth(0).fill("8")
    cells.nth(1).select_option("4")
    press(leader, "Lưu và gửi phiếu")
    expect(leader.get_by_role("alert")).to_be_visible()  # the other unit is empty: said, and nothing is lost
    expect(cells.nth(0)).to_have_value("8")
    leader.locator('[name="seen"]').check()
    press(leader, "Lưu và gửi phiếu")
    expect(leader.get_by_role("button", name="Lưu và gửi phiếu")).to_have_count(0)


def test_dinh_hoa_2024_leaders_sheets_on_paper_the_first_year_and_what_comes_after_17_00(
    begin: Begin, sit: Enter
) -> None:
    """I (leaders), VIII (“năm đầu tiên … Hội đồng thẩm định chấm điểm tối đa”), “trước 17h00 ngày 25/11”, gia hạn."""
    unit = "XM01"
    year = begin("dinh_hoa_2024", "2024-11-20 08:00", "to_chuc")
    sheet, stage = f"/sheets/{year.sheets[unit]}", year.stages["xa"]
    organiser, secretariat, coordinator = sit("to_chuc"), sit("thu_ky"), sit("dau_moi_xm01")
    organiser.goto(f"/campaigns/{year.campaign_id}/overrides")
    for code in ("8.1", "8.2"):
        expect(organiser.locator("main tbody tr", has_text=code).first).to_contain_text("năm đầu tiên")
    _leaders_on_paper(secretariat, stage)
    for line in year.trees[unit].leaves:
        if line.scored_by is ScoredBy.UNIT and line.code not in {"8.1", "8.2"}:  # the council's, this year
            assert line.rule is not None
            year.score(unit, line.code, full(line.rule, line.maximum))
    year.act(unit, UnitAction.REQUEST_APPROVAL, "tong_hop")
    year.act(unit, UnitAction.APPROVE_BY_UNIT, "chu_tich")
    year.at("2024-11-25 16:59:59")
    coordinator.goto(f"{sheet}/review")
    year.at("2024-11-25 17:00:00")
    press(coordinator, "Gửi đi")
    expect(coordinator.get_by_role("alert")).to_contain_text("17:00 25/11/2024")
    _extended(year, secretariat, stage, unit)
    coordinator.goto(f"{sheet}/review")
    press(coordinator, "Gửi đi")
    coordinator.wait_for_url("**/receipts/1")
    expect(coordinator.locator("main")).to_contain_text("17:30:00 25/11/2024")


def _leaders_on_paper(secretariat: Page, stage: int) -> None:
    """A paper of leader 01 is typed in for one commune: five answers count, the others stay open."""
    secretariat.goto(f"/entered/{stage}")
    secretariat.get_by_role("link", name="Lãnh đạo UBND huyện 01").click()
    form = secretariat.locator("main form").first
    form.locator('input[type="text"], input:not([type])').first.fill("01/PLĐ")
    form.locator('[name="signed_on"]').fill("20/11/2024")
    cells = form.locator("tbody tr").first.locator("select")
    for place in range(5):
        cells.nth(place).select_option("5")
    press(secretariat, "Lưu phiếu này")
    secretariat.goto(f"/entered/{stage}")
    expect(secretariat.locator("tr", has_text="Lãnh đạo UBND huyện 01").locator("td").last).to_have_text("5")


def _extended(year: Played, secretariat: Page, stage: int, unit: str) -> None:
    year.at("2024-11-25 17:30:00")
    secretariat.goto(f"/board/{stage}")
    secretariat.get_by_role("link", name="Thời hạn riêng").click()
    secretariat.select_option("#unit", str(year.sheets[unit]))
    secretariat.select_option("#ground", "extension")
    fill(secretariat, opens_at="25/11/2024 17:30", due_at="27/11/2024 17:00", reason="mất điện")
    press(secretariat, "Mở thời hạn")
    expect(secretariat.get_by_role("alert")).to_be_visible()  # an extension rests on its document
    expect(secretariat.locator("#reason")).to_have_value("mất điện")
    secretariat.fill("#document", "15/QĐ-HĐTĐ")
    press(secretariat, "Mở thời hạn")
    expect(secretariat.locator("main")).to_contain_text("15/QĐ-HĐTĐ")
