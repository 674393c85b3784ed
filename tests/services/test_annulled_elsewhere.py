"""What was annulled in March is a result nowhere: as a figure of last year, in the export, on the verifying page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.identity import Unit
from app.db.results import Publication
from app.db.session import Database, reading
from app.domain.editions import PositionsAfter
from app.services.authenticity import PaperFound, find_paper
from app.services.baseline_proposals import Origin, OwnFigure, proposals
from app.services.publication import exported
from tests.services.results_world import Played, make_world


@pytest.fixture
def played(sqlite_database: Database, tmp_path: Path) -> Played:
    """Four units published; the result of A is annulled."""
    made = make_world(tmp_path).published()
    made.annul("A", positions=PositionsAfter.KEPT)
    return made


D = Decimal


def verified(played: Played) -> PaperFound:
    with reading() as session:
        sha256 = session.scalars(select(Publication.pdf_sha256)).one()
    found = find_paper(sha256)
    assert found is not None
    return found


def test_an_annulled_figure_is_not_proposed_as_last_years(played: Played) -> None:
    def proposed(figure: OwnFigure, code: str = "") -> dict[str, list[D]]:
        with reading() as session:
            units = session.scalars(select(Unit).where(Unit.code.in_(("A", "B")))).all()
            found = proposals(session, units, Origin(played.campaign, figure, code))
            return {unit.code: [each.value for each in found[unit.id]] for unit in units}

    assert proposed(OwnFigure.POSITION) == {"A": [], "B": [D(2)]}
    assert proposed(OwnFigure.INDEX) == {"A": [], "B": [D(90)]}
    assert proposed(OwnFigure.POINTS, "1.1")["A"] == []
    played.again("A", 30, "33/QĐ-UBND")  # 38 + 29 + 18 + 10 = 95 was published; 30 of them on 1.1: 87
    assert proposed(OwnFigure.INDEX)["A"] == [D(87)]


def test_the_export_names_an_annulled_unit_and_gives_it_no_result(played: Played) -> None:
    rows = {row["unit"]: row for row in exported("K2024")}
    none = rows["A"]
    assert [none[name] for name in ("standing", "obtained", "index", "class", "position")] == ["annulled", *[None] * 4]
    assert (none["leaves"], none["branches"]) == ({}, {})
    assert (rows["B"]["standing"], D(rows["B"]["index"]), rows["B"]["position"]) == ("ranked", D(90), 2)


def test_the_verifying_page_says_whose_result_of_an_edition_was_annulled(played: Played) -> None:
    found = verified(played)
    assert (found.holds, found.annulled) == (True, ("Xã A",))
    played.annul("B", "C", "D", positions=PositionsAfter.KEPT)
    found = verified(played)
    assert (found.holds, found.annulled) == (False, ("Xã A", "Xã B", "Xã C", "Xã D"))
