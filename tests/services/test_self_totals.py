"""The running total is the sum of the unit's own leaves, whichever of exemption, override, version came first."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from app.db.assessments import Assessment, Receipt
from app.db.session import Database, reading, unit_of_work
from app.services.exemptions import decide_exemptions, exemptions_view, propose_exemption
from app.services.leaf_settings import Grounds, set_override, withdraw_override
from app.services.proposals import CouncilDecision
from app.services.self_totals import recount_totals
from tests.services.flow import FULL, Flow, start
from tests.services.test_leaf_settings import BY, leaf, total
from tests.services.version_steps import adopt, second_version

YES, NO = CouncilDecision(True, "2/BB", "đúng"), CouncilDecision(False, "3/BB", "nhầm")


@pytest.fixture
def flow(database: Database, tmp_path: Path) -> Flow:
    """XM01 claims 18: 1 of them at 1.6, 5 at 1.4."""
    made = start(tmp_path)
    made.fill("XM01", FULL)
    return made


def exempt(flow: Flow, code: str) -> None:
    propose_exemption(flow.world.sheets["XM01"], code, "x", "1/CV", actor=flow.who("can_bo_01"), clock=flow.clock)
    decide(flow, code, YES)


def decide(flow: Flow, code: str, decision: CouncilDecision) -> None:
    sheet, chair = flow.world.sheets["XM01"], flow.who("chu_tich_hd")
    lines = exemptions_view(sheet, actor=chair, clock=flow.clock).lines
    rows = [each.exemption_id for each in lines if each.node.code == code]
    decide_exemptions(sheet, rows, decision, actor=chair, clock=flow.clock)


def override(flow: Flow, code: str) -> None:
    set_override(flow.world.campaign, leaf(flow, code), "", BY, actor=flow.who("to_chuc"), clock=flow.clock)


def withdraw(flow: Flow, code: str) -> None:
    grounds = Grounds("nhầm", "6/QĐ")
    withdraw_override(flow.world.campaign, leaf(flow, code), grounds, actor=flow.who("to_chuc"), clock=flow.clock)


def test_a_leaf_exempted_and_then_given_to_all_leaves_the_total_once(flow: Flow) -> None:
    exempt(flow, "1.6")
    assert total(flow, "XM01") == Decimal(17)
    override(flow, "1.6")
    assert total(flow, "XM01") == Decimal(17)
    withdraw(flow, "1.6")
    assert total(flow, "XM01") == Decimal(17)  # still exempt
    override(flow, "1.6")
    decide(flow, "1.6", NO)
    assert total(flow, "XM01") == Decimal(17)  # no longer exempt, but given to all
    withdraw(flow, "1.6")
    assert total(flow, "XM01") == Decimal(18)


def test_a_version_adopted_counts_neither_what_is_exempt_nor_what_is_given_to_all(flow: Flow) -> None:
    exempt(flow, "1.6")
    override(flow, "1.4")
    assert total(flow, "XM01") == Decimal(12)
    adopt(flow, second_version(flow))
    assert total(flow, "XM01") == Decimal(12)
    flow.send("XM01")
    with reading() as session:
        assert json.loads(session.scalars(select(Receipt.content)).one())["total"] == "12"


def test_totals_that_drifted_are_counted_anew_in_two_statements_however_many(flow: Flow, database: Database) -> None:
    flow.fill("XM02", {"1.4": FULL["1.4"]})
    override(flow, "1.9")
    seen: list[str] = []
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.execute(update(Assessment).values(self_total=Decimal(99)))
        event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
        recount_totals(work.session, list(flow.world.sheets.values()))
        assert len(seen) == 2
    assert (total(flow, "XM01"), total(flow, "XM02")) == (Decimal(17), Decimal(5))
