"""Numbers and texts no row holds: an address names nothing, a form is refused in words, nothing is a fault."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db.clock import FixedClock
from app.db.identity import PeerGroup, Unit
from app.db.session import reading
from app.domain.terms import GroupAction
from app.services.explanations import send_explanation
from tests.services.evidence_steps import LOCK, SHEET, appraise
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World

#: one more than the 32 bits a row is numbered with in PostgreSQL, and more than any database's
TOO_LARGE = (2**31, 2**63, 10**30)


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    made.fill("XM01", FULL)
    return made


def post(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={**fields, "csrf_token": csrf_of(client)})


def at(portal: Flask, now: dt.datetime) -> None:
    portal.extensions["clock"] = FixedClock(now)


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize(
    ("account", "address"),
    [
        ("can_bo_01", "/sheets/{}"),
        ("can_bo_01", "/documents/{}/file"),
        ("can_bo_01", "/sheets/{}/answers"),
        ("tham_dinh_pnv", "/appraisal/{}/1.1"),
        ("thu_ky", "/board/{}"),
        ("thu_ky", "/board/sheets/{}"),
        ("thu_ky", "/results/{}"),
        ("to_chuc", "/unitrecords/edit/{}"),
        ("to_chuc", "/campaignrecords/policies/{}"),
    ],
)
def test_a_number_no_row_has_names_nothing(sign_in: SignIn, account: str, address: str, number: int) -> None:
    assert sign_in(account).get(address.format(number)).status_code == 404


@pytest.mark.parametrize("number", [*TOO_LARGE, 0, -1])
def test_a_document_no_row_has_is_refused_in_words(sign_in: SignIn, flow: Flow, number: int) -> None:
    address = f"/sheets/{flow.world.sheets[SHEET]}/entries/1.1/evidence"
    answer = post(sign_in("can_bo_01"), address, document_id=number)
    assert answer.status_code in {404, 422}
    assert "shell-refusal" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "page", ["99999999999999999999", "000000000000000000000000000000199999999999999999", "-1", "x"]
)
def test_a_page_of_a_list_far_behind_its_end_is_a_page(sign_in: SignIn, page: str) -> None:
    assert sign_in("to_chuc").get(f"/unitrecords/list/?page={page}").status_code == 200


@pytest.mark.parametrize("said", [5, -1, 2**40])
def test_a_verdict_on_more_than_was_said_is_refused(portal: Flask, sign_in: SignIn, flow: Flow, said: int) -> None:
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    at(portal, flow.now)
    answer = post(sign_in("tham_dinh_pnv"), f"/appraisal/{flow.world.sheets[SHEET]}/1.1", decision="agree", said=said)
    assert answer.status_code == 409
    assert "shell-refusal" in answer.get_data(as_text=True)


def test_the_code_a_campaign_was_opened_with_stays(sign_in: SignIn, world: World) -> None:
    """It stands in receipts and published papers; the name may change, a code nothing uses too."""
    client = sign_in("to_chuc")
    with reading() as session:
        group = session.query(PeerGroup).one()
        number, own = group.id, {"code": group.code, "name": group.name}
    unit = f"/unitrecords/edit/{world.units['XM01']}"
    fields = {"name": "Xã mẫu 01", "tier": "commune", "valid_from": "01/01/2020"}
    for address, given in (
        (unit, {**fields, "code": "XM99"}),
        (f"/peergrouprecords/edit/{number}", {**own, "code": "y"}),
    ):
        answer = post(client, address, **given)
        assert answer.status_code == 422
        assert "phải giữ nguyên" in answer.get_data(as_text=True)
    assert post(client, unit, **{**fields, "code": "XM01", "name": "Xã mẫu một"}).status_code == 302
    other = f"/unitrecords/edit/{world.units['PNV']}"
    agency = {"code": "PNVU", "name": "Phòng Nội vụ", "tier": "agency", "valid_from": "01/01/2020"}
    assert post(client, other, **agency).status_code == 302
    with reading() as session:
        assert session.get_one(Unit, world.units["XM01"]).code == "XM01"


@pytest.mark.parametrize(
    ("field", "begins", "most"),
    [("document", "12/", 64), ("authority", "", 200), ("signer", "", 200), ("place", "", 80)],
)
def test_words_longer_than_a_decision_holds_are_refused_and_kept(
    portal: Flask, sign_in: SignIn, flow: Flow, field: str, begins: str, most: int
) -> None:
    flow.send("XM01")
    appraise(flow)
    send_explanation(flow.world.sheets[SHEET], actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.others("XM01")
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    flow.group(GroupAction.APPROVE, "phe_duyet")
    at(portal, flow.now)
    client, address = sign_in("thu_ky"), f"/board/{flow.world.stage}/acts/publish"
    given = {
        "document": "12/QĐ-UBND",
        "decided_on": "20/12/2024",
        "authority": "UBND HUYỆN",
        "signer": "CHỦ TỊCH",
        "place": "Định Hóa",
        field: begins.ljust(most + 1, "K"),
    }
    answer = post(client, address, **given)
    assert answer.status_code == 422
    assert begins.ljust(most + 1, "K") in answer.get_data(as_text=True)
    assert str(most) in answer.get_data(as_text=True)
    given[field] = begins.ljust(most, "K")
    assert post(client, address, **given).status_code == 302
