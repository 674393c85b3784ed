"""The API: a key opens what its account may do, by the same services; a session opens nothing; refusals are JSON."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.session import reading, unit_of_work
from app.db.tokens import ApiToken
from app.domain.terms import GroupAction
from app.services.api_tokens import MakeToken, make_token, revoke_token
from tests.services.flow import FULL, Flow, go_on
from tests.web.access_table import API
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    return made


class Key:
    """A client that sends one account's key."""

    def __init__(self, portal: Flask, flow: Flow, account: str, *, may_write: bool = True) -> None:
        command = MakeToken(flow.world.users[account], "thử", 30, may_write)
        self.key = make_token(command, actor=flow.who("quan_tri"), clock=flow.clock)
        self.client: FlaskClient = portal.test_client()

    def ask(self, method: str, path: str, **more: Any) -> Any:
        return self.client.open(path, method=method, headers={"Authorization": f"Bearer {self.key}"}, **more)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)


def test_a_session_opens_nothing_of_the_api(portal: Flask, sign_in: SignIn, world: World) -> None:
    """So no page of another host can make a browser write here: there is no cookie to ride on."""
    client = sign_in("can_bo_01")
    path = f"/api/v1/sheets/{world.sheets['XM01']}"
    for answer in (
        client.get(path),
        client.put(f"{path}/entries/1.5", json={"version": 0, "claim": {"percent": "80"}}),
        client.put(f"{path}/entries/1.5", json={"version": 0}, headers={"X-CSRFToken": csrf_of(client)}),
        portal.test_client().get(path),
        portal.test_client().get(path, headers={"Authorization": "Bearer nonsense"}),
        portal.test_client().get("/api/v1/nothing"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")


def test_an_officers_key_scores_by_the_rules_of_the_sheet(portal: Flask, flow: Flow, world: World) -> None:
    """80 percent of 4 points is 3,2; a second save has to name the version it saw."""
    key, path = Key(portal, flow, "can_bo_01"), f"/api/v1/sheets/{world.sheets['XM01']}"
    saved = key.ask("PUT", f"{path}/entries/1.5", json={"version": 0, "claim": {"percent": "80"}})
    assert saved.status_code == 200
    assert saved.get_json()["points"] == "3.2"
    late = key.ask("PUT", f"{path}/entries/1.5", json={"version": 0, "claim": {"percent": "90"}})
    assert (late.status_code, late.get_json()["code"]) == (409, "entry_changed")
    leaf = next(each for each in key.get(path).get_json()["criteria"] if each["code"] == "1.5")
    assert (leaf["claim"], leaf["points"], leaf["version"]) == ({"percent": "80"}, "3.2", 1)
    with reading() as session:
        assert session.scalars(select(AuditEvent.actor_name).where(AuditEvent.object_id == "1.5")).one() == "can_bo_01"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"version": 0, "claim": {"percent": "80"}, "self_points": "4"}, "body_unknown_field"),
        ({"version": 0, "unit_id": 2}, "body_unknown_field"),
        ({"claim": {"percent": "80"}}, "body_missing_field"),
        ({"version": 0, "claim": {"percent": 0.8}}, "float_refused"),
        ([1], "body_unreadable"),
    ],
)
def test_only_the_fields_of_a_save_are_taken(portal: Flask, flow: Flow, world: World, body: object, code: str) -> None:
    key = Key(portal, flow, "can_bo_01")
    answer = key.ask("PUT", f"/api/v1/sheets/{world.sheets['XM01']}/entries/1.5", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["code"] == code
    assert "message" in answer.get_json()


def test_the_lock_holds_for_the_api_too(portal: Flask, flow: Flow, world: World) -> None:
    key = Key(portal, flow, "can_bo_01")
    portal.extensions["clock"].instant = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
    path = f"/api/v1/sheets/{world.sheets['XM01']}/entries/1.5"
    answer = key.ask("PUT", path, json={"version": 0, "claim": {"percent": "80"}})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "deadline_passed")


def test_a_key_that_reads_does_not_write_and_one_that_is_over_or_revoked_opens_nothing(
    portal: Flask, flow: Flow, world: World
) -> None:
    path = f"/api/v1/sheets/{world.sheets['XM01']}"
    reader = Key(portal, flow, "can_bo_01", may_write=False)
    assert reader.get(path).status_code == 200
    refused = reader.ask("PUT", f"{path}/entries/1.5", json={"version": 0, "claim": {"percent": "80"}})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "token_reads_only")
    with reading() as session:
        number = session.scalars(select(ApiToken.id)).one()
    revoke_token(number, actor=flow.who("quan_tri"), clock=flow.clock)
    assert reader.get(path).status_code == 401
    other = Key(portal, flow, "can_bo_01")
    portal.extensions["clock"].instant = flow.now + dt.timedelta(days=30)
    assert other.get(path).status_code == 401


def test_another_units_sheet_does_not_exist_for_a_key(portal: Flask, flow: Flow, world: World) -> None:
    key, foreign = Key(portal, flow, "can_bo_02"), world.sheets["XM01"]
    assert key.get(f"/api/v1/sheets/{foreign}").status_code == 404
    saved = key.ask("PUT", f"/api/v1/sheets/{foreign}/entries/1.5", json={"version": 0, "claim": {"percent": "80"}})
    assert saved.status_code == 404
    assert key.get(f"/api/v1/verdicts/{foreign}/1.5").status_code == 404
    listed = key.get("/api/v1/sheets/").get_json()
    assert [line["unit"] for line in listed["result"]] == ["Xã mẫu 02"]


def test_an_appraisers_key_decides_and_results_wait_for_their_publication(
    portal: Flask, flow: Flow, world: World
) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now += dt.timedelta(hours=2)
    portal.extensions["clock"].instant = flow.now
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    sheet, appraiser, unit = world.sheets["XM01"], Key(portal, flow, "tham_dinh_pnv"), Key(portal, flow, "dau_moi_01")
    given = {"decision": "disagree", "said": 0, "claim": {"percent": "90"}, "reason": "theo Kho bạc"}
    assert appraiser.ask("POST", f"/api/v1/verdicts/{sheet}/1.5", json=given).status_code == 201
    again = appraiser.ask("POST", f"/api/v1/verdicts/{sheet}/1.5", json=given)
    assert (again.status_code, again.get_json()["code"]) == (409, "verdict_given_meanwhile")
    seen = appraiser.get(f"/api/v1/verdicts/{sheet}/1.5").get_json()
    assert (seen["standing"], seen["verdicts"][0]["points"]) == ("disagreed", "3.6")
    asked = {"decision": "request_evidence", "said": 0, "reason": "gửi bảng kê", "due_at": "2024-11-28T17:00:00+07:00"}
    assert appraiser.ask("POST", f"/api/v1/verdicts/{sheet}/1.6", json=asked).status_code == 201
    zoneless = appraiser.ask("POST", f"/api/v1/verdicts/{sheet}/1.7", json={**asked, "due_at": "2024-11-28T17:00"})
    assert (zoneless.status_code, zoneless.get_json()["code"]) == (422, "date_unreadable")
    assert unit.get(f"/api/v1/verdicts/{sheet}/1.5").status_code == 404
    assert unit.get(f"/api/v1/results/{world.stage}").status_code == 404
    assert unit.get("/api/v1/results/").get_json()["count"] == 0


def test_records_are_read_by_who_configures_a_page_at_a_time(portal: Flask, flow: Flow) -> None:
    organiser, officer = Key(portal, flow, "to_chuc"), Key(portal, flow, "can_bo_01")
    answer = organiser.get("/api/v1/units/?q=(page_size:2)")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert (answer.get_json()["count"], len(answer.get_json()["result"])) == (4, 2)
    assert set(answer.get_json()["result"][0]) == {"id", "code", "name", "tier", "valid_from", "valid_to"}
    assert officer.get("/api/v1/units/").status_code == 403
    assert organiser.get("/api/v1/units/999").get_json()["code"] == "http_404"
    for method in ("POST", "PUT", "DELETE"):
        assert organiser.ask(method, "/api/v1/units/1", json={}).status_code in {404, 405}


def test_every_route_of_the_api_is_described_and_none_has_a_fault(portal: Flask, flow: Flow) -> None:
    key = Key(portal, flow, "to_chuc")
    paths = key.get("/api/v1/openapi.json").get_json()["paths"]
    rules = [rule for rule in portal.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert {rule.endpoint for rule in rules} == set(API)
    assert len(paths) == len({rule.rule for rule in rules})
    for rule in rules:
        given = {"assessment_id": 1, "code": "1.1", "group_stage_id": 1, "pk": 1}
        path = portal.url_map.bind("localhost").build(rule.endpoint, {name: given[name] for name in rule.arguments})
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            for body in (b"", b"{", b'{"a": 1}'):
                answer = key.ask(method, path, data=body, content_type="application/json")
                assert answer.status_code < 500, (method, path, body)


def test_the_administrator_makes_and_revokes_a_key_on_the_accounts_page(
    portal: Flask, sign_in: SignIn, world: World
) -> None:
    client, user = sign_in("quan_tri"), world.users["can_bo_01"]
    path = f"/accounts/{user}/keys"
    form = {"name": "Một cửa", "days": "0", "csrf_token": csrf_of(client)}
    refused = client.post(path, data=form)
    assert refused.status_code == 422
    assert "Một cửa" in refused.get_data(as_text=True)
    made = client.post(path, data={**form, "days": "30"}).get_data(as_text=True)
    key = made.partition('<code class="num">')[2].partition("</code>")[0]
    assert portal.test_client().get("/api/v1/sheets/", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert key not in client.get(path).get_data(as_text=True)
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        row = work.session.scalars(select(ApiToken)).one()
        assert key not in {row.sha256, row.begins}
    client.post(f"/accounts/keys/{row.id}/revoke", data={"csrf_token": form["csrf_token"]})
    assert portal.test_client().get("/api/v1/sheets/", headers={"Authorization": f"Bearer {key}"}).status_code == 401
