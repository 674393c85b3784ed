"""The audit trail is read per leaf, per sheet, per campaign; heads are kept; a paper is verified by its fingerprint."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete, select, text

from app.db.audit import AuditEvent
from app.db.campaigns import Campaign
from app.db.results import Publication
from app.db.session import current, reading, unit_of_work
from app.domain.terms import GroupAction
from app.services.trails import heads_from_csv
from tests.services.flow import FULL, Flow, go_on
from tests.web.conftest import SignIn
from tests.web.world import World


@pytest.fixture
def flow(portal: Flask, world: World, tmp_path: Path) -> Flow:
    made = go_on(world, tmp_path)
    made.blobs = portal.extensions["blobs"]
    return made


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_a_leaf_tells_who_changed_what_from_what_to_what(sign_in: SignIn, flow: Flow, world: World) -> None:
    flow.fill("XM01", {"1.5": {"percent": "80"}})
    flow.fill("XM01", {"1.6": {"count": "1"}})
    page = sign_in("thu_ky").get(f"/audit/sheets/{world.sheets['XM01']}?leaf=1.5").get_data(as_text=True)
    shown = main_of(page)
    assert "can_bo_01" in shown
    assert "80" in shown
    assert "1.6" not in shown


def test_a_campaign_tells_of_its_sheets_too_and_days_are_vietnams(sign_in: SignIn, flow: Flow, world: World) -> None:
    """23:30 of the 24th in Vietnam is still the 24th, though UTC has 16:30."""
    flow.now = dt.datetime(2024, 11, 24, 16, 30, tzinfo=dt.UTC)
    flow.fill("XM01", {"1.5": {"percent": "80"}})
    client, path = sign_in("kiem_toan"), f"/audit/campaigns/{world.campaign}"
    assert "Xã mẫu 01" in main_of(client.get(f"{path}?first=24/11/2024&last=24/11/2024").get_data(as_text=True))
    nothing = client.get(f"{path}?first=23/11/2024&last=23/11/2024").get_data(as_text=True)
    assert "Xã mẫu 01" not in main_of(nothing)
    wrong = client.get(f"{path}?first=24/11/2024&last=23/11/2024")
    assert wrong.status_code == 422


def test_a_trail_is_exported_as_it_is_shown(sign_in: SignIn, flow: Flow, world: World) -> None:
    flow.fill("XM01", {"1.5": {"percent": "80"}})
    answer = sign_in("kiem_toan").get(f"/audit/sheets/{world.sheets['XM01']}/trail.xlsx?leaf=1.5")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=5, values_only=True))
    assert [(row[1], row[2]) for row in rows] == [("can_bo_01", "Xã mẫu 01")]
    with reading() as session:
        assert rows[0][10] == session.scalars(select(AuditEvent.hash).where(AuditEvent.object_id == "1.5")).one()


def test_the_unit_itself_does_not_read_the_trail_of_its_sheet(sign_in: SignIn, world: World) -> None:
    """Verdicts stand in it that are not released yet."""
    assert sign_in("dau_moi_01").get(f"/audit/sheets/{world.sheets['XM01']}").status_code in {403, 404}


def test_heads_of_a_day_tell_rows_that_were_cut_off(portal: Flask, sign_in: SignIn, flow: Flow, tmp_path: Path) -> None:
    flow.fill("XM01", {"1.5": {"percent": "80"}})
    kept = sign_in("kiem_toan").get("/audit/heads/2024-11-25.csv").data
    file = tmp_path / "heads.csv"
    file.write_bytes(kept)
    runner = portal.test_cli_runner()
    whole = runner.invoke(args=["audit", "verify", "--heads", str(file)])
    assert whole.exit_code == 0, whole.output
    stream = next(name for name, _, _ in heads_from_csv(kept, "x") if name.startswith("assessment:"))
    with current().engine.begin() as connection:
        last = select(AuditEvent.id).where(AuditEvent.stream == stream).order_by(AuditEvent.id.desc()).limit(1)
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        for name in connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(delete(AuditEvent).where(AuditEvent.id == connection.scalar(last)))
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0  # the chain that is left is whole
    cut = runner.invoke(args=["audit", "verify", "--heads", str(file)])
    assert cut.exit_code == 2
    assert f"missing: stream {stream}" in cut.output


def test_heads_of_a_day_to_come_are_refused(sign_in: SignIn, world: World) -> None:
    assert world.campaign
    client = sign_in("kiem_toan")
    assert client.get("/audit/heads?day=26/11/2024").status_code == 422
    assert client.get("/audit/heads/2024-11-26.pdf").status_code == 422
    assert client.get("/audit/heads/2024-11-25.pdf").data.startswith(b"%PDF")


def test_a_receipt_is_verified_by_its_fingerprint_or_by_code_and_its_beginning(
    portal: Flask, flow: Flow, world: World
) -> None:
    assert world.campaign
    flow.fill("XM01", FULL)
    flow.send("XM01")
    with reading() as session:
        code, sha256 = session.execute(text("SELECT code, sha256 FROM receipt")).one()
    client = portal.test_client()
    assert code in client.get(f"/public/verify?asked={sha256}").get_data(as_text=True)
    assert code in client.get("/public/verify", query_string={"asked": f"{code} {sha256[:8]}"}).get_data(as_text=True)
    other = sha256[:-1] + ("0" if sha256[-1] != "0" else "1")
    assert code not in client.get(f"/public/verify?asked={other}").get_data(as_text=True)
    assert client.get("/public/verify", query_string={"asked": code}).status_code == 422


def published(flow: Flow) -> Flow:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now += dt.timedelta(hours=2)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.others("XM01")
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    flow.group_to_published()
    return flow


def test_a_ranking_is_everybodys_only_where_the_campaign_says_so(portal: Flask, flow: Flow, world: World) -> None:
    client = portal.test_client()
    assert client.get(f"/public/results/{world.stage}").status_code == 404
    published(flow)
    portal.extensions["clock"].instant = flow.now
    assert client.get(f"/public/results/{world.stage}").status_code == 404
    assert "Xã mẫu" not in client.get("/public/results").get_data(as_text=True)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, world.campaign)
        campaign.policies = {**campaign.policies, "public_results": True}
    page = client.get(f"/public/results/{world.stage}").get_data(as_text=True)
    assert "Xã mẫu 01" in page
    with reading() as session:
        sha256 = session.scalars(select(Publication.pdf_sha256)).one()
    assert "12/QĐ-UBND" in client.get(f"/public/verify?asked={sha256}").get_data(as_text=True)


def test_a_ranking_that_is_not_published_is_nobodys(portal: Flask, flow: Flow, world: World) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, world.campaign)
        campaign.policies = {**campaign.policies, "public_results": True}
    client = portal.test_client()
    assert client.get(f"/public/results/{world.stage}").status_code == 404
    assert client.get("/public/results/999").status_code == 404
