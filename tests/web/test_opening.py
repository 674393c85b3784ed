"""Open a campaign on screen: everything that stands against it is named before, in Vietnamese; then sheets appear."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, GradeBand, GroupStage, Phase
from app.db.criteria import CriteriaSet, Criterion, CriterionFinding
from app.db.identity import PeerGroup
from app.db.session import reading, unit_of_work
from app.domain.terms import CampaignStatus, PhaseKind, SetStatus
from tests.web.conftest import SignIn
from tests.web.records_app import draft, post, text_of
from tests.web.world import World, full_rule

__all__ = ["draft"]  # a fixture


@pytest.fixture
def campaign(portal: Flask, world: World, draft: dict[str, int]) -> int:
    """Return a draft campaign that lacks appraisers only; the copied finding is settled."""
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        opened = work.session.get_one(GroupStage, world.stage)
        row = Campaign(code="k3", name="Đợt 3", year=2025)
        row.groups = [GroupStage(group_id=opened.group_id, council_id=opened.council_id, set_id=draft["set"])]
        row.bands = [GradeBand(name="Đạt", lower=Decimal(0))]
        opens, closes = dt.datetime(2025, 11, 1, tzinfo=dt.UTC), dt.datetime(2025, 11, 25, 10, tzinfo=dt.UTC)
        row.phases = [Phase(kind=PhaseKind.SCORING, opens_at=opens, closes_at=closes)]
        work.session.add(row)
        of_draft = select(Criterion.id).where(Criterion.set_id == draft["set"])
        work.session.execute(
            update(CriterionFinding).where(CriterionFinding.criterion_id.in_(of_draft)).values(settled=True, choice="a")
        )
        work.session.flush()
        return row.id


def print_agency(portal: Flask, number: int, unit: int) -> None:
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        work.session.get_one(Criterion, number).agency_id = unit


def test_a_leaf_nobody_appraises_is_named_and_nothing_is_frozen_by_half(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int], campaign: int
) -> None:
    print_agency(portal, draft["1.2"], world.units["PNV"])
    client, page = sign_in("to_chuc"), f"/campaigns/{campaign}/opening"
    shown = text_of(client.get(page))
    assert "tiêu chí 1.1: chưa có cơ quan thẩm định" in shown
    assert "tiêu chí 1.2:" not in shown
    answer = post(client, page)
    assert answer.status_code == 422
    assert "tiêu chí 1.1: chưa có cơ quan thẩm định" in text_of(answer)
    with reading() as session:
        assert session.get_one(Campaign, campaign).status is CampaignStatus.DRAFT
        assert session.get_one(CriteriaSet, draft["set"]).status is SetStatus.DRAFT
        count = select(func.count(AppraiserAssignment.id)).where(AppraiserAssignment.campaign_id == campaign)
        assert session.scalar(count) == 0


def test_the_printed_agencies_are_enough_to_open(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int], campaign: int
) -> None:
    print_agency(portal, draft["1"], world.units["PNV"])
    client, page = sign_in("to_chuc"), f"/campaigns/{campaign}/opening"
    assert "Mở kỳ" in text_of(client.get(page))
    assert post(client, page).status_code == 302
    with reading() as session:
        assert session.get_one(Campaign, campaign).status is CampaignStatus.OPEN
        rows = session.scalars(select(AppraiserAssignment).where(AppraiserAssignment.campaign_id == campaign)).all()
        assert [(row.criterion_id, row.agency_id) for row in rows] == [(draft["1"], world.units["PNV"])]
        sheets = select(func.count(Assessment.id)).where(Assessment.campaign_id == campaign)
        assert session.scalar(sheets) == 2
    again = post(client, page)
    assert again.status_code == 409


def test_an_odd_rule_is_shown_and_keeps_nothing_from_opening(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int], campaign: int
) -> None:
    """1.3 takes nothing from 85 up to 90; no step of 1.4 gives 0."""
    print_agency(portal, draft["1"], world.units["PNV"])
    short = {"kind": "bands", "on": "percent", "bands": [[None, "85", "0"], ["90", None, "2"]]}
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        work.session.get_one(Criterion, draft["1.3"]).rule = full_rule(short)
    client, page = sign_in("to_chuc"), f"/campaigns/{campaign}/opening"
    shown = text_of(client.get(page))
    assert "tiêu chí 1.3: không bậc nào nhận số liệu trong khoảng từ 85 đến 90" in shown
    assert "tiêu chí 1.4: không phương án hoặc bậc nào cho 0 điểm" in shown
    assert "tiêu chí 1.2:" not in shown
    assert post(client, page).status_code == 302


def test_a_group_without_units_is_named(
    portal: Flask, sign_in: SignIn, world: World, draft: dict[str, int], campaign: int
) -> None:
    print_agency(portal, draft["1"], world.units["PNV"])
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        empty = PeerGroup(code="trong", name="Nhóm trống")
        work.session.add(empty)
        work.session.flush()
        opened = work.session.get_one(GroupStage, world.stage)
        stage = GroupStage(campaign_id=campaign, group_id=empty.id, council_id=opened.council_id, set_id=draft["set"])
        work.session.add(stage)
    assert "Nhóm trống chưa có đơn vị" in text_of(sign_in("to_chuc").get(f"/campaigns/{campaign}/opening"))


def test_only_the_organiser_opens(sign_in: SignIn, campaign: int) -> None:
    assert post(sign_in("quan_tri"), f"/campaigns/{campaign}/opening").status_code == 403
    assert post(sign_in("can_bo_01"), f"/campaigns/{campaign}/opening").status_code == 403
