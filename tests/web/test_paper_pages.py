"""Sheets to print and results to read, by their pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.db.clock import FixedClock
from app.services.self_scoring import EnterSelfScore, enter
from tests.services.flow import FULL, Flow, go_on
from tests.services.test_appraisal_to_paper import concluded
from tests.web.conftest import SignIn
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    return made


def test_a_sheet_with_the_longest_explanation_can_be_printed(sign_in: SignIn, flow: Flow) -> None:
    sheet = flow.world.sheets["XM01"]
    longest = ("Đã ban hành kế hoạch. " * 1000)[:20000]
    command = EnterSelfScore(sheet, "1.5", 0, claim=FULL["1.5"], explanation=longest)
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)
    for paper, magic in (("sheet.pdf", b"%PDF-"), ("sheet.xlsx", b"PK")):
        answer = sign_in("can_bo_01").get(f"/sheets/{sheet}/{paper}")
        assert (answer.status_code, answer.data[: len(magic)]) == (200, magic)


def test_the_page_of_a_result_keeps_reasons_from_other_units(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    concluded(flow).group_to_published()
    portal.extensions["clock"] = FixedClock(flow.now)
    page = f"/results/{flow.world.stage}/units/{flow.world.sheets['XM01']}"
    own, other = (sign_in(name).get(page).get_data(as_text=True) for name in ("can_bo_01", "can_bo_02"))
    for words in ("chấp nhận một phần", "không đồng ý", "lần 2", "Phòng Nội vụ"):
        assert words in own
        assert words not in other
    for words in ("Nguyên văn của tiêu chí", "3,8/4", "0,2"):
        assert words in own
        assert words in other


def test_results_say_that_they_are_provisional_until_they_are_published(
    portal: Flask, sign_in: SignIn, flow: Flow
) -> None:
    concluded(flow)
    portal.extensions["clock"] = FixedClock(flow.now)
    secretary, page = sign_in("thu_ky"), f"/results/{flow.world.stage}"
    assert "Tạm tính" in secretary.get(page).get_data(as_text=True)
    flow.group_to_published()
    after = secretary.get(page).get_data(as_text=True)
    assert "Tạm tính" not in after
    assert "12/QĐ-UBND" in after
