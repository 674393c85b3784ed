"""From the lock to the printed ranking by the pages alone: every act is a form somebody pressed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db.clock import FixedClock
from app.domain.terms import GroupAction
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


def post(client: FlaskClient, page: str, **fields: Any) -> Any:
    return client.post(page, data={"csrf_token": csrf_of(client), **fields})


def at(portal: Flask, now: dt.datetime) -> None:
    portal.extensions["clock"] = FixedClock(now)


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    """XM01 has sent; the lock has passed."""
    made = go_on(world, tmp_path)
    made.fill("XM01", FULL)
    made.send("XM01")
    made.now = LOCK
    at(portal, LOCK)
    return made


def test_a_campaign_goes_to_paper_by_its_pages(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    sheet, stage = flow.world.sheets["XM01"], flow.world.stage
    secretary, appraiser, officer = sign_in("thu_ky"), sign_in("tham_dinh_pnv"), sign_in("can_bo_01")
    board = f"/board/{stage}"
    assert "Xã mẫu 02" in secretary.get(board).get_data(as_text=True)
    assert post(secretary, f"{board}/acts/open_first_appraisal").status_code == 302

    desk = appraiser.get("/appraisal/").get_data(as_text=True)
    assert f"/appraisal/{sheet}/1.1" in desk
    for code in FULL:
        assert appraiser.get(f"/appraisal/{sheet}/{code}").status_code == 200, code
        if code == "1.5":
            refused = post(appraiser, f"/appraisal/{sheet}/1.5", decision="disagree", said="0", percent="90")
            assert refused.status_code == 422
            fields = {"decision": "disagree", "said": "0", "percent": "90", "reason": "theo Kho bạc"}
            assert post(appraiser, f"/appraisal/{sheet}/1.5", **fields).status_code == 302
        else:
            assert post(appraiser, f"/appraisal/{sheet}/{code}", decision="agree", said="0").status_code == 302

    at(portal, LOCK + dt.timedelta(hours=1))
    assert post(secretary, f"{board}/acts/release_first_results").status_code == 302
    answers = officer.get(f"/sheets/{sheet}/answers").get_data(as_text=True)
    assert "theo Kho bạc" in answers
    assert post(officer, f"/sheets/{sheet}/answers/1.5", text="xem Mục II").status_code == 302
    assert post(sign_in("dau_moi_01"), f"/sheets/{sheet}/answers", key="k").status_code == 302

    at(portal, LOCK + dt.timedelta(hours=2))
    assert post(secretary, f"{board}/acts/open_second_appraisal").status_code == 302
    assert post(appraiser, f"/appraisal/{sheet}/1.5", decision="agree", said="1").status_code == 302

    ballots = secretary.get(f"/board/sheets/{sheet}").get_data(as_text=True)
    assert "<form" not in ballots.split("<main", 1)[1].split("</main>", 1)[0]  # read here, entered for the group
    leader = re.search(rf"/entered/{stage}/leaders/(\d+)", ballots)
    assert leader is not None
    line = {"act": "grid", "u.0": "XM01", "w.0": "{}"}
    paper = {"document": "Phiếu 01", "signed_by": "Chủ tịch", "signed_on": "20/11/2024"}
    assert post(secretary, leader[0], **line, **paper, **{"c.0.2.1": "5"}).status_code == 302
    figures = f"/entered/{stage}/figures/2.2"
    assert figures in ballots
    source = {"c.0.source": "Cổng DVC", "c.0.on": "20/11/2024", "c.0.document": ""}
    bad = post(secretary, figures, **line, **source, **{"c.0.value": "abc"})
    assert bad.status_code == 422
    assert post(secretary, figures, **line, **source, **{"c.0.value": "80"}).status_code == 302
    ballots = secretary.get(f"/board/sheets/{sheet}").get_data(as_text=True)
    assert "Cổng DVC, 20/11/2024" in ballots

    chair, authority = sign_in("chu_tich_hd"), sign_in("phe_duyet")
    assert post(chair, f"{board}/acts/conclude", document="").status_code == 422
    assert post(chair, f"{board}/acts/conclude", document="01/BB-HDTD").status_code == 302
    assert officer.get(f"/results/{stage}").status_code == 404
    assert post(authority, f"{board}/acts/approve").status_code == 302
    fields = {"document": "12/QĐ-UBND", "decided_on": "2024-12-20", "authority": "UBND HUYỆN", "signer": "CHỦ TỊCH"}
    assert post(secretary, f"{board}/acts/publish", **{**fields, "decided_on": "x"}).status_code == 422
    assert post(secretary, f"{board}/acts/publish", **fields).status_code == 302

    # 18 claimed and agreed in the end, 1 from the leader, 0,8 from the portal: 19,8 of 20 = 99,00 %
    page = officer.get(f"/results/{stage}").get_data(as_text=True)
    assert "99,00%" in page
    lost = officer.get(f"/results/{stage}/units/{sheet}").get_data(as_text=True)
    assert "0,2" in lost
    for paper, magic in (
        ("published.pdf", b"%PDF-"),
        ("ranking.pdf", b"%PDF-"),
        ("fields.xlsx", b"PK"),
    ):
        assert officer.get(f"/results/{stage}/{paper}").data.startswith(magic), paper


def test_nobody_appraises_from_another_agency_or_the_own_unit(sign_in: SignIn, flow: Flow) -> None:
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    sheet = flow.world.sheets["XM01"]
    other = sign_in("tham_dinh_khac")
    assert other.get(f"/appraisal/{sheet}/1.1").status_code == 404
    assert post(other, f"/appraisal/{sheet}/1.1", decision="agree", said="0").status_code == 404
    assert sign_in("can_bo_01").get("/appraisal/").status_code == 403


def test_the_board_is_the_councils(sign_in: SignIn, flow: Flow) -> None:
    for name in ("can_bo_01", "tham_dinh_pnv", "dau_moi_01", "thu_truong_01"):
        assert sign_in(name).get(f"/board/{flow.world.stage}").status_code == 403, name
    for name in ("thu_ky", "chu_tich_hd", "phe_duyet", "kiem_toan"):
        assert sign_in(name).get(f"/board/{flow.world.stage}").status_code == 200, name


def test_the_printed_sheet_holds_every_leaf(sign_in: SignIn, flow: Flow) -> None:
    answer = sign_in("can_bo_01").get(f"/sheets/{flow.world.sheets['XM01']}/sheet.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert sign_in("can_bo_02").get(f"/sheets/{flow.world.sheets['XM01']}/sheet.pdf").status_code == 404
