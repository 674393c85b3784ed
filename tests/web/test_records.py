"""The generated records: every list, form and page; invariants said at the field; what may not be touched is not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.campaigns import Campaign
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import PortalUser, Unit
from app.db.session import reading
from app.web.records import VIEWS
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World

NAMES = [view.__name__ for view in VIEWS]
FOR_ADMINISTRATOR = {"MembershipRecords", "AccountRecords"}


def post(client: FlaskClient, page: str, **fields: Any) -> Any:
    return client.post(page, data={"csrf_token": csrf_of(client), **fields})


def configurer(sign_in: SignIn, name: str) -> FlaskClient:
    return sign_in("quan_tri" if name in FOR_ADMINISTRATOR else "to_chuc")


@pytest.mark.parametrize("name", NAMES)
def test_every_list_row_and_form_opens(sign_in: SignIn, world: World, name: str) -> None:
    client = configurer(sign_in, name)
    base = f"/{name.lower()}"
    page = client.get(f"{base}/list/?q=x&f=&v=").get_data(as_text=True)
    assert 'class="topbar"' in page
    page = client.get(f"{base}/list/").get_data(as_text=True)
    row = re.search(rf"{base}/show/(\d+)", page)
    assert row is not None, page
    assert client.get(row[0]).status_code == 200
    allowed = next(view for view in VIEWS if view.__name__ == name).base_permissions
    if allowed is None or "can_edit" in allowed:
        assert client.get(f"{base}/edit/{row[1]}").status_code == 200
    if allowed is None or "can_add" in allowed:
        assert client.get(f"{base}/add").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_an_officer_reaches_none_of_them(sign_in: SignIn, name: str) -> None:
    client = sign_in("can_bo_01")
    for page in ("list/", "add", "show/1", "edit/1"):
        assert client.get(f"/{name.lower()}/{page}").status_code in {403, 404}
    assert post(client, f"/{name.lower()}/delete/1").status_code in {403, 404}


def test_a_unit_is_added_found_without_accents_changed_and_deleted(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    fields = {"code": "XM77", "name": "Xã Đồng Thịnh", "tier": "commune", "valid_from": "2020-01-01"}
    assert post(client, "/unitrecords/add", **fields).status_code == 302
    with reading() as session:
        number = session.scalars(select(Unit.id).where(Unit.code == "XM77")).one()
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert event.actor_name == "to_chuc"
    assert "Xã Đồng Thịnh" in client.get("/unitrecords/list/?q=dong thinh").get_data(as_text=True)
    assert "Xã Đồng Thịnh" not in client.get("/unitrecords/list/?q=khac han").get_data(as_text=True)
    fields["name"] = "Xã Đồng Thịnh mới"
    assert post(client, f"/unitrecords/edit/{number}", **fields).status_code == 302
    with reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.old or {}).get("name") == "Xã Đồng Thịnh"
        assert (event.new or {}).get("name") == "Xã Đồng Thịnh mới"
    assert client.get(f"/unitrecords/delete/{number}").status_code == 405
    assert post(client, f"/unitrecords/delete/{number}").status_code == 302
    with reading() as session:
        assert session.scalars(select(Unit.id).where(Unit.code == "XM77")).first() is None


def test_dates_the_wrong_way_round_are_said_at_the_field_and_nothing_is_lost(sign_in: SignIn) -> None:
    client = sign_in("to_chuc")
    fields = {"code": "XM78", "name": "Xã thử", "tier": "commune", "valid_from": "2020-01-01", "valid_to": "2019-12-31"}
    answer = post(client, "/unitrecords/add", **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="Xã thử"' in page
    assert "is-bad" in page
    with reading() as session:
        assert session.scalars(select(Unit.id).where(Unit.code == "XM78")).first() is None


def test_a_unit_that_takes_part_is_not_deleted_and_the_reason_names_what_depends(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    post(client, f"/unitrecords/delete/{world.units['XM01']}")
    page = client.get("/unitrecords/list/").get_data(as_text=True)
    assert "assessment" in page
    assert "XM01" in page


def test_an_open_campaign_and_a_frozen_set_are_read_only(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    fields = {"code": "thu_2024", "name": "đổi tên", "year": "2024", "decimals": "2", "ties": "competition"}
    assert post(client, f"/campaignrecords/edit/{world.campaign}", **fields).status_code == 200
    post(client, f"/campaignrecords/delete/{world.campaign}")
    with reading() as session:
        assert session.get_one(Campaign, world.campaign).name == "Chấm điểm thử 2024"
        leaf = session.scalars(select(Criterion.id).where(Criterion.code == "1.1")).one()
    answer = post(client, f"/criterionrecords/edit/{leaf}", title="khác", maximum="1", scored_by="unit")
    assert answer.status_code == 200
    with reading() as session:
        assert session.get_one(Criterion, leaf).title == "Tiêu chí 1.1"


def test_a_maximum_that_breaks_the_sum_is_refused_at_its_field(portal: Flask, sign_in: SignIn, world: World) -> None:
    from app.db.session import unit_of_work
    from app.services.seed_sets import copy_set

    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        copy = copy_set(work.session, work.session.get_one(CriteriaSet, world.set), "nhap")
        work.session.flush()
        leaf = next(node.id for node in copy.criteria if node.code == "1.3")
    client = sign_in("to_chuc")
    for typed, shown in (("3", "is-bad"), ("abc", "is-bad"), ("-1", "is-bad"), ("1.234", "is-bad")):
        page = post(client, f"/criterionrecords/edit/{leaf}", title="t", maximum=typed, scored_by="unit")
        assert shown in page.get_data(as_text=True), typed
        assert f'value="{typed}"' in page.get_data(as_text=True)
    assert (
        post(client, f"/criterionrecords/edit/{leaf}", title="Tên mới", maximum="2,0", scored_by="unit").status_code
        == 302
    )
    with reading() as session:
        assert session.get_one(Criterion, leaf).title == "Tên mới"


def test_a_new_account_gets_a_password_shown_once(sign_in: SignIn) -> None:
    client = sign_in("quan_tri")
    assert post(client, "/accountrecords/add", username="can_bo_09", first_name="Cán bộ 09").status_code == 302
    page = client.get("/accountrecords/list/").get_data(as_text=True)
    assert "can_bo_09: " in page
    assert "can_bo_09: " not in client.get("/accountrecords/list/").get_data(as_text=True)
    with reading() as session:
        made = session.scalars(select(PortalUser).where(PortalUser.username == "can_bo_09")).one()
        assert made.password_change_required
        assert made.password
        assert made.password not in page
    again = post(client, "/accountrecords/add", username="can_bo_09", first_name="Cán bộ 09")
    assert again.status_code == 200


def test_opening_names_what_stands_against_it(sign_in: SignIn, world: World) -> None:
    client = sign_in("to_chuc")
    fields = {"code": "k2", "name": "Đợt 2", "year": "2025", "decimals": "2", "ties": "competition"}
    assert post(client, "/campaignrecords/add", **fields).status_code == 302
    with reading() as session:
        number = session.scalars(select(Campaign.id).where(Campaign.code == "k2")).one()
    page = client.get(f"/campaigns/{number}/opening").get_data(as_text=True)
    assert page.count("c-bad") >= 2
    assert post(client, f"/campaigns/{number}/opening").status_code == 422
