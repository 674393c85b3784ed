"""Pages of the appraising office, the secretariat's board and the council's meeting, by forms alone."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.domain.terms import GroupAction
from app.services.appraisal_shares import NewShare, share_out
from tests.services.evidence_steps import appraise, case
from tests.services.flow import FULL, Flow, go_on
from tests.services.office_steps import both_sent, by_council, contested, staff
from tests.web.conftest import SignIn
from tests.web.test_appraisal_pages import LOCK, at, post
from tests.web.world import World

GROUP = 1


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    return staff(go_on(world, tmp_path))


def play(portal: Flask, flow: Flow) -> None:
    at(portal, flow.now)


def text(answer: object) -> str:
    return str(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def criterion(flow: Flow, code: str) -> str:
    return f"/appraisal/criteria/{flow.world.campaign}/{GROUP}/{code}"


def test_a_criterion_is_judged_row_by_row_with_the_next_one_open(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    both_sent(flow)
    play(portal, flow)
    page, first, second = criterion(flow, "1.5"), flow.world.sheets["XM01"], flow.world.sheets["XM02"]
    appraiser = sign_in("tham_dinh_pnv")
    assert page in text(appraiser.get("/appraisal/"))
    shown = text(appraiser.get(page))
    assert shown.count("Nguyên văn của tiêu chí") == 1
    assert shown.index("Xã mẫu 01") < shown.index("Xã mẫu 02")
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    # a disagreement without its reason keeps what was typed, and the row stays open
    refused = post(appraiser, f"{page}/{first}", decision="disagree", said="0", percent="90")
    assert refused.status_code == 422
    assert 'value="90"' in text(refused)
    typed = {"decision": "disagree", "said": "0", "percent": "90", "reason": "theo Kho bạc"}
    onwards = post(appraiser, f"{page}/{first}", **typed)
    assert onwards.headers["Location"].endswith(f"row={second}#row-{second}")
    waiting = text(appraiser.get(page))
    assert f'id="row-{second}"' in waiting
    assert f'id="row-{first}"' not in waiting
    assert f'id="row-{first}"' in text(appraiser.get(f"{page}?show=disagreed"))
    assert post(appraiser, f"{page}/{second}", decision="agree", said="0").status_code == 302
    assert case(flow, "1.5").verdicts[0].reason == "theo Kho bạc"


def test_ticked_rows_are_agreed_at_once(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    both_sent(flow)
    play(portal, flow)
    page, appraiser = criterion(flow, "1.2"), sign_in("tham_dinh_pnv")
    assert post(appraiser, f"{page}/agreed").status_code == 422
    assert post(appraiser, f"{page}/agreed", row="999").status_code == 404
    rows = [str(flow.world.sheets[unit]) for unit in ("XM01", "XM02")]
    flow.verdict("XM01", "1.2", who="tham_dinh_hai")
    half = post(appraiser, f"{page}/agreed", row=rows, **{f"said.{number}": "0" for number in rows})
    assert half.status_code == 422  # the one another hand decided meanwhile is named, the other stands
    assert "tham_dinh_hai" in text(half)
    assert 'id="row-' not in text(appraiser.get(page))


def test_a_snippet_goes_into_the_reason_without_a_script(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    both_sent(flow)
    play(portal, flow)
    appraiser, sheet = sign_in("tham_dinh_pnv"), flow.world.sheets["XM01"]
    assert post(appraiser, "/appraisal/snippets", text=" ").status_code == 422
    assert post(appraiser, "/appraisal/snippets", text="Thiếu <b>số</b> liệu").status_code == 302
    typed = {"decision": "disagree", "said": "0", "percent": "90", "reason": "Mục II:"}
    for page in (f"{criterion(flow, '1.5')}/{sheet}", f"/appraisal/{sheet}/1.5"):
        filled = post(appraiser, page, insert="1", snippet="Thiếu <b>số</b> liệu", **typed)
        assert filled.status_code == 200, page
        assert "Mục II:\nThiếu &lt;b&gt;số&lt;/b&gt; liệu" in text(filled), page
        assert 'value="90"' in text(filled), page
    assert case(flow, "1.5").verdicts == ()
    kept = re.findall(r"/appraisal/snippets/(\d+)", text(appraiser.get("/appraisal/snippets")))[0]
    assert sign_in("tham_dinh_khac").get("/appraisal/snippets").get_data(as_text=True).count("số") == 0
    assert post(sign_in("tham_dinh_khac"), f"/appraisal/snippets/{kept}/drop").status_code == 404
    assert post(appraiser, f"/appraisal/snippets/{kept}", text="Thiếu bảng").status_code == 302
    assert post(appraiser, f"/appraisal/snippets/{kept}/drop").status_code == 302


def test_the_head_divides_the_agencys_work_and_the_desk_follows(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    both_sent(flow)
    play(portal, flow)
    head, page = sign_in("thu_truong_pnv"), f"/appraisal/shares/{flow.world.campaign}/{flow.world.units['PNV']}"
    assert "/appraisal/shares/" in text(head.get("/"))  # the menu leads there
    assert page in text(head.get("/appraisal/shares/"))
    person = flow.world.users["tham_dinh_hai"]
    assert post(head, page, person=str(person), scope="unit:x").status_code == 422
    assert post(head, page, person=str(person), scope=f"unit:{flow.world.units['XM02']}").status_code == 302
    appraiser = sign_in("tham_dinh_hai")
    desk = text(appraiser.get("/appraisal/"))
    assert "Xã mẫu 02" in desk
    assert "Xã mẫu 01" not in desk
    assert "Xã mẫu 01" in text(appraiser.get("/appraisal/?whose=agency"))
    assert "Xã mẫu 01" in text(appraiser.get("/appraisal/?whose=nobodys"))
    post(sign_in("tham_dinh_pnv"), f"/appraisal/{flow.world.sheets['XM02']}/1.1", decision="agree", said="0")
    assert "tham_dinh_pnv thay tham_dinh_hai" in said_in_words(text(case_page(appraiser, flow, "XM02", "1.1")))
    assert sign_in("thu_truong_tth").get(page).status_code == 404
    share = re.findall(r"/appraisal/shares/(\d+)/take-back", text(head.get(page)))[0]
    assert post(sign_in("tham_dinh_pnv"), f"/appraisal/shares/{share}/take-back").status_code == 403
    assert post(head, f"/appraisal/shares/{share}/take-back").status_code == 302


def said_in_words(page: str) -> str:
    """Until the catalogue has the words, a page says them in English."""
    return page.replace(" instead of ", " thay ")


def case_page(client: object, flow: Flow, unit: str, code: str) -> object:
    return client.get(f"/appraisal/{flow.world.sheets[unit]}/{code}")  # type: ignore[attr-defined]


def test_a_recusal_shuts_every_form_of_a_verdict(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    both_sent(flow)
    play(portal, flow)
    appraiser, sheet = sign_in("tham_dinh_pnv"), flow.world.sheets["XM01"]
    assert post(appraiser, "/appraisal/recusals", sheet=str(sheet), reason="").status_code == 422
    assert post(appraiser, "/appraisal/recusals", sheet="999", reason="x").status_code == 404
    assert post(appraiser, "/appraisal/recusals", sheet=str(sheet), reason="người thân").status_code == 302
    page = criterion(flow, "1.2")
    agreed = {"decision": "agree", "said": "0"}
    disagreed = {"decision": "disagree", "said": "0", "option": "2", "reason": "x"}
    for address in (f"/appraisal/{sheet}/1.2", f"{page}/{sheet}"):
        for form in (agreed, disagreed):
            assert post(appraiser, address, **form).status_code == 403, address
    assert post(appraiser, f"{page}/agreed", row=str(sheet)).status_code == 422
    assert case(flow, "1.2").verdicts == ()
    assert "người thân" in text(sign_in("thu_ky").get("/appraisal/recusals"))
    number = re.findall(r"/appraisal/recusals/(\d+)/withdraw", text(appraiser.get("/appraisal/recusals")))[0]
    assert post(sign_in("tham_dinh_khac"), f"/appraisal/recusals/{number}/withdraw").status_code == 404
    assert post(sign_in("thu_ky"), f"/appraisal/recusals/{number}/withdraw").status_code == 403
    assert post(appraiser, f"/appraisal/recusals/{number}/withdraw").status_code == 302
    assert post(appraiser, f"{page}/{sheet}", **agreed).status_code == 302


def test_the_board_shows_units_by_fields_and_chases(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    both_sent(flow)
    flow.verdict("XM02", "1.5", claim={"percent": "90"}, reason="theo Kho bạc")
    play(portal, flow)
    secretary, board = sign_in("thu_ky"), f"/board/{flow.world.stage}"
    assert f"{board}/matrix" in text(secretary.get(board))
    shown = text(secretary.get(f"{board}/matrix?by=parts"))
    assert shown.index("Xã mẫu 02") < shown.index("Xã mẫu 01")  # the one with a disagreement first
    assert text(secretary.get(f"{board}/matrix?show=own&by=parts")).count(">18<") >= 2
    sheet = flow.world.sheets["XM02"]
    assert f"{board}/units/{sheet}/1" in shown
    cell = text(secretary.get(f"{board}/units/{sheet}/1"))
    assert "theo Kho bạc" in cell
    assert secretary.get(f"{board}/units/{sheet}/9.9").status_code == 404
    assert secretary.get(f"{board}/units/999/1").status_code == 404
    book = load_workbook(BytesIO(secretary.get(f"{board}/matrix.xlsx?by=parts").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=5)] == ["Xã mẫu 02", "Xã mẫu 01"]
    assert post(secretary, f"{board}/chase").status_code == 302
    assert post(secretary, f"{board}/chase").status_code == 409
    assert post(sign_in("chu_tich_hd"), f"{board}/chase").status_code == 403


def test_a_unit_that_did_not_send_is_one_sentence_across(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    play(portal, flow)
    shown = text(sign_in("thu_ky").get(f"/board/{flow.world.stage}/matrix?by=parts"))
    row = shown[shown.index("Xã mẫu 02") :]
    assert 'colspan="7"' in row[: row.index("</tr>")]
    assert row[: row.index("</tr>")].count("<td") == 1


def test_the_council_decides_several_points_on_one_page(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    contested(by_council(flow))
    play(portal, flow)
    page, sheet = f"/board/{flow.world.stage}/council", flow.world.sheets["XM01"]
    secretary = sign_in("thu_ky")
    assert page in text(secretary.get(f"/board/{flow.world.stage}/matrix"))
    shown = text(secretary.get(page))
    assert "Kho bạc tính thiếu" in shown
    assert "theo Kho bạc" in shown
    assert secretary.get(f"{page}.pdf").data.startswith(b"%PDF-")
    name = f"1.5-{sheet}"
    chosen = {f"choice.{name}": "first", f"reason.{name}": "Giữ kết quả lần 1"}
    assert post(secretary, page).status_code == 422
    without = post(secretary, page, **chosen)
    assert without.status_code == 422
    assert "Giữ kết quả lần 1" in text(without)
    own = {"decision": "disagree", "said": "1", "percent": "95", "reason": "một phần"}
    row = post(secretary, f"{page}/{sheet}/1.5", **own)
    assert row.status_code == 422
    assert 'value="95"' in text(row)
    minutes = {"minutes_number": "05/BB-HĐTĐ", "minutes_on": "20/12/2024"}
    assert post(secretary, f"{page}/{sheet}/1.5", **own, **(minutes | {"minutes_on": "x"})).status_code == 422
    assert post(sign_in("thu_ky_xm01"), page, **chosen, **minutes).status_code == 422
    assert post(sign_in("thu_ky_xm01"), f"{page}/{sheet}/1.5", **own, **minutes).status_code == 403
    assert len(case(flow, "1.5").verdicts) == 1
    assert post(secretary, page, **chosen, **minutes).status_code == 302
    decided = case(flow, "1.5").verdicts[-1]
    assert (decided.points, decided.reason) == (Decimal("3.6"), "Giữ kết quả lần 1")
    for address in (f"/appraisal/{sheet}/1.5", f"/board/{flow.world.stage}/units/{sheet}/1"):
        assert "05/BB-HĐTĐ" in text(secretary.get(address)), address
    assert "05/BB-HĐTĐ" in text(sign_in("can_bo_01").get(f"/sheets/{sheet}/answers"))
    assert "05/BB-HĐTĐ" in text(secretary.get(f"/appraisal/disagreements/{flow.world.stage}"))


def test_nothing_of_the_first_round_reaches_the_unit_before_its_release(
    portal: Flask, sign_in: SignIn, flow: Flow
) -> None:
    """Asked of every new page and file, by everybody of the unit, one who appraises for an agency too included."""
    both_sent(flow)
    flow.verdict("XM01", "1.5", claim={"percent": "90"}, reason="BÍ MẬT LẦN 1")
    share_out(
        NewShare(flow.world.campaign, flow.world.units["PNV"], flow.world.users["tham_dinh_pnv"]),
        actor=flow.who("to_chuc"),
        clock=flow.clock,
    )
    play(portal, flow)
    stage, sheet = flow.world.stage, flow.world.sheets["XM01"]
    pages = (
        criterion(flow, "1.5"),
        f"{criterion(flow, '1.5')}?show=all",
        f"/appraisal/disagreements/{stage}",
        f"/appraisal/shares/{flow.world.campaign}/{flow.world.units['PNV']}",
        "/appraisal/shares/",
        "/appraisal/recusals",
        "/appraisal/snippets",
        f"/appraisal/{sheet}/1.5",
        f"/board/{stage}/matrix",
        f"/board/{stage}/matrix?show=first",
        f"/board/{stage}/matrix.xlsx",
        f"/board/{stage}/units/{sheet}/1",
        f"/board/{stage}/council",
        f"/board/{stage}/council.pdf",
    )
    for who in ("can_bo_01", "dau_moi_01", "thu_truong_01", "tham_dinh_xm01"):
        client = sign_in(who)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code in {200, 403, 404}, (who, page)
            assert "BÍ MẬT".encode() not in answer.data, (who, page)
            assert f'id="row-{sheet}"'.encode() not in answer.data, (who, page)
            if who != "tham_dinh_xm01" and page.startswith(("/board", "/appraisal/criteria", "/appraisal/dis")):
                assert answer.status_code in {403, 404}, (who, page)
    assert "BÍ MẬT LẦN 1" in text(sign_in("thu_ky").get(f"/board/{stage}/units/{sheet}/1"))


def test_the_second_round_is_listed_for_the_council_and_its_agency(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    contested(flow)
    play(portal, flow)
    page = f"/appraisal/disagreements/{flow.world.stage}"
    appraiser = sign_in("tham_dinh_pnv")
    assert page in text(appraiser.get("/appraisal/"))
    for who in ("tham_dinh_pnv", "thu_ky", "kiem_toan"):
        assert "Kho bạc tính thiếu" in text(sign_in(who).get(page)), who
    agency = flow.world.units["TTH"]
    assert "Kho bạc tính thiếu" not in text(sign_in("thu_ky").get(f"{page}?agency={agency}"))
    assert sign_in("thu_ky").get(f"/board/{flow.world.stage}/council").status_code == 404
    back = post(sign_in("thu_ky"), f"/board/{flow.world.stage}/chase", back="disagreements")
    assert back.headers["Location"].endswith(page)


def test_an_auditor_reads_the_board(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    appraise(flow)
    play(portal, flow)
    assert sign_in("kiem_toan").get(f"/board/{flow.world.stage}/matrix").status_code == 200
