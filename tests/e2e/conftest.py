"""A real browser on the portal served by threads of this process; skipped, and said so, where there is no Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import select, update
from werkzeug.security import generate_password_hash
from werkzeug.serving import make_server

from app.db.identity import PortalUser
from app.db.session import unit_of_work
from app.services.first_accounts import give_first_password
from app.services.seed_identity import FIRST_PASSWORD_TERM
from tests.web.conftest import built, pages_template, portal, world
from tests.web.world import PASSWORD

__all__ = ["built", "pages_template", "portal", "world"]

Enter = Callable[[str], Page]
CHOSEN = "mot hai ba bon nam sau"


@pytest.fixture
def address(portal: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, portal, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def enter(portal: Flask, address: str, browser: Browser) -> Iterator[Enter]:
    """Return a function that signs an account in for the first time: printed password, then one of its own."""
    faults: list[str] = []

    def first_sign_in(username: str) -> Page:
        with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:  # printed when it is wanted
            user = work.session.scalars(select(PortalUser).where(PortalUser.username == username)).one()
            give_first_password(user, str(user.password), until=work.now + FIRST_PASSWORD_TERM)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN", base_url=address)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto("/login/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/password")
        page.fill("#present", PASSWORD)
        page.fill("#wanted", CHOSEN)
        page.fill("#repeated", CHOSEN)
        page.click("main button")
        page.wait_for_url(f"{address}/")
        return page

    yield first_sign_in
    assert faults == []


def complains(said: ConsoleMessage) -> bool:
    """A refused form answers 422 or 403, which the browser calls an error; whatever else it calls so is one."""
    sent = "/acts/" in str(said.location.get("url", ""))
    return said.type == "error" and "status of 422" not in said.text and not (sent and "status of 403" in said.text)


@pytest.fixture
def sit(portal: Flask, address: str, browser: Browser) -> Iterator[Enter]:
    """Return a function that signs an account of a seed in; whatever a page complains of fails the test."""
    faults: list[str] = []
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")

    def signed_in(username: str) -> Page:
        with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
            chosen = {"password": hashed, "password_change_required": False}
            work.session.execute(update(PortalUser).where(PortalUser.username == username).values(chosen))
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN", base_url=address)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: complains(said) and faults.append(f"{page.url} {said.text}"))
        page.goto("/login/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{address}/")
        return page

    yield signed_in
    assert faults == []
