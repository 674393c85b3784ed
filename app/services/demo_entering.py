"""What a demonstration enters that no unit scores, by the doors people use: paper sheets, surveys, figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from app.domain.criteria import Node
from app.domain.entered_lines import DOCUMENT_KEY, ON_KEY, RETURNED_KEY, SOURCE_KEY, VALUE_KEY, Line
from app.domain.points import plain
from app.domain.rules import BallotsRule, SurveyRule
from app.domain.terms import Role, ScoredBy
from app.services.ballot_cells import is_leaders_leaf
from app.services.demo import Play
from app.services.demo_claims import of_sheets, plausible
from app.services.external_figures import enter_figures, is_figure_leaf, is_ruled_leaf, shape_of
from app.services.leader_sheet_writing import save_leader_lines
from app.services.leader_sheets import Paper
from app.services.supplements import enter_supplement
from app.services.survey_tallies import enter_counts
from app.services.surveys import SurveyFacts, add_survey

Units = Sequence[tuple[str, int]]


def type_sheets(made: Play, units: Units) -> None:
    """Type one paper sheet of every leader on all `units`."""
    leaves = [leaf for leaf in made.tree.leaves if is_leaders_leaf(leaf)]
    for place, leader in enumerate(made.leaders if leaves and units else ()):
        lines = []
        for number, (unit, _) in enumerate(units, start=1):
            chance = made.chance(f"{unit}:{place}")
            lines.append(Line(number, unit, {leaf.code: _answer(leaf, chance) for leaf in leaves}))
        save_leader_lines(
            made.group_stage_id,
            leader,
            lines,
            Paper(f"demo {place + 1}", "demo", made.clock.instant.date()),
            only_good=False,
            actor=made.council_people[Role.SECRETARIAT],
            clock=made.clock,
        )


def _answer(leaf: Node, chance: Random) -> str:
    if isinstance(leaf.rule, SurveyRule):
        return chance.choice([key for key, _ in leaf.rule.weights][-3:])
    return _typed(leaf.maximum * chance.randint(2, 4) / 4)


def enter_others(made: Play, units: Units) -> None:
    """Enter what neither a unit nor a leader says: surveys, portals, the council."""
    if not units:
        return
    _enter_counts(made, units)
    for leaf in made.tree.leaves:
        if is_figure_leaf(leaf):
            _enter_figures(made, units, leaf)
        elif is_ruled_leaf(leaf):
            _enter_by_rule(made, units, leaf)


def _enter_counts(made: Play, units: Units) -> None:
    """Count one survey on every leaf surveys decide; as many sheets came back as people answered."""
    actor, tables = made.council_people[Role.SECRETARIAT], {}
    for leaf in made.tree.leaves:
        if leaf.scored_by is ScoredBy.SURVEY and isinstance(leaf.rule, SurveyRule):
            counts = [_tally(leaf.rule, made.chance(f"{unit}:{leaf.code}")) for unit, _ in units]
            tables[leaf.code] = [
                Line(number, unit, {**{key: str(count) for key, count in row.items()}, RETURNED_KEY: str(_sum(row))})
                for number, ((unit, _), row) in enumerate(zip(units, counts, strict=True), start=1)
            ]
    if not tables:
        return
    most = max(sum(int(line.cells[RETURNED_KEY]) for line in lines) for lines in tables.values())
    facts = SurveyFacts("demo", "demo", str(most), str(most), "demo", "demo")
    survey = add_survey(made.group_stage_id, facts, actor=actor, clock=made.clock)
    for code, lines in tables.items():
        enter_counts(survey, code, lines, only_good=False, actor=actor, clock=made.clock)


def _tally(rule: SurveyRule, chance: Random) -> dict[str, int]:
    """Return how many answered what: the better, the more often."""
    return {key: chance.randint(0, 4 * place) for place, (key, _) in enumerate(rule.weights, start=1)}


def _sum(counts: dict[str, int]) -> int:
    return sum(counts.values())


def _enter_figures(made: Play, units: Units, leaf: Node) -> None:
    common = {SOURCE_KEY: "demo", ON_KEY: f"{made.clock.instant:%d/%m/%Y}", DOCUMENT_KEY: "demo"}
    lines = [
        Line(number, unit, {VALUE_KEY: _figure(leaf, made.chance(f"{unit}:{leaf.code}"))})
        for number, (unit, _) in enumerate(units, start=1)
    ]
    actor = made.council_people[Role.SECRETARIAT]
    enter_figures(made.group_stage_id, leaf.code, lines, common, only_good=False, actor=actor, clock=made.clock)


def _figure(leaf: Node, chance: Random) -> str:
    """Return the one figure of a plausible claim; of a ratio the percentage, which is what a grid takes."""
    assert leaf.rule is not None
    claim: dict[str, Any] = plausible(leaf.rule, leaf.maximum, chance)
    shape = shape_of(leaf.rule)
    if shape == "option":
        return str(claim["option"])
    if shape == "percent":
        share = Decimal(claim["numerator"]) * 100 / Decimal(claim["denominator"])
        return _typed(share.quantize(Decimal("0.01")))
    return _typed(Decimal(claim[shape or "count"]))


def _typed(figure: Decimal) -> str:
    """Return a figure as people type it: "1,125", since "1.125" could be more than a thousand."""
    return plain(figure).replace(".", ",")


def _enter_by_rule(made: Play, units: Units, leaf: Node) -> None:
    rule = leaf.rule
    assert rule is not None
    for unit, sheet in units:
        if isinstance(rule, SurveyRule | BallotsRule):
            claim = of_sheets(rule, leaf.maximum)
        else:
            claim = plausible(rule, leaf.maximum, made.chance(f"{unit}:{leaf.code}"))
        actor = made.council_people[Role.SECRETARIAT]
        enter_supplement(sheet, leaf.code, claim, "demo", actor=actor, clock=made.clock)
