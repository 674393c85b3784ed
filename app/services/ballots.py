"""What leaders and others gave one unit, to be read: answers by leader with their tally, entered figures, their source.

Both are entered for a whole group at once (`leader_sheet_writing`, `external_figures`, `supplements`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.appraisals import EnteredClaim, LeaderBallot
from app.db.clock import Clock
from app.db.session import reading
from app.domain import policy
from app.domain.criteria import Node
from app.domain.errors import NotFound
from app.domain.policy import Actor, Permission
from app.domain.terms import LeaderKind
from app.services.ballot_cells import answers_of, cell_text, is_leaders_leaf
from app.services.context import SheetContext, find_assessment, see, sheet_context
from app.services.external_figures import is_figure_leaf, is_ruled_leaf, shown_figure
from app.services.leader_sheets import leaders_of
from app.services.leaders_claims import claim_of_ballots, leaders_points


@dataclass(frozen=True, slots=True)
class Leader:
    """A leader of the council: the appointment's id and the account's display name."""

    leader_id: int
    name: str
    kind: LeaderKind | None = None


@dataclass(frozen=True, slots=True)
class BallotLeaf:
    """One leaf scored from leaders' sheets: answers by leader, and the points their tally earns; None without any."""

    node: Node
    answers: tuple[str, ...]
    given: Mapping[int, str]
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class EnteredLeaf:
    """A leaf others score: what was entered of the unit, from where, of which day; `points` None while nothing was.

    `one_figure`: entered on the grid of the leaf, as all units are; else by the form of its rule.
    """

    node: Node
    one_figure: bool
    figure: str = ""
    points: Decimal | None = None
    source: str = ""
    on: dt.date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class BallotSheet:
    group_stage_id: int
    unit: str
    campaign: str
    leaders: tuple[Leader, ...]
    leaves: tuple[BallotLeaf, ...]
    entered: tuple[EnteredLeaf, ...]


def ballot_sheet(assessment_id: int, *, actor: Actor, clock: Clock) -> BallotSheet:
    """Return the leaders' sheets of one unit. Raises NotFound where it is not the actor's to see."""
    with reading() as session:
        context = sheet_context(session, find_assessment(session, assessment_id), clock.read(session))
        see(context, actor)
        if policy.why_not(actor, Permission.GROUP_READ, context.subject()) is not None:
            raise NotFound("assessment_unknown")
        given = _given(session, assessment_id)
        leaves = tuple(_leaf(context, leaf, given) for leaf in _leaves(context))
        return BallotSheet(
            group_stage_id=context.assessment.group_stage_id,
            unit=context.assessment.unit.name,
            campaign=context.assessment.campaign.name,
            leaders=_leaders(session, context.assessment.group_stage.council_id),
            leaves=leaves,
            entered=tuple(_entered(session, context)),
        )


def _leaves(context: SheetContext) -> list[Node]:
    return [
        leaf
        for leaf in context.tree.leaves
        if is_leaders_leaf(leaf) and leaf.code not in context.overrides and leaf.code not in context.exempt
    ]


def _leaders(session: Session, council_id: int) -> tuple[Leader, ...]:
    return tuple(Leader(row.id, row.user.first_name, row.leader_kind) for row in leaders_of(session, council_id))


def _given(session: Session, assessment_id: int) -> Mapping[int, Sequence[LeaderBallot]]:
    """Return what leaders said by criterion; nothing of a sheet its leader has not sent."""
    found: dict[int, list[LeaderBallot]] = {}
    counting = (LeaderBallot.assessment_id == assessment_id, LeaderBallot.draft.is_(False))
    for row in session.scalars(select(LeaderBallot).where(*counting).order_by(LeaderBallot.id)):
        found.setdefault(row.criterion_id, []).append(row)
    return found


def _leaf(context: SheetContext, leaf: Node, given: Mapping[int, Sequence[LeaderBallot]]) -> BallotLeaf:
    rows = given.get(context.ids[leaf.code], ())
    points = leaders_points(leaf, claim_of_ballots(rows)) if rows else None
    return BallotLeaf(leaf, answers_of(leaf), {row.leader_id: cell_text(row) for row in rows}, points)


def _entered(session: Session, context: SheetContext) -> list[EnteredLeaf]:
    statement = select(EnteredClaim).where(EnteredClaim.assessment_id == context.assessment.id)
    rows = {row.criterion_id: row for row in session.scalars(statement)}
    found = []
    for leaf in context.tree.leaves:
        one_figure = is_figure_leaf(leaf)
        if not (one_figure or is_ruled_leaf(leaf)) or leaf.code in context.overrides or leaf.code in context.exempt:
            continue
        row = rows.get(context.ids[leaf.code])
        if row is None:
            found.append(EnteredLeaf(leaf, one_figure=one_figure))
        else:
            figure = shown_figure(row.claim, leaf) if one_figure else ""
            found.append(
                EnteredLeaf(leaf, one_figure, figure, row.points, row.source_name, row.source_on, row.document)
            )
    return found
