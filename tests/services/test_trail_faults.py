"""`flask results verify` against the audit trail: a judgement changed by hand so that it fits its rule is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app.db.session import Database, reading, unit_of_work
from app.domain.terms import GroupAction
from app.services.adjustments import withdraw_adjustment
from app.services.exemptions import exemptions_view, propose_exemption, withdraw_exemption
from app.services.group_context import find_group, group_context
from app.services.leader_sheet_writing import save_my_lines, submit_my_sheet
from app.services.recount import answer_faults
from app.services.survey_tallies import enter_counts
from tests.services.entered_world import begin, enlarge, line, make_vice
from tests.services.entering import enter_figure
from tests.services.flow import FULL, Flow
from tests.services.hands import changed, found_after, hand_in
from tests.services.item_steps import NO, approved, decide, exempt, play, propose
from tests.services.results_world import make_world
from tests.services.test_annulment import faults, unguarded
from tests.services.test_entered import ENTERPRISES, RESIDENTS, survey
from tests.services.version_steps import adopt, change, remove, second_version

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)


def concluded(folder: Path) -> Flow:
    """XM01 judged in every way there is: corrected, exempted, refused, decided anew, withdrawn, counted, scored."""
    flow = play(folder)
    make_vice(flow)
    secretary, sheet = flow.who("thu_ky"), flow.world.sheets["XM01"]
    exempt(flow, "1.6")
    exempt(flow, "1.7", decision=NO)
    propose_exemption(sheet, "1.9", "không có", "1/CV", actor=secretary, clock=flow.clock)
    waiting = exemptions_view(sheet, actor=secretary, clock=flow.clock).lines[-1].exemption_id
    withdraw_exemption(sheet, waiting, actor=secretary, clock=flow.clock)
    flow.fill("XM01", {code: claim for code, claim in FULL.items() if code != "1.6"})
    decide(flow, propose(flow, "4.1a", "dau_moi_01"))
    decide(flow, propose(flow, "4.1b", "dau_moi_01", count="15"), count="12")
    decide(flow, propose(flow, "4.2c", "thu_ky"), NO)
    withdraw_adjustment(
        sheet, propose(flow, "4.2a", "thu_ky", numerator="4", denominator="10"), actor=secretary, clock=flow.clock
    )
    approved(flow, total="17")
    flow.send("XM01")
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        if code == "1.5":
            flow.verdict("XM01", code, claim={"percent": "90"}, reason="theo Kho bạc")
        elif code != "1.6":
            flow.verdict("XM01", code)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    _others(flow)
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    flow.group(GroupAction.CONCLUDE, "chu_tich_hd", document="01/BB-HDTD")
    return flow


def _others(flow: Flow) -> None:
    """Two surveys, one counted twice; a figure; the chairman's sheet is sent, the vice chairman's is not."""
    secretary, stage = flow.who("thu_ky"), flow.world.stage
    enter_figure(flow.world.sheets["XM01"], "2.2", "80", actor=secretary, clock=flow.clock)
    first, second = survey(flow, "Người dân", "15", "12"), survey(flow, "Doanh nghiệp", "6", "5")
    for code in ("2.3", "2.4"):
        enter_counts(first, code, [RESIDENTS], only_good=False, actor=secretary, clock=flow.clock)
    enter_counts(second, "2.3", [ENTERPRISES], only_good=False, actor=secretary, clock=flow.clock)
    flow.now += dt.timedelta(minutes=1)
    again = line(4, "XM01", a1="0", a2="1", a3="2", a4="3", a5="5", returned="12")
    enter_counts(first, "2.3", [again], only_good=False, actor=secretary, clock=flow.clock)
    for who, cells in (("lanh_dao_01", {"c2_1": "5", "c2_5": "8"}), ("pho_chu_tich", {"c2_5": "6,5"})):
        assert save_my_lines(stage, [line(1, "XM01", **cells)], actor=flow.who(who), clock=flow.clock) == []
    flow.now += dt.timedelta(minutes=1)
    submit_my_sheet(stage, gaps_seen=True, actor=flow.who("lanh_dao_01"), clock=flow.clock)


@pytest.fixture
def flow(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flow:
    enlarge(monkeypatch)
    return concluded(tmp_path)


XM01 = "assessment_id = (SELECT a.id FROM assessment a JOIN unit u ON u.id = a.unit_id WHERE u.code = 'XM01')"


def where(code: str, more: str = "") -> str:
    return f"WHERE {XM01} AND criterion_id = (SELECT id FROM criterion WHERE code = '{code}') {more}"


def of_item(code: str) -> str:
    return f"WHERE item_id = (SELECT id FROM adjustment_item WHERE code = '{code}')"


CHAIR = "AND leader_id = (SELECT m.id FROM membership m JOIN ab_user u ON u.id = m.user_id WHERE u.username = '{}')"
#: what a hand does → what is found
EDITED = {
    "a verdict's claim and points": (
        f"""UPDATE verdict SET claim = '{{"percent":"100"}}', points = 40000 {where("1.5")}""",
        (
            'XM01 1.5 verdict of round 1 claim: stored {"percent": "100"}, the audit trail says {"percent": "90"}',
            "XM01 1.5 verdict of round 1 points: stored 4, the audit trail says 3.6",
        ),
    ),
    "a verdict's decision": (
        f"UPDATE verdict SET decision = 'agree', claim = NULL, points = 40000 {where('1.5')}",
        ("XM01 1.5 verdict of round 1 decision: stored agree, the audit trail says disagree",),
    ),
    "a verdict's reason": (
        f"UPDATE verdict SET reason = 'khác' {where('1.5')}",
        ("XM01 1.5 verdict of round 1 reason",),
    ),
    "a verdict's author": (
        f"UPDATE verdict SET author_id = (SELECT min(id) FROM ab_user) {where('1.5')}",
        ("XM01 1.5 verdict of round 1 author",),
    ),
    "a verdict that is gone": (
        f"DELETE FROM verdict {where('1.1')}",
        ("XM01 1.1 verdict of round 1: missing, the audit trail has it",),
    ),
    "a verdict nobody gave": (
        f"UPDATE verdict SET at = '2024-11-30 00:00:00.000000' {where('1.1')}",
        ("XM01 1.1 verdict of round 1: the audit trail knows nothing of it",),
    ),
    "an entered claim and its points": (
        f"""UPDATE entered_claim SET claim = '{{"value":"90"}}', points = 9000 {where("2.2")}""",
        (
            'XM01 2.2 entered claim claim: stored {"value": "90"}, the audit trail says {"value": "80"}',
            "XM01 2.2 entered claim points: stored 0.9, the audit trail says 0.8",
        ),
    ),
    "the document of an entered claim": (
        f"UPDATE entered_claim SET document = 'y' {where('2.2')}",
        ("XM01 2.2 entered claim document: stored y, the audit trail says x",),
    ),
    "an entered claim that is gone": (
        f"DELETE FROM entered_claim {where('2.2')}",
        ("XM01 2.2 entered claim: missing",),
    ),
    "an entered claim nobody entered": (
        f"UPDATE entered_claim SET criterion_id = (SELECT id FROM criterion WHERE code = '2.5') {where('2.2')}",
        ("XM01 2.5 entered claim: the audit trail knows nothing of it",),
    ),
    "a leader's answer": (
        f"UPDATE leader_ballot SET answer = '1' {where('2.1')}",
        ('answer: stored {"answer": "1"}, the audit trail says {"answer": "5"}',),
    ),
    "a leader's points": (
        f"UPDATE leader_ballot SET points = 100000 {where('2.5', CHAIR.format('lanh_dao_01'))}",
        ('answer: stored {"points": "10"}, the audit trail says {"points": "8"}',),
    ),
    "a leader's answer that is gone": (f"DELETE FROM leader_ballot {where('2.1')}", ("XM01 2.1 leader's sheet",)),
    "a sheet that was not sent and counts": (
        f"UPDATE leader_ballot SET draft = FALSE {where('2.5', CHAIR.format('pho_chu_tich'))}",
        ("not sent yet: stored false, the audit trail says true",),
    ),
    "a sheet that was sent and counts no more": (
        f"UPDATE leader_ballot SET draft = TRUE {where('2.5', CHAIR.format('lanh_dao_01'))}",
        ("not sent yet: stored true, the audit trail says false",),
    ),
    "an exemption the council refused": (
        f"UPDATE exemption SET status = 'accepted' {where('1.7')}",
        ("XM01 1.7 exemption status: stored accepted, the audit trail says refused",),
    ),
    "an exemption the council accepted": (
        f"UPDATE exemption SET status = 'refused' {where('1.6')}",
        ("XM01 1.6 exemption status: stored refused, the audit trail says accepted",),
    ),
    "an exemption out of force": (
        f"UPDATE exemption SET in_force = FALSE {where('1.6')}",
        ("XM01 1.6 exemption: missing, the audit trail has it",),
    ),
    "an exemption that was withdrawn": (
        f"UPDATE exemption SET in_force = TRUE, status = 'accepted' {where('1.9')}",
        ("XM01 1.9 exemption: the audit trail knows nothing of it",),
    ),
    "the reason of an exemption": (
        f"UPDATE exemption SET reason = 'khác' {where('1.6')}",
        ("XM01 1.6 exemption reason: stored khác",),
    ),
    "a penalty the council refused": (
        f"UPDATE adjustment SET status = 'accepted' {of_item('4.2c')}",
        ("XM01 4.2c penalty (", "status: stored accepted, the audit trail says refused"),
    ),
    "a bonus the council accepted": (
        f"UPDATE adjustment SET status = 'refused' {of_item('4.1a')}",
        ("status: stored refused, the audit trail says accepted",),
    ),
    "the figures of a bonus": (
        f"""UPDATE adjustment SET claim = '{{"count":"20"}}' {of_item("4.1b")} AND in_force""",
        ('4.1b bonus (3) claim: stored {"count": "20"}, the audit trail says {"count": "12"}',),
    ),
    "the points of a bonus": (
        f"UPDATE adjustment SET points = 5000 {of_item('4.1a')}",
        ("points: stored 0.5, the audit trail says 1",),
    ),
    "a bonus out of force": (
        f"UPDATE adjustment SET in_force = FALSE {of_item('4.1a')}",
        ("status: stored withdrawn, the audit trail says accepted",),
    ),
    "a bonus out of force behind another item": (
        f"UPDATE adjustment SET in_force = (id <> 1), supersedes_id = 3 - 2 * (id / 3) {of_item('4.1a')} OR id = 3",
        ("XM01 4.1a bonus (1) status: stored withdrawn, the audit trail says accepted",),
    ),
    "a bonus that was decided anew": (
        f"UPDATE adjustment SET in_force = TRUE, status = 'accepted' {of_item('4.1b')}",
        ("XM01 4.1b bonus (2) in force: stored true, the audit trail says false",),
    ),
    "a penalty that was withdrawn": (
        f"UPDATE adjustment SET in_force = TRUE, status = 'accepted' {of_item('4.2a')}",
        ("status: stored accepted, the audit trail says withdrawn",),
    ),
    "a bonus that is gone": (f"DELETE FROM adjustment {of_item('4.1a')}", ("XM01 4.1a bonus (1): missing",)),
    "counts of a survey": (
        f"""UPDATE survey_tally SET counts = '{{"5":10}}' {where("2.4")}""",
        ("XM01 2.4 counts of survey Điều tra Người dân people by answer: stored",),
    ),
    "counts that are gone": (f"DELETE FROM survey_tally {where('2.4')}", ("XM01 2.4 counts of survey",)),
    "counts that speak no more": (
        f"UPDATE survey_tally SET superseded_at = at {where('2.4')}",
        ("XM01 2.4 counts of survey Điều tra Người dân until: stored",),
    ),
    "a survey withdrawn": (
        "UPDATE survey SET withdrawn_at = at",
        ("survey Điều tra Người dân withdrawn: stored true, the audit trail says false",),
    ),
    "sheets of a survey": ("UPDATE survey SET returned = 6", ("survey Điều tra Người dân returned: stored 6",)),
}


def test_every_judgement_changed_by_hand_is_named(flow: Flow) -> None:
    flow.group_to_published()
    assert faults(flow) == []
    missed = {}
    for name, (statement, expected) in EDITED.items():
        found = found_after(flow, statement)
        if not all(any(words in each for each in found) for words in expected):
            missed[name] = found
    assert missed == {}
    assert faults(flow) == []


def test_what_was_changed_before_publication_is_published_and_found(flow: Flow) -> None:
    """The edition agrees with the rows it was made from: only the trail knows better."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        unguarded(work.session, "verdict")
        for name in (
            "a verdict's claim and points",
            "an exemption the council refused",
            "a penalty the council refused",
        ):
            work.session.execute(text(EDITED[name][0]))
    flow.group_to_published()
    found = faults(flow)
    assert [words.split(" edition 1: ")[1] for words in found] == [
        'XM01 1.5 verdict of round 1 claim: stored {"percent": "100"}, the audit trail says {"percent": "90"}',
        "XM01 1.5 verdict of round 1 points: stored 4, the audit trail says 3.6",
        "XM01 1.7 exemption status: stored accepted, the audit trail says refused",
        "XM01 4.2c penalty (4) status: stored accepted, the audit trail says refused",
    ]


def raw_faults(flow: Flow, *statements: str) -> list[str]:
    with hand_in() as session:
        changed(session, *statements)
        context = group_context(session, find_group(session, flow.world.stage), flow.now)
        return answer_faults(session, context)


def test_what_others_entered_is_followed_to_the_leaves_of_another_version(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2.2 is worth 2 then, 2.4 becomes 2.6 and 1.6 is gone; the adoption itself writes no event of a figure."""
    flow = begin(monkeypatch, tmp_path)
    exempt(flow, "1.6")
    exempt(flow, "1.7")
    _others(flow)
    second = second_version(flow)
    change(flow, second, "2.2", maximum=Decimal(2))
    change(flow, second, "2.4", code="2.6")
    change(flow, second, "2", maximum=Decimal(21))
    remove(flow, second, "1.6")
    adopt(flow, second)
    assert raw_faults(flow) == []
    new = f"(SELECT id FROM criterion WHERE set_id = {second} AND code = '%s')"
    for statement, expected in (
        (f"UPDATE entered_claim SET points = 8000 WHERE criterion_id = {new % '2.2'}", "2.2 entered claim points"),
        (f"DELETE FROM entered_claim WHERE criterion_id = {new % '2.6'}", "2.6 entered claim: missing"),
        (f"DELETE FROM leader_ballot WHERE criterion_id = {new % '2.1'}", "2.1 leader's sheet"),
        (f"DELETE FROM leader_ballot WHERE criterion_id = {new % '2.5'} AND NOT draft", "2.5 leader's sheet"),
        (f"DELETE FROM survey_tally WHERE criterion_id = {new % '2.6'}", "2.6 counts of survey"),
        (f"UPDATE exemption SET status = 'refused' WHERE criterion_id = {new % '1.7'}", "1.7 exemption status"),
        ("DELETE FROM adopted_sheet", "sheet kept of an earlier version (1): missing"),
    ):
        found = raw_faults(flow, statement)
        assert any(expected in words for words in found), (statement, found)


def test_a_take_back_that_does_not_say_whose_leaves_no_false_finding(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two leaders gave 8 points; the older trail says one took it back, not which."""
    flow = begin(monkeypatch, tmp_path)
    for who, cells in (("lanh_dao_01", "8"), ("pho_chu_tich", "8"), ("lanh_dao_01", "")):
        lines = [line(1, "XM01", c2_5=cells)]
        assert save_my_lines(flow.world.stage, lines, actor=flow.who(who), clock=flow.clock) == []
    older = "UPDATE audit_event SET old = json_remove(old, '$.leader'), new = json_remove(new, '$.draft')"
    assert raw_faults(flow) == []
    with hand_in() as session:
        unguarded(session, "audit_event")
        changed(session, f"{older} WHERE action = 'ballot_entered'")
        context = group_context(session, find_group(session, flow.world.stage), flow.now)
        assert answer_faults(session, context) == []
        changed(session, "UPDATE leader_ballot SET points = 90000")
        assert len(answer_faults(session, context)) == 1


def test_raw_answers_are_checked_in_as_many_statements_however_many_units(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = make_world(tmp_path).published()
    seen: list[str] = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))

    def statements(sheets: int) -> int:
        with reading() as session:
            context = group_context(session, find_group(session, played.stage), played.now)
            some = dict(list(context.assessments.items())[:sheets])
            seen.clear()
            assert answer_faults(session, replace(context, assessments=some)) == []
            return len(seen)

    assert statements(1) == statements(4) <= 16
