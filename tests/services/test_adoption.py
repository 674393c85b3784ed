"""A running campaign goes over to another version: what is carried, what is flagged, what goes back; both databases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.db.assessments import Assessment, ScoreEntry
from app.db.audit_trail import verify
from app.db.campaigns import GroupStage
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import DomainError, InputInvalid
from app.domain.set_diff import ChangeKind
from app.domain.terms import GroupAction, State
from app.domain.workflow import Standing
from app.services.adopted_flags import changes_waiting, mark_seen
from app.services.adoption import AdoptionPreview, preview_adoption
from app.services.board import units_of
from app.services.leaf_history import history
from app.services.my_sheets import my_sheets
from app.services.self_scoring import EnterSelfScore, enter
from app.services.sheets import LeafLine, SheetView, sheet
from app.services.verification import verify_publications
from tests.services.flow import FULL, Flow, start
from tests.services.version_steps import adopt, change, frozen, lower_maximum, remove, row_of, second_version

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """XM01 has claimed all 18 points and sent nothing."""
    made = start(tmp_path)
    made.fill("XM01", FULL)
    return made


def seen(flow: Flow, unit: str = "XM01", who: str = "can_bo_01") -> SheetView:
    return sheet(flow.world.sheets[unit], actor=flow.who(who), clock=flow.clock)


def line(flow: Flow, code: str) -> LeafLine:
    return seen(flow).line(code)


def preview(flow: Flow, set_id: int) -> AdoptionPreview:
    with reading() as session:
        group = session.get_one(GroupStage, flow.world.stage).group_id
    return preview_adoption(flow.world.campaign, group, set_id, actor=flow.who("to_chuc"))


def stored(flow: Flow, unit: str = "XM01") -> tuple[State, Decimal, str]:
    with reading() as session:
        row = session.get_one(Assessment, flow.world.sheets[unit])
        return row.state, row.self_total, row.returned_reason


def whole() -> None:
    with reading() as session:
        assert verify(session)[1] is None


def test_one_maximum_moved_is_awarded_anew_and_flagged_and_the_rest_stays(flow: Flow) -> None:
    """100 percent at 1.5 earn 3 of 3 where they earned 4 of 4; 18 points become 17."""
    number = second_version(flow)
    lower_maximum(flow, number)
    assert adopt(flow, number) == 0
    view = seen(flow)
    changed = view.line("1.5")
    assert (changed.claim, changed.points, changed.node.maximum) == ({"percent": "100"}, Decimal(3), Decimal(3))
    assert changed.change is not None
    assert (changed.change.kinds, changed.change.version) == ({ChangeKind.MAXIMUM}, 2)
    assert changed.change.difference.old is not None
    assert changed.change.difference.old.maximum == Decimal(4)
    assert [each.node.code for each in view.lines if each.change] == ["1.5"]
    assert (stored(flow)[1], view.version, frozen(number)) == (Decimal(17), 2, True)
    assert line(flow, "1.1").points == Decimal(1)
    whole()


def test_the_preview_says_it_before_and_writes_nothing(flow: Flow) -> None:
    number = second_version(flow)
    lower_maximum(flow, number)
    change(flow, number, "1.9", title="Tiêu chí được sửa tên")
    shown = preview(flow, number)
    (maximum, words) = shown.touched
    assert (maximum.difference.place.code, maximum.entered, maximum.other_points, maximum.refused) == ("1.5", 1, 1, 0)
    assert (words.difference.place.code, words.entered, words.other_points) == ("1.9", 1, 0)
    assert (shown.units, shown.lost, shown.going_back, shown.problems) == (2, (), (), ())
    assert not frozen(number)
    assert stored(flow) == (State.DRAFT, Decimal(18), "")


def test_a_choice_that_says_something_else_now_is_refused_and_waits_unscored(flow: Flow) -> None:
    """Of 18 points the 1 of 1.1 is gone; the words written beside it stay, and what was claimed is in the history."""
    command = EnterSelfScore(flow.world.sheets["XM01"], "1.1", 1, explanation="Mục II")
    enter(command, actor=flow.who("can_bo_01"), clock=flow.clock)
    number = second_version(flow)
    with reading() as session:
        rule = dict(row_of(session, number, "1.1").rule or {})
    rule["options"] = [{**rule["options"][0], "text": "Đủ và đúng hạn"}, *rule["options"][1:]]
    change(flow, number, "1.1", rule=rule)
    assert preview(flow, number).touched[0].refused == 1
    adopt(flow, number)
    left = line(flow, "1.1")
    assert (left.claim, left.points, left.explanation) == (None, None, "Mục II")
    assert left.change is not None
    assert left.change.refused == "option_changed"
    assert stored(flow)[1] == Decimal(17)
    (carried, *_) = history(flow.world.sheets["XM01"], "1.1", actor=flow.who("can_bo_01"), clock=flow.clock)
    assert carried.action == "score_carried"
    assert carried.old == {"claim": {"option": "1"}, "points": "1"}


def test_a_leaf_that_is_gone_is_named_before_and_kept_on_the_old_sheet(flow: Flow) -> None:
    number = second_version(flow)
    remove(flow, number, "1.4")
    (lost,) = preview(flow, number).lost
    assert (lost.code, lost.entered) == ("1.4", 1)
    adopt(flow, number)
    assert stored(flow)[1] == Decimal(13)  # 18 less the 5 of 1.4
    assert "1.4" not in {each.node.code for each in seen(flow).lines}
    (old,) = seen(flow).old_versions
    assert (old.number, old.document) == (1, "7/QĐ-UBND")


def test_a_new_leaf_is_flagged_as_new_on_every_sheet(flow: Flow) -> None:
    number = second_version(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        root, last = row_of(work.session, number, "1"), row_of(work.session, number, "1.9")
        made = type(last)(
            set_id=number,
            parent_id=root.id,
            position=99,
            code="1.10",
            title="Tiêu chí mới",
            maximum=Decimal(1),
            rule=last.rule,
            scored_by=last.scored_by,
        )
        root.maximum += 1
        work.session.add(made)
    adopt(flow, number)
    for unit, who in (("XM01", "can_bo_01"), ("XM02", "can_bo_02")):
        change_ = seen(flow, unit, who).line("1.10").change
        assert change_ is not None
        assert change_.kinds == {ChangeKind.ADDED}
    assert line(flow, "1.10").refusal is None  # the officer of branch 1 answers for it


def test_a_leaf_numbered_anew_takes_everything_along_and_its_code_means_another_one(flow: Flow) -> None:
    """1.8 and 1.9 change places in numbering: claims, history and officers follow the criterion, never the code."""
    sheet_id, officer = flow.world.sheets["XM01"], flow.who("can_bo_01")
    drawn = line(flow, "1.9").criterion_id
    number = second_version(flow)
    for of, to in (("1.9", "x"), ("1.8", "1.9"), ("x", "1.8")):
        change(flow, number, of, code=to)
    adopt(flow, number)
    assert line(flow, "1.8").claim == {"points": "1"}
    assert line(flow, "1.9").claim == {"measures": {"cchc_rank": {"previous": "5", "current": "3"}}}
    assert stored(flow)[1] == Decimal(18)
    entered = history(sheet_id, "1.8", actor=officer, clock=flow.clock)
    assert [row.new["claim"] for row in entered if row.new] == [{"points": "1"}]
    stale = EnterSelfScore(sheet_id, "1.9", 1, claim={"points": "0.5"}, drawn=drawn)
    with pytest.raises(InputInvalid, match="leaf_changed"):
        enter(stale, actor=officer, clock=flow.clock)


def test_a_page_drawn_before_still_saves_a_leaf_nothing_touched(flow: Flow) -> None:
    drawn, number = line(flow, "1.9").criterion_id, second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number)
    command = EnterSelfScore(flow.world.sheets["XM01"], "1.9", 1, claim={"points": "0.5"}, drawn=drawn)
    assert enter(command, actor=flow.who("can_bo_01"), clock=flow.clock).points == Decimal("0.5")


def test_assignments_of_a_branch_that_is_gone_go_to_its_leaves(flow: Flow) -> None:
    number = second_version(flow)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        old = row_of(work.session, number, "1")
        new = type(old)(set_id=number, position=0, code="A", title="Phần A", maximum=old.maximum)
        work.session.add(new)
        work.session.flush()
        for row in work.session.scalars(select(type(old)).where(type(old).parent_id == old.id)).all():
            row.parent_id = new.id
        work.session.flush()
        work.session.delete(old)
    adopt(flow, number)
    assert {each.refusal for each in seen(flow).own_lines} == {None}
    assert {each.agency for each in seen(flow).own_lines} == {"Phòng Nội vụ"}


def test_sheets_that_were_sent_go_back_once_the_organiser_has_seen_which(flow: Flow) -> None:
    flow.send("XM01")
    number = second_version(flow)
    lower_maximum(flow, number)
    shown = preview(flow, number)
    assert (shown.going_back, shown.touched[0].back) == (("Xã mẫu 01",), 1)
    with pytest.raises(InputInvalid, match="sent_not_seen"):
        adopt(flow, number)
    assert stored(flow)[0] is State.SUBMITTED
    assert adopt(flow, number, seen=True) == 1
    assert stored(flow) == (State.DRAFT, Decimal(17), "Sửa điểm tối đa (7/QĐ-UBND)")
    (unit, _other) = units_of(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert unit.standing is Standing.DRAFT
    assert len(seen(flow).receipts) == 1  # what was sent stays for ever; it is not the sheet's figures any more
    assert not seen(flow).shown_as_sent
    flow.send("XM01")
    assert [row.number for row in seen(flow).receipts] == [1, 2]
    assert stored(flow)[0] is State.SUBMITTED


def test_a_sheet_given_back_after_the_lock_has_a_window_to_be_sent_again(flow: Flow) -> None:
    flow.send("XM01")
    flow.now = LOCK
    number = second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number, seen=True)
    closes = seen(flow).closes_at
    assert closes is not None
    assert closes > LOCK
    assert line(flow, "1.5").refusal is None
    (other,) = my_sheets(actor=flow.who("dau_moi_02"), clock=flow.clock)
    assert other.standing is Standing.NOT_SUBMITTED  # who was late stays late
    flow.send("XM01")
    assert stored(flow)[0] is State.SUBMITTED


def test_a_sheet_whose_figures_count_as_before_stays_sent(flow: Flow) -> None:
    """Only words of 1.9 differ: the receipt counts, and the unit is told; its officer says it was seen."""
    flow.send("XM01")
    number = second_version(flow)
    change(flow, number, "1.9", requirement="Có văn bản")
    assert preview(flow, number).staying_sent == ("Xã mẫu 01",)
    assert adopt(flow, number) == 0
    assert stored(flow) == (State.SUBMITTED, Decimal(18), "")
    assert seen(flow).shown_as_sent
    assert line(flow, "1.9").change is not None
    mark_seen(flow.world.sheets["XM01"], "1.9", actor=flow.who("can_bo_01"), clock=flow.clock)
    assert line(flow, "1.9").change is None


def test_the_mark_is_taken_off_by_who_answers_for_the_leaf_alone(flow: Flow) -> None:
    number = second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number)
    sheet_id = flow.world.sheets["XM01"]
    assert [(each.assessment_id, each.count) for each in changes_waiting(actor=flow.who("can_bo_01"))] == [
        (sheet_id, 1)
    ]
    for stranger in ("thu_truong_01", "kiem_toan", "can_bo_02"):
        with pytest.raises(DomainError):
            mark_seen(sheet_id, "1.5", actor=flow.who(stranger), clock=flow.clock)
    mark_seen(sheet_id, "1.5", actor=flow.who("can_bo_01"), clock=flow.clock)
    mark_seen(sheet_id, "1.5", actor=flow.who("can_bo_01"), clock=flow.clock)
    assert changes_waiting(actor=flow.who("can_bo_01")) == []
    whole()


def test_two_versions_one_after_the_other_show_what_was_last_seen(flow: Flow) -> None:
    """1.5 goes 4 → 3 → 4 unseen: the flag still shows the 4 the unit knew, and both versions can be printed."""
    second = second_version(flow)
    lower_maximum(flow, second)
    adopt(flow, second)
    third = second_version(flow, second)
    change(flow, third, "1.9", title="Tên khác")
    adopt(flow, third)
    kept = line(flow, "1.5").change
    assert kept is not None
    assert kept.difference.old is not None
    assert (kept.difference.old.maximum, kept.kinds) == (Decimal(4), {ChangeKind.MAXIMUM})
    assert {each.node.code for each in seen(flow).lines if each.change} == {"1.5", "1.9"}
    assert [old.number for old in seen(flow).old_versions] == [1, 2]
    entered = history(flow.world.sheets["XM01"], "1.5", actor=flow.who("can_bo_01"), clock=flow.clock)
    assert [row.action for row in entered] == ["score_carried", "self_score_entered"]


def test_what_leaders_and_the_portal_entered_goes_along(flow: Flow) -> None:
    """The portal's 80 of 100 earn 0,8 of 1 point, and 1,6 of 2."""
    flow.others("XM01")
    number = second_version(flow)
    change(flow, number, "2.2", maximum=Decimal(2))
    change(flow, number, "2", maximum=Decimal(3))
    adopt(flow, number)
    (unit, _other) = units_of(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert unit.missing == 0
    with reading() as session:
        from app.db.appraisals import EnteredClaim

        assert session.scalars(select(EnteredClaim.points)).one() == Decimal("1.6")


def test_a_campaign_that_adopted_is_published_and_verified_from_raw_answers(flow: Flow) -> None:
    flow.send("XM01")
    number = second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number, seen=True)
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        flow.verdict("XM01", code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="BB 01")
    flow.group_to_published()
    with reading() as session:
        assert verify_publications(session, flow.blobs, flow.now) == (1, [])
    whole()


def test_what_a_version_left_behind_is_only_ever_appended_to(flow: Flow) -> None:
    number = second_version(flow)
    lower_maximum(flow, number)
    adopt(flow, number)
    for statement in ("UPDATE adopted_sheet SET content = '{}'", "DELETE FROM set_adoption"):
        with pytest.raises(DBAPIError, match="append_only"), unit_of_work(actor=None, clock=flow.clock) as work:
            work.session.execute(text(statement))


def test_no_entry_is_left_on_the_old_version(flow: Flow) -> None:
    number = second_version(flow)
    remove(flow, number, "1.4")
    adopt(flow, number)
    with reading() as session:
        sets = {entry.criterion.set_id for entry in session.scalars(select(ScoreEntry))}
    assert sets == {number}
