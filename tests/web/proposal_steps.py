"""Steps before the council: a bonus and an exemption proposed and decided, a report entered, a criterion that cites."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.adjustment_items import AdjustmentItem
from app.db.assessments import Adjustment, Exemption
from app.db.campaigns import Campaign
from app.db.criteria import Criterion
from app.db.criterion_bases import CriterionBasis
from app.db.identity import LegalBasis
from app.db.session import reading, unit_of_work
from app.domain.terms import AdjustmentKind
from app.services.adjustments import ProposeAdjustment, decide_adjustment, propose_adjustment
from app.services.evidence import FileOffered
from app.services.exemptions import decide_exemptions, propose_exemption
from app.services.proposals import CouncilDecision
from app.services.unit_reports import EnterReport, enter_report
from tests.services.flow import Flow
from tests.web.world import World


def cite(session: Session, criterion: Criterion) -> None:
    """Let a criterion of a draft rest on the first legal basis."""
    basis = session.scalars(select(LegalBasis).order_by(LegalBasis.id)).first()
    assert basis is not None
    criterion.bases.append(CriterionBasis(legal_basis=basis, printed="khoản 2 Điều 5"))


def first(model: Any) -> int:
    with reading() as session:
        return int(session.scalars(select(model.id).order_by(model.id)).first() or 0)


def propose(world: World, flow: Flow) -> None:
    """Let the first unit claim a leaf as not applicable and a bonus, and enter its report."""
    sheet, who, clock = world.sheets["XM01"], flow.who("dau_moi_01"), flow.clock
    with unit_of_work(actor=None, clock=clock) as work:
        campaign = work.session.get_one(Campaign, world.campaign)
        campaign.policies = {"report": "after"}
        work.session.add(
            AdjustmentItem(
                campaign=campaign, code="4.1a", kind=AdjustmentKind.BONUS, text="Có phương án", points=Decimal(1)
            )
        )
    propose_adjustment(sheet, ProposeAdjustment(first(AdjustmentItem), {}, "có"), actor=who, clock=clock)
    propose_exemption(sheet, "2.2", "không có", "1/CV", actor=who, clock=clock)
    file = FileOffered(BytesIO(b"%PDF-1.4\n%%EOF\n"), "bc.pdf")
    report = EnterReport("70/BC-UBND", dt.date(2024, 11, 22), "18", {}, file=file)
    enter_report(sheet, report, store=flow.blobs, actor=who, clock=clock)


def decide(world: World, flow: Flow) -> None:
    """Decide what was proposed: the bonus is given, the leaf applies."""
    sheet, chair, clock = world.sheets["XM01"], flow.who("chu_tich_hd"), flow.clock
    given, refused = (
        CouncilDecision(accept=True, document="1/BB", reason="có"),
        CouncilDecision(False, "1/BB", "có cổng"),
    )
    decide_adjustment(sheet, first(Adjustment), given, actor=chair, clock=clock)
    decide_exemptions(sheet, [first(Exemption)], refused, actor=chair, clock=clock)
