"""The second round, the secretariat's board and the council's meeting. Sources 000 (2b), 002 Đ5 (3–5), Đ11."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from app.db.audit import AuditEvent
from app.db.notices import Notice
from app.db.session import Database, reading
from app.domain.errors import Conflict, DomainError, Forbidden, InputInvalid, NotFound
from app.domain.terms import GroupAction, LeafStanding
from app.reports.papers import pdf, xlsx
from app.services.agency_progress import chase
from app.services.disagreements import disagreements, open_points
from app.services.matrix import Matrix, cell_view, matrix
from app.services.office_papers import council_document, matrix_document
from app.services.verdict_marks import Minutes
from tests.services.evidence_steps import case
from tests.services.flow import FULL, Flow, start
from tests.services.office_steps import CLOSING, both_sent, by_council, closing, contested, staff

MINUTES = Minutes("05/BB-HĐTĐ", dt.date(2024, 12, 20))


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return staff(start(tmp_path))


def board(flow: Flow, *, deep: bool | None = None) -> Matrix:
    return matrix(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock, deep=deep)


def test_the_board_tells_self_both_rounds_and_the_end_apart(flow: Flow) -> None:
    """18 claimed; 1.5 cut from 4 to 3,6 and contested, then 3,8: 17,6 after round 1, 17,8 after round 2.

    With 1 (leaders) and 0,8 (portal) 19,6 in the end.
    """
    contested(flow)
    shown = board(flow, deep=False)
    assert [(field.code, field.leaves, field.maximum) for field in shown.fields] == [
        ("1", 9, Decimal(18)),
        ("2", 2, Decimal(2)),
    ]
    first, second = shown.rows
    assert (first.unit, first.sent, second.unit, second.sent) == ("Xã mẫu 01", True, "Xã mẫu 02", False)
    own, others = first.cells
    assert (own.figures.own, own.figures.first, own.figures.second) == (Decimal(18), Decimal("17.6"), None)
    assert (own.marks.disagreed, own.marks.undecided, others.marks.missing) == (1, 0, 2)
    assert (others.figures.own, first.total.figures.final, first.difference) == (None, None, Decimal("-0.4"))
    flow.verdict("XM01", "1.5", said=1, claim={"percent": "95"}, reason="một phần")
    flow.others("XM01")
    total = board(flow).rows[0].total.figures
    assert (total.second, total.final) == (Decimal("17.8"), Decimal("19.6"))
    assert [field.code for field in board(flow).fields] == [*FULL, "2.1", "2.2"]
    cell = cell_view(flow.world.stage, flow.world.sheets["XM01"], "1.5", actor=flow.who("thu_ky"), clock=flow.clock)
    leaf = cell.leaves[0]
    figures = (leaf.figures.own, leaf.figures.first, leaf.figures.second, leaf.figures.final)
    assert figures == (Decimal(4), Decimal("3.6"), Decimal("3.8"), Decimal("3.8"))
    assert (leaf.agency, leaf.standing, len(leaf.verdicts)) == ("Phòng Nội vụ", LeafStanding.FINAL, 2)
    for stranger in ("can_bo_01", "thu_truong_01", "tham_dinh_pnv"):
        with pytest.raises(NotFound, match="group_unknown"):
            matrix(flow.world.stage, actor=flow.who(stranger), clock=flow.clock)


def test_the_board_goes_into_a_workbook_as_figures(flow: Flow) -> None:
    contested(flow)
    book = load_workbook(BytesIO(xlsx(matrix_document(board(flow, deep=False), str), sheet_name="b")))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=5)]
    # unit; of part 1: self, round 1, round 2, the end as it would fall back (18 − 0,4); of part 2 nothing yet; total
    assert rows[0][:13] == ["Xã mẫu 01", 18, 17.6, None, 17.6, None, None, None, None, 18, 17.6, None, None]
    assert rows[0][13:17] == [0, 1, 0, 0]
    assert rows[1][:2] == ["Xã mẫu 02", None]


def test_the_second_round_lists_both_sides_and_each_agency_its_own(flow: Flow) -> None:
    contested(flow)
    shown = disagreements(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    point = shown.points[0]
    assert [(each.unit, each.node.code) for each in shown.points] == [("Xã mẫu 01", "1.5")]
    assert (point.pinned.points, point.replies, point.standing) == (
        Decimal(4),
        ("Kho bạc tính thiếu",),
        LeafStanding.CONTESTED,
    )
    assert point.first is not None
    assert (point.first.points, point.first.reason, point.second) == (Decimal("3.6"), "theo Kho bạc", None)
    agency = flow.world.units["TTH"]
    other = disagreements(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock, agency_id=agency)
    assert other.points == ()
    own = disagreements(flow.world.stage, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    assert [each.node.code for each in own.points] == ["1.5"]
    assert [(each.agency, each.leaves, each.undecided) for each in own.progress] == [("Phòng Nội vụ", 1, 1)]
    # who is of the unit reads no verdict of it here; another agency, and the units, find nothing
    assert disagreements(flow.world.stage, actor=flow.who("tham_dinh_xm01"), clock=flow.clock).points == ()
    for stranger in ("tham_dinh_khac", "can_bo_01", "thu_truong_01"):
        with pytest.raises(NotFound, match="group_unknown"):
            disagreements(flow.world.stage, actor=flow.who(stranger), clock=flow.clock)
    flow.verdict("XM01", "1.5", said=1, claim={"percent": "95"}, reason="một phần")
    after = disagreements(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert [(each.open, each.second and each.second.points) for each in after.points] == [(False, Decimal("3.8"))]
    assert after.progress[0].undecided == 0


def test_late_agencies_are_chased_at_most_once_an_hour(flow: Flow) -> None:
    """Two units with nine leaves each; one is judged: 17 are owed, and overdue from the closing instant on."""
    both_sent(closing(flow))
    flow.verdict("XM01", "1.1")
    progress = board(flow).progress
    assert [(each.leaves, each.judged, each.undecided, each.overdue) for each in progress] == [(18, 1, 17, 0)]
    flow.now = CLOSING
    assert board(flow).progress[0].overdue == 17
    secretary = flow.who("thu_ky")
    assert chase(flow.world.stage, None, actor=secretary, clock=flow.clock) == ("Phòng Nội vụ",)
    flow.now = CLOSING + dt.timedelta(minutes=59, seconds=59)
    for agency in (None, flow.world.units["PNV"]):
        with pytest.raises(Conflict, match="chased_recently"):
            chase(flow.world.stage, agency, actor=secretary, clock=flow.clock)
    flow.now = CLOSING + dt.timedelta(hours=1)
    chase(flow.world.stage, flow.world.units["PNV"], actor=secretary, clock=flow.clock)
    with pytest.raises(InputInvalid, match="nothing_to_chase"):
        chase(flow.world.stage, flow.world.units["TTH"], actor=secretary, clock=flow.clock)
    with pytest.raises(Forbidden, match="role_missing"):
        chase(flow.world.stage, None, actor=flow.who("chu_tich_hd"), clock=flow.clock)
    with pytest.raises(NotFound):
        chase(flow.world.stage, None, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    with reading() as session:
        told = session.execute(select(Notice.user_id, Notice.facts).where(Notice.kind == "verdicts_chased")).all()
        logged = select(AuditEvent).where(AuditEvent.action == "verdicts_chased")
        assert [row.new["undecided"] for row in session.scalars(logged)] == [17, 17]
    people = {flow.world.users[name] for name in ("tham_dinh_pnv", "tham_dinh_hai", "tham_dinh_xm01")}
    assert {user for user, _ in told} == people
    assert len(told) == 6
    assert told[0].facts == {"agency": "Phòng Nội vụ", "group": "Xã", "count": 17}


def test_the_council_decides_with_minutes_and_they_stand_by_the_verdict(flow: Flow) -> None:
    contested(by_council(flow))
    shown = open_points(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    assert [(each.node.code, each.refusal) for each in shown.points] == [("1.5", None)]
    assert shown.progress == ()  # no agency owes the second round here
    more = {"claim": {"percent": "95"}, "reason": "Hội đồng chấp nhận một phần"}
    for minutes, code in ((None, "minutes_missing"), (Minutes("x" * 65, MINUTES.on), "minutes_number_too_long")):
        with pytest.raises(InputInvalid, match=code):
            flow.verdict("XM01", "1.5", said=1, who="thu_ky", minutes=minutes, **more)
    with pytest.raises(DomainError, match="second_round_by_agency"):
        flow.verdict("XM01", "1.5", said=1, minutes=MINUTES, **more)
    with pytest.raises(Forbidden, match="own_unit_refused"):
        flow.verdict("XM01", "1.5", said=1, who="thu_ky_xm01", minutes=MINUTES, **more)
    own = open_points(flow.world.stage, actor=flow.who("thu_ky_xm01"), clock=flow.clock)
    assert [each.refusal for each in own.points] == ["own_unit_refused"]
    flow.verdict("XM01", "1.5", said=1, who="thu_ky", minutes=MINUTES, **more)
    assert case(flow, "1.5").verdicts[-1].minutes == MINUTES
    assert open_points(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock).points == ()
    with reading() as session:
        last = select(AuditEvent).where(AuditEvent.action == "verdict_given").order_by(AuditEvent.id.desc()).limit(1)
        new = session.scalars(last).one().new
    assert (new["minutes_number"], new["minutes_on"]) == ("05/BB-HĐTĐ", "2024-12-20")


def test_the_councils_points_go_on_paper_and_only_to_the_council(flow: Flow) -> None:
    contested(flow)
    with pytest.raises(NotFound, match="group_unknown"):  # agencies decide the second round here
        open_points(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    by_council(flow)
    for stranger in ("tham_dinh_pnv", "can_bo_01"):
        with pytest.raises(NotFound, match="group_unknown"):
            open_points(flow.world.stage, actor=flow.who(stranger), clock=flow.clock)
    shown = open_points(flow.world.stage, actor=flow.who("chu_tich_hd"), clock=flow.clock)
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf(council_document(shown, str)))).pages)
    printed = " ".join(words.split())
    assert [part for part in ("Xã mẫu 01", "theo Kho bạc", "Kho bạc tính") if part not in printed] == []


def test_nobody_appraises_the_own_unit_whatever_the_role(flow: Flow) -> None:
    both_sent(flow)
    with pytest.raises(NotFound, match="assessment_unknown"):  # before the release there is nothing for them to read
        flow.verdict("XM01", "1.2", who="tham_dinh_xm01")
    flow.verdict("XM02", "1.2", who="tham_dinh_xm01")
    with pytest.raises(DomainError, match="undecided_leaves_named"):
        flow.group(GroupAction.RELEASE_FIRST_RESULTS)
