"""Not applicable, nothing arose, 0 and not scored: one story from the sheet to the notice and the files, never mixed.

XM01 claims the points of `FULL`, but on 1.1 nothing arose (1 of 1 by its rule), on 1.4 a task was left undone (0 of 5),
1.7 it leaves unscored (0 of 1), 1.9 does not apply to it (1 leaves the maximum), 1.2 it scores last; the leader gives
1 of 1, the portal 0,8 of 1. By hand: 1 + 2 + 2 + 0 + 4 + 1 + 0 + 1 + 1 + 0,8 = 12,8 of 20 − 1 = 19: 67,37 %. XM02 never
sends: it has no figure anywhere, and no 0.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.db.assessments import Exemption
from app.db.clock import FixedClock
from app.domain.terms import GroupAction
from app.services.exemptions import decide_exemptions, propose_exemption
from app.services.explanations import send_explanation
from app.services.proposals import CouncilDecision
from tests.services.flow import FULL, Flow, go_on
from tests.web.access_addresses import first_id
from tests.web.conftest import SignIn
from tests.web.world import World

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
CLAIMS = FULL | {"1.1": {"nothing_arose": True}, "1.4": {"zero": "unfinished_task"}, "1.7": {"declined": True}}


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    """Everything of XM01 is on the sheet but 1.2; the council has decided that 1.9 does not apply."""
    flow = go_on(world, tmp_path)
    flow.blobs = portal.extensions["blobs"]
    sheet, unit = world.sheets["XM01"], flow.who("dau_moi_01")
    flow.fill("XM01", {code: claim for code, claim in CLAIMS.items() if code not in {"1.2", "1.9"}})
    propose_exemption(sheet, "1.9", "không có", "5/CV", actor=unit, clock=flow.clock)
    decision = CouncilDecision(accept=True, document="2/BB", reason="đúng")
    decide_exemptions(sheet, [first_id(Exemption)], decision, actor=flow.who("chu_tich_hd"), clock=flow.clock)
    return flow


def appraised(flow: Flow, *, but: str = "") -> None:
    """Send, open, agree with everything `but` one leaf."""
    flow.fill("XM01", {"1.2": CLAIMS["1.2"]})
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in CLAIMS:
        if code not in {"1.9", but}:
            flow.verdict("XM01", code)


def published(flow: Flow) -> None:
    appraised(flow)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    send_explanation(flow.world.sheets["XM01"], actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="3/BB")
    flow.group_to_published()


def words_of(client: FlaskClient, address: str, where: str = "//main") -> str:
    """Return the text of a page, or of one place on it, as it is read."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    found = html.fromstring(answer.get_data(as_text=True)).xpath(where)
    assert found, (address, where)
    return re.sub(r"\s+", " ", " ".join(" ".join(each.itertext()) for each in found)).strip()


def rows_of(client: FlaskClient, address: str, key: int = 0) -> dict[object, tuple[object, ...]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    table = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert table is not None
    return {row[key]: row for row in table.iter_rows(values_only=True) if row[key] is not None}


def test_the_sheet_and_its_review_tell_them_apart(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    unit, sheet = sign_in("dau_moi_01"), f"/sheets/{flow.world.sheets['XM01']}"

    def state(code: str) -> str:
        return words_of(unit, sheet, f"//*[@id='s-{code.replace('.', '_')}']")

    def tree(code: str) -> str:
        return words_of(unit, sheet, f"//*[@id='t-{code.replace('.', '_')}']")

    assert {code: state(code) for code in ("1.1", "1.2", "1.4", "1.7", "1.9")} == {
        "1.1": "Không phát sinh",
        "1.2": "Chưa chấm",
        "1.4": "Đã chấm",
        "1.7": "Không tự chấm",
        "1.9": "Không áp dụng",
    }
    assert {code: tree(code) for code in ("1", "1.1", "1.2", "1.4", "1.7", "1.9")} == {
        "1": "9/17",  # 1 + 2 + 4 + 1 + 1 of 18 − 1
        "1.1": "1/1",
        "1.2": "–/2",
        "1.4": "0/5",
        "1.7": "0/1",
        "1.9": "– Không áp dụng",
    }
    review = words_of(unit, f"{sheet}/review")
    assert "9 điểm, trên 19 (bộ tiêu chí: 20)" in review
    assert "1 Chưa chấm: chấm điểm, hoặc chọn không tự chấm 1.2" in review
    assert "1 Không tự chấm: 0 điểm 1.7" in review
    paper = rows_of(unit, f"{sheet}/sheet.xlsx")
    said = {code: (paper[code][3], paper[code][5]) for code in ("1.1", "1.2", "1.4", "1.7", "1.9")}
    assert said == {
        "1.1": (1, "Không phát sinh"),
        "1.2": (None, "Chưa chấm"),
        "1.4": (0, ""),
        "1.7": (0, "Không tự chấm"),
        "1.9": (None, "Không áp dụng"),
    }


def test_the_board_and_the_provisional_table_tell_them_apart(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    """1.8 waits for its verdict; so the index, and every figure that would need it, is not there yet."""
    appraised(flow, but="1.8")
    portal.extensions["clock"] = FixedClock(flow.now)
    secretary, group = sign_in("thu_ky"), flow.world.stage
    board = words_of(secretary, f"/board/{group}/matrix", "//tr[contains(., 'Xã mẫu 01')]")
    assert board.count("đồng ý hết") == 7
    for words in ("chưa thẩm định", "không áp dụng"):
        assert board.count(words) == 1, words
    assert board.count("chờ điểm từ nguồn khác") == 2
    unit = words_of(secretary, f"/results/{group}/units/{flow.world.sheets['XM01']}")
    for code, words in (
        ("1.1", "Không phát sinh"),
        ("1.8", "Chưa chấm"),
        ("1.9", "Không áp dụng"),
        ("2.2", "Chưa chấm"),
    ):
        assert f"{code} Tiêu chí {code} {words}" in unit
    assert "1.9 Tiêu chí 1.9 Không áp dụng 2.1 Tiêu chí 2.1 –/1" in unit
    assert "1.4 Tiêu chí 1.4 Nguyên văn Nguyên văn của tiêu chí 0 0/5 5" in unit
    table = words_of(secretary, f"/results/{group}")
    assert "– Xã mẫu 01 –/19 (bộ tiêu chí: 20) – Đang thẩm định" in table
    assert "– Xã mẫu 02 –/20 – Chưa gửi phiếu" in table


def test_index_rank_notice_and_files_tell_them_apart(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    published(flow)
    portal.extensions["clock"] = FixedClock(flow.now)
    reader, group = sign_in("dau_moi_01"), f"/results/{flow.world.stage}"
    unit = f"{group}/units/{flow.world.sheets['XM01']}"
    table = words_of(reader, group)
    assert "1 Xã mẫu 01 12,8/19 (bộ tiêu chí: 20) 67,37% Khá" in table
    assert "– Xã mẫu 02 –/20 – Chưa gửi phiếu" in table
    fields = words_of(reader, unit)
    assert "1.9 Tiêu chí 1.9 Không áp dụng 2.1 Tiêu chí 2.1 1/1" in fields
    assert "1.4 Tiêu chí 1.4 0/5" in fields
    notice = words_of(reader, f"{unit}/notice")
    assert "11/17 (trên 18 nếu tính cả phần không áp dụng)" in notice
    assert "1.1 Tiêu chí 1.1 Không phát sinh 1 1.9 Tiêu chí 1.9 Không áp dụng: không có (2/BB) –" in notice
    with pdfplumber.open(io.BytesIO(reader.get(f"{unit}/notice.pdf").data)) as paper:
        printed = "\n".join(page.extract_text() for page in paper.pages)
    assert "67,37%" in printed
    assert "Không phát sinh" in printed
    assert "Không áp dụng" in printed
    ranking = rows_of(reader, f"{group}/ranking.xlsx", key=1)
    assert (ranking["Xã mẫu 01"][0], ranking["Xã mẫu 02"][0]) == (1, None)
    beside = words_of(reader, f"{group}/compare?unit={flow.world.sheets['XM01']}&unit={flow.world.sheets['XM02']}")
    assert "1.1 Tiêu chí 1.1 1 1 Không phát sinh –" in beside
    assert "1.4 Tiêu chí 1.4 5 0 –" in beside
    assert "1.9 Tiêu chí 1.9 1 – Không áp dụng –" in beside
