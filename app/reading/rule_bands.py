"""Options that are stretches of one percentage or count → a `bands` rule, with its gaps, overlaps and open bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from app.domain.rules import BandsOn, BandsRule, Step, ZeroGround
from app.reading.bounds import Interval, interval_in
from app.reading.clauses import Clause
from app.reading.findings import FindingCode
from app.reading.leaf_case import LeafCase, figure, keep
from app.reading.rule_conditions import (
    asks_more,
    figures_differ,
    ground_split,
    ways_differ,
)
from app.reading.rule_gaps import gaps, unchanged, with_rest, words
from app.reading.zero_words import ground_key, is_rest, says_nothing_arose, starts_with_no

HUNDRED = Decimal(100)

_NEGATED = re.compile(
    r"\b(?:không|chưa)\s+(?:(?:hoàn thành|đạt|đảm bảo|bảo đảm|đủ|thực hiện|được|xong|tới|đến)\s*){0,3}$", re.IGNORECASE
)
_ON_TIME = re.compile(r"đúng hạn|trước hạn|sớm hạn|đúng quy định|không (?:có|để)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Piece:
    clause: Clause
    interval: Interval


def read_bands(case: LeafCase, clauses: Sequence[Clause]) -> BandsRule | None:
    """Return the bands `clauses` draw, or None where they are no stretches of one figure."""
    clauses = _without_nothing_arose(case, clauses)
    pieces, rest = _pieces(clauses)
    if not pieces or len({piece.clause.branch for piece in pieces}) > 1:
        return None
    on = {piece.interval.on for piece in pieces}
    if len(on) == 1 and ways_differ([_measured(piece) for piece in pieces]):
        return None
    if len(on) == 2:
        pieces, rest = _counted_faults(case, pieces, rest)
    else:
        pieces = [_without_ground(case, piece) for piece in pieces]
        pieces, rest = _none_counted(pieces, rest)
    on = {piece.interval.on for piece in pieces}
    if len(on) != 1:
        return None
    shares = on == {BandsOn.PERCENT}
    if any(clause.points for clause in rest) or _extra_conditions(pieces):
        return _activity_and_share(case, pieces, rest) if shares else None
    if not all(is_rest(clause.text) or starts_with_no(clause.text) for clause in rest):
        return None
    if not shares and not _one_noun(pieces, rest):
        return None
    return _drawn(case, pieces, rest)


def _without_nothing_arose(case: LeafCase, clauses: Sequence[Clause]) -> list[Clause]:
    """Take out "không phát sinh … = 0,5", alone or after "hoặc", where the others measure something."""
    silent = [clause for clause in clauses if says_nothing_arose(clause.full)]
    others = [clause for clause in clauses if clause not in silent]
    if len(silent) != 1 or not any(interval_in(clause.text) is not None for clause in others):
        return list(clauses)
    case.nothing_arose = silent[0].points
    parts = re.split(r"\s+hoặc\s+", silent[0].text)
    measured = [part for part in parts if interval_in(part) is not None]
    if len(parts) == 2 and len(measured) == 1:
        return [replace(clause, text=measured[0]) if clause in silent else clause for clause in clauses]
    return others if len(parts) == 1 else list(clauses)


def _pieces(clauses: Sequence[Clause]) -> tuple[list[_Piece], list[Clause]]:
    pieces, rest = [], []
    for clause in clauses:
        piece = _piece(clause)
        if piece is None:
            rest.append(clause)
        else:
            pieces.append(piece)
    return pieces, rest


def _piece(clause: Clause) -> _Piece | None:
    interval = interval_in(clause.text)
    if interval is None:
        return None
    if interval.lone and _NEGATED.search(clause.text[: interval.start]):
        interval = replace(interval, lower=None, lower_closed=False, upper_closed=False, lone=False)
    return _Piece(clause, interval)


def _without_ground(case: LeafCase, piece: _Piece) -> _Piece:
    clause = ground_split(case, piece.clause)
    return piece if clause is piece.clause else _piece(clause) or piece


def _extra_conditions(pieces: Sequence[_Piece]) -> bool:
    return any(asks_more(piece.clause.text, piece.interval) for piece in pieces)


def _measured(piece: _Piece) -> tuple[str, Interval]:
    """Return the words of a piece, the denial that its interval already took in left out."""
    text, interval = piece.clause.text, piece.interval
    denied = None if interval.lower is not None else _NEGATED.search(text[: interval.start])
    if denied is None:
        return text, interval
    blank = " " * (denied.end() - denied.start())
    return text[: denied.start()] + blank + text[denied.end() :], interval


def _one_noun(pieces: Sequence[_Piece], rest: Sequence[Clause]) -> bool:
    """Tell whether all counts count the same thing, and what is left denies it: figures of other things are options."""
    nouns = {piece.interval.noun for piece in pieces}
    if len(nouns) != 1:
        return False
    noun = next(iter(nouns))
    spans = {(piece.interval.lower, piece.interval.upper) for piece in pieces}
    if len(spans) != len(pieces):
        return False
    if len(pieces) == 1 and not rest:
        return False
    if len(pieces) == 1 and pieces[0].interval.lone:
        return False
    return all(
        is_rest(clause.text)
        or (starts_with_no(clause.text) and (noun in clause.text.lower() or len(clause.text.split()) <= 4))
        for clause in rest
    )


def _counted_faults(case: LeafCase, pieces: list[_Piece], rest: list[Clause]) -> tuple[list[_Piece], list[Clause]]:
    """Read "100% … đúng hạn" beside counts of what was late as the count 0, and split what is 0 for another ground."""
    whole = [p for p in pieces if p.interval.on is BandsOn.PERCENT]
    counted = [p for p in pieces if p.interval.on is BandsOn.COUNT]
    one = whole[0] if len(whole) == 1 else None
    nouns = {p.interval.noun for p in counted}
    if one is None or not one.interval.lone or one.interval.lower != HUNDRED or len(nouns) != 1:
        return pieces, rest
    if next(iter(nouns)) not in one.clause.text.lower() or not _ON_TIME.search(one.clause.text):
        return pieces, rest
    zero = Interval(
        BandsOn.COUNT,
        Decimal(0),
        lower_closed=True,
        upper=Decimal(0),
        upper_closed=True,
        start=0,
        end=0,
        noun=one.interval.noun,
    )
    made = [_Piece(one.clause, replace(zero, noun=next(iter(nouns))))]
    for piece in counted:
        alone = _without_ground(case, piece)
        if alone.interval.lower is None:
            alone = replace(alone, interval=replace(alone.interval, lower=Decimal(1), lower_closed=True))
        made.append(alone)
    return made, rest


def _none_counted(pieces: list[_Piece], rest: list[Clause]) -> tuple[list[_Piece], list[Clause]]:
    """Read "Không có đơn thư vượt cấp = 1 điểm" beside counts of such letters as the count 0."""
    nouns = {piece.interval.noun for piece in pieces}
    denying = [clause for clause in rest if clause.points and starts_with_no(clause.text)]
    counted = all(piece.interval.on is BandsOn.COUNT for piece in pieces)
    if not counted or len(nouns) != 1 or len(denying) != 1 or next(iter(nouns)) not in denying[0].text.lower():
        return pieces, rest
    none = Interval(
        BandsOn.COUNT,
        Decimal(0),
        lower_closed=True,
        upper=Decimal(0),
        upper_closed=True,
        start=0,
        end=0,
        noun=next(iter(nouns)),
    )
    counts = [
        replace(piece, interval=replace(piece.interval, lower=Decimal(1), lower_closed=True))
        if piece.interval.lower is None
        else piece
        for piece in pieces
    ]
    return [_Piece(denying[0], none), *counts], [clause for clause in rest if clause is not denying[0]]


def _activity_and_share(case: LeafCase, pieces: Sequence[_Piece], rest: Sequence[Clause]) -> BandsRule | None:
    """Read "Ban hành kế hoạch và hoàn thành 100% …" against "Không ban hành, không hoàn thành 100% …".

    The share decides; that the first half is missing is a ground for 0, since there is nothing to measure then.
    """
    if len(pieces) != 2 or rest:
        return None
    good, bad = sorted(pieces, key=lambda piece: -piece.clause.points)
    joined = re.match(r"(?P<act>.+?)\s+và\s+(?=[^.;]*\d)", good.clause.text[: good.interval.end])
    parts = re.split(r",\s*(?:hoặc\s+)?|\s+hoặc\s+", bad.clause.text, maxsplit=1)
    if bad.clause.points or joined is None or len(parts) != 2 or good.interval.lower is None:
        return None
    denied = interval_in(parts[0]) is None and starts_with_no(parts[0]) and starts_with_no(parts[1])
    if (
        not denied
        or good.interval.lower != bad.interval.upper
        or asks_more(good.clause.text, replace(good.interval, start=0))
    ):
        return None
    ground = _denied(parts[0].strip(), joined["act"].strip())
    case.zero_when.append(ZeroGround(ground_key(ground, case.zero_when), ground))
    case.find(FindingCode.ZERO_GROUND, row=bad.clause.row, text=ground)
    return _drawn(case, pieces, [])


def _denied(ground: str, act: str) -> str:
    """Say what is not done in the words of what is asked: "Không ban hành" + "Ban hành kế hoạch …"."""
    verb = re.sub(r"^(?:không|chưa)\s+", "", ground, flags=re.IGNORECASE)
    return f"{ground}{act[len(verb) :]}" if act.lower().startswith(verb.lower()) else ground


def _drawn(case: LeafCase, pieces: Sequence[_Piece], rest: Sequence[Clause]) -> BandsRule | None:
    on = pieces[0].interval.on
    steps = [(_widened(case, piece, pieces), piece) for piece in pieces]
    bands = sorted(
        (interval.step(piece.clause.points) for interval, piece in steps),
        key=lambda band: (band.lower is not None, band.lower or Decimal(0), not band.lower_closed),
    )
    bands = _edges(bands, on)
    if _overlapping(case, bands, pieces):
        return None
    bands = _shared_bounds(case, bands)
    bands, rest = unchanged(bands, [_measured(piece) for piece in pieces], rest)
    bands = with_rest(case, bands, rest, on)
    gaps(case, bands, on, filled=bool(rest))
    return BandsRule(on=on, bands=tuple(bands), percent_offered=on is BandsOn.PERCENT and offered(case))


def offered(case: LeafCase) -> bool:
    """Tell whether only a percentage is known of what is measured: money paid out, not cases."""
    return bool(re.search(r"giải ngân|vốn đầu tư|thu ngân sách|chi ngân sách", case.leaf.title.lower()))


def _widened(case: LeafCase, piece: _Piece, pieces: Sequence[_Piece]) -> Interval:
    """Take a lone figure for what it starts ("đạt 80%": from 80, up to the next), and say that words leave it open."""
    interval = piece.interval
    if interval.doubt:
        case.find(
            FindingCode.BOUND_OPEN,
            row=piece.clause.row,
            remedies=(keep(),),
            text=interval.doubt,
            taken=_taken(interval),
        )
    if not interval.lone or interval.lower is None:
        return interval
    above = [
        other.interval.lower
        for other in pieces
        if other.interval.lower is not None and other.interval.lower > interval.lower
    ]
    if interval.on is BandsOn.PERCENT and interval.lower == HUNDRED and not above:
        return replace(interval, upper=None, upper_closed=False)
    if interval.on is BandsOn.COUNT and interval.lower is not None:
        return _counted_alone(case, piece, above)
    wide = replace(interval, upper=min(above) if above else None, upper_closed=False)
    case.find(
        FindingCode.BOUND_OPEN, row=piece.clause.row, remedies=(keep(),), text=piece.clause.text, taken=_taken(wide)
    )
    return wide


def _counted_alone(case: LeafCase, piece: _Piece, above: list[Decimal]) -> Interval:
    interval = piece.interval
    if above or interval.lower == 0:
        return interval
    wide = replace(interval, upper=None, upper_closed=False)
    case.find(
        FindingCode.BOUND_OPEN, row=piece.clause.row, remedies=(keep(),), text=piece.clause.text, taken=_taken(wide)
    )
    return wide


def _taken(interval: Interval) -> str:
    low = "" if interval.lower is None else f"{'≥' if interval.lower_closed else '>'} {figure(interval.lower)}"
    high = "" if interval.upper is None else f"{'≤' if interval.upper_closed else '<'} {figure(interval.upper)}"
    return ", ".join(part for part in (low, high) if part)


def _edges(bands: list[Step], on: BandsOn) -> list[Step]:
    """Open the outer ends that the paper closes at 0 and at 100 %: nothing lies beyond but what exceeds the plan."""
    first, last = bands[0], bands[-1]
    if on is BandsOn.COUNT and first.lower is None:
        bands[0] = first = replace(first, lower=Decimal(0), lower_closed=True)
    if on is BandsOn.PERCENT and first.lower == 0 and first.lower_closed:
        bands[0] = replace(first, lower=None, lower_closed=False)
    last = bands[-1]
    if on is BandsOn.PERCENT and last.upper == HUNDRED and last.upper_closed:
        bands[-1] = replace(last, upper=None, upper_closed=False)
    return bands


def _overlapping(case: LeafCase, bands: Sequence[Step], pieces: Sequence[_Piece]) -> bool:
    """Tell whether two stretches share more than a figure; of one measure that is a fault of the paper, and is said."""
    for one, other in pairwise(bands):
        if one.upper is None or other.lower is None or one.upper > other.lower:
            if figures_differ([_measured(piece) for piece in pieces]):
                return True
            text = f"{words(one)} / {words(other)}"
            case.find(FindingCode.BANDS_OVERLAP, remedies=(keep(),), text=text)
            return True
    return False


def _shared_bounds(case: LeafCase, bands: list[Step]) -> list[Step]:
    """Where two stretches both take a figure, the better points take it, and the paper is said to leave it open."""
    made = list(bands)
    for place in range(len(made) - 1):
        one, other = made[place], made[place + 1]
        if one.upper == other.lower and one.upper_closed and other.lower_closed:
            text = f"{words(one)} / {words(other)}"
            better = other if other.points >= one.points else one
            case.find(FindingCode.BOUND_OPEN, remedies=(keep(),), text=text, taken=words(better))
            if better is other:
                made[place] = replace(one, upper_closed=False)
            else:
                made[place + 1] = replace(other, lower_closed=False)
    return made
