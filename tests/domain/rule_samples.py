"""One rule of each kind as JSON, with a claim it takes and the points that earns, for tests that walk all ten."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Sample:
    """`own` holds the kind's own fields, `claim` a claim it takes, `points` what that earns of `maximum`."""

    kind: str
    own: dict[str, Any]
    claim: dict[str, Any]
    maximum: Decimal
    points: Decimal

    def json(self, **common: Any) -> dict[str, Any]:
        return {"kind": self.kind, "version": 1, "nothing_arose": None, **self.own, **common}


#: where a number stands inside `own` or a claim: keys and places in lists
Path = tuple[str | int, ...]


def replaced(value: Any, path: Path, new: object) -> Any:
    """Return a copy of `value` with `new` at `path`."""
    if not path:
        return new
    head, *rest = path
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[head] = replaced(copy[head], tuple(rest), new)
    return copy


def without(value: Any, path: Path) -> Any:
    """Return a copy of `value` without the field at `path`."""
    head, *rest = path
    copy = list(value) if isinstance(value, list) else dict(value)
    if rest:
        copy[head] = without(copy[head], tuple(rest))
    else:
        del copy[head]
    return copy


SAMPLES = (
    Sample(
        "choice",
        {
            "options": [
                {"key": "1", "text": "đầy đủ", "points": "1"},
                {"key": "2", "text": "không đầy đủ", "points": "0.5"},
                {"key": "3", "text": "không ban hành", "points": "0"},
            ],
            "pick": "one",
        },
        {"option": "2"},
        Decimal(1),
        Decimal("0.5"),
    ),
    Sample(
        "bands",
        {
            "on": "percent",
            "bands": [
                {"from": None, "from_closed": False, "to": "70", "to_closed": False, "points": "0"},
                {"from": "70", "from_closed": True, "to": "90", "to_closed": True, "points": "1"},
                {"from": "90", "from_closed": False, "to": None, "to_closed": False, "points": "2"},
            ],
        },
        {"numerator": "9", "denominator": "10"},
        Decimal(2),
        Decimal(1),
    ),
    Sample(
        "proportional",
        {"floor": "80", "floor_closed": True, "cap": "100"},
        {"percent": "80"},
        Decimal(5),
        Decimal(4),
    ),
    Sample("per_case", {"each": "0.5", "cap": "1.5"}, {"count": "2"}, Decimal(2), Decimal(1)),
    Sample(
        "deduction",
        {"threshold": "99", "start": "1.5", "each": "0.5", "floor": "0.25", "cut_off": 3},
        {"numerator": "99", "denominator": "100", "faults": "1"},
        Decimal(2),
        Decimal(1),
    ),
    Sample(
        "survey",
        {"weights": {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5"}, "basis": "scaled"},
        {"tally": {"1": "1", "5": "1"}},
        Decimal(4),
        Decimal("2.4"),
    ),
    Sample(
        "ballots",
        {"weights": {"chairman": "2", "vice": "1"}},
        {"ballots": [{"kind": "chairman", "points": "4"}, {"kind": "vice", "points": "2.5"}]},
        Decimal(4),
        Decimal("3.5"),
    ),
    Sample(
        "previous_period",
        {
            "measures": [{"key": "rank", "better": "lower"}, {"key": "index", "better": "higher"}],
            "combine": "all",
            "higher": "2",
            "equal": "1",
            "lower": "0.25",
            "first_year": "1.5",
        },
        {"measures": {"rank": {"previous": "5", "current": "5"}, "index": {"previous": "80.5", "current": "80.5"}}},
        Decimal(2),
        Decimal(1),
    ),
    Sample("external", {"scale": "100"}, {"value": "85"}, Decimal(2), Decimal("1.7")),
    Sample("judged", {"step": "0.25"}, {"points": "1.75"}, Decimal(2), Decimal("1.75")),
)
BY_KIND = {sample.kind: sample for sample in SAMPLES}
