"""The policies of a campaign. No system is named here: every variant is a setting."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.deadlines import DayCount, due_instant
from app.domain.errors import InputInvalid
from app.domain.indexes import IndexSpec, indexes_from_json, indexes_to_json
from app.domain.json_fields import Fields
from app.domain.opening import AppraiserScope, Opening, OpeningGroup, agencies_by_leaf, opening_problems
from app.domain.ranking import RankOn
from app.domain.rules import ZeroGround

__all__ = [
    "Answerable",
    "AppraiserScope",
    "Consequence",
    "IndexSpec",
    "Opening",
    "OpeningGroup",
    "Policies",
    "RankOn",
    "RoundTwo",
    "agencies_by_leaf",
    "opening_problems",
]


class Consequence(StrEnum):
    """What a missing explanation or document means at review: a note, a warning, or no submission."""

    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"


class Answerable(StrEnum):
    """From when a request of evidence may be answered."""

    AT_ONCE = "at_once"
    RELEASE = "release"


class RoundTwo(StrEnum):
    """Who gives the second, final verdict. `council`: recorded by the secretariat (Quảng Trị)."""

    AGENCY = "agency"
    COUNCIL = "council"


@dataclass(frozen=True, slots=True)
class Policies:
    """Settings of one campaign beyond its dates, classes and groups.

    `tie_breakers`: codes of branches whose points decide between equal indexes, in order. The explanation window runs
    `explanation_days`, counted as `day_count` says, to `explanation_closes` of its last day, Vietnam time.
    """

    tie_breakers: tuple[str, ...] = ()
    rank_on: RankOn = RankOn.ROUNDED
    cap_index: bool = False
    internal_approval: bool = True
    evidence: Consequence = Consequence.WARN
    explanation: Consequence = Consequence.WARN
    zero_grounds: tuple[ZeroGround, ...] = ()
    explanation_days: int = 2
    day_count: DayCount = DayCount.CALENDAR
    explanation_closes: dt.time = dt.time(17, 0)
    request_answerable: Answerable = Answerable.RELEASE
    round_two: RoundTwo = RoundTwo.AGENCY
    #: several indexes beside the combined one; none: the campaign has one index
    indexes: tuple[IndexSpec, ...] = ()

    @property
    def zero_keys(self) -> frozenset[str]:
        return frozenset(ground.key for ground in self.zero_grounds)

    def explanation_due(self, released_at: dt.datetime, *, holidays: Collection[dt.date] = ()) -> dt.datetime:
        """Return the UTC instant at which the explanation window of a release is over."""
        return due_instant(
            released_at,
            self.explanation_days,
            self.day_count,
            self.explanation_closes,
            holidays=holidays,
        )

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Policies:
        """Read the policies a campaign stores; a setting that is not there keeps its default.

        `explanation_days` is a number, or {"days", "counting", "closes": "17:00"}. Raises: InputInvalid with code
        policies_unknown_field, policies_missing_field, wrong_type, zero_key_twice, explanation_days_not_positive.
        """
        fields = Fields(given, InputInvalid, prefix="policies")
        names = fields.names()
        read: dict[str, Any] = {}
        if "tie_breakers" in names:
            read["tie_breakers"] = _codes(fields)
        if "support_policy" in names:
            read |= _support(fields.raw("support_policy"))
        if "zero_grounds" in names:
            read["zero_grounds"] = _grounds(fields)
        if "indexes" in names:
            read["indexes"] = indexes_from_json(fields.items("indexes"))
        if "explanation_days" in names:
            read |= _explanation(fields.raw("explanation_days"))
        for name in {"cap_index", "internal_approval"} & names:
            read[name] = fields.flag(name)
        for name in _CHOICES.keys() & names:
            read[name] = fields.one_of(name, _CHOICES[name])
        fields.done()
        return cls(**read)

    def to_json(self) -> dict[str, Any]:
        """Return every setting as `from_json` reads it."""
        return {
            "tie_breakers": list(self.tie_breakers),
            "rank_on": self.rank_on.value,
            "cap_index": self.cap_index,
            "internal_approval": self.internal_approval,
            "support_policy": {"evidence": self.evidence.value, "explanation": self.explanation.value},
            "zero_grounds": [{"key": ground.key, "text": ground.text} for ground in self.zero_grounds],
            "explanation_days": {
                "days": self.explanation_days,
                "counting": self.day_count.value,
                "closes": self.explanation_closes.strftime("%H:%M"),
            },
            "request_answerable": self.request_answerable.value,
            "round_two": self.round_two.value,
            "indexes": indexes_to_json(self.indexes),
        }


_CHOICES: Mapping[str, type[StrEnum]] = {
    "rank_on": RankOn,
    "request_answerable": Answerable,
    "round_two": RoundTwo,
}


def _codes(fields: Fields) -> tuple[str, ...]:
    codes = tuple(fields.items("tie_breakers"))
    if not all(isinstance(code, str) for code in codes):
        raise InputInvalid("wrong_type", field="tie_breakers", expected="list of codes")
    return codes


def _support(given: object) -> dict[str, Consequence]:
    fields = Fields(given, InputInvalid, prefix="policies")
    asked = fields.names() & {"evidence", "explanation"}
    read = {name: fields.one_of(name, Consequence) for name in asked}
    fields.done()
    return read


def _grounds(fields: Fields) -> tuple[ZeroGround, ...]:
    grounds = []
    for item in fields.items("zero_grounds"):
        ground = Fields(item, InputInvalid, prefix="policies")
        grounds.append(ZeroGround(ground.text("key"), ground.text("text")))
        ground.done()
    if len({ground.key for ground in grounds}) != len(grounds):
        raise InputInvalid("zero_key_twice")
    return tuple(grounds)


def _explanation(given: object) -> dict[str, Any]:
    shorthand = isinstance(given, int | str) and not isinstance(given, bool)
    fields = Fields({"days": given} if shorthand else given, InputInvalid, prefix="policies")
    read: dict[str, Any] = {"explanation_days": fields.whole_or_none("days")}
    if (read["explanation_days"] or 0) < 1:
        raise InputInvalid("explanation_days_not_positive")
    if "counting" in fields.names():
        read["day_count"] = fields.one_of("counting", DayCount)
    if "closes" in fields.names():
        read["explanation_closes"] = _time_of_day(fields.text("closes"))
    fields.done()
    return read


def _time_of_day(text: str) -> dt.time:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        raise InputInvalid("wrong_type", field="closes", expected="HH:MM")
    return dt.time(int(found[1]), int(found[2]))
