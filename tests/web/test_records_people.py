"""Generated records of people: passwords shown once, roles that grant what they say, one administrator always left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.identity import Council, Membership, PortalUser
from app.db.session import reading
from app.domain import policy
from app.domain.grants import Grant, own_unit
from app.domain.policy_facts import Permission
from app.domain.terms import Role
from tests.web.conftest import SignIn, csrf_of
from tests.web.records_app import error_at, last_event, post, text_of
from tests.web.world import World


def shown_password(answer: Any) -> str:
    found = re.search(r'<code class="once">([^<]+)</code>', text_of(answer))
    assert found is not None, text_of(answer)
    return found[1]


def held(username: str) -> int:
    with reading() as session:
        who = select(Membership.id).join(PortalUser, Membership.user_id == PortalUser.id)
        return session.scalars(who.where(PortalUser.username == username)).one()


def test_a_new_account_gets_a_password_shown_once_and_kept_nowhere(portal: Flask, sign_in: SignIn) -> None:
    client = sign_in("quan_tri")
    answer = post(client, "/accountrecords/add", username="can_bo_09", first_name="Cán bộ 09")
    password = shown_password(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers or password not in answer.headers["Set-Cookie"]
    assert password not in text_of(client.get("/accountrecords/list/?q=can bo 09"))
    assert "can_bo_09" in text_of(client.get("/accountrecords/list/?q=can bo 09"))
    with reading() as session:
        made = session.scalars(select(PortalUser).where(PortalUser.username == "can_bo_09")).one()
        assert made.password_change_required
        assert password not in str(made.password)
        assert password not in "".join(str(row.new) for row in session.scalars(select(AuditEvent)))
    fresh = portal.test_client()
    form = {"username": "can_bo_09", "password": password, "csrf_token": csrf_of(fresh, "/login/")}
    assert fresh.post("/login/", data=form).status_code == 302
    assert fresh.get("/").headers["Location"] == "/password"


@pytest.mark.parametrize("name", ["can_bo_01", "Cán bộ", "ab", "x" * 65, "_a_", ""])
def test_a_sign_in_name_that_cannot_be_is_refused_at_its_field(sign_in: SignIn, name: str) -> None:
    answer = post(sign_in("quan_tri"), "/accountrecords/add", username=name, first_name="Ai đó")
    assert answer.status_code == 422
    assert error_at(answer, "username")


def test_a_password_given_anew_ends_the_sessions_of_the_old_one(sign_in: SignIn, world: World) -> None:
    officer, client = sign_in("can_bo_01"), sign_in("quan_tri")
    assert officer.get("/").status_code == 200
    assert shown_password(post(client, f"/accountrecords/reset/{world.users['can_bo_01']}"))
    assert last_event().action == "password_reset"
    assert officer.get("/").status_code == 302
    assert client.get(f"/accountrecords/reset/{world.users['can_bo_01']}").status_code == 405
    assert post(client, f"/accountrecords/reset/{world.users['quan_tri']}").status_code == 422


def test_nobody_else_gives_passwords(sign_in: SignIn, world: World) -> None:
    for name in ("to_chuc", "can_bo_02", "kiem_toan"):
        assert post(sign_in(name), f"/accountrecords/reset/{world.users['can_bo_01']}").status_code == 403


def test_an_account_that_is_switched_off_is_out_at_once(sign_in: SignIn, world: World) -> None:
    officer, client = sign_in("can_bo_01"), sign_in("quan_tri")
    page = f"/accountrecords/edit/{world.users['can_bo_01']}"
    assert post(client, page, first_name="Cán bộ 01").status_code == 302
    assert officer.get("/").status_code == 302
    assert (last_event().old or {}).get("active") is True


def test_the_last_administrator_stays(sign_in: SignIn, world: World) -> None:
    client = sign_in("quan_tri")
    own = f"/accountrecords/edit/{world.users['quan_tri']}"
    assert error_at(post(client, own, first_name="Quản trị"), "active")
    number = held("quan_tri")
    assert post(client, f"/membershiprecords/delete/{number}").status_code == 409
    assert post(client, f"/membershiprecords/edit/{number}", role="auditor").status_code == 409
    assert client.get("/accountrecords/list/").status_code == 200
    second = {"user": world.users["kiem_toan"], "role": "administrator"}
    assert post(client, "/membershiprecords/add", **second).status_code == 302
    assert post(client, f"/membershiprecords/delete/{number}").status_code == 302


@pytest.mark.parametrize(
    ("role", "unit", "council", "more", "field"),
    [
        ("officer", False, False, {}, "unit"),
        ("unit_head", False, True, {}, "unit"),
        ("secretariat", False, False, {}, "council"),
        ("secretariat", True, True, {}, "council"),
        ("leader", False, True, {}, "leader_kind"),
        ("secretariat", False, True, {"leader_kind": "chairman"}, "leader_kind"),
        ("coordinator", True, False, {"covers_all_leaves": "y"}, "covers_all_leaves"),
    ],
)
def test_a_role_that_would_grant_nothing_is_refused_at_its_field(
    sign_in: SignIn, world: World, role: str, unit: bool, council: bool, more: dict[str, str], field: str
) -> None:
    with reading() as session:
        hall = session.scalars(select(Council.id)).one()
    fields: dict[str, Any] = {"user": world.users["to_chuc"], "role": role, **more}
    fields |= {"unit": world.units["XM01"]} if unit else {}
    fields |= {"council": hall} if council else {}
    answer = post(sign_in("quan_tri"), "/membershiprecords/add", **fields)
    assert answer.status_code == 422
    assert error_at(answer, field)


def test_nobody_and_nothing_is_chosen_beforehand(sign_in: SignIn, world: World) -> None:
    client = sign_in("quan_tri")
    page = text_of(client.get("/membershiprecords/add"))
    assert re.findall(r"<option selected[^>]*>([^<]*)</option>", page) == ["–"] * 5
    answer = post(client, "/membershiprecords/add", user="__None", role="", unit="__None", council="__None")
    assert error_at(answer, "user")
    assert error_at(answer, "role")


def test_a_role_is_held_once_in_one_place(sign_in: SignIn, world: World) -> None:
    fields = {"user": world.users["can_bo_01"], "role": "officer", "unit": world.units["XM01"]}
    assert error_at(post(sign_in("quan_tri"), "/membershiprecords/add", **fields), "role")


def test_roles_held_are_found_by_person_and_by_place(sign_in: SignIn) -> None:
    client = sign_in("quan_tri")
    assert "dau_moi_02" in text_of(client.get("/membershiprecords/list/?q=dau_moi_02"))
    by_place = text_of(client.get("/membershiprecords/list/?q=xa mau 02"))
    assert "dau_moi_02" in by_place
    assert "dau_moi_01" not in by_place


def test_the_audit_log_is_only_read(sign_in: SignIn) -> None:
    client = sign_in("kiem_toan")
    number = last_event().id
    assert client.get("/auditeventrecords/list/").status_code == 200
    for page in ("add", f"edit/{number}", f"delete/{number}"):
        assert post(client, f"/auditeventrecords/{page}").status_code == 403


def test_rows_outside_the_scope_of_the_policy_are_not_there(
    sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were units configured by their own heads, a head would see the own unit and nobody else's."""
    grants = (*policy.GRANTS, Grant(Permission.UNIT_CONFIGURE, Role.UNIT_HEAD, (own_unit,)))
    monkeypatch.setattr(policy, "GRANTS", grants)
    client = sign_in("thu_truong_01")
    page = text_of(client.get("/unitrecords/list/"))
    assert ">XM01</a>" in page
    assert ">XM02</a>" not in page
    assert client.get(f"/unitrecords/show/{world.units['XM01']}").status_code == 200
    foreign = world.units["XM02"]
    assert client.get(f"/unitrecords/show/{foreign}").status_code == 404
    assert client.get(f"/unitrecords/edit/{foreign}").status_code == 404
    assert post(client, f"/unitrecords/edit/{foreign}", name="khác").status_code == 404
    assert post(client, f"/unitrecords/delete/{foreign}").status_code == 404
    assert ">bo_thu" not in text_of(client.get("/councilrecords/list/"))  # nothing of a council is a unit's
