"""Two groups of one campaign go over to the same version, one after the other; on both databases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, CampaignOverride, GroupStage
from app.db.criteria import CriteriaSet
from app.db.identity import Council, PeerGroup, Unit
from app.db.session import Database, reading, unit_of_work
from app.domain.terms import UnitTier
from app.services.adoption import AdoptVersion, adopt_version
from tests.services.flow import FULL, Flow, start
from tests.services.version_steps import adopt, lower_maximum, row_of, second_version


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    made = start(tmp_path)
    made.fill("XM01", FULL)
    return made


def second_group(session: Session, flow: Flow) -> int:
    """A group of wards beside the communes, scored by the same set and appraised by the same agency."""
    ward = Unit(code="PM01", name="Phường mẫu 01", tier=UnitTier.COMMUNE, valid_from=dt.date(2020, 1, 1))
    wards = PeerGroup(code="phuong", name="Phường", units=[ward])
    stage = GroupStage(
        group=wards,
        council=session.scalars(select(Council)).one(),
        criteria_set=session.get_one(CriteriaSet, flow.world.set),
    )
    campaign = session.get_one(Campaign, flow.world.campaign)
    campaign.groups.append(stage)
    session.flush()
    session.add(Assessment(campaign_id=flow.world.campaign, unit=ward, group_stage=stage))
    for code in ("1", "2"):
        session.add(
            AppraiserAssignment(
                campaign_id=flow.world.campaign,
                criterion=row_of(session, flow.world.set, code),
                group_id=wards.id,
                agency_id=flow.world.units["PNV"],
            )
        )
    return wards.id


def test_a_second_group_adopts_the_version_whose_overrides_the_first_brought_along(flow: Flow) -> None:
    """1.1 is the council's in the whole campaign: one override under the old version, one under the new."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        given = row_of(work.session, flow.world.set, "1.1").id
        work.session.add(CampaignOverride(campaign_id=flow.world.campaign, criterion_id=given, reason="năm đầu"))
        wards = second_group(work.session, flow)
    number = second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number)
    command = AdoptVersion(flow.world.campaign, wards, number, "Sửa điểm tối đa", "7/QĐ-UBND")
    adopt_version(command, actor=flow.who("to_chuc"), clock=flow.clock)
    with reading() as session:
        assert set(session.scalars(select(GroupStage.set_id))) == {number}
        overridden = session.scalars(select(CampaignOverride).order_by(CampaignOverride.id)).all()
        kept = [(row.criterion.set_id, row.criterion.code, row.criterion.maximum) for row in overridden]
    assert kept == [(flow.world.set, "1.1", Decimal(1)), (number, "1.1", Decimal(1))]
