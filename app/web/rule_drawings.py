"""The picture of a rule as coordinates of an SVG: whole tenths, so that a page stays small."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from app.domain.rule_picture import Axis, Picture
from app.words.numbers import figure

WIDTH, HEIGHT = 380, 132
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 12, 30


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Spot:
    x: str
    y: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Places in a box of WIDTH × HEIGHT; `label` says what the picture shows."""

    lines: tuple[Line, ...]
    spots: tuple[Spot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    axis: str
    label: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def drawing_of(picture: Picture) -> Drawing:
    unit = "%" if picture.axis is Axis.PERCENT else ""
    marks = {Decimal(0), *picture.marks, picture.most} if unit else {*picture.marks, Decimal(0)}
    heights = {Decimal(0), picture.maximum, *(dot.y for dot in picture.dots), *(s.y1 for s in picture.segments)}
    axes = {
        Axis.PERCENT: gettext("percentage"),
        Axis.COUNT: gettext("number of cases"),
        Axis.FAULTS: gettext("overdue or faulty cases"),
    }
    axis = str(axes[picture.axis])
    return Drawing(
        lines=tuple(
            Line(_x(picture, s.x1), _y(picture, s.y1), _x(picture, s.x2), _y(picture, s.y2)) for s in picture.segments
        ),
        spots=tuple(Spot(_x(picture, dot.x), _y(picture, dot.y), dot.closed) for dot in picture.dots),
        across=tuple(Tick(_x(picture, mark), f"{figure(mark)}{unit}") for mark in _apart(marks, picture.most, 12)),
        up=tuple(Tick(_y(picture, height), figure(height)) for height in _apart(heights, picture.maximum, 6)),
        axis=axis,
        label=str(gettext("Points by %(axis)s", axis=axis)),
    )


def _x(picture: Picture, value: Decimal) -> str:
    return _tenth(LEFT + value / picture.most * (WIDTH - LEFT - RIGHT))


def _y(picture: Picture, value: Decimal) -> str:
    span = HEIGHT - TOP - BOTTOM
    return _tenth(HEIGHT - BOTTOM - (value / picture.maximum * span if picture.maximum else Decimal(0)))


def _tenth(value: Decimal) -> str:
    return f"{value:.1f}"


def _apart(marks: set[Decimal], most: Decimal, parts: int) -> list[Decimal]:
    """Return the marks whose words do not run into one another; the two ends come first."""
    if not most:
        return [Decimal(0)]
    ends = [Decimal(0), most] if most in marks else [Decimal(0)]
    kept = list(ends)
    for mark in sorted(marks):
        if all(abs(mark - other) * parts >= most for other in kept):
            kept.append(mark)
    return sorted(kept)
