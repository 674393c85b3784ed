"""Indexes, units not ranked, notices, the year before and two tiers, played; figures worked out by hand.

Points by unit and leaf stand in tests/services/results_world.py.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from app.db.assessments import Adjustment, Exemption
from app.db.campaigns import Campaign, GroupStage
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import PeerGroup, Unit
from app.db.results import Publication, PublishedResult
from app.db.session import Database, reading, unit_of_work
from app.domain.editions import PositionsAfter
from app.domain.errors import DomainError, NotFound
from app.domain.scoring import LeafPresence
from app.domain.terms import AdjustmentKind, Decision, GroupAction, ItemStatus, Stage
from app.reports.papers import pdf
from app.services.last_year import NotComparable, changes_of_group
from app.services.notice_paper import notice_document
from app.services.papers import part_index
from app.services.publication import ranking, results_paper
from app.services.side_by_side import compared, group_losses
from app.services.unit_notice import UnitNotice, unit_notice
from app.services.unit_standing import unit_standing
from app.services.unranked import Exclude, exclude, exclusions
from app.services.verification import verify_publications
from tests.services.results_world import INDEXES, Played, make_world

D = Decimal


def faults(played: Played) -> list[str]:
    with reading() as session:
        return verify_publications(session, played.blobs, played.now)[1]


def notice(played: Played, unit: str, who: str, edition: int | None = None) -> UnitNotice:
    return unit_notice(played.stage, played.sheets[unit], actor=played.who(who), clock=played.clock, edition=edition)


def table(played: Played, who: str = "thu_ky") -> dict[str, tuple[str | None, str | None, int | None]]:
    shown = ranking(played.stage, actor=played.who(who), clock=played.clock)
    return {
        each.unit_code: (str(each.row.index) if each.row.index is not None else None, each.row.grade, each.row.position)
        for each in shown.results
    }


def test_three_indexes_stand_beside_the_combined_one_in_table_paper_and_snapshot(
    database: Database, tmp_path: Path
) -> None:
    """tỉnh 2025: A has 38/40 = 95, 29/30 = 96,67, 28/30 = 93,33; weights 50, 30, 20 make 95,17.

    B: 90, 90, 90 → 90. C: 100, 83,33, 83,33 → 91,67. D: 75, 83,33, 83,33 → 79,17: Khá, though its points are 80.
    """
    weighted = [spec | {"weight": weight} for spec, weight in zip(INDEXES, ("50", "30", "20"), strict=True)]
    played = make_world(tmp_path, indexes=weighted).published()
    assert table(played) == {
        "A": ("95.17", "Tốt", 1),
        "C": ("91.67", "Tốt", 2),
        "B": ("90", "Tốt", 3),
        "D": ("79.17", "Khá", 4),
    }
    shown = ranking(played.stage, actor=played.who("dau_moi_D"), clock=played.clock)
    first = next(each for each in shown.results if each.unit_code == "A")
    assert [part_index(first, f"CS{number}", 2) for number in (1, 2, 3)] == [D("95"), D("96.67"), D("93.33")]
    words = {"store": played.blobs, "translate": str, "actor": played.who("dau_moi_A"), "clock": played.clock}
    sheet = load_workbook(io.BytesIO(results_paper(played.stage, "ranking", "xlsx", **words))).active  # type: ignore[arg-type]
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[4] == (1, "Xã A", 95, 100, 95, 96.67, 93.33, 95.17, "Tốt")
    assert faults(played) == []
    with unit_of_work(actor=None, clock=played.clock) as work:
        campaign = work.session.get_one(Campaign, played.campaign)
        campaign.policies = campaign.policies | {"indexes": INDEXES}
    assert any("settings differ" in words for words in faults(played))


def test_a_unit_that_is_not_ranked_keeps_its_class_and_takes_no_place(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """B and C are first together once A is not ranked; before the opening no document is asked for, later it is."""
    played = make_world(tmp_path)
    with reading() as session:
        group = session.scalars(select(PeerGroup.id)).one()
        units = {unit.code: unit.id for unit in session.scalars(select(Unit))}

    def say(
        unit: str, *, excluded: bool, who: str = "to_chuc", document: str = "5/QĐ-UBND", reason: str = "mới lập"
    ) -> None:
        command = Exclude(played.campaign, group, units[unit] if unit else None, excluded, reason, document)
        exclude(command, actor=played.who(who), clock=played.clock)

    for given, code in (
        ({"document": ""}, "document_missing"),
        ({"reason": " "}, "reason_missing"),
        ({"who": "thu_ky"}, "role_missing"),
    ):
        with pytest.raises(DomainError, match=code):
            say("A", excluded=True, **given)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="unit_unknown"):
        say("NV", excluded=True)
    say("", excluded=True)
    say("", excluded=False)
    say("A", excluded=True)
    kept = exclusions(played.campaign, actor=played.who("to_chuc"))
    assert [(row.name, row.excluded) for row in kept.acts] == [("Xã A", True), ("Xã", False), ("Xã", True)]
    played.published()
    assert table(played) == {
        "A": ("95", "Tốt", None),
        "B": ("90", "Tốt", 1),
        "C": ("90", "Tốt", 1),
        "D": ("80", "Tốt", 3),
    }
    assert faults(played) == []
    assert (notice(played, "A", "dau_moi_A").standing, notice(played, "A", "dau_moi_A").position) == (
        "not_ranked",
        None,
    )
    with pytest.raises(DomainError, match="ranking_settled"):
        say("A", excluded=False)


def _decide(played: Played) -> None:
    """Leaf 3.2 does not apply to D; D gets a bonus of 2 and a penalty of 1: rows and what the trail says of them."""
    with unit_of_work(actor=None, clock=played.clock) as work:
        leaf = work.session.scalars(select(Criterion.id).where(Criterion.code == "3.2")).one()
        sheet = played.sheets["D"]
        exempt = Exemption(assessment_id=sheet, criterion_id=leaf, status=ItemStatus.ACCEPTED)
        exempt.reason, exempt.document = "không có cấp xã", "7/BB"
        work.session.add(exempt)
        stream, said = f"assessment:{sheet}", {"status": "accepted", "document": "7/BB"}
        work.audit(stream, "exemption_proposed", "leaf", "3.2", new=said, note=exempt.reason)
        work.audit(stream, "exemption_decided", "leaf", "3.2", new=said)
        for kind, points, reason in (
            (AdjustmentKind.BONUS, 2, "sáng kiến"),
            (AdjustmentKind.PENALTY, 1, "văn bản chèn số"),
        ):
            row = Adjustment(
                assessment_id=sheet, kind=kind, points=D(points), reason=reason, status=ItemStatus.ACCEPTED
            )
            work.session.add(row)
            work.session.flush()
            told = {"item": "", "kind": kind.value, "status": "accepted", "points": str(points)}
            work.audit(stream, "adjustment_proposed", "adjustment", row.id, new=told, note=reason)


def test_the_notice_says_every_lost_point_and_is_the_units_own_after_publication(
    database: Database, tmp_path: Path
) -> None:
    """QĐ 1820, Điều 5 bước 7. D: 30 + 25 + 15 = 70 of 90, + 2 − 1: 71 × 100 / 90 = 78,89, Khá, fourth.

    Lost: 10 on 1.1, 5 on 2.1, 5 on 3.1; nothing on 3.2, which does not apply.
    """
    played = make_world(tmp_path).concluded()
    _decide(played)
    before = notice(played, "D", "thu_ky")
    assert (before.edition, before.index) == (None, D("78.89"))
    for who in ("dau_moi_D", "dau_moi_A", "thu_ky_tren", "tham_dinh"):
        with pytest.raises(NotFound):
            notice(played, "D", who)
    played.group(GroupAction.APPROVE, "phe_duyet")
    played.publish()
    own = notice(played, "D", "dau_moi_D")
    assert (own.edition, own.decision_number, own.position, own.ranked) == (1, "12/QĐ-UBND", 4, 4)
    assert (own.index, own.grade, own.obtained, own.attainable) == (D("78.89"), "Khá", D(70), D(90))
    assert [(each.code, each.obtained, each.attainable) for each in own.fields] == [
        ("1", 30, 40),
        ("2", 25, 30),
        ("3", 15, 20),
    ]
    assert [(each.code, each.claimed, each.points, each.lost) for each in own.losses] == [
        ("1.1", 30, 30, 10),
        ("2.1", 25, 25, 5),
        ("3.1", 15, 15, 5),
    ]
    loss = own.losses[0]
    assert (loss.agency, loss.round, loss.decision, loss.original) == ("Xã NV", 1, Decision.AGREE, "Nguyên văn 1.1")
    assert [(item.kind, item.points, item.reason) for item in own.items] == [
        (AdjustmentKind.BONUS, 2, "sáng kiến"),
        (AdjustmentKind.PENALTY, 1, "văn bản chèn số"),
    ]
    assert [(each.code, each.presence, each.reason, each.document) for each in own.others] == [
        ("3.2", LeafPresence.NOT_APPLICABLE, "không có cấp xã", "7/BB")
    ]
    for who in ("dau_moi_A", "thu_ky_tren", "tham_dinh"):
        with pytest.raises(NotFound):
            notice(played, "D", who)
    paper = PdfReader(io.BytesIO(pdf(notice_document(own, str))))
    printed = " ".join("".join(page.extract_text() for page in paper.pages).split())
    counted = "caps of the campaign: bonus 2, penalty 1"
    for words in ("78,89", "Nguyên văn 2.1", "Xã NV, round 1: agrees", "không có cấp xã; 7/BB", "sáng kiến", counted):
        assert words in printed, words
    assert faults(played) == []


def test_the_tables_show_what_leads_from_the_points_to_the_index(sqlite_database: Database, tmp_path: Path) -> None:
    """QĐ 1820, Điều 4. D: 70 of 90 points, + 2 − 1 = 71: 78,89. Without bonus or penalty the columns are not there."""
    played = make_world(tmp_path).concluded()

    def rows(which: str) -> list[tuple[object, ...]]:
        words: dict[str, Any] = {"store": played.blobs, "translate": str, "clock": played.clock}
        made = results_paper(played.stage, which, "xlsx", actor=played.who("thu_ky"), **words)
        return [tuple(row) for row in load_workbook(io.BytesIO(made)).active.iter_rows(values_only=True)]

    plain = next(row for row in rows("ranking") if "Xã D" in row)
    assert plain == (4, "Xã D", 80, 100, 80, "Tốt")
    _decide(played)
    ranked = rows("ranking")
    head = next(row for row in ranked if "Unit" in row)
    assert head == ("Position", "Unit", "Points", "Bonus", "Penalty", "Of", "Index (%)", "Class")
    assert next(row for row in ranked if "Xã D" in row) == (4, "Xã D", 70, 2, 1, 90, 78.89, "Khá")
    assert next(row for row in ranked if "Xã A" in row) == (1, "Xã A", 95, 0, 0, 100, 95, "Tốt")
    summed = rows("fields")
    assert next(row for row in summed if "Unit" in row)[-4:] == ("Total", "Bonus", "Penalty", "Counted")
    assert next(row for row in summed if "Xã D" in row)[-4:] == (70, 2, 1, 71)


def test_a_notice_of_a_superseded_edition_stays_what_it_was(sqlite_database: Database, tmp_path: Path) -> None:
    played = make_world(tmp_path).published()
    first = notice(played, "A", "dau_moi_A")
    played.annul("A", positions=PositionsAfter.KEPT)
    during = notice(played, "A", "dau_moi_A")
    assert (during.annulled, during.index, during.edition) == (True, D(95), 1)
    played.again("A", 28, "31/QĐ-UBND")
    now = notice(played, "A", "dau_moi_A")
    assert (now.annulled, now.index, now.edition, now.editions) == (False, D(85), 2, (1, 2))
    assert next((each.code, each.claimed, each.points, each.round, each.reason) for each in now.losses) == (
        "1.1",
        38,
        28,
        2,
        "theo kiểm tra",
    )
    kept = notice(played, "A", "dau_moi_A", 1)
    assert (kept.losses, kept.index, kept.annulled) == (first.losses, D(95), True)
    with pytest.raises(NotFound, match="not_published"):
        notice(played, "A", "dau_moi_A", 7)


def test_a_unit_s_page_leads_from_100_to_its_index(sqlite_database: Database, tmp_path: Path) -> None:
    """D: 100 − 10 (1.1) − 5 (2.1) − 5 (3.1) = 80; Tốt is the highest class. All units lost 16 of 160 on 1.1."""
    played = make_world(tmp_path).published()
    shown = unit_standing(played.stage, played.sheets["D"], actor=played.who("dau_moi_D"), clock=played.clock)
    assert [(step.loss.code, step.end) for step in shown.steps] == [("1.1", 90), ("2.1", 85), ("3.1", 80)]
    assert (shown.exact, shown.next_class, shown.ranked) == (Fraction(80), None, 4)
    lost = group_losses(played.stage, actor=played.who("dau_moi_D"), clock=played.clock)
    assert [(row.node.code, row.lost, row.units) for row in lost] == [("1.1", 16, 3), ("3.1", 15, 4), ("2.1", 14, 4)]
    numbers = [played.sheets["A"], played.sheets["D"]]
    beside = compared(played.stage, numbers, actor=played.who("dau_moi_A"), clock=played.clock)
    assert [row.points for row in beside.rows if row.node.code in {"1", "3.2"}] == [(38, 30), (10, 10)]
    with pytest.raises(DomainError, match="too_many_compared"):
        compared(played.stage, [90, 91, 92, 93, 94], actor=played.who("dau_moi_A"), clock=played.clock)
    with pytest.raises(NotFound):
        compared(played.stage, [999], actor=played.who("dau_moi_A"), clock=played.clock)


def _year_before(played: Played) -> None:
    """Publish 2023 by hand: A 93,5; X, merged into B since, 88; Y and Z, both merged into C; D had nothing."""
    with unit_of_work(actor=None, clock=played.clock) as work:
        session = work.session
        now = session.get_one(GroupStage, played.stage)
        before = session.scalars(select(CriteriaSet).where(CriteriaSet.code == "bo_cu")).one()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        for code, into in (("X", "B"), ("Y", "C"), ("Z", "C")):
            made = Unit(code=code, name=f"Xã {code}", tier=units["A"].tier, valid_from=dt.date(2020, 1, 1))
            made.valid_to, made.merged_into = dt.date(2024, 1, 1), units[into]
            session.add(made)
            units[code] = made
        old = Campaign(code="K2023", name="Chấm điểm 2023", year=2023, opened_at=played.now)
        group = GroupStage(
            campaign=old, group=now.group, council=now.council, criteria_set=before, stage=Stage.PUBLISHED
        )
        session.add(group)
        session.flush()
        kept = '{"units":[{"unit":"A","leaves":{"9.1":"45"}}],"set":{"criteria":{"9.1":{"maximum":"50"}}}}'
        edition = Publication(
            group_stage_id=group.id,
            edition=1,
            decision_number="1/QĐ-UBND",
            decided_on=dt.date(2023, 12, 20),
            signer="x",
            at=played.now,
            by_id=played.who("thu_ky").user_id,
            snapshot=kept,
            snapshot_sha256="x",
            pdf_sha256="x",
        )
        edition.rows = [
            PublishedResult(unit=units[code], standing="ranked", index_percent=D(index))
            for code, index in (("A", "93.5"), ("X", "88"), ("Y", "70"), ("Z", "60"))
        ]
        session.add(edition)


def test_a_result_stands_beside_the_year_before_of_the_unit_or_of_what_became_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """A: 95 − 93,5 = +1,5. B was X: 90 − 88 = +2. C was two units: not comparable. D is new.

    1.1 was 9.1 by the mapping: 38 of 40 after 45 of 50; the other criteria have no origin.
    """
    played = make_world(tmp_path, previous=True).published()
    _year_before(played)
    found = changes_of_group(played.stage, actor=played.who("dau_moi_D"), clock=played.clock)
    shown = {unit: found[number] for unit, number in played.sheets.items()}
    assert (shown["A"].delta, shown["A"].campaign) == (D("1.5"), "Chấm điểm 2023")
    assert (shown["B"].delta, shown["B"].unit) == (D(2), "Xã X")
    assert [shown[unit].why for unit in ("C", "D")] == [NotComparable.MERGED_FROM_SEVERAL, NotComparable.NEW]
    page = unit_standing(played.stage, played.sheets["A"], actor=played.who("dau_moi_D"), clock=played.clock)
    assert [(leaf.code, leaf.was, leaf.was_maximum, leaf.now) for leaf in page.leaf_changes] == [
        ("1.1", 45, 50, 38),
        ("2.1", None, None, 29),
        ("3.1", None, None, 18),
        ("3.2", None, None, 10),
    ]
