"""From 100 to the index of a unit: one step for every lost point, exact, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class LossCause(StrEnum):
    """Why a step goes down (or up): who took the points."""

    APPRAISAL = "appraisal"
    CLAIMED_LESS = "claimed_less"
    ENTERED = "entered"
    LOST = "lost"
    BONUS = "bonus"
    PENALTY = "penalty"
    OTHERS = "others"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Loss:
    """One reason the index is not 100: `amount` in percent of the index, positive where it takes away."""

    code: str
    title: str
    amount: Fraction
    cause: LossCause


@dataclass(frozen=True, slots=True)
class Step:
    """A loss in its place: the bar runs from `start` to `end`."""

    loss: Loss
    start: Fraction
    end: Fraction


def waterfall(losses: Sequence[Loss], index: Fraction, *, most: int = 12) -> tuple[Step, ...]:
    """Return the steps from 100 down to `index`, the largest loss first, bonus and penalty last.

    Losses beyond `most` are one step; what a cap or the floor at 0 changes is a step too, so that the end is the index.
    """
    last = {LossCause.BONUS, LossCause.PENALTY}
    taken = sorted((loss for loss in losses if loss.cause not in last), key=lambda loss: (-loss.amount, loss.code))
    if len(taken) > most:
        rest = taken[most - 1 :]
        summed = sum((loss.amount for loss in rest), Fraction(0))
        taken = [*taken[: most - 1], Loss(str(len(rest)), "", summed, LossCause.OTHERS)]
    steps: list[Step] = []
    at = Fraction(100)
    for loss in (*taken, *(loss for loss in losses if loss.cause in last)):
        steps.append(Step(loss, at, at - loss.amount))
        at -= loss.amount
    if at != index:
        steps.append(Step(Loss("", "", at - index, LossCause.LIMIT), at, index))
    return tuple(steps)
