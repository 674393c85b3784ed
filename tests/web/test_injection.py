"""What people type is text on pages, in papers and workbooks; and no form goes through without its token."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from app.db.identity import Unit
from app.db.session import unit_of_work
from tests.web.conftest import SignIn, csrf_of
from tests.web.test_sheet import save
from tests.web.world import World

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% print 7*7 %}",
    "<b>đậm</b> <a href='javascript:alert(1)'>x</a>",
    '=HYPERLINK("http://evil.example")',
    "' OR '1'='1",
]


def unsafe_routes(app: Flask) -> list[tuple[str, str]]:
    """Return (method, address) of every route that writes, with any object."""
    values = {"assessment_id": 1, "code": "1.1", "evidence_id": 1, "document_id": 1, "group_stage_id": 1}
    values |= {
        "campaign_id": 1,
        "leader_id": 1,
        "criterion_id": 1,
        "number": 1,
        "pk": 1,
        "action": "submit",
        "name": "x",
        "filename": "x",
    }
    values |= {"agency_id": 1, "share_id": 1, "recusal_id": 1, "snippet_id": 1}
    values |= {"adjustment_id": 1, "exemption_id": 1}
    values |= {"set_id": 1, "group_id": 1, "adoption_id": 1, "import_id": 1, "place": 0}
    values |= {"user_id": 1, "token_id": 1}
    values |= {"window_id": 1, "recheck_id": 1, "proof_id": 1}
    values |= {"set_id": 1, "group_id": 1, "adoption_id": 1, "import_id": 1, "place": 0, "unit_id": 1, "kind": "phases"}
    values |= {"delegation_id": 1}
    values |= {"survey_id": 1, "set_id": 1, "group_id": 1, "adoption_id": 1, "import_id": 1, "place": 0}
    values |= {"set_id": 1, "group_id": 1, "adoption_id": 1, "import_id": 1, "place": 0, "council_id": 1}
    values |= {"notice_id": 1, "mail_id": 1, "job_id": 1}
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            continue  # a session opens nothing there: tests/web/test_api.py
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            given = {name: values[name] for name in rule.arguments}
            found.append((method, adapter.build(rule.endpoint, given, method=method)))
    return sorted(found)


def test_no_form_goes_through_without_its_token(portal: Flask, sign_in: SignIn) -> None:
    client = sign_in("quan_tri")
    routes = unsafe_routes(portal)
    assert len(routes) > 60
    through = [(method, at) for method, at in routes if client.open(at, method=method).status_code not in {400, 404}]
    assert through == []


def test_a_token_of_another_session_opens_nothing(sign_in: SignIn, world: World) -> None:
    mine, theirs = sign_in("can_bo_01"), sign_in("dau_moi_01")
    token = csrf_of(theirs)
    address = f"/sheets/{world.sheets['XM01']}/entries/1.1"
    answer = mine.post(address, data={"csrf_token": token, "version": "0", "option": "1"})
    assert answer.status_code == 400


def test_a_session_that_ended_leads_to_the_sign_in_and_back(portal: Flask, sign_in: SignIn, world: World) -> None:
    """The sheet keeps what was typed and saves it when the page is open again; a plain form is told what to do."""
    page = f"/sheets/{world.sheets['XM01']}"
    gone = portal.test_client()
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{page}?show=mine"}
    answer = gone.post(f"{page}/entries/1.1", data={"version": "0", "option": "1"}, headers=asked)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == f"/login/?next={page}"
    plain = gone.post(f"{page}/entries/1.1", data={"version": "0", "option": "1"})
    assert plain.status_code == 400
    assert "Phiên đăng nhập đã hết" in plain.get_data(as_text=True)
    elsewhere = {**asked, "HX-Current-URL": "https://evil.example//evil.example/x"}
    assert gone.post(f"{page}/entries/1.1", headers=elsewhere).headers["HX-Redirect"].startswith("/login/?next=/")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_explanation_is_text_on_every_page_and_paper(sign_in: SignIn, world: World, payload: str) -> None:
    client, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    assert save(client, sheet, "1.1", option="1", explanation=payload).status_code == 200
    for page in (f"/sheets/{sheet}", f"/sheets/{sheet}/entries/1.1/history", f"/sheets/{sheet}/review"):
        answer = client.get(page)
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert payload not in text or "<" not in payload, page
        assert "onerror=alert" not in text.replace("&lt;img src=x onerror=alert(1)&gt;", ""), page
    paper = PdfReader(BytesIO(client.get(f"/sheets/{sheet}/sheet.pdf").data))
    words = "".join(page.extract_text() for page in paper.pages)
    assert "".join(payload.split()) in "".join(words.split())
    book = load_workbook(BytesIO(client.get(f"/sheets/{sheet}/sheet.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == payload]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_unit_s_name_is_text_wherever_it_stands(portal: Flask, sign_in: SignIn, world: World) -> None:
    name = '<img src=x onerror="alert(1)">'
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        work.session.scalars(select(Unit).where(Unit.code == "XM01")).one().name = name
    organiser = sign_in("to_chuc")
    for page in ("/sheets/", f"/sheets/{world.sheets['XM01']}", "/unitrecords/list/", f"/board/{world.stage}"):
        text = organiser.get(page).get_data(as_text=True)
        assert name not in text, page
        assert "&lt;img src=x" in text, page


def test_every_page_carries_the_headers_that_keep_scripts_out(sign_in: SignIn, world: World) -> None:
    client = sign_in("can_bo_01")
    for page in ("/", f"/sheets/{world.sheets['XM01']}", "/results/", "/no-such-page"):
        headers = client.get(page).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0], page
        assert "object-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
