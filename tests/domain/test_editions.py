"""Positions kept after an annulment (QĐ 1820/QĐ-UBND, Điều 7), what differs between editions, and the waterfall."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.editions import (
    EditionRow,
    Moved,
    Placed,
    Remarks,
    edition_changes,
    kept_positions,
    position_remarks,
)
from app.domain.waterfall import Loss, LossCause, waterfall

D = Decimal
#: edition 1: A 95, B 90, C 90, D 80 → 1, 2, 2, 4
KEPT = {"B": 2, "C": 2, "D": 4}


def placed(index: int, position: int) -> list[Placed[str]]:
    """The new table, ranked anew: A comes back with `index` at `position`."""
    others = {"B": 90, "C": 90, "D": 80}
    anew = {unit: 1 + sum(other > own for other in [*others.values(), index]) for unit, own in others.items()}
    rows = [Placed(unit, D(own), (), anew[unit]) for unit, own in others.items()]
    return [Placed("A", D(index), (), position), *rows]


@pytest.mark.parametrize(
    ("index", "anew", "position", "remarks"),
    [
        (96, 1, 1, Remarks()),  # still the best: nothing moves
        (90, 1, 2, Remarks(empty=(1,))),  # as much as B and C: not before them
        (85, 3, 3, Remarks(empty=(1,))),  # behind two, before D
        (80, 3, 4, Remarks(empty=(1,))),  # as much as D: shares its place
        (70, 4, 4, Remarks(empty=(1,), shared=(4,))),  # last of four; D keeps the fourth place
    ],
)
def test_the_unit_that_comes_back_stands_before_none_that_has_as_much(
    index: int, anew: int, position: int, remarks: Remarks
) -> None:
    rows = placed(index, anew)
    found = kept_positions(rows, KEPT)
    assert found == KEPT | {"A": position}
    assert position_remarks([(found[row.key], row.figure) for row in rows]) == remarks


def test_places_behind_equals_are_no_gap() -> None:
    assert position_remarks([(1, D(95)), (2, D(90)), (2, D(90)), (4, D(80))]) == Remarks()
    assert position_remarks([(1, D(95)), (3, D(80))]) == Remarks(empty=(2,))
    assert position_remarks([]) == Remarks()


def row(unit: str, index: int | None, position: int | None, standing: str = "ranked") -> EditionRow:
    return EditionRow(unit, f"Xã {unit}", standing, None if index is None else D(index), "Tốt", position)


def test_an_edition_names_who_entered_left_and_changed() -> None:
    before = [row("A", 95, 1), row("B", 90, 2), row("C", None, None, "under_appraisal"), row("E", None, None)]
    after = [row("B", 90, 1), row("C", 85, 2), row("A", None, None, "annulled"), row("E", None, None, "annulled")]
    assert [(change.how, change.now and change.now.unit) for change in edition_changes(before, after)] == [
        (Moved.CHANGED, "B"),
        (Moved.ENTERED, "C"),
        (Moved.LEFT, "A"),
    ]


def loss(code: str, amount: str, cause: LossCause = LossCause.LOST) -> Loss:
    return Loss(code, code, Fraction(D(amount)), cause)


def test_the_waterfall_ends_at_the_index_the_largest_loss_first() -> None:
    """100 − 3 − 1 − 0,5 + 2 (bonus) − 1 (penalty) = 96,5."""
    losses = [
        loss("+", "-2", LossCause.BONUS),
        loss("b", "0.5"),
        loss("c", "3"),
        loss("−", "1", LossCause.PENALTY),
        loss("a", "1"),
    ]
    steps = waterfall(losses, Fraction(D("96.5")))
    assert [(step.loss.code, float(step.start), float(step.end)) for step in steps] == [
        ("c", 100, 97),
        ("a", 97, 96),
        ("b", 96, 95.5),
        ("+", 95.5, 97.5),
        ("−", 97.5, 96.5),
    ]


def test_many_small_losses_are_one_step_and_a_cap_is_a_step() -> None:
    steps = waterfall([loss(str(number), "1") for number in range(5)], Fraction(95), most=3)
    assert [(step.loss.cause, step.end) for step in steps] == [
        (LossCause.LOST, 99),
        (LossCause.LOST, 98),
        (LossCause.OTHERS, 95),
    ]
    capped = waterfall([loss("+", "-4", LossCause.BONUS)], Fraction(100))
    assert [(step.loss.cause, step.end) for step in capped] == [(LossCause.BONUS, 104), (LossCause.LIMIT, 100)]
