"""Annulment and the editions after it (QĐ 1820/QĐ-UBND, Điều 7), reopening before it; figures worked out by hand.

The table of tests/services/results_world.py, of 100 points: A 95, B 90, C 90, D 80 → places 1, 2, 2, 4.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.db.assessments import Assessment
from app.db.audit_trail import verify
from app.db.notices import Notice
from app.db.result_acts import Annulment
from app.db.results import Publication
from app.db.session import Database, reading, unit_of_work
from app.domain.editions import Moved, PositionsAfter
from app.domain.errors import DomainError, Forbidden, NotFound, TransitionRefused
from app.domain.notices import NoticeKind
from app.domain.terms import GroupAction, Stage
from app.services.editions import editions
from app.services.publication import published_paper, ranking
from app.services.reopening import ReopenLeaves, reopen_leaves
from app.services.verification import verify_publications
from tests.services.results_world import Played, make_world

KEPT, RECOMPUTED = PositionsAfter.KEPT, PositionsAfter.RECOMPUTED
Row = tuple[str, str, int | None]


def table(played: Played, who: str = "dau_moi_D") -> dict[str, Row]:
    """Return unit → (index, class or standing, position) of the edition in force."""
    shown = ranking(played.stage, actor=played.who(who), clock=played.clock)
    return {
        each.unit_code: (str(each.row.index), each.row.grade or each.standing, each.row.position)
        for each in shown.results
    }


def unguarded(session: Session, table: str) -> None:
    """Take the triggers off a table, as a hand in the database would."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for name in session.scalars(triggers, {"table": table}).all():
        session.execute(text(f'DROP TRIGGER "{name}"'))


def faults(played: Played) -> list[str]:
    with reading() as session:
        assert verify(session)[1] is None
        return verify_publications(session, played.blobs, played.now)[1]


FIRST = {
    "A": ("95", "Tốt", 1),
    "B": ("90", "Tốt", 2),
    "C": ("90", "Tốt", 2),
    "D": ("80", "Tốt", 4),
}


def test_the_others_keep_their_positions_where_the_decision_says_so(database: Database, tmp_path: Path) -> None:
    """Điều 7. A falls to 28 + 29 + 18 + 10 = 85: third of the four, and nobody is first.

    Then B falls to 6 + 27 + 17 + 10 = 60: last; D (80) keeps the fourth place, which both have now.
    """
    played = make_world(tmp_path).published()
    assert table(played) == FIRST
    played.annul("A", positions=KEPT)
    annulled = FIRST | {"A": ("None", "annulled", None)}
    assert table(played) == annulled
    assert faults(played) == []
    with reading() as session:
        told = session.scalars(select(Notice.kind).where(Notice.path.contains("/units/"))).all()
        assert set(told) == {NoticeKind.RESULT_ANNULLED}
        kept = session.scalars(select(Annulment)).one()
        assert (kept.decision_number, kept.positions, kept.leaves) == ("30/QĐ-UBND", KEPT, ["1.1"])
    assert played.again("A", 28, "31/QĐ-UBND") == 2
    second = FIRST | {"A": ("85", "Tốt", 3)}
    assert table(played) == second
    assert faults(played) == []
    played.annul("B", positions=KEPT)
    assert played.again("B", 6, "32/QĐ-UBND") == 3
    assert table(played) == second | {"B": ("60", "Trung bình", 4)}
    assert faults(played) == []
    shown = ranking(played.stage, actor=played.who("dau_moi_D"), clock=played.clock).facts
    assert (shown.kept_from, shown.empty, shown.shared) == (2, (1,), (4,))
    for edition in (1, 2, 3):
        with published_paper(played.stage, store=played.blobs, actor=played.who("dau_moi_D"), edition=edition) as paper:
            assert paper.read(5) == b"%PDF-"
    listed = editions(played.stage, actor=played.who("dau_moi_D"))
    assert [(each.edition, each.number) for each in listed.editions] == [
        (3, "32/QĐ-UBND"),
        (2, "31/QĐ-UBND"),
        (1, "12/QĐ-UBND"),
    ]
    change = listed.editions[1].changes
    assert [(row.how, row.now and row.now.unit, row.was and row.was.position) for row in change] == [
        (Moved.CHANGED, "A", 1)
    ]


def test_the_others_move_up_where_the_decision_says_so(database: Database, tmp_path: Path) -> None:
    """B and C are first together then, A (85) third, D (80) fourth; a superseded edition is held against itself."""
    played = make_world(tmp_path).published()
    played.annul("A", positions=RECOMPUTED)
    played.again("A", 28, "31/QĐ-UBND")
    assert table(played) == {
        "A": ("85", "Tốt", 3),
        "B": ("90", "Tốt", 1),
        "C": ("90", "Tốt", 1),
        "D": ("80", "Tốt", 4),
    }
    assert faults(played) == []
    changes = editions(played.stage, actor=played.who("thu_ky")).editions[0].changes
    assert {(row.now and row.now.unit, row.was and row.was.position) for row in changes} == {
        ("A", 1),
        ("B", 2),
        ("C", 2),
    }
    with unit_of_work(actor=None, clock=played.clock) as work:
        unguarded(work.session, "publication")
        first = work.session.scalars(select(Publication).order_by(Publication.edition)).first()
        assert first is not None
        kept = json.loads(first.snapshot)
        kept["units"][1]["position"] = 1
        first.snapshot = json.dumps(kept)
    found = faults(played)
    assert any("edition 1: B position: printed 1, what the edition keeps gives 2" in words for words in found)


def test_a_kept_position_that_was_not_printed_is_named(database: Database, tmp_path: Path) -> None:
    played = make_world(tmp_path).published()
    played.annul("A", positions=KEPT)
    played.again("A", 28, "31/QĐ-UBND")
    with unit_of_work(actor=None, clock=played.clock) as work:
        unguarded(work.session, "publication")
        second = work.session.scalars(select(Publication).where(Publication.edition == 2)).one()
        second.snapshot = second.snapshot.replace('"D":4', '"D":3')
    assert any("edition 2: D kept position: 3, edition 1 printed 4" in words for words in faults(played))


def test_all_units_can_be_annulled_at_once_and_come_back_one_by_one(sqlite_database: Database, tmp_path: Path) -> None:
    """All four annulled: A and B are judged again first and stand alone in edition 2; C and D follow in edition 3."""
    played = make_world(tmp_path).published()
    played.annul("A", "B", "C", "D", positions=RECOMPUTED, leaves=("1.1", "3.2"))
    assert {row[1:] for row in table(played).values()} == {("annulled", None)}
    for unit in ("A", "B"):
        with pytest.raises(TransitionRefused, match="no_leaf_blocks"):
            played.alone(unit, GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB")
        played.verdict(unit, "1.1", said=1)
        played.verdict(unit, "3.2", said=1, points=5)
        played.alone(unit, GroupAction.CONCLUDE, "chu_tich_hd", document="02/BB")
        played.alone(unit, GroupAction.APPROVE, "phe_duyet")
    assert played.publish("33/QĐ-UBND") == 2
    assert table(played) == {
        "A": ("90", "Tốt", 1),
        "B": ("85", "Tốt", 2),
        "C": ("None", "annulled", None),
        "D": ("None", "annulled", None),
    }
    assert faults(played) == []
    with pytest.raises(Forbidden, match="wrong_stage"):
        played.publish("34/QĐ-UBND")


REFUSED_ANNULMENTS = [
    ({"who": "phe_duyet", "positions": None}, "positions_unanswered"),
    ({"who": "phe_duyet", "number": "ba mươi"}, "document_number_unreadable"),
    ({"who": "phe_duyet", "reason": " "}, "reason_given"),
    ({"who": "phe_duyet", "leaves": ()}, "leaves_named"),
    ({"who": "phe_duyet", "leaves": ("9.9",)}, "leaf_unknown"),
    ({"who": "chu_tich_hd"}, "role_missing"),
    ({"who": "thu_ky"}, "role_missing"),
    ({"who": "phe_duyet_tren"}, "group_unknown"),
    ({"who": "dau_moi_A"}, "group_unknown"),
]


def test_an_annulment_is_refused_by_code(sqlite_database: Database, tmp_path: Path) -> None:
    played = make_world(tmp_path).concluded()
    with pytest.raises(Forbidden, match="wrong_stage"):
        played.annul("A", positions=KEPT)
    played.group(GroupAction.APPROVE, "phe_duyet")
    played.publish()
    for given, code in REFUSED_ANNULMENTS:
        with pytest.raises(DomainError, match=code):
            played.annul("A", **({"positions": KEPT} | given))
    with pytest.raises(DomainError, match="units_named"):
        played.annul(positions=KEPT)
    assert table(played) == FIRST
    played.annul("A", positions=KEPT)
    with pytest.raises(Forbidden, match="wrong_stage"):
        played.annul("A", positions=KEPT)


def reopen(
    played: Played,
    unit: str,
    who: str = "chu_tich_hd",
    *,
    reason: str = "sót số liệu",
    leaves: tuple[str, ...] = ("1.1",),
) -> None:
    command = ReopenLeaves(played.stage, (played.sheets[unit],), leaves, reason, "03/BB")
    reopen_leaves(command, actor=played.who(who), clock=played.clock)


def stage_of(played: Played, unit: str) -> Stage | None:
    with reading() as session:
        return session.get_one(Assessment, played.sheets[unit]).stage


def test_a_reopened_unit_is_judged_again_alone_and_enters_with_the_next_edition(
    database: Database, tmp_path: Path
) -> None:
    """The agreed leaf 1.1 of D is opened after the conclusion: 40 of 40 makes 90, second with B and C in edition 2."""
    played = make_world(tmp_path).concluded()
    for more, code in (
        ({"who": "thu_ky"}, "role_missing"),
        ({"who": "chu_tich_tren"}, "group_unknown"),
        ({"reason": ""}, "reason_given"),
        ({"leaves": ()}, "leaves_named"),
        ({"leaves": ("1",)}, "leaf_unknown"),
    ):
        with pytest.raises(DomainError, match=code):
            reopen(played, "D", **more)  # type: ignore[arg-type]
    reopen(played, "D")
    assert stage_of(played, "D") is Stage.SECOND_APPRAISAL
    with pytest.raises(Forbidden, match="wrong_stage"):
        reopen(played, "D")
    with pytest.raises(TransitionRefused, match="leaf_final"):
        played.verdict("D", "2.1", said=1, points=10)
    played.group(GroupAction.APPROVE, "phe_duyet")
    played.publish()
    assert table(played)["D"] == ("None", "under_appraisal", None)
    assert played.again("D", 40, "13/QĐ-UBND") == 2
    assert stage_of(played, "D") is None
    assert table(played) == FIRST | {"D": ("90", "Tốt", 2)}
    assert faults(played) == []


def test_a_published_unit_is_not_reopened_and_a_unit_of_nobody_is_not_found(
    sqlite_database: Database, tmp_path: Path
) -> None:
    played = make_world(tmp_path).published()
    with pytest.raises(Forbidden, match="wrong_stage"):
        reopen(played, "A")
    with pytest.raises(NotFound, match="assessment_unknown"):
        reopen_leaves(
            ReopenLeaves(played.stage, (999,), ("1.1",), "x"), actor=played.who("chu_tich_hd"), clock=played.clock
        )
    assert Decimal(table(played)["A"][0]) == 95
