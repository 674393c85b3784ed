"""What keeps a campaign from opening: everything is named at once, so that the organiser walks one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.classification import Band, check_bands
from app.domain.criteria import Node, Tree, most_specific, tree_problems
from app.domain.deadlines import Span
from app.domain.errors import DomainError, InputInvalid
from app.domain.rule_checks import check_rule, rule_remarks
from app.domain.terms import PhaseKind, ScoredBy, Severity

#: phases that follow one another; data cut-off and report date only inform
_IN_ORDER = (PhaseKind.SCORING, PhaseKind.FIRST_APPRAISAL, PhaseKind.EXPLANATION, PhaseKind.SECOND_APPRAISAL)


@dataclass(frozen=True, slots=True)
class AppraiserScope:
    """One assignment row: the agency for a branch, of one unit or (`unit_id` None) of the whole group."""

    branch: str
    unit_id: int | None
    agency_id: int


def agencies_by_leaf(tree: Tree, unit_id: int, rows: Iterable[AppraiserScope]) -> dict[str, int | None]:
    """Return the agency of every leaf of one unit, None where there is none.

    The unit's own rows (a substitute) go before its group's; among either the most specific branch decides.
    """
    own: dict[str, int] = {}
    group: dict[str, int] = {}
    for row in rows:
        if row.unit_id is None:
            group[row.branch] = row.agency_id
        elif row.unit_id == unit_id:
            own[row.branch] = row.agency_id
    agencies: dict[str, int | None] = {}
    for leaf in tree.leaves:
        substitute = most_specific(tree, leaf.code, own)
        agencies[leaf.code] = most_specific(tree, leaf.code, group) if substitute is None else substitute
    return agencies


@dataclass(frozen=True, slots=True)
class OpeningGroup:
    """A group as it would open. `units`: id → name. `findings`: criterion code, severity, settled."""

    name: str
    nodes: Sequence[Node] | None
    units: Mapping[int, str]
    appraisers: Sequence[AppraiserScope] = ()
    overridden: frozenset[str] = frozenset()
    findings: Sequence[tuple[str, Severity, bool]] = ()
    has_council: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything `opening_problems` looks at."""

    groups: Sequence[OpeningGroup]
    phases: Mapping[PhaseKind, Span]
    bands: Sequence[Band]


def opening_problems(opening: Opening) -> list[DomainError]:
    """Return everything that keeps the campaign from opening, most basic first; empty when it may open.

    Codes: no_scoring_phase, phase_opens_after_it_closes, phases_out_of_order, bands_missing, bands_without_zero,
    band_bound_twice, campaign_without_group, group_without_units, group_without_council, group_without_set,
    set_does_not_sum, the other codes of `tree_problems` and of `check_rule`, unsettled_error_finding,
    override_unknown_leaf, leaf_without_appraiser, appraiser_is_own_unit, unit_in_two_groups.
    """
    problems = [*phase_problems(opening.phases), *_band_problems(opening.bands)]
    if not opening.groups:
        problems.append(InputInvalid("campaign_without_group"))
    for group in opening.groups:
        problems += _group_problems(group)
    return [*problems, *_units_twice(opening.groups)]


def opening_remarks(opening: Opening) -> list[DomainError]:
    """Return what a person should look at before opening; unlike a problem it keeps nothing from opening.

    Codes: bands_gap, no_zero_option, no_full_option.
    """
    return [
        InputInvalid(remark.code, group=group.name, criterion=node.code, **remark.details)
        for group in opening.groups
        for node in group.nodes or ()
        if node.rule is not None
        for remark in rule_remarks(node.rule, node.maximum)
    ]


def phase_problems(phases: Mapping[PhaseKind, Span]) -> Iterator[DomainError]:
    """Yield no_scoring_phase, phase_opens_after_it_closes and phases_out_of_order, as they apply."""
    scoring = phases.get(PhaseKind.SCORING)
    if scoring is None or scoring.opens_at is None:
        yield InputInvalid("no_scoring_phase")
    for kind, span in phases.items():
        if span.opens_at is not None and span.opens_at >= span.closes_at:
            yield InputInvalid("phase_opens_after_it_closes", phase=kind.value)
    dated = [kind for kind in _IN_ORDER if kind in phases]
    for earlier, later in pairwise(dated):
        opens_at = phases[later].opens_at
        early = opens_at is not None and opens_at < phases[earlier].closes_at
        if early or phases[later].closes_at <= phases[earlier].closes_at:
            yield InputInvalid("phases_out_of_order", earlier=earlier.value, later=later.value)


def _band_problems(bands: Sequence[Band]) -> list[DomainError]:
    try:
        check_bands(bands)
    except DomainError as problem:
        return [problem]
    return []


def _group_problems(group: OpeningGroup) -> list[DomainError]:
    problems: list[DomainError] = []
    if not group.units:
        problems.append(InputInvalid("group_without_units", group=group.name))
    if not group.has_council:
        problems.append(InputInvalid("group_without_council", group=group.name))
    if group.nodes is None:
        return [*problems, InputInvalid("group_without_set", group=group.name)]
    broken = [*_tree_problems(group.name, group.nodes), *_rule_problems(group.name, group.nodes)]
    problems += broken
    problems += [
        InputInvalid("unsettled_error_finding", group=group.name, criterion=code)
        for code, severity, settled in group.findings
        if severity is Severity.ERROR and not settled
    ]
    if broken:
        return problems
    tree = Tree(tuple(group.nodes))
    leaves = {leaf.code for leaf in tree.leaves}
    problems += [
        InputInvalid("override_unknown_leaf", group=group.name, criterion=code)
        for code in sorted(group.overridden - leaves)
    ]
    return [*problems, *_appraiser_problems(group, tree)]


def _tree_problems(group: str, nodes: Sequence[Node]) -> Iterator[DomainError]:
    for problem in tree_problems(nodes):
        sums = problem.code == "maximum_differs_from_children"
        yield type(problem)("set_does_not_sum" if sums else problem.code, group=group, **problem.details)


def _rule_problems(group: str, nodes: Sequence[Node]) -> Iterator[DomainError]:
    for node in nodes:
        try:
            if node.rule is not None:
                check_rule(node.rule, node.maximum)
        except DomainError as problem:
            yield type(problem)(problem.code, group=group, criterion=node.code, **problem.details)


def _appraiser_problems(group: OpeningGroup, tree: Tree) -> Iterator[DomainError]:
    """Name a leaf nobody appraises once for its group, and every leaf an agency would appraise of its own."""
    judged = [
        leaf.code for leaf in tree.leaves if leaf.scored_by is ScoredBy.UNIT and leaf.code not in group.overridden
    ]
    agencies = {unit_id: agencies_by_leaf(tree, unit_id, group.appraisers) for unit_id in group.units}
    for code in judged:
        if any(agencies[unit_id][code] is None for unit_id in group.units):
            yield InputInvalid("leaf_without_appraiser", group=group.name, criterion=code)
    for unit_id, unit in group.units.items():
        for code in judged:
            if agencies[unit_id][code] == unit_id:
                yield InputInvalid("appraiser_is_own_unit", group=group.name, criterion=code, unit=unit)


def _units_twice(groups: Sequence[OpeningGroup]) -> Iterator[DomainError]:
    seen: dict[int, str] = {}
    for group in groups:
        for unit_id, name in group.units.items():
            if unit_id in seen:
                yield InputInvalid("unit_in_two_groups", unit=name, group=group.name, other=seen[unit_id])
            seen[unit_id] = group.name
