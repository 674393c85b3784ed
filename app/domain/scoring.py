"""Totals and the index of one unit. Exact until the one rounding at the end.

Source: QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 3, Điều 4, Điều 6 khoản 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.criteria import Tree
from app.domain.errors import InputInvalid
from app.domain.points import round_half_up, sum_points

ZERO = Decimal(0)


class LeafPresence(StrEnum):
    """Three states that are never mixed up, and the fourth: nobody has scored it yet. Scored with 0 is SCORED."""

    SCORED = "scored"
    NOTHING_AROSE = "nothing_arose"
    NOT_APPLICABLE = "not_applicable"
    NOT_SCORED = "not_scored"


@dataclass(frozen=True, slots=True)
class LeafResult:
    """What one leaf counts for: `points` null is *not scored*, never 0; not applicable leaves the maximum too."""

    code: str
    maximum: Decimal
    points: Decimal | None
    applicable: bool = True
    nothing_arose: bool = False

    @property
    def presence(self) -> LeafPresence:
        if not self.applicable:
            return LeafPresence.NOT_APPLICABLE
        if self.points is None:
            return LeafPresence.NOT_SCORED
        return LeafPresence.NOTHING_AROSE if self.nothing_arose else LeafPresence.SCORED


@dataclass(frozen=True, slots=True)
class Totals:
    """Points obtained of the attainable; `maximum` also counts leaves that do not apply."""

    obtained: Decimal
    attainable: Decimal
    maximum: Decimal
    not_scored: int

    @property
    def applicable(self) -> bool:
        """Whether anything counted here applies to the unit; what does not is never a 0."""
        return self.attainable > 0 or self.maximum == 0


@dataclass(frozen=True, slots=True)
class Adjustments:
    """Bonus and penalty in points, both given as positive figures."""

    bonus: Decimal = ZERO
    penalty: Decimal = ZERO


def totals(leaves: Iterable[LeafResult]) -> Totals:
    """Sum leaves only: a parent is never counted again."""
    counted = list(leaves)
    applicable = [leaf for leaf in counted if leaf.applicable]
    return Totals(
        obtained=sum_points(leaf.points for leaf in applicable if leaf.points is not None),
        attainable=sum_points(leaf.maximum for leaf in applicable),
        maximum=sum_points(leaf.maximum for leaf in counted),
        not_scored=sum(leaf.points is None for leaf in applicable),
    )


def branch_totals(tree: Tree, leaves: Iterable[LeafResult]) -> Mapping[str, Totals]:
    """Return the totals of every node of `tree`, each the sum of the leaves at or below it."""
    under: dict[str, list[LeafResult]] = {node.code: [] for node in tree.nodes}
    for leaf in leaves:
        for node in tree.path(leaf.code):
            under[node.code].append(leaf)
    return {code: totals(results) for code, results in under.items()}


def override_points(given: Decimal | None, maximum: Decimal) -> Decimal:
    """Return what a campaign's override gives a leaf: its points, or (None) the maximum.

    Source: Định Hóa 2024, Phụ lục II, VIII: the council gives the maximum in the first year.
    Raises: InputInvalid("override_above_maximum"), InputInvalid("points_negative").
    """
    if given is None:
        return maximum
    if given < 0:
        raise InputInvalid("points_negative", points=given)
    if given > maximum:
        raise InputInvalid("override_above_maximum", points=given, maximum=maximum)
    return given


def exact_index(obtained: Decimal, attainable: Decimal, adjustments: Adjustments, *, capped: bool = False) -> Fraction:
    """Return points obtained per 100 attainable, unrounded; never below 0, at most 100 where the campaign caps it.

    Raises: InputInvalid("nothing_attainable") when no criterion applies.
    """
    if attainable <= 0:
        raise InputInvalid("nothing_attainable")
    counted = Fraction(obtained) + Fraction(adjustments.bonus) - Fraction(adjustments.penalty)
    index = max(counted * 100 / Fraction(attainable), Fraction(0))
    return min(index, Fraction(100)) if capped else index


def index_percent(
    obtained: Decimal,
    attainable: Decimal,
    adjustments: Adjustments,
    *,
    decimals: int,
    capped: bool = False,
) -> Decimal:
    """Return the index in percent, rounded once, half up, to the campaign's `decimals`."""
    return round_half_up(exact_index(obtained, attainable, adjustments, capped=capped), decimals)
