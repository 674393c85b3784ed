"""The policies of a campaign. No system is named here: every variant is a setting."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.deadlines import DayCount, due_instant
from app.domain.errors import InputInvalid
from app.domain.indexes import IndexSpec, indexes_from_json, indexes_to_json
from app.domain.json_fields import Fields
from app.domain.opening import AppraiserScope, Opening, OpeningGroup, agencies_by_leaf, opening_problems
from app.domain.points import plain
from app.domain.ranking import RankOn
from app.domain.rules import ZeroGround

__all__ = [
    "Answerable",
    "AppraiserScope",
    "Consequence",
    "IndexSpec",
    "LateReport",
    "Opening",
    "OpeningGroup",
    "Policies",
    "RankOn",
    "ReportMode",
    "RoundTwo",
    "Signature",
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


class Signature(StrEnum):
    """What a file without a digital signature means at review; S0, S1 and S4 accept a scan with the seal."""

    ACCEPT = "accept"
    WARN = "warn"
    BLOCK = "block"


class ReportMode(StrEnum):
    """`before`: the head approves the report, then the sheet is entered (S1, S2, S4); `after`: by its own date (S3)."""

    NONE = "none"
    AFTER = "after"
    BEFORE = "before"


class LateReport(StrEnum):
    """What becomes of a report that comes after its date."""

    MARK = "mark"
    #: taken and marked until the lock of scoring, or of the unit's own extension; refused after it
    UNTIL_LOCK = "until_lock"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Policies:
    """Settings of one campaign beyond its dates, classes and groups.

    `tie_breakers`: codes of branches whose points decide between equal indexes, in order. `public_results`: published
    rankings are read without an account. The explanation window runs
    `explanation_days`, counted as `day_count` says, to `explanation_closes` of its last day, Vietnam time; a request of
    evidence is due after `request_days` unless its appraiser says otherwise, a sheet returned after the lock has
    `correction_days`, both counted and closed alike.
    `bonus_cap`, `penalty_cap`: points of all bonuses, of all penalties of one unit; None is no cap.
    """

    tie_breakers: tuple[str, ...] = ()
    rank_on: RankOn = RankOn.ROUNDED
    cap_index: bool = False
    internal_approval: bool = True
    evidence: Consequence = Consequence.WARN
    explanation: Consequence = Consequence.WARN
    signature: Signature = Signature.ACCEPT
    #: a number somebody squeezed in, such as 12a/BC-UBND (S2, Điều 4.2c; S3, mục II)
    inserted_number: Consequence = Consequence.WARN
    zero_grounds: tuple[ZeroGround, ...] = ()
    explanation_days: int = 2
    day_count: DayCount = DayCount.CALENDAR
    explanation_closes: dt.time = dt.time(17, 0)
    request_days: int = 2
    correction_days: int = 2
    request_answerable: Answerable = Answerable.RELEASE
    round_two: RoundTwo = RoundTwo.AGENCY
    public_results: bool = False
    #: a leaf that is not yet due waits for what the council gives it additionally, and keeps its unit from concluding
    supplementary_required: bool = True
    bonus_cap: Decimal | None = None
    penalty_cap: Decimal | None = None
    report: ReportMode = ReportMode.NONE
    report_missing: Consequence = Consequence.WARN
    report_late: LateReport = LateReport.MARK
    #: several indexes beside the combined one; none: the campaign has one index
    indexes: tuple[IndexSpec, ...] = ()

    @property
    def zero_keys(self) -> frozenset[str]:
        return frozenset(ground.key for ground in self.zero_grounds)

    def explanation_due(self, released_at: dt.datetime, *, holidays: Collection[dt.date] = ()) -> dt.datetime:
        """Return the UTC instant at which the explanation window of a release is over."""
        return self._due(released_at, self.explanation_days, holidays)

    def request_due(self, asked_at: dt.datetime, *, holidays: Collection[dt.date] = ()) -> dt.datetime:
        """Return the UTC instant until which a request of evidence may be answered, where nothing else is said."""
        return self._due(asked_at, self.request_days, holidays)

    def correction_due(self, returned_at: dt.datetime, *, holidays: Collection[dt.date] = ()) -> dt.datetime:
        """Return the UTC instant until which a sheet returned after the lock may be sent again."""
        return self._due(returned_at, self.correction_days, holidays)

    def _due(self, start: dt.datetime, days: int, holidays: Collection[dt.date]) -> dt.datetime:
        return due_instant(start, days, self.day_count, self.explanation_closes, holidays=holidays)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Policies:
        """Read the policies a campaign stores; a setting that is not there keeps its default.

        `explanation_days` is a number, or {"days", "counting", "closes": "17:00"}. Raises: InputInvalid with code
        policies_unknown_field, policies_missing_field, wrong_type, zero_key_twice, explanation_days_not_positive,
        request_days_not_positive, correction_days_not_positive. A campaign that says nothing of corrections gives a
        returned sheet as long as an explanation.
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
        read |= _terms(fields)
        for name in _FLAGS & names:
            read[name] = fields.flag(name)
        for name in {"bonus_cap", "penalty_cap"} & names:
            read[name] = _cap(fields, name)
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
            "signature": self.signature.value,
            "inserted_number": self.inserted_number.value,
            "zero_grounds": [{"key": ground.key, "text": ground.text} for ground in self.zero_grounds],
            "explanation_days": {
                "days": self.explanation_days,
                "counting": self.day_count.value,
                "closes": self.explanation_closes.strftime("%H:%M"),
            },
            "request_days": self.request_days,
            "correction_days": self.correction_days,
            "request_answerable": self.request_answerable.value,
            "round_two": self.round_two.value,
            "public_results": self.public_results,
            "supplementary_required": self.supplementary_required,
            "bonus_cap": None if self.bonus_cap is None else plain(self.bonus_cap),
            "penalty_cap": None if self.penalty_cap is None else plain(self.penalty_cap),
            "report": self.report.value,
            "report_missing": self.report_missing.value,
            "report_late": self.report_late.value,
            "indexes": indexes_to_json(self.indexes),
        }


_FLAGS = frozenset({"cap_index", "internal_approval", "public_results", "supplementary_required"})

_CHOICES: Mapping[str, type[StrEnum]] = {
    "rank_on": RankOn,
    "request_answerable": Answerable,
    "round_two": RoundTwo,
    "report": ReportMode,
    "report_missing": Consequence,
    "report_late": LateReport,
    "signature": Signature,
    "inserted_number": Consequence,
}


def _cap(fields: Fields, name: str) -> Decimal | None:
    cap = fields.number_or_none(name)
    if cap is not None and cap < 0:
        raise InputInvalid("negative_figure", text=plain(cap), field=name)
    return cap


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


def _terms(fields: Fields) -> dict[str, Any]:
    """Return the terms that are set; a returned sheet has as long as an explanation where nothing else is said."""
    read: dict[str, Any] = {}
    if "explanation_days" in fields.names():
        read |= _explanation(fields.raw("explanation_days"))
        read["correction_days"] = read["explanation_days"]
    for name in {"request_days", "correction_days"} & fields.names():
        read[name] = _positive(fields, name)
    return read


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


def _positive(fields: Fields, name: str) -> int:
    days = fields.whole_or_none(name)
    if days is None or days < 1:
        raise InputInvalid(f"{name}_not_positive")
    return days


def _time_of_day(text: str) -> dt.time:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        raise InputInvalid("wrong_type", field="closes", expected="HH:MM")
    return dt.time(int(found[1]), int(found[2]))
