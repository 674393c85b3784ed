"""Results on screen: annulment by form, editions, notice, comparison, who is ranked, the report to the tier above."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.appraisals import LeafReopening
from app.db.clock import FixedClock
from app.db.identity import Council, Membership
from app.db.result_acts import Annulment, RankingExclusion, UpwardReport
from app.db.session import reading, unit_of_work
from app.domain.editions import PositionsAfter
from app.domain.terms import GroupAction, Role
from app.services.group_acts import Act, act_alone
from tests.services.flow import Flow, go_on
from tests.services.test_appraisal_to_paper import concluded
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    """The world concluded: XM01 has 19,6 of 20 = 98,00 %; XM02 never sent."""
    played = go_on(world, tmp_path)
    played.blobs = portal.extensions["blobs"]
    concluded(played)
    portal.extensions["clock"] = FixedClock(played.now)
    return played


def post(client: FlaskClient, address: str, **form: object) -> tuple[int, str]:
    answer = client.post(address, data={**form, "csrf_token": csrf_of(client)})
    return answer.status_code, answer.get_data(as_text=True)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def pages(flow: Flow) -> list[str]:
    """Everything that shows the result of XM01."""
    group = f"/results/{flow.world.stage}"
    unit = f"{group}/units/{flow.world.sheets['XM01']}"
    beside = f"{group}/compare?unit={flow.world.sheets['XM01']}"
    return [group, unit, f"{unit}/notice", f"{unit}/notice.pdf", beside, f"{group}/editions"]


def test_nothing_leaks_before_the_publication_and_the_notice_is_the_units_alone_after(
    portal: Flask, sign_in: SignIn, flow: Flow
) -> None:
    """Each page as the unit, another unit, the secretariat; before and after."""
    mine, other, secretary = sign_in("dau_moi_01"), sign_in("dau_moi_02"), sign_in("thu_ky")
    for address in pages(flow):
        assert {client.get(address).status_code for client in (mine, other)} == {404}, address
        assert secretary.get(address).status_code == 200, address
    flow.group_to_published()
    portal.extensions["clock"] = FixedClock(flow.now)
    for address in pages(flow):
        assert mine.get(address).status_code == 200, address
        assert other.get(address).status_code == (404 if "notice" in address else 200), address
    for words in ("98,00%", "chấp nhận một phần", "Phòng Nội vụ", "Nguyên văn của tiêu chí"):
        assert words in page(mine, pages(flow)[2]), words
    assert "chấp nhận một phần" not in page(other, pages(flow)[1])


def test_a_reopening_by_form_names_units_and_leaves_and_keeps_what_was_typed(
    portal: Flask, sign_in: SignIn, flow: Flow
) -> None:
    chair, sheet = sign_in("chu_tich_hd"), flow.world.sheets["XM01"]
    address = f"/board/{flow.world.stage}/reopening"
    assert address in page(chair, f"/board/{flow.world.stage}")
    status, shown = post(chair, address, unit=sheet, reason="sót số liệu")
    assert (status, "sót số liệu" in shown, f'value="{sheet}" checked' in shown) == (422, True, True)
    assert post(chair, address, unit=sheet, leaf="9.9", reason="x")[0] == 404
    assert post(sign_in("thu_ky"), address, unit=sheet, leaf="1.1", reason="x")[0] == 403
    assert post(chair, address, unit=sheet, leaf=["1.1", "1.5"], reason="sót số liệu")[0] == 302
    with reading() as session:
        rows = session.scalars(select(LeafReopening)).all()
        assert [(row.assessment_id, row.reason) for row in rows] == [(sheet, "sót số liệu")] * 2


def test_an_annulment_by_form_shows_at_once_and_the_next_edition_supersedes(
    portal: Flask, sign_in: SignIn, flow: Flow
) -> None:
    """1.1 falls from 1 to 0 of 1 at the second look: 18,6 of 20 = 93,00 %; the paper of edition 1 stays."""
    flow.group_to_published()
    portal.extensions["clock"] = FixedClock(flow.now)
    authority, sheet, group = sign_in("phe_duyet"), flow.world.sheets["XM01"], flow.world.stage
    address = f"/board/{group}/annulment"
    assert address in page(authority, f"/board/{group}")
    given = {"unit": sheet, "leaf": "1.1", "number": "30/QĐ-UBND", "decided_on": "20/12/2024", "reason": "khuyết điểm"}
    status, shown = post(authority, address, **given)
    assert (status, "30/QĐ-UBND" in shown, "khuyết điểm" in shown) == (422, True, True)
    assert post(authority, address, **given, positions="kept")[0] == 302
    with reading() as session:
        assert session.scalars(select(Annulment.positions)).all() == [PositionsAfter.KEPT]
    public = sign_in("dau_moi_02")
    first = public.get(f"/results/{group}/editions/1.pdf").data
    for shown in (page(public, f"/results/{group}"), page(public, f"/results/{group}/units/{sheet}")):
        assert "30/QĐ-UBND" in shown
        assert "98,00%" not in shown
    flow.now += dt.timedelta(hours=1)
    flow.verdict("XM01", "1.1", said=1, claim={"option": "2"}, reason="thiếu văn bản")
    for action, who in ((GroupAction.CONCLUDE, "chu_tich_hd"), (GroupAction.APPROVE, "phe_duyet")):
        flow.now += dt.timedelta(hours=1)
        act_alone(sheet, Act(action, "02/BB"), actor=flow.who(who), clock=flow.clock)
    portal.extensions["clock"] = FixedClock(flow.now)
    secretary, coming = sign_in("thu_ky"), f"/board/{group}/next-edition"
    assert "93,00%" in page(secretary, coming)
    signed = {"authority": "UBND HUYỆN", "signer": "CHỦ TỊCH", "decided_on": "21/12/2024"}
    status, shown = post(secretary, coming, **signed, document="số ba mốt")
    assert (status, "số ba mốt" in shown) == (422, True)
    assert post(secretary, coming, **signed, document="31/QĐ-UBND")[0] == 302
    assert "93,00%" in page(public, f"/results/{group}")
    listed = page(public, f"/results/{group}/editions")
    assert listed.index("31/QĐ-UBND") < listed.index("12/QĐ-UBND")
    assert public.get(f"/results/{group}/editions/1.pdf").data == first
    assert public.get(f"/results/{group}/editions/2.pdf").data.startswith(b"%PDF-")
    assert public.get(f"/results/{group}/editions/3.pdf").status_code == 404


def test_who_is_ranked_is_said_by_form(sign_in: SignIn, portal: Flask, world: World) -> None:
    organiser, address = sign_in("to_chuc"), f"/campaigns/{world.campaign}/unranked"
    assert address in page(organiser, f"/campaignrecords/show/{world.campaign}")
    shown = page(organiser, address)
    assert "Xã mẫu 01" in shown
    status, again = post(organiser, address, of=f"1:{world.units['XM01']}", reason="đơn vị mới")
    assert (status, "đơn vị mới" in again) == (422, True)
    given = {"of": f"1:{world.units['XM01']}", "reason": "đơn vị mới", "document": "5/QĐ"}
    assert post(organiser, address, **given)[0] == 302
    with reading() as session:
        row = session.scalars(select(RankingExclusion)).one()
        assert (row.unit_id, row.excluded, row.document) == (world.units["XM01"], True, "5/QĐ")
    assert post(organiser, address, of="abc", reason="x", document="y")[0] == 422


def test_a_report_goes_up_and_is_read_by_the_council_above(portal: Flask, sign_in: SignIn, flow: Flow) -> None:
    """The tier above sees nothing while the group is not published, then the published table and the report."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        own = work.session.scalars(select(Council)).one()
        own.reports_to = Council(code="TREN", name="Hội đồng cấp trên")
        council = own.id
        leader = select(Membership).where(Membership.user_id == flow.world.users["lanh_dao_01"])
        held = work.session.scalars(leader).one()
        held.role, held.council, held.leader_kind = Role.SECRETARIAT, own.reports_to, None
    above = sign_in("lanh_dao_01")
    paper = f"/upward/{flow.world.campaign}/{council}/report.pdf"
    assert "Hội đồng thẩm định" in page(above, "/upward/")
    assert (above.get(paper).status_code, above.get(f"/results/{flow.world.stage}").status_code) == (422, 404)
    flow.group_to_published()
    portal.extensions["clock"] = FixedClock(dt.datetime(2025, 1, 10, 3, 0, tzinfo=dt.UTC))
    secretary, address = sign_in("thu_ky"), f"/upward/{flow.world.campaign}/{council}/report"
    status, shown = post(secretary, address, number="15/BC-UBND", reported_on="31/02/2025")
    assert (status, "15/BC-UBND" in shown) == (422, True)
    assert post(secretary, address, number="15/BC-UBND", reported_on="10/01/2025")[0] == 302
    assert post(above, address, number="16/BC-UBND", reported_on="10/01/2025")[0] == 403
    with reading() as session:
        assert session.scalars(select(UpwardReport.number)).all() == ["15/BC-UBND"]
    assert "15/BC-UBND" in page(above, "/upward/")
    assert above.get(paper).data.startswith(b"%PDF-")
    for forbidden in (f"/board/{flow.world.stage}", f"/sheets/{flow.world.sheets['XM01']}"):
        assert above.get(forbidden).status_code == 404
