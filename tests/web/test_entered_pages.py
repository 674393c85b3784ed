"""Pages of what the units never score: grids, files looked at line by line, leaders' sheets, who sees what when."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.db.clock import FixedClock
from app.db.criteria import Criterion
from app.db.identity import Membership
from app.db.session import reading
from tests.databases import BEFORE_THE_LOCK
from tests.services.entered_world import enlarge, make_vice
from tests.services.flow import FULL, Flow, go_on
from tests.web import world as pages_world
from tests.web.conftest import _settings, csrf_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pages_world.World]:
    """A database file with the larger world in it."""
    folder = tmp_path_factory.mktemp("entered")
    path = folder / "portal.sqlite3"
    shutil.copy(sqlite_template, path)
    app = create_app(_settings(path))
    with pytest.MonkeyPatch.context() as patched:
        enlarge(patched)
        made = pages_world.build_world(FixedClock(BEFORE_THE_LOCK))
    make_vice(go_on(made, folder))
    app.extensions["database"].dispose()
    return path, made


@pytest.fixture
def world(template: tuple[Path, pages_world.World]) -> pages_world.World:
    return template[1]


@pytest.fixture
def portal(template: tuple[Path, pages_world.World], tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "portal.sqlite3"
    shutil.copy(template[0], path)
    app = create_app(_settings(path))
    app.extensions["clock"] = FixedClock(BEFORE_THE_LOCK)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def sign(portal: Flask) -> Sign:
    def signed(name: str) -> FlaskClient:
        client = portal.test_client()
        token = csrf_of(client, "/login/")
        client.post("/login/", data={"username": name, "password": pages_world.PASSWORD, "csrf_token": token})
        return client

    return signed


def send(client: FlaskClient, at: str, **fields: Any) -> Any:
    return client.post(at, data={"csrf_token": csrf_of(client), **fields}, follow_redirects=True)


def text(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def test_counts_come_by_file_line_by_line_and_by_grid(sign: Sign, world: pages_world.World) -> None:
    client = sign("thu_ky")
    hub = f"/entered/{world.stage}"
    facts = {"name": "Khảo sát", "audience": "Người dân", "sent": "20", "returned": "12"}
    refused = send(client, f"{hub}/surveys", **{**facts, "returned": "30"})
    assert refused.status_code == 422
    assert 'value="30"' in text(refused)  # what was typed is still there
    assert send(client, f"{hub}/surveys", **facts).status_code == 200
    at = "/entered/surveys/1/2.3"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{at}/counts.xlsx").data))
    sheet = book.active
    heads = [cell.value for cell in sheet[3]]
    assert heads == ["Mã đơn vị", "Đơn vị", "1", "2", "3", "4", "5", "Số phiếu thu về"]
    for row, figures in ((4, (0, 1, 2, 3, 4, 12)), (5, (0, 0, 0, 0, 13, 12))):
        for place, figure in enumerate(figures, start=3):
            sheet.cell(row, place, figure)
    kept = io.BytesIO()
    book.save(kept)
    looked = send(client, at, act="check", file=(io.BytesIO(kept.getvalue()), "dem.xlsx"))
    page = text(looked)
    assert looked.status_code == 200
    assert "Take the 1 lines that are right" in page or "Nhận 1 dòng đúng" in page
    assert "4/5 × 4" not in text(client.get(at))  # nothing was taken by looking
    lines = unescape(re.search(r'name="lines" value="([^"]+)"', looked.get_data(as_text=True))[1])  # type: ignore[index]
    assert [line[1] for line in json.loads(lines)] == ["XM01", "XM02"]
    assert send(client, at, act="accept", take="all", lines=lines).status_code == 422
    taken = text(send(client, at, act="accept", take="good", lines=lines))
    assert "(0×1 + 1×2 + 2×3 + 3×4 + 4×5)/10 = 40/10 = 4; 4/5 × 4 = 3,2" in taken
    # the grid: the second unit is wrong, so nothing is saved and everything typed is still there
    grid = {"u.0": "XM01", "w.0": "{}", "c.0.5": "7", "c.0.returned": "7"}
    wrong = send(client, at, act="grid", **grid, **{"u.1": "XM02", "w.1": "{}", "c.1.5": "9", "c.1.returned": "8"})
    assert wrong.status_code == 422
    assert 'name="c.1.5"' in text(wrong)
    assert 'value="9"' in text(wrong)
    assert "4/5 × 4 = 3,2" in text(wrong)
    for name in ("kiem_toan", "chu_tich_hd"):
        assert sign(name).get(at).status_code == 200
    for name in ("can_bo_01", "thu_truong_01", "tham_dinh_pnv", "lanh_dao_01"):
        assert sign(name).get(at).status_code in {403, 404}


def test_a_leader_fills_and_sends_and_nobody_sees_it_before(sign: Sign, world: pages_world.World) -> None:
    leader, at = sign("lanh_dao_01"), f"/leader-sheets/{world.stage}"
    assert f'href="{at}"' in text(leader.get("/leader-sheets/"))
    first = {"u.0": "XM01", "w.0": "{}", "c.0.2.1": "5", "c.0.2.5": "7,25"}
    assert send(leader, at, act="grid", **first, **{"u.1": "XM02", "w.1": "{}", "c.1.2.5": "99"}).status_code == 422
    shown = text(leader.get(at))
    assert 'value="7,25"' in shown  # the unit that was right is kept
    with reading() as session:
        held = Membership.user_id == world.users["lanh_dao_01"]
        number = session.scalars(select(Membership.id).where(held)).one()
    typed = f"/entered/{world.stage}/leaders/{number}"
    assert 'value="7,25"' not in text(sign("thu_ky").get(typed))
    for other in ("pho_chu_tich", "chu_tich_hd", "can_bo_01", "phe_duyet"):
        assert sign(other).get(typed).status_code in {403, 404}
    assert 'value="7,25"' not in text(sign("pho_chu_tich").get(at))
    gaps = send(leader, at, act="send")
    assert gaps.status_code == 422
    assert send(leader, at, act="send", seen="yes").status_code == 200
    assert 'name="c.0.2.5"' not in text(leader.get(at))  # locked
    secretary = sign("thu_ky")
    assert "7,25" in text(secretary.get(typed))
    assert send(secretary, f"{typed}/reopen", reason="").status_code == 422
    assert send(secretary, f"{typed}/reopen", reason="chấm nhầm").status_code == 200
    assert "chấm nhầm" in text(leader.get(at))
    paper = {"u.0": "XM01", "w.0": "{}", "c.0.2.5": "9", "document": "Phiếu 01", "signed_by": "Chủ tịch"}
    begun = send(secretary, typed, act="grid", **paper)
    assert begun.status_code == 409
    assert 'class=" is-bad" aria-invalid="true" name="drafts_seen" type="checkbox"' in text(begun)
    assert 'value="9"' in text(begun)
    for name in ("blank.pdf", "sheet.xlsx"):
        assert secretary.get(f"{typed}/{name}").status_code == 200
    assert secretary.get(f"/entered/{world.stage}/leaders/blank.pdf").data.startswith(b"%PDF")


def test_figures_keep_what_was_typed_and_say_what_they_replaced(sign: Sign, world: pages_world.World) -> None:
    client, at = sign("thu_ky"), f"/entered/{world.stage}/figures/2.2"
    row = {"u.0": "XM01", "w.0": "{}", "c.0.value": "80"}
    refused = send(client, at, act="grid", **row)
    assert refused.status_code == 422
    assert 'name="c.0.value" ' in text(refused)
    assert 'value="80"' in text(refused)
    common = {"common_source": "Cổng DVC", "common_on": "20/11/2024"}
    assert "0,8" in text(send(client, at, act="grid", **row, **common))
    file = io.BytesIO("Mã đơn vị;Giá trị;Nguồn;Ngày số liệu\nXM01;90;Cổng DVC;22/11/2024\n".encode())
    looked = send(client, at, act="check", file=(file, "x.csv"))
    lines = unescape(re.search(r'name="lines" value="([^"]+)"', looked.get_data(as_text=True))[1])  # type: ignore[index]
    page = text(send(client, at, act="accept", take="all", lines=lines))
    assert "22/11/2024" in page
    assert re.search(r"<td>80</td>", page)  # what it replaced
    assert send(client, at, act="check").status_code == 422
    assert client.get(f"{at}/figures.xlsx").status_code == 200


def test_the_council_s_points_and_terms_show_on_the_unit_s_sheet(
    sign: Sign, portal: Flask, world: pages_world.World, tmp_path: Path
) -> None:
    organiser, campaign = sign("to_chuc"), f"/campaigns/{world.campaign}"
    with reading() as session:
        ids = dict(session.execute(select(Criterion.code, Criterion.id).where(Criterion.set_id == world.set)).all())
    looked = send(organiser, f"{campaign}/overrides", act="look", leaf=ids["1.1"])
    assert "Xã mẫu 02" in text(looked)
    assert send(organiser, f"{campaign}/overrides", act="set", leaf=ids["1.1"], reason="năm đầu").status_code == 422
    by = {"reason": "năm đầu", "document": "05/QĐ"}
    assert "05/QĐ" in text(send(organiser, f"{campaign}/overrides", act="set", leaf=ids["1.1"], **by))
    term = {"leaf": ids["1.5"], "cut_off": "20/11/2024", "not_yet_due": "yes", **by}
    assert send(organiser, f"{campaign}/terms", **{**term, "cut_off": "hôm qua"}).status_code == 422
    assert "20/11/2024" in text(send(organiser, f"{campaign}/terms", **term))
    sheet = text(sign("can_bo_01").get(f"/sheets/{world.sheets['XM01']}"))
    assert "20/11/2024" in sheet
    assert "Scored by the council" in sheet or "Hội đồng chấm" in sheet
    flow: Flow = go_on(world, tmp_path)
    flow.fill("XM01", {code: claim for code, claim in FULL.items() if code != "1.1"})
    flow.send("XM01")
    secretary = sign("thu_ky")
    at = f"/entered/{world.stage}/supplements/1.5"
    assert "Xã mẫu 01" in text(secretary.get(at))
    early = send(secretary, f"/entered/sheets/{world.sheets['XM01']}/supplements/1.5", percent="90", document="BB")
    assert early.status_code == 422
    assert send(secretary, at, document="BB").status_code == 422
    assert sign("can_bo_01").get(at).status_code == 403
    assert text(secretary.get(f"/entered/{world.stage}")).count("1.5") >= 1


def test_figures_of_the_year_before_have_their_page(sign: Sign, world: pages_world.World) -> None:
    client, at = sign("to_chuc"), f"/campaigns/{world.campaign}/baselines"
    assert 'value="5"' in text(client.get(at))
    row = {"u.1": "XM02", "w.1": '{"value": "5", "source": "mẫu"}', "c.1.value": "7", "c.1.source": "9/QĐ-UBND"}
    given = {"measure": "cchc_rank", "u.0": "XM01", "w.0": "{}", **row}
    assert send(client, at, act="grid", **given).status_code == 422  # open: the paper is asked for
    page = text(send(client, at, act="grid", **given, document="07/TB"))
    assert 'value="7"' in page
    assert "07/TB" in page
    assert send(client, at, act="propose", measure="cchc_rank").status_code == 422
    assert client.get(f"{at}.xlsx?measure=cchc_rank").status_code == 200
    assert client.get(f"/campaigns/{world.campaign + 9}/baselines").status_code == 404
