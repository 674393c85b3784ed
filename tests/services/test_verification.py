"""`flask results verify`: with the triggers gone, one value edited in the database is named with unit and leaf."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.db.session import Database, reading, use
from app.services.verification import verify_publications
from app.storage.local import LocalBlobs
from tests.services.flow import start
from tests.services.test_appraisal_to_paper import concluded


@dataclass
class Published:
    """A copy of a published world with its triggers dropped: anything can be edited in it."""

    path: Path
    blobs: Path
    rows: sqlite3.Connection

    def differences(self) -> list[str]:
        self.rows.commit()
        opened = Database(f"sqlite:///{self.path}")
        use(opened)
        try:
            with reading() as session:
                return verify_publications(session, LocalBlobs(str(self.blobs)), NOW)[1]
        finally:
            opened.dispose()


NOW = dt.datetime(2024, 12, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    shutil.copy(sqlite_template, folder / "portal.sqlite3")
    opened = Database(f"sqlite:///{folder / 'portal.sqlite3'}")
    use(opened)
    concluded(start(folder)).group_to_published()
    opened.dispose()
    rows = sqlite3.connect(folder / "portal.sqlite3")
    for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        rows.execute(f'DROP TRIGGER "{name}"')
    rows.commit()
    rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows.close()
    return folder


@pytest.fixture
def published(template: Path, tmp_path: Path) -> Iterator[Published]:
    folder = tmp_path / "copy"
    shutil.copytree(template, folder)
    rows = sqlite3.connect(folder / "portal.sqlite3")
    yield Published(folder / "portal.sqlite3", folder / "blobs", rows)
    rows.close()


def test_what_nobody_touched_has_no_difference(published: Published) -> None:
    assert published.differences() == []


XM01 = "(SELECT a.id FROM assessment a JOIN unit u ON u.id = a.unit_id WHERE u.code = 'XM01')"


def on_leaf(table: str, code: str, change: str) -> str:
    leaf = f"(SELECT id FROM criterion WHERE code = '{code}')"
    return f"UPDATE {table} SET {change} WHERE assessment_id = {XM01} AND criterion_id = {leaf}"


EDITED = {
    "claim of an entry that earns the same": (
        on_leaf("score_entry", "1.6", """claim = '{"count":"5"}'"""),
        "XM01 1.6 entry claim",
    ),
    "points of an entry": (on_leaf("score_entry", "1.6", "self_points = 5000"), "XM01 1.6 entry points"),
    "an entry edited and dated later": (
        on_leaf("score_entry", "1.6", """claim = '{"count":"5"}', changed_at = '2025-01-01 00:00:00.000000'"""),
        "XM01 1.6 entry claim",
    ),
    "explanation of an entry": (on_leaf("score_entry", "1.1", "explanation = 'khác'"), "XM01 1.1 entry explanation"),
    "corrected claim of a verdict": (
        on_leaf("verdict", "1.5", """claim = '{"percent":"96"}'""") + " AND round = 2",
        "XM01 1.5 verdict of round 2: stored 3.8, the rule gives 3.84",
    ),
    "points of a verdict": (
        on_leaf("verdict", "1.5", "points = 40000") + " AND round = 2",
        "XM01 1.5 leaves: published 3.8, recomputed 4",
    ),
    "claim and points of a verdict together": (
        on_leaf("verdict", "1.5", """claim = '{"percent":"100"}', points = 40000""") + " AND round = 2",
        "XM01 index: published 98, recomputed 99",
    ),
    "points of a first verdict nobody counts any more": (
        on_leaf("verdict", "1.5", "points = 10000") + " AND round = 1",
        "XM01 1.5 verdict of round 1: stored 1, the rule gives 3.6",
    ),
    "points of an agreement": (
        on_leaf("verdict", "1.1", "points = 0"),
        "XM01 1.1 verdict of round 1: stored 0, the rule gives 1",
    ),
    "a claim put under an agreement": (
        on_leaf("verdict", "1.1", """claim = '{"option":"1"}'"""),
        "XM01 1.1 verdict of round 1: agrees and corrects the claim",
    ),
    "reason of a verdict": (on_leaf("verdict", "1.5", "reason = 'khác'"), "XM01 1.5 verdicts: published"),
    "an entered claim": (
        on_leaf("entered_claim", "2.2", """claim = '{"value":"81"}'"""),
        "XM01 2.2 entered claim: stored 0.8, the rule gives 0.81",
    ),
    "an entered claim and its points": (
        on_leaf("entered_claim", "2.2", """claim = '{"value":"81"}', points = 8100"""),
        "XM01 2.2 entered: published",
    ),
    "points of an entered claim": (on_leaf("entered_claim", "2.2", "points = 9000"), "XM01 2.2 entered claim"),
    "a leader's sheet": (on_leaf("leader_ballot", "2.1", "answer = '1'"), "XM01 2.1 ballots: published"),
    "a leader's sheet the rule does not know": (
        on_leaf("leader_ballot", "2.1", "answer = '9'"),
        "cannot be recomputed: unknown_option",
    ),
    "a rule that gives the same": (
        """UPDATE criterion SET rule = replace(rule, '"each":"0.25"', '"each":"0.5"') WHERE code = '1.6'""",
        "set bo_thu criterion 1.6: rule changed",
    ),
    "a rule that gives something else": (
        """UPDATE criterion SET rule = replace(rule, '"each":"0.25"', '"each":"0.1"') WHERE code = '1.6'""",
        "XM01 1.6 pin: stored 1, the rule gives 0.4",
    ),
    "a sentence of the set": ("UPDATE criterion SET original = 'khác' WHERE code = '1.2'", "criterion 1.2: original"),
    "hash of the set": (f"UPDATE criteria_set SET content_sha256 = '{'0' * 64}'", "its stored hash says"),
    "a maximum": ("UPDATE criterion SET maximum = 50000 WHERE code = '1.5'", "criterion 1.5: maximum changed"),
    "content of a receipt": (
        'UPDATE receipt SET content = replace(content, \'"count":"4"\', \'"count":"5"\') WHERE code LIKE \'%/01\'',
        "XM01 receipt thu_2024/XM01/01: the content is not what was hashed",
    ),
    "hash of a receipt": (
        f"UPDATE receipt SET sha256 = '{'1' * 64}' WHERE code LIKE '%GT01'",
        "receipt thu_2024/XM01/GT01: the audit trail says another hash",
    ),
    "points of a published row": (
        "UPDATE published_result SET obtained = 200000 WHERE position = 1",
        "XM01 published row obtained",
    ),
    "index of a published row": (
        "UPDATE published_result SET index_percent = 990000 WHERE position = 1",
        "XM01 published row index",
    ),
    "class of a published row": (
        "UPDATE published_result SET grade = 'Khá' WHERE position = 1",
        "XM01 published row class",
    ),
    "position of a published row": (
        "UPDATE published_result SET position = 2 WHERE position = 1",
        "XM01 published row position",
    ),
    "a published row that is gone": ("DELETE FROM published_result WHERE position = 1", "XM01 published row: missing"),
    "number of the decision": ("UPDATE publication SET decision_number = '13/QĐ-UBND'", "number: stored 13/QĐ-UBND"),
    "day of the decision": ("UPDATE publication SET decided_on = '2024-12-21'", "decision day: stored 2024-12-21"),
    "signer": ("UPDATE publication SET signer = 'PHÓ CHỦ TỊCH'", "signer: stored PHÓ CHỦ TỊCH"),
    "bounds of the classes": ("UPDATE grade_band SET lower = 990000 WHERE name = 'Tốt'", "XM01 class: published Tốt"),
    "decimals of the index": ("UPDATE campaign SET decimals = 3", "settings differ"),
    "stage of the group": ("UPDATE group_stage SET stage = 'approved'", "its last act left it at published"),
}


@pytest.mark.parametrize("name", EDITED)
def test_one_edited_value_is_named(published: Published, name: str) -> None:
    statement, expected = EDITED[name]
    assert published.rows.execute(statement).rowcount > 0
    found = published.differences()
    assert any(expected in words for words in found), found


def rewritten(published: Published, change: Callable[[dict[str, object]], None]) -> None:
    """Rewrite the snapshot with its hash: it fits itself again."""
    kept = json.loads(published.rows.execute("SELECT snapshot FROM publication").fetchone()[0])
    change(kept)
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    published.rows.execute("UPDATE publication SET snapshot = ?, snapshot_sha256 = ?", (text, digest))


def test_an_authority_rewritten_in_snapshot_and_hash_meets_the_audit_trail(published: Published) -> None:
    rewritten(published, lambda kept: kept["decision"].update(authority="UBND TỈNH"))  # type: ignore[attr-defined]
    found = published.differences()
    assert any("authority: stored UBND TỈNH, the audit trail says UBND HUYỆN" in words for words in found)
    assert any("snapshot_sha256: stored" in words for words in found)


def test_a_receipt_rewritten_with_its_hash_meets_the_audit_trail(published: Published) -> None:
    content = published.rows.execute("SELECT content FROM receipt WHERE code LIKE '%XM01/01'").fetchone()[0]
    content = content.replace('"count":"4"', '"count":"5"')
    digest = hashlib.sha256(content.encode()).hexdigest()
    published.rows.execute("UPDATE receipt SET content = ?, sha256 = ? WHERE code LIKE '%XM01/01'", (content, digest))
    assert any("XM01/01: the audit trail says another hash" in words for words in published.differences())


def test_a_paper_of_another_edition_is_named(published: Published) -> None:
    other = LocalBlobs(str(published.blobs)).put(io.BytesIO(b"%PDF-1.4 another"), limit=100)
    published.rows.execute("UPDATE publication SET pdf_sha256 = ?", (other.sha256,))
    assert any(f"paper: stored {other.sha256}, the snapshot says" in words for words in published.differences())


def test_a_paper_whose_bytes_changed_is_named(published: Published) -> None:
    name = published.rows.execute("SELECT pdf_sha256 FROM publication").fetchone()[0]
    path = published.blobs / name[:2] / name[2:4] / name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    assert any(f"the paper {name} is missing or damaged" in words for words in published.differences())
