"""Items, exemptions, the signed report and citations on screen: what was typed survives, figures count where shown."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, text

from app.db.adjustment_items import AdjustmentItem
from app.db.assessments import Adjustment, Exemption
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.identity import LegalBasis
from app.db.session import current, reading, unit_of_work
from app.domain.adjustments import ItemMeasure
from app.domain.terms import AdjustmentKind, ItemStatus
from tests.web.conftest import SignIn, csrf_of
from tests.web.records_app import draft, error_at, post, text_of
from tests.web.test_sheet import save
from tests.web.world import World

__all__ = ["draft"]  # a fixture

#: leaf → how it reads: nothing arose, 0 points, not scored
NOTHINGS = {"1_1": "Không phát sinh", "1_2": "Đã chấm", "1_3": "Chưa chấm"}
PDF = b"%PDF-1.4\n%%EOF\n"


def send(client: FlaskClient, address: str, **form: object):  # type: ignore[no-untyped-def]
    return client.post(address, data={"csrf_token": csrf_of(client), **form}, content_type="multipart/form-data")


@pytest.fixture
def settings(portal: Flask, world: World) -> int:
    """The campaign asks for the report before the sheet, and has one bonus that counts articles."""
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        campaign = work.session.get_one(Campaign, world.campaign)
        campaign.policies = {"report": "before", "bonus_cap": "2"}
        item = AdjustmentItem(campaign=campaign, code="4.1b", kind=AdjustmentKind.BONUS, text="Có từ 10 tin, bài/năm")
        item.measure, item.steps = ItemMeasure.COUNT, ">=10: 1"
        work.session.add(item)
        work.session.flush()
        return item.id


def test_a_bonus_is_proposed_with_its_figures_and_accepted_by_the_chair(
    sign_in: SignIn, world: World, settings: int
) -> None:
    page = f"/sheets/{world.sheets['XM01']}/adjustments"
    unit = sign_in("dau_moi_01")
    few = send(unit, page, item=settings, count="9", reason="9 tin đã đăng", document="12/BC-UBND")
    assert few.status_code == 422
    assert {'value="9"', "9 tin đã đăng</textarea>", 'value="12/BC-UBND"'} <= set(
        re.findall(r'value="9"|9 tin đã đăng</textarea>|value="12/BC-UBND"', few.get_data(as_text=True))
    )
    assert send(unit, page, item=settings, count="12", reason="12 tin").status_code == 302
    with reading() as session:
        number = session.scalars(select(Adjustment.id)).one()
    chair = sign_in("chu_tich_hd")
    decision = {"decision": "accept", "count": "12", "reason": "đủ", "document": "05/BB"}
    assert send(chair, f"{page}/{number}/decide", **decision).status_code == 302
    assert "+1" in chair.get(page).get_data(as_text=True)
    assert send(unit, f"{page}/{number}/withdraw").status_code == 422
    other = f"/sheets/{world.sheets['XM02']}/adjustments/{number}/decide"
    assert send(chair, other, **decision).status_code == 404


def test_what_does_not_apply_leaves_the_maximum_on_sheet_board_and_ledger(
    sign_in: SignIn, world: World, settings: int
) -> None:
    sheet = world.sheets["XM01"]
    page = f"/sheets/{sheet}/exemptions"
    unit, chair = sign_in("dau_moi_01"), sign_in("chu_tich_hd")
    kept = send(unit, page, code="1.6", reason="xã không có", document="")
    assert kept.status_code == 422
    assert "xã không có</textarea>" in kept.get_data(as_text=True)
    assert 'value="1.6" selected' in kept.get_data(as_text=True)
    assert send(unit, page, code="1.6", reason="xã không có", document="1/CV").status_code == 302
    with reading() as session:
        number = session.scalars(select(Exemption.id)).one()
    decision = {"decision": "accept", "reason": "đúng", "document": "05/BB"}
    assert send(chair, f"{page}/decide", **decision).status_code == 422  # nothing ticked
    assert send(chair, f"{page}/decide", exemption=number, **decision).status_code == 302
    with reading() as session:
        assert session.get_one(Exemption, number).status is ItemStatus.ACCEPTED
    assert save(unit, sheet, "1.6", count="4").status_code == 422
    shown = unit.get(f"/sheets/{sheet}").get_data(as_text=True)
    card = shown[shown.index('id="l-1_6"') : shown.index('id="l-1_7"')]
    assert "<textarea" not in card
    assert "Không áp dụng" in card
    board = chair.get(f"/board/{world.stage}").get_data(as_text=True)
    assert ("19/20" in board, "20/20" in board) == (True, True)
    book = load_workbook(BytesIO(chair.get(f"/campaigns/{world.campaign}/exemptions.xlsx").data))
    row = [cell.value for cell in list(book.active.iter_rows())[4]]
    assert (row[1], row[2], row[4], row[7], row[10]) == ("Xã mẫu 01", "1.6", 1, "xã không có", "05/BB")
    assert "1.6" in chair.get(f"/campaigns/{world.campaign}/ledger").get_data(as_text=True)


def test_a_leaf_where_nothing_arose_one_of_0_points_and_one_not_scored_read_apart(
    sign_in: SignIn, world: World
) -> None:
    """DOMAIN 2: three kinds of nothing, and "chưa chấm"."""
    officer, sheet = sign_in("can_bo_01"), world.sheets["XM01"]
    save(officer, sheet, "1.1", option="~nothing_arose")
    save(officer, sheet, "1.2", option="3")
    shown = officer.get(f"/sheets/{sheet}").get_data(as_text=True)
    places = {code: re.search(rf'id="s-{code}">(.*?)</span></span>', shown, re.DOTALL) for code in NOTHINGS}
    states = {code: found for code, found in places.items() if found is not None}
    assert {code: re.sub(r"<[^>]+>", "", found[1]).strip() for code, found in states.items()} == NOTHINGS


def test_the_signed_report_is_entered_compared_and_opened(sign_in: SignIn, world: World, settings: int) -> None:
    sheet = world.sheets["XM01"]
    page = f"/sheets/{sheet}/report"
    unit, officer = sign_in("dau_moi_01"), sign_in("can_bo_01")
    save(officer, sheet, "1.9", points="0,5")
    typed = {"number": "70/BC-UBND", "issued_on": "22/11/2024", "total": "1", "difficulties": "thiếu máy"}
    wrong = send(unit, page, **typed, **{"points.1": "18,5"})
    assert wrong.status_code == 422
    for kept in ('value="18,5"', "thiếu máy</textarea>", 'value="70/BC-UBND"'):
        assert kept in wrong.get_data(as_text=True)
    figures = {"points.1": "1", "points.1.9": "1"}
    assert send(unit, page, **typed, **figures, file=(BytesIO(b"no paper"), "a.pdf")).status_code == 422
    assert send(unit, page, **typed, **figures, file=(BytesIO(PDF), "báo cáo.pdf")).status_code == 302
    review = unit.get(f"/sheets/{sheet}/review").get_data(as_text=True)
    beside = review[review.index('id="report"') :]
    assert "70/BC-UBND" in beside
    assert "−0,50" in beside  # 0,5 on the sheet, 1 in the report, and it is 1.9
    assert re.search(r'<b class="num">0,50</b> <a [^>]*open=1\.9', beside)
    assert send(unit, f"{page}/differences", code="1", text="sửa sau khi ký").status_code == 302
    assert 'value="sửa sau khi ký"' in unit.get(f"/sheets/{sheet}/review").get_data(as_text=True)
    assert send(sign_in("thu_truong_01"), f"{page}/1/approve").status_code == 302
    answer = sign_in("kiem_toan").get(f"{page}/1/file")
    assert (answer.data, answer.headers["Content-Disposition"].partition(";")[0]) == (PDF, "attachment")
    assert sign_in("to_chuc").get(f"{page}/1/file").status_code == 403
    assert sign_in("dau_moi_02").get(f"{page}/1/file").status_code == 404
    assert sign_in("tham_dinh_pnv").get(page).status_code == 404  # not sent yet


def test_a_citation_names_what_replaced_it(sign_in: SignIn, world: World) -> None:
    """Thái Bình 2023, 1: amended norms apply as amended; the chain is followed to the document in force."""
    with current().engine.begin() as connection:
        connection.execute(text("DROP TRIGGER freeze_criterion_basis_insert"))  # the set of this world is frozen
        new = "INSERT INTO legal_basis (id, number, title, issued_on, issuer, search_name, successor_id) VALUES "
        connection.execute(text(new + "(90, '3/TT-BNV', 'c', '2025-01-01', 'Bộ Nội vụ', '', NULL)"))
        connection.execute(text(new + "(91, '2/TT-BNV', 'b', '2024-01-01', 'Bộ Nội vụ', '', 90)"))
        connection.execute(text(new + "(92, '1/TT-BNV', 'a', '2023-01-01', 'Bộ Nội vụ', '', 91)"))
        root = connection.execute(text("SELECT id FROM criterion WHERE code = '1' AND set_id = :n"), {"n": world.set})
        connection.execute(
            text("INSERT INTO criterion_basis (criterion_id, legal_basis_id, printed) VALUES (:c, 92, 'Điều 5')"),
            {"c": root.scalar_one()},
        )
    shown = sign_in("can_bo_01").get(f"/sheets/{world.sheets['XM01']}").get_data(as_text=True)
    card = re.sub(r"<[^>]+>", "", shown[shown.index('id="l-1_1"') : shown.index('id="l-1_2"')])
    cited = card[card.index("Điều 5") :]
    assert cited.index("1/TT-BNV") < cited.index("2/TT-BNV") < cited.index("3/TT-BNV")
    assert "3/TT-BNV" not in shown[shown.index('id="l-2_1"') :]


def test_items_and_citations_are_records_of_a_draft(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int]
) -> None:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        made = Campaign(code="nhap_2026", name="Nháp 2026", year=2026)
        work.session.add(made)
        work.session.flush()
        campaign = made.id
    client = sign_in("to_chuc")
    given = {"campaign": str(campaign), "kind": "penalty", "code": "4.2a", "text": "trên 30%: 01 điểm"}
    measured = {"measure": "percent", "points": "0", "cap": "", "once": "y"}
    answer = post(client, "/adjustmentitemrecords/add", **given, **measured, steps="trên 30: 1")
    assert answer.status_code == 422
    assert error_at(answer, "steps")
    assert post(client, "/adjustmentitemrecords/add", **given, **measured, steps=">30%: 1").status_code == 302
    with reading() as session:
        item = session.scalars(select(AdjustmentItem).where(AdjustmentItem.code == "4.2a")).one()
        assert (item.steps, item.points, item.campaign_id) == (">30: 1", Decimal(0), campaign)
    twice = post(client, "/adjustmentitemrecords/add", **given, **measured, steps=">30: 1")
    assert twice.status_code in {409, 422}
    page = text_of(client.get(f"/campaignrecords/show/{campaign}"))
    assert "4.2a" in page
    opened = {**given, "campaign": str(world.campaign), "code": "9"}
    assert post(client, "/adjustmentitemrecords/add", **opened, **measured, steps=">30: 1").status_code == 422
    with reading() as session:
        basis = session.scalars(select(LegalBasis.id)).first()
        leaf = session.get_one(Criterion, draft["1.3"]).id
    cite = {"criterion": str(leaf), "legal_basis": str(basis), "printed": "khoản 2 Điều 5"}
    assert post(client, "/criterionbasisrecords/add", **cite).status_code == 302
    again = post(client, "/criterionbasisrecords/add", **cite)
    assert again.status_code == 422
    assert error_at(again, "printed")
    assert "khoản 2 Điều 5" in text_of(client.get(f"/criterionrecords/show/{leaf}"))


def test_common_leaves_are_shown_beside_the_index(sign_in: SignIn, world: World) -> None:
    page = f"/results/{world.stage}/fairness"
    assert sign_in("thu_ky").get(f"{page}?by=common").status_code == 200
    assert sign_in("can_bo_01").get(page).status_code == 404
