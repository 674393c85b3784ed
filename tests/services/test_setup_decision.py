"""What a new campaign takes over of its decision beside the tree: items of bonus and penalty, terms of leaves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.criteria import Criterion
from app.db.entering import LeafTerm
from app.db.identity import PortalUser
from app.db.queries.people import actor_of
from app.db.session import Database, reading, unit_of_work
from app.domain.policy import Actor
from app.domain.terms import AdjustmentKind
from app.services.leaf_settings import Grounds, set_term
from app.services.leaf_terms import Term, terms_of
from app.services.seeds import load_seed
from app.services.setup import SetChoice, StartCampaign, start_campaign
from app.services.setup_checklist import Mend, checklist
from app.services.setup_steps import GroupWanted, save_groups
from app.services.setup_views import setup_view
from tests.databases import BEFORE_THE_LOCK
from tests.services.flow import Flow, start
from tests.services.test_leaf_settings import leaf
from tests.services.test_setup import OCTOBER, next_year
from tests.web.access_addresses import first_id

LEAP, EVERY_YEAR = dt.date(2024, 2, 29), dt.date(2024, 11, 22)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """Of 2024: 1.5 is not yet due, 1.6 has figures up to 22/11, 2.2 up to 29/02; bonus and penalty are capped."""
    made = start(tmp_path)
    who = made.who("to_chuc")
    for code, cut_off, due in (("1.5", None, True), ("1.6", EVERY_YEAR, False), ("2.2", LEAP, False)):
        number, grounds = leaf(made, code), Grounds("số liệu", "7/TB")
        set_term(made.world.campaign, number, cut_off, grounds, not_yet_due=due, actor=who, clock=made.clock)
    with unit_of_work(actor=None, clock=made.clock) as work:
        campaign = work.session.get_one(Campaign, made.world.campaign)
        campaign.policies = {**campaign.policies, "bonus_cap": "2", "penalty_cap": "3"}
    return made


def items(campaign: int) -> list[tuple[str, AdjustmentKind, Decimal, str]]:
    with reading() as session:
        rows = session.scalars(select(AdjustmentItem).filter_by(campaign_id=campaign).order_by(AdjustmentItem.id))
        return [(row.code, row.kind, row.points, row.steps) for row in rows]


def terms(campaign: int) -> dict[str, Term]:
    with reading() as session:
        return dict(terms_of(session, campaign, session.get_one(Campaign, campaign).groups[0].set_id))


def missing(campaign: int, who: Actor) -> dict[str, tuple[object, Mend]]:
    found = checklist(campaign, actor=who, clock=OCTOBER).missing
    return {item.said.code: (item.said.details.get("names"), item.mend) for item in found}


@pytest.mark.parametrize("sets", SetChoice)
def test_last_years_terms_come_along_with_their_days_moved(flow: Flow, sets: SetChoice) -> None:
    campaign = next_year(flow, sets)
    assert terms(campaign) == {
        "1.5": Term(None, True),
        "1.6": Term(dt.date(2025, 11, 22), False),
        "2.2": Term(dt.date(2025, 2, 28), False),
    }
    assert "terms_not_taken_over" not in missing(campaign, flow.who("to_chuc"))


def test_last_years_items_come_along_and_caps_without_items_are_named(flow: Flow) -> None:
    who = flow.who("to_chuc")
    before = next_year(flow)
    named = missing(before, who)
    assert (named["bonus_items_missing"][1], named["penalty_items_missing"][1]) == (Mend.ITEMS, Mend.ITEMS)
    with unit_of_work(actor=None, clock=OCTOBER) as work:
        for code, kind, steps in (("4.2", AdjustmentKind.PENALTY, ""), ("4.1", AdjustmentKind.BONUS, ">=10: 1")):
            measure, points = ("count", 0) if steps else ("fixed", 1)
            row = AdjustmentItem(campaign_id=before, code=code, kind=kind, text="x", measure=measure, steps=steps)
            row.points = Decimal(points)
            work.session.add(row)
            work.session.flush()
    command = StartCampaign("Chấm điểm thử 2026", 2026, f"campaign:{before}")
    after = start_campaign(command, actor=who, clock=OCTOBER)
    assert items(after) == [
        ("4.2", AdjustmentKind.PENALTY, Decimal(1), ""),
        ("4.1", AdjustmentKind.BONUS, Decimal(0), ">=10: 1"),
    ]
    assert not {"bonus_items_missing", "penalty_items_missing"} & missing(after, who).keys()
    assert setup_view(after, actor=who, clock=OCTOBER).phases  # the profile that is kept can be read again


def test_a_term_whose_leaf_is_gone_or_was_taken_back_is_named(flow: Flow) -> None:
    who, campaign = flow.who("to_chuc"), next_year(flow)
    with unit_of_work(actor=None, clock=OCTOBER) as work:
        for row in work.session.scalars(select(LeafTerm).filter_by(campaign_id=campaign)):
            if row.criterion.code == "1.6":
                work.session.delete(row)
    assert missing(campaign, who)["terms_not_taken_over"] == ("1.6", Mend.TERMS)


def test_a_set_chosen_later_leaves_the_terms_of_the_old_one_behind_and_names_them(flow: Flow) -> None:
    who, campaign = flow.who("to_chuc"), next_year(flow, SetChoice.SAME)
    other = next_year(flow)
    with reading() as session:
        copied = session.get_one(Campaign, other).groups[0].set_id
    group = setup_view(campaign, actor=who, clock=OCTOBER).groups[0]
    save_groups(campaign, [GroupWanted(group.group_id, group.council_id, copied)], actor=who, clock=OCTOBER)
    assert terms(campaign) == {}
    with reading() as session:
        of_old = select(LeafTerm.id).join(Criterion).where(Criterion.set_id == flow.world.set)
        assert session.scalars(of_old.where(LeafTerm.campaign_id == campaign)).all() == []
    assert missing(campaign, who)["terms_not_taken_over"] == ("1.5, 1.6, 2.2", Mend.TERMS)


def test_a_campaign_from_a_shipped_profile_has_the_items_of_its_decision(sqlite_database: Database) -> None:
    """Quảng Trị 2024, Điều 4: two of bonus, three of penalty, in the decision's order."""
    load_seed("quang_tri_2024", clock=FixedClock(BEFORE_THE_LOCK))
    with reading() as session:
        who = actor_of(session, first_id(PortalUser, PortalUser.username == "to_chuc_qt"))
    command = StartCampaign("Đợt 2026", 2026, "seed:quang_tri_2024")
    campaign = start_campaign(command, actor=who, clock=OCTOBER)
    assert [code for code, *_ in items(campaign)] == ["4.1a", "4.1b", "4.2a", "4.2b", "4.2c"]
    assert items(campaign)[1][2:] == (Decimal(0), ">=10: 1")
