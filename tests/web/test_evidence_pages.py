"""Documents by their pages: what is sent to be saved, what names become, supplements on three pages, links to open."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.clock import FixedClock
from app.db.evidence import Document
from app.db.session import reading, unit_of_work
from app.domain.terms import GroupAction
from app.services.explanations import send_explanation
from tests.services.evidence_steps import END, LOCK, PDF, add_file, add_link, appraise, appraise_elsewhere
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    """A filled sheet; its files lie where the pages look for them."""
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    made.fill("XM01", FULL)
    return made


def at(portal: Flask, flow: Flow) -> None:
    portal.extensions["clock"] = FixedClock(flow.now)


def text_of(client: FlaskClient, page: str) -> str:
    return client.get(page).get_data(as_text=True)


def upload(client: FlaskClient, sheet: int, disposition: str, content: bytes = PDF + END) -> Any:
    """Send a form as bytes, with the file's own line as an attacker writes it."""
    lines = [
        b"--edge",
        b'Content-Disposition: form-data; name="csrf_token"',
        b"",
        csrf_of(client).encode(),
        b"--edge",
        f'Content-Disposition: form-data; name="file"; {disposition}'.encode(),
        b"Content-Type: application/pdf",
        b"",
        content,
        b"--edge--",
        b"",
    ]
    body = b"\r\n".join(lines)
    return client.post(
        f"/sheets/{sheet}/entries/1.1/evidence", data=body, content_type="multipart/form-data; boundary=edge"
    )


#: the file's line as sent → the name it comes back with
SENT = {
    'filename="a.pdf"': "a.pdf",
    "filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf": "Báo cáo.pdf",
    "filename*=UTF-8''Tie%CC%82%CC%81ng%20Vie%CC%A3%CC%82t.pdf": "Tiếng Việt.pdf",
    "filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1.pdf": "aSet-Cookie_ x=1.pdf",
    "filename*=UTF-8''a%00.pdf": "a.pdf",
    "filename*=UTF-8''%E2%80%AEfdp.exe": "fdp.exe.pdf",
    'filename="../../etc/passwd"': "passwd.pdf",
    "filename*=UTF-8''..%5C..%5Cwin.ini": "win.ini.pdf",
    'filename="CON.pdf"': "_CON.pdf",
    f'filename="{"x" * 400}.pdf"': "x" * 251 + ".pdf",
}


@pytest.mark.parametrize("disposition", SENT)
def test_a_file_is_given_back_to_be_saved_under_a_safe_name(sign_in: SignIn, flow: Flow, disposition: str) -> None:
    client = sign_in("can_bo_01")
    assert upload(client, flow.world.sheets["XM01"], disposition).status_code == 302
    with reading() as session:
        row = session.scalars(select(Document)).one()
        number, name = row.id, row.original_name
    assert name == SENT[disposition]
    answer = client.get(f"/documents/{number}/file")
    assert answer.status_code == 200
    assert answer.data == PDF + END
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    kind, _, given = answer.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert (kind, unquote(given)) == ("attachment", name)
    assert re.fullmatch(r"[A-Za-z0-9%._~-]+", given)


def test_a_name_kept_before_names_were_cleaned_opens_all_the_same(sign_in: SignIn, flow: Flow) -> None:
    document = add_file(flow, "1.1")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(Document, document).original_name = "a\r\nX: y.pdf"
    answer = sign_in("can_bo_01").get(f"/documents/{document}/file")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''aX_%20y.pdf"


@pytest.mark.parametrize("content", [b"<html>%PDF-1.4" + END, b"MZ%PDF-1.4" + END, PDF + b"x" * 4096, b""])
def test_what_only_says_it_is_a_pdf_is_refused_with_a_sentence(sign_in: SignIn, flow: Flow, content: bytes) -> None:
    answer = upload(sign_in("can_bo_01"), flow.world.sheets["XM01"], 'filename="a.pdf"', content)
    assert answer.status_code == 422
    assert "shell-refusal" in answer.get_data(as_text=True)


def test_a_supplement_stands_on_the_three_pages_of_its_leaf(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    sheet = flow.world.sheets["XM01"]
    flow.send("XM01")
    appraise(flow)
    at(portal, flow)
    officer, appraiser = sign_in("can_bo_01"), sign_in("tham_dinh_pnv")
    document = add_file(flow, "1.5", number="3/BC-UBND")
    own = (f"/sheets/{sheet}/entries/1.5/evidence", f"/sheets/{sheet}/answers")
    case = f"/appraisal/{sheet}/1.5"
    for page in own:
        assert f"/documents/{document}/file" in text_of(officer, page), page
    assert f"/documents/{document}/file" not in text_of(appraiser, case)
    remove = re.search(r"/evidence/\d+/remove", text_of(officer, own[0]))
    assert remove is not None
    assert officer.post(remove[0], data={"csrf_token": csrf_of(officer)}).status_code == 302
    for page in own:
        assert f"/documents/{document}/file" not in text_of(officer, page), page
    document = add_file(flow, "1.5", number="3/BC-UBND")
    send_explanation(sheet, actor=flow.who("dau_moi_01"), clock=flow.clock)
    for client, page in ((officer, own[0]), (officer, own[1]), (appraiser, case)):
        shown = text_of(client, page)
        assert f"/documents/{document}/file" in shown, page
        assert "Tài liệu bổ sung" in shown, page
    closed = officer.post(
        f"/sheets/{sheet}/entries/1.1/evidence", data={"csrf_token": csrf_of(officer), "url": "https://vbpl.example/"}
    )
    assert closed.status_code == 422
    assert "enctype" not in closed.get_data(as_text=True)


def test_a_link_opens_from_the_case(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    add_link(flow, "1.1", "https://vbpl.example/1?a=1&b=2")
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    at(portal, flow)
    page = text_of(sign_in("tham_dinh_pnv"), f"/appraisal/{flow.world.sheets['XM01']}/1.1")
    found = re.search(r'<a class="chip" href="https://vbpl.example/1\?a=1&amp;b=2"([^>]*)>', page)
    assert found is not None
    assert 'rel="noopener noreferrer"' in found[1]
    assert 'target="_blank"' in found[1]


def test_the_documents_of_a_leaf_are_its_own_agencys(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    appraise_elsewhere(flow, "1.3")
    add_file(flow, "1.1", number="77/BC-UBND")
    flow.send("XM01")
    sheet, client = flow.world.sheets["XM01"], sign_in("tham_dinh_khac")
    page = client.get(f"/sheets/{sheet}/entries/1.3/evidence")
    assert page.status_code == 200
    assert "77/BC-UBND" not in page.get_data(as_text=True)
    assert client.get(f"/sheets/{sheet}/entries/1.1/evidence").status_code == 403


def test_a_nul_in_a_form_is_refused_with_a_sentence(sign_in: SignIn, flow: Flow) -> None:
    client = sign_in("can_bo_01")
    data = {"csrf_token": csrf_of(client), "url": "https://vbpl.example/", "number": "1\x00/BC"}
    answer = client.post(f"/sheets/{flow.world.sheets['XM01']}/entries/1.1/evidence", data=data)
    assert answer.status_code == 422
    assert "NUL" in answer.get_data(as_text=True)


def test_the_review_asks_back_cases_out_of_time_without_a_fault(sign_in: SignIn, flow: Flow) -> None:
    client, sheet = sign_in("can_bo_01"), flow.world.sheets["XM01"]
    fields = {"version": "1", "numerator": "990", "denominator": "1000", "faults": "0", "explanation": ""}
    assert (
        client.post(f"/sheets/{sheet}/entries/1.7", data={"csrf_token": csrf_of(client), **fields}).status_code == 302
    )
    page = text_of(client, f"/sheets/{sheet}/review")
    assert "Số hồ sơ không đúng hạn nhiều hơn số lỗi đã nhập" in page
    assert f"/sheets/{sheet}?open=1.7" in page
