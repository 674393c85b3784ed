"""What others score has one door each: a figure with its source, a paper sheet that no screen overwrites, nor a screen
by paper."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.db.session import Database
from app.domain.errors import InputInvalid
from app.domain.terms import ScoredBy
from app.services.ballots import EnteredLeaf, ballot_sheet
from app.services.entering_hub import hub
from app.services.external_figures import check_figures, enter_figures
from tests.services.entered_world import begin, line
from tests.services.entering import DAY
from tests.services.flow import Flow
from tests.web import world


@pytest.fixture
def flow(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flow:
    """2.6: a survey whose result is one figure of 100; 2.7: the council counts answers by the rule's own form."""
    answers = [[str(value), str(value)] for value in (1, 2, 3, 4, 5)]
    monkeypatch.setitem(world.LEAVES, "2.6", ("2", {"kind": "external", "scale": "100"}, ScoredBy.SURVEY))
    rule = {"kind": "survey", "weights": answers, "basis": "scaled"}
    monkeypatch.setitem(world.LEAVES, "2.7", ("2", rule, ScoredBy.COUNCIL))
    return begin(monkeypatch, tmp_path)


def of_unit(flow: Flow, code: str) -> EnteredLeaf:
    shown = ballot_sheet(flow.world.sheets["XM01"], actor=flow.who("thu_ky"), clock=flow.clock)
    return next(each for each in shown.entered if each.node.code == code)


def test_every_leaf_others_score_is_entered_somewhere(flow: Flow) -> None:
    shown = hub(flow.world.stage, actor=flow.who("thu_ky"), clock=flow.clock)
    ways = {leaf.node.code: leaf.way for leaf in shown.leaves}
    assert ways == {
        "2.1": "leaders",
        "2.2": "figure",
        "2.3": "survey",
        "2.4": "survey",
        "2.5": "leaders",
        "2.6": "figure",
        "2.7": "rule",
    }


def test_a_survey_s_one_figure_needs_source_day_and_scale(flow: Flow) -> None:
    """87,5 of 100 typed as 8750 earns nothing; 87,5/100 × 2 = 1,75."""
    stage, who, clock = flow.world.stage, flow.who("thu_ky"), flow.clock
    common = {"source": "SIPAS 2024", "on": "20/11/2024"}

    def code_of(value: str, **common: str) -> str:
        (checked,) = check_figures(stage, "2.6", [line(1, "XM01", value=value)], common, actor=who, clock=clock)
        return "" if checked.problem is None else checked.problem.code

    assert code_of("8750", **common) == "figure_above_scale"
    assert code_of("87,5", on="20/11/2024") == "figure_source_missing"
    assert code_of("87,5", source="SIPAS 2024") == "source_day_missing"
    with pytest.raises(InputInvalid, match="lines_refused"):
        enter_figures(stage, "2.6", [line(1, "XM01", value="8750")], common, only_good=False, actor=who, clock=clock)
    assert of_unit(flow, "2.6").points is None
    enter_figures(stage, "2.6", [line(1, "XM01", value="87,5")], common, only_good=False, actor=who, clock=clock)
    read = of_unit(flow, "2.6")
    assert (read.figure, read.points, read.source, read.on) == ("87,5", Decimal("1.75"), "SIPAS 2024", DAY)
