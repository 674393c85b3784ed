"""A deputy acts from the first second of the first day to the last of the last, and never on the own unit's sheet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.appraisals import Verdict
from app.db.audit import AuditEvent
from app.db.clock import FixedClock
from app.db.identity import Membership
from app.db.notices import Notice
from app.db.queries.people import actor_of, people_of_units
from app.db.session import Database, reading, unit_of_work
from app.db.setup import Delegation
from app.domain.deadlines import VIETNAM
from app.domain.errors import DomainError
from app.domain.notices import NoticeKind
from app.domain.policy import Actor
from app.domain.terms import Decision, GroupAction, Role, WindowGround
from app.services.appraisal import GiveVerdict, give_verdict
from app.services.delegations import RecordHandOver, deputy_of, hand_overs, record_hand_over, withdraw_hand_over
from app.services.self_scoring import EnterSelfScore, enter
from app.services.windows import GrantWindow, grant_window
from tests.services.flow import FULL, Flow, start

FIRST, LAST = dt.date(2024, 11, 24), dt.date(2024, 11, 26)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def membership(flow: Flow, name: str) -> int:
    with reading() as session:
        return session.scalars(select(Membership.id).where(Membership.user_id == flow.world.users[name])).one()


def hand(
    flow: Flow,
    whose: str,
    deputy: str | None,
    by: str,
    first: dt.date = FIRST,
    last: dt.date = LAST,
    reason: str = "Đi học",
    document: str = "5/QĐ",
) -> int:
    number = None if deputy is None else flow.world.users[deputy]
    command = RecordHandOver(membership(flow, whose), number, first, last, reason, document)
    return record_hand_over(command, actor=flow.who(by), clock=flow.clock)


def refused(act: object, *given: object, **named: object) -> str:
    with pytest.raises(DomainError) as error:
        act(*given, **named)  # type: ignore[operator]
    return error.value.code


def at(flow: Flow, name: str, day: int, hour: int, minute: int = 0, second: int = 0) -> Actor:
    """The account as an actor at an instant of November 2024, Vietnam time."""
    instant = dt.datetime(2024, 11, day, hour, minute, second, tzinfo=VIETNAM)
    with reading() as session:
        return actor_of(session, flow.world.users[name], clock=FixedClock(instant))


def roles(actor: Actor) -> list[Role]:
    return [held.role for held in actor.appointments]


def test_it_runs_from_its_first_second_to_its_last_vietnam_time(flow: Flow) -> None:
    number = hand(flow, "can_bo_01", "dau_moi_01", "thu_truong_01")
    own, both = [Role.COORDINATOR], [Role.OFFICER, Role.COORDINATOR]
    assert roles(at(flow, "dau_moi_01", 23, 23, 59, 59)) == own
    assert roles(at(flow, "dau_moi_01", 24, 0, 0, 0)) == both
    assert roles(at(flow, "dau_moi_01", 26, 23, 59, 59)) == both
    assert roles(at(flow, "dau_moi_01", 27, 0, 0, 0)) == own
    assert roles(at(flow, "can_bo_01", 25, 12)) == [Role.OFFICER]  # the person keeps it
    acting = at(flow, "dau_moi_01", 25, 12).appointments[0].acting_for
    assert acting is not None
    assert acting.username == "can_bo_01"
    shown = deputy_of(actor=flow.who("dau_moi_01"), clock=flow.clock)
    assert [(each.person, each.place, each.until) for each in shown] == [("can_bo_01", "Xã mẫu 01", LAST)]
    with reading() as session:
        people = people_of_units(session, [flow.world.units["XM01"]], [Role.OFFICER], clock=flow.clock)
        told = session.scalars(select(Notice.user_id).where(Notice.kind == NoticeKind.WORK_HANDED_OVER))
        assert set(told) == {flow.world.users["can_bo_01"], flow.world.users["dau_moi_01"]}
    assert flow.world.users["dau_moi_01"] in people
    withdraw_hand_over(number, actor=flow.who("thu_truong_01"), clock=flow.clock)
    assert roles(at(flow, "dau_moi_01", 25, 12)) == own
    assert refused(withdraw_hand_over, number, actor=flow.who("thu_truong_01"), clock=flow.clock) == "delegation_ended"


def test_a_deputy_writes_the_person_s_leaves_and_the_log_says_in_whose_place(flow: Flow) -> None:
    """The deputy is the officer of the other commune: nothing here is theirs in their own right."""
    hand(flow, "can_bo_01", "can_bo_02", "to_chuc")
    deputy = at(flow, "can_bo_02", 25, 16)
    enter(EnterSelfScore(flow.world.sheets["XM01"], "1.1", 0, claim={"option": "1"}), actor=deputy, clock=flow.clock)
    enter(EnterSelfScore(flow.world.sheets["XM02"], "1.1", 0, claim={"option": "1"}), actor=deputy, clock=flow.clock)
    with reading() as session:
        entered = select(AuditEvent).where(AuditEvent.action == "self_score_entered").order_by(AuditEvent.id)
        rows = session.scalars(entered).all()
        names = [(row.actor_id, row.actor_name) for row in rows]
    number = flow.world.users["can_bo_02"]
    assert names == [(number, "can_bo_02 (thay can_bo_01)"), (number, "can_bo_02")]
    # leaves of branch 2 are nobody's of these two
    other = EnterSelfScore(flow.world.sheets["XM01"], "2.1", 0, claim={"points": "1"})
    assert refused(enter, other, actor=deputy, clock=flow.clock) != ""


def test_the_log_says_in_whose_place_a_whole_group_was_granted_time(flow: Flow) -> None:
    hand(flow, "thu_ky", "can_bo_02", "to_chuc")
    deputy = at(flow, "can_bo_02", 25, 16)
    opens = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
    command = GrantWindow(
        flow.world.stage, WindowGround.EXTENSION, opens, opens + dt.timedelta(days=1), document="1/QĐ"
    )
    grant_window(command, actor=deputy, clock=flow.clock)
    with reading() as session:
        names = session.scalars(select(AuditEvent.actor_name).where(AuditEvent.action == "window_granted"))
        assert set(names) == {"can_bo_02 (thay thu_ky)"}


def test_nobody_appraises_the_own_unit_as_a_deputy_either(flow: Flow) -> None:
    """XM01's coordinator stands in for the appraiser: XM01's sheet stays out of reach."""
    flow.fill("XM01", FULL)
    flow.send("XM01")
    hand(flow, "tham_dinh_pnv", "dau_moi_01", "to_chuc")
    hand(flow, "thu_ky", "dau_moi_02", "to_chuc")
    flow.now = dt.datetime(2024, 11, 25, 10, tzinfo=dt.UTC)
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    verdict = GiveVerdict(flow.world.sheets["XM01"], "1.1", Decision.AGREE, 0)
    deputy = at(flow, "dau_moi_01", 25, 18)
    assert refused(give_verdict, verdict, actor=deputy, clock=flow.clock) == "assessment_unknown"  # nor is it read
    with reading() as session:
        assert session.scalars(select(Verdict)).all() == []


def test_what_cannot_be_handed_over_is_refused(flow: Flow) -> None:
    day = dt.timedelta(days=1)
    assert refused(hand, flow, "can_bo_01", "can_bo_01", "thu_truong_01") == "delegation_to_oneself"
    assert refused(hand, flow, "can_bo_01", None, "thu_truong_01") == "deputy_without_account"
    assert (
        refused(hand, flow, "can_bo_01", "dau_moi_01", "thu_truong_01", LAST, FIRST)
        == "delegation_ends_before_it_begins"
    )
    over = dt.date(2024, 11, 23)
    assert refused(hand, flow, "can_bo_01", "dau_moi_01", "thu_truong_01", over, over) == "delegation_over_already"
    assert refused(hand, flow, "can_bo_01", "dau_moi_01", "thu_truong_01", reason=" ") == "delegation_without_reason"
    assert refused(hand, flow, "lanh_dao_01", "thu_ky", "to_chuc") == "delegation_role_kept"
    assert refused(hand, flow, "quan_tri", "to_chuc", "quan_tri") == "delegation_role_kept"
    assert refused(hand, flow, "can_bo_01", "can_bo_02", "thu_truong_01") == "deputy_not_colleague"
    assert refused(hand, flow, "can_bo_02", "dau_moi_01", "thu_truong_01") == "appointment_unknown"
    assert refused(hand, flow, "thu_truong_01", "dau_moi_01", "dau_moi_01") == "delegation_not_yours"
    assert refused(hand, flow, "can_bo_01", "dau_moi_01", "dau_moi_01") == "delegation_to_recorder"
    # nor does who organises the house take an office by their own hand, or give one of the council without a document
    assert refused(hand, flow, "phe_duyet", "to_chuc", "to_chuc") == "delegation_to_recorder"
    assert refused(hand, flow, "can_bo_01", "quan_tri", "quan_tri") == "delegation_to_recorder"
    assert refused(hand, flow, "thu_ky", "dau_moi_02", "to_chuc", document=" ") == "delegation_without_document"
    assert refused(hand, flow, "can_bo_01", "dau_moi_01", "can_bo_01") == "role_missing"
    hand(flow, "can_bo_01", "dau_moi_01", "thu_truong_01")
    assert refused(hand, flow, "can_bo_01", "tong_hop_01", "thu_truong_01", LAST, LAST + day) == "delegation_overlaps"
    # the deputy's own work may not go on to a third meanwhile, nor may the person stand in for another
    assert refused(hand, flow, "dau_moi_01", "tong_hop_01", "thu_truong_01") == "delegation_chain"
    assert refused(hand, flow, "tong_hop_01", "can_bo_01", "thu_truong_01") == "delegation_chain"
    hand(flow, "can_bo_01", "tong_hop_01", "thu_truong_01", LAST + day, LAST + day)  # the day after is free
    with reading() as session:
        assert len(session.scalars(select(Delegation)).all()) == 2
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.delete(work.session.get_one(Membership, membership(flow, "can_bo_01")))
    assert roles(at(flow, "dau_moi_01", 25, 12)) == [Role.COORDINATOR]


def test_the_list_shows_the_own_people_alone(flow: Flow) -> None:
    hand(flow, "can_bo_01", "dau_moi_01", "thu_truong_01")
    mine = hand_overs(actor=flow.who("thu_truong_01"), clock=flow.clock)
    assert [(line.person, line.deputy, line.runs, line.may_withdraw) for line in mine.lines] == [
        ("can_bo_01", "dau_moi_01", True, True)
    ]
    assert {line.person for line in mine.appointments} == {"can_bo_01", "tong_hop_01", "dau_moi_01", "thu_truong_01"}
    theirs = hand_overs(actor=flow.who("dau_moi_02"), clock=flow.clock)
    assert theirs.lines == ()
    assert {line.person for line in theirs.appointments} == {"can_bo_02", "dau_moi_02"}
    assert {name for _, name in theirs.deputies} == {"can_bo_02 (can_bo_02)", "dau_moi_02 (dau_moi_02)"}
