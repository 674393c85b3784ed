"""One transaction, one audit, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
import time
from decimal import Decimal

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from app.db.assessments import ScoreEntry
from app.db.audit import AuditEvent
from app.db.audit_trail import heads, verify
from app.db.clock import FixedClock
from app.db.criteria import CriteriaSet, Criterion
from app.db.identity import Unit
from app.db.session import Database, reading, unit_of_work
from app.domain.errors import Conflict
from app.domain.terms import SetStatus, UnitTier
from tests.db.small_world import build


def _unit(code: str) -> Unit:
    return Unit(code=code, name=f"Xã {code}", tier=UnitTier.COMMUNE, valid_from=dt.date(2020, 1, 1))


def _frozen_set(clock: FixedClock) -> int:
    with unit_of_work(actor=None, clock=clock) as work:
        criteria_set = CriteriaSet(code="S", name="S", year=2024, status=SetStatus.DRAFT)
        criteria_set.criteria.append(Criterion(position=1, code="1", title="a", maximum=Decimal("0.5")))
        work.session.add(criteria_set)
        work.session.flush()
        criteria_set.status = SetStatus.FROZEN
        return criteria_set.id


def test_points_are_summed_exactly_by_the_database(database: Database, clock: FixedClock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        criteria_set = CriteriaSet(code="S", name="S", year=2024)
        criteria_set.criteria = [
            Criterion(position=n, code=str(n), title="a", maximum=Decimal(figure))
            for n, figure in enumerate(("0.1", "0.2", "1.4"), start=1)
        ]
        work.session.add(criteria_set)
    with reading() as session:
        assert session.scalar(select(func.sum(Criterion.maximum))) == Decimal("1.7")


def test_an_instant_without_a_zone_is_refused(database: Database, clock: FixedClock) -> None:
    with pytest.raises(StatementError, match="zone"), unit_of_work(actor=None, clock=clock) as work:
        work.session.add(CriteriaSet(code="S", name="S", year=2024, frozen_at=dt.datetime(2024, 1, 1)))  # noqa: DTZ001


def test_a_unit_of_work_refuses_to_nest(database: Database, clock: FixedClock) -> None:
    with (
        unit_of_work(actor=None, clock=clock),
        pytest.raises(RuntimeError, match="already"),
        unit_of_work(actor=None, clock=clock),
    ):
        pass


def test_a_failed_work_leaves_neither_row_nor_trace(database: Database, clock: FixedClock) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(actor=None, clock=clock) as work:
        work.session.add(_unit("XM01"))
        work.audit("house", "tried", "unit", "XM01")
        raise ZeroDivisionError
    with reading() as session:
        assert session.scalar(select(func.count(Unit.id))) == 0
        assert session.scalar(select(func.count(AuditEvent.id))) == 0


def test_eight_threads_writing_at_once_lose_nothing_and_all_finish(database: Database, clock: FixedClock) -> None:
    each, threads = 6, 8

    def write(number: int) -> None:
        for turn in range(each):
            with unit_of_work(actor=None, clock=clock) as work:
                work.session.add(_unit(f"U{number}-{turn}"))
                work.audit("house", "added", "unit", f"{number}-{turn}")

    started = time.monotonic()
    running = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=60)
    assert time.monotonic() - started < 60
    with reading() as session:
        assert session.scalar(select(func.count(Unit.id))) == each * threads
        assert verify(session) == (each * threads, None)


def test_units_are_found_without_accents(database: Database, clock: FixedClock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        unit = _unit("DH")
        unit.name = "Thị trấn Đình Cả"
        work.session.add(unit)
    with reading() as session:
        assert session.scalar(select(Unit.search_name)) == "dh thi tran dinh ca"


def test_an_entry_saved_on_a_stale_version_is_refused(database: Database, clock: FixedClock) -> None:
    world = build(clock)
    with unit_of_work(actor=None, clock=clock) as work:
        entry = ScoreEntry(
            assessment_id=world.assessments[0],
            criterion_id=world.leaves["1.1"],
            changed_at=work.now,
            changed_by_id=world.officers[0],
        )
        work.session.add(entry)
    with pytest.raises(StaleDataError), unit_of_work(actor=None, clock=clock) as work:
        entry = work.session.scalars(select(ScoreEntry)).one()
        work.session.execute(text("UPDATE score_entry SET version = version + 1"))
        entry.explanation = "theirs was saved a moment before"


def test_a_frozen_set_is_closed_to_objects_bulk_and_raw_sql(database: Database, clock: FixedClock) -> None:
    set_id = _frozen_set(clock)
    with pytest.raises(Conflict, match="set_frozen"), unit_of_work(actor=None, clock=clock) as work:
        criterion = work.session.scalars(select(Criterion)).one()
        criterion.title = "b"
    with pytest.raises(DBAPIError, match="set_frozen"), unit_of_work(actor=None, clock=clock) as work:
        work.session.execute(update(Criterion).values(maximum=Decimal(9)))
    with pytest.raises(DBAPIError, match="set_frozen"), unit_of_work(actor=None, clock=clock) as work:
        work.session.execute(
            insert(Criterion).values(set_id=set_id, position=2, code="2", title="x", maximum=Decimal(1)),
        )
    with pytest.raises(DBAPIError, match="set_frozen"), unit_of_work(actor=None, clock=clock) as work:
        work.session.execute(text("DELETE FROM criterion"))
    with pytest.raises(DBAPIError, match="set_frozen"), unit_of_work(actor=None, clock=clock) as work:
        work.session.execute(text("UPDATE criteria_set SET status = 'draft'"))


def test_the_audit_trail_is_only_ever_appended_to(database: Database, clock: FixedClock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        work.audit("house", "added", "unit", 1, new={"name": "a"})
    for statement in ("UPDATE audit_event SET note = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(DBAPIError, match="append_only"), unit_of_work(actor=None, clock=clock) as work:
            work.session.execute(text(statement))


def test_the_verifier_names_the_first_bad_row(database: Database, clock: FixedClock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        for number in range(1, 5):
            work.audit("house", "added", "unit", number, new={"points": "0.5"})
        work.audit("campaign:1", "opened", "campaign", 1)
    with reading() as session:
        assert verify(session) == (5, None)
        assert {head.stream for head in heads(session)} == {"house", "campaign:1"}
    dropped = {
        "sqlite": "DROP TRIGGER append_only_audit_event_update",
        "postgresql": "DROP TRIGGER append_only_audit_event ON audit_event",
    }
    with database.engine.begin() as connection:
        connection.execute(text(dropped[connection.dialect.name]))
        connection.execute(text("UPDATE audit_event SET new = '{\"points\":\"5\"}' WHERE object_id = '3'"))
    with reading() as session:
        _, broken = verify(session)
    assert broken is not None
    assert (broken.stream, broken.sequence) == ("house", 3)


def test_a_unit_code_stands_once(database: Database, clock: FixedClock) -> None:
    with unit_of_work(actor=None, clock=clock) as work:
        work.session.add(_unit("XM01"))
    with pytest.raises(IntegrityError), unit_of_work(actor=None, clock=clock) as work:
        work.session.add(_unit("XM01"))
