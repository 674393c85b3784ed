"""Steps of bonus, penalty, exemption and report in the world of the pages, by real service calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.adjustment_items import AdjustmentItem
from app.db.campaigns import Campaign
from app.db.session import reading, unit_of_work
from app.domain.adjustments import ItemMeasure
from app.domain.errors import DomainError
from app.domain.terms import AdjustmentKind, GroupAction
from app.services.adjustments import (
    ProposeAdjustment,
    decide_adjustment,
    propose_adjustment,
)
from app.services.evidence import FileOffered
from app.services.exemptions import decide_exemptions, exemptions_view, propose_exemption
from app.services.proposals import CouncilDecision
from app.services.sheets import sheet
from app.services.unit_reports import (
    EnterReport,
    approve_report,
    enter_report,
)
from tests.services.flow import Flow, start

LOCK = dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC)
YES = CouncilDecision(accept=True, document="05/BB-HĐTĐ", reason="đúng quy định")
NO = CouncilDecision(accept=False, document="05/BB-HĐTĐ", reason="không đủ căn cứ")
#: Quảng Trị 2024, Điều 4
ITEMS = (
    ("4.1a", AdjustmentKind.BONUS, ItemMeasure.FIXED, "1", ""),
    ("4.1b", AdjustmentKind.BONUS, ItemMeasure.COUNT, "0", ">=10: 1"),
    ("4.2a", AdjustmentKind.PENALTY, ItemMeasure.PERCENT, "0", ">30: 1"),
    ("4.2c", AdjustmentKind.PENALTY, ItemMeasure.FIXED, "1", ""),
)


def play(folder: Path) -> Flow:
    """Make the world with the items of Quảng Trị; the report comes before the sheet."""
    made = start(folder)
    add_items(made, report="before", report_missing="block")
    return made


def add_items(flow: Flow, **policies: str) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        campaign.policies = {"bonus_cap": "2", "penalty_cap": "3", **policies}
        for code, kind, measure, points, steps in ITEMS:
            item = AdjustmentItem(campaign=campaign, code=code, kind=kind, text=f"Nguyên văn {code}", measure=measure)
            item.points, item.steps = Decimal(points), steps
            work.session.add(item)


def item(code: str) -> int:
    with reading() as session:
        return session.scalars(select(AdjustmentItem.id).where(AdjustmentItem.code == code)).one()


def propose(flow: Flow, code: str, who: str, **figures: str) -> int:
    command = ProposeAdjustment(item(code), figures, "có tài liệu", "12/BC-UBND")
    return propose_adjustment(flow.world.sheets["XM01"], command, actor=flow.who(who), clock=flow.clock)


def decide(flow: Flow, number: int, decision: CouncilDecision = YES, **figures: str) -> int:
    chair, sheet_id = flow.who("chu_tich_hd"), flow.world.sheets["XM01"]
    return decide_adjustment(sheet_id, number, decision, actor=chair, clock=flow.clock, figures=figures or None)


def exempt(flow: Flow, code: str, unit: str = "XM01", decision: CouncilDecision = YES) -> None:
    sheet_id = flow.world.sheets[unit]
    propose_exemption(sheet_id, code, "không có nhiệm vụ", "1/CV", actor=flow.who("thu_ky"), clock=flow.clock)
    chair = flow.who("chu_tich_hd")
    waiting = [line.exemption_id for line in exemptions_view(sheet_id, actor=chair, clock=flow.clock).lines]
    decide_exemptions(sheet_id, waiting[-1:], decision, actor=chair, clock=flow.clock)


def report(flow: Flow, total: str = "18", unit: str = "XM01", who: str = "dau_moi_01", **totals: str) -> int:
    command = EnterReport(
        number="70/BC-UBND",
        issued_on=dt.date(2024, 11, 22),
        total=total,
        totals={code.replace("_", "."): points for code, points in totals.items()},
        difficulties="thiếu người",
        proposed_grade="Tốt",
        file=FileOffered(BytesIO(b"%PDF-1.4\n%%EOF\n"), "bao cao.pdf"),
    )
    sheet_id, store = flow.world.sheets[unit], flow.blobs
    return enter_report(sheet_id, command, store=store, actor=flow.who(who), clock=flow.clock)


def approved(flow: Flow, **given: str) -> None:
    """Bring the report and have the head approve it: in this campaign nothing is sent before."""
    version = report(flow, **given)
    approve_report(flow.world.sheets["XM01"], version, actor=flow.who("thu_truong_01"), clock=flow.clock)


def refused(act_of: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as met:
        act_of()
    return met.value.code


def conclude(flow: Flow) -> None:
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    view = sheet(flow.world.sheets["XM01"], actor=flow.who("thu_ky"), clock=flow.clock)
    for line in view.own_lines:
        flow.verdict("XM01", line.node.code)
    flow.group(GroupAction.RELEASE_FIRST_RESULTS)
    flow.others("XM01")
    flow.now += dt.timedelta(days=10)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
