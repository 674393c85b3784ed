"""A rule as a small picture: points over what is measured, as lines and dots. Every height is `award`'s answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.award import award
from app.domain.claims import CountClaim, FaultsClaim, PercentClaim
from app.domain.rules import BandsOn, BandsRule, DeductionRule, PerCaseRule, ProportionalRule, Rule, Step

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
#: of counts no picture shows more dots
MOST_DOTS = 24


class Axis(StrEnum):
    PERCENT = "percent"
    COUNT = "count"
    FAULTS = "faults"


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece from (x1, y1) to (x2, y2), points over what is measured."""

    x1: Decimal
    y1: Decimal
    x2: Decimal
    y2: Decimal


@dataclass(frozen=True, slots=True)
class Dot:
    """An end of a piece; `closed` says that the end itself earns these points."""

    x: Decimal
    y: Decimal
    closed: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """`most`: how far the axis of what is measured reaches. `marks`: the figures on it that decide."""

    axis: Axis
    most: Decimal
    maximum: Decimal
    segments: tuple[Segment, ...] = ()
    dots: tuple[Dot, ...] = ()
    marks: tuple[Decimal, ...] = ()


def picture_of(rule: Rule, maximum: Decimal) -> Picture | None:
    """Return the picture of a rule that measures one figure; None for the others, whose words say it all."""
    match rule:
        case BandsRule():
            return _bands(rule, maximum)
        case ProportionalRule():
            return _proportional(rule, maximum)
        case PerCaseRule():
            most = maximum if rule.cap is None else min(rule.cap, maximum)
            return _counted(Axis.COUNT, rule, maximum, _steps(most, rule.each) + 1)
        case DeductionRule():
            start = maximum if rule.start is None else rule.start
            last = _steps(max(start - rule.floor, ZERO), rule.each) if rule.cut_off is None else rule.cut_off
            return _counted(Axis.FAULTS, rule, maximum, last + 1)
        case _:
            return None


def _bands(rule: BandsRule, maximum: Decimal) -> Picture:
    ends = sorted({end for band in rule.bands for end in (band.lower, band.upper) if end is not None and end >= 0})
    percent = rule.on is BandsOn.PERCENT
    most = max([HUNDRED, *ends]) if percent else max([ZERO, *ends]) + 2
    pieces = [piece for band in rule.bands if (piece := _piece(band, most)) is not None]
    return Picture(
        Axis.PERCENT if percent else Axis.COUNT,
        most,
        maximum,
        tuple(segment for segment, _ in pieces),
        tuple(dot for _, dots in pieces for dot in dots),
        tuple(ends),
    )


def _piece(band: Step, most: Decimal) -> tuple[Segment, list[Dot]] | None:
    """Return a band from its lower end to its upper one, cut off at 0 and at the end of the axis."""
    if band.upper is not None and band.upper < 0:
        return None
    lower = ZERO if band.lower is None or band.lower < 0 else band.lower
    upper = most if band.upper is None else min(band.upper, most)
    dots = [Dot(lower, band.points, band.lower_closed)] if band.lower is not None and band.lower >= 0 else []
    dots += [Dot(upper, band.points, band.upper_closed)] if band.upper is not None else []
    return Segment(lower, band.points, upper, band.points), dots


def _proportional(rule: ProportionalRule, maximum: Decimal) -> Picture:
    most = max(HUNDRED, rule.cap or ZERO)
    rising = replace(rule, floor=None)

    def height(percent: Decimal) -> Decimal:
        return award(rising, PercentClaim(percent), maximum)

    floor = rule.floor or ZERO
    knee = max(min(rule.cap or HUNDRED, HUNDRED), floor)
    segments = [Segment(floor, height(floor), knee, height(knee))]
    dots = [] if rule.floor is None else [Dot(floor, height(floor), rule.floor_closed)]
    if knee < most:
        segments.append(Segment(knee, height(knee), most, height(most)))
    if floor > 0:
        segments.insert(0, Segment(ZERO, ZERO, floor, ZERO))
        dots.insert(0, Dot(floor, ZERO, not rule.floor_closed))
    marks = {bound for bound in (rule.floor, rule.cap) if bound is not None}
    return Picture(Axis.PERCENT, most, maximum, tuple(segments), tuple(dots), tuple(sorted(marks)))


def _counted(axis: Axis, rule: PerCaseRule | DeductionRule, maximum: Decimal, until: int) -> Picture:
    """Return a dot for each whole figure; of a deduction, where its threshold is met."""
    last = min(until, MOST_DOTS)
    asked = replace(rule, threshold=None) if isinstance(rule, DeductionRule) else rule
    dots = []
    for number in range(last + 1):
        count = Decimal(number)
        claim = FaultsClaim(count, None) if axis is Axis.FAULTS else CountClaim(count)
        dots.append(Dot(count, award(asked, claim, maximum), closed=True))
    return Picture(axis, Decimal(max(last, 1)), maximum, dots=tuple(dots), marks=tuple(dot.x for dot in dots))


def _steps(points: Decimal, each: Decimal) -> int:
    return int(-(-Fraction(points) // Fraction(each)))
