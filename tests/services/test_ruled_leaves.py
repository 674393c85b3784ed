"""What the council scores by a rule of more than one figure: unit by unit, on the form of the rule, with minutes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.db.session import Database
from app.domain.errors import Forbidden, InputInvalid, NotFound
from app.domain.terms import ScoredBy
from app.services.entering_hub import hub
from app.services.supplements import enter_supplement, supplement_case, supplement_view
from tests.services.flow import Flow, start
from tests.web import world as pages_world

DEDUCTION = {"kind": "deduction", "threshold": "99", "start": None, "each": "0.5", "floor": "0", "cut_off": 2}
BEST = {"kind": "choice", "options": [["1", "Sổ", "2"], ["2", "Bảng", "1"], ["3", "Không", "0"]], "pick": "best"}
ONE_FAULT = {"numerator": "99", "denominator": "100", "faults": "1"}


@pytest.fixture
def flow(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flow:
    monkeypatch.setitem(pages_world.LEAVES, "2.6", ("1", DEDUCTION, ScoredBy.COUNCIL))
    monkeypatch.setitem(pages_world.LEAVES, "2.7", ("2", BEST, ScoredBy.EXTERNAL))
    return start(tmp_path)


def enter(flow: Flow, code: str, claim: dict[str, object], document: str = "3/BB", who: str = "thu_ky") -> Decimal:
    sheet = flow.world.sheets["XM01"]
    return enter_supplement(sheet, code, claim, document, actor=flow.who(who), clock=flow.clock)


def test_each_unit_has_its_own_form_before_it_has_sent_anything(flow: Flow) -> None:
    """One fault on 99 of 100: 1 − 0,5 = 0,5; the best of two options marked: 2."""
    ways = {
        leaf.node.code: leaf.way for leaf in hub(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock).leaves
    }
    assert (ways["2.2"], ways["2.6"], ways["2.7"]) == ("figure", "rule", "rule")
    view = supplement_view(flow.world.stage, "2.6", actor=flow.who("thu_ky"), clock=flow.clock)
    assert ([line.unit_code for line in view.lines], view.waiting, view.due_later) == (["XM01", "XM02"], 2, False)
    assert enter(flow, "2.6", ONE_FAULT) == Decimal("0.5")
    assert enter(flow, "2.7", {"options": ["1", "2"]}) == Decimal(2)
    case = supplement_case(flow.world.sheets["XM01"], "2.6", actor=flow.who("kiem_toan"), clock=flow.clock)
    assert (case.claim, case.line.given, case.line.document) == (ONE_FAULT, Decimal("0.5"), "3/BB")
    ends = {
        leaf.node.code: leaf.done for leaf in hub(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock).leaves
    }
    assert (ends["2.6"], ends["2.7"]) == (1, 1)


def test_who_may_not_and_what_it_rests_on(flow: Flow) -> None:
    with pytest.raises(InputInvalid, match="council_minutes_missing"):
        enter(flow, "2.6", ONE_FAULT, document=" ")
    with pytest.raises(Forbidden):
        enter(flow, "2.6", ONE_FAULT, who="chu_tich_hd")
    with pytest.raises(NotFound):
        enter(flow, "2.6", ONE_FAULT, who="can_bo_01")
    with pytest.raises(NotFound, match="leaf_not_awaited"):
        enter(flow, "2.2", {"value": "80"})
