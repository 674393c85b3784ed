"""The waterfall of a unit as coordinates of an SVG, and words for what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flask import Flask
from flask_babel import gettext, lazy_gettext

from app.domain.editions import Moved, PositionsAfter
from app.domain.points import round_half_up
from app.domain.waterfall import LossCause, Step
from app.services.last_year import NotComparable, YearChange
from app.services.papers import kept_lines, part_index
from app.words.numbers import figure

WIDTH, ROW, LEFT, RIGHT, TOP = 560, 26, 84, 64, 26

CAUSES: Mapping[LossCause, object] = {
    LossCause.APPRAISAL: lazy_gettext("lowered by the appraisal"),
    LossCause.CLAIMED_LESS: lazy_gettext("claimed below the maximum"),
    LossCause.ENTERED: lazy_gettext("given by leaders, survey, another system or the council"),
    LossCause.LOST: lazy_gettext("lost"),
    LossCause.BONUS: lazy_gettext("bonus"),
    LossCause.PENALTY: lazy_gettext("penalty"),
    LossCause.OTHERS: lazy_gettext("other criteria"),
    LossCause.LIMIT: lazy_gettext("limit of the index"),
}

POSITIONS: Mapping[PositionsAfter, object] = {
    PositionsAfter.KEPT: lazy_gettext("The others keep their positions."),
    PositionsAfter.RECOMPUTED: lazy_gettext("All units are ranked anew."),
}

MOVED: Mapping[Moved, object] = {
    Moved.ENTERED: lazy_gettext("comes in"),
    Moved.LEFT: lazy_gettext("goes out"),
    Moved.CHANGED: lazy_gettext("changes"),
}

NOT_COMPARABLE: Mapping[NotComparable, object] = {
    NotComparable.NEW: lazy_gettext("new, not comparable"),
    NotComparable.MERGED_FROM_SEVERAL: lazy_gettext("merged from several units, not comparable"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the picture: its label left, the bar, the figure behind it."""

    y: str
    x: str
    width: str
    kind: str
    label: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    words: str


@dataclass(frozen=True, slots=True)
class WaterfallDrawing:
    """`rows` are the same numbers as a table: what, why, and how much."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    start: str
    label: str
    width: int
    height: int
    top: int


def waterfall_drawing(steps: Sequence[Step], exact: Fraction | None, decimals: int) -> WaterfallDrawing | None:
    """Return the picture from 100 to the index; None for a unit without one."""
    if exact is None:
        return None
    ends = [Fraction(100), exact, *(step.end for step in steps), *(step.start for step in steps)]
    low, high = max(Fraction(0), Fraction(int(min(ends)) - 1)), Fraction(max(100, int(max(ends)) + 1))
    place = _Scale(low, high)
    bars = [_bar(0, place, low, Fraction(100), "whole", gettext("Maximum"), figure(Decimal(100), decimals))]
    rows = []
    for number, step in enumerate(steps, start=1):
        loss, change = step.loss, figure(round_half_up(step.end - step.start, decimals), decimals)
        title = _title(step)
        first, last = min(step.start, step.end), max(step.start, step.end)
        bars.append(_bar(number, place, first, last, loss.cause.value, _label(step), change))
        code = "" if loss.cause is LossCause.OTHERS else loss.code
        rows.append((code, title, str(CAUSES[loss.cause]), change))
    result = figure(round_half_up(exact, decimals), decimals)
    bars.append(_bar(len(bars), place, low, exact, "result", gettext("Result"), result))
    return WaterfallDrawing(
        bars=tuple(bars),
        ticks=tuple(Tick(place.x(mark), figure(Decimal(int(mark)))) for mark in _marks(low, high)),
        rows=tuple(rows),
        start=figure(Decimal(int(low))),
        label=gettext("From 100 to %(index)s: every lost point", index=result),
        width=WIDTH,
        height=TOP + ROW * len(bars) + 8,
        top=TOP,
    )


def _label(step: Step) -> str:
    """Return what stands left of a bar: the criterion's code; what belongs to none is called by its name, if short."""
    if step.loss.cause in {LossCause.BONUS, LossCause.PENALTY}:
        return str(CAUSES[step.loss.cause])
    if step.loss.cause is LossCause.OTHERS:
        return str(gettext("others (%(count)s)", count=step.loss.code))  # a bare number would read as a code
    return step.loss.code or "·"


def _title(step: Step) -> str:
    if step.loss.cause is LossCause.OTHERS:
        return str(gettext("%(count)s other criteria", count=step.loss.code))
    return step.loss.title or str(CAUSES[step.loss.cause])


@dataclass(frozen=True, slots=True)
class _Scale:
    low: Fraction
    high: Fraction

    def at(self, value: Fraction) -> Fraction:
        return LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def x(self, value: Fraction) -> str:
        return _tenth(self.at(value))


def _tenth(value: Fraction) -> str:
    return f"{round_half_up(value, 1):.1f}"


def _bar(row: int, place: _Scale, first: Fraction, last: Fraction, kind: str, label: str, words: str) -> Bar:
    wide = max(place.at(last) - place.at(first), Fraction(1))
    return Bar(
        y=str(TOP + ROW * row + 4),
        x=place.x(first),
        width=_tenth(wide),
        kind=kind,
        label=str(label),
        words=words,
        after=_tenth(place.at(first) + wide + 4),
    )


def _marks(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return at most six whole marks of the axis, evenly apart."""
    span = int(high - low)
    step = next(each for each in (1, 2, 5, 10, 20, 25) if span / each <= 6)
    first = -(-int(low) // step) * step
    return [Fraction(mark) for mark in range(first, int(high) + 1, step)]


def year_words(change: YearChange | None) -> str:
    """Return why there is no difference to the year before; "" where there is one."""
    return "" if change is None or change.why is None else str(NOT_COMPARABLE[change.why])


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        waterfall_drawing=waterfall_drawing,
        positions_words=lambda mode: str(POSITIONS[mode]),
        moved_words=lambda how: str(MOVED[how]),
        cause_words=lambda cause: str(CAUSES[cause]),
        year_words=year_words,
        part_index=part_index,
        kept_lines=lambda facts: kept_lines(facts, gettext),
    )
