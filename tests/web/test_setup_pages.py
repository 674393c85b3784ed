"""Set-up on screen from the list of campaigns to the opening; changes, hand-overs and a merger by their pages."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, Phase
from app.db.clock import FixedClock
from app.db.criteria import Criterion
from app.db.entering import LeafTerm
from app.db.identity import Membership, Unit
from app.db.session import reading, unit_of_work
from app.db.setup import CampaignChange, Delegation, SheetClosing
from app.domain.campaign import Policies, ReportMode
from app.domain.campaign_change import ChangeKind
from app.domain.terms import CampaignStatus, PhaseKind
from tests.web.conftest import SignIn
from tests.web.records_app import post, text_of
from tests.web.world import World

WHY = {"reason": "Mưa lũ", "document": "15/QĐ-UBND"}


@pytest.fixture
def client(sign_in: SignIn) -> FlaskClient:
    return sign_in("to_chuc")


def newest() -> int:
    with reading() as session:
        return session.scalars(select(Campaign.id).order_by(Campaign.id.desc()).limit(1)).one()


def test_five_steps_lead_from_the_list_of_campaigns_to_the_opening(
    portal: Flask, client: FlaskClient, world: World
) -> None:
    portal.extensions["clock"] = FixedClock(dt.datetime(2025, 10, 1, tzinfo=dt.UTC))
    assert "/campaigns/new" in text_of(client.get("/campaignrecords/list/"))
    source = f"campaign:{world.campaign}"
    assert source in text_of(client.get("/campaigns/new"))
    wrong = post(client, "/campaigns/new", name="Kỳ 2025", year="25", profile=source, sets="copy")
    assert wrong.status_code == 422
    assert 'value="Kỳ 2025"' in text_of(wrong)
    made = post(client, "/campaigns/new", name="Kỳ 2025", year="2025", profile=source, sets="copy")
    number = newest()
    page = f"/campaigns/{number}/setup"
    assert made.headers["Location"] == f"{page}/groups"

    post(client, f"{page}/start", name="Kỳ năm 2025", year="2025", legal_basis="")
    groups = text_of(client.get(f"{page}/groups?of=1&tier=commune"))
    assert "XM01 Xã mẫu 01" in groups
    assert "PNV Phòng Nội vụ" not in groups
    with reading() as session:
        stage = session.get_one(Campaign, number).groups[0]
        group, council, frame = stage.group_id, stage.council_id, stage.set_id
    kept = {"group": str(group), f"council.{group}": str(council), f"set.{group}": str(frame)}
    assert post(client, f"{page}/groups", **kept).headers["Location"] == f"{page}/dates"

    dates = text_of(client.get(f"{page}/dates"))
    assert 'value="17:00 25/11/2025"' in dates  # a Tuesday
    times = {"scoring.opens": "08:00 13/11/2025", "scoring.closes": "mai"}
    wrong = post(client, f"{page}/dates", **times)
    assert wrong.status_code == 422
    assert 'value="mai"' in text_of(wrong)
    times |= {"scoring.closes": "17:00 23/11/2025", "report_due.closes": "00:00 23/11/2025"}
    assert post(client, f"{page}/dates", **times).headers["Location"] == f"{page}/people"
    assert text_of(client.get(f"{page}/dates")).count("c-warn") == 2  # 23/11/2025 is a Sunday

    for which in ("appraisers", "officers"):
        copied = post(client, f"{page}/people", which=which, source=str(world.campaign))
        assert copied.status_code == 200
    classes = {"decimals": "2", "ties": "dense", "name.0": "Đạt", "lower.0": "50", "name.1": "Chưa đạt", "lower.1": "x"}
    wrong = post(client, f"{page}/ranking", **classes)
    assert wrong.status_code == 422
    assert 'value="Chưa đạt"' in text_of(wrong)
    assert post(client, f"{page}/ranking", **classes | {"lower.1": "0"}).headers["Location"] == f"{page}/checklist"

    listed = text_of(client.get(f"{page}/checklist"))
    assert "Quản trị viên thực hiện việc này" in listed  # the second commune has no head: not the organiser's to give
    assert "/membershiprecords/list/" not in listed
    assert post(client, f"{page}/checklist").status_code == 422
    assert post(client, f"{page}/checklist", missing_seen="yes").status_code == 302
    with reading() as session:
        campaign = session.get_one(Campaign, number)
        assert (campaign.status, campaign.name) == (CampaignStatus.OPEN, "Kỳ năm 2025")
    for name in ("start", "groups", "dates", "people", "ranking", "checklist"):
        assert f"/campaigns/{number}/changes" in text_of(client.get(f"{page}/{name}"))
    assert post(client, f"{page}/dates", **times).status_code == 409


def test_the_checklist_leads_to_items_and_terms_that_are_missing(
    portal: Flask, client: FlaskClient, world: World
) -> None:
    portal.extensions["clock"] = FixedClock(dt.datetime(2025, 10, 1, tzinfo=dt.UTC))
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        campaign = work.session.get_one(Campaign, world.campaign)
        campaign.policies = {**campaign.policies, "penalty_cap": "3"}
        leaf = work.session.scalars(select(Criterion).filter_by(set_id=world.set, code="1.5")).one()
        work.session.add(LeafTerm(campaign_id=world.campaign, criterion_id=leaf.id, not_yet_due=True))
    source = f"campaign:{world.campaign}"
    post(client, "/campaigns/new", name="Kỳ 2025", year="2025", profile=source, sets="same")
    number = newest()
    terms = f"/campaigns/{number}/terms"
    assert f'href="{terms}"' not in main_of(client.get(f"/campaigns/{number}/setup/checklist"))
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        work.session.execute(delete(LeafTerm).where(LeafTerm.campaign_id == number))
    page = main_of(client.get(f"/campaigns/{number}/setup/checklist"))
    assert f'href="{terms}"' in page
    assert 'href="/adjustmentitemrecords/list/"' in page


def main_of(answer: TestResponse) -> str:
    return text_of(answer).split("<main", 1)[1]


def test_a_phase_moves_after_a_preview_and_stands_in_the_list(client: FlaskClient, world: World) -> None:
    page = f"/campaigns/{world.campaign}/changes"
    times = {"scoring.opens": "07:00 01/11/2024", "scoring.closes": "17:00 28/11/2024"}
    bare = post(client, f"{page}/phases", **times)
    assert bare.status_code == 422
    assert 'value="17:00 28/11/2024"' in text_of(bare)
    shown = text_of(post(client, f"{page}/phases", **times, **WHY))
    assert 'value="confirm"' in shown
    assert "Mưa lũ" in shown
    with reading() as session:
        assert session.scalars(select(CampaignChange)).all() == []
    assert post(client, f"{page}/phases", act="confirm", **times, **WHY).headers["Location"] == page
    with reading() as session:
        phase = session.scalars(select(Phase).where(Phase.kind == PhaseKind.SCORING)).one()
        assert phase.closes_at == dt.datetime(2024, 11, 28, 10, tzinfo=dt.UTC)
    listed = text_of(client.get(page))
    for words in ("17:00 25/11/2024", "17:00 28/11/2024", "Mưa lũ", "15/QĐ-UBND"):
        assert words in listed
    assert page in text_of(client.get(f"/campaignrecords/show/{world.campaign}"))


def test_every_other_change_has_its_form(client: FlaskClient, world: World) -> None:
    page = f"/campaigns/{world.campaign}/changes"
    for kind in ChangeKind:
        assert client.get(f"{page}/{kind.value}").status_code == 200
    given = {"group": str(world.stage), "unit": "", "branch": "1", "agency": str(world.units["TTH"])}
    preview = post(client, f"{page}/appraiser", **given, **WHY)
    assert preview.status_code == 200
    assert post(client, f"{page}/appraiser", act="confirm", **given, **WHY).status_code == 302
    settings = {
        "explanation": "block",
        "evidence": "warn",
        "explanation_days": "3",
        "day_count": "working",
        "explanation_closes": "17:00",
        "round_two": "agency",
        "rank_on": "rounded",
        "request_answerable": "release",
    }
    bad = post(client, f"{page}/policies", act="confirm", **settings | {"explanation_closes": "25h"}, **WHY)
    assert bad.status_code == 422
    assert 'value="25h"' in text_of(bad)
    form = text_of(client.get(f"{page}/policies"))
    assert "Giữ như khi mở kỳ" in form
    assert 'name="report"' not in form  # a setting that stays is read, not typed
    assert post(client, f"{page}/policies", act="confirm", **settings, report="before", **WHY).status_code == 302
    with reading() as session:
        kept = Policies.from_json(session.get_one(Campaign, world.campaign).policies)
        assert (kept.explanation_days, kept.report, kept.internal_approval) == (3, ReportMode.NONE, True)
        assert kept.supplementary_required
    classes = {"decimals": "3", "ties": "dense", "name.0": "Đạt", "lower.0": "0"}
    assert post(client, f"{page}/ranking", act="confirm", **classes, **WHY).status_code == 302
    listed = text_of(client.get(page))
    assert "Phòng Nội vụ" in listed
    assert "Thanh tra huyện" in listed


def test_generated_views_of_an_open_campaign_refuse(client: FlaskClient, world: World) -> None:
    for page in ("phaserecords", "gradebandrecords", "groupstagerecords"):
        assert client.post(f"/{page}/delete/1", data={}).status_code in {400, 409}
        assert post(client, f"/{page}/edit/1", name="x").status_code == 409
        assert post(client, f"/{page}/delete/1").status_code == 409
    assert post(client, f"/campaignrecords/policies/{world.campaign}").status_code == 409
    assert post(client, f"/campaignrecords/edit/{world.campaign}", name="x").status_code == 409
    changed = post(client, "/desk/appraisers/ajax/update/", **{"cell-1-agency": str(world.units["TTH"])})
    assert changed.status_code == 409
    post(client, "/desk/appraisers/delete/", id="1")
    with reading() as session:
        assert session.get(AppraiserAssignment, 1) is not None


def test_a_head_hands_an_officer_s_work_over_and_the_deputy_sees_whose(sign_in: SignIn, world: World) -> None:
    head = sign_in("thu_truong_01")
    assert "/hand-overs/" in text_of(head.get("/"))
    with reading() as session:
        of_officer = Membership.user_id == world.users["can_bo_01"]
        held = session.scalars(select(Membership.id).where(of_officer)).one()
    given = {"appointment": str(held), "deputy": str(world.users["dau_moi_01"]), "reason": "Đi học"}
    wrong = post(head, "/hand-overs/", **given, from_day="24/11/2024", to_day="23/11/2024")
    assert wrong.status_code == 422
    assert 'value="Đi học"' in text_of(wrong)
    foreign = {**given, "deputy": str(world.users["dau_moi_02"])}
    assert post(head, "/hand-overs/", **foreign, from_day="24/11/2024", to_day="26/11/2024").status_code == 422
    assert post(head, "/hand-overs/", **given, from_day="24/11/2024", to_day="26/11/2024").status_code == 302
    assert "26/11/2024" in text_of(sign_in("dau_moi_01").get("/"))
    with reading() as session:
        row = session.scalars(select(Delegation.id)).one()
    stranger = sign_in("dau_moi_02")
    assert "Đi học" not in text_of(stranger.get("/hand-overs/"))
    assert post(stranger, f"/hand-overs/{row}/withdraw").status_code in {403, 404}
    assert post(head, f"/hand-overs/{row}/withdraw").status_code == 302
    assert "26/11/2024" not in text_of(sign_in("dau_moi_01").get("/"))
    moved = {"officer_from": f"{world.units['XM01']}:{world.users['can_bo_01']}", "officer_reason": "Chuyển công tác"}
    assert post(head, "/hand-overs/officers", **moved, officer=str(world.users["tong_hop_01"])).status_code == 302


def test_a_merged_unit_s_sheet_is_kept_and_says_where_it_went(
    client: FlaskClient, sign_in: SignIn, world: World
) -> None:
    page = f"/units/{world.units['XM02']}/merging"
    assert page in text_of(client.get(f"/unitrecords/show/{world.units['XM02']}"))
    sheet = world.sheets["XM02"]
    given = {"into": str(world.units["XM01"]), "from_day": "01/12/2024", f"end.{sheet}": "yes"}
    wrong = post(client, page, **given | {"into": str(world.units["XM02"])}, **WHY)
    assert wrong.status_code == 422
    assert 'value="01/12/2024"' in text_of(wrong)
    assert post(client, page, **given, **WHY).status_code == 302
    with reading() as session:
        assert session.get_one(Unit, world.units["XM02"]).merged_into_id == world.units["XM01"]
        assert session.scalars(select(SheetClosing.assessment_id)).one() == sheet
        assert session.get_one(Assessment, sheet).unit_id == world.units["XM02"]
    officer = sign_in("can_bo_02")
    shown = text_of(officer.get(f"/sheets/{sheet}"))
    assert "Xã mẫu 01" in shown
    assert "15/QĐ-UBND" in shown
    saved = post(officer, f"/sheets/{sheet}/entries/1.1", version="0", option="1")
    assert saved.status_code == 403
    assert officer.get(f"/sheets/{sheet}/sheet.pdf").status_code == 200
    assert "Xã mẫu 02" in text_of(sign_in("thu_ky").get(f"/board/{world.stage}"))
    assert "Xã mẫu 02" in text_of(sign_in("thu_ky").get(f"/results/{world.stage}"))
