"""A review beside an earlier set: what each criterion was, by code, else by title. A finer comparison fits in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict

from app.domain.rule_codec import rule_to_json
from app.reading.rechecks import folded
from app.reading.review_nodes import ReviewNode


@dataclass(frozen=True, slots=True)
class Earlier:
    """A criterion as the earlier set has it."""

    code: str
    title: str
    maximum: Decimal
    rule: Mapping[str, Any] | None
    original: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The criterion of the earlier set that answers to one under review, and what of it changed.

    `changed`: of code, title, maximum, rule, words.
    """

    earlier: Earlier
    changed: frozenset[str]


class Compared(TypedDict):
    beside: dict[int, Beside]
    earlier_only: tuple[Earlier, ...]


def beside(nodes: Sequence[ReviewNode], earlier: Sequence[Earlier]) -> Compared:
    """Match by code where the titles are alike or no title tells better, then by title; each is matched once."""
    left = {row.code: row for row in earlier}
    matched: dict[int, Earlier] = {}
    titles = _once({row.code: folded(row.title) for row in earlier})
    for node in nodes:
        code = titles.get(folded(node.criterion.title))
        if code is not None and code in left and (code == node.criterion.code or node.criterion.code not in left):
            matched[node.place] = left.pop(code)
    for node in nodes:
        if node.place not in matched and node.criterion.code in left:
            matched[node.place] = left.pop(node.criterion.code)
    found = {
        node.place: Beside(matched[node.place], _changed(node, matched[node.place]))
        for node in nodes
        if node.place in matched
    }
    return {"beside": found, "earlier_only": tuple(left.values())}


def _once(titles: Mapping[str, str]) -> dict[str, str]:
    """Return title → code of the titles that stand once."""
    counts: dict[str, list[str]] = {}
    for code, title in titles.items():
        counts.setdefault(title, []).append(code)
    return {title: codes[0] for title, codes in counts.items() if title and len(codes) == 1}


def _changed(node: ReviewNode, earlier: Earlier) -> frozenset[str]:
    criterion = node.criterion
    rule = None if criterion.rule is None else rule_to_json(criterion.rule)
    differs = {
        "code": criterion.code != earlier.code,
        "title": " ".join(criterion.title.split()) != " ".join(earlier.title.split()),
        "maximum": criterion.maximum != earlier.maximum,
        "rule": rule != earlier.rule,
        "words": " ".join(criterion.original.split()) != " ".join(earlier.original.split()),
    }
    return frozenset(name for name, changed in differs.items() if changed)
