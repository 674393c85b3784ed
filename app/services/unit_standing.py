"""How a unit came to its index: from 100 down, its distance to the next class, and the year before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.db.assessments import Assessment
from app.db.clock import Clock
from app.db.queries.result_marks import annulments_of
from app.db.session import reading
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.criteria import Tree
from app.domain.errors import NotFound
from app.domain.indexes import IndexSpec, leaves_of, point_values
from app.domain.policy import Actor, Permission, Subject
from app.domain.ranking import exact_of
from app.domain.terms import ScoredBy, Stage
from app.domain.waterfall import Loss, LossCause, Step, waterfall
from app.domain.workflow import stage_of
from app.services.editions import AnnulmentLine, annulment_line
from app.services.last_year import LeafChange, YearChange, changes_since_last_year, leaf_changes
from app.services.lost_points import LostPoint, UnitLosses, lost_points
from app.services.papers import RankingFacts
from app.services.publication import readable_group, results_shown
from app.services.results import ANNULLED, SCORED, UnitResult
from app.services.unit_notice import places_of


@dataclass(frozen=True, slots=True)
class NextClass:
    """The class above the unit's own, its lower bound, and what is missing to it, in percent."""

    name: str
    lower: Decimal
    missing: Decimal


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """A unit's page beside its losses. `annulment`: its published result was annulled and is not yet replaced."""

    facts: RankingFacts
    losses: UnitLosses
    steps: tuple[Step, ...]
    exact: Fraction | None
    next_class: NextClass | None
    ranked: int
    change: YearChange
    leaf_changes: tuple[LeafChange, ...]
    annulment: AnnulmentLine | None
    has_notice: bool


def unit_standing(group_stage_id: int, assessment_id: int, *, actor: Actor, clock: Clock) -> UnitStanding:
    """Return one unit's result and how it came about. Raises NotFound where it is not the actor's to read."""
    losses = lost_points(group_stage_id, assessment_id, actor=actor, clock=clock)
    with reading() as session:
        group = readable_group(session, group_stage_id, actor)
        shown = results_shown(session, group, clock.read(session))
        result = next((each for each in shown.results if each.assessment_id == assessment_id), None)
        if result is None:
            raise NotFound("assessment_unknown")
        policies = Policies.from_json(group.campaign.policies)
        exact = exact_of(result.row.line, capped=policies.cap_index)
        change = changes_since_last_year(session, group, [result])[assessment_id]
        annulments = annulments_of(session, group_stage_id) if result.standing == ANNULLED else {}
        bands = [(band.name, band.lower) for band in group.campaign.bands]
        return UnitStanding(
            facts=shown.facts,
            losses=losses,
            steps=() if exact is None else waterfall(_losses(losses, result, policies.indexes), exact),
            exact=exact,
            next_class=_next_class(result, bands),
            ranked=places_of([each.row.position for each in shown.results]),
            change=change,
            leaf_changes=leaf_changes(session, group, result, change),
            annulment=annulment_line(annulments[assessment_id]) if assessment_id in annulments else None,
            has_notice=may_read_notice(session.get_one(Assessment, assessment_id), result.standing, actor),
        )


def may_read_notice(row: Assessment, standing: str, actor: Actor) -> bool:
    """Whether a unit has a notice, and it is the actor's to read."""
    group = row.group_stage
    published = group.stage is Stage.PUBLISHED and standing in SCORED | {ANNULLED}
    subject = Subject(
        unit_id=row.unit_id,
        council_id=group.council_id,
        stage=stage_of(row.stage, group.stage),
        published=published,
    )
    return (published or standing in SCORED) and policy.allows(actor, Permission.NOTICE_READ, subject)


def _next_class(result: UnitResult, bands: Iterable[tuple[str, Decimal]]) -> NextClass | None:
    index = result.row.index
    above = [] if index is None else [(lower, name) for name, lower in bands if lower > index]
    if not above or index is None:
        return None
    lower, name = min(above)
    return NextClass(name, lower, lower - index)


def _losses(losses: UnitLosses, result: UnitResult, indexes: tuple[IndexSpec, ...]) -> list[Loss]:
    """Return every lost point in percent of the index, with who took it, as far as the reader may know."""
    line = result.row.line
    values = point_values(line.parts, line.attainable)
    owner = _owners(losses, indexes)
    found = [
        Loss(
            each.node.code,
            each.node.title,
            Fraction(each.lost) * values.get(owner.get(each.node.code, ""), values[""]),
            _cause(each),
        )
        for each in losses.losses
    ]
    for name, points, cause in (("+", -line.bonus, LossCause.BONUS), ("−", line.penalty, LossCause.PENALTY)):
        if points:
            found.append(Loss(name, "", Fraction(points) * values[""], cause))
    return found


def _owners(losses: UnitLosses, indexes: tuple[IndexSpec, ...]) -> Mapping[str, str]:
    """Return leaf → the index whose weight its points carry; points of the whole carry none."""
    tree: Tree = losses.tree
    return {code: spec.code for spec in indexes if spec.weight is not None for code in leaves_of(spec, tree)}


def _cause(loss: LostPoint) -> LossCause:
    if loss.node.scored_by is not ScoredBy.UNIT:
        return LossCause.ENTERED
    if loss.ground is None or loss.ground.claimed is None:
        return LossCause.LOST
    return LossCause.APPRAISAL if loss.ground.claimed > loss.points else LossCause.CLAIMED_LESS
