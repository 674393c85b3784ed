"""A shipped profile says what its seed's own campaign says, so that next year's starts from the same settings."""

from __future__ import annotations

import datetime as dt

import pytest

from app.domain.campaign import Policies
from app.domain.deadlines import Span
from app.services.profiles import PROFILE, read_profile
from app.services.seed_described import instant, read_campaigns
from app.services.seed_files import SEEDS_FOLDER, read_table
from app.services.seed_items import ITEMS, read_item

SHIPPED = sorted(path.parent.name for path in SEEDS_FOLDER.glob(f"*/{PROFILE}"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_profile_is_its_campaign_without_the_year(name: str) -> None:
    profile = read_profile(SEEDS_FOLDER / name)
    campaign = next(each for each in read_campaigns(SEEDS_FOLDER / name) if each.code == profile.code)
    assert profile.policies == Policies.from_json(campaign.policies)
    assert [(each.band, each.sample) for each in profile.bands] == list(campaign.bands)
    assert (profile.decimals, profile.ties, profile.legal_basis) == (
        campaign.decimals,
        campaign.ties,
        campaign.legal_basis,
    )
    assert [(each.group, each.council, each.set_code) for each in profile.groups] == [
        (each.group, each.council, each.set_code) for each in campaign.groups
    ]
    assert profile.spans(campaign.year, dt.date(campaign.year, 1, 1)) == {
        phase.kind: Span(None if phase.opens is None else instant(phase.opens, None), instant(phase.closes, None))
        for phase in campaign.phases
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_a_profile_carries_the_items_of_its_decision(name: str) -> None:
    """Without them a campaign made from it knows the caps and nothing that gives or takes a point."""
    profile = read_profile(SEEDS_FOLDER / name)
    rows = read_table(SEEDS_FOLDER / name, ITEMS) if (SEEDS_FOLDER / name / ITEMS).exists() else []
    of_campaign = [row for row in rows if row["campaign"] == profile.code]
    assert [(each.item, each.text) for each in profile.items] == [(read_item(row), row["text"]) for row in of_campaign]
    assert bool(profile.items) is (name == "quang_tri_2024")
