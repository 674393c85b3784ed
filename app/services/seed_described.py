"""What `set.json` and `campaigns.json` of a seed say, read strictly: every field by its type, none left over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.campaign import Policies
from app.domain.classification import Band
from app.domain.deadlines import VIETNAM, resolve_offset
from app.domain.errors import DomainError, InputInvalid
from app.domain.json_fields import Fields
from app.domain.points import to_units
from app.domain.terms import PhaseKind, Ties
from app.services.seed_cells import word_of
from app.services.seed_files import SETS_FOLDER, read_json, set_places

SET, CAMPAIGNS = "set.json", "campaigns.json"

#: keys of campaigns.json that live in `Campaign.policies`, in the order the file has them
POLICY_KEYS = (
    "tie_breakers",
    "rank_on",
    "cap_index",
    "internal_approval",
    "support_policy",
    "signature",
    "inserted_number",
    "zero_grounds",
    "explanation_days",
    "request_days",
    "correction_days",
    "request_answerable",
    "public_results",
    "round_two",
    "supplementary_required",
    "bonus_cap",
    "penalty_cap",
    "report",
    "report_missing",
    "report_late",
    "indexes",
)


_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class DescribedSet:
    """A criteria set but for its rows; `legal_basis` is a number, or empty."""

    code: str
    name: str
    year: int
    legal_basis: str
    notes: str


@dataclass(frozen=True, slots=True)
class DescribedPhase:
    """A phase as written: offsets of a rehearsal, else Vietnam time; `instant` reads either."""

    kind: PhaseKind
    opens: str | None
    closes: str
    sample: bool


@dataclass(frozen=True, slots=True)
class DescribedGroup:
    """A group of a campaign with its council and its set, by code."""

    group: str
    council: str
    set_code: str


@dataclass(frozen=True, slots=True)
class DescribedCampaign:
    """A campaign but for its rows. `set_code`: of the groups that name none; `bands`: class, whether it is a sample."""

    code: str
    name: str
    year: int
    set_code: str
    groups: tuple[DescribedGroup, ...]
    rehearsal: bool
    decimals: int
    ties: Ties
    bands: tuple[tuple[Band, bool], ...]
    legal_basis: str
    phases: tuple[DescribedPhase, ...]
    policies: Mapping[str, Any]


def sets_and_problems(folder: Path) -> tuple[dict[str, DescribedSet], list[DomainError]]:
    """Return the criteria sets of a seed by place, those that can be read, and what is wrong with the others."""
    described: dict[str, DescribedSet] = {}
    problems: list[DomainError] = []
    for place in set_places(folder):
        try:
            found = read_set(folder, place)
            if found.code in {each.code for each in described.values()}:
                raise InputInvalid("seed_code_twice", file=place + SET, value=found.code)
            described[place] = found
        except DomainError as problem:
            problems.append(problem)
    return described, problems


def read_sets(folder: Path) -> dict[str, DescribedSet]:
    """Return the criteria sets of a seed by place. Raises the first problem of `sets_and_problems`."""
    described, problems = sets_and_problems(folder)
    if problems:
        raise problems[0]
    return described


def read_set(folder: Path, place: str = "") -> DescribedSet:
    """Return what set.json says; a further set is named as its folder. Raises InputInvalid, naming file and field."""
    file_name = place + SET
    given = read_json(folder, file_name)
    try:
        fields = _fields(given)
        described = DescribedSet(
            code=fields.text("code"),
            name=fields.text("name"),
            year=_whole(fields, "year", 1, 9999),
            legal_basis=fields.text("legal_basis"),
            notes=fields.text("notes"),
        )
        fields.done()
        if place and place != f"{SETS_FOLDER}/{described.code}/":
            raise InputInvalid("seed_set_folder_differs", value=described.code[:40])
    except DomainError as refusal:
        raise InputInvalid(refusal.code, file=file_name, **refusal.details) from refusal
    return described


def read_campaigns(folder: Path) -> list[DescribedCampaign]:
    """Return the campaigns of a seed. Raises the first problem of `campaigns_and_problems`."""
    campaigns, problems = campaigns_and_problems(folder)
    if problems:
        raise problems[0]
    return campaigns


def campaigns_and_problems(folder: Path) -> tuple[list[DescribedCampaign], list[DomainError]]:
    """Return the campaigns that can be read, and what is wrong with the file or with the others."""
    try:
        given = read_json(folder, CAMPAIGNS)
        if not isinstance(given, list):
            raise InputInvalid("seed_not_a_list", file=CAMPAIGNS)
    except DomainError as problem:
        return [], [problem]
    campaigns: dict[str, DescribedCampaign] = {}
    problems: list[DomainError] = []
    for number, item in enumerate(given, start=1):
        name = item["code"] if isinstance(item, dict) and isinstance(item.get("code"), str) else number
        try:
            campaign = _campaign(_fields(item))
            if campaign.code in campaigns:
                raise InputInvalid("seed_code_twice")
            campaigns[campaign.code] = campaign
        except DomainError as refusal:
            problems.append(InputInvalid(refusal.code, file=CAMPAIGNS, campaign=name, **refusal.details))
    return list(campaigns.values()), problems


def _campaign(fields: Fields) -> DescribedCampaign:
    rehearsal = fields.flag("rehearsal")
    policies = {key: fields.raw(key) for key in POLICY_KEYS if key in fields.names()}
    Policies.from_json(policies)
    campaign = DescribedCampaign(
        code=fields.text("code"),
        name=fields.text("name"),
        year=_whole(fields, "year", 1, 9999),
        set_code=(set_code := fields.text("set")),
        groups=tuple(_group(_fields(item), set_code) for item in fields.items("groups")),
        rehearsal=rehearsal,
        decimals=_whole(fields, "decimals", 0, 4),
        ties=word_of(fields.text("ties"), Ties, column="ties"),
        bands=tuple(_band(_fields(item)) for item in fields.items("bands")),
        legal_basis=fields.text("legal_basis"),
        phases=tuple(_phase(_fields(item), rehearsal=rehearsal) for item in fields.items("phases")),
        policies=policies,
    )
    fields.done()
    if len({phase.kind for phase in campaign.phases}) != len(campaign.phases):
        raise InputInvalid("seed_phase_twice")
    return campaign


def _group(fields: Fields, set_code: str) -> DescribedGroup:
    own = fields.text("set") if "set" in fields.names() else set_code
    joined = DescribedGroup(fields.text("group"), fields.text("council"), own)
    fields.done()
    return joined


def _band(fields: Fields) -> tuple[Band, bool]:
    band = Band(name=fields.text("name"), lower=fields.number("lower")), fields.flag("sample")
    fields.done()
    to_units(band[0].lower)
    return band


def _phase(fields: Fields, *, rehearsal: bool) -> DescribedPhase:
    names = fields.names()
    phase = DescribedPhase(
        kind=word_of(fields.text("kind"), PhaseKind, column="kind"),
        opens=fields.text("opens") if "opens" in names else None,
        closes=fields.text("closes"),
        sample="sample" in names and fields.flag("sample"),
    )
    fields.done()
    for text in (phase.opens, phase.closes):
        if text is not None:
            instant(text, dt.date(2024, 1, 1) if rehearsal else None)
    return phase


def instant(text: str, anchor: dt.date | None) -> dt.datetime:
    """Return the UTC instant of "+14d 17:00" around `anchor`, or of "2024-11-25T17:00", Vietnam time.

    Raises: InputInvalid("offset_unreadable", "seed_date_unreadable").
    """
    if anchor is not None:
        return resolve_offset(anchor, text)
    try:
        if _LOCAL.fullmatch(text):
            return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise InputInvalid("seed_date_unreadable", value=text[:40])


def _fields(given: object) -> Fields:
    return Fields(given, InputInvalid, prefix="seed")


def _whole(fields: Fields, name: str, least: int, most: int) -> int:
    value = fields.whole_or_none(name)
    if value is None or not least <= value <= most:
        raise InputInvalid("seed_number_out_of_range", field=name, least=least, most=most)
    return value
