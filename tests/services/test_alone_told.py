"""A unit that runs alone is on the lists of those who act on it next, and its acts are told of; so are reopenings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.identity import PortalUser
from app.db.notices import Notice
from app.db.session import Database, reading
from app.domain.editions import PositionsAfter
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, Stage
from app.services.council_tasks import council_tasks
from app.services.reopening import ReopenLeaves, reopen_leaves
from app.services.tasks import Task, TaskKind
from tests.services.flow import FULL, Flow, start
from tests.services.results_world import Played, make_world

ABOUT_ALONE = {TaskKind.ACT_ALONE, TaskKind.NEXT_EDITION}


def told(*kinds: NoticeKind, after: int = 0) -> list[tuple[str, str, dict[str, object]]]:
    """Return who was told what: account, kind, facts."""
    with reading() as session:
        statement = select(PortalUser.username, Notice.kind, Notice.facts).join(Notice.user)
        rows = session.execute(statement.where(Notice.id > after, Notice.kind.in_(kinds)).order_by(Notice.id)).all()
    return [(name, kind.value, facts) for name, kind, facts in rows]


def last() -> int:
    with reading() as session:
        return max(session.scalars(select(Notice.id)), default=0)


def alone_tasks(flow: Flow | Played, who: str) -> list[Task]:
    found = council_tasks(actor=flow.who(who), clock=flow.clock)
    return [task for task in found if task.kind in ABOUT_ALONE]


def acts(flow: Flow | Played, who: str) -> list[tuple[str, GroupAction | None, str | None]]:
    return [(task.where, task.action, task.refusal) for task in alone_tasks(flow, who)]


@pytest.fixture
def late(database: Database, tmp_path: Path) -> Flow:
    flow = start(tmp_path)
    flow.late()
    return flow


def test_a_late_unit_waits_for_whoever_acts_on_it_next(late: Flow) -> None:
    [release] = alone_tasks(late, "thu_ky")
    assert (release.where, release.action, release.stage, release.refusal, release.target) == (
        "Xã mẫu 01",
        GroupAction.RELEASE_FIRST_RESULTS,
        Stage.FIRST_APPRAISAL,
        None,
        late.world.stage,
    )
    assert acts(late, "chu_tich_hd") == []
    late.now += dt.timedelta(days=10)
    late.group(GroupAction.OPEN_SECOND_APPRAISAL)
    late.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    late.alone(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert acts(late, "thu_ky") == [("Xã mẫu 01", GroupAction.OPEN_SECOND_APPRAISAL, None)]
    late.now += dt.timedelta(days=10)
    late.alone(GroupAction.OPEN_SECOND_APPRAISAL)
    # the group is concluded; of the unit the chair has still to conclude
    assert acts(late, "chu_tich_hd") == [("Xã mẫu 01", GroupAction.CONCLUDE, "no_leaf_blocks")]
    assert acts(late, "thu_ky") == acts(late, "phe_duyet") == []


def test_a_late_unit_is_told_of_as_a_group_is(late: Flow) -> None:
    opened = NoticeKind.APPRAISAL_OPENED
    of_group, of_unit = told(opened)
    assert of_group == ("tham_dinh_pnv", opened.value, {"group": "Xã", "round": 1})
    assert of_unit == ("tham_dinh_pnv", opened.value, {"group": "Xã mẫu 01", "round": 1})
    for code in FULL:
        late.verdict("XM01", code)
    late.alone(GroupAction.RELEASE_FIRST_RESULTS)
    released = {name for name, *_ in told(NoticeKind.FIRST_RESULTS_RELEASED)}
    assert released == {"can_bo_01", "tong_hop_01", "dau_moi_01", "thu_truong_01"}


def test_the_second_round_and_what_follows_are_told_of_a_unit_alone(late: Flow) -> None:
    """The group is concluded before; the unit comes after it, act by act."""
    late.now += dt.timedelta(days=10)
    late.group(GroupAction.OPEN_SECOND_APPRAISAL)
    late.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB")
    for code in FULL:
        late.verdict("XM01", code)
    late.alone(GroupAction.RELEASE_FIRST_RESULTS)
    late.others("XM01")
    late.now += dt.timedelta(days=10)
    seen, opened, turn = last(), NoticeKind.APPRAISAL_OPENED, NoticeKind.TURN_TO_ACT
    late.alone(GroupAction.OPEN_SECOND_APPRAISAL)
    late.alone(GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB")
    assert told(opened, turn, after=seen) == [
        ("tham_dinh_pnv", opened.value, {"group": "Xã mẫu 01", "round": 2}),
        ("chu_tich_hd", turn.value, {"unit": "Xã mẫu 01", "act": "conclude"}),
        ("phe_duyet", turn.value, {"unit": "Xã mẫu 01", "act": "approve"}),
    ]


def test_a_group_tells_whose_turn_it_is(database: Database, tmp_path: Path) -> None:
    played = make_world(tmp_path).concluded()
    played.group(GroupAction.APPROVE, "phe_duyet")
    turns = [(name, facts["unit"], facts["act"]) for name, _, facts in told(NoticeKind.TURN_TO_ACT)]
    assert turns == [("chu_tich_hd", "Xã", "conclude"), ("phe_duyet", "Xã", "approve"), ("thu_ky", "Xã", "publish")]


def test_an_annulled_unit_waits_for_agency_chair_authority_and_the_next_edition(
    database: Database, tmp_path: Path
) -> None:
    played = make_world(tmp_path).published()
    seen = last()
    played.annul("A", positions=PositionsAfter.KEPT, leaves=("1.1", "3.2"))
    again = NoticeKind.LEAVES_REOPENED
    assert told(again, after=seen) == [("tham_dinh", again.value, {"unit": "Xã A", "criteria": "1.1, 3.2"})]
    assert acts(played, "chu_tich_hd") == [("Xã A", GroupAction.CONCLUDE, "no_leaf_blocks")]
    for code in ("1.1", "3.2"):
        played.verdict("A", code, said=1)
    assert acts(played, "chu_tich_hd") == [("Xã A", GroupAction.CONCLUDE, None)]
    assert acts(played, "phe_duyet") == acts(played, "thu_ky") == []
    played.alone("A", GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB")
    assert acts(played, "phe_duyet") == [("Xã A", GroupAction.APPROVE, None)]
    played.alone("A", GroupAction.APPROVE, "phe_duyet")
    [edition] = alone_tasks(played, "thu_ky")
    assert (edition.kind, edition.count, edition.names) == (TaskKind.NEXT_EDITION, 2, ("Xã A",))
    assert alone_tasks(played, "chu_tich_hd") == alone_tasks(played, "phe_duyet") == []
    played.publish("31/QĐ-UBND")
    assert alone_tasks(played, "thu_ky") == []


def reopen(played: Played) -> None:
    command = ReopenLeaves(played.stage, (played.sheets["D"],), ("1.1",), "sót số liệu", "03/BB")
    reopen_leaves(command, actor=played.who("chu_tich_hd"), clock=played.clock)


@pytest.mark.parametrize(("round_two", "who"), [("agency", "tham_dinh"), ("council", "thu_ky")])
def test_a_reopening_is_told_to_whoever_judges_again(
    sqlite_database: Database, tmp_path: Path, round_two: str, who: str
) -> None:
    played = make_world(tmp_path, round_two=round_two).concluded()
    reopen(played)
    again = NoticeKind.LEAVES_REOPENED
    assert told(again) == [(who, again.value, {"unit": "Xã D", "criteria": "1.1"})]
