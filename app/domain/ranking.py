"""Positions within a group, and the table every ranking on screen, paper and file is made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

from app.domain.classification import Band, check_bands, classify
from app.domain.errors import InputInvalid
from app.domain.indexes import IndexPart, weighted_index
from app.domain.points import round_half_up
from app.domain.scoring import ZERO, Adjustments, exact_index
from app.domain.terms import Ties

K = TypeVar("K", bound=Hashable)

Figure = Decimal | Fraction


class RankOn(StrEnum):
    """Which figure class and position are decided on: the printed one, or the exact one behind it."""

    ROUNDED = "rounded"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Contender(Generic[K]):
    """One unit in a ranking: no index, no position. Tie-breakers are compared in order, higher first."""

    key: K
    index: Figure | None
    tie_breakers: tuple[Figure, ...] = ()


def positions(contenders: Sequence[Contender[K]], ties: Ties) -> Mapping[K, int | None]:
    """Return each contender's position, 1 the best: 1-2-2-4 (competition) or 1-2-2-3 (dense)."""
    sharing = Counter(
        (contender.index, contender.tie_breakers) for contender in contenders if contender.index is not None
    )
    position_of: dict[tuple[Figure, tuple[Figure, ...]], int] = {}
    ahead = 0
    for standing in sorted(sharing, reverse=True):
        position_of[standing] = ahead + 1
        ahead += 1 if ties is Ties.DENSE else sharing[standing]
    return {
        contender.key: None if contender.index is None else position_of[contender.index, contender.tie_breakers]
        for contender in contenders
    }


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What a unit brings to the table: `obtained` null is *not scored*; points, not percent.

    `ranked` false: scored and classed, without a position. `parts`: the indexes of the campaign, where it has several.
    """

    unit: str
    group: str
    obtained: Decimal | None
    attainable: Decimal
    bonus: Decimal = ZERO
    penalty: Decimal = ZERO
    tie_breakers: tuple[Decimal, ...] = ()
    ranked: bool = True
    parts: tuple[IndexPart, ...] = ()

    @property
    def counted(self) -> Decimal | None:
        """The points with bonus and penalty, as the index takes them before any bound."""
        return None if self.obtained is None else self.obtained + self.bonus - self.penalty


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A line with its index (percent), class and position; all three null for a unit that is not scored."""

    line: ResultLine
    index: Decimal | None
    grade: str | None
    position: int | None


def results_table(
    lines: Sequence[ResultLine],
    *,
    decimals: int,
    ties: Ties,
    bands: Sequence[Band],
    rank_on: RankOn = RankOn.ROUNDED,
    capped: bool = False,
) -> list[ResultRow]:
    """Return `lines` in their order with index, class and position, each group ranked by itself.

    Class and position are decided on the rounded index, so that nothing printed contradicts itself, unless the
    campaign asks for the exact figure. Raises: InputInvalid("nothing_attainable", unit=…).
    """
    check_bands(bands)
    exact = [exact_of(line, capped=capped) for line in lines]
    rounded = [None if figure is None else round_half_up(figure, decimals) for figure in exact]
    deciding: Sequence[Figure | None] = exact if rank_on is RankOn.EXACT else rounded
    groups: dict[str, list[Contender[int]]] = defaultdict(list)
    for place, (line, figure) in enumerate(zip(lines, deciding, strict=True)):
        groups[line.group].append(Contender(place, figure if line.ranked else None, line.tie_breakers))
    found: dict[int, int | None] = {}
    for contenders in groups.values():
        found.update(positions(contenders, ties))
    return [
        ResultRow(
            line=line,
            index=rounded[place],
            grade=None if (figure := deciding[place]) is None else classify(figure, bands),
            position=found[place],
        )
        for place, line in enumerate(lines)
    ]


def exact_of(line: ResultLine, *, capped: bool) -> Fraction | None:
    """Return a line's index, unrounded: points of the whole, or the weighted mean of several indexes.

    None for a unit that is not scored. Raises: InputInvalid("nothing_attainable", unit=…).
    """
    if line.attainable <= 0:
        raise InputInvalid("nothing_attainable", unit=line.unit)
    if line.obtained is None:
        return None
    adjustments = Adjustments(line.bonus, line.penalty)
    if any(part.weight is not None for part in line.parts):
        return weighted_index(line.parts, line.attainable, adjustments, capped=capped)
    return exact_index(line.obtained, line.attainable, adjustments, capped=capped)
