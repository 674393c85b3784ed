"""The settings of a campaign on screen: typed in words, refused at the field, fixed once the campaign is open."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.campaigns import Campaign, GroupStage
from app.db.criteria import CriteriaSet
from app.db.identity import Council, PeerGroup
from app.db.session import reading, unit_of_work
from app.domain.campaign import Answerable, Consequence, Policies
from tests.web.conftest import SignIn, csrf_of
from tests.web.world import World

GIVEN = {
    "explanation": "block",
    "evidence": "note",
    "zero_grounds": "no_evidence: Không có tài liệu\nlate: Nộp muộn",
    "explanation_days": "3",
    "day_count": "working",
    "explanation_closes": "16:30",
    "request_answerable": "at_once",
    "request_days": "4",
    "correction_days": "5",
    "round_two": "council",
    "rank_on": "exact",
    "cap_index": "y",
    "tie_breakers": "1, 1.5",
    "bonus_cap": "2",
    "penalty_cap": "0,5",
    "report": "before",
    "report_missing": "block",
    "report_late": "mark",
}


@pytest.fixture
def draft(portal: Flask, world: World) -> int:
    """A draft campaign whose one group is scored by the set of the world."""
    with unit_of_work(actor=None, clock=portal.extensions["clock"]) as work:
        made = Campaign(code="nhap_2025", name="Nháp 2025", year=2025)
        made.groups = [
            GroupStage(
                group=work.session.scalars(select(PeerGroup)).first(),
                council=work.session.scalars(select(Council)).first(),
                criteria_set=work.session.get_one(CriteriaSet, world.set),
            ),
        ]
        work.session.add(made)
        work.session.flush()
        return made.id


def post(client: FlaskClient, campaign: int, **changed: str):  # type: ignore[no-untyped-def]
    address = f"/campaignrecords/policies/{campaign}"
    return client.post(address, data={**GIVEN, **changed, "csrf_token": csrf_of(client)})


def kept(campaign: int) -> Policies:
    with reading() as session:
        return Policies.from_json(session.get_one(Campaign, campaign).policies)


def test_the_organiser_sets_a_campaign_up_without_json(sign_in: SignIn, draft: int) -> None:
    client = sign_in("to_chuc")
    assert f"/campaignrecords/policies/{draft}" in client.get(f"/campaignrecords/show/{draft}").get_data(as_text=True)
    assert post(client, draft).status_code == 302
    now = kept(draft)
    assert not now.internal_approval  # its box was not ticked
    assert (now.explanation, now.evidence) == (Consequence.BLOCK, Consequence.NOTE)
    assert [(ground.key, ground.text) for ground in now.zero_grounds] == [
        ("no_evidence", "Không có tài liệu"),
        ("late", "Nộp muộn"),
    ]
    assert (now.explanation_days, now.explanation_closes.strftime("%H:%M")) == (3, "16:30")
    assert (now.request_answerable, now.request_days, now.correction_days) == (Answerable.AT_ONCE, 4, 5)
    assert now.tie_breakers == ("1", "1.5")
    page = client.get(f"/campaignrecords/show/{draft}").get_data(as_text=True)
    assert "ngày làm việc" in page
    assert "Nộp muộn" in page


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("tie_breakers", "9.9", "“9.9”"),
        ("zero_grounds", "không khóa", "“không khóa”"),
        ("zero_grounds", "a: một\na: hai", "cùng khóa"),
        ("explanation_closes", "25 giờ", "17:00"),
        ("explanation_days", "0", "1"),
        ("request_days", "0", "1"),
        ("correction_days", "61", "60"),
        ("rank_on", "best", ""),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(
    sign_in: SignIn, draft: int, field: str, text: str, words: str
) -> None:
    before = kept(draft)
    answer = post(sign_in("to_chuc"), draft, **{field: text})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-e"' in page
    assert words in page
    assert kept(draft) == before


def test_an_open_campaign_keeps_its_settings(sign_in: SignIn, world: World) -> None:
    before = kept(world.campaign)
    answer = post(sign_in("to_chuc"), world.campaign)
    assert answer.status_code == 409
    assert kept(world.campaign) == before
