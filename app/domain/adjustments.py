"""Bonus and penalty by the decision's own items: what an item gives, and what all that was granted sums up to.

An item is measured by the same rules as a criterion (`award`); caps stand on the item and on each kind as a whole.
Source: QĐ 1820/QĐ-UBND (Quảng Trị, 24/7/2024), Điều 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.award import award
from app.domain.claims import Claim, CountClaim, OptionClaim, RatioClaim
from app.domain.errors import InputInvalid
from app.domain.points import parse_screen_number, plain, sum_points
from app.domain.rules import BandsOn, BandsRule, ChoiceRule, Option, PerCaseRule, Rule, Step
from app.domain.scoring import Adjustments
from app.domain.terms import AdjustmentKind

#: what `award` is bounded by where an item names no cap: no campaign gives that many points
UNCAPPED = Decimal(1_000_000)
THE_FACT = "1"


class ItemMeasure(StrEnum):
    """`fixed`: the fact itself gives the points. `count`, `percent`: the highest step reached does."""

    FIXED = "fixed"
    PER_CASE = "per_case"
    COUNT = "count"
    PERCENT = "percent"


class ProposedBy(StrEnum):
    """From which side a bonus, a penalty or an exemption was proposed."""

    UNIT = "unit"
    AGENCY = "agency"
    SECRETARIAT = "secretariat"
    ORGANISER = "organiser"


@dataclass(frozen=True, slots=True)
class ItemStep:
    """From this figure on (itself included where closed) the item gives these points."""

    start: Decimal
    closed: bool
    points: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the decision. `once`: it counts once a year, whatever number of times it is found (Điều 4.2c).

    `points`: what the fact gives, or each case; of no meaning beside steps. `cap`: of all its cases in one year.
    """

    code: str
    kind: AdjustmentKind
    measure: ItemMeasure
    points: Decimal
    steps: tuple[ItemStep, ...] = ()
    cap: Decimal | None = None
    once: bool = True


@dataclass(frozen=True, slots=True)
class Granted:
    """An accepted bonus or penalty; without an item its points count as they are."""

    kind: AdjustmentKind
    points: Decimal
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What one item comes to: `found` times, `points` after its own cap."""

    code: str
    kind: AdjustmentKind
    found: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class AdjustmentSums:
    """`bonus` and `penalty` as they count; `uncapped` the same before the caps of all bonuses, of all penalties."""

    bonus: Decimal
    penalty: Decimal
    uncapped: Adjustments
    items: tuple[ItemSum, ...] = ()

    @property
    def counted(self) -> Adjustments:
        return Adjustments(self.bonus, self.penalty)


_STEP = re.compile(r"(>=|≥|>)\s*([^:%]+?)\s*%?\s*:\s*(\S+)")


def steps_of(text: str) -> tuple[ItemStep, ...]:
    """Read steps, one a line: ">30: 1" (above 30) or ">=10: 1" (from 10 on), in any order.

    Raises: InputInvalid("item_steps_unreadable", "item_step_twice"), naming the line.
    """
    found: dict[tuple[Decimal, bool], ItemStep] = {}
    for line in filter(None, (each.strip() for each in text.splitlines())):
        read = _STEP.fullmatch(line)
        if read is None:
            raise InputInvalid("item_steps_unreadable", text=line[:60], field="steps")
        step = ItemStep(parse_screen_number(read[2]), read[1] != ">", parse_screen_number(read[3]))
        if (step.start, step.closed) in found:
            raise InputInvalid("item_step_twice", text=line[:60], field="steps")
        found[step.start, step.closed] = step
    return tuple(sorted(found.values(), key=lambda step: (step.start, not step.closed)))


def steps_text(steps: Iterable[ItemStep]) -> str:
    """Return steps as `steps_of` reads them."""
    return "\n".join(f"{'>=' if step.closed else '>'}{plain(step.start)}: {plain(step.points)}" for step in steps)


def check_item(item: Item) -> None:
    """Refuse an item that can give nothing, or less than it says.

    Raises: InputInvalid item_points_missing, item_steps_missing, item_cap_below_points, each naming its field.
    """
    if item.measure in {ItemMeasure.COUNT, ItemMeasure.PERCENT}:
        if not item.steps:
            raise InputInvalid("item_steps_missing", field="steps")
        most = max(step.points for step in item.steps)
    else:
        most = item.points
    if most <= 0:
        raise InputInvalid("item_points_missing", field="steps" if item.steps else "points")
    if item.cap is not None and item.cap < most:
        raise InputInvalid("item_cap_below_points", cap=item.cap, points=most, field="cap")


def rule_of(item: Item) -> Rule:
    """Return the item as one of the rules criteria are scored by."""
    match item.measure:
        case ItemMeasure.FIXED:
            return ChoiceRule(options=(Option(THE_FACT, item.code, item.points),))
        case ItemMeasure.PER_CASE:
            return PerCaseRule(each=item.points, cap=item.cap)
        case ItemMeasure.COUNT | ItemMeasure.PERCENT:
            on = BandsOn.COUNT if item.measure is ItemMeasure.COUNT else BandsOn.PERCENT
            return BandsRule(on=on, bands=_bands(item.steps))


def _bands(steps: tuple[ItemStep, ...]) -> tuple[Step, ...]:
    """Return bands over every figure: 0 below the first step, then each step up to the next."""
    first = steps[0]
    found = [Step(None, lower_closed=False, upper=first.start, upper_closed=not first.closed, points=Decimal(0))]
    for number, step in enumerate(steps):
        after = steps[number + 1] if number + 1 < len(steps) else None
        upper, upper_closed = (None, False) if after is None else (after.start, not after.closed)
        found.append(Step(step.start, step.closed, upper, upper_closed, step.points))
    return tuple(found)


def awarded(item: Item, claim: Claim) -> Decimal:
    """Return the points a claim earns by its item, never above the item's cap. Raises ClaimInvalid."""
    return award(rule_of(item), claim, UNCAPPED if item.cap is None else item.cap)


def claim_of_figures(item: Item, figures: Mapping[str, str]) -> Claim:
    """Return the claim typed beside an item: a count, two figures of a share, or the fact alone.

    Raises: InputInvalid of a figure that cannot be read, naming its field.
    """
    match item.measure:
        case ItemMeasure.FIXED:
            return OptionClaim((THE_FACT,))
        case ItemMeasure.PERCENT:
            return RatioClaim(_figure(figures, "numerator"), _figure(figures, "denominator"))
        case ItemMeasure.PER_CASE | ItemMeasure.COUNT:
            return CountClaim(_figure(figures, "count"))


def _figure(figures: Mapping[str, str], field: str) -> Decimal:
    try:
        return parse_screen_number(figures.get(field, ""))
    except InputInvalid as unreadable:
        raise InputInvalid(unreadable.code, **{**unreadable.details, "field": field}) from unreadable


def adjustment_sums(
    granted: Iterable[Granted], *, bonus_cap: Decimal | None = None, penalty_cap: Decimal | None = None
) -> AdjustmentSums:
    """Return what was granted to one unit, item by item and capped; the one sum results, board and notice show.

    An item that counts once a year counts its greatest finding: three faults of 4.2c in four documents cost 1 point.
    """
    by_item: dict[tuple[AdjustmentKind, str], list[Granted]] = {}
    for each in granted:
        by_item.setdefault((each.kind, "" if each.item is None else each.item.code), []).append(each)
    items = tuple(ItemSum(code, kind, len(rows), _counted(rows)) for (kind, code), rows in sorted(by_item.items()))
    bonus = sum_points(each.points for each in items if each.kind is AdjustmentKind.BONUS)
    penalty = sum_points(each.points for each in items if each.kind is AdjustmentKind.PENALTY)
    return AdjustmentSums(_capped(bonus, bonus_cap), _capped(penalty, penalty_cap), Adjustments(bonus, penalty), items)


def _counted(rows: list[Granted]) -> Decimal:
    item, points = rows[0].item, [row.points for row in rows]
    if item is None:
        return sum_points(points)
    return max(points) if item.once else _capped(sum_points(points), item.cap)


def _capped(points: Decimal, cap: Decimal | None) -> Decimal:
    return points if cap is None else min(points, cap)
