"""`flask results verify`: no edition and no annulment without its event in the trail, no event without its row."""

from __future__ import annotations

from pathlib import Path

from app.db.session import Database, unit_of_work
from app.domain.editions import PositionsAfter
from app.services.verification import verify_publications
from tests.services.hands import TABLES, changed, found_after, hand_in
from tests.services.results_world import make_world
from tests.services.test_annulment import faults, unguarded

#: what a hand does to the editions and annulments of a group → what is found
EDITIONS = {
    "the newest edition is gone": (
        (
            "DELETE FROM published_result WHERE publication_id = (SELECT id FROM publication WHERE edition = 2)",
            "DELETE FROM publication WHERE edition = 2",
        ),
        "K2024/xa edition 2: missing, the audit trail has it",
    ),
    "every edition is gone": (
        ("DELETE FROM annulment", "DELETE FROM published_result", "DELETE FROM publication"),
        "K2024/xa: stands at published, no edition is there",
    ),
    "an edition has another number": (
        ("UPDATE publication SET edition = 3 WHERE edition = 2",),
        "K2024/xa edition 3: edition: stored 3, the audit trail says 2",
    ),
    "an annulment is gone": (("DELETE FROM annulment",), "K2024/xa edition 1: A annulment: missing"),
    "an annulment is another unit's": (
        ("UPDATE annulment SET assessment_id = (SELECT min(id) + 1 FROM assessment)",),
        "K2024/xa edition 1: B annulment: the audit trail knows nothing of it",
    ),
    "an annulment stands on another decision": (
        ("UPDATE annulment SET decision_number = '31/QĐ-UBND'",),
        "A annulment decision number: stored 31/QĐ-UBND, the audit trail says 30/QĐ-UBND",
    ),
    "an annulment says otherwise what becomes of positions": (
        ("UPDATE annulment SET positions = 'kept'",),
        "A annulment positions: stored kept, the audit trail says recomputed",
    ),
    "an annulment names other criteria": (
        ("""UPDATE annulment SET leaves = '["2.1"]'""",),
        'A annulment criteria: stored ["2.1"], the audit trail says ["1.1"]',
    ),
}


def test_editions_and_annulments_changed_by_hand_are_named(database: Database, tmp_path: Path) -> None:
    played = make_world(tmp_path).published()
    played.annul("A", positions=PositionsAfter.RECOMPUTED)
    played.again("A", 28, "31/QĐ-UBND")
    assert faults(played) == []
    missed = {}
    for name, (statements, expected) in EDITIONS.items():
        found = found_after(played, *statements)
        if not any(expected in words for words in found):
            missed[name] = found
    assert missed == {}


def test_a_sole_edition_that_is_gone_is_named(database: Database, tmp_path: Path) -> None:
    """With it went everything that spoke of it in the tables of results: only the trail remembers."""
    played = make_world(tmp_path).published()
    gone = ("DELETE FROM published_result", "DELETE FROM publication", "UPDATE group_stage SET stage = 'approved'")
    assert found_after(played, *gone) == ["K2024/xa edition 1: missing, the audit trail has it"]


def test_an_edition_put_in_the_place_of_one_that_is_gone_does_not_hide_it(database: Database, tmp_path: Path) -> None:
    """SQLite gives the new edition the number of the row that was deleted."""
    played = make_world(tmp_path).published()
    with unit_of_work(actor=None, clock=played.clock) as work:
        for table in TABLES:
            unguarded(work.session, table)
        changed(
            work.session,
            "DELETE FROM published_result",
            "DELETE FROM publication",
            "UPDATE group_stage SET stage = 'approved'",
        )
    assert played.publish("13/QĐ-UBND") == 1
    assert faults(played) == ["K2024/xa edition 1: missing, the audit trail has it"]


def test_an_older_trail_that_says_less_is_compared_as_far_as_it_goes(sqlite_database: Database, tmp_path: Path) -> None:
    """Events of before said neither the group of an edition, nor the criteria of an annulment, nor points."""
    played = make_world(tmp_path).published()
    played.annul("A", positions=PositionsAfter.RECOMPUTED)
    played.again("A", 28, "31/QĐ-UBND")
    with hand_in() as session:
        unguarded(session, "audit_event")
        for name, action in (
            ("group_stage_id", "edition_published"),
            ("leaves", "results_annulled"),
            ("points", "verdict_given"),
        ):
            changed(session, f"UPDATE audit_event SET new = json_remove(new, '$.{name}') WHERE action = '{action}'")
        assert verify_publications(session, played.blobs, played.now)[1] == []
        changed(session, "DELETE FROM published_result", "DELETE FROM annulment", "DELETE FROM publication")
        found = verify_publications(session, played.blobs, played.now)[1]
    assert found[:2] == [f"K2024 edition {each}: missing, the audit trail has it" for each in (1, 2)]
