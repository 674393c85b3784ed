"""One campaign in a real browser: first sign-in, every rule kind a unit fills, a PDF, a clash, sending, the paper."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas

from app.db.clock import FixedClock
from tests.e2e.conftest import Enter
from tests.services.flow import FULL
from tests.web.world import World

pytestmark = pytest.mark.browser

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)

#: leaf → (what is filled, what the card shows); worked from the rules of tests/web/world.py
FIGURES = {
    "1.3": ({"numerator": "12", "denominator": "10"}, "2"),
    "1.4": ({"count": "1"}, "2"),
    "1.5": ({"numerator": "65", "denominator": "80"}, "3,25"),
    "1.6": ({"count": "3"}, "0,75"),
    "1.7": ({"numerator": "199", "denominator": "200", "faults": "1"}, "0,5"),
    "1.8": ({"measures.cchc_rank": "3"}, "1"),
    "1.9": ({"points": "0,75"}, "0,75"),
}


def leaf(page: Page, code: str):  # type: ignore[no-untyped-def]
    card = page.locator(f"#l-{code.replace('.', '_')}")
    if card.get_attribute("open") is None:
        card.locator("summary.leaf-h").click()
    return card


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button that sends a form, and wait for the page it leads to."""
    button = page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).first
    with page.expect_navigation():
        button.click()


def shows(page: Page, code: str, points: str) -> None:
    expect(page.locator(f"#p-{code.replace('.', '_')} b")).to_have_text(points)


def fill_every_kind(page: Page) -> None:
    leaf(page, "1.1").locator('input[name=option][value="1"]').check()
    shows(page, "1.1", "1")
    card = leaf(page, "1.2")
    card.locator('input[name=option][value="2"]').check()
    shows(page, "1.2", "1")
    card.locator('input[name=option][value="1"]').check()
    shows(page, "1.2", "2")
    for code, (fields, points) in FIGURES.items():
        card = leaf(page, code)
        for name, text in fields.items():
            card.locator(f'[name="{name}"]').fill(text)
        card.locator("textarea").click()
        shows(page, code, points)
    # 1 + 2 + 2 + 2 + 3,25 + 0,75 + 0,5 + 1 + 0,75
    expect(page.locator("#points")).to_have_text("13,25")
    expect(page.locator("#settled")).to_have_text("9/9")


def test_a_bad_figure_is_said_at_the_leaf_and_stays(enter: Enter, world: World) -> None:
    page = enter("can_bo_01")
    page.goto(f"/sheets/{world.sheets['XM01']}")
    card = leaf(page, "1.4")
    card.locator('[name="count"]').fill("abc")
    card.locator("textarea").click()
    expect(page.locator("#o-1_4")).to_contain_text("không phải số")
    expect(card.locator('[name="count"]')).to_have_value("abc")
    shows(page, "1.4", "–")


def test_text_typed_without_a_connection_survives_a_reload(enter: Enter, world: World) -> None:
    page = enter("can_bo_01")
    page.goto(f"/sheets/{world.sheets['XM01']}")
    # the saves alone fail: a connection that comes back sends what is kept by itself, and would race with the reload
    saves = re.compile(r"/entries/")
    page.route(saves, lambda route: route.abort("internetdisconnected"))
    leaf(page, "1.1").locator("textarea").fill("gõ lúc mất mạng")
    expect(page.locator("#o-1_1")).to_contain_text("mất kết nối")
    page.unroute(saves)
    page.reload()
    expect(page.locator("#o-1_1 .saved")).to_be_visible()
    page.reload()
    expect(page.locator("#e-1_1")).to_have_value("gõ lúc mất mạng")


def test_a_campaign_from_first_sign_in_to_the_printed_ranking(
    portal: Flask,
    enter: Enter,
    world: World,
    tmp_path: Path,
) -> None:
    sheet = world.sheets["XM01"]
    officer = enter("can_bo_01")
    officer.get_by_role("link", name="Phiếu chấm", exact=True).click()
    officer.get_by_role("link", name="Xã mẫu 01").click()
    fill_every_kind(officer)
    _attach(officer, tmp_path)
    coordinator = enter("dau_moi_01")
    _clash(officer, coordinator, sheet)
    _send(officer, enter("thu_truong_01"), coordinator, sheet)
    _appraise(portal, enter, world, tmp_path)


def _attach(page: Page, folder: Path) -> None:
    paper = Canvas(str(folder / "58.pdf"))
    paper.drawString(100, 700, "58/BC-UBND")
    paper.save()
    leaf(page, "1.1").get_by_role("link", name="Tài liệu kiểm chứng").click()
    page.set_input_files("#file", folder / "58.pdf")
    page.fill("#number", "58/BC-UBND")
    press(page, "Đính kèm")
    expect(page.get_by_role("link", name="58/BC-UBND").first).to_be_visible()
    (folder / "evil.pdf").write_bytes(b"MZ\x90\x00")
    page.set_input_files("#file", folder / "evil.pdf")
    press(page, "Đính kèm")
    expect(page.get_by_role("alert")).to_contain_text("không phải PDF")


def _clash(officer: Page, coordinator: Page, sheet: int) -> None:
    for page in (officer, coordinator):
        page.goto(f"/sheets/{sheet}")
        leaf(page, "1.2")
    coordinator.fill("#e-1_2", "bản của đầu mối")
    coordinator.locator("#e-1_2").blur()
    expect(coordinator.locator("#o-1_2 .saved")).to_be_visible()
    officer.fill("#e-1_2", "bản của cán bộ")
    officer.locator("#e-1_2").blur()
    expect(officer.locator("#o-1_2")).to_contain_text("bản của đầu mối")
    expect(officer.locator("#o-1_2")).to_contain_text("bản của cán bộ")
    officer.fill("#e-1_2", "bản ghép")
    officer.locator("#e-1_2").blur()
    expect(officer.locator("#o-1_2 .saved")).to_be_visible()


def _send(officer: Page, head: Page, coordinator: Page, sheet: int) -> None:
    officer.get_by_role("link", name="Rà soát và gửi").click()
    press(officer, "Trình duyệt")
    head.goto(f"/sheets/{sheet}/review")
    press(head, "Phê duyệt")
    coordinator.goto(f"/sheets/{sheet}/review")
    press(coordinator, "Gửi đi")
    coordinator.wait_for_url("**/receipts/1")
    expect(coordinator.locator("main")).to_contain_text("16:00:00 25/11/2024")


def _appraise(portal: Flask, enter: Enter, world: World, folder: Path) -> None:
    sheet, stage = world.sheets["XM01"], world.stage
    portal.extensions["clock"] = FixedClock(LOCK)
    secretary, appraiser = enter("thu_ky"), enter("tham_dinh_pnv")
    secretary.get_by_role("link", name="Bảng điều hành").first.click()
    secretary.get_by_role("link", name="Xã", exact=True).click()
    press(secretary, re.compile("Mở thẩm định lần một"))
    appraiser.goto(f"/appraisal/{sheet}/1.1")
    for _ in FULL:
        press(appraiser, re.compile("^Đồng ý"))
    expect(appraiser.locator(".metric b")).to_have_text("0")
    secretary.reload()
    press(secretary, re.compile("Thông báo kết quả thẩm định lần một"))
    portal.extensions["clock"] = FixedClock(LOCK + dt.timedelta(days=3))
    secretary.reload()
    press(secretary, re.compile("Mở thẩm định lần hai"))
    secretary.goto(f"/board/sheets/{sheet}")
    secretary.locator(f'main a[href^="/entered/{stage}/leaders/"]').first.click()
    secretary.locator('input[name="document"]').first.fill("Phiếu 01")
    secretary.select_option('[name="c.0.2.1"]', "5")
    press(secretary, "Lưu phiếu này")
    secretary.goto(f"/board/sheets/{sheet}")
    secretary.locator(f'main a[href="/entered/{stage}/figures/2.2"]').click()
    for name, text in (("value", "80"), ("source", "Cổng DVC"), ("on", "20/11/2024")):
        secretary.fill(f'[name="c.0.{name}"]', text)
    press(secretary, "Lưu số liệu")
    chair, authority = enter("chu_tich_hd"), enter("phe_duyet")
    chair.goto(f"/board/{stage}")
    chair.fill('[name="document"]', "01/BB-HDTD")
    press(chair, re.compile("Kết luận"))
    authority.goto(f"/board/{stage}")
    press(authority, re.compile("Phê duyệt kết quả"))
    secretary.goto(f"/board/{stage}")
    for name, text in (
        ("document", "12/QĐ-UBND"),
        ("decided_on", "2024-12-20"),
        ("authority", "UBND"),
        ("signer", "CT"),
    ):
        secretary.fill(f'[name="{name}"]', text)
    press(secretary, re.compile("Công bố"))
    secretary.get_by_role("link", name="Kết quả", exact=True).click()
    secretary.get_by_role("link", name="Xã", exact=True).click()
    # 13,25 of the unit, 1 from the leader, 0,8 from the portal: 15,05 of 20
    expect(secretary.locator("tbody").first).to_contain_text("75,25%")
    paper = secretary.request.get(f"/results/{stage}/published.pdf")
    (folder / "ranking.pdf").write_bytes(paper.body())
    words = subprocess.run(["pdftotext", str(folder / "ranking.pdf"), "-"], capture_output=True, text=True, check=True)
    for wanted in ("KẾT QUẢ ĐÁNH GIÁ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Xã mẫu 01", "75,25", "12/QĐ-UBND"):
        assert wanted in words.stdout
