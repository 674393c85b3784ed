"""The signed report: asked for, compared, pinned, late; versions stay. XM01 claims 18 of its 18 points."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment, Receipt
from app.db.campaigns import Campaign, Phase
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import InputInvalid, NotFound, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.terms import PhaseKind, UnitAction
from app.services.report_review import report_review
from app.services.submissions import act, review_sheet
from app.services.unit_reports import (
    approve_report,
    explain_difference,
    open_report,
    report_view,
)
from tests.services.flow import FULL, Flow, start
from tests.services.item_steps import play, refused, report


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    return play(tmp_path)


def test_a_report_is_asked_for_compared_pinned_and_kept_version_by_version(flow: Flow) -> None:
    sheet_id, unit = flow.world.sheets["XM01"], flow.who("dau_moi_01")
    flow.fill("XM01", FULL | {"1.3": {"numerator": "1", "denominator": "10"}})  # 10% earns 0 of 2: 16 of 18
    assert "no_report" in {each.code for each in review_sheet(sheet_id, actor=unit, clock=flow.clock).findings}
    with pytest.raises(TransitionRefused, match="support_policy_met"):
        flow.send("XM01")
    assert report(flow, total="18", **{"1": "18"}) == 1
    beside = report_review(sheet_id, actor=unit, clock=flow.clock)
    assert beside.comparison is not None
    (differs,) = beside.comparison.differing
    assert (differs.node.code, differs.difference, differs.causes[0].codes, differs.unexplained) == (
        "1",
        Decimal(-2),
        ("1.3",),
        Decimal(0),
    )
    explain_difference(sheet_id, "1", "số liệu 1.3 sửa sau khi ký", actor=unit, clock=flow.clock)
    approve_report(sheet_id, 1, actor=flow.who("thu_truong_01"), clock=flow.clock)
    assert {each.code for each in review_sheet(sheet_id, actor=unit, clock=flow.clock).findings} >= {"report_differs"}
    act(sheet_id, UnitAction.SUBMIT, actor=unit, clock=flow.clock)
    assert report(flow, total="16") == 2
    with reading() as session:
        pinned = json.loads(session.scalars(select(Receipt.content)).one())["report"]
        assert (pinned["version"], pinned["total"], pinned["totals"]) == (1, "18", {"1": "18"})
        assert session.get_one(Assessment, sheet_id).proposed_grade == "Tốt"
    versions = report_view(sheet_id, actor=flow.who("kiem_toan"), clock=flow.clock).versions
    assert [(each.version, each.total, each.approved_by) for each in versions] == [
        (2, Decimal(16), ""),
        (1, Decimal(18), "thu_truong_01"),
    ]
    stream, name, _size = open_report(sheet_id, 1, store=flow.blobs, actor=flow.who("tham_dinh_pnv"), clock=flow.clock)
    with stream:
        assert (stream.read(5), name) == (b"%PDF-", "bao cao.pdf")
    for stranger in ("dau_moi_02", "tham_dinh_khac", "to_chuc"):
        with pytest.raises(NotFound):
            open_report(sheet_id, 1, store=flow.blobs, actor=flow.who(stranger), clock=flow.clock)


def test_a_late_report_is_marked_or_refused_as_the_campaign_says(flow: Flow) -> None:
    """Định Hóa 2024, 1 e: the report is due in the day of 22/11/2024; the sheet itself until 25/11 17:00."""
    due = dt.datetime(2024, 11, 22, 17, 0, tzinfo=dt.UTC)  # 24:00 of 22/11 in Vietnam
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.add(Phase(campaign_id=flow.world.campaign, kind=PhaseKind.REPORT_DUE, closes_at=due))
    flow.now = due - dt.timedelta(seconds=1)
    report(flow)
    flow.now = due
    report(flow)
    unit, sheet_id = flow.who("dau_moi_01"), flow.world.sheets["XM01"]
    assert [each.late for each in report_view(sheet_id, actor=unit, clock=flow.clock).versions] == [True, False]
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(Campaign, flow.world.campaign).policies = {"report": "after", "report_late": "block"}
    assert refused(lambda: report(flow)) == "report_too_late"
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(Campaign, flow.world.campaign).policies = {}
    assert refused(lambda: report(flow)) == "report_not_asked"


def test_the_head_is_told_of_every_version_that_waits_for_approval(flow: Flow) -> None:
    report(flow)
    report(flow, who="thu_truong_01")  # the head's own: nobody else approves it
    with reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == NoticeKind.REPORT_TO_APPROVE)).all()
        told = [(row.user.username, row.path) for row in rows]
    assert told == [("thu_truong_01", f"/sheets/{flow.world.sheets['XM01']}/report")]


@pytest.mark.parametrize(
    ("total", "totals", "code", "field"),
    [
        ("20,5", {}, "report_above_maximum", "total"),
        ("bảy", {}, "not_a_number", "total"),
        ("18", {"1": "18,5"}, "report_above_maximum", "points.1"),
        ("18", {"7": "1"}, "report_criterion_unknown", "points.7"),
    ],
)
def test_a_figure_of_the_report_is_refused_at_its_field(
    sqlite_database: Database, tmp_path: Path, total: str, totals: dict[str, str], code: str, field: str
) -> None:
    flow = start(tmp_path)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(Campaign, flow.world.campaign).policies = {"report": "after"}
    with pytest.raises(InputInvalid, match=code) as met:
        report(flow, total, **totals)
    assert met.value.details["field"] == field
