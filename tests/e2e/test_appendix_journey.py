"""An appendix becomes the form in a real browser: dropped, settled, kept, frozen by a campaign, changed, adopted."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.db.identity import Unit
from app.db.session import unit_of_work
from app.domain.terms import UnitTier
from tests.e2e.conftest import Enter

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOURCE = Path(__file__).parents[1] / "reading" / "sources" / "003_dinh_hoa_2024.txt"
NAME = "Khung tiêu chí UBND cấp xã năm 2024"
CAMPAIGN = "Đánh giá UBND cấp xã năm 2024"
#: the offices source 003 prints as appraisers, beside the two of the world
AGENCIES = {
    "VPUB": "Văn phòng HĐND và UBND huyện",
    "PTCKH": "Phòng Tài chính - Kế hoạch",
    "PVHTT": "Phòng Văn hóa và Thông tin",
    "PTP": "Phòng Tư pháp",
}


@pytest.fixture
def agencies(portal: Flask) -> None:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        for code, name in AGENCIES.items():
            work.session.add(Unit(code=code, name=name, tier=UnitTier.AGENCY, valid_from=dt.date(2020, 1, 1)))


def test_an_appendix_is_dropped_settled_scored_and_changed_by_a_version(enter: Enter, agencies: None) -> None:
    organiser = enter("to_chuc")
    _drop(organiser)
    _look(organiser)
    _settle(organiser)
    _try(organiser)
    _keep(organiser)
    _open_a_campaign(organiser)
    officer = enter("tong_hop_01")
    _score(officer)
    _change(organiser)
    _adopt(organiser)
    _see(officer)


def _go(page: Page, link: Locator) -> None:
    with page.expect_navigation():
        link.click()


def _send(page: Page, button: str = "main form .btn-primary") -> None:
    with page.expect_navigation():
        page.locator(button).click()


def _to(page: Page, entry: str) -> None:
    """Choose an entry of the menu of configuration."""
    page.locator(".topnav summary", has_text="Cấu hình").click()
    _go(page, page.locator(".topmenu-list").get_by_role("link", name=entry, exact=True))


def _drop(page: Page) -> None:
    """Let the file fall beside its field, as from the desktop."""
    _to(page, "Nhập bộ tiêu chí")
    _go(page, page.get_by_role("link", name="Nhập tệp"))
    held = page.evaluate_handle(
        "([text, name]) => { const held = new DataTransfer(); held.items.add(new File([text], name)); return held; }",
        [SOURCE.read_text(encoding="utf-8"), SOURCE.name],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("main h1", event, {"dataTransfer": held})
    assert page.input_value("#file").endswith(SOURCE.name)
    _send(page)
    page.wait_for_url(re.compile(r"/imports/\d+$"))


def _counts(page: Page, *figures: str) -> None:
    """Rows, points, findings settled of all."""
    expect(page.locator(".t-imp .metric > b")).to_have_text(list(figures))


def _look(page: Page) -> None:
    """113 rows, 80 of them scored, 100 points, 11 errors: DOMAIN's count of source 003, worked off the paper."""
    _counts(page, "113", "100", "0/122")
    expect(page.locator(".t-imp")).to_contain_text("80 tiêu chí chấm")
    expect(page.locator(".t-imp small .c-bad")).to_have_text("11")
    # what is looked at stands in all three columns, and none of them ends below the window
    expect(page.locator("#finding [data-finding]")).to_contain_text("1.1:")
    expect(page.locator("mark.hit").first).to_be_in_viewport()
    expect(page.locator("#criterion h3")).to_contain_text("1.1")
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")


def _at(page: Page, code: str) -> Locator:
    """Wait until the finding looked at is one of this criterion."""
    finding = page.locator("#finding")
    expect(finding.locator("[data-finding]")).to_contain_text(f"{code}:")
    return finding


def _settle(page: Page) -> None:
    page.locator(".imp-filters a", has_text="Lỗi").click()
    expect(page.locator(".imp-filters a[aria-current]")).to_contain_text("Lỗi")
    finding = _at(page, "1.1")
    finding.locator(".imp-note summary").click()
    finding.locator("button[value=settle]").click()
    expect(finding.get_by_role("alert")).to_be_visible()  # a note is asked for
    finding.locator("textarea").fill("Chia 5 rồi nhân điểm tối đa, như Hội đồng đã thống nhất")
    finding.locator("button[value=settle]").click()
    _counts(page, "113", "100", "1/122")
    for code in ("1.2", "1.3", "1.4", "1.5", "2.4.1", "5.2.4.1"):
        _at(page, code).locator("button[value='remedy:0']").click()
    finding = _at(page, "5.5.3.1")
    expect(finding.locator(".imp-preview").first).to_contain_text("Dưới 100%: 0 điểm; Từ 100%: 1 điểm")
    finding.locator("button[value='remedy:0']").click()  # answers the gap of 5.5.3.1 too: the next is 8.3.1
    for code in ("8.3.1", "8.3.2"):
        _at(page, code).locator("button[value='remedy:0']").click()
    _counts(page, "113", "100", "11/122")
    expect(page.locator(".t-imp small .c-bad")).to_have_count(0)
    page.goto(page.url.partition("?")[0] + "?show=info")
    page.locator("button[value=seen_all]").click()
    _counts(page, "113", "100", "68/122")  # 11 errors and 57 notes; 54 warnings go along with the set
    page.goto(page.url.partition("?")[0])
    _counts(page, "113", "100", "68/122")


def _try(page: Page) -> None:
    """5.5.1: below 80 % nothing, from 80 % the share of 1 point."""
    page.locator(".panel-h a", has_text="Cả cây").click()
    page.locator(".imp-tree a", has_text="Kế hoạch cải cách hành chính hằng năm").click()
    expect(page.locator("#criterion h3")).to_contain_text("5.5.1")
    for numerator, points, why in (("18", "0,9 điểm", "90%"), ("15", "0 điểm", "dưới 80%")):
        page.locator("#trial-form [name=numerator]").fill(numerator)
        page.locator("#trial-form [name=denominator]").fill("20")
        expect(page.locator("#trial-result b")).to_have_text(points)
        expect(page.locator("#trial-result")).to_contain_text(why)


def _keep(page: Page) -> None:
    _go(page, page.locator(".t-imp .btn-primary"))
    page.fill("#year", "2024")
    _send(page)
    expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
    page.fill("#code", "xa_2024")
    page.fill("#name", NAME)
    _send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAME} (v1)")
    expect(page.locator("main")).to_contain_text("113 dòng, 80 tiêu chí được chấm, tổng 100 điểm")
    findings = page.locator("section", has=page.locator(".panel-h", has_text="54"))
    findings.locator("summary").click()
    expect(findings.locator("tbody tr")).to_have_count(54)


def _open_a_campaign(page: Page) -> None:
    _to(page, "Kỳ đánh giá")
    _go(page, page.get_by_role("link", name="Thêm kỳ đánh giá"))
    campaign = _record(page, code="kdg_2024", year="2024", name=CAMPAIGN)
    for link, fields in (
        ("Thêm giai đoạn", {"kind": "Tự chấm điểm", "opens_at": "08:00 01/11/2024", "closes_at": "17:00 30/11/2024"}),
        ("Thêm mức xếp loại", {"name": "Hoàn thành", "lower": "0"}),
        ("Thêm nhóm", {"group": "Xã", "council": "Hội đồng thẩm định", "criteria_set": f"{NAME} (v1)"}),
    ):
        page.goto(campaign)
        _go(page, page.get_by_role("link", name=link))
        _record(page, **fields)
    page.goto(campaign)
    _go(page, page.get_by_role("link", name="Kiểm tra và mở"))
    page.get_by_role("checkbox", name="còn thiếu").check()  # the people of the units come later here
    _send(page)
    expect(page.locator("main")).to_contain_text("Đang mở")


def _record(page: Page, **fields: str) -> str:
    """Fill a generated form and save it; return the address of what it made."""
    for name, text in fields.items():
        field = page.locator(f"form.record [name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)
    _send(page, ".formbar .btn-primary")
    expect(page.locator(".form-top")).to_have_count(0)
    return page.url


def _sheet(page: Page) -> Locator:
    """Go to the sheet of the campaign; return the card of 7.2."""
    page.goto("/sheets/")
    _go(page, page.get_by_role("row", name=CAMPAIGN).get_by_role("link"))
    return page.locator("#l-7_2")


def _score(page: Page) -> None:
    """7.2: 90 of 100, so 90 % of 2 points."""
    card = _sheet(page)
    card.locator("summary.leaf-h").click()
    card.locator("[name=numerator]").fill("90")
    card.locator("[name=denominator]").fill("100")
    card.locator("textarea").fill("Báo cáo giải ngân năm 2024")
    card.locator("textarea").blur()
    expect(page.locator("#p-7_2 b")).to_have_text("1,8")
    expect(page.locator("#o-7_2 .saved")).to_be_visible()
    expect(page.locator("#settled")).to_have_text("1/75")  # the leaders score five of the 80


def _change(page: Page) -> None:
    """Version 2 moves half a point from 7.2 to 7.3; branch VII keeps its 9."""
    _to(page, "Bộ tiêu chí")
    _go(page, page.locator("tbody").get_by_role("link", name="xa_2024"))
    _go(page, page.get_by_role("link", name="Phiên bản mới"))
    page.fill("#reason", "Điều chỉnh điểm tối đa theo góp ý của các xã")
    page.select_option("#legal_basis", index=1)
    _send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAME} (v2)")
    _go(page, page.get_by_role("link", name="Điểm tối đa của bộ"))
    _maxima(page, {"7.2": "1,5", "7.3": "2,5", "2.1.1": "0,5"})
    expect(page.locator(".maxima .err")).to_contain_text("lớn hơn điểm tối đa 0,5")  # an option of 2.1.1 gives 1
    _maxima(page, {"2.1.1": "1"})
    expect(page.locator("main")).to_contain_text("tổng 100 điểm")
    _go(page, page.locator(".page-h").get_by_role("link", name="So sánh"))
    changed = page.locator(".diff tbody tr")
    expect(changed).to_have_count(2)
    expect(changed.first.locator("dd")).to_have_text(["2", "1,5"])


def _maxima(page: Page, figures: dict[str, str]) -> None:
    for code, figure in figures.items():
        page.get_by_label(f"Điểm tối đa {code}", exact=True).fill(figure)
    _send(page, ".formbar .btn-primary")


def _adopt(page: Page) -> None:
    _go(page, page.locator(".crumb a").last)
    _go(page, page.locator("main p").get_by_role("link", name="Áp dụng phiên bản khác"))
    _go(page, page.get_by_role("link", name="Xem sẽ ảnh hưởng gì"))
    # one sheet of two is scored at 7.2, its points change; nothing has to be scored again or is sent
    row = page.get_by_role("row", name="Giải ngân vốn đầu tư công")
    expect(row.locator("td.n")).to_have_text(["1", "1", "0", "0"])
    expect(row).to_contain_text("2 → 1,5")
    page.fill("#document", "12/QĐ-UBND")
    _send(page)
    expect(page.locator("#reason")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#document")).to_have_value("12/QĐ-UBND")
    page.fill("#reason", "Điều chỉnh theo góp ý của các xã")
    _send(page)
    page.wait_for_url(re.compile(r"/campaignrecords/show/\d+$"))
    expect(page.locator("main")).to_contain_text(f"{NAME} (v2)")


def _see(page: Page) -> None:
    """90 % of 1,5 points; 7.3, scored by nobody, was touched too."""
    page.goto("/")
    _go(page, page.get_by_role("link", name="Xem thay đổi"))
    expect(page.locator("details.leaf")).to_have_count(2)
    card = page.locator("#l-7_2")
    expect(card.locator("summary .state.ask")).to_be_visible()
    expect(card.locator(".changed del")).to_have_text("2")
    expect(card.locator(".changed ins")).to_have_text("1,5")
    expect(card.locator(".changed")).to_contain_text("12/QĐ-UBND")
    expect(page.locator("#p-7_2 b")).to_have_text("1,35")
    _go(page, card.locator(".changed form button"))
    expect(page.locator("details.leaf")).to_have_count(1)  # the list goes on with what is left
    _go(page, page.locator("#l-7_3 .changed form button"))
    expect(page.locator("#l-7_3")).to_be_in_viewport()
    expect(page.locator(".changed")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("link", name="Xem thay đổi")).to_have_count(0)
