"""Appendices under review, on both databases: stored whole at once, decided step by step, kept as a draft set."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from app.db.audit import AuditEvent
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet
from app.db.identity import PortalUser
from app.db.imports import CriteriaImport, ImportDecision
from app.db.queries.people import actor_of
from app.db.queries.trees import findings_of_set, nodes_of_set
from app.db.session import Database, reading, unit_of_work
from app.domain.criteria import tree_problems
from app.domain.errors import Conflict, Forbidden, InputInvalid, NotFound, TreeInvalid
from app.domain.policy import Actor
from app.domain.set_diff import ChangeKind
from app.domain.terms import ImportStatus, ScoredBy, SetStatus, Severity
from app.reading.codec import appendix_from_json, appendix_to_json, document_from_json, document_to_json
from app.reading.decisions import ApplyRemedy, EditFields, MatchAgency, Settle, Undo
from app.reading.document import Document, Paragraph
from app.reading.draft import Appendix
from app.reading.secrets import MASK
from app.services.import_saving import SaveAsSet, SetWords, save_as_set
from app.services.import_views import imports_of_house, review_of
from app.services.imports import (
    compare_with,
    decide,
    drop_import,
    open_source,
    start_import,
    start_paste,
    take_up_import,
    undo,
)
from app.storage.local import LocalBlobs
from tests.databases import BEFORE_THE_LOCK
from tests.reading.appendix_samples import APPENDIX, DOCUMENT
from tests.web.world import World, build_world

CLOCK = FixedClock(BEFORE_THE_LOCK)


@dataclass(frozen=True)
class Read:
    """What a reader hands over."""

    document: Document = DOCUMENT
    appendix: Appendix = APPENDIX


@dataclass
class Reader:
    """A reader that always reads the same, and remembers what it was asked."""

    answer: Read = Read()
    asked: tuple[str, int | None] = ("", None)
    given: bytes = b""

    def __call__(self, data: bytes, name: str, *, appendix: int | None = None) -> Read:
        self.asked, self.given = (name, appendix), data
        return self.answer


WORDS = SetWords(
    finding=lambda finding: f"câu về {finding.code.value}",
    remedy=lambda remedy: f"cách {remedy.key}",
    assignments=lambda given: "\n".join(f"{each.branch}: {', '.join(each.officers)}" for each in given),
)


@dataclass
class Desk:
    """Two people who set up criteria, over one database."""

    world: World
    store: LocalBlobs
    organiser: Actor
    administrator: Actor
    officer: Actor
    reader: Reader

    def start(self, data: bytes = b"docx", name: str = "phu_luc.docx", **more: Any) -> int:
        return start_import(data, name, read=self.reader, store=self.store, actor=self.organiser, clock=CLOCK, **more)

    def decide(self, number: int, *decisions: Any, actor: Actor | None = None) -> None:
        for decision in decisions:
            version = review_of(number, actor=self.organiser, clock=CLOCK).version
            decide(number, version, decision, actor=actor or self.organiser, clock=CLOCK)

    def save(self, number: int, **more: Any) -> int:
        version = review_of(number, actor=self.organiser, clock=CLOCK).version
        fields = {"code": "xa_2025", "name": "Bộ tiêu chí 2025", "year": 2025, **more}
        return save_as_set(SaveAsSet(number, version, **fields), words=WORDS, actor=self.organiser, clock=CLOCK)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    world = build_world(CLOCK)
    with reading() as session:
        people = {
            name: actor_of(session, session.scalars(select(PortalUser.id).where(PortalUser.username == name)).one())
            for name in ("to_chuc", "quan_tri", "can_bo_01")
        }
    store = LocalBlobs(str(tmp_path / "blobs"))
    return Desk(world, store, people["to_chuc"], people["quan_tri"], people["can_bo_01"], Reader())


def test_what_is_read_comes_back_from_its_json_as_it_was() -> None:
    assert document_from_json(json.loads(json.dumps(document_to_json(DOCUMENT)))) == DOCUMENT
    assert appendix_from_json(json.loads(json.dumps(appendix_to_json(APPENDIX)))) == APPENDIX


def test_an_upload_is_stored_whole_at_once_and_found_again(desk: Desk) -> None:
    number = desk.start(name="C:\\Tai lieu\\phu_luc.docx", appendix=2)
    assert desk.reader.asked == ("C:\\Tai lieu\\phu_luc.docx", 2)
    view = review_of(number, actor=desk.administrator, clock=CLOCK)
    assert (view.file_name, view.title, view.version) == ("phu_luc.docx", APPENDIX.title, 0)
    assert [node.criterion.code for node in view.review.nodes] == ["5", "5.1", "5.2", "5.3"]
    [line] = imports_of_house(actor=desk.administrator)
    assert (line.id, line.status, line.mine, line.created_by) == (number, ImportStatus.DRAFT, False, "to_chuc")
    with reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "import_started")).one()
        assert (told.object_type, told.actor_name, told.new["nodes"]) == ("criteria_import", "to_chuc", 4)


def test_a_login_of_the_letter_is_kept_nowhere(desk: Desk) -> None:
    number = desk.start("Mật khẩu: Abc@123".encode())
    view = review_of(number, actor=desk.organiser, clock=CLOCK)
    assert (view.masked, view.kept) == (1, False)
    with reading() as session:
        stored = session.execute(text("SELECT document, appendix FROM criteria_import")).one()
        trail = session.execute(text("SELECT new FROM audit_event")).all()
    assert "Abc@123" not in str(stored)
    assert "Abc@123" not in str(trail)
    assert MASK in str(stored)
    with pytest.raises(NotFound, match="import_source_unknown"):
        open_source(number, store=desk.store, actor=desk.organiser)


def test_a_plain_text_is_kept_with_its_login_masked(desk: Desk) -> None:
    desk.reader.answer = Read(replace(DOCUMENT, format="text"))
    number = desk.start("Dòng 1\nMật khẩu: Abc@123\nDòng 3".encode(), "003.txt")
    stream, name = open_source(number, store=desk.store, actor=desk.organiser)
    with stream:
        assert stream.read().decode() == f"Dòng 1\nMật khẩu: {MASK}\nDòng 3"
    assert name == "003.txt"


def test_a_file_without_a_login_is_given_back_byte_for_byte(desk: Desk) -> None:
    desk.reader.answer = Read(replace(DOCUMENT, blocks=(Paragraph(1, "x"), *DOCUMENT.blocks[2:])))
    number = desk.start(b"\x00\x01docx")
    stream, _ = open_source(number, store=desk.store, actor=desk.organiser)
    with stream:
        assert stream.read() == b"\x00\x01docx"


@pytest.mark.parametrize(
    ("pasted", "name"), [("<table><tr><td>1</td></tr></table>", "paste.html"), ("1\tA\t2", "paste.txt")]
)
def test_what_is_pasted_is_read_as_a_page_or_as_lines(desk: Desk, pasted: str, name: str) -> None:
    start_paste(pasted, read=desk.reader, store=desk.store, actor=desk.organiser, clock=CLOCK)
    assert desk.reader.asked == (name, None)


def test_nothing_given_and_what_the_reader_refuses_store_nothing(desk: Desk) -> None:
    def refuse(data: bytes, name: str, *, appendix: int | None = None) -> Read:
        raise InputInvalid("no_criteria_table")

    with pytest.raises(InputInvalid, match="nothing_given"):
        desk.start(b"  ")
    with pytest.raises(InputInvalid, match="no_criteria_table"):
        start_import(b"x", "a.docx", read=refuse, store=desk.store, actor=desk.organiser, clock=CLOCK)
    with reading() as session:
        assert session.scalar(select(func.count(CriteriaImport.id))) == 0


def test_only_who_sets_up_criteria_reads_or_decides(desk: Desk) -> None:
    number = desk.start()
    for ask in (
        lambda: imports_of_house(actor=desk.officer),
        lambda: review_of(number, actor=desk.officer, clock=CLOCK),
        lambda: decide(number, 0, ApplyRemedy("r0", 0), actor=desk.officer, clock=CLOCK),
        lambda: drop_import(number, actor=desk.officer, clock=CLOCK),
        lambda: open_source(number, store=desk.store, actor=desk.officer),
        lambda: start_import(b"x", "a", read=desk.reader, store=desk.store, actor=desk.officer, clock=CLOCK),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_decisions_are_found_again_with_who_made_them(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    desk.decide(number, Settle("r1", "Hội đồng xem xét"), actor=desk.administrator)
    view = review_of(number, actor=desk.organiser, clock=CLOCK)
    assert [each.who for each in view.decided] == ["to_chuc", "quan_tri"]
    assert view.review.node(1).criterion.maximum == Decimal("3.5")
    assert view.review.finding("r1").settlement.note == "Hội đồng xem xét"  # type: ignore[union-attr]
    with reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "import_decided")).all()
        assert [(row.new["kind"], row.new["where"]) for row in told] == [("apply_remedy", "5"), ("settle", "")]


def test_the_second_of_two_at_once_is_told_and_nothing_is_lost(desk: Desk) -> None:
    number = desk.start()
    decide(number, 0, ApplyRemedy("r0", 0), actor=desk.organiser, clock=CLOCK)
    with pytest.raises(Conflict) as told:
        decide(number, 0, Settle("r1", "x"), actor=desk.administrator, clock=CLOCK)
    assert (told.value.code, told.value.details) == ("import_changed", {"by": "to_chuc"})
    view = review_of(number, actor=desk.organiser, clock=CLOCK)
    assert view.version == 1
    assert view.review.finding("r1").open


def test_taking_back_is_one_more_decision(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    undo(number, 1, actor=desk.organiser, clock=CLOCK)
    view = review_of(number, actor=desk.organiser, clock=CLOCK)
    assert view.version == 2
    assert view.review.finding("r0").open
    with pytest.raises(InputInvalid, match="nothing_to_undo"):
        undo(number, 2, actor=desk.organiser, clock=CLOCK)


def test_what_was_decided_cannot_be_rewritten(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    with pytest.raises(DatabaseError, match="append_only"), unit_of_work(actor=None, clock=CLOCK) as work:
        work.session.execute(text("UPDATE import_decision SET kind = 'settle'"))
    with reading() as session:
        assert session.scalars(select(ImportDecision.kind)).all() == ["apply_remedy"]


def test_a_review_put_away_takes_no_decision_until_it_is_taken_up_again(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    drop_import(number, actor=desk.organiser, clock=CLOCK)
    with pytest.raises(Conflict, match="import_closed"):
        desk.decide(number, Settle("r1", "x"))
    take_up_import(number, actor=desk.administrator, clock=CLOCK)
    assert review_of(number, actor=desk.organiser, clock=CLOCK).version == 1
    with pytest.raises(Conflict, match="import_closed"):
        take_up_import(number, actor=desk.organiser, clock=CLOCK)


def test_a_set_that_does_not_sum_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    number = desk.start()
    with pytest.raises(TreeInvalid) as told:
        desk.save(number)
    assert told.value.code == "maximum_differs_from_children"
    assert told.value.details["criterion"] == "5"
    with reading() as session:
        assert session.scalar(select(func.count(CriteriaSet.id))) == 1  # that of the world
    assert review_of(number, actor=desk.organiser, clock=CLOCK).open


def test_a_review_is_kept_as_a_draft_set_with_rules_words_and_findings(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0), Settle("r2", "không cần"))
    made = desk.save(number)
    with reading() as session:
        kept = session.get_one(CriteriaSet, made)
        assert (kept.status, kept.code, kept.year, kept.notes) == (
            SetStatus.DRAFT,
            "xa_2025",
            2025,
            "5.1: Cán bộ Văn phòng, Cán bộ Nội vụ",
        )
        nodes = nodes_of_set(session, made)
        assert tree_problems(nodes) == []
        assert [(node.code, node.parent, node.maximum) for node in nodes] == [
            ("5", None, Decimal("3.5")),
            ("5.1", "5", Decimal(2)),
            ("5.2", "5", Decimal(1)),
            ("5.3", "5", Decimal("0.5")),
        ]
        assert [node.rule for node in nodes] == [criterion.rule for criterion in APPENDIX.criteria]
        assert {node.scored_by for node in nodes if node.rule} == {ScoredBy.UNIT}
        first = kept.criteria[1]
        assert (first.original, first.evidence, first.agency_printed) == (
            "- Ban hành đầy đủ = 2 điểm\n- Không ban hành = 0 điểm",
            "Kế hoạch\nBáo cáo",
            "Phòng Nội vụ",
        )
        assert first.agency_id == desk.world.units["PNV"]
        assert [row.agency_id for row in kept.criteria[2:]] == [None, None]
        assert findings_of_set(session, made) == [
            ("5", Severity.ERROR, True),
            ("5.2", Severity.ERROR, False),
            ("5", Severity.WARNING, True),
            ("5", Severity.WARNING, False),
            ("5.2", Severity.WARNING, False),
        ]
        choices = [finding.choice for row in kept.criteria for finding in row.findings]
        assert "cách take_children" in choices
        assert "không cần" in choices
    view = review_of(number, actor=desk.organiser, clock=CLOCK)
    assert (view.status, view.set_id) == (ImportStatus.SAVED, made)


def test_an_agency_matched_by_hand_is_the_unit_of_the_set(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0), MatchAgency("Phòng Văn hóa", "thanh tra huyện"))
    made = desk.save(number)
    with reading() as session:
        rows = session.get_one(CriteriaSet, made).criteria
        assert [row.agency_id for row in rows[2:]] == [desk.world.units["TTH"]] * 2
        assert rows[2].agency_printed == "Phòng Văn hóa"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"code": ""}, "set_code_missing", "code"),
        ({"code": "hai chữ"}, "set_code_unreadable", "code"),
        ({"code": "bo_thu"}, "code_exists", "code"),
        ({"name": "  "}, "set_name_missing", "name"),
        ({"name": "Bộ" * 201}, "set_name_missing", "name"),
        ({"year": 24}, "year_out_of_range", "year"),
    ],
)
def test_what_a_set_is_called_is_checked_by_field(desk: Desk, given: dict[str, Any], code: str, field: str) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    with pytest.raises(InputInvalid) as told:
        desk.save(number, **given)
    assert (told.value.code, told.value.details["field"]) == (code, field)


def test_a_set_is_not_kept_over_a_decision_the_page_did_not_show(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    command = SaveAsSet(number, 0, "xa_2025", "Bộ", 2025)
    with pytest.raises(Conflict, match="import_changed"):
        save_as_set(command, words=WORDS, actor=desk.organiser, clock=CLOCK)


def test_last_years_set_is_laid_beside_by_title_and_by_code(desk: Desk) -> None:
    """The world's set has 1.1 … 2.2 and no title of ours; a set kept from the same paper matches row by row."""
    first = desk.start()
    desk.decide(first, ApplyRemedy("r0", 0))
    made = desk.save(first)
    number = desk.start()
    compare_with(number, desk.world.set, actor=desk.organiser, clock=CLOCK)
    assert review_of(number, actor=desk.organiser, clock=CLOCK).beside == {}
    compare_with(number, made, actor=desk.organiser, clock=CLOCK)
    desk.decide(number, EditFields(3, {"code": "5.4"}))
    view = review_of(number, actor=desk.organiser, clock=CLOCK)
    assert {place: (each.renumbered, each.difference.kinds) for place, each in view.beside.items()} == {
        1: (False, {ChangeKind.MAXIMUM}),
        2: (False, frozenset()),
        3: (True, frozenset()),
        4: (False, frozenset()),
    }
    assert view.earlier_only == ()
    compare_with(number, None, actor=desk.organiser, clock=CLOCK)
    assert review_of(number, actor=desk.organiser, clock=CLOCK).compare_set == ""


def test_reviews_are_listed_in_one_statement_however_many(desk: Desk, database: Database) -> None:
    for _ in range(3):
        desk.start()
    from sqlalchemy import event

    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
    assert len(imports_of_house(actor=desk.organiser)) == 3
    assert sum("criteria_import" in statement for statement in seen) == 1


def test_a_made_up_undo_is_no_way_around_a_closed_review(desk: Desk) -> None:
    number = desk.start()
    desk.decide(number, ApplyRemedy("r0", 0))
    desk.save(number)
    with pytest.raises(Conflict, match="import_closed"):
        decide(number, 1, Undo(), actor=desk.organiser, clock=CLOCK)
