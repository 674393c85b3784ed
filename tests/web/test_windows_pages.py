"""Windows, requests, rechecks and the agency's own evidence by their pages alone; what nobody may see stays unseen."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.holidays import Holiday
from app.db.session import reading, unit_of_work
from app.domain.terms import GroupAction
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn, csrf_of
from tests.web.test_sheet import save
from tests.web.world import World

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
PDF = b"%PDF-1.4\nagency\n%%EOF\n"


def post(client: FlaskClient, page: str, **fields: Any) -> Any:
    return client.post(page, data={"csrf_token": csrf_of(client), **fields})


def text(client: FlaskClient, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return str(answer.get_data(as_text=True))


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    """XM01 has sent; the lock has passed."""
    made = go_on(world, tmp_path)
    made.fill("XM01", FULL)
    made.send("XM01")
    made.now = LOCK
    portal.extensions["clock"] = FixedClock(LOCK)
    return made


def move(portal: Flask, flow: Flow, **later: int) -> None:
    flow.now += dt.timedelta(**later)
    portal.extensions["clock"] = FixedClock(flow.now)


def test_a_window_is_granted_seen_by_all_and_closed_early(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    secretary, officer = sign_in("thu_ky"), sign_in("can_bo_01")
    sheet, page = flow.world.sheets["XM01"], f"/board/{flow.world.stage}/windows"
    fields = {"unit": str(sheet), "code": "1.5", "ground": "extension", "opens_at": "25/11/2024 17:00"}
    bad = post(secretary, page, **fields, due_at="24/11/2024 17:00", document="15/QĐ", reason="mất điện")
    assert bad.status_code == 422
    assert 'value="24/11/2024 17:00"' in bad.get_data(as_text=True)
    assert 'value="15/QĐ"' in bad.get_data(as_text=True)
    for changed in ({"unit": ""}, {"ground": "x"}, {"due_at": "mai"}, {"unit": "99999999999999999999"}):
        given = {**fields, "due_at": "27/11/2024 17:00", "document": "15/QĐ", **changed}
        assert post(secretary, page, **given).status_code == 422, changed
    assert post(secretary, page, **fields, due_at="27/11/2024 17:00", document="15/QĐ").status_code == 302
    assert "17:00 27/11/2024" in text(officer, f"/sheets/{sheet}")
    for client, at in (
        (officer, f"/sheets/{sheet}/windows"),
        (secretary, f"/board/{flow.world.stage}"),
        (sign_in("kiem_toan"), page),
    ):
        assert "15/QĐ" in text(client, at), at
    assert "15/QĐ" not in text(sign_in("can_bo_02"), f"/sheets/{flow.world.sheets['XM02']}/windows")
    assert sign_in("can_bo_02").get(f"/sheets/{sheet}/windows").status_code == 404
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    assert "15/QĐ" in text(sign_in("tham_dinh_pnv"), f"/appraisal/{sheet}/1.5")
    assert "15/QĐ" not in text(sign_in("tham_dinh_pnv"), f"/appraisal/{sheet}/1.6")
    close = re.search(r"/windows/\d+/close", text(secretary, page))
    assert close is not None
    assert post(secretary, close[0], reason="", group=str(flow.world.stage)).status_code == 422
    move(portal, flow, hours=1)
    assert post(secretary, close[0], reason="cấp nhầm").status_code == 302
    shown = text(secretary, page)
    assert "cấp nhầm" in shown
    assert "17:00 27/11/2024" in shown


def test_a_leaf_is_amended_and_sent_again_by_the_pages(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    """An extension for the whole group: receipt 2 and an open verdict; what is not sent again in time lapses."""
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict("XM01", "1.5")
    secretary, officer, appraiser = sign_in("thu_ky"), sign_in("can_bo_01"), sign_in("tham_dinh_pnv")
    fields = {"unit": "all", "ground": "data_update", "opens_at": "25/11/2024 17:00", "due_at": "14/12/2024 17:00"}
    assert post(secretary, f"/board/{flow.world.stage}/windows", **fields).status_code == 302
    sheet = flow.world.sheets["XM01"]
    assert save(officer, sheet, "1.5", version=1, percent="95").status_code == 200
    assert "1.5" not in _waiting(appraiser, sheet)
    sender = sign_in("dau_moi_01")
    assert post(sender, f"/sheets/{sheet}/acts/submit", key="k2").headers["Location"].endswith("/receipts/2")
    assert "1.5" in _waiting(appraiser, sheet)
    assert save(officer, sheet, "1.6", version=1, count="1").status_code == 200
    move(portal, flow, days=20)
    assert "0,25/1" not in text(officer, f"/sheets/{sheet}")
    assert post(sender, f"/sheets/{sheet}/acts/submit", key="k3").status_code == 403


def _waiting(client: FlaskClient, sheet: int) -> set[str]:
    return set(re.findall(rf"/appraisal/{sheet}/([\d.]+)", text(client, "/appraisal/?show=waiting")))


def test_evidence_is_asked_for_and_answered_at_once_by_the_pages(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(Campaign, flow.world.campaign).policies = {"request_answerable": "at_once"}
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict("XM01", "1.1", claim={"option": "2"}, reason="thiếu dấu")
    sheet, appraiser, officer = flow.world.sheets["XM01"], sign_in("tham_dinh_pnv"), sign_in("can_bo_01")
    case = f"/appraisal/{sheet}/1.5"
    assert "17:00 27/11/2024" in text(appraiser, case)  # two days from 25/11, as a campaign says by itself
    assert officer.get(f"/sheets/{sheet}/answers").status_code == 403
    asked = {"decision": "request_evidence", "said": "0"}
    claimed = re.compile(r'name="percent"[^>]* value="100"')  # what the unit reported stays beside the refusal
    assert claimed.search(text(appraiser, case))
    for wanted, due in (("", "17:00 28/11/2024"), ("Bảng kê", "17:00 24/11/2024"), ("Bảng kê", "mai")):
        bad = post(appraiser, case, **asked, wanted=wanted, due_at=due)
        assert bad.status_code == 422
        assert f'value="{due}"' in bad.get_data(as_text=True)
        assert claimed.search(bad.get_data(as_text=True))
    assert post(appraiser, case, **asked, wanted="Bảng kê", due_at="17:00 28/11/2024").status_code == 302
    shown = text(officer, f"/sheets/{sheet}/answers")
    assert "Bảng kê" in shown
    assert "17:00 28/11/2024" in shown
    assert "thiếu dấu" not in shown
    assert f"/sheets/{sheet}/answers" in text(officer, f"/sheets/{sheet}")
    assert "1.5" in text(sign_in("thu_ky"), f"/board/{flow.world.stage}")
    assert post(officer, f"/sheets/{sheet}/answers/1.5", text="Xem phụ lục").status_code == 302
    assert "1.5" in _waiting(appraiser, sheet)
    assert "Xem phụ lục" in text(appraiser, case)
    assert sign_in("can_bo_02").get(f"/sheets/{sheet}/answers").status_code == 404


def test_what_the_agency_holds_goes_from_its_case_to_the_unit(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    sheet, appraiser, officer = flow.world.sheets["XM01"], sign_in("tham_dinh_pnv"), sign_in("can_bo_01")
    case, at = f"/appraisal/{sheet}/1.5", f"/appraisal/{sheet}/1.5/agency-evidence"
    assert post(appraiser, at, kind="file", subject="Sổ theo dõi").status_code == 422
    bad = post(appraiser, at, kind="check", system="Hệ thống một cửa", checked_on="mai", found="12 hồ sơ trễ")
    assert "12 hồ sơ trễ" in bad.get_data(as_text=True)
    upload = (BytesIO(PDF), "so.pdf")
    assert post(appraiser, at, kind="file", subject="Sổ theo dõi", number="9/PNV", file=upload).status_code == 302
    fields = {"system": "Hệ thống một cửa", "checked_on": "25/11/2024", "found": "12 hồ sơ trễ"}
    assert post(appraiser, at, kind="check", **fields).status_code == 302
    shown = text(appraiser, case)
    assert "12 hồ sơ trễ" in shown
    found = re.search(r"/agency-evidence/\d+/file", shown)
    assert found is not None
    answer = appraiser.get(found[0])
    assert (answer.data, answer.headers["Content-Disposition"]) == (PDF, "attachment; filename*=UTF-8''so.pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert officer.get(found[0]).status_code == 404
    assert "12 hồ sơ trễ" not in text(officer, f"/sheets/{sheet}/windows")
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert "12 hồ sơ trễ" in text(officer, f"/sheets/{sheet}/answers")
    assert officer.get(found[0]).data == PDF
    assert sign_in("can_bo_02").get(found[0]).status_code == 404
    assert sign_in("tham_dinh_khac").get(found[0]).status_code == 404


def test_a_recheck_goes_from_the_unit_s_wish_to_its_minutes(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    sheet, head, appraiser = flow.world.sheets["XM01"], sign_in("thu_truong_01"), sign_in("tham_dinh_pnv")
    bad = post(head, f"/sheets/{sheet}/rechecks", code="", reason="Sổ đã sửa")
    assert bad.status_code == 422
    assert "Sổ đã sửa" in bad.get_data(as_text=True)
    assert post(head, f"/sheets/{sheet}/rechecks", code="1.5", reason="Sổ đã sửa").status_code == 302
    case = text(appraiser, f"/appraisal/{sheet}/1.5")
    assert "Sổ đã sửa" in case
    answer = re.search(r"/rechecks/\d+/answer", case)
    assert answer is not None
    on_case = {"sheet": str(sheet), "code": "1.5"}
    assert post(appraiser, answer[0], **on_case, decision="order", planned_on="1/1/2024").status_code == 422
    assert post(appraiser, answer[0], **on_case, decision="order", planned_on="27/11/2024").status_code == 302
    record = answer[0].replace("answer", "record")
    minutes = {"minutes_number": "05/BB", "minutes_on": "25/11/2024", "took_part": "Đại diện xã"}
    empty = post(appraiser, record, **on_case, **minutes, finding="")
    assert empty.status_code == 422
    assert 'value="05/BB"' in empty.get_data(as_text=True)
    assert post(appraiser, record, **on_case, **minutes, finding="Sổ khớp").status_code == 302
    for client, at in (
        (head, f"/sheets/{sheet}/windows"),
        (head, f"/sheets/{sheet}/answers"),
        (appraiser, f"/appraisal/{sheet}/1.5"),
        (sign_in("thu_ky"), f"/board/{flow.world.stage}/rechecks"),
    ):
        assert "Sổ khớp" in text(client, at), at
    fields = {"recheck_reason": "Đối chiếu", "planned_on": "28/11/2024"}
    assert post(appraiser, f"/appraisal/{sheet}/1.6/rechecks", **fields).status_code == 302


def test_the_secretariat_returns_a_sheet_from_the_board(sign_in: SignIn, flow: Flow) -> None:
    secretary, sheet = sign_in("thu_ky"), flow.world.sheets["XM01"]
    assert f"/sheets/{sheet}/review" in text(secretary, f"/board/{flow.world.stage}")
    act = f"/sheets/{sheet}/acts/return_for_correction"
    assert act in text(secretary, f"/sheets/{sheet}/review")
    assert post(secretary, act, reason="").status_code >= 400
    assert post(secretary, act, reason="thiếu số liệu").status_code == 302
    assert "thiếu số liệu" in text(sign_in("can_bo_01"), f"/sheets/{sheet}")


def test_a_release_may_rest_on_a_written_request(sign_in: SignIn, flow: Flow) -> None:
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    secretary, act = sign_in("thu_ky"), f"/board/{flow.world.stage}/acts/release_first_results"
    bad = post(secretary, act, seen="yes", document="", dated_on="24/11/2024")
    assert bad.status_code == 422
    assert 'value="24/11/2024"' in bad.get_data(as_text=True)
    assert post(secretary, act, seen="yes", document="7/TTK", dated_on="24/11/2024").status_code == 302
    shown = text(sign_in("can_bo_01"), f"/sheets/{flow.world.sheets['XM01']}/answers")
    assert "7/TTK" in shown
    assert "17:00 26/11/2024" in shown


def test_days_off_are_rows_the_organiser_keeps(sign_in: SignIn, world: World) -> None:
    organiser = sign_in("to_chuc")
    assert "/holidayrecords/list/" in text(organiser, "/")
    add = {"day": "02/09/2024", "name": "Quốc khánh"}
    assert post(organiser, "/holidayrecords/add", **add).status_code == 302
    twice = post(organiser, "/holidayrecords/add", **add)
    assert twice.status_code in {409, 422}
    with reading() as session:
        assert session.scalars(select(Holiday.day)).all() == [dt.date(2024, 4, 30), dt.date(2024, 9, 2)]
    assert "Quốc khánh" in text(organiser, "/holidayrecords/list/")
    assert sign_in("can_bo_01").get("/holidayrecords/list/").status_code in {403, 404}


def test_the_audit_log_tells_all_of_it_in_words(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    sheet, appraiser, secretary = flow.world.sheets["XM01"], sign_in("tham_dinh_pnv"), sign_in("thu_ky")
    windows, case = f"/board/{flow.world.stage}/windows", f"/appraisal/{sheet}/1.5"
    fields = {"unit": str(sheet), "ground": "extension", "opens_at": "25/11/2024 17:00", "document": "15/QĐ"}
    assert post(secretary, windows, **fields, due_at="27/11/2024 17:00").status_code == 302
    close = re.search(r"/windows/\d+/close", text(secretary, windows))
    assert close is not None
    assert post(secretary, close[0], reason="cấp nhầm").status_code == 302
    asked = {"decision": "request_evidence", "said": "0", "wanted": "Bảng kê"}
    assert post(appraiser, case, **asked).status_code == 302
    check = {"kind": "check", "system": "Hệ thống một cửa", "checked_on": "25/11/2024", "found": "12 hồ sơ trễ"}
    assert post(appraiser, f"{case}/agency-evidence", **check).status_code == 302
    order = {"recheck_reason": "Đối chiếu", "planned_on": "28/11/2024"}
    assert post(appraiser, f"{case}/rechecks", **order).status_code == 302
    acts = ("window_granted", "window_closed", "verdict_given", "agency_evidence_added", "recheck_ordered")
    with reading() as session:
        found = dict(session.execute(select(AuditEvent.action, AuditEvent.id).where(AuditEvent.action.in_(acts))).all())
    assert set(found) == set(acts)
    auditor = sign_in("kiem_toan")
    for act, number in found.items():
        page = text(auditor, f"/auditeventrecords/show/{number}")
        shown = page[page.index("<main") : page.index("</main>")]
        assert not re.search(r">[^<]*\b(?!thu_ky|tham_dinh_pnv|thu_2024)[a-z]+_[a-z_]+\b[^<]*<", shown), act
        assert "2024-11" not in shown, act
