"""Units of a group compared on what applies to all of them: the leaves of the set less every unit's exemptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.points import round_half_up, sum_points
from app.domain.ranking import Contender, positions
from app.domain.scoring import Adjustments, exact_index
from app.domain.terms import Ties


@dataclass(frozen=True, slots=True)
class Contestant:
    """A unit with an index: its points by leaf it is measured by, and the position it has by its own maximum."""

    key: int
    points: Mapping[str, Decimal]
    index: Decimal
    position: int


@dataclass(frozen=True, slots=True)
class CommonLine:
    """A unit on the common leaves alone, bonus and penalty left out."""

    key: int
    obtained: Decimal
    index: Decimal
    position: int


@dataclass(frozen=True, slots=True)
class Common:
    """The leaves that apply to every unit, what they sum to, and the units on them; no lines where none is common."""

    codes: tuple[str, ...]
    attainable: Decimal
    lines: Mapping[int, CommonLine]


def on_common_leaves(
    contestants: Sequence[Contestant], maxima: Mapping[str, Decimal], *, decimals: int, ties: Ties
) -> Common:
    """Return index and position of each unit by the leaves applicable to all; `maxima` in the order of the paper."""
    codes = tuple(code for code in maxima if contestants and all(code in each.points for each in contestants))
    attainable = sum_points(maxima[code] for code in codes)
    if attainable <= 0:
        return Common((), Decimal(0), {})
    obtained = {each.key: sum_points(each.points[code] for code in codes) for each in contestants}
    index = {
        key: round_half_up(exact_index(points, attainable, Adjustments()), decimals) for key, points in obtained.items()
    }
    placed = positions([Contender(key, figure) for key, figure in index.items()], ties)
    lines = {
        key: CommonLine(key, obtained[key], index[key], place) for key, place in placed.items() if place is not None
    }
    return Common(codes, attainable, lines)
