"""What agencies do beside their verdicts: evidence of their own, checks on a system, rechecks; who reads it when."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from app.db.agency_acts import Recheck
from app.db.audit import AuditEvent
from app.db.criteria import Criterion
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import DomainError, Forbidden, InputInvalid, NotFound, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.rechecks import Minutes
from app.domain.terms import GroupAction, RecheckStatus
from app.services.agency_evidence import (
    Check,
    FileSaid,
    add_check,
    add_file,
    agency_evidence_of,
    open_agency_file,
)
from app.services.pdf_files import FileOffered
from app.services.rechecks import (
    answer_recheck,
    ask_recheck,
    order_recheck,
    rechecks_of_group,
    rechecks_of_sheet,
    record_recheck,
)
from tests.services.evidence_steps import LOCK, SHEET
from tests.services.flow import FULL, Flow, start

PDF = b"%PDF-1.4\nx\n%%EOF\n"
DAY = dt.timedelta(days=1)
FINDING = "Hồ sơ 12 chưa cập nhật"


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """XM01 has sent; the first appraisal is open."""
    made = start(tmp_path)
    made.fill(SHEET, FULL)
    made.send(SHEET)
    made.now = LOCK
    made.group(GroupAction.OPEN_FIRST_APPRAISAL)
    return made


def bring(flow: Flow, who: str = "tham_dinh_pnv", body: bytes = PDF, subject: str = "Sổ theo dõi") -> int:
    offered, actor = FileOffered(BytesIO(body), "so theo doi.pdf"), flow.who(who)
    said = FileSaid(subject, "9/PNV")
    return add_file(flow.world.sheets[SHEET], "1.5", offered, said, store=flow.blobs, actor=actor, clock=flow.clock)


def check(flow: Flow, on: dt.date = dt.date(2024, 11, 25), system: str = "Hệ thống một cửa") -> int:
    actor = flow.who("tham_dinh_pnv")
    return add_check(flow.world.sheets[SHEET], "1.5", Check(system, on, FINDING), actor=actor, clock=flow.clock)


def read(flow: Flow, who: str) -> list[str] | str:
    try:
        found = agency_evidence_of(flow.world.sheets[SHEET], actor=flow.who(who), clock=flow.clock)
    except DomainError as refused:
        return refused.code
    return [line.subject or line.finding for line in found]


def opens(flow: Flow, number: int, who: str) -> bool:
    try:
        open_agency_file(number, store=flow.blobs, actor=flow.who(who), clock=flow.clock)[0].close()
    except NotFound:
        return False
    return True


def test_the_unit_reads_what_the_agency_holds_from_the_release_another_unit_never(flow: Flow) -> None:
    number = bring(flow)
    check(flow)
    both, unit = ["Sổ theo dõi", FINDING], ("can_bo_01", "dau_moi_01", "thu_truong_01")
    for who in ("tham_dinh_pnv", "thu_ky", "chu_tich_hd", "kiem_toan"):
        assert (read(flow, who), opens(flow, number, who)) == (both, True), who
    for who in unit:
        assert (read(flow, who), opens(flow, number, who)) == ([], False), who
    strangers = ("can_bo_02", "dau_moi_02", "tham_dinh_khac", "quan_tri")
    for who in strangers:
        assert (read(flow, who), opens(flow, number, who)) == ("assessment_unknown", False), who
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    for who in unit:
        assert (read(flow, who), opens(flow, number, who)) == (both, True), who
    for who in strangers:
        assert (read(flow, who), opens(flow, number, who)) == ("assessment_unknown", False), who


def test_only_the_agency_of_the_leaf_adds_and_nothing_half_said_is_kept(flow: Flow) -> None:
    for who in ("can_bo_01", "thu_ky", "kiem_toan"):
        with pytest.raises((Forbidden, NotFound)):
            bring(flow, who)
    with pytest.raises(NotFound):
        bring(flow, "tham_dinh_khac")
    for body, subject, code in (
        (b"MZ", "Sổ", "file_not_pdf"),
        (PDF[:-6], "Sổ", "file_cut_off"),
        (PDF, " ", "agency_subject_missing"),
        (PDF, "Sổ\nmật khẩu: abc", "password_not_wanted"),
    ):
        with pytest.raises(DomainError, match=code):
            bring(flow, body=body, subject=subject)
    with pytest.raises(InputInvalid, match="check_day_future"):
        check(flow, dt.date(2024, 11, 26))
    with pytest.raises(InputInvalid, match="system_name_missing"):
        check(flow, system=" ")
    assert read(flow, "tham_dinh_pnv") == []
    check(flow)
    with reading() as session:
        added = select(AuditEvent.new).where(AuditEvent.action == "agency_evidence_added")
        new = session.scalars(added).one()
    assert new is not None
    assert new["system_name"] == "Hệ thống một cửa"
    with pytest.raises(Exception, match="append_only"), unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.execute(text("DELETE FROM agency_evidence"))


def statuses(flow: Flow, who: str) -> list[tuple[RecheckStatus, str]]:
    rows = rechecks_of_sheet(flow.world.sheets[SHEET], actor=flow.who(who), clock=flow.clock)
    return [(row.status, row.finding) for row in rows]


MINUTES = Minutes("05/BB-KT", dt.date(2024, 11, 25), "Đại diện đơn vị; chuyên viên thẩm định", "Sổ khớp báo cáo")


def test_an_ordered_recheck_is_told_at_once_and_its_finding_read_from_the_release(flow: Flow) -> None:
    sheet, appraiser = flow.world.sheets[SHEET], flow.who("tham_dinh_pnv")
    with pytest.raises(InputInvalid, match="recheck_day_past"):
        order_recheck(sheet, "1.5", "Đối chiếu sổ", dt.date(2024, 11, 24), actor=appraiser, clock=flow.clock)
    for who in ("can_bo_01", "tham_dinh_khac", "kiem_toan"):
        with pytest.raises((Forbidden, NotFound)):
            order_recheck(sheet, "1.5", "x", dt.date(2024, 11, 25), actor=flow.who(who), clock=flow.clock)
    number = order_recheck(sheet, "1.5", "Đối chiếu sổ", dt.date(2024, 11, 25), actor=appraiser, clock=flow.clock)
    with reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == NoticeKind.RECHECK_ORDERED))
        told = {row.user.username for row in rows}
    assert told == {"can_bo_01", "tong_hop_01", "dau_moi_01", "thu_truong_01", "thu_ky"}
    record_recheck(number, MINUTES, actor=appraiser, clock=flow.clock)
    with pytest.raises(TransitionRefused, match="recheck_not_ordered"):
        record_recheck(number, MINUTES, actor=appraiser, clock=flow.clock)
    assert statuses(flow, "can_bo_01") == [(RecheckStatus.ORDERED, "")]
    assert statuses(flow, "thu_ky") == [(RecheckStatus.RECORDED, "Sổ khớp báo cáo")]
    with pytest.raises(NotFound):
        statuses(flow, "can_bo_02")
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    assert statuses(flow, "can_bo_01") == [(RecheckStatus.RECORDED, "Sổ khớp báo cáo")]
    of_group = rechecks_of_group(flow.world.stage, actor=flow.who("chu_tich_hd"), clock=flow.clock)
    assert [(row.unit, row.code) for row in of_group] == [("Xã mẫu 01", "1.5")]


def test_a_unit_asks_for_a_recheck_while_it_explains_and_is_answered(flow: Flow) -> None:
    """QĐ 1820, Điều 10.3c: also on the unit's own wish."""
    sheet, head = flow.world.sheets[SHEET], flow.who("thu_truong_01")
    with pytest.raises(Forbidden, match="wrong_stage"):
        ask_recheck(sheet, "1.5", "Sổ đã sửa", actor=head, clock=flow.clock)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS, named_seen=True)
    with pytest.raises(Forbidden, match="role_missing"):
        ask_recheck(sheet, "1.5", "Sổ đã sửa", actor=flow.who("can_bo_01"), clock=flow.clock)
    with pytest.raises(InputInvalid, match="recheck_reason_missing"):
        ask_recheck(sheet, "1.5", " ", actor=head, clock=flow.clock)
    with pytest.raises(InputInvalid, match="recheck_leaf_missing"):
        ask_recheck(sheet, "2.1", "x", actor=head, clock=flow.clock)
    first = ask_recheck(sheet, "1.5", "Sổ đã sửa", actor=head, clock=flow.clock)
    second = ask_recheck(sheet, "1.6", "Đếm lại", actor=flow.who("dau_moi_01"), clock=flow.clock)
    secretary, appraiser = flow.who("thu_ky"), flow.who("tham_dinh_pnv")
    with pytest.raises(Forbidden):
        answer_recheck(first, None, "x", actor=head, clock=flow.clock)
    with pytest.raises(NotFound):
        answer_recheck(first, None, "x", actor=flow.who("tham_dinh_khac"), clock=flow.clock)
    with pytest.raises(InputInvalid, match="recheck_refusal_without_reason"):
        answer_recheck(first, None, " ", actor=appraiser, clock=flow.clock)
    with pytest.raises(TransitionRefused, match="recheck_not_ordered"):
        record_recheck(first, MINUTES, actor=appraiser, clock=flow.clock)
    answer_recheck(first, dt.date(2024, 11, 27), "", actor=appraiser, clock=flow.clock)
    answer_recheck(second, None, "Đã đủ căn cứ", actor=secretary, clock=flow.clock)
    with pytest.raises(TransitionRefused, match="recheck_decided"):
        answer_recheck(second, None, "x", actor=secretary, clock=flow.clock)
    rows = rechecks_of_sheet(sheet, actor=flow.who("can_bo_01"), clock=flow.clock)
    assert [(row.code, row.status, row.answer) for row in rows] == [
        ("1.6", RecheckStatus.REFUSED, "Đã đủ căn cứ"),
        ("1.5", RecheckStatus.ORDERED, ""),
    ]
    flow.now = LOCK + 3 * DAY
    with pytest.raises(Forbidden, match="deadline_passed"):
        ask_recheck(sheet, "1.5", "Sổ đã sửa", actor=head, clock=flow.clock)


def test_the_rechecks_of_a_group_are_read_in_as_many_statements_however_many_units(
    flow: Flow, database: Database
) -> None:
    chair, day = flow.who("chu_tich_hd"), flow.now.date() + DAY
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))

    def statements() -> int:
        seen.clear()
        rechecks_of_group(flow.world.stage, actor=chair, clock=flow.clock)
        return len(seen)

    order_recheck(
        flow.world.sheets["XM01"], "1.5", "Đối chiếu sổ", day, actor=flow.who("tham_dinh_pnv"), clock=flow.clock
    )
    one = statements()
    with unit_of_work(actor=None, clock=flow.clock) as work:
        for code in ("1.5", "1.6"):
            leaf = work.session.scalars(select(Criterion).where(Criterion.code == code)).one()
            asked = {"assessment_id": flow.world.sheets["XM02"], "criterion": leaf, "reason": "Đếm lại"}
            work.session.add(Recheck(status=RecheckStatus.ASKED, **asked))
    assert statements() == one
    of_group = rechecks_of_group(flow.world.stage, actor=chair, clock=flow.clock)
    assert [(row.unit, row.code, row.reason) for row in of_group] == [
        ("Xã mẫu 01", "1.5", "Đối chiếu sổ"),
        ("Xã mẫu 02", "1.6", "Đếm lại"),
        ("Xã mẫu 02", "1.5", "Đếm lại"),
    ]
