"""The profile of a kind of campaign: its settings without year, units and rows, as a value and as JSON.

A phase is dated by day and month ("25/11 17:00", "15/01+1 17:00" in the year after, "15/12-1 00:00" in the year before)
or by an offset from the first day ("+14d 17:00"); Vietnam time either way.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.adjustments import Item, ItemMeasure, check_item, steps_of, steps_text
from app.domain.campaign import Policies
from app.domain.classification import Band
from app.domain.deadlines import VIETNAM, Span, resolve_offset
from app.domain.errors import InputInvalid
from app.domain.json_fields import Fields
from app.domain.points import plain, to_units
from app.domain.terms import AdjustmentKind, PhaseKind, Ties

_DAY = re.compile(r"(\d{2})/(\d{2})([+-]\d)? ([01]\d|2[0-3]):([0-5]\d)")
#: a leap year, so that 29/02 is a day of a profile
_ANY_YEAR = 2024


@dataclass(frozen=True, slots=True)
class ProfilePhase:
    """A phase as a profile dates it; `sample`: the decision does not say this date."""

    kind: PhaseKind
    opens: str | None
    closes: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ProfileBand:
    """A class; `sample`: its bound stands in another decision."""

    band: Band
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ProfileGroup:
    """A peer group, its council and the set it is scored by, each by its code."""

    group: str
    council: str
    set_code: str


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """An item of bonus or penalty with the decision's own sentence."""

    item: Item
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything a campaign of this kind starts from. `legal_basis`: a document's number, or empty."""

    code: str
    name: str
    legal_basis: str
    decimals: int
    ties: Ties
    bands: tuple[ProfileBand, ...]
    policies: Policies
    phases: tuple[ProfilePhase, ...]
    groups: tuple[ProfileGroup, ...]
    items: tuple[ProfileItem, ...] = ()

    def spans(self, year: int, first_day: dt.date) -> dict[PhaseKind, Span]:
        """Return when every phase would be in a campaign of `year`; offsets count from `first_day`."""
        return {
            phase.kind: Span(
                None if phase.opens is None else moment(phase.opens, year, first_day),
                moment(phase.closes, year, first_day),
            )
            for phase in self.phases
        }

    def to_json(self) -> dict[str, Any]:
        """Return the profile as `profile_from_json` reads it."""
        return {
            "code": self.code,
            "name": self.name,
            "legal_basis": self.legal_basis,
            "decimals": self.decimals,
            "ties": self.ties.value,
            "bands": [
                {"name": each.band.name, "lower": plain(each.band.lower), "sample": each.sample} for each in self.bands
            ],
            "policies": self.policies.to_json(),
            "phases": [_phase_to_json(each) for each in self.phases],
            "groups": [{"group": each.group, "council": each.council, "set": each.set_code} for each in self.groups],
            **({"items": [_item_to_json(each) for each in self.items]} if self.items else {}),
        }


def _phase_to_json(phase: ProfilePhase) -> dict[str, Any]:
    opens = {} if phase.opens is None else {"opens": phase.opens}
    return {"kind": phase.kind.value, **opens, "closes": phase.closes, "sample": phase.sample}


def _item_to_json(each: ProfileItem) -> dict[str, Any]:
    item = each.item
    return {
        "code": item.code,
        "kind": item.kind.value,
        "text": each.text,
        "measure": item.measure.value,
        "points": plain(item.points),
        "steps": steps_text(item.steps),
        "cap": None if item.cap is None else plain(item.cap),
        "once": item.once,
    }


def profile_from_json(given: object) -> Profile:
    """Read a profile strictly: every field by its type, none left over, none missing but `opens`, `sample`, `items`.

    Raises: InputInvalid with code profile_not_an_object, profile_missing_field, profile_unknown_field, wrong_type,
    profile_moment_unreadable, profile_phase_twice, profile_item_twice, profile_decimals, band_bound_twice; those of
    `Policies.from_json`, `steps_of` and `check_item`.
    """
    fields = _fields(given)
    decimals = fields.whole_or_none("decimals")
    if decimals is None or not 0 <= decimals <= 4:
        raise InputInvalid("profile_decimals", field="decimals")
    profile = Profile(
        code=fields.text("code"),
        name=fields.text("name"),
        legal_basis=fields.text("legal_basis"),
        decimals=decimals,
        ties=fields.one_of("ties", Ties),
        bands=tuple(_band(item) for item in fields.items("bands")),
        policies=Policies.from_json(dict(fields.pairs("policies"))),
        phases=tuple(_phase(item) for item in fields.items("phases")),
        groups=tuple(_group(item) for item in fields.items("groups")),
        items=tuple(_item(item) for item in fields.items("items")) if "items" in fields.names() else (),
    )
    fields.done()
    if len({phase.kind for phase in profile.phases}) != len(profile.phases):
        raise InputInvalid("profile_phase_twice", field="phases")
    if len({each.band.lower for each in profile.bands}) != len(profile.bands):
        raise InputInvalid("band_bound_twice", field="bands")
    codes = [each.item.code for each in profile.items]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise InputInvalid("profile_item_twice", code=twice, field="items")
    return profile


def _fields(given: object) -> Fields:
    return Fields(given, InputInvalid, prefix="profile")


def _band(given: object) -> ProfileBand:
    fields = _fields(given)
    band = Band(name=fields.text("name"), lower=fields.number("lower"))
    sample = "sample" in fields.names() and fields.flag("sample")
    fields.done()
    to_units(band.lower)
    return ProfileBand(band, sample)


def _phase(given: object) -> ProfilePhase:
    fields = _fields(given)
    names = fields.names()
    phase = ProfilePhase(
        kind=fields.one_of("kind", PhaseKind),
        opens=fields.text("opens") if "opens" in names else None,
        closes=fields.text("closes"),
        sample="sample" in names and fields.flag("sample"),
    )
    fields.done()
    for text in (phase.opens, phase.closes):
        if text is not None:
            moment(text, _ANY_YEAR, dt.date(_ANY_YEAR, 1, 1))
    return phase


def _group(given: object) -> ProfileGroup:
    fields = _fields(given)
    group = ProfileGroup(fields.text("group"), fields.text("council"), fields.text("set"))
    fields.done()
    return group


def _item(given: object) -> ProfileItem:
    fields = _fields(given)
    item = Item(
        code=fields.text("code"),
        kind=fields.one_of("kind", AdjustmentKind),
        measure=fields.one_of("measure", ItemMeasure),
        points=fields.number("points"),
        steps=steps_of(fields.text("steps")),
        cap=fields.number_or_none("cap"),
        once=fields.flag("once"),
    )
    text = fields.text("text")
    fields.done()
    check_item(item)
    return ProfileItem(item, text)


def moment(text: str, year: int, first_day: dt.date) -> dt.datetime:
    """Return the UTC instant a profile's text names in a campaign of `year`; 29/02 is the 28th of a common year.

    Raises: InputInvalid("profile_moment_unreadable").
    """
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            return resolve_offset(first_day, text)
        day, month, years = int(found[1]), int(found[2]), int(found[3] or 0)
        dt.date(_ANY_YEAR, month, day)  # 31/11 is no day of any year
        local = _in_year(year + years, month, day)
        at = dt.time(int(found[4]), int(found[5]))
        return dt.datetime.combine(local, at, tzinfo=VIETNAM).astimezone(dt.UTC)
    except (InputInvalid, ValueError, OverflowError) as unreadable:
        raise InputInvalid("profile_moment_unreadable", text=text[:40]) from unreadable


def moment_text(instant: dt.datetime, year: int) -> str:
    """Return how a profile says an instant of a campaign of `year`; the seconds are left."""
    local = instant.astimezone(VIETNAM)
    apart = local.year - year
    years = f"{apart:+d}" if apart else ""
    return f"{local:%d/%m}{years} {local:%H:%M}"


def moved(span: Span, years: int) -> Span:
    """Return a stretch the same days and hours `years` later, Vietnam time."""
    return Span(None if span.opens_at is None else _moved(span.opens_at, years), _moved(span.closes_at, years))


def moved_day(day: dt.date, years: int) -> dt.date:
    """Return the same day `years` later; 29/02 is the 28th of a common year."""
    return _in_year(day.year + years, day.month, day.day)


def _moved(instant: dt.datetime, years: int) -> dt.datetime:
    local = instant.astimezone(VIETNAM)
    day = _in_year(local.year + years, local.month, local.day)
    return dt.datetime.combine(day, local.time(), tzinfo=VIETNAM).astimezone(dt.UTC)


def _in_year(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def phases_of(spans: Mapping[PhaseKind, tuple[Span, bool]], year: int) -> tuple[ProfilePhase, ...]:
    """Return the phases of a campaign as a profile dates them, sample marks kept."""
    return tuple(
        ProfilePhase(
            kind,
            None if span.opens_at is None else moment_text(span.opens_at, year),
            moment_text(span.closes_at, year),
            sample,
        )
        for kind, (span, sample) in spans.items()
    )
