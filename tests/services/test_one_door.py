"""What others score has one door each: a figure with its source, a paper sheet that no screen overwrites, nor a screen
by paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete

from app.db.entering import LeaderSheet
from app.db.session import Database, unit_of_work
from app.domain.errors import Conflict, InputInvalid
from app.domain.terms import ScoredBy
from app.services.ballots import EnteredLeaf, ballot_sheet
from app.services.entering_hub import hub
from app.services.external_figures import check_figures, enter_figures
from app.services.leader_sheet_writing import (
    reopen_leader_sheet,
    save_leader_lines,
    save_my_lines,
    submit_my_sheet,
)
from app.services.leader_sheets import Paper, leader_sheet, my_sheet
from tests.services.entered_world import begin, line
from tests.services.entering import DAY, PAPER
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


def of_leader(flow: Flow, name: str = "lanh_dao_01") -> int:
    return my_sheet(flow.world.stage, actor=flow.who(name), clock=flow.clock).leader_id


def cells(flow: Flow, name: str = "lanh_dao_01") -> dict[str, str]:
    """What stands in the leader's own sheet of XM01."""
    rows = my_sheet(flow.world.stage, actor=flow.who(name), clock=flow.clock).grid.rows
    return dict(next(row.cells for row in rows if row.unit_code == "XM01"))


def type_in(flow: Flow, paper: Paper, **given: str) -> int:
    lines, who = [line(1, "XM01", **given)], flow.who("thu_ky")
    return save_leader_lines(
        flow.world.stage, of_leader(flow), lines, paper, only_good=False, actor=who, clock=flow.clock
    )


def fill(flow: Flow, **given: str) -> None:
    actor = flow.who("lanh_dao_01")
    assert save_my_lines(flow.world.stage, [line(1, "XM01", **given)], actor=actor, clock=flow.clock) == []


def test_paper_does_not_overwrite_what_a_leader_fills_unless_it_takes_its_place(flow: Flow) -> None:
    """The paper is the whole sheet then: the cell filled on screen alone is gone, and the leader's page is locked."""
    fill(flow, c2_1="1", c2_5="6")
    with pytest.raises(Conflict, match="leader_sheet_begun"):
        type_in(flow, PAPER, c2_5="9")
    assert cells(flow) == {"2.1": "1", "2.5": "6"}
    assert leader_sheet(flow.world.stage, of_leader(flow), actor=flow.who("thu_ky"), clock=flow.clock).begun
    assert type_in(flow, replace(PAPER, over_screen=True), c2_5="9") == 1
    assert cells(flow) == {"2.5": "9"}
    assert type_in(flow, PAPER, c2_1="5") == 1  # nothing waits on screen any more
    assert type_in(flow, PAPER, c2_5="") == 1  # a cell typed by mistake is cleared
    assert cells(flow) == {"2.1": "5"}
    with pytest.raises(Conflict, match="leader_sheet_on_paper"):
        fill(flow, c2_1="1")


def test_a_cell_that_counts_without_its_paper_is_not_taken_out_of_the_mean_on_screen(flow: Flow) -> None:
    """As sheets were once typed unit by unit: the secretariat gives it back, or types it with its paper."""
    type_in(flow, PAPER, c2_5="9")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.execute(delete(LeaderSheet))
    mine = my_sheet(flow.world.stage, actor=flow.who("lanh_dao_01"), clock=flow.clock)
    assert mine.grid.refusal == "leader_sheet_on_paper"
    with pytest.raises(Conflict, match="leader_sheet_on_paper"):
        fill(flow, c2_5="1")
    with pytest.raises(Conflict, match="leader_sheet_on_paper"):
        submit_my_sheet(flow.world.stage, gaps_seen=True, actor=flow.who("lanh_dao_01"), clock=flow.clock)
    stage, who = flow.world.stage, flow.who("thu_ky")
    reopen_leader_sheet(stage, of_leader(flow), "không có phiếu giấy", actor=who, clock=flow.clock)
    fill(flow, c2_5="1")
    assert cells(flow) == {"2.5": "1"}
    with pytest.raises(Conflict, match="leader_sheet_open"):
        reopen_leader_sheet(stage, of_leader(flow), "lần nữa", actor=who, clock=flow.clock)
