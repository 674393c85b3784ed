"""The annex of Định Hóa in a real browser: leaves filled, figures taken back, the head's approval on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app import create_app
from app.db.assessments import Assessment
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.identity import PortalUser, Unit
from app.db.queries.people import actor_of
from app.db.session import reading
from app.domain.terms import UnitAction
from app.services import seed_identity
from app.services.seeds import load_seed
from app.services.self_scoring import decline_remaining
from app.services.submissions import act
from tests.databases import BEFORE_THE_LOCK
from tests.e2e.conftest import Enter
from tests.web.conftest import _settings
from tests.web.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def portal(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The portal with the seed loaded an hour before the lock of its year; the rehearsal is open then."""
    whole = seed_identity.generate_password_hash
    monkeypatch.setattr(seed_identity, "generate_password_hash", lambda text: whole(text, method="pbkdf2:sha256:1"))
    monkeypatch.setattr(seed_identity, "first_password", lambda: PASSWORD)
    path = tmp_path / "portal.sqlite3"
    shutil.copy(sqlite_template, path)
    app = create_app(_settings(path))
    app.extensions["clock"] = FixedClock(BEFORE_THE_LOCK)
    load_seed("dinh_hoa_2024", clock=FixedClock(BEFORE_THE_LOCK))
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def sheet() -> int:
    """The rehearsal's sheet of Xã mẫu 01; asked for after the portal."""
    with reading() as session:
        found = (
            select(Assessment.id)
            .join(Assessment.campaign)
            .join(Assessment.unit)
            .where(Campaign.code == "dien_tap", Unit.code == "XM01")
        )
        return session.scalars(found).one()


def leaf(page: Page, code: str) -> Locator:
    card = page.locator(f"#l-{code.replace('.', '_')}")
    if card.get_attribute("open") is None:
        card.locator("summary.leaf-h").click()
    return card


def shows(page: Page, code: str, points: str) -> None:
    expect(page.locator(f"#p-{code.replace('.', '_')} b")).to_have_text(points)


def typed(page: Page, code: str, **figures: str) -> None:
    """Type figures and leave their group, as one does by going on to the explanation."""
    card = leaf(page, code)
    for name, text in figures.items():
        card.locator(f'[name="{name.replace("__", ".")}"]').fill(text)
    card.locator("textarea").click()


#: leaf, figures, points; worked from the annex: 84/99 is below 85 %; 1 − 0,5; 120 % earns the maximum; 4 overdue of
#: at most 5; 95,5 % × 2; last year 1 and 8: one equal, one better, the worse counts
FIGURES = [
    ("2.4.1", {"count": "2"}, "0,5"),
    ("2.4.2", {"numerator": "84", "denominator": "99"}, "0"),
    ("5.5.3.4", {"numerator": "199", "denominator": "200", "faults": "1"}, "0,5"),
    ("6.2", {"numerator": "12", "denominator": "10"}, "5"),
    ("7.1", {"count": "4"}, "2"),
    ("8.3.1", {"measures__cchc_rank": "1", "measures__satisfaction_rank": "7"}, "0,5"),
    ("X", {"numerator": "4", "denominator": "5"}, "1,6"),
]


def test_leaves_of_every_kind_earn_what_the_annex_says(enter: Enter, sheet: int) -> None:
    page = enter("tong_hop_xm01")
    page.goto(f"/sheets/{sheet}")
    leaf(page, "2.1.1").locator('[name=option][value="1"]').check()
    shows(page, "2.1.1", "1")
    letters = leaf(page, "2.3.4")
    letters.locator('[name=option][value="2"]').check()
    letters.locator('[name=option][value="3"]').check()
    shows(page, "2.3.4", "0")  # an overdue and an unresolved letter: the worse
    letters.locator('[value="~nothing_arose"]').check()
    shows(page, "2.3.4", "1")
    best = leaf(page, "3.6.2")
    best.locator('[name=option][value="2"]').check()
    shows(page, "3.6.2", "1")
    for code, figures, points in FIGURES:
        typed(page, code, **figures)
        shows(page, code, points)
    paid = leaf(page, "7.2")
    paid.locator(".only-percent summary").click()
    paid.locator("[name=percent]").fill("95,5")
    paid.locator("textarea").click()
    shows(page, "7.2", "1,91")
    # 1 + 1 + 1 + 0,5 + 0 + 0,5 + 5 + 2 + 0,5 + 1,6 + 1,91, and 8.1, 8.2 that the council gives (2)
    expect(page.locator("#points")).to_have_text("17,01")
    expect(page.locator("#settled")).to_have_text("11/73")
    expect(page.locator("#c-unscored")).to_have_text("62")


def test_figures_are_one_claim_and_can_be_taken_back(enter: Enter, sheet: int) -> None:
    page = enter("tong_hop_xm01")
    page.goto(f"/sheets/{sheet}")
    typed(page, "6.2", numerator="65", denominator="80")
    shows(page, "6.2", "4,0625")
    card = leaf(page, "6.2")
    card.locator("[name=numerator]").fill("3")
    card.locator("[name=denominator]").fill("0")
    card.locator("textarea").fill("theo Biểu thống kê")
    expect(page.locator("#o-6_2")).to_contain_text("Tổng số là 0")
    expect(card.locator("[name=denominator]")).to_have_class("form-control is-bad")
    shows(page, "6.2", "4,0625")
    expect(page.locator("#o-6_2")).to_contain_text("lời giải trình đã lưu")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("#e-6_2")).to_have_value("theo Biểu thống kê")
    expect(page.locator('#f-6_2 [name="numerator"]')).to_have_value("65")
    typed(page, "7.1", count="4")
    shows(page, "7.1", "2")
    leaf(page, "7.1").locator('[name=mode][value^="~zero"]').check()
    shows(page, "7.1", "0")
    typed(page, "7.1", count="3")  # a figure takes the ground back
    shows(page, "7.1", "2")
    typed(page, "7.1", count="")
    shows(page, "7.1", "–")
    leaf(page, "3.1.2").locator("button[name=declined]").click()
    shows(page, "3.1.2", "0")
    expect(page.locator("#s-3_1_2")).to_contain_text("Không tự chấm")


def test_the_head_approves_on_a_phone(portal: Flask, enter: Enter, sheet: int) -> None:
    clock = portal.extensions["clock"]
    with reading() as session:
        ids = {user.username: user.id for user in session.scalars(select(PortalUser))}
        coordinator = actor_of(session, ids["dau_moi_xm01"])
    decline_remaining(sheet, confirmed=True, actor=coordinator, clock=clock)
    act(sheet, UnitAction.REQUEST_APPROVAL, actor=coordinator, clock=clock)
    page = enter("chu_tich_xm01")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    page.get_by_role("link", name="Xem và phê duyệt").first.click()
    expect(page.get_by_role("heading", name="Rà soát – Xã mẫu 01")).to_be_in_viewport()
    button = page.get_by_role("button", name="Phê duyệt")
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.locator("main")).to_contain_text("Thủ trưởng đã phê duyệt")
    page.goto(f"/sheets/{sheet}")
    expect(page.get_by_role("link", name="Rà soát và gửi")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
