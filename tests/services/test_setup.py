"""A campaign set up step by step, from a profile to the opening; last year's copied; everything missing named."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, select

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Campaign, OfficerAssignment
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Membership, PeerGroup, PortalUser, Unit
from app.db.session import Database, reading, unit_of_work
from app.domain.deadlines import Span
from app.domain.errors import DomainError
from app.domain.terms import CampaignStatus, PhaseKind, Role, SetStatus, Ties, UnitTier
from app.services.campaign_changes import Ranking
from app.services.seeds import load_seed
from app.services.setup import SetChoice, StartCampaign, start_campaign
from app.services.setup_checklist import Checklist, Mend, checklist, open_checked
from app.services.setup_people import copy_appraisers, copy_officers, people_view
from app.services.setup_steps import GroupWanted, save_dates, save_groups, save_ranking, save_start
from app.services.setup_units import save_group_units, setup_choices
from app.services.setup_views import setup_view
from tests.databases import BEFORE_THE_LOCK
from tests.services.flow import Flow, start

#: the set-up of 2025 happens in October 2025
OCTOBER = FixedClock(dt.datetime(2025, 10, 1, 2, tzinfo=dt.UTC))


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def next_year(flow: Flow, sets: SetChoice = SetChoice.COPY) -> int:
    command = StartCampaign("Chấm điểm thử 2025", 2025, f"campaign:{flow.world.campaign}", sets=sets)
    return start_campaign(command, actor=flow.who("to_chuc"), clock=OCTOBER)


def codes(found: Checklist) -> list[str]:
    return [item.said.code for item in found.missing]


def refused(act: object, **given: object) -> str:
    with pytest.raises(DomainError) as error:
        act(**given)  # type: ignore[operator]
    return error.value.code


def test_last_years_campaign_becomes_this_years_and_opens(flow: Flow) -> None:
    who = flow.who("to_chuc")
    campaign = next_year(flow)
    shown = setup_view(campaign, actor=who, clock=OCTOBER)
    assert (shown.code, shown.copied_from_id, shown.dates_checked) == ("cham_diem_thu_2025", flow.world.campaign, False)
    scoring = next(each for each in shown.phases if each.kind is PhaseKind.SCORING)
    assert scoring.span == Span(utc(2025, 11, 1), utc(2025, 11, 25, 10))  # a year later, the same hours
    with reading() as session:
        made = session.get_one(Campaign, campaign)
        frame, copied = made.groups[0].criteria_set, made.groups[0].set_id
        assert (frame.code, frame.year, frame.status) == ("bo_thu_2025", 2025, SetStatus.DRAFT)
        assert [(row.name, row.lower) for row in made.bands] == [("Tốt", 80), ("Khá", 0)]

    appraisers = copy_appraisers(campaign, flow.world.campaign, actor=who, clock=OCTOBER)
    officers = copy_officers(campaign, flow.world.campaign, actor=who, clock=OCTOBER)
    assert (appraisers.added, appraisers.left, officers.added, officers.left) == (2, (), 2, ())
    again = copy_officers(campaign, flow.world.campaign, actor=who, clock=OCTOBER)
    assert (again.added, again.there) == (0, 2)
    with reading() as session:
        rows = select(Criterion.code).join(OfficerAssignment).where(OfficerAssignment.campaign_id == campaign)
        assert list(session.scalars(rows)) == ["1", "1"]
        appraised = select(Criterion.set_id).join(AppraiserAssignment).distinct()
        assert set(session.scalars(appraised)) == {flow.world.set, copied}

    found = checklist(campaign, actor=who, clock=OCTOBER)
    assert found.problems == ()
    # XM02 has neither a head nor a baseline of the new year; nobody looked at the dates; no report date
    assert codes(found) == ["dates_not_checked", "report_due_missing", "units_without_head", "baselines_missing"]
    assert found.missing[2].said.details["names"] == "Xã mẫu 02"
    assert found.missing[2].mend is Mend.MEMBERSHIPS
    spans = {each.kind: each.span for each in shown.phases if each.span}
    spans[PhaseKind.REPORT_DUE] = Span(None, utc(2025, 11, 22, 17))
    save_dates(campaign, spans, actor=who, clock=OCTOBER)
    assert codes(checklist(campaign, actor=who, clock=OCTOBER)) == ["units_without_head", "baselines_missing"]

    opening = {"campaign_id": campaign, "locked_seen": False, "actor": who, "clock": OCTOBER}
    assert refused(open_checked, missing_seen=False, **opening) == "missing_not_seen"
    assert refused(open_checked, missing_seen=True, **opening | {"actor": flow.who("quan_tri")}) == "role_missing"
    late = {**opening, "clock": FixedClock(utc(2025, 11, 25, 10))}
    assert refused(open_checked, missing_seen=True, **late) == "lock_not_seen"
    open_checked(missing_seen=True, **opening)  # type: ignore[arg-type]
    with reading() as session:
        made = session.get_one(Campaign, campaign)
        assert (made.status, made.groups[0].criteria_set.status) == (CampaignStatus.OPEN, SetStatus.FROZEN)
        assert len(session.scalars(select(Assessment).where(Assessment.campaign_id == campaign)).all()) == 2
    assert refused(save_dates, campaign_id=campaign, wanted=spans, actor=who, clock=OCTOBER) == "campaign_open"
    assert refused(open_checked, missing_seen=True, **opening) == "campaign_open"


def test_a_campaign_from_the_shipped_profile_is_whole_through_its_steps(sqlite_database: Database) -> None:
    """Định Hóa's profile on its own seed: 23 communes, one council, the set of 2024; dated for 2026."""
    load_seed("dinh_hoa_2024", clock=FixedClock(BEFORE_THE_LOCK))
    with reading() as session:
        user = session.scalars(select(PortalUser.id).where(PortalUser.username == "to_chuc")).one()
        from app.db.queries.people import actor_of

        who = actor_of(session, user)
        old_group = session.scalars(select(PeerGroup.id).where(PeerGroup.code == "xa")).one()
        source = session.scalars(select(Campaign.id).where(Campaign.code == "dinh_hoa_2024")).one()
    campaign = start_campaign(StartCampaign("Đợt 2026", 2026, "seed:dinh_hoa_2024"), actor=who, clock=OCTOBER)
    shown = setup_view(campaign, actor=who, clock=OCTOBER)
    assert (shown.code, shown.unresolved, len(shown.groups[0].units)) == ("dot_2026", (), 23)
    assert {unit[1] for unit in shown.groups[0].units} == {True}  # "Xã mẫu" are marked as samples
    dated = {each.kind: each.span for each in shown.phases}
    assert dated[PhaseKind.SCORING] == Span(utc(2026, 11, 13, 1), utc(2026, 11, 25, 10))
    assert dated[PhaseKind.DATA_CUTOFF] == Span(None, utc(2026, 11, 20, 17))

    # step 2: three communes in a group of their own, by the same council and set
    choices = setup_choices(actor=who, clock=OCTOBER, tier=UnitTier.COMMUNE)
    assert {unit.tier for unit in choices.units} == {UnitTier.COMMUNE}
    three = [unit.unit_id for unit in choices.units[:3]]
    small = save_group_units(None, "xa_3", "Ba xã", three, three, actor=who, clock=OCTOBER)
    first = shown.groups[0]
    wanted = [GroupWanted(small, first.council_id, first.set_id)]
    save_groups(campaign, wanted, actor=who, clock=OCTOBER)
    save_start(campaign, "Đợt năm 2026", 2026, None, actor=who, clock=OCTOBER)
    save_dates(campaign, {kind: span for kind, span in dated.items() if span}, actor=who, clock=OCTOBER)
    copied = copy_appraisers(campaign, source, actor=who, clock=OCTOBER)
    assert (copied.added, {each.why for each in copied.left}) == (0, {"group_left"})  # all of them were the old group's
    assert people_view(campaign, actor=who).printed == 33  # criteria.csv prints an agency on 33 rows
    officers = copy_officers(campaign, source, actor=who, clock=OCTOBER)
    assert {each.why for each in officers.left} <= {"unit_left"}
    bands = (("A", Decimal(80)), ("B", Decimal(0)))
    save_ranking(campaign, Ranking(3, Ties.DENSE, bands), actor=who, clock=OCTOBER)
    found = checklist(campaign, actor=who, clock=OCTOBER)
    assert [item.said.code for item in found.problems] == []
    assert found.report.units == 3
    open_checked(campaign, missing_seen=True, locked_seen=False, actor=who, clock=OCTOBER)
    with reading() as session:
        made = session.get_one(Campaign, campaign)
        assert (made.name, made.decimals, made.ties) == ("Đợt năm 2026", 3, Ties.DENSE)
        assert old_group not in {row.group_id for row in made.groups}


def test_what_a_step_cannot_take_is_refused_by_its_code(flow: Flow) -> None:
    who = flow.who("to_chuc")
    profile = f"campaign:{flow.world.campaign}"

    def starting(**wrong: object) -> str:
        given = {"name": "Kỳ", "year": 2025, "profile": profile, **wrong}
        return refused(start_campaign, command=StartCampaign(**given), actor=who, clock=OCTOBER)  # type: ignore[arg-type]

    assert starting(name=" ") == "campaign_name_missing"
    assert starting(year=1999) == "year_of_campaign"
    assert starting(profile="seed:../x") == "profile_unknown"
    assert starting(profile="campaign:99999") == "profile_unknown"
    assert starting(legal_basis_id=99) == "basis_not_here"
    assert starting(code="thu_2024") == "code_exists"
    officer = flow.who("can_bo_01")
    command = StartCampaign("Kỳ", 2025, profile)
    assert refused(start_campaign, command=command, actor=officer, clock=OCTOBER) == "role_missing"

    campaign = next_year(flow, SetChoice.SAME)
    group = setup_view(campaign, actor=who, clock=OCTOBER).groups[0]

    def grouping(*wanted: GroupWanted) -> str:
        return refused(save_groups, campaign_id=campaign, wanted=wanted, actor=who, clock=OCTOBER)

    good = GroupWanted(group.group_id, group.council_id, group.set_id)
    assert grouping(good, good) == "group_exists"
    assert grouping(GroupWanted(99, group.council_id, group.set_id)) == "group_unknown_here"
    assert grouping(GroupWanted(group.group_id, None, group.set_id)) == "council_missing_here"
    assert grouping(GroupWanted(group.group_id, group.council_id, 99)) == "set_missing_here"

    def dating(**spans: Span) -> str:
        wanted = {PhaseKind(kind): span for kind, span in spans.items()}
        return refused(save_dates, campaign_id=campaign, wanted=wanted, actor=who, clock=OCTOBER)

    first, second, third = utc(2025, 11, 1), utc(2025, 11, 2), utc(2025, 11, 3)
    assert dating(scoring=Span(None, second)) == "scoring_without_opening"
    assert dating(scoring=Span(second, first)) == "phase_opens_after_it_closes"
    assert dating(scoring=Span(first, third), explanation=Span(second, third)) == "phases_out_of_order"
    assert (
        refused(copy_officers, campaign_id=campaign, source_id=campaign, actor=who, clock=OCTOBER) == "source_missing"
    )
    ranking = Ranking(2, Ties.DENSE, (("A", Decimal(101)), ("B", Decimal(0))))
    assert refused(save_ranking, campaign_id=campaign, wanted=ranking, actor=who, clock=OCTOBER) == "band_above_hundred"


def test_who_left_and_what_is_gone_is_named_when_officers_are_copied(flow: Flow) -> None:
    who = flow.who("to_chuc")
    campaign = next_year(flow)
    with unit_of_work(actor=None, clock=OCTOBER) as work:
        work.session.get_one(PortalUser, flow.world.users["can_bo_02"]).active = False
        frame = work.session.get_one(Campaign, campaign).groups[0].criteria_set
        assert frame.status is SetStatus.DRAFT
    found = copy_officers(campaign, flow.world.campaign, actor=who, clock=OCTOBER)
    assert (found.added, [(each.person, each.why) for each in found.left]) == (1, [("can_bo_02", "person_left")])
    missing = {item.said.code: item for item in checklist(campaign, actor=who, clock=OCTOBER).missing}
    assert missing["units_without_officer"].said.details["names"] == "Xã mẫu 02"
    # XM01 has an officer who collates; XM02 lacks the nine leaves of branch 1
    assert missing["leaves_without_officer"].said.details["names"] == "Xã mẫu 02 (1.1, 1.2, 1.3, 1.4, 1.5, 1.6 …)"


def test_people_that_are_missing_and_units_that_ended_are_named(flow: Flow) -> None:
    who = flow.who("to_chuc")
    campaign = next_year(flow)
    gone = {Role.SECRETARIAT, Role.COUNCIL_CHAIR, Role.APPROVING_AUTHORITY, Role.LEADER, Role.APPRAISER}
    with unit_of_work(actor=None, clock=OCTOBER) as work:
        for row in work.session.scalars(select(Membership).where(Membership.role.in_(gone))):
            work.session.delete(row)
        work.session.get_one(PortalUser, flow.world.users["dau_moi_01"]).password_change_required = True
        work.session.get_one(Unit, flow.world.units["XM02"]).valid_to = dt.date(2025, 7, 1)
    copy_appraisers(campaign, flow.world.campaign, actor=who, clock=OCTOBER)
    missing = {
        item.said.code: item.said.details.get("names") for item in checklist(campaign, actor=who, clock=OCTOBER).missing
    }
    council = "Hội đồng thẩm định"
    assert missing["council_without_secretariat"] == council
    assert missing["council_without_chair"] == council
    assert missing["council_without_authority"] == council
    assert missing["council_without_leaders"] == council  # 2.1 is scored by the leaders
    assert missing["agencies_without_people"] == "Phòng Nội vụ"
    assert missing["first_passwords_unused"] == "dau_moi_01"
    assert missing["units_ended"] == "Xã mẫu 02"


def test_another_set_takes_the_assignments_on_the_old_one_away(flow: Flow) -> None:
    who = flow.who("to_chuc")
    campaign = next_year(flow, SetChoice.SAME)
    copy_officers(campaign, flow.world.campaign, actor=who, clock=OCTOBER)
    other = next_year(flow)
    with reading() as session:
        copied = session.get_one(Campaign, other).groups[0].set_id
        assert session.get_one(CriteriaSet, copied).id != flow.world.set
    group = setup_view(campaign, actor=who, clock=OCTOBER).groups[0]
    save_groups(campaign, [GroupWanted(group.group_id, group.council_id, copied)], actor=who, clock=OCTOBER)
    with reading() as session:
        rows = select(OfficerAssignment).where(OfficerAssignment.campaign_id == campaign)
        assert session.scalars(rows).all() == []


def test_the_checklist_asks_as_often_for_many_units_as_for_two(sqlite_database: Database, tmp_path: Path) -> None:
    flow = start(tmp_path)
    who, campaign = flow.who("to_chuc"), next_year(flow)
    statements: list[str] = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    checklist(campaign, actor=who, clock=OCTOBER)
    few = len(statements)
    with unit_of_work(actor=None, clock=OCTOBER) as work:
        group = work.session.get_one(Campaign, campaign).groups[0].group
        for number in range(10, 40):
            name = f"Xã {number}"
            unit = Unit(code=f"X{number}", name=name, tier=UnitTier.COMMUNE, valid_from=dt.date(2020, 1, 1))
            group.units.append(unit)
    statements.clear()
    found = checklist(campaign, actor=who, clock=OCTOBER)
    assert len(statements) == few
    assert few <= 40
    named = next(item for item in found.missing if item.said.code == "units_without_officer").said.details
    assert named["count"] == 30
    assert str(named["names"]).endswith("(+24)")
