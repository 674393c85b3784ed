"""A review beside an earlier set: which criterion each one was, and what of it changed.

Rows whose titles say it are paired at once; the rest goes to the matching of versions, which weighs every pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from app.domain.set_diff import Described, Difference, difference_of
from app.domain.set_mapping import automatic_mapping
from app.reading.review_nodes import ReviewNode

#: pairs the matching may weigh while a page is waited for; more are told apart by code alone
MOST_PAIRS = 10_000


@dataclass(frozen=True, slots=True)
class Beside:
    """The criterion of the earlier set that answers to one under review. `doubtful`: alike, not the same."""

    earlier: Described
    difference: Difference
    renumbered: bool
    doubtful: bool = False

    @property
    def changed(self) -> bool:
        return self.renumbered or bool(self.difference.kinds)


class Compared(TypedDict):
    beside: dict[int, Beside]
    earlier_only: tuple[Described, ...]


def beside(nodes: Sequence[ReviewNode], earlier: Sequence[Described]) -> Compared:
    """Return what each criterion was, each earlier row at most once, and the earlier rows nothing answers to."""
    now = _described(nodes)
    pairs = _by_title(now.values(), earlier) if earlier else {}
    doubtful: set[str] = set()
    rest_new = [row for row in now.values() if row.code not in pairs]
    taken = set(pairs.values())
    rest_old = [row for row in earlier if row.code not in taken]
    if rest_new and rest_old and len(rest_new) * len(rest_old) <= MOST_PAIRS:
        found = [match for match in automatic_mapping(rest_old, rest_new) if match.old is not None]
        pairs |= {match.new: match.old for match in found if match.old is not None}
        doubtful = {match.new for match in found if match.doubtful}
    else:
        left = {row.code for row in rest_old}
        pairs |= {row.code: row.code for row in rest_new if row.code in left}
    before = {row.code: row for row in earlier}
    matched = {
        place: _beside(before[pairs[row.code]], row, doubtful=row.code in doubtful)
        for place, row in now.items()
        if row.code in pairs
    }
    gone = set(before) - set(pairs.values())
    return {"beside": matched, "earlier_only": tuple(row for row in earlier if row.code in gone)}


def _described(nodes: Sequence[ReviewNode]) -> dict[int, Described]:
    """Return the criteria by place as the comparison takes them; of two with one code, the first."""
    codes = {node.place: node.criterion.code for node in nodes}
    found: dict[int, Described] = {}
    seen: set[str] = set()
    for position, node in enumerate(nodes, start=1):
        criterion = node.criterion
        if criterion.code in seen or criterion.maximum is None:
            continue
        seen.add(criterion.code)
        found[node.place] = Described(
            code=criterion.code,
            parent=None if node.parent is None else codes[node.parent],
            title=criterion.title,
            maximum=criterion.maximum,
            position=position,
            original=criterion.original,
            requirement=criterion.requirement,
            evidence="\n".join(criterion.evidence),
            scored_by=criterion.scored_by,
            rule=criterion.rule,
        )
    return found


def _by_title(now: Iterable[Described], earlier: Sequence[Described]) -> dict[str, str]:
    """Pair what has one title that stands once on both sides."""
    before, after = _once(earlier), _once(now)
    return {code: before[title] for title, code in after.items() if title in before}


def _once(rows: Iterable[Described]) -> Mapping[str, str]:
    titles = [(" ".join(row.title.lower().split()), row.code) for row in rows]
    counts = Counter(title for title, _ in titles)
    return {title: code for title, code in titles if title and counts[title] == 1}


def _beside(earlier: Described, now: Described, *, doubtful: bool) -> Beside:
    difference = difference_of(replace(earlier, agency=""), now)  # whom the office names is not the paper's change
    return Beside(earlier, difference, renumbered=earlier.code != now.code, doubtful=doubtful)
