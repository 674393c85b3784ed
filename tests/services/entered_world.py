"""The world of the pages with criteria that surveys, leaders and the council score, and a second leader."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.identity import Membership
from app.db.session import unit_of_work
from app.domain.entered_lines import Line
from app.domain.terms import LeaderKind, Role, ScoredBy
from tests.services.flow import Flow, start
from tests.web import world

ANSWERS = [[str(value), str(value)] for value in (1, 2, 3, 4, 5)]
#: code → maximum, rule, scorer; 2.3 reads the printed formula scaled, 2.4 as the mean itself
OTHERS = {
    "2.3": ("4", {"kind": "survey", "weights": ANSWERS, "basis": "scaled"}, ScoredBy.SURVEY),
    "2.4": ("4", {"kind": "survey", "weights": ANSWERS, "basis": "mean"}, ScoredBy.SURVEY),
    "2.5": ("10", {"kind": "ballots", "weights": {"chairman": "2", "vice_chairman": "1"}}, ScoredBy.LEADERS),
}


def enlarge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the world to be built the criteria of OTHERS, and a vice chairman."""
    for code, leaf in OTHERS.items():
        monkeypatch.setitem(world.LEAVES, code, leaf)
    monkeypatch.setitem(world.PEOPLE, "pho_chu_tich", (Role.LEADER, None, True, False))


def make_vice(flow: Flow) -> None:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        held = select(Membership).where(Membership.user_id == flow.world.users["pho_chu_tich"])
        work.session.scalars(held).one().leader_kind = LeaderKind.VICE_CHAIRMAN


def begin(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Flow:
    enlarge(monkeypatch)
    flow = start(folder)
    make_vice(flow)
    return flow


def line(number: int, unit: str, **cells: str) -> Line:
    """Return a line; `a5` is the cell of answer 5, `c2_1` that of criterion 2.1."""

    def key(name: str) -> str:
        if name[0] == "a" and name[1:].isdigit():
            return name[1:]
        return name[1:].replace("_", ".") if name[0] == "c" and name[1:2].isdigit() else name

    return Line(number, unit, {key(name): text for name, text in cells.items()})
