"""The bell, the list and the choice of mail; long work with its progress, found again by its owner alone."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.db.clock import FixedClock
from app.db.jobs import Job
from app.db.notices import Notice
from app.db.results import Publication
from app.db.session import reading, unit_of_work
from app.domain.jobs import JobState
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction
from app.reading.limits import LIGHT
from app.words.notices import JOBS, SENTENCES, notice_words
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    return go_on(world, tmp_path)


def told(world: World, who: str) -> list[tuple[int, str, str]]:
    with reading() as session:
        mine = select(Notice).where(Notice.user_id == world.users[who]).order_by(Notice.id)
        return [(row.id, row.kind.value, row.path) for row in session.scalars(mine)]


def test_every_kind_of_notice_and_of_work_has_its_words(portal: Flask) -> None:
    assert set(SENTENCES) == set(NoticeKind)
    with portal.test_request_context():
        for kind in NoticeKind:
            assert notice_words(kind, {}), kind
        due = {"unit": "Xã mẫu 01", "due": "2024-11-25T10:00:00+00:00"}
        assert "17:00 25/11/2024" in notice_words(NoticeKind.FIRST_RESULTS_RELEASED, due)
        near = notice_words(NoticeKind.DEADLINE_NEAR, {**due, "phase": "scoring", "count": 4, "days": 3})
        assert "4" in near
        assert "3" in near
        assert all(str(words) for words in JOBS.values())


def test_a_head_is_told_of_a_sheet_to_approve_and_led_to_it(flow: Flow, sign_in: SignIn, world: World) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    [(number, kind, path)] = told(world, "thu_truong_01")
    assert (kind, path) == ("approval_requested", f"/sheets/{world.sheets['XM01']}/review")
    assert [kind for _, kind, _ in told(world, "tham_dinh_pnv")] == ["appraisal_opened"]
    assert told(world, "tham_dinh_khac") == []
    head, stranger = sign_in("thu_truong_01"), sign_in("dau_moi_01")
    assert 'class="dot"' in head.get("/notices/").get_data(as_text=True)
    assert "Xã mẫu 01" in head.get("/notices/").get_data(as_text=True)
    assert stranger.get(f"/notices/{number}").status_code == 404
    token = {"csrf_token": csrf_of(stranger)}
    assert stranger.post(f"/notices/{number}/read", data=token).status_code == 404
    assert stranger.post("/notices/read", data=token).status_code == 302
    answer = head.get(f"/notices/{number}")
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert 'class="dot"' not in head.get("/notices/").get_data(as_text=True)


def test_words_of_others_are_text_in_the_list(portal: Flask, sign_in: SignIn, world: World) -> None:
    payload = "<script>alert(1)</script> %(unit)s {{7*7}}"
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        facts = {"unit": payload, "reason": payload}
        row = {"user_id": world.users["can_bo_01"], "kind": NoticeKind.SHEET_RETURNED, "at": work.now}
        work.session.add(Notice(facts=facts, path="//evil.example/", **row))
    client = sign_in("can_bo_01")
    page = client.get("/notices/").get_data(as_text=True)
    assert payload not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; %(unit)s {{7*7}}" in page
    [(number, _, _)] = told(world, "can_bo_01")
    assert client.get(f"/notices/{number}").headers["Location"] == "/"


def test_what_is_mailed_is_chosen_on_a_page(sign_in: SignIn) -> None:
    client = sign_in("can_bo_01")
    page = client.get("/notices/choice").get_data(as_text=True)
    assert 'value="action" checked' in page
    token = csrf_of(client)
    assert client.post("/notices/choice", data={"csrf_token": token, "choice": "x"}).status_code == 422
    assert client.post("/notices/choice", data={"csrf_token": token, "choice": "digest"}).status_code == 302
    assert 'value="digest" checked' in client.get("/notices/choice").get_data(as_text=True)


def test_publishing_is_work_that_is_found_again(flow: Flow, portal: Flask, sign_in: SignIn, world: World) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    flow.group(GroupAction.APPROVE, "phe_duyet")
    portal.extensions["clock"] = FixedClock(flow.now)
    rung: list[int] = []
    portal.extensions["database"].bell = rung.append  # a worker that has not come to it yet
    client = sign_in("thu_ky")
    form = {"document": "12/QĐ-UBND", "decided_on": "20/12/2024", "authority": "UBND", "signer": "CHỦ TỊCH", "key": "k"}
    form["csrf_token"] = csrf_of(client)
    address = f"/board/{world.stage}/acts/publish"
    answers = [client.post(address, data=form).headers["Location"] for _ in range(2)]
    assert answers == [f"/jobs/{rung[0]}"] * 2
    waits = client.get(answers[0]).get_data(as_text=True)
    assert 'hx-trigger="every 2s"' in waits
    assert f'action="/jobs/{rung[0]}/cancel"' in waits
    part = client.get(answers[0], headers={"HX-Request": "true"}).get_data(as_text=True)
    assert part.startswith('<div id="job"')
    assert "UBND" not in client.get("/jobs/").get_data(as_text=True).replace("<small>UBND", "")
    assert sign_in("chu_tich_hd").get(answers[0]).status_code == 404
    assert client.post(f"{answers[0]}/cancel", data={"csrf_token": form["csrf_token"]}).status_code == 302
    assert client.post(f"{answers[0]}/cancel", data={"csrf_token": form["csrf_token"]}).status_code == 409
    with reading() as session:
        assert session.scalars(select(Publication.id)).all() == []
        assert session.get_one(Job, rung[0]).state is JobState.CANCELLED


def test_a_large_appendix_is_read_as_work_and_its_refusal_is_said(portal: Flask, sign_in: SignIn) -> None:
    client = sign_in("to_chuc")
    data = {"csrf_token": csrf_of(client), "file": (BytesIO(b"khong co bang nao\n" * (LIGHT // 17)), "phu_luc.txt")}
    answer = client.post("/imports/", data=data)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'role="alert"' in page
    assert "hx-trigger" not in page
