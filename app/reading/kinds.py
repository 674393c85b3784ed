"""Which rows are criteria and which belong to the criterion above: by code, by boldness, by what the points sum to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from app.reading.codes import LOW, Mark, Style
from app.reading.entries import Entry
from app.reading.figures import option_points, parse_points
from app.reading.sentences import fold, is_note, is_requirement_word

_OPTION_STARTS = (
    "tu ", "duoi", "tren", "khong", "co ", "chua", "dat ", "day du", "dung ", "kip thoi", "moi ", "hoan thanh"
)  # fmt: skip


class Kind(StrEnum):
    CRITERION = "criterion"
    CHILD = "child"  # a criterion under the one above, found by the sums
    LINE = "line"
    TOTAL = "total"
    OPEN = "open"  # decided by the sums


CRITERIA = frozenset({Kind.CRITERION, Kind.CHILD})


def kinds_of(entries: Sequence[Entry]) -> list[Kind]:
    kinds = [_first_kind(entries, place) for place in range(len(entries))]
    start = 0
    while start < len(entries):
        end = _run_end(kinds, start)
        if Kind.OPEN in kinds[start:end]:
            _settle_run(entries, kinds, start, end)
        start = max(end, start + 1)
    return kinds


def _run_end(kinds: Sequence[Kind], start: int) -> int:
    end = start
    while end < len(kinds) and kinds[end] in {Kind.OPEN, Kind.LINE}:
        end += 1
    return end


def _first_kind(entries: Sequence[Entry], place: int) -> Kind:
    entry = entries[place]
    if entry.is_total and (entry.points or not entry.in_code_column):
        return Kind.TOTAL
    if not entry.in_code_column and (is_note(entry.text) or is_requirement_word(entry.text)):
        return Kind.LINE
    if entry.mark and entry.mark.style not in LOW:
        return _kind_of_coded(entry)
    after = entries[place + 1] if place + 1 < len(entries) else None
    return _kind_of_low(entry, after)


def _kind_of_coded(entry: Entry) -> Kind:
    assert entry.mark
    if entry.in_code_column:
        return Kind.CRITERION if entry.lines or entry.points else Kind.LINE
    pointed = entry.maximum is not None
    if entry.mark.style is Style.PART:
        return Kind.CRITERION if pointed or entry.upper or entry.bold or entry.wide else Kind.LINE
    if entry.code_column:
        return Kind.CRITERION if pointed and (entry.points or entry.bold) else Kind.LINE
    if entry.mark.style is Style.NUMBER and not entry.mark.word:
        return Kind.CRITERION if pointed or entry.bold or entry.upper else Kind.LINE
    return Kind.CRITERION


def _kind_of_low(entry: Entry, after: Entry | None) -> Kind:
    """Rows of letters, brackets, dashes and none: criteria only with points of their own."""
    if entry.figure is not None:
        strong = entry.mark is None and (entry.bold or entry.upper) and entry.figure > 0
        return Kind.CRITERION if strong else Kind.OPEN
    if entry.mark and entry.mark.style is not Style.BULLET:
        if entry.in_code_column and entry.lines and parse_points(entry.option_points) is not None:
            return Kind.OPEN
        titled = entry.in_code_column or entry.maximum is not None
        own = after is not None and option_points(after.text) is not None and after.mark != entry.mark
        if titled and own and (after is None or after.is_item):
            return Kind.CRITERION
        return Kind.OPEN if entry.maximum is not None else Kind.LINE
    if _is_bare_heading(entry, after):
        return Kind.CRITERION
    return Kind.LINE


def _is_bare_heading(entry: Entry, after: Entry | None) -> bool:
    """A line in capitals over the whole table, right above a numbered criterion, names a field."""
    if not entry.text or entry.points or entry.is_item or not (entry.upper or (entry.bold and entry.wide)):
        return False
    coded = after is not None and after.mark is not None and after.mark.style not in LOW
    return bool(coded and after and (after.points or after.in_code_column))


def _settle_run(entries: Sequence[Entry], kinds: list[Kind], start: int, end: int) -> None:
    """Decide the rows between two criteria; `start - 1` is the criterion they stand under."""
    owner = entries[start - 1] if start and kinds[start - 1] is Kind.CRITERION else None
    after = next((entries[p] for p in range(end, len(entries)) if kinds[p] is Kind.CRITERION), None)
    places = [place for place in range(start, end) if kinds[place] is Kind.OPEN]
    lost = _lost_rows(entries, kinds, places, owner, after) if owner else []
    for place in lost:
        kinds[place] = Kind.CRITERION
    group: list[int] = []
    for place in places:
        if place in lost:
            _settle_group(entries, kinds, owner, group, end)
            owner, group = entries[place], []
        else:
            group.append(place)
    _settle_group(entries, kinds, owner, group, end)


def _lost_rows(
    entries: Sequence[Entry], kinds: Sequence[Kind], places: Sequence[int], owner: Entry, after: Entry | None
) -> list[int]:
    """Return criteria whose number the paper lost: a number is skipped there, or a row of options ends before."""
    candidates = [place for place in places if entries[place].mark is None and not entries[place].is_item]
    behind_zero = [place for place in candidates if _follows_zero(entries, place)]
    skipped = _skipped(owner.mark, after.mark if after else None)
    if skipped and len(candidates) <= skipped:
        return [place for place in candidates if entries[place].figure]
    if skipped and behind_zero:
        return behind_zero[:skipped]
    return [place for place in behind_zero if entries[place].figure and _has_own_options(entries, kinds, places, place)]


def _follows_zero(entries: Sequence[Entry], place: int) -> bool:
    if not place or not entries[place].figure:
        return False
    before = entries[place - 1]
    return (before.figure if before.points else option_points(before.text)) == 0


def _has_own_options(entries: Sequence[Entry], kinds: Sequence[Kind], places: Sequence[int], place: int) -> bool:
    """Return whether options stand under the row at `place`, in their words or in the column of points."""
    after = place + 1
    while after < len(entries) and kinds[after] is Kind.LINE:
        if option_points(entries[after].text) is not None:
            return True
        after += 1
    later = [entries[other].figure for other in places if other > place]
    return Decimal(0) in later


def _skipped(before: Mark | None, after: Mark | None) -> int:
    """Return how many numbers are missing between two neighbouring criteria."""
    if before is None or after is None:
        return 0
    if before.key == after.key and before.numbers[:-1] == after.numbers[:-1]:
        return max(after.last - before.last - 1, 0)
    shorter = after.numbers[:-1]
    if len(shorter) == len(before.numbers) and shorter[:-1] == before.numbers[:-1] and after.last == 1:
        return max(shorter[-1] - before.last, 0)
    parent = before.numbers[: len(shorter)]
    if len(shorter) < len(before.numbers) and shorter and shorter[:-1] == parent[:-1] and after.last == 1:
        return max(shorter[-1] - parent[-1], 0)
    return 0


def _settle_group(
    entries: Sequence[Entry], kinds: list[Kind], owner: Entry | None, group: Sequence[int], end: int
) -> None:
    """Decide rows with points of their own under `owner`: its options, or criteria below it."""
    if not group:
        return
    first = group[0]
    if entries[first].beside:
        kinds[first] = Kind.CHILD
        owner, group = entries[first], group[1:]
        if _are_beside(entries, owner, group):
            for place in group:
                kinds[place] = Kind.CHILD
            return
    kind = _kind_of_group(entries, kinds, owner, group, end)
    for place in group:
        kinds[place] = kind


def _are_beside(entries: Sequence[Entry], first: Entry, group: Sequence[int]) -> bool:
    """Return whether rows below a criterion beside its field stand beside it too: options give 0 or its points."""
    figures = [entries[place].figure for place in group]
    return Decimal(0) not in figures and first.figure not in figures


def _kind_of_group(
    entries: Sequence[Entry], kinds: Sequence[Kind], owner: Entry | None, group: Sequence[int], end: int
) -> Kind:
    figures = [_figure(entries[place]) or Decimal(0) for place in group]
    if owner is None:
        return Kind.CRITERION
    if Decimal(0) in figures:
        return Kind.LINE
    maximum, total = owner.maximum, sum(figures, Decimal(0))
    beside = all(entries[place].maximum is None for place in group)
    if len(group) > 1 and total == maximum and not (beside and _are_options(entries, group)):
        return Kind.CHILD
    if any(_carries_options(entries, kinds, place, end) for place in group):
        return Kind.CHILD
    if max(figures) == maximum or not any(entries[place].points for place in group):
        return Kind.LINE
    return Kind.LINE if _are_options(entries, group) else Kind.CHILD


def _figure(entry: Entry) -> Decimal | None:
    """Return the points of a row; a letter may have its own in the column beside ("Điểm từng nội dung")."""
    return entry.maximum if entry.maximum is not None else parse_points(entry.option_points)


def _are_options(entries: Sequence[Entry], group: Sequence[int]) -> bool:
    return all(_reads_like_option(entries[place].text) for place in group)


def _carries_options(entries: Sequence[Entry], kinds: Sequence[Kind], place: int, end: int) -> bool:
    return any(
        kinds[after] is Kind.LINE and not is_note(text) and option_points(text) is not None
        for after in range(place + 1, min(place + 3, end))
        for text in [entries[after].text]
    )


def _reads_like_option(text: str) -> bool:
    plain = fold(text).lstrip("-+*• ")
    return option_points(text) is not None or plain.startswith(_OPTION_STARTS)
