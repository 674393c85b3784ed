"""What a published group shows: the edition as it was published, and of each unit no more than the reader may know."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from app.db.appraisals import EnteredClaim
from app.db.assessments import Assessment, Exemption
from app.db.criteria import Criterion
from app.db.results import Publication
from app.db.session import Database, reading, unit_of_work
from app.domain.scoring import LeafPresence
from app.domain.terms import Decision, GroupAction, ItemStatus, Stage
from app.services.lost_points import UnitLosses, lost_points
from app.services.publication import RankingView, published_paper, ranking
from app.services.verification import verify_publications
from tests.services.flow import FULL, Flow, start
from tests.services.test_appraisal_to_paper import LOCK, concluded, paper


@pytest.fixture
def flow(sqlite_database: Database, tmp_path: Path) -> Flow:
    return start(tmp_path)


def shown(flow: Flow, who: str = "thu_ky") -> RankingView:
    return ranking(flow.world.stage, actor=flow.who(who), clock=flow.clock)


def losses(flow: Flow, who: str, unit: str = "XM01") -> UnitLosses:
    return lost_points(flow.world.stage, flow.world.sheets[unit], actor=flow.who(who), clock=flow.clock)


def workbook(flow: Flow, which: str) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(paper(flow, which, "xlsx", "thu_ky"))).active
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_an_edition_shows_what_was_published_whatever_the_rows_say_later(flow: Flow) -> None:
    concluded(flow).group_to_published()
    before = shown(flow)
    files = {(which, kind): paper(flow, which, kind, "thu_ky") for which in ("ranking", "fields") for kind in ("pdf",)}
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.scalars(select(EnteredClaim)).one().points = Decimal(0)
        work.session.execute(text("UPDATE unit SET name = 'Tên mới' WHERE code = 'XM01'"))
        work.session.execute(text("UPDATE campaign SET name = 'Đợt khác', decimals = 1"))
    assert shown(flow) == before
    assert {key: paper(flow, *key, "thu_ky") for key in files} == files
    assert [row[1:5] for row in workbook(flow, "ranking")][4] == ("Xã mẫu 01", 19.6, 20, 98)
    assert losses(flow, "thu_ky").result == before.results[0]


def test_the_ranking_to_print_is_the_published_paper_itself(flow: Flow) -> None:
    concluded(flow).group_to_published()
    with published_paper(flow.world.stage, store=flow.blobs, actor=flow.who("thu_ky")) as stored:
        assert paper(flow, "ranking", "pdf", "can_bo_02") == stored.read()


def test_before_publication_results_are_live_and_provisional(flow: Flow) -> None:
    concluded(flow)
    view = shown(flow)
    assert view.publication is None
    assert view.results[0].row.index == Decimal("98.00")
    assert "PROVISIONAL" in str(workbook(flow, "ranking")[2][0])
    assert "PROVISIONAL" in str(workbook(flow, "fields")[2][0])
    flow.group_to_published()
    assert not workbook(flow, "ranking")[2][0]


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("can_bo_01", True),
        ("tham_dinh_pnv", True),
        ("thu_ky", True),
        ("to_chuc", True),
        ("kiem_toan", True),
        ("can_bo_02", False),
        ("tham_dinh_khac", False),
        ("lanh_dao_01", False),
        ("quan_tri", False),
    ],
)
def test_reasons_are_for_those_who_may_read_the_units_verdicts(flow: Flow, who: str, reads: bool) -> None:
    """Everybody signed in sees leaf, maximum, points and the rule's sentence of a published result."""
    concluded(flow).group_to_published()
    page = losses(flow, who)
    lost = {loss.node.code: loss for loss in page.losses}
    assert (lost["1.5"].points, lost["1.5"].lost, lost["1.5"].original) == (
        Decimal("3.8"),
        Decimal("0.2"),
        "Nguyên văn của tiêu chí",
    )
    assert page.shows_grounds is reads
    ground = lost["1.5"].ground
    assert (ground is not None) is reads
    if ground is not None:
        said = (ground.claimed, ground.decision, ground.round, ground.reason, ground.agency)
        assert said == (Decimal(4), Decision.DISAGREE, 2, "chấp nhận một phần", "Phòng Nội vụ")


def test_a_unit_still_under_appraisal_leaves_nothing_in_a_published_group(flow: Flow) -> None:
    concluded(flow)
    flow.group(GroupAction.APPROVE, "phe_duyet")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        work.session.get_one(Assessment, flow.world.sheets["XM01"]).stage = Stage.SECOND_APPRAISAL
    flow.publish()
    for who in ("can_bo_02", "thu_ky"):
        row = next(each for each in shown(flow, who).results if each.unit_code == "XM01")
        assert (row.standing, row.row.line.obtained, row.branches, row.leaves) == ("under_appraisal", None, {}, {})
        page = losses(flow, who)
        assert (page.losses, page.fields, page.unscored) == ((), (), ())
    with reading() as session:
        kept = session.scalars(select(Publication.snapshot)).one()
        unit = next(each for each in json.loads(kept)["units"] if each["unit"] == "XM01")
        assert {"claims", "verdicts", "ballots", "entered"}.isdisjoint(unit)
        assert (unit["leaves"], unit["branches"], unit["presence"]) == ({}, {}, {})
        assert verify_publications(session, flow.blobs, flow.now) == (1, [])


def test_not_applicable_nothing_arose_zero_and_not_scored_are_told_apart(flow: Flow) -> None:
    flow.fill("XM01", FULL | {"1.1": {"nothing_arose": True}, "1.7": {"declined": True}})
    flow.send("XM01")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        leaf = work.session.scalars(select(Criterion.id).where(Criterion.code == "1.9")).one()
        work.session.add(
            Exemption(
                assessment_id=flow.world.sheets["XM01"],
                criterion_id=leaf,
                status=ItemStatus.ACCEPTED,
                reason="không có",
                document="1/BB",
            ),
        )
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    for code in FULL:
        if code not in {"1.8", "1.9"}:
            flow.verdict("XM01", code)
    presence = next(each for each in shown(flow).results if each.unit_code == "XM01").presence
    assert presence["1.1"] is LeafPresence.NOTHING_AROSE
    assert presence["1.7"] is LeafPresence.SCORED
    assert presence["1.8"] is LeafPresence.NOT_SCORED
    assert presence["1.9"] is LeafPresence.NOT_APPLICABLE
    assert {leaf.code: state for leaf, state in losses(flow, "thu_ky").unscored} == {
        "1.1": LeafPresence.NOTHING_AROSE,
        "1.8": LeafPresence.NOT_SCORED,
        "1.9": LeafPresence.NOT_APPLICABLE,
        "2.1": LeafPresence.NOT_SCORED,
        "2.2": LeafPresence.NOT_SCORED,
    }
