"""The policies of a campaign, and what keeps it from opening. No system is named here: every variant is a setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.classification import Band, check_bands
from app.domain.criteria import Node, Tree, most_specific, tree_problems
from app.domain.deadlines import Span
from app.domain.errors import DomainError, InputInvalid
from app.domain.json_fields import Fields
from app.domain.rules import ZeroGround
from app.domain.terms import ScoredBy, Severity


class Consequence(StrEnum):
    """What a missing explanation or document means at review: a note, a warning, or no submission."""

    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"


class Answerable(StrEnum):
    """From when a request of evidence may be answered."""

    AT_ONCE = "at_once"
    RELEASE = "release"


class SecondRound(StrEnum):
    """Who gives the second, final verdict."""

    AGENCY = "agency"
    COUNCIL = "council"


class RankOn(StrEnum):
    ROUNDED = "rounded"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Policies:
    """Settings of one campaign beyond its dates, classes and groups. `explanation_days` are whole days."""

    tie_breakers: tuple[str, ...] = ()
    rank_on: RankOn = RankOn.ROUNDED
    cap_index: bool = False
    internal_approval: bool = True
    evidence: Consequence = Consequence.WARN
    explanation: Consequence = Consequence.WARN
    zero_grounds: tuple[ZeroGround, ...] = ()
    explanation_days: int = 2
    working_days: bool = False
    request_answerable: Answerable = Answerable.RELEASE
    second_round: SecondRound = SecondRound.AGENCY

    @property
    def zero_keys(self) -> frozenset[str]:
        return frozenset(ground.key for ground in self.zero_grounds)


def policies_from_json(given: Mapping[str, Any]) -> Policies:
    """Read the policies a campaign stores; a setting that is not there keeps its default. Raises InputInvalid."""
    fields = Fields(given, InputInvalid, prefix="policies")
    names = fields.names()
    read: dict[str, Any] = {}
    if "tie_breakers" in names:
        read["tie_breakers"] = tuple(str(code) for code in fields.items("tie_breakers"))
    if "support_policy" in names:
        support = Fields(fields.raw("support_policy"), InputInvalid, prefix="policies")
        read["evidence"] = support.one_of("evidence", Consequence)
        read["explanation"] = support.one_of("explanation", Consequence)
    if "zero_grounds" in names:
        read["zero_grounds"] = tuple(_ground(item) for item in fields.items("zero_grounds"))
    if "explanation_days" in names:
        read["explanation_days"] = fields.whole_or_none("explanation_days")
    for name in ("cap_index", "internal_approval", "working_days"):
        if name in names:
            read[name] = fields.flag(name)
    for name, vocabulary in (
        ("rank_on", RankOn),
        ("request_answerable", Answerable),
        ("second_round", SecondRound),
    ):
        if name in names:
            read[name] = fields.one_of(name, vocabulary)
    fields.done()
    return Policies(**read)


def _ground(item: object) -> ZeroGround:
    fields = Fields(item, InputInvalid, prefix="policies")
    ground = ZeroGround(fields.text("key"), fields.text("text"))
    fields.done()
    return ground


@dataclass(frozen=True, slots=True)
class AppraiserScope:
    """One assignment row: the agency for a branch, of one unit or (`unit_id` None) of the whole group."""

    branch: str
    unit_id: int | None
    agency_id: int


def agency_of(tree: Tree, code: str, unit_id: int, rows: Iterable[AppraiserScope]) -> int | None:
    """Return the agency that appraises leaf `code` of a unit: the unit's own rows before its group's, then the branch."""
    given = list(rows)
    own = {row.branch: row.agency_id for row in given if row.unit_id == unit_id}
    group = {row.branch: row.agency_id for row in given if row.unit_id is None}
    found = most_specific(tree, code, own)
    return found if found is not None else most_specific(tree, code, group)


@dataclass(frozen=True, slots=True)
class OpeningGroup:
    """A group as it would open: its tree, its units (id → name), who appraises, what is overridden and doubtful."""

    name: str
    nodes: Sequence[Node]
    units: Mapping[int, str]
    appraisers: Sequence[AppraiserScope]
    overridden: frozenset[str]
    findings: Sequence[tuple[str, Severity, bool]]


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything `opening_problems` looks at."""

    groups: Sequence[OpeningGroup]
    scoring: Span | None
    bands: Sequence[Band]


def opening_problems(opening: Opening) -> list[DomainError]:
    """Return everything that keeps the campaign from opening, most basic first; empty when it may open."""
    problems: list[DomainError] = []
    if opening.scoring is None or opening.scoring.opens_at is None:
        problems.append(InputInvalid("no_scoring_phase"))
    try:
        check_bands(opening.bands)
    except DomainError as problem:
        problems.append(problem)
    if not opening.groups:
        problems.append(InputInvalid("campaign_without_group"))
    for group in opening.groups:
        problems += _group_problems(group)
    return problems + _units_twice(opening.groups)


def _group_problems(group: OpeningGroup) -> list[DomainError]:
    problems: list[DomainError] = []
    if not group.units:
        problems.append(InputInvalid("group_without_units", group=group.name))
    problems += [type(p)(p.code, group=group.name, **p.details) for p in tree_problems(group.nodes)]
    problems += [
        InputInvalid("unsettled_error_finding", group=group.name, criterion=code)
        for code, severity, settled in group.findings
        if severity is Severity.ERROR and not settled
    ]
    if problems:
        return problems
    tree = Tree(tuple(group.nodes))
    problems += [
        InputInvalid("override_unknown_leaf", criterion=code)
        for code in sorted(group.overridden)
        if code not in {leaf.code for leaf in tree.leaves}
    ]
    return problems + _appraiser_problems(group, tree)


def _appraiser_problems(group: OpeningGroup, tree: Tree) -> list[DomainError]:
    problems: dict[tuple[str, str, str], DomainError] = {}
    for leaf in tree.leaves:
        if leaf.scored_by is not ScoredBy.UNIT or leaf.code in group.overridden:
            continue
        for unit_id, unit in group.units.items():
            agency = agency_of(tree, leaf.code, unit_id, group.appraisers)
            if agency is None:
                key = ("leaf_without_appraiser", leaf.code, "")
                problems[key] = InputInvalid("leaf_without_appraiser", criterion=leaf.code, group=group.name)
            elif agency == unit_id:
                key = ("appraiser_is_own_unit", leaf.code, unit)
                problems[key] = InputInvalid("appraiser_is_own_unit", criterion=leaf.code, unit=unit)
    return list(problems.values())


def _units_twice(groups: Sequence[OpeningGroup]) -> list[DomainError]:
    seen: dict[int, str] = {}
    problems: list[DomainError] = []
    for group in groups:
        for unit_id, name in group.units.items():
            if unit_id in seen:
                problems.append(InputInvalid("unit_in_two_groups", unit=name, group=group.name, other=seen[unit_id]))
            seen[unit_id] = group.name
    return problems
