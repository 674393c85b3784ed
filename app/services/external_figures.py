"""Figures of other systems and points of the council on one leaf, for all units of a group; sources and days kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db.clock import Clock
from app.db.entering import ReplacedClaim
from app.db.session import reading, unit_of_work
from app.domain import policy
from app.domain.award import award
from app.domain.claim_codec import claim_from_json
from app.domain.claims import Claim
from app.domain.criteria import Node
from app.domain.entered_lines import DOCUMENT_KEY, ON_KEY, SOURCE_KEY, VALUE_KEY, Line, read_day
from app.domain.entered_words import DOCUMENT, ON, SOURCE, VALUE
from app.domain.errors import InputInvalid, NotFound
from app.domain.points import parse_screen_number, plain
from app.domain.policy import Actor, Permission
from app.domain.rules import (
    BandsOn,
    BandsRule,
    ChoiceRule,
    ExternalRule,
    JudgedRule,
    PerCaseRule,
    Pick,
    ProportionalRule,
    Rule,
    SurveyRule,
)
from app.domain.terms import ScoredBy
from app.services.entered_claims import Place, Proof, put_claim, withdraw_claim
from app.services.group_context import GroupContext, find_group, group_context
from app.services.line_entry import (
    Checked,
    Grid,
    GridColumn,
    GridRow,
    accepted,
    check_lines,
    group_refusal,
    owners_of,
    require_some,
    see_group,
    unit_subject,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a line says: the claim and what it rests on; `claim` None takes the unit's figure back."""

    claim: Claim | None
    proof: Proof = field(default_factory=Proof)


@dataclass(frozen=True, slots=True)
class PastFigure:
    """A figure that was replaced: what it was, where it came from, until when it counted."""

    unit: str
    text: str
    points: Decimal
    source: str
    on: dt.date | None
    document: str
    by: str
    superseded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FiguresView:
    """One leaf of which every unit has one figure, with what was replaced, newest first."""

    group_stage_id: int
    campaign: str
    group: str
    leaf: Node
    shape: str
    grid: Grid
    past: tuple[PastFigure, ...]


def shape_of(rule: Rule | None) -> str | None:
    """Return the claim's one field a figure fills, or None where one figure is not enough."""
    match rule:
        case ExternalRule():
            return "value"
        case JudgedRule():
            return "points"
        case BandsRule(on=BandsOn.PERCENT) | ProportionalRule():
            return "percent"
        case BandsRule() | PerCaseRule():
            return "count"
        case ChoiceRule(pick=Pick.ONE):
            return "option"
        case _:
            return None


def is_ruled_leaf(leaf: Node) -> bool:
    """Return whether others score the leaf by a rule one figure is not enough for: unit by unit, on its own form."""
    return _is_entered(leaf) and shape_of(leaf.rule) is None


def is_figure_leaf(leaf: Node) -> bool:
    """Return whether one figure a unit is entered on the leaf: of another system, by the council, of a survey."""
    return _is_entered(leaf) and shape_of(leaf.rule) is not None


def _is_entered(leaf: Node) -> bool:
    """Return whether neither the unit nor a leader scores the leaf, and it is not counted from a survey's answers."""
    if leaf.scored_by is ScoredBy.SURVEY:
        return leaf.rule is not None and not isinstance(leaf.rule, SurveyRule)
    return leaf.rule is not None and leaf.scored_by in {ScoredBy.EXTERNAL, ScoredBy.COUNCIL}


def figures_view(group_stage_id: int, code: str, *, actor: Actor, clock: Clock) -> FiguresView:
    """Return the grid of one leaf. Raises NotFound."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        leaf, shape = _leaf(context, actor, code)
        choices = tuple(each.key for each in leaf.rule.options) if isinstance(leaf.rule, ChoiceRule) else ()
        columns = (
            GridColumn(VALUE_KEY, VALUE, choices),
            GridColumn(SOURCE_KEY, SOURCE),
            GridColumn(ON_KEY, ON),
            GridColumn(DOCUMENT_KEY, DOCUMENT),
        )
        units = {number: row.unit.name for number, row in context.assessments.items()}
        statement = (
            select(ReplacedClaim)
            .where(ReplacedClaim.criterion_id == context.ids[code], ReplacedClaim.assessment_id.in_(list(units)))
            .options(joinedload(ReplacedClaim.by))
            .order_by(ReplacedClaim.id.desc())
        )
        return FiguresView(
            group_stage_id=group_stage_id,
            campaign=context.group.campaign.name,
            group=context.group.group.name,
            leaf=leaf,
            shape=shape,
            grid=Grid(
                columns,
                tuple(_row(context, actor, leaf, number) for number in context.assessments),
                group_refusal(context, actor, Permission.CLAIM_ENTER),
            ),
            past=tuple(_past(row, units[row.assessment_id]) for row in session.scalars(statement)),
        )


def _past(row: ReplacedClaim, unit: str) -> PastFigure:
    text = ", ".join(str(value) for value in row.claim.values() if isinstance(value, str))
    return PastFigure(
        unit=unit,
        text=text.replace(".", ","),
        points=row.points,
        source=row.source_name,
        on=row.source_on,
        document=row.document,
        by=row.by.first_name,
        superseded_at=row.superseded_at,
    )


def _row(context: GroupContext, actor: Actor, leaf: Node, number: int) -> GridRow:
    assessment, claim = context.assessments[number], context.claims.get((number, leaf.code))
    cells = {}
    if claim is not None:
        cells = {
            VALUE_KEY: shown_figure(claim.claim, leaf),
            SOURCE_KEY: claim.source_name,
            ON_KEY: "" if claim.source_on is None else claim.source_on.strftime("%d/%m/%Y"),
            DOCUMENT_KEY: claim.document,
        }
    exempt = leaf.code in context.exempt.get(number, ())
    return GridRow(
        assessment_id=number,
        unit_code=assessment.unit.code,
        unit=assessment.unit.name,
        cells=cells,
        points=None if claim is None else claim.points,
        refusal="leaf_not_applicable"
        if exempt
        else policy.why_not(actor, Permission.CLAIM_ENTER, unit_subject(context, assessment)),
    )


def shown_figure(claim: Mapping[str, Any], leaf: Node) -> str:
    """Return the one figure of a claim as people read it, decimals behind a comma; an option by its key."""
    shape = shape_of(leaf.rule) or ""
    text = str(claim.get(shape, ""))
    return text if shape == "option" else text.replace(".", ",")


def check_figures(
    group_stage_id: int, code: str, lines: Sequence[Line], common: Mapping[str, str], *, actor: Actor, clock: Clock
) -> list[Checked[Figure]]:
    """Return what would come of the lines, one by one; nothing is written. Raises NotFound."""
    with reading() as session:
        context = group_context(session, find_group(session, group_stage_id), clock.read(session))
        leaf, shape = _leaf(context, actor, code)
        return _checked(context, actor, (leaf, shape), lines, common)


def enter_figures(
    group_stage_id: int,
    code: str,
    lines: Sequence[Line],
    common: Mapping[str, str],
    *,
    only_good: bool,
    actor: Actor,
    clock: Clock,
) -> int:
    """Take the lines, all or (`only_good`) those nothing is wrong with; return how many were taken.

    `common`: source, day and document of the lines that say none. Raises: NotFound, Forbidden, InputInvalid
    lines_refused, no_line_to_take.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        context = group_context(work.session, find_group(work.session, group_stage_id, lock=True), work.now)
        leaf, shape = _leaf(context, actor, code)
        require_some(context, actor, Permission.CLAIM_ENTER)
        good = accepted(_checked(context, actor, (leaf, shape), lines, common), only_good=only_good)
        assert leaf.scored_by is not None
        for line in good:
            assert line.value is not None
            place = Place(line.owner_id, context.ids[code], leaf, leaf.scored_by)
            if line.value.claim is None:
                withdraw_claim(work, place)
            else:
                put_claim(work, place, line.value.claim, line.value.proof)
        return len(good)


def _checked(
    context: GroupContext, actor: Actor, about: tuple[Node, str], lines: Sequence[Line], common: Mapping[str, str]
) -> list[Checked[Figure]]:
    leaf, shape = about

    def read(_number: int, line: Line) -> Figure:
        if line.blank:
            return Figure(None)
        claim = _claim(leaf, shape, line.cell(VALUE_KEY))
        return Figure(claim, _proof(leaf, line, common))

    return check_lines(lines, owners_of(context, actor, Permission.CLAIM_ENTER, leaf.code), read)


def _claim(leaf: Node, shape: str, text: str) -> Claim:
    """Return the claim a figure makes, tried against the rule. Raises InputInvalid, ClaimInvalid."""
    assert leaf.rule is not None
    try:
        given = text if shape == "option" else plain(parse_screen_number(text))
    except InputInvalid as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": VALUE_KEY}) from refused
    if isinstance(leaf.rule, ExternalRule) and Decimal(given) > leaf.rule.scale:
        raise InputInvalid("figure_above_scale", figure=Decimal(given), scale=leaf.rule.scale, field=VALUE_KEY)
    claim = claim_from_json({shape: given})
    award(leaf.rule, claim, leaf.maximum)
    return claim


def _proof(leaf: Node, line: Line, common: Mapping[str, str]) -> Proof:
    """Return what a figure rests on, the line's own words before those common to all.

    Raises: InputInvalid figure_source_missing, source_day_missing of another system or a survey;
    council_minutes_missing of the council.
    """
    said = {key: line.cell(key) or common.get(key, "").strip() for key in (SOURCE_KEY, ON_KEY, DOCUMENT_KEY)}
    for key in (SOURCE_KEY, DOCUMENT_KEY):
        if len(said[key]) > 200:
            raise InputInvalid("text_too_long", field=key, most=200)
    on = read_day(said[ON_KEY], field=ON_KEY)
    if leaf.scored_by is ScoredBy.COUNCIL:
        if not said[DOCUMENT_KEY]:
            raise InputInvalid("council_minutes_missing", field=DOCUMENT_KEY)
    elif not said[SOURCE_KEY]:
        raise InputInvalid("figure_source_missing", field=SOURCE_KEY)
    elif on is None:
        raise InputInvalid("source_day_missing", field=ON_KEY)
    return Proof(said[DOCUMENT_KEY], said[SOURCE_KEY], on)


def _leaf(context: GroupContext, actor: Actor, code: str) -> tuple[Node, str]:
    see_group(context, actor)
    leaf = context.tree.leaf(code)
    shape = shape_of(leaf.rule)
    if not is_figure_leaf(leaf) or shape is None or code in context.overrides:
        raise NotFound("leaf_without_figure", criterion=code)
    return leaf, shape
