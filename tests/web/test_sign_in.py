"""Signing in and out: guesses are slowed down, links lead nowhere else, first passwords end, old cookies are dead."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.security import generate_password_hash

import config
from app import create_app
from app.db.clock import FixedClock
from app.db.identity import Membership, PortalUser
from app.db.session import reading, unit_of_work
from app.services.seed_identity import hash_of_nobody
from app.web.security.manager import local
from tests.databases import BEFORE_THE_LOCK
from tests.web.conftest import SignIn, csrf_of
from tests.web.records_app import last_event, post, text_of
from tests.web.world import PASSWORD, World

SLOW_DOWN = "Thử quá nhiều lần."
WRONG = "Tài khoản hoặc mật khẩu không đúng."


def attempt(client: FlaskClient, username: str, password: str, following: str = "", address: str = "10.0.0.1") -> Any:
    form = {"username": username, "password": password, "csrf_token": csrf_of(client, "/login/")}
    query = {"next": following} if following else {}
    return client.post("/login/", data=form, query_string=query, environ_base={"REMOTE_ADDR": address})


def account(username: str) -> PortalUser:
    with reading() as session:
        found = session.scalars(select(PortalUser).where(PortalUser.username == username)).one()
        session.expunge(found)
        return found


def change(portal: Flask, username: str, **values: Any) -> None:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        user = work.session.scalars(select(PortalUser).where(PortalUser.username == username)).one()
        for name, value in values.items():
            setattr(user, name, value)


# ── guessing


def test_guesses_from_one_address_are_slowed_down_after_ten_in_a_minute(portal: Flask) -> None:
    client = portal.test_client()
    codes = [attempt(client, "can_bo_01", f"sai {number}").status_code for number in range(30)]
    assert codes == [401] * 10 + [429] * 20
    answer = attempt(client, "can_bo_01", PASSWORD)
    assert answer.status_code == 429
    assert SLOW_DOWN in text_of(answer)
    assert '<html lang="vi"' in text_of(answer)
    base = {"REMOTE_ADDR": "10.0.0.1"}
    assert {client.get("/login/", environ_base=base).status_code for _ in range(30)} == {200}


def test_no_stranger_locks_an_account_and_the_address_is_free_a_minute_later(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = portal.test_client()
    for number in range(15):
        attempt(client, "can_bo_01", f"sai {number}")
    assert attempt(portal.test_client(), "can_bo_01", PASSWORD, address="10.0.0.2").status_code == 302
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert attempt(portal.test_client(), "can_bo_01", PASSWORD).status_code == 302


def test_a_whole_office_signs_in_from_one_address(portal: Flask) -> None:
    assert {attempt(portal.test_client(), "can_bo_01", PASSWORD).status_code for _ in range(15)} == {302}


def test_who_is_signed_in_leaves_while_the_address_is_slowed_down(portal: Flask, sign_in: SignIn) -> None:
    client, guessing = sign_in("can_bo_01"), portal.test_client()
    for number in range(11):
        attempt(guessing, "can_bo_02", f"sai {number}", address="127.0.0.1")
    assert post(client, "/logout/").status_code == 302


def test_the_answer_tells_nobody_which_names_there_are(portal: Flask) -> None:
    change(portal, "can_bo_02", active=False)
    pages = {
        (answer.status_code, WRONG in text_of(answer))
        for name in ("can_bo_01", "can_bo_02", "khong_co_ai", "a\0b", "\x1b[31m", "")
        for answer in [attempt(portal.test_client(), name, "sai")]
    }
    assert pages == {(401, True)}


def test_an_unknown_name_is_compared_with_a_hash_made_as_real_ones_are(portal: Flask) -> None:
    """Not with the framework's own, whose method stays behind when ours changes."""
    compared = portal.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"]
    assert compared == hash_of_nobody()
    method, salt, digest = compared.split("$")
    real = generate_password_hash(PASSWORD).split("$")
    assert (method, len(salt), len(digest)) == (real[0], len(real[1]), len(real[2]))


# ── what is typed


@pytest.mark.parametrize("name", ["can_bo_01 ", " can_bo_01", "\tcan_bo_01\u00a0", "CAN_BO_01"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_blanks_around_the_name_and_the_keyboard_s_form_of_accents_do_not_matter(
    portal: Flask, name: str, form: str
) -> None:
    assert attempt(portal.test_client(), name, unicodedata.normalize(form, PASSWORD)).status_code == 302


def test_the_present_password_is_read_alike_when_it_is_changed(sign_in: SignIn) -> None:
    chosen = "bốn con mèo cam ngủ"
    decomposed = {"present": PASSWORD, "wanted": chosen, "repeated": chosen}
    answer = post(
        sign_in("can_bo_01"),
        "/password",
        **{name: unicodedata.normalize("NFD", text) for name, text in decomposed.items()},
    )
    assert answer.status_code == 302


# ── where it leads

FOREIGN = [
    "//evil.com",
    "///evil.com",
    "/\t/evil.com",
    "/\n/evil.com",
    "/\r/evil.com",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.com",
    " //evil.com",
    "/\\evil.com",
    "\\\\evil.com",
    "\\/evil.com",
    "/a\\b",
    "/\0/evil.com",
    "/\x0b/evil.com",
    "/\x7f/evil.com",
    "/\u0085/evil.com",
    "/\u2028/evil.com",
    "https://evil.com",
    "https:evil.com",
    "http:///evil.com",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.com",
    "user@evil.com",
    "@evil.com",
    "//[",
    "//user:word@evil.com/sheets/",
    "",
]
OURS = ["/", "/sheets/", "/sheets/?q=xã&page=2", "/unitrecords/list/?q=a%20b", "/%09/evil.com", "/@evil.com", "/a:b"]


@pytest.mark.parametrize("target", FOREIGN, ids=repr)
def test_no_link_to_the_sign_in_leads_out_of_the_portal(portal: Flask, target: str) -> None:
    assert local(target) == "/"
    answer = attempt(portal.test_client(), "can_bo_01", PASSWORD, following=target)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("target", OURS)
def test_a_path_of_the_portal_is_gone_back_to(target: str) -> None:
    assert local(target) == target


# ── first passwords


@pytest.fixture
def until(portal: Flask) -> dt.datetime:
    """Give the officer a first password; return the instant at which it ends."""
    moment = BEFORE_THE_LOCK + dt.timedelta(hours=72)
    change(portal, "can_bo_01", password_change_required=True, first_password_until=moment)
    return moment


def test_a_first_password_that_ended_says_whom_to_ask(portal: Flask, until: dt.datetime) -> None:
    portal.extensions["clock"].instant = until
    answer = attempt(portal.test_client(), "can_bo_01", PASSWORD)
    assert answer.status_code == 401
    assert "Mật khẩu lần đầu này đã hết hạn. Đề nghị quản trị viên cấp mật khẩu mới" in text_of(answer)
    user = account("can_bo_01")
    assert (user.login_count or 0, user.fail_login_count) == (0, 1)
    wrong = attempt(portal.test_client(), "can_bo_01", "sai")
    assert "hết hạn" not in text_of(wrong)


def test_until_then_only_the_change_of_the_password_is_reached(portal: Flask, until: dt.datetime) -> None:
    portal.extensions["clock"].instant = until - dt.timedelta(seconds=1)
    client = portal.test_client()
    assert attempt(client, "can_bo_01", PASSWORD, following="/sheets/").status_code == 302
    for page in ("/", "/sheets/", "/results/", "/desk/", "/accountrecords/list/"):
        assert client.get(page).headers.get("Location") == "/password", page
    chosen = {"present": PASSWORD, "wanted": "bốn con mèo cam ngủ", "repeated": "bốn con mèo cam ngủ"}
    assert post_from(client, "/password", **chosen).headers["Location"] == "/"
    assert client.get("/sheets/").status_code == 200
    portal.extensions["clock"].instant = until + dt.timedelta(days=400)
    assert client.get("/sheets/").status_code == 200


def post_from(client: FlaskClient, page: str, **fields: Any) -> Any:
    return client.post(page, data={"csrf_token": csrf_of(client, page), **fields})


def test_the_page_of_an_account_shows_until_when_its_first_password_opens(
    sign_in: SignIn, world: World, until: dt.datetime
) -> None:
    page = text_of(sign_in("quan_tri").get(f"/accountrecords/show/{world.users['can_bo_01']}"))
    assert "16:00" in page
    assert "28/11/2024" in page


def test_accounts_renewed_by_command_stand_once_in_the_file_of_their_owner(portal: Flask, until: dt.datetime) -> None:
    folder, runner = Path(portal.config["DATA_DIR"]), portal.test_cli_runner()
    (folder / "first-accounts.csv").write_text("username,role,unit,password\ncan_bo_01,officer,XM01,cu\nkhac,,,giu\n")
    assert runner.invoke(args=["init-security"]).output == "accounts are there already\n"
    portal.extensions["clock"].instant = until
    assert "1 first passwords have ended unused; new ones: flask accounts renew" in (
        runner.invoke(args=["init-security"]).output
    )
    done = runner.invoke(args=["accounts", "renew"])
    assert (done.exit_code, "1 accounts renewed" in done.output) == (0, True)
    path = folder / "first-accounts.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    header, kept, row = path.read_text(encoding="utf-8").splitlines()
    assert (header, kept) == ("username,role,unit,password", "khac,,,giu")
    name, role, unit, password = row.split(",")
    assert (name, role, unit) == ("can_bo_01", "officer", "XM01")
    assert password not in done.output
    assert attempt(portal.test_client(), name, password).status_code == 302
    assert runner.invoke(args=["accounts", "renew"]).output == "no first password has ended unused\n"
    refused = runner.invoke(args=["accounts", "renew", "khong_co"])
    assert (refused.exit_code, "account_unknown" in refused.stderr) == (2, True)


# ── sessions


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("portal")
    assert found is not None
    return found.value


def test_signing_in_begins_a_session_that_holds_nothing_of_the_one_before(portal: Flask) -> None:
    client = portal.test_client()
    client.get("/lang/vi")
    token, before = csrf_of(client, "/login/"), cookie_of(client)
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    assert attempt(client, "can_bo_01", PASSWORD).status_code == 302
    assert cookie_of(client) != before
    assert csrf_of(client) != token
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["locale"] == "vi"
    stranger = portal.test_client()
    stranger.set_cookie("portal", before)
    assert stranger.get("/").status_code == 302


def test_a_copy_of_a_cookie_is_dead_after_the_sign_out_and_so_are_other_sessions(
    portal: Flask, sign_in: SignIn
) -> None:
    client, elsewhere, other = sign_in("can_bo_01"), sign_in("can_bo_01"), sign_in("can_bo_02")
    thief = portal.test_client()
    thief.set_cookie("portal", cookie_of(client))
    assert thief.get("/").status_code == elsewhere.get("/").status_code == 200
    answer = post(client, "/logout/")
    assert answer.headers["Location"] == "/login/"
    assert "trên mọi thiết bị" in text_of(client.get("/login/"))
    assert [each.get("/").status_code for each in (client, thief, elsewhere)] == [302] * 3
    assert other.get("/").status_code == 200
    assert (last_event().action, last_event().actor_name) == ("signed_out", "can_bo_01")
    assert sign_in("can_bo_01").get("/").status_code == 200


def test_nobody_signs_out_by_a_link(sign_in: SignIn) -> None:
    client = sign_in("can_bo_01")
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 400
    assert client.get("/").status_code == 200


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(sign_in: SignIn) -> None:
    client, elsewhere = sign_in("can_bo_01"), sign_in("can_bo_01")
    chosen = {"present": PASSWORD, "wanted": "bốn con mèo cam ngủ", "repeated": "bốn con mèo cam ngủ"}
    assert post(client, "/password", **chosen).status_code == 302
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_an_account_that_is_switched_off_is_out_at_the_next_request(portal: Flask, sign_in: SignIn) -> None:
    client = sign_in("can_bo_01")
    change(portal, "can_bo_01", active=False)
    assert client.get("/").status_code == 302
    assert attempt(portal.test_client(), "can_bo_01", PASSWORD).status_code == 401


def test_a_session_without_a_request_ends_after_the_idle_time(
    portal: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("can_bo_01")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 59 * 60)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 118 * 60)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 179 * 60)
    assert client.get("/").status_code == 302


def test_a_role_given_and_taken_away_counts_from_the_next_request(sign_in: SignIn, world: World) -> None:
    administrator, officer = sign_in("quan_tri"), sign_in("can_bo_01")
    assert officer.get("/accountrecords/list/").status_code == 403
    given = {"user": world.users["can_bo_01"], "role": "administrator"}
    assert post(administrator, "/membershiprecords/add", **given).status_code == 302
    assert officer.get("/accountrecords/list/").status_code == 200
    with reading() as session:
        held = session.scalars(
            select(Membership.id).where(Membership.user_id == given["user"], Membership.role == "administrator")
        ).one()
    assert post(administrator, f"/membershiprecords/delete/{held}").status_code == 302
    assert officer.get("/accountrecords/list/").status_code == 403


# ── behind TLS


@pytest.fixture
def behind_tls(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("HTTPS", "1")
    names = ("APP_ENV", "TESTING", "SQLALCHEMY_DATABASE_URI", "BLOB_DIR", "DATA_DIR", "SECRET_KEY")
    app = create_app({name: portal.config[name] for name in names})
    app.extensions["clock"] = FixedClock(BEFORE_THE_LOCK)
    yield app
    app.extensions["database"].dispose()


def test_the_cookie_of_a_portal_behind_tls_is_bound_to_it(behind_tls: Flask) -> None:
    client = behind_tls.test_client()
    form = {"username": "can_bo_01", "password": PASSWORD}
    page = text_of(client.get("/login/", base_url="https://portal.test"))
    form["csrf_token"] = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    referrer = {"Referer": "https://portal.test/login/"}
    answer = client.post("/login/", data=form, base_url="https://portal.test", headers=referrer)
    assert answer.status_code == 302
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *flags = cookie.split("; ")
    assert name.startswith("__Host-portal=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not any(flag.startswith("Domain") for flag in flags)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_promise_of_tls_is_made_behind_a_proxy_that_says_nothing_and_not_without_tls(
    behind_tls: Flask, portal: Flask
) -> None:
    assert "Strict-Transport-Security" in behind_tls.test_client().get("/login/").headers
    assert "Strict-Transport-Security" not in portal.test_client().get("/login/").headers


# ── settings


@pytest.mark.parametrize(
    "wrong",
    [{"PASSWORD_PROFILE": "weak"}, *({"FIRST_PASSWORD_HOURS": hours} for hours in ("0", "73", "-1", "", "two", "1.5"))],
    ids=str,
)
def test_a_setting_that_makes_no_sense_stops_the_start(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(config.ConfigurationError, match=next(iter(wrong))):
        config.load({"DATA_DIR": str(tmp_path), **wrong})


def test_the_local_profile_is_asked_for_on_the_page_and_held(portal: Flask, sign_in: SignIn) -> None:
    portal.config["PASSWORD_PROFILE"] = "local"
    client = sign_in("can_bo_01")
    assert "từ 8 ký tự" in text_of(client.get("/password"))
    for wanted, code in (("xk7#mpq2", 422), ("Xk7#mPq2", 302)):
        assert post(client, "/password", present=PASSWORD, wanted=wanted, repeated=wanted).status_code == code
