"""People are told in the transaction of what it tells of, and of one occasion only once; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db.clock import FixedClock
from app.db.identity import PortalUser
from app.db.notices import Notice
from app.db.session import Database, reading, unit_of_work
from app.domain.notices import NoticeKind
from app.domain.policy import Actor
from app.services.notices import announce
from tests.databases import BEFORE_THE_LOCK

CLOCK = FixedClock(BEFORE_THE_LOCK)


@pytest.fixture
def people(database: Database) -> list[int]:
    with unit_of_work(actor=None, clock=CLOCK) as work:
        rows = [PortalUser(username=name, first_name=name, last_name="", email=f"{name}@x.invalid") for name in "ab"]
        work.session.add_all(rows)
        work.session.flush()
        return [row.id for row in rows]


def told() -> list[tuple[int, str]]:
    with reading() as session:
        return [(row.user_id, row.kind.value) for row in session.scalars(select(Notice).order_by(Notice.id))]


def test_everybody_named_is_told_but_for_whoever_acts(people: list[int]) -> None:
    actor = Actor(people[0], "a", ())
    with unit_of_work(actor=actor, clock=CLOCK) as work:
        announce(work, NoticeKind.APPROVAL_REQUESTED, people, path="/", facts={"unit": "Xã mẫu"})
    assert told() == [(people[1], "approval_requested")]


def test_an_occasion_with_a_name_is_told_once(people: list[int]) -> None:
    for _ in range(2):
        with unit_of_work(actor=None, clock=CLOCK) as work:
            announce(work, NoticeKind.DEADLINE_NEAR, people, path="/", facts={}, once="scoring:7")
    assert told() == [(number, "deadline_near") for number in people]


def test_an_act_that_was_rolled_back_was_never_told_of(people: list[int]) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(actor=None, clock=CLOCK) as work:
        announce(work, NoticeKind.RESULT_PUBLISHED, people, path="/", facts={})
        work.session.flush()
        raise ZeroDivisionError
    assert told() == []
