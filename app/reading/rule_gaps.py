"""What the bands of a paper leave open: below the lowest, between two, above the highest; each is filled or said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from app.domain.rules import BandsOn, BandsRule, Step, ZeroGround
from app.reading.bounds import Interval
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase, figure, keep, take_rule
from app.reading.rule_conditions import denies_change, measures_a_change
from app.reading.zero_words import ground_key, is_about, is_rest


def words(band: Step) -> str:
    low = "" if band.lower is None else f"{'từ' if band.lower_closed else 'trên'} {figure(band.lower)}"
    high = "" if band.upper is None else f"{'đến' if band.upper_closed else 'dưới'} {figure(band.upper)}"
    return " ".join(part for part in (low, high) if part)


def unchanged(
    bands: list[Step], pieces: Sequence[tuple[str, Interval]], rest: Sequence[Clause]
) -> tuple[list[Step], Sequence[Clause]]:
    """Read "Không giảm = 0" beside "giảm dưới 10% = 1" as what lies at 0 and below it."""
    denied = [clause for clause in rest if not clause.points and denies_change(clause.text)]
    if len(denied) != 1 or bands[0].lower is not None or not all(measures_a_change(*p) for p in pieces):
        return bands, rest
    zero = Decimal(0)
    first = replace(bands[0], lower=zero, lower_closed=False)
    below = Step(None, lower_closed=False, upper=zero, upper_closed=True, points=zero)
    return [below, first, *bands[1:]], [clause for clause in rest if clause is not denied[0]]


def with_rest(case: LeafCase, bands: list[Step], rest: Sequence[Clause], on: BandsOn) -> list[Step]:
    """Put what no stretch says ("Không tổ chức = 0", "còn lại = 0") below the lowest, and say what was assumed."""
    if not rest:
        return bands
    lowest = bands[0]
    covered = lowest.lower is None or (on is BandsOn.COUNT and lowest.lower == 0)
    zero = [clause for clause in rest if not is_rest(clause.text)]
    if covered:
        for clause in zero:
            case.zero_when.append(ZeroGround(ground_key(clause.text, case.zero_when), clause.text))
            case.find(FindingCode.ZERO_GROUND, row=clause.row, text=clause.text)
        return bands
    low = None if on is BandsOn.PERCENT else Decimal(0)
    filled = [Step(low, low is not None, lowest.lower, not lowest.lower_closed, Decimal(0)), *bands]
    adjoining = on is BandsOn.COUNT and lowest.lower == 1 and lowest.lower_closed
    for clause in zero:
        _say_filled(case, clause, BandsRule(on=on, bands=tuple(filled)), lowest, adjoining=adjoining)
    return filled


def _say_filled(case: LeafCase, clause: Clause, rule: BandsRule, lowest: Step, *, adjoining: bool) -> None:
    remedies = (take_rule("zero_below", rule), keep())
    if not is_about(clause.text, case.leaf.title, [c.text for c in case.clauses if c is not clause]):
        case.find(FindingCode.ZERO_ELSEWHERE, row=clause.row, remedies=remedies, text=clause.text)
    if not adjoining:
        case.find(FindingCode.BANDS_GAP, row=clause.row, remedies=remedies, low="0", high=figure(lowest.lower))


def gaps(case: LeafCase, bands: Sequence[Step], on: BandsOn, *, filled: bool) -> None:
    for one, other in pairwise(bands):
        touching = one.upper == other.lower and (one.upper_closed or other.lower_closed)
        whole = on is BandsOn.COUNT and _next(one.upper, closed=one.upper_closed) == other.lower and other.lower_closed
        if not touching and not whole:
            case.find(FindingCode.BANDS_GAP, remedies=(keep(),), low=figure(one.upper), high=figure(other.lower))
    lowest, highest = bands[0], bands[-1]
    if not filled and lowest.lower is not None and not (on is BandsOn.COUNT and lowest.lower == 0):
        below = Step(
            None if on is BandsOn.PERCENT else Decimal(0),
            on is BandsOn.COUNT,
            lowest.lower,
            not lowest.lower_closed,
            Decimal(0),
        )
        remedy = take_rule("zero_below", BandsRule(on=on, bands=(below, *bands)))
        case.find(FindingCode.NO_LOWER_BOUND, remedies=(remedy, keep()), text=words(lowest))
    if highest.upper is not None:
        case.find(FindingCode.BANDS_GAP, remedies=(keep(),), low=figure(highest.upper), high="")


def _next(figure_: Decimal | None, *, closed: bool) -> Decimal | None:
    return None if figure_ is None else figure_ + 1 if closed else figure_
