"""A rule is saved with its examples, to drafts alone, over nobody's head, and old and new stand in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DatabaseError

from app.db.criteria import CriteriaSet, Criterion, RuleExample
from app.db.session import Database, reading, unit_of_work
from app.domain.claim_codec import claim_from_json
from app.domain.errors import Conflict, DomainError, Forbidden, InputInvalid, NotFound, RuleInvalid
from app.domain.rule_examples import Example
from app.domain.rules import DeductionRule, JudgedRule, ProportionalRule
from app.domain.terms import ExampleOrigin, ScoredBy, SetStatus
from app.services.rule_editing import RuleForEditing, SaveRule, rule_for_editing, save_rule
from app.services.seed_sets import copy_set
from tests.services.flow import Flow, start
from tests.web.records_app import last_event


@dataclass
class Desk:
    """A draft copy of the world's set; `ids` by code. 1.5: from 80% in proportion, 4 points; 1.7: the deduction."""

    flow: Flow
    ids: dict[str, int]

    def read(self, code: str = "1.5") -> RuleForEditing:
        return rule_for_editing(self.ids[code], actor=self.flow.who("to_chuc"))

    def save(self, code: str = "1.5", who: str = "to_chuc", **changed: Any) -> None:
        now = self.read(code)
        command = SaveRule(now.criterion_id, now.stamp, now.rule, now.scored_by, now.examples)
        save_rule(replace(command, **changed), actor=self.flow.who(who), clock=self.flow.clock)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    flow = start(tmp_path)
    with unit_of_work(actor=None, clock=flow.clock) as work:
        copy = copy_set(work.session, work.session.get_one(CriteriaSet, flow.world.set), "nhap")
        return Desk(flow, {node.code: node.id for node in copy.criteria})


def example(claim: dict[str, str], expected: str | None = None, **more: Any) -> Example:
    return Example(claim_from_json(claim), None if expected is None else Decimal(expected), **more)


#: 18 of 20 is 90% of 4 points = 3,6; 15 of 20 is 75%, below the floor of 80%
NINETY = example({"numerator": "18", "denominator": "20"}, "3.6", note="Phụ lục, dòng 3")
BELOW = example({"numerator": "15", "denominator": "20"}, "0")
NOTHING = example({"numerator": "0", "denominator": "0"}, refusal="nothing_to_measure", origin=ExampleOrigin.IMPORTED)


def refusal(act: Callable[[], object], kind: type[DomainError]) -> DomainError:
    with pytest.raises(kind) as refused:
        act()
    return refused.value


def test_a_rule_and_its_examples_come_back_as_they_were_saved(desk: Desk) -> None:
    rule = ProportionalRule(floor=Decimal(85), cap=Decimal(100))
    kept = (replace(NINETY, note="x"), BELOW, NOTHING)
    desk.save(rule=rule, examples=kept, scored_by=ScoredBy.COUNCIL)
    now = desk.read()
    assert (now.rule, now.scored_by, now.examples) == (rule, ScoredBy.COUNCIL, kept)


def test_old_and_new_stand_in_the_log_and_what_stayed_does_not(desk: Desk) -> None:
    desk.save(rule=ProportionalRule(floor=Decimal(85)))
    event = last_event()
    assert (event.stream, event.action, event.object_type) == ("house", "rule_changed", "criterion")
    assert (event.old or {})["rule"]["floor"] == "80"
    assert (event.new or {})["rule"]["floor"] == "85"
    assert set(event.new or {}) == {"rule"}


def test_saving_what_stands_already_writes_nothing(desk: Desk) -> None:
    before = last_event().id
    desk.save()
    assert last_event().id == before


def test_an_example_that_no_longer_comes_out_is_named_and_nothing_is_saved(desk: Desk) -> None:
    desk.save(examples=(NINETY, BELOW))
    refused = refusal(lambda: desk.save(rule=ProportionalRule(floor=Decimal(70))), InputInvalid)
    # from 70% on 15 of 20 earns 75% of 4 = 3 instead of 0
    assert (refused.code, refused.details) == ("examples_broken", {"examples": "2"})
    assert desk.read().rule == ProportionalRule(floor=Decimal(80), cap=Decimal(100))
    corrected = (NINETY, replace(BELOW, expected=Decimal(3)))
    desk.save(rule=ProportionalRule(floor=Decimal(70)), examples=corrected)
    assert desk.read().examples == corrected


def test_an_example_that_must_be_refused_breaks_where_it_is_not(desk: Desk) -> None:
    claimed = example({"percent": "90"}, refusal="no_band")
    assert refusal(lambda: desk.save(examples=(claimed,)), InputInvalid).code == "examples_broken"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (example({"percent": "90"}), "example_without_outcome"),
        (example({"percent": "90"}, "3.6", refusal="no_band"), "example_without_outcome"),
        (example({"percent": "90"}, "3.60001"), "too_many_decimals"),
        (example({"percent": "90"}, "3.6", note="x" * 501), "text_too_long"),
    ],
)
def test_an_example_that_says_nothing_certain_is_refused(desk: Desk, broken: Example, code: str) -> None:
    assert refusal(lambda: desk.save(examples=(broken,)), InputInvalid).code == code


def test_a_rule_that_cannot_be_right_is_refused(desk: Desk) -> None:
    """The start of the deduction may not pass the maximum of 1.7, 1 point."""
    rule = DeductionRule(threshold=None, start=Decimal(2), each=Decimal(1), floor=Decimal(0), cut_off=None)
    assert refusal(lambda: desk.save("1.7", rule=rule), RuleInvalid).code == "option_above_maximum"


@pytest.mark.parametrize("change", ["rule", "examples", "maximum"])
def test_who_read_an_older_state_is_refused_whatever_changed(desk: Desk, change: str) -> None:
    stale = desk.read()
    if change == "maximum":
        with unit_of_work(actor=None, clock=desk.flow.clock) as work:
            work.session.get_one(Criterion, desk.ids["1.5"]).maximum = Decimal("3.5")
    else:
        desk.save(**({"rule": JudgedRule()} if change == "rule" else {"examples": (BELOW,)}))
    refused = refusal(lambda: desk.save(stamp=stale.stamp, rule=ProportionalRule(floor=None)), Conflict)
    assert refused.code == "rule_changed"


def test_a_frozen_set_is_read_and_never_written(desk: Desk) -> None:
    with reading() as session:
        frozen = select(Criterion.id).where(Criterion.set_id == desk.flow.world.set, Criterion.code == "1.5")
        number = session.scalars(frozen).one()
    seen = rule_for_editing(number, actor=desk.flow.who("to_chuc"))
    assert seen.frozen
    command = SaveRule(number, seen.stamp, JudgedRule(), ScoredBy.UNIT)
    refused = refusal(lambda: save_rule(command, actor=desk.flow.who("to_chuc"), clock=desk.flow.clock), Conflict)
    assert refused.code == "set_frozen"


def test_only_who_configures_sets_reads_or_saves(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        rule_for_editing(desk.ids["1.5"], actor=desk.flow.who("can_bo_01"))
    with pytest.raises(Forbidden):
        desk.save(who="kiem_toan", rule=JudgedRule())


def test_a_branch_has_no_rule_to_edit(desk: Desk) -> None:
    assert refusal(lambda: desk.read("1"), NotFound).code == "leaf_unknown"
    with pytest.raises(NotFound):
        rule_for_editing(99_999, actor=desk.flow.who("to_chuc"))


def test_a_copy_of_a_set_takes_the_examples_along(desk: Desk) -> None:
    desk.save(examples=(NINETY, NOTHING))
    with unit_of_work(actor=None, clock=desk.flow.clock) as work:
        source = work.session.get_one(Criterion, desk.ids["1.5"]).criteria_set
        copy = copy_set(work.session, source, "nhap_2")
        copied = {node.code: node.id for node in copy.criteria}
    assert rule_for_editing(copied["1.5"], actor=desk.flow.who("to_chuc")).examples == (NINETY, NOTHING)


# ── frozen with the set


def freeze(desk: Desk) -> int:
    """Freeze the draft with one example on 1.5; return the example's number."""
    desk.save(examples=(NINETY,))
    with unit_of_work(actor=None, clock=desk.flow.clock) as work:
        row = work.session.get_one(Criterion, desk.ids["1.5"])
        row.criteria_set.status = SetStatus.FROZEN
        return row.examples[0].id


def test_examples_of_a_frozen_set_are_neither_added_changed_nor_taken_away(desk: Desk) -> None:
    number = freeze(desk)

    def change(session: Any) -> None:
        session.get_one(RuleExample, number).note = "khác"

    def take_away(session: Any) -> None:
        session.delete(session.get_one(RuleExample, number))

    def add(session: Any) -> None:
        another = session.get_one(RuleExample, number).copied()
        another.criterion_id = desk.ids["1.5"]
        session.add(another)

    for act in (change, take_away, add):
        with pytest.raises(Conflict) as refused, unit_of_work(actor=None, clock=desk.flow.clock) as work:
            act(work.session)
        assert refused.value.code == "set_frozen"


@pytest.mark.parametrize("statement", ["insert", "update", "delete"])
def test_raw_sql_does_not_reach_the_examples_of_a_frozen_set_either(desk: Desk, statement: str) -> None:
    number = freeze(desk)
    row = {"criterion_id": desk.ids["1.5"], "position": 9, "claim": {}, "expected": Decimal(1), "origin": "typed"}
    statements = {
        "insert": insert(RuleExample).values(note="", **row),
        "update": text(f"UPDATE rule_example SET note = 'x' WHERE id = {number}"),
        "delete": delete(RuleExample).where(RuleExample.id == number),
    }
    with (
        pytest.raises(DatabaseError, match="set_frozen"),
        unit_of_work(actor=None, clock=desk.flow.clock) as work,
    ):
        work.session.execute(statements[statement])
