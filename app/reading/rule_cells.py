"""Rows of the sheet of rules → a rule. Nothing is guessed: a row too many, too few or unknown is refused by its place.

The way out stands in ``app/domain/rule_rows.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypedDict, TypeVar

from app.domain import set_words as w
from app.domain.rule_examples import Example
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    ChoiceRule,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    Measure,
    Option,
    PerCaseRule,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyRule,
    ZeroGround,
)
from app.domain.terms import ExampleOrigin
from app.reading.claim_cells import claim_of
from app.reading.own_cells import SheetRow, likened

K = TypeVar("K")

_SHARES = frozenset({"bands_percent", "bands_count", "proportional", "deduction"})
_FIGURE = r"-?[0-9][0-9.,]*"
_SPAN = re.compile(
    rf"(?:(?P<side>{w.FROM}|{w.ABOVE}) (?P<low>{_FIGURE}|{w.BOTTOMLESS}) ?(?P<low_unit>%)?)?"
    rf"(?P<on> {w.ON})?"
    rf" ?(?:(?P<end>{w.UP_TO} {w.BELOW}|{w.UP_TO}|{w.BELOW}) (?P<high>{_FIGURE}|{w.ENDLESS}) ?(?P<high_unit>%)?)?"
)


class _Common(TypedDict):
    nothing_arose: Decimal | None
    zero_when: tuple[ZeroGround, ...]
    percent_offered: bool


class RuleRows:
    """The rows of one criterion; each is taken once, `done()` refuses those that were not."""

    def __init__(self, code: str, rows: Sequence[SheetRow]) -> None:
        self.code = code
        self._first = rows[0]
        self._left = [row for row in rows if row.name(w.ITEM)]

    def one(self, item: str) -> SheetRow:
        """Return the row of `item`. Raises InputInvalid: workbook_item_missing, workbook_item_twice."""
        row = self.optional(item)
        if row is None:
            raise self._first.refusal("workbook_item_missing", w.ITEM, criterion=self.code, item=item, none=w.NONE)
        return row

    def optional(self, item: str) -> SheetRow | None:
        rows = self.many(item)
        if len(rows) > 1:
            raise rows[1].refusal("workbook_item_twice", w.ITEM, criterion=self.code, item=item, none=w.NONE)
        return rows[0] if rows else None

    def many(self, item: str) -> list[SheetRow]:
        found = [row for row in self._left if row.is_word(w.ITEM, item)]
        self._left = [row for row in self._left if row not in found]
        return found

    def keyed(self, item: str, words: Mapping[str, str] | None = None) -> Iterator[tuple[str, SheetRow]]:
        """Yield key and row of the rows that begin with `item`, in their order."""
        keys = {likened(word): key for key, word in (words or {}).items()}
        found = [(key, row) for row in self._left if (key := _key(row, item))]
        self._left = [row for row in self._left if row not in [taken for _, taken in found]]
        seen: set[str] = set()
        for written, row in found:
            key = keys.get(likened(written), written)
            if key in seen:
                raise row.refusal("workbook_item_twice", w.ITEM, criterion=self.code, item=item + written)
            seen.add(key)
            yield key, row

    def examples(self) -> list[tuple[ExampleOrigin, SheetRow]]:
        """Return the examples in their order, each with where it comes from."""
        words = w.EXAMPLES.items()
        found = [(origin, row) for row in self._left for origin, word in words if row.is_word(w.ITEM, word)]
        self._left = [row for row in self._left if row not in [taken for _, taken in found]]
        return found

    def done(self) -> None:
        for row in self._left:
            raise row.refusal("workbook_item_unknown", w.ITEM, criterion=self.code, text=row.name(w.ITEM)[:60])


def _key(row: SheetRow, item: str) -> str:
    """Return what stands behind `item`, which ends with a blank; "" where the row is another."""
    text = " ".join(row.name(w.ITEM).split())
    return text[len(item) :] if likened(text[: len(item)]) == likened(item) and text[len(item) - 1 :][:1] == " " else ""


def rule_of(code: str, rows: Sequence[SheetRow]) -> tuple[Rule, tuple[Example, ...]]:
    """Return the rule the rows of criterion `code` say, and its examples. Raises InputInvalid naming the cell."""
    kind = _kind(rows)
    given = RuleRows(code, rows)
    common: _Common = {
        "nothing_arose": _points_of(given.optional(w.NOTHING_AROSE)),
        "zero_when": tuple(_ground(row) for row in given.many(w.GROUND)),
        "percent_offered": kind in _SHARES and _is_offered(given.optional(w.PERCENT_OFFERED)),
    }
    examples = tuple(_example(origin, row) for origin, row in given.examples())
    rule = _of_kind(kind, given, common)
    given.done()
    return rule, examples


def _kind(rows: Sequence[SheetRow]) -> str:
    """Return the kind all rows of a criterion agree on; below the first it may be left out."""
    kind = rows[0].word(w.KIND, w.KINDS)
    for row in rows[1:]:
        if row.text(w.KIND).strip() and row.word(w.KIND, w.KINDS) != kind:
            raise row.refusal("workbook_kind_differs", w.KIND, text=row.text(w.KIND)[:60], first=w.KINDS[kind])
    return kind


def _of_kind(kind: str, given: RuleRows, common: _Common) -> Rule:  # noqa: C901 - one arm for each kind
    match kind:
        case "choice":
            pick = _word_of(given.one(w.PICK), w.PICKS)
            options = tuple(_option(key, row) for key, row in given.keyed(w.OPTION))
            return ChoiceRule(options=options, pick=pick, **common)
        case "bands_percent" | "bands_count":
            on = BandsOn(kind.removeprefix("bands_"))
            return BandsRule(on=on, bands=tuple(_step(row, on) for row in given.many(w.BAND)), **common)
        case "proportional":
            return ProportionalRule(
                floor=_value_or_none(given.one(w.FLOOR)),
                floor_closed=_word_of(given.one(w.AT_FLOOR), w.FLOOR_SIDES),
                cap=_value_or_none(given.one(w.CAP)),
                **common,
            )
        case "per_case":
            return PerCaseRule(each=_points(given.one(w.EACH_CASE)), cap=_points_or_none(given.one(w.MOST)), **common)
        case "deduction":
            return _deduction(given, common)
        case "survey":
            weights = tuple((key, _value(row)) for key, row in given.keyed(w.ANSWER))
            return SurveyRule(weights=weights, basis=_word_of(given.one(w.BASIS), w.BASES), **common)
        case "ballots":
            leaders = tuple((key, _value(row)) for key, row in given.keyed(w.LEADER, w.LEADERS))
            return BallotsRule(weights=leaders, **common)
        case "previous_period":
            return _previous(given, common)
        case "external":
            return ExternalRule(scale=_value(given.one(w.SCALE)), **common)
        case _:
            return JudgedRule(step=_points_or_none(given.one(w.STEP)), **common)


def _deduction(given: RuleRows, common: _Common) -> DeductionRule:
    start, cut_off = given.one(w.START), given.one(w.CUT_OFF)
    start.only(w.POINTS)
    cut_off.only(w.VALUE)
    return DeductionRule(
        threshold=_value_or_none(given.one(w.THRESHOLD)),
        start=None if start.is_word(w.POINTS, w.WHOLE_MAXIMUM) else start.figure(w.POINTS),
        each=_points(given.one(w.EACH_FAULT)),
        floor=_points(given.one(w.LEAST)),
        cut_off=None if cut_off.is_word(w.VALUE, w.NONE) else cut_off.whole(w.VALUE),
        **common,
    )


def _previous(given: RuleRows, common: _Common) -> PreviousPeriodRule:
    return PreviousPeriodRule(
        measures=tuple(Measure(key, _word_of(row, w.BETTERS)) for key, row in given.keyed(w.MEASURE, w.MEASURES)),
        combine=_word_of(given.one(w.COMBINE), w.COMBINES),
        higher=_points(given.one(w.HIGHER)),
        equal=_points(given.one(w.EQUAL)),
        lower=_points(given.one(w.LOWER)),
        first_year=_points_or_none(given.one(w.FIRST_YEAR)),
        **common,
    )


def _word_of(row: SheetRow, words: Mapping[K, str]) -> K:
    row.only(w.VALUE)
    return row.word(w.VALUE, words)


def _value(row: SheetRow) -> Decimal:
    row.only(w.VALUE)
    return row.figure(w.VALUE)


def _value_or_none(row: SheetRow) -> Decimal | None:
    row.only(w.VALUE)
    return row.figure_or_none(w.VALUE)


def _points(row: SheetRow) -> Decimal:
    row.only(w.POINTS)
    return row.figure(w.POINTS)


def _points_or_none(row: SheetRow) -> Decimal | None:
    row.only(w.POINTS)
    return row.figure_or_none(w.POINTS)


def _points_of(row: SheetRow | None) -> Decimal | None:
    return None if row is None else _points_or_none(row)


def _is_offered(row: SheetRow | None) -> bool:
    return row is not None and _word_of(row, {True: w.YES, False: w.NO})


def _ground(row: SheetRow) -> ZeroGround:
    row.only(w.VALUE, w.WORDS)
    return ZeroGround(row.key(w.VALUE), row.text(w.WORDS))


def _example(origin: ExampleOrigin, row: SheetRow) -> Example:
    row.only(w.VALUE, w.POINTS, w.WORDS)
    claim, note, told = claim_of(row, w.VALUE), row.text(w.WORDS), row.text_or_figure(w.POINTS)
    if likened(told[: len(w.REFUSED)]) == likened(w.REFUSED) and told[len(w.REFUSED) :].strip():
        return Example(claim, None, told[len(w.REFUSED) :].strip(), note, origin)
    return Example(claim, row.figure(w.POINTS), None, note, origin)


def _option(key: str, row: SheetRow) -> Option:
    row.only(w.POINTS, w.WORDS)
    return Option(key, row.text(w.WORDS), row.figure(w.POINTS))


def _step(row: SheetRow, on: BandsOn) -> Step:
    """Read one span. Raises InputInvalid("workbook_span_unreadable"), for a share among counts too."""
    row.only(w.VALUE, w.POINTS)
    text, points = likened(row.name(w.VALUE)), row.figure(w.POINTS)
    if text == w.ANY:
        return Step(lower=None, lower_closed=False, upper=None, upper_closed=False, points=points)
    span = _SPAN.fullmatch(text)
    if span is None or not (span["low"] or span["high"]) or (span["on"] and (span["high"] or not span["low"])):
        raise row.refusal("workbook_span_unreadable", w.VALUE, text=text[:60], examples=w.SPAN_EXAMPLES)
    if on is BandsOn.COUNT and (span["low_unit"] or span["high_unit"]):
        raise row.refusal("workbook_span_of_shares", w.VALUE, text=text[:60])
    return Step(
        lower=_bound(row, span["low"]),
        lower_closed=span["side"] == w.FROM,
        upper=_bound(row, span["high"]),
        upper_closed=span["end"] == w.UP_TO,
        points=points,
    )


def _bound(row: SheetRow, text: str | None) -> Decimal | None:
    return None if text in {None, w.ENDLESS, w.BOTTOMLESS} else row.read_figure(w.VALUE, text or "")
