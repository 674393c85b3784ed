"""The editing desk: cells in place, refusals at the cell, rows out of reach do not exist, CSV, the store."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.campaigns import AppraiserAssignment, Campaign, GroupStage, OfficerAssignment
from app.db.criteria import Criterion
from app.db.evidence import Document
from app.db.session import reading, unit_of_work
from tests.web.conftest import SignIn, csrf_of
from tests.web.records_app import draft, error_at, last_event, post, text_of
from tests.web.world import World

__all__ = ["draft"]  # a fixture

GRIDS = ("criteria", "officers", "appraisers", "store")


def update(client: FlaskClient, grid: str, cells: dict[str, str]) -> Any:
    """Send cells, each named by row and column: "12-title"."""
    sent = {f"cell-{name}": text for name, text in cells.items()}
    return client.post(f"/desk/{grid}/ajax/update/", data={"csrf_token": csrf_of(client), **sent})


def stored(number: int) -> Criterion:
    with reading() as session:
        row = session.get_one(Criterion, number)
        session.expunge(row)
        return row


@pytest.fixture
def officer_row(portal: Flask, world: World) -> int:
    """Return an assignment of the second unit: foreign to the first."""
    with reading() as session:
        return session.scalars(
            select(OfficerAssignment.id).where(OfficerAssignment.unit_id == world.units["XM02"])
        ).first() or _assign(portal, world, "XM02", "can_bo_02")


def _assign(portal: Flask, world: World, unit: str, user: str) -> int:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        leaf = work.session.scalars(select(Criterion.id).where(Criterion.set_id == world.set).limit(1)).one()
        row = OfficerAssignment(
            campaign_id=world.campaign, unit_id=world.units[unit], criterion_id=leaf, user_id=world.users[user]
        )
        work.session.add(row)
        work.session.flush()
        return row.id


def test_every_grid_opens(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    for grid in GRIDS:
        page = client.get(f"/desk/{grid}/", follow_redirects=True)
        assert page.status_code == 200
        assert 'class="topbar"' in text_of(page)
    assert "Bàn biên tập" in text_of(client.get("/desk/"))
    menu = text_of(client.get("/"))
    assert all(f"/desk/{grid}/" in menu for grid in GRIDS)


# ── criteria of a draft


def test_a_title_is_changed_in_place_and_audited(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    answer = update(client, "criteria", {f"{draft['1.1']}-title": "Ban hành  kế hoạch"})
    assert answer.status_code == 200
    assert answer.json["saved"][f"cell-{draft['1.1']}-title"]["text"] == stored(draft["1.1"]).title
    event = last_event()
    assert (event.object_type, event.object_id) == ("criterion", str(draft["1.1"]))
    assert event.actor_name == "to_chuc"


def test_the_library_s_own_protocol_is_understood(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    sent = {"list_form_pk": str(draft["1.1"]), "title": "Kế hoạch năm", "csrf_token": csrf_of(client)}
    assert client.post("/desk/criteria/ajax/update/", data=sent).status_code == 200
    assert stored(draft["1.1"]).title == "Kế hoạch năm"


def test_a_maximum_alone_is_refused_and_two_that_agree_are_saved(sign_in: SignIn, draft: dict[str, int]) -> None:
    """A branch's maximum is the sum of its children's: 1 and 1 become 0,5 and 1,5."""
    client = sign_in("to_chuc")
    first, second = (f"{draft[code]}-maximum" for code in ("1.6", "1.9"))
    alone = update(client, "criteria", {first: "1,5"})
    assert alone.status_code == 422
    assert "tổng" in alone.json["problems"][f"cell-{first}"]
    assert stored(draft["1.6"]).maximum == Decimal(1)
    both = update(client, "criteria", {first: "1,5", second: "0,5"})
    assert both.status_code == 200
    assert [stored(draft[code]).maximum for code in ("1.6", "1.9")] == [Decimal("1.5"), Decimal("0.5")]


@pytest.mark.parametrize("text", ["abc", "-1", "1.234", "0,00001", ""])
def test_a_figure_that_cannot_be_read_is_said_at_its_cell(sign_in: SignIn, draft: dict[str, int], text: str) -> None:
    name = f"{draft['1.6']}-maximum"
    answer = update(sign_in("to_chuc"), "criteria", {name: text})
    assert answer.status_code == 422
    assert answer.json["problems"][f"cell-{name}"]
    assert stored(draft["1.6"]).maximum == Decimal(1)


def test_a_cell_somebody_else_changed_is_not_overwritten_unseen(sign_in: SignIn, draft: dict[str, int]) -> None:
    client, name = sign_in("to_chuc"), f"{draft['1.1']}-title"
    assert update(client, "criteria", {name: "Của người khác"}).status_code == 200
    sent = {f"cell-{name}": "Của tôi", f"was-{name}": "Như lúc đầu", "csrf_token": csrf_of(client)}
    answer = client.post("/desk/criteria/ajax/update/", data=sent)
    assert answer.status_code == 409
    assert "Của người khác" in answer.json["problems"][f"cell-{name}"]
    assert answer.json["now"][f"cell-{name}"]["value"] == "Của người khác"
    assert stored(draft["1.1"]).title == "Của người khác"


def test_the_code_of_another_criterion_is_refused(sign_in: SignIn, draft: dict[str, int]) -> None:
    name = f"{draft['1.1']}-code"
    answer = update(sign_in("to_chuc"), "criteria", {name: "1.2"})
    assert answer.status_code == 422
    assert "1.2" in answer.json["problems"][f"cell-{name}"]


def test_a_rule_is_no_cell(sign_in: SignIn, draft: dict[str, int]) -> None:
    answer = update(sign_in("to_chuc"), "criteria", {f"{draft['1.1']}-rule": "{}"})
    assert answer.status_code == 422
    assert answer.json["note"]


def test_a_frozen_set_is_not_on_the_desk(sign_in: SignIn, world: World, draft: dict[str, int]) -> None:
    with reading() as session:
        frozen = session.scalars(select(Criterion.id).where(Criterion.set_id == world.set).limit(1)).one()
    client = sign_in("to_chuc")
    assert update(client, "criteria", {f"{frozen}-title": "x"}).status_code == 404
    assert client.get(f"/desk/criteria/edit/?id={frozen}").status_code == 404


def test_the_form_without_scripts_says_the_same(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    fields = {"code": "1.6", "title": "Tên", "maximum": "7", "agency": "__None"}
    page = f"/desk/criteria/edit/?id={draft['1.6']}"
    answer = post(client, page, **fields)
    assert answer.status_code == 422
    assert "tổng" in error_at(answer, "maximum")
    assert 'value="7"' in text_of(answer)
    assert post(client, page, **{**fields, "maximum": "1"}).status_code == 302
    assert stored(draft["1.6"]).title == "Tên"


# ── assignments


def test_a_unit_names_its_own_officers_and_nobody_else_s(
    portal: Flask, sign_in: SignIn, world: World, officer_row: int
) -> None:
    client = sign_in("dau_moi_01")
    page = f"/desk/officers/new/?campaign={world.campaign}"
    assert client.get(page).status_code == 200
    with reading() as session:
        leaf = session.scalars(select(Criterion.id).where(Criterion.set_id == world.set, Criterion.code == "1.2")).one()
    fields = {
        "campaign": world.campaign,
        "unit": world.units["XM01"],
        "criterion": leaf,
        "user": world.users["can_bo_01"],
    }
    assert post(client, page, **fields).status_code == 302
    again = post(client, page, **fields)
    assert (again.status_code, bool(error_at(again, "user"))) == (422, True)
    for wrong in ({"user": world.users["can_bo_02"]}, {"unit": world.units["XM02"]}):
        assert post(client, page, **{**fields, **wrong}).status_code == 422
    listed = text_of(client.get(f"/desk/officers/?campaign={world.campaign}"))
    assert "can_bo_01" in listed
    assert f"cell-{officer_row}-user" not in listed
    assert "can_bo_02" not in listed
    # what is another unit's does not exist here, by whatever door
    assert update(client, "officers", {f"{officer_row}-user": str(world.users["can_bo_01"])}).status_code == 404
    assert client.get(f"/desk/officers/edit/?id={officer_row}").status_code == 404
    assert post(client, "/desk/officers/delete/", id=officer_row).status_code == 404
    assert "can_bo_02" not in text_of(client.get(f"/desk/officers/export/csv/?campaign={world.campaign}"))
    with reading() as session:
        assert session.get(OfficerAssignment, officer_row) is not None


def test_the_organiser_cannot_name_an_officer_of_another_unit(sign_in: SignIn, world: World, officer_row: int) -> None:
    answer = update(sign_in("to_chuc"), "officers", {f"{officer_row}-user": str(world.users["can_bo_01"])})
    assert answer.status_code == 422
    assert answer.json["problems"][f"cell-{officer_row}-user"]


def test_appraisers_of_an_open_campaign_stand(sign_in: SignIn, world: World) -> None:
    with reading() as session:
        row = session.scalars(
            select(AppraiserAssignment).where(AppraiserAssignment.campaign_id == world.campaign).limit(1)
        ).one()
        session.expunge(row)
    client = sign_in("to_chuc")
    answer = update(client, "appraisers", {f"{row.id}-agency": str(world.units["TTH"])})
    assert answer.status_code == 409
    assert "đang mở" in answer.json["note"] or "đã mở" in answer.json["note"]
    answer = post(client, "/desk/appraisers/delete/", id=row.id, url="/desk/appraisers/")
    assert answer.status_code == 302
    with reading() as session:
        assert session.get_one(AppraiserAssignment, row.id).agency_id == row.agency_id


def test_appraisers_of_a_draft_are_named_for_a_group_or_for_a_unit(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int]
) -> None:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        opened = work.session.get_one(GroupStage, world.stage)
        group = opened.group_id
        campaign = Campaign(code="k3", name="Đợt 3", year=2025)
        stage = GroupStage(group_id=group, council_id=opened.council_id, set_id=draft["set"])
        campaign.groups.append(stage)
        work.session.add(campaign)
        work.session.flush()
        number = campaign.id
    client = sign_in("to_chuc")
    page = f"/desk/appraisers/new/?campaign={number}"
    fields = {
        "campaign": number,
        "criterion": draft["1"],
        "group": group,
        "agency": world.units["PNV"],
        "unit": "__None",
    }
    assert post(client, page, **fields).status_code == 302
    both = post(client, page, **{**fields, "unit": world.units["XM01"]})
    assert error_at(both, "unit")
    neither = post(client, page, **{**fields, "group": "__None"})
    assert error_at(neither, "unit")
    twice = post(client, page, **fields)
    assert error_at(twice, "criterion")
    with reading() as session:
        row = session.scalars(select(AppraiserAssignment).where(AppraiserAssignment.campaign_id == number)).one()
        session.expunge(row)
    assert update(client, "appraisers", {f"{row.id}-agency": str(world.units["TTH"])}).status_code == 200
    assert last_event().stream == f"campaign:{number}"
    assert post(client, "/desk/appraisers/delete/", id=row.id, url="/desk/appraisers/").status_code == 302
    with reading() as session:
        assert session.get(AppraiserAssignment, row.id) is None


# ── everything


def test_a_grid_is_read_as_a_file_without_formulas(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    assert update(client, "criteria", {f"{draft['1.1']}-title": '=HYPERLINK("x")'}).status_code == 200
    answer = client.get(f"/desk/criteria/export/csv/?criteria_set={draft['set']}")
    text = text_of(answer)
    assert answer.mimetype == "text/csv"
    assert text.startswith("\ufeffMã,Tên,")
    assert "'=HYPERLINK" in text
    assert text.count("\r\n") == 1 + len(draft) - 1  # a heading, and one line for each criterion


def test_filters_are_typed_and_a_wrong_one_is_named(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    base = f"/desk/criteria/?criteria_set={draft['set']}"
    assert f"cell-{draft['1.6']}-title" in text_of(client.get(f"{base}&maximum.to=1"))
    assert f"cell-{draft['1.6']}-title" not in text_of(client.get(f"{base}&maximum.from=1,5"))
    page = text_of(client.get(f"{base}&maximum.from=abc"))
    assert "“abc” không phải số" in page


@pytest.mark.parametrize("grid", GRIDS)
def test_who_has_no_desk_is_turned_away(portal: Flask, sign_in: SignIn, grid: str) -> None:
    assert portal.test_client().get(f"/desk/{grid}/").headers["Location"].startswith("/login/")
    officer = sign_in("can_bo_01")
    assert officer.get(f"/desk/{grid}/").status_code == 403
    assert officer.get(f"/desk/{grid}/export/csv/").status_code == 403
    assert update(officer, grid, {"1-title": "x"}).status_code == 403
    assert officer.get("/desk/").status_code == 403


def test_the_library_s_other_routes_do_not_exist(sign_in: SignIn, draft: dict[str, int]) -> None:
    client = sign_in("to_chuc")
    assert client.get("/desk/static/admin/css/bootstrap4/admin.css").status_code == 404
    assert client.get("/desk/criteria/new/").status_code == 404
    assert post(client, "/desk/criteria/delete/", id=draft["1.1"]).status_code == 404
    assert post(client, "/desk/store/edit/?id=1").status_code == 404
    assert client.get("/desk/criteria/export/json/").status_code == 404
    assert client.get("/desk/criteria/edit/?id=99999999").status_code == 404
    assert client.get("/desk/criteria/edit/?id=abc").status_code == 404


def test_the_store_shows_where_a_document_stands_and_whether_it_is_whole(
    portal: Flask, sign_in: SignIn, world: World
) -> None:
    client = sign_in("dau_moi_01")
    sheet = world.sheets["XM01"]
    data = {"csrf_token": csrf_of(client), "file": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "a.pdf"), "subject": "Kế hoạch"}
    assert client.post(f"/sheets/{sheet}/entries/1.1/evidence", data=data).status_code in {200, 302}
    with reading() as session:
        document = session.scalars(select(Document)).one()
        session.expunge(document)
    reader = sign_in("kiem_toan")
    assert "Kế hoạch" in text_of(reader.get("/desk/store/"))
    page = text_of(reader.get(f"/desk/store/details/?id={document.id}"))
    assert document.sha256 in page
    assert "1.1" in page
    assert "note bad" not in page
    portal.extensions["blobs"]._path(document.sha256).write_bytes(b"x")
    assert "note bad" in text_of(reader.get(f"/desk/store/details/?id={document.id}"))


def test_assignments_are_added_to_one_campaign_and_every_campaign_is_a_click_away(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int]
) -> None:
    """Two sets name the same criteria: what is offered is of the campaign the address names, the one being scored."""
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        opened = work.session.get_one(GroupStage, world.stage)
        campaign = Campaign(code="k3", name="Đợt 3", year=2025)
        campaign.groups.append(
            GroupStage(group_id=opened.group_id, council_id=opened.council_id, set_id=draft["set"]),
        )
        work.session.add(campaign)
        work.session.flush()
        number = campaign.id
    client = sign_in("to_chuc")
    for grid, first in (("officers", world.campaign), ("appraisers", number)):
        for page in (f"/desk/{grid}/", f"/desk/{grid}/new/"):
            answer = client.get(page)
            assert answer.status_code == 302
            assert answer.headers["Location"].endswith(f"{page}?campaign={first}")
        shown = text_of(client.get(f"/desk/{grid}/?campaign={number}"))
        for words in ("Chấm điểm thử 2024", "Đợt 3"):
            assert words in shown
    form = text_of(client.get(f"/desk/officers/new/?campaign={world.campaign}"))
    assert form.count("Tiêu chí 1.1") == 1


@pytest.mark.parametrize(("grid", "name"), [("officers", "phan-cong-can-bo"), ("store", "kho-tai-lieu")])
def test_a_file_of_a_grid_is_named_after_it_in_plain_letters(sign_in: SignIn, grid: str, name: str) -> None:
    answer = sign_in("to_chuc").get(f"/desk/{grid}/export/csv/")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.csv"
