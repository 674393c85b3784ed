"""An open campaign changes only with reason and document; units come and go; every refusal by its code."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.appraisals import Verdict
from app.db.audit_trail import verify
from app.db.campaigns import AppraiserAssignment, Campaign, OfficerAssignment
from app.db.identity import Membership, PortalUser, Unit
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.db.setup import CampaignChange
from app.domain.campaign import Consequence, Policies
from app.domain.campaign_change import ChangeKind
from app.domain.deadlines import Span
from app.domain.errors import DomainError
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, PhaseKind, Role, Ties, UnitTier
from app.services.appraiser_changes import ChangeAppraiser, change_appraiser
from app.services.board import units_of
from app.services.campaign_changes import Ranking, Why, change_phases, change_policies, change_ranking
from app.services.campaign_units import add_unit, close_sheet
from app.services.campaign_views import open_campaign_view, touched_by
from app.services.officer_handover import reassign_officer
from app.services.publication import ranking
from app.services.self_scoring import EnterSelfScore, enter
from app.services.unit_merging import MergeUnit, merge_unit
from tests.services.flow import FULL, Flow, start

WHY = Why("Mưa lũ", "15/QĐ-UBND")
OPENS = dt.datetime(2024, 11, 1, tzinfo=dt.UTC)
LOCK = dt.datetime(2024, 11, 25, 10, tzinfo=dt.UTC)
DAY = dt.date(2024, 12, 1)
LATER = LOCK + dt.timedelta(days=3)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def refused(act: object, *given: object, **named: object) -> str:
    with pytest.raises(DomainError) as error:
        act(*given, **named)  # type: ignore[operator]
    return error.value.code


def by(flow: Flow, name: str = "to_chuc") -> dict[str, object]:
    return {"actor": flow.who(name), "clock": flow.clock}


def told(kind: NoticeKind) -> set[int]:
    with reading() as session:
        return set(session.scalars(select(Notice.user_id).where(Notice.kind == kind)))


def test_the_scoring_phase_is_extended_for_everybody(flow: Flow) -> None:
    number, claim = flow.world.campaign, EnterSelfScore(flow.world.sheets["XM01"], "1.1", 0, claim={"option": "1"})
    flow.now = LOCK
    assert refused(enter, claim, **by(flow, "can_bo_01")) == "deadline_passed"
    wanted = {PhaseKind.SCORING: Span(OPENS, LATER)}
    assert change_phases(number, wanted, WHY, **by(flow)) == {PhaseKind.SCORING}  # type: ignore[arg-type]
    enter(claim, **by(flow, "can_bo_01"))  # type: ignore[arg-type]
    flow.now = LATER
    late = dataclasses.replace(claim, code="1.9", claim={"points": "1"})
    assert refused(enter, late, **by(flow, "can_bo_01")) == "deadline_passed"
    shown = open_campaign_view(number, actor=flow.who("to_chuc")).changes[0]
    assert (shown.kind, shown.reason, shown.document, shown.at) == (ChangeKind.PHASES, "Mưa lũ", "15/QĐ-UBND", LOCK)
    assert shown.old["scoring"]["closes_at"] == "2024-11-25T10:00:00+00:00"
    assert shown.new["scoring"]["closes_at"] == "2024-11-28T10:00:00+00:00"
    people = flow.world.users
    assert {people["can_bo_01"], people["dau_moi_02"]} <= told(NoticeKind.WINDOW_OPENED)
    assert people["thu_ky"] in told(NoticeKind.CAMPAIGN_CHANGED)
    assert people["kiem_toan"] not in told(NoticeKind.CAMPAIGN_CHANGED)
    with reading() as session:
        assert verify(session)[1] is None


def test_dates_that_cannot_be_are_refused(flow: Flow) -> None:
    number = flow.world.campaign
    scoring = Span(OPENS, LOCK)

    def moving(why: Why = WHY, who: str = "to_chuc", **spans: Span) -> str:
        wanted = {PhaseKind(kind): span for kind, span in spans.items()}
        return refused(change_phases, number, wanted, why, **by(flow, who))

    hour = dt.timedelta(hours=1)
    assert moving(scoring=scoring) == "nothing_changed"
    assert moving(report_due=Span(None, LATER)) == "phase_kept"
    assert moving(scoring=Span(OPENS, flow.now)) == "phase_into_past"  # this very instant is over
    assert moving(scoring=Span(OPENS + hour, LOCK)) == "phase_began"
    assert moving(scoring=scoring, explanation=Span(flow.now - hour, LATER)) == "phase_into_past"
    assert moving(scoring=scoring, explanation=Span(LOCK - hour / 2, LATER)) == "phases_out_of_order"
    assert moving(scoring=Span(OPENS, LATER), why=Why(" ", "1/QĐ")) == "change_without_reason"
    assert moving(scoring=Span(OPENS, LATER), why=Why("vì", "")) == "document_missing"
    assert moving(scoring=Span(OPENS, LATER), who="quan_tri") == "role_missing"
    assert refused(change_phases, 99, {}, WHY, **by(flow)) == "campaign_unknown"
    with unit_of_work(actor=None, clock=flow.clock) as work:
        draft = Campaign(code="nhap", name="Nháp", year=2025)
        work.session.add(draft)
        work.session.flush()
        draft_id = draft.id
    assert refused(change_phases, draft_id, {}, WHY, **by(flow)) == "campaign_not_open"
    with reading() as session:
        assert session.scalars(select(CampaignChange)).all() == []


def test_a_branch_goes_to_another_agency_and_verdicts_given_stay(flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    flow.verdict("XM01", "1.1")
    number, stage, units = flow.world.campaign, flow.world.stage, flow.world.units
    command = ChangeAppraiser(stage, "1", None, units["TTH"])
    touched = touched_by(number, command, actor=flow.who("to_chuc"))
    assert (touched.units, touched.not_sent, touched.verdicts) == (2, 1, 1)
    change_appraiser(number, command, WHY, **by(flow))  # type: ignore[arg-type]
    flow.verdict("XM01", "1.2", who="tham_dinh_khac")
    with reading() as session:
        rows = session.scalars(select(Verdict).order_by(Verdict.id)).all()
        assert [row.agency.code for row in rows] == ["PNV", "TTH"]
    assert {flow.world.users[name] for name in ("tham_dinh_pnv", "tham_dinh_khac")} <= told(NoticeKind.CAMPAIGN_CHANGED)
    # a substitute for one unit alone, on one leaf alone
    change_appraiser(number, ChangeAppraiser(stage, "1.3", units["XM01"], units["PNV"]), WHY, **by(flow))  # type: ignore[arg-type]
    flow.verdict("XM01", "1.3")

    def giving(branch: str = "1", unit: str | None = None, agency: str | None = "PNV", group: int = stage) -> str:
        named = ChangeAppraiser(group, branch, units[unit] if unit else None, units[agency] if agency else None)
        return refused(change_appraiser, number, named, WHY, **by(flow))

    assert giving(group=99) == "group_not_of_campaign"
    assert giving(branch="9.9") == "branch_of_other_set"
    assert giving(unit="TTH") == "unit_not_in_campaign"
    assert giving(agency=None) == "agency_not_chosen"
    assert giving(agency="XM01") == "agency_without_people"
    assert giving(agency="TTH") == "nothing_changed"
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.add(Membership(user_id=flow.world.users["dau_moi_01"], role=Role.APPRAISER, unit_id=units["XM01"]))
    assert giving(unit="XM01", agency="XM01") == "appraiser_is_unit"
    assert giving(agency="XM01") == "appraiser_is_own_unit"  # of the whole group, XM01 itself in it


def test_how_results_are_worked_out_changes_until_the_first_conclusion(flow: Flow) -> None:
    number = flow.world.campaign
    wanted = Ranking(1, Ties.DENSE, (("Đạt", Decimal(50)), ("Chưa đạt", Decimal(0))))
    change_ranking(number, wanted, WHY, **by(flow))  # type: ignore[arg-type]
    with reading() as session:
        campaign = session.get_one(Campaign, number)
        assert [(row.name, row.lower) for row in campaign.bands] == [("Đạt", 50), ("Chưa đạt", 0)]
        stored = Policies.from_json(campaign.policies)
    block = dataclasses.replace(stored, evidence=Consequence.BLOCK)
    assert change_policies(number, block, WHY, **by(flow)) == {"support_policy"}  # type: ignore[arg-type]
    assert refused(change_policies, number, block, WHY, **by(flow)) == "nothing_changed"
    fixed = dataclasses.replace(block, internal_approval=False)
    assert refused(change_policies, number, fixed, WHY, **by(flow)) == "policy_fixed"
    assert refused(change_ranking, number, wanted, WHY, **by(flow)) == "nothing_changed"
    five = dataclasses.replace(wanted, decimals=5)
    assert refused(change_ranking, number, five, WHY, **by(flow)) == "decimals_impossible"
    bare = dataclasses.replace(wanted, bands=(("Đạt", Decimal(1)),))
    assert refused(change_ranking, number, bare, WHY, **by(flow)) == "bands_without_zero"
    change_policies(number, stored, WHY, **by(flow))  # type: ignore[arg-type]

    concluded(flow)
    other = dataclasses.replace(wanted, decimals=2)
    assert refused(change_ranking, number, other, WHY, **by(flow)) == "change_after_conclusion"
    assert refused(change_policies, number, block, WHY, **by(flow)) == "change_after_conclusion"


def concluded(flow: Flow) -> None:
    flow.fill("XM01", FULL)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code)
    flow.others("XM01")
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")


def test_a_merged_unit_s_sheet_ends_and_blocks_nobody(flow: Flow) -> None:
    """XM02 is merged into XM01 while the units score: the group goes on with XM01 alone, before the lock."""
    world, sheet = flow.world, flow.world.sheets["XM02"]
    flow.fill("XM02", {"1.1": {"option": "1"}})
    flow.fill("XM01", FULL)
    flow.send("XM01")
    command = MergeUnit(world.units["XM02"], world.units["XM01"], dt.date(2024, 12, 1), frozenset({sheet}))
    assert merge_unit(command, WHY, **by(flow)) == 1  # type: ignore[arg-type]
    claim = EnterSelfScore(sheet, "1.9", 0, claim={"points": "1"})
    assert refused(enter, claim, **by(flow, "can_bo_02")) in {"wrong_state", "deadline_passed"}
    lines = {
        line.unit: line.standing.value for line in units_of(world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    }
    assert lines == {"Xã mẫu 01": "submitted", "Xã mẫu 02": "closed"}
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)  # every unit that is left has sent
    with reading() as session:
        unit = session.get_one(Unit, world.units["XM02"])
        assert (unit.valid_to, unit.merged_into_id) == (dt.date(2024, 12, 1), world.units["XM01"])
        kinds = list(session.scalars(select(CampaignChange.kind)))
        assert kinds == [ChangeKind.UNIT_CLOSED]
    table = ranking(world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert {each.unit: (each.standing, each.row.position) for each in table.results}["Xã mẫu 02"] == ("merged", None)

    def merging(
        unit: str, into: str | None, day: dt.date = dt.date(2024, 12, 1), why: Why = WHY, **more: object
    ) -> str:
        ending = frozenset({sheet}) if more else frozenset()
        named = MergeUnit(world.units[unit], world.units[into] if into else None, day, ending)
        return refused(merge_unit, named, why, **by(flow))

    assert merging("XM01", "XM01") == "merged_into_itself"
    assert merging("XM01", "XM02") == "merged_into_itself"  # by the detour over XM02
    assert merging("XM02", "PNV") == "unit_merged_already"
    assert merging("PNV", "XM02") == "merged_into_ended"
    assert merging("PNV", None) == "merger_target_missing"
    assert merging("PNV", "TTH", dt.date(2020, 1, 1)) == "dates_reversed"
    assert merging("PNV", "TTH", why=Why("", "1/QĐ")) == "change_without_reason"
    assert merging("PNV", "TTH", foreign=True) == "assessment_unknown"
    assert refused(close_sheet, world.campaign, sheet, WHY, **by(flow)) == "sheet_ended"


def test_a_unit_comes_in_later_and_another_leaves(flow: Flow) -> None:
    world, organiser = flow.world, by(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        made = [
            Unit(code=code, name=code, tier=UnitTier.COMMUNE, valid_from=dt.date(2020, 1, 1)) for code in ("X3", "X4")
        ]
        work.session.add_all(made)
        made[1].valid_to = dt.date(2024, 7, 1)
        work.session.flush()
        third, gone = (unit.id for unit in made)

    def adding(unit: int | None, group: int = world.stage) -> str:
        return refused(add_unit, world.campaign, group, unit, WHY, **organiser)

    assert adding(None) == "unit_missing_here"
    assert adding(gone) == "unit_ended"
    assert adding(world.units["XM01"]) == "unit_in_campaign"
    assert adding(world.units["PNV"]) == "appraiser_is_own_unit"  # it appraises the group it would enter
    assert adding(third, 99) == "group_not_of_campaign"
    sheet = add_unit(world.campaign, world.stage, third, WHY, **organiser)  # type: ignore[arg-type]
    with reading() as session:
        campaign = session.get_one(Campaign, world.campaign)
        assert third in {unit.id for unit in campaign.groups[0].group.units}
    close_sheet(world.campaign, sheet, Why("Rút khỏi kỳ", "16/QĐ-UBND"), **organiser)  # type: ignore[arg-type]
    concluded(flow)
    results = ranking(world.stage, actor=flow.who("thu_ky"), clock=flow.clock).results
    assert {each.unit: each.standing for each in results} == {
        "Xã mẫu 01": "ranked",
        "Xã mẫu 02": "not_submitted",
        "X3": "left",
    }
    assert adding(gone) == "group_concluded"
    other = world.sheets["XM02"]
    assert refused(close_sheet, world.campaign, other, WHY, **by(flow)) == "sheet_concluded"


def test_every_branch_of_an_officer_goes_to_another_in_one_act(flow: Flow) -> None:
    world, head = flow.world, by(flow, "thu_truong_01")
    unit, old, new = world.units["XM01"], world.users["can_bo_01"], world.users["tong_hop_01"]
    assert refused(reassign_officer, unit, old, old, "vì", **head) == "delegation_to_oneself"
    assert refused(reassign_officer, unit, old, new, " ", **head) == "delegation_without_reason"
    assert refused(reassign_officer, unit, old, world.users["can_bo_02"], "vì", **head) == "officer_of_other_unit"
    assert refused(reassign_officer, world.units["XM02"], old, new, "vì", **head) == "not_own_unit"
    assert reassign_officer(unit, old, new, "Chuyển công tác", **head) == 1  # type: ignore[arg-type]
    assert refused(reassign_officer, unit, old, new, "vì", **head) == "nothing_to_hand_over"
    with reading() as session:
        rows = session.scalars(select(OfficerAssignment).where(OfficerAssignment.unit_id == unit)).all()
        assert [(row.user_id, row.criterion.code) for row in rows] == [(new, "1")]
        assert session.scalars(select(AppraiserAssignment)).all() != []
        assert session.get_one(PortalUser, old).active
